"""Files -> configurations: which of a repository's files have one of the known formats, and what they hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from posixpath import dirname, join, normpath

from linter.extract.data import DataFiles
from linter.formats import paths
from linter.formats.data import STRUCTURED, format_of
from linter.formats.paths import Hit, TooLargeError
from linter.formats.reading import Reading, read, syntax_of
from linter.formats.tree import Document, Node, Path
from linter.model.formats import EntrySpec, Format
from linter.model.glob import path_matches
from linter.model.place import Gap

_MODULES = ("hcl", "bicep")
_BROKEN = 3
"""Problems of one file that are told."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry that a format knows, where it stands."""

    spec: EntrySpec
    hit: Hit
    node: Node


@dataclass(frozen=True, slots=True, eq=False)
class Config:
    """A document with its format."""

    file: str
    format: Format
    document: Document
    reading: Reading
    entries: tuple[Entry, ...] = ()
    trains: bool = False
    """It says how a model is trained."""
    around: tuple[Document, ...] = field(default=(), repr=False)
    """The other files of the same folder that belong to it: Terraform reads them as one."""


class Recogniser:
    """Goes over the data files once. Most are put aside by their name, or by the words that their bytes do not hold."""

    def __init__(self, files: DataFiles, formats: Sequence[Format]) -> None:
        self.files = files
        self.formats = [one for one in formats if one.files]
        self.gaps: set[Gap] = set()
        self._readings: dict[tuple[str, str], Reading | None] = {}
        self._taken_in: dict[str, list[tuple[Config, Path]]] | None = None

    def all(self) -> list[Config]:
        """Every configuration, in the order of files; what others take in comes last."""
        found = [one for path in self.files.names for one in self._of(path, self.formats)]
        known = {(one.file, one.format.name) for one in found}
        takes: dict[str, list[str]] = {}
        for one in found:  # grows
            for target in self._taken(one):
                takes.setdefault(one.file, []).append(target)
                key = (target, one.format.name)
                if key not in known and target in self.files.names:
                    known.add(key)
                    found.extend(self._of(target, (replace(one.format, files=(target,)),)))
        self.gaps.update(_circles(takes))
        return found

    def reading(self, path: str, syntax: str = "") -> Reading | None:
        """What a file holds; None when it is not there."""
        key = (path, syntax or syntax_of(path))
        if key not in self._readings:
            content = self.files.raw(path) if path in self.files.names else None
            self._readings[key] = None if content is None else read(content, path, syntax)
        return self._readings[key]

    def callers(self, config: Config) -> list[tuple[Config, Path]]:
        """Where a module is taken in: the configuration that does it, and the path of what it passes."""
        if self._taken_in is None:
            self._taken_in = {}
            for path in self.files.names:
                if syntax_of(path) in _MODULES and (reading := self.reading(path)) is not None:
                    for document in reading.documents:
                        for target, passed in _takes_in(path, document):
                            caller = Config(path, config.format, document, reading, around=self._around(path, reading))
                            self._taken_in.setdefault(target, []).append((caller, passed))
        own = dirname(config.file) if config.reading.syntax == "hcl" else config.file
        return self._taken_in.get(own, [])

    def _taken(self, config: Config) -> Iterator[str]:
        """The files that a configuration names as parts of itself."""
        for steps in config.format.takes_in:
            for hit in paths.find(config.document, steps):
                node = config.document.node(hit.path)
                values = node.value if node is not None and isinstance(node.value, list) else [node.value if node else None]
                for value in values:
                    if isinstance(value, str) and "$" not in value and "://" not in value:
                        yield normpath(join(dirname(config.file), value))

    def _of(self, path: str, formats: Sequence[Format]) -> Iterator[Config]:
        named = [one for one in formats if _is_named(one, path)]
        if not named:
            return
        too_large = self.files.too_large(path)
        if too_large is not None:
            if any(_tells(one, path) for one in named):  # else it is a data set
                self.gaps.add(Gap("extract", path, None, too_large))
            return
        content = self.files.raw(path)
        if content is None:
            return
        told: set[int] = set()
        for one in sorted(named, key=lambda one: not _tells(one, path)):
            if not _may_be(one, content):
                if b"\0" in content and _tells(one, path):
                    self.gaps.add(Gap("extract", path, None, f"not a text file, although its name is that of {one.name}"))
                continue
            reading = self.reading(path, one.syntax)
            if reading is None:
                continue
            self._tell(path, reading)
            numbers = [n for n, document in enumerate(reading.documents) if n not in told and _has(document, one)]
            if _tells(one, path):  # what a file is by its name goes before what it looks like
                told.update(numbers)
            found = [reading.documents[n] for n in numbers]
            around = self._around(path, reading) if found else ()
            for document in found:
                try:
                    entries = tuple(
                        Entry(spec, hit, node)
                        for spec in one.entries
                        for hit in paths.find(document, spec.path)
                        if (node := document.node(hit.path)) is not None
                    )
                except TooLargeError:
                    self.gaps.add(Gap("infer", path, 1, f"more than {paths.MAX_VISITS:,} values are not looked through"))
                    continue
                trains = one.trains is not None and _holds_all(document, one.trains)
                yield Config(path, one, document, reading, entries, trains, around)

    def _around(self, path: str, reading: Reading) -> tuple[Document, ...]:
        if reading.syntax != "hcl":
            return ()
        folder = dirname(path)
        beside = [one for one in self.files.names if dirname(one) == folder and syntax_of(one) == "hcl"]
        found = [self.reading(one) for one in beside]
        return tuple(document for one in found if one is not None for document in one.documents)

    def _tell(self, path: str, reading: Reading) -> None:
        """What is wrong with a file. Two branches of a template may well set the same key."""
        for problem in reading.problems[:_BROKEN]:
            note = "a template, read as far as it can be: " if reading.is_template else ""
            if reading.is_template and "written twice" in problem.message:
                continue
            self.gaps.add(Gap("extract", path, problem.line, note + problem.message))


