"""`extends`: presets that come with archfit, and files of the same repository."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from linter.declare.suggest import did_you_mean
from linter.declare.tighten import Providers, combine, overlay
from linter.errors import Problem
from linter.home import home
from linter.model.manifest import Clause
from linter.model.place import Place

Reader = Callable[[str], bytes]
"""Gives the content of a file of the repository (path from the root, with `/`); raises OSError. With another one than
`reader_under`, a manifest can be read as of another revision."""

_MOST_FILES = 20
_LARGEST_FILE = 1_000_000


def preset_names() -> tuple[str, ...]:
    """The presets that come with archfit."""
    return tuple(sorted(path.stem for path in presets_folder().glob("*.yaml")))


def presets_folder() -> Path:
    """Where the presets are."""
    return home() / "rules" / "presets"


def reader_under(root: Path) -> Reader:
    """Reads files below a folder; a link that leads out of it is refused."""
    top = root.resolve()

    def read(path: str) -> bytes:
        file = (top / path).resolve()
        if not file.is_relative_to(top):
            raise OSError("it leads out of the repository")
        if not file.is_file():  # nor a pipe, which would never end
            raise FileNotFoundError("there is no such file")
        with file.open("rb") as stream:
            return stream.read(_LARGEST_FILE + 1)

    return read


@dataclass(slots=True)
class Extensions:
    """Resolves `extends`, each file once."""

    read: Reader | None
    providers: Providers
    problems: list[Problem]
    done: dict[str, dict[str, Clause]] = field(default_factory=dict)

    def base(self, entries: Iterable[tuple[str, Place]], seen: tuple[str, ...] = ()) -> dict[str, Clause]:
        """The clauses that the entries of one `extends` stand for, the tightest of each. `seen`: the files on the way here."""
        clauses: dict[str, Clause] = {}
        for entry, place in entries:
            clauses = combine(clauses, self._entry(entry, place, seen), self.providers, self.problems)
        return clauses

    def _entry(self, entry: str, place: Place, seen: tuple[str, ...]) -> dict[str, Clause]:
        if "/" not in entry and not entry.endswith((".yaml", ".yml")):
            return self._preset(entry, place, seen)
        path = posixpath.normpath(posixpath.join(posixpath.dirname(place.file), entry))
        if entry.startswith("/") or path.startswith("..") or "\\" in entry:
            remedy = "extend a preset, or a file below the manifest's folder"
            self._problem(f"`{entry}` is not a file of this repository", place, remedy)
            return {}
        return self._once(path, path, place, seen, lambda: self._file(path))

    def _preset(self, name: str, place: Place, seen: tuple[str, ...]) -> dict[str, Clause]:
        known = preset_names()
        if name not in known:
            remedy = did_you_mean(name, known) or f"presets: {', '.join(known)}; a file of the repository ends in .yaml"
            self._problem(f"there is no preset `{name}`", place, remedy)
            return {}
        data = (presets_folder() / f"{name}.yaml").read_bytes
        found = self._once(name, f"rules/presets/{name}.yaml", place, seen, data)
        return {path: replace(clause, via=place) for path, clause in found.items()}

    def _once(self, name: str, file: str, place: Place, seen: tuple[str, ...], data: Callable[[], bytes]) -> dict[str, Clause]:
        if name in seen:
            self._problem(f"`{name}` extends itself, by way of {' -> '.join((*seen, name))}", place, "take it out")
            return {}
        if name in self.done:
            return self.done[name]
        if len(self.done) >= _MOST_FILES:
            self._problem(f"more than {_MOST_FILES} files are extended", place, "put them into fewer files")
            return {}
        self.done[name] = {}
        try:
            content = data()
        except OSError as error:
            self._problem(f"`{name}` cannot be read: {error.strerror or error}", place, "correct the path, or take it out")
            return {}
        self.done[name] = self._clauses(content, file, name, (*seen, name))
        return self.done[name]

    def _clauses(self, content: bytes, file: str, name: str, seen: tuple[str, ...]) -> dict[str, Clause]:
        from linter.declare.schema import PresetFile  # pydantic only when a manifest is validated
        from linter.declare.source import read_source

        source = read_source(content, file, PresetFile, name, self.problems)
        if source is None:
            return {}
        return overlay(self.base(source.extends(), seen), source.clauses(), self.providers, self.problems)

    def _file(self, path: str) -> bytes:
        if self.read is None:
            raise OSError("no repository is given")
        return self.read(path)

    def _problem(self, message: str, place: Place, remedy: str) -> None:
        self.problems.append(Problem(message, place.file, place.line, remedy))
