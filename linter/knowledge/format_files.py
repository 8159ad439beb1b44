"""Format files (`rules/formats/<format>.yaml`) -> what they say, with the line of every word that is wrong."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from linter.errors import Problem
from linter.formats import paths
from linter.formats.reading import SYNTAXES
from linter.knowledge.fields import Fields, nearest
from linter.knowledge.items import Item, read_items
from linter.model.catalogue import Hosting
from linter.model.formats import CommandSpec, EntrySpec, Format, Meaning, Steps

FOLDER = "rules/formats"

_FILE_KEYS = frozenset(
    {
        "files",
        "syntax",
        "needs",
        "words",
        "values",
        "trains",
        "takes_in",
        "ignore",
        "via",
        "provider",
        "hosting",
        "entries",
        "commands",
        "examples",
    }
)
_ENTRY_KEYS = frozenset({"is", "provider", "hosting", "when", "type", "arguments"})
_COMMAND_KEYS = frozenset({"program", "images", "options", "argument", "variables", "provider", "hosting"})
_MEANINGS = {one.value: one for one in Meaning}
_SCALES = {"": 1.0, "ms": 0.001, "min": 60.0}


def read_formats(root: Path, providers: Collection[str], problems: list[Problem]) -> tuple[Format, ...]:
    """Reads every format file below `root`. `providers`: names of provider files, for `via`. What is wrong goes to `problems`;
    what is right is returned all the same."""
    files = sorted((root / FOLDER).glob("*.yaml"))
    return tuple(FormatReader(f"{FOLDER}/{path.name}", problems, providers).read(path) for path in files)


class FormatReader(Fields):
    """Reads one format file, or the entries of a resource in a provider file."""

    def __init__(self, display: str, problems: list[Problem], providers: Collection[str] = ()) -> None:
        super().__init__(display, problems)
        self.providers = providers

    def read(self, path: Path) -> Format:
        """One file. Problems go to where the reader was told."""
        try:
            root, problems = read_items(path.read_bytes(), self.display)
        except OSError as error:
            self.problems.append(Problem(f"cannot be read: {error.strerror or error}", self.display))
            return Format(path.stem)
        self.problems.extend(problems)
        if problems:
            return Format(path.stem)
        top = self.mapping(root, _FILE_KEYS, "a format file")
        found = Format(
            name=path.stem,
            files=self.expanded(top.get("files"), "files"),
            syntax=self.choice(top.get("syntax"), SYNTAXES, "a syntax"),
            needs=self.groups(top.get("needs"), "needs"),
            trains=self.groups(top["trains"], "trains") if "trains" in top else None,
            words=self.texts(top.get("words"), "words"),
            values={name: self.values(item) for name, item in self.pairs(top.get("values"), "values")},
            takes_in=tuple(paths.steps(one) for one in self.expanded(top.get("takes_in"), "takes_in")),
            via=self.file_name(top.get("via")),
            provider=self.text(top["provider"], "provider") if "provider" in top else "",
            hosting=self.enum(top["hosting"], Hosting, "a hosting") if "hosting" in top else None,
            entries=self.entries(top.get("entries")),
            commands=tuple(self.command(item) for item in self.elements(top.get("commands"), "commands")),
            ignore=self.texts(top.get("ignore"), "ignore"),
            examples={name: self.text(item, f"examples.{name}") for name, item in self.pairs(top.get("examples"), "examples")},
        )
        if "files" not in top and "entries" in top:
            self.problem(1, "`files` is missing", 'files: ["**/config.yaml"]: globs of paths')
        if "files" in top and "entries" not in top:
            self.problem(1, "`entries` is missing", "entries: {path.of.a.key: model}")
        if not found.examples:
            self.problem(1, "`examples` is missing", "examples: {file name: text with `# site: config …`}")
        return found

    def groups(self, item: Item | None, what: str) -> tuple[tuple[Steps, ...], ...]:
        """Groups of paths, of each of which one has to be there."""
        return tuple(tuple(paths.steps(one) for one in self.expanded(group, what)) for group in self.elements(item, what))

    def file_name(self, item: Item | None) -> str:
        name = "" if item is None else self.text(item, "via")
        if item is not None and name and name not in self.providers:
            self.problem(item.line, f"there is no provider file {name!r}", nearest(name, self.providers))
        return name

    def expanded(self, item: Item | None, what: str) -> tuple[str, ...]:
        if item is None:
            return ()
        return tuple(one for text in self.texts(item, what) for one in self.braces(text, item.line))

    def entries(self, items: Item | None) -> tuple[EntrySpec, ...]:
        """`path: meaning`, or a mapping that says more."""
        return tuple(spec for path, item in self.pairs(items, "entries") for spec in self.entry(path, item))

    def entry(self, path: str, item: Item) -> list[EntrySpec]:
        said: Mapping[str, Item] = {}
        word = item
        if isinstance(item.value, dict):
            said = self.mapping(item, _ENTRY_KEYS, "an entry")
            if "is" not in said:
                self.problem(item.line, "`is` is missing", "{is: model, provider: …}")
                return []
            word = said["is"]
        meaning = self.meaning(word)
        if meaning is None:
            return []
        return [
            EntrySpec(
                paths.steps(one),
                meaning[0],
                meaning[1],
                self.text(said["provider"], "provider") if "provider" in said else "",
                self.enum(said["hosting"], Hosting, "a hosting") if "hosting" in said else None,
                {name: self.values(value) for name, value in self.pairs(said.get("when"), "when")},
                self.text(said["type"], "type") if "type" in said else "",
                self.text(said["arguments"], "arguments") if "arguments" in said else "",
            )
            for one in self.braces(path, item.line)
        ]

    def meaning(self, item: Item) -> tuple[Meaning, float] | None:
        """A meaning, and the factor of its unit: `timeout`, `timeout/ms`."""
        name, _, unit = self.text(item, "a meaning").partition("/")
        if unit not in _SCALES:
            self.problem(item.line, f"{unit!r} is no unit", f"one of {', '.join(filter(None, _SCALES))}")
        if name in _MEANINGS:
            return _MEANINGS[name], _SCALES.get(unit, 1.0)
        if name:
            self.problem(
                item.line, f"{name!r} is no meaning of an entry", nearest(name, _MEANINGS) or f"one of {', '.join(_MEANINGS)}"
            )
        return None

    def command(self, item: Item) -> CommandSpec:
        said = self.mapping(item, _COMMAND_KEYS, "a command")
        if "program" not in said:
            self.problem(item.line, "`program` is missing", "program: [vllm serve]")
        positional = self.meaning(said["argument"]) if "argument" in said else None
        return CommandSpec(
            tuple(tuple(one.split()) for one in self.expanded(said.get("program"), "program")),
            self.expanded(said.get("images"), "images"),
            self.meanings(said.get("options"), "options"),
            None if positional is None else positional[0],
            self.meanings(said.get("variables"), "variables"),
            self.text(said["provider"], "provider") if "provider" in said else "",
            self.enum(said["hosting"], Hosting, "a hosting") if "hosting" in said else None,
        )

    def meanings(self, items: Item | None, what: str) -> dict[str, tuple[Meaning, float]]:
        found = {}
        for name, item in self.pairs(items, what):
            meaning = self.meaning(item)
            if meaning is not None:
                found.update(dict.fromkeys(self.braces(name, item.line), meaning))
        return found