def _circles(takes: Mapping[str, Sequence[str]]) -> Iterator[Gap]:
    """Files that take themselves in, over any way; one gap for each circle."""
    done: set[str] = set()
    for start in sorted(takes):
        way: dict[str, Iterator[str]] = {} if start in done else {start: iter(takes[start])}
        while way:
            file = next(reversed(way))
            target = next(way[file], None)
            if target is None:
                done.add(file)
                del way[file]
            elif target in way:
                names = [*way][[*way].index(target) :]
                yield Gap("extract", target, None, f"it takes itself in: {' → '.join((*names, target))}")
            elif target not in done and target in takes:
                way[target] = iter(takes[target])


def _takes_in(file: str, document: Document) -> Iterator[tuple[str, Path]]:
    """The modules of the repository that a file takes in: a folder of Terraform, a file of Bicep."""
    for hit in paths.find(document, ("module", "*")):
        source = document.node((*hit.path, "source"))
        if syntax_of(file) == "hcl" and source is not None and str(source.value).startswith("."):
            yield normpath(join(dirname(file), str(source.value))), hit.path
    if syntax_of(file) == "bicep":
        for hit in paths.find(document, ("module", "*", "*", "params")):
            yield normpath(join(dirname(file), str(hit.path[1]))), hit.path


def _is_named(format: Format, path: str) -> bool:
    return any(_matches(glob, path) for glob in format.files)


def _tells(format: Format, path: str) -> bool:
    """Whether the name alone says that a file has the format; `*.yaml` says nothing of what a file is for."""
    return any(
        _matches(glob, path) for glob in format.files if glob.rpartition(".")[0] != "*" or format_of(glob) not in STRUCTURED
    )


def _matches(glob: str, path: str) -> bool:
    return path_matches(glob, path) if "/" in glob else fnmatchcase(path.rpartition("/")[2], glob)


def _may_be(format: Format, content: bytes) -> bool:
    """Whether the bytes hold the words that the format cannot do without."""
    if format.words and not any(word.encode() in content for word in format.words):
        return False
    if format.syntax not in ("", "yaml", "json", "toml"):
        return True  # the paths of other syntaxes are not written in them

    def holds(path: tuple[str, ...]) -> bool:
        return all(step.encode() in content for step in path if "*" not in step)

    return all(any(map(holds, group)) for group in format.needs) and all(key.encode() in content for key in format.values)


def _has(document: Document, format: Format) -> bool:
    value = document.value
    for key, allowed in format.values.items():
        if not isinstance(value, dict) or not any(fits(value.get(key), one) for one in allowed):
            return False
    return _holds_all(document, format.needs)


def _holds_all(document: Document, groups: Sequence[Sequence[tuple[str, ...]]]) -> bool:
    """Whether of each group of paths one is there."""
    try:
        return all(any(next(paths.find(document, path), None) is not None for path in group) for group in groups)
    except TooLargeError:
        return False


def fits(value: object, allowed: object) -> bool:
    """Whether a value is one that a condition allows: a literal, `x*`, `*x`, `*x*`, or `*` for anything that is there."""
    if isinstance(allowed, str) and "*" in allowed:
        if allowed == "*":
            return value is not None
        text = value if isinstance(value, str) else None
        start, _, end = allowed.partition("*")
        if end.endswith("*") and not start:
            return text is not None and end[:-1] in text
        return text is not None and text.startswith(start) and text.endswith(end)
    return value == allowed and isinstance(value, bool) == isinstance(allowed, bool)
