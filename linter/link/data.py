"""What the code reads from data files of the repository: `yaml.safe_load(open("config.yaml"))` is a dictionary with places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import translate
from posixpath import commonprefix, dirname, normpath, splitext
from typing import TYPE_CHECKING

from linter.formats.tree import Document, Node, Path
from linter.link.limits import listing, mapping
from linter.model.place import Place
from linter.model.values import (
    CallValue,
    Constant,
    EnvVariable,
    ItemOf,
    Member,
    Symbol,
    Template,
    Unknown,
    Value,
    alternatives,
    core,
)

if TYPE_CHECKING:
    from linter.link.trace import Tracer

MAX_FILES = 4
"""Files that one path with unknown parts may mean."""
_OPENERS = frozenset({
    "builtins.open", "io.open", "codecs.open", "aiofiles.open", "anyio.open_file", "gzip.open", "pkgutil.get_data",
})  # fmt: skip
_SAME_PATH = frozenset({
    "resolve", "absolute", "expanduser", "as_posix", "strip", "open", "read_text", "read_bytes", "read", "readlines", "decode",
})  # fmt: skip
_SAME_FUNCTIONS = frozenset({
    "os.path.abspath", "os.path.realpath", "os.path.normpath", "os.path.expanduser", "os.path.expandvars", "pathlib.Path",
    "pathlib.PurePath", "builtins.str", "os.fspath",
})  # fmt: skip
_HERE = ("builtins.__file__", "os.getcwd", "pathlib.Path.cwd", "os.curdir", "importlib.resources.files")
"""A path that starts there leads into the repository."""
_VARIABLE = re.compile(
    r"\$\{(?P<env>oc\.env:|env:)?(?P<name>[A-Za-z_][\w.]*)(?:(?::-?|,)\s*(?P<default>[^}]*))?\}|^\$(?P<short>[A-Z_][A-Z0-9_]+)$"
)
_STANDS_FOR = ("example", "sample", "template", "default", "defaults", "dist")


@dataclass(frozen=True, slots=True)
class _Path:
    """A path as far as it is known: `*` stands for unknown parts. `inside`: an unknown front leads into the repository."""

    pattern: str
    inside: bool = True

    @property
    def is_known(self) -> bool:
        """Nothing is missing but where the repository lies."""
        return self.inside and "*" not in self.pattern.removeprefix("*")


class Data:
    """Turns data files into values."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        self._values: dict[tuple[str, Path], Value] = {}
        self._keys: dict[Place, str] = {}
        self._entries: dict[Place, tuple[Document, Path]] = {}

    def loaded(self, source: Value, module: str, place: Place, *, is_path: bool = False) -> Value | None:
        """What a loader makes of a stream or text. None when it does not come from files of the repository.

        `is_path`: the loader is given the path itself."""
        found: list[Value] = []
        doubts: list[Value] = []
        for one in alternatives(source):
            files, certain = self._files(one, module, is_path)
            found.extend(self.value(document, ()) for document in files)
            if not (files and certain):
                doubts.append(one)
        if not found:
            return None
        if doubts:
            found.append(Unknown(place, "which file is read", tuple(doubts)))
        return self._tracer.join(found, place, "load")

    def value(self, document: Document, path: Path) -> Value:
        """The value at a path of a document."""
        key = (document.file, path)
        if key not in self._values:
            node = document.node(path)
            assert node is not None
            self._values[key] = self._value(document, path, node)
        return self._values[key]

    def key_at(self, place: Place) -> str | None:
        """The key of the entry that a value was read from (`llm.model`); None for a value that stands elsewhere."""
        return self._keys.get(place)

    def entry_of(self, place: Place) -> tuple[Document, Path] | None:
        """The entry whose key stands at a place; None for a place elsewhere."""
        return self._entries.get(place)

    def _value(self, document: Document, path: Path, node: Node) -> Value:
        place = document.place(path)
        if node.tag is not None:
            return Unknown(place, f"what the tag {node.tag} makes of it")
        if not isinstance(node.value, dict | list):
            self._keys[place] = ".".join(map(str, path))
        if isinstance(node.value, dict):
            steps = [(*path, key) for key in node.children]
            self._entries.update((document.key_place(step), (document, step)) for step in steps)
            return mapping(place, ((Constant(document.key_place(s), str(s[-1])), self.value(document, s)) for s in steps), ())
        if isinstance(node.value, list):
            return listing(place, (self.value(document, (*path, key)) for key in node.children), "list")
        if not isinstance(node.value, str):
            return Constant(place, node.value)
        if "{{" in node.value:
            return Unknown(place, "a template that is filled in later")
        if _stands_for_itself(path, node.value):
            return Unknown(place, f"what stands for the placeholder {node.value}")
        return self._filled(document, path, node.value, place)

    def _filled(self, document: Document, path: Path, text: str, place: Place) -> Value:
        """A text in which `${OPENAI_MODEL:gpt-4o}` is that variable of the environment, and `${llm.model}` another entry."""
        parts: list[Value] = []
        end = 0
        for found in _VARIABLE.finditer(text):
            if found.start() > end:
                parts.append(Constant(place, text[end : found.start()]))
            name, default = found["name"] or found["short"], found["default"]
            other = tuple(name.split(".")) if default is None and not found["env"] else ()
            if other and other != path and document.node(other) is not None:
                key = ("filled", document.file, other)
                parts.append(self._tracer.once(key, name, place, lambda other=other: self.value(document, other)))
            elif "." in name:
                parts.append(Unknown(place, f"what is filled in for {name}"))
            else:
                known = None if default is None else Constant(place, default)
                parts.append(self._tracer.environment.variable(place, name, known))
            end = found.end()
        if not parts:
            return Constant(place, text)
        if end < len(text):
            parts.append(Constant(place, text[end:]))
        return parts[0] if len(parts) == 1 else Template(place, tuple(parts))

    # -- which file ---------------------------------------------------------------------------------------------------------

    def _files(self, source: Value, module: str, is_path: bool) -> tuple[list[Document], bool]:
        """The documents that a stream or path can be, and whether that is certain."""
        found: list[str] = []
        certain = True
        for path in _paths(self._tracer, source, is_path):
            names = self._named(path, module)
            certain = certain and path.is_known and len(names) == 1 and _leads_to(path.pattern, names[0], module)
            found.extend(names)
        data = self._tracer.program.data
        documents = [d for d in (data.document(name) for name in dict.fromkeys(found)) if d is not None]
        return documents, certain and len(documents) == 1

    def _named(self, path: _Path, module: str) -> list[str]:
        """The files that a path can mean, seen from a module; none when it could be too many."""
        pattern = path.pattern
        if pattern.startswith("/"):
            return []  # of the machine that it runs on
        pattern = "*" + _inner(pattern)
        ending = pattern.rpartition("/")[2].lstrip("*")
        if not splitext(ending)[0].strip("."):  # `*.json` says nothing
            return []
        matches = self._matching(pattern)
        if not matches:
            stem, end = splitext(pattern)
            stands_for = [f"{stem}{mark}{word}{end}" for word in _STANDS_FOR for mark in ("-", "_", ".")]
            stands_for.extend(f"{pattern}.{word}" for word in _STANDS_FOR)
            matches = [m for one in stands_for for m in self._matching(one)]
        if len(matches) > 1 and "*" not in pattern[1:]:
            matches = _nearest(matches, module)
        return matches if len(matches) <= MAX_FILES else []

    def _matching(self, pattern: str) -> list[str]:
        inner = pattern.removeprefix("*")
        test = re.compile(translate(inner)).match
        count = inner.count("/") + 1
        return [p for p in self._tracer.program.data.paths if test("/".join(p.split("/")[-count:]))]


def _stands_for_itself(path: Path, text: str) -> bool:
    """Whether a text only says what belongs there: `model_name: MODEL_NAME`, `model_name: YOUR_MODEL_NAME`."""
    own = str(path[-1]).upper().replace("-", "_") if path and isinstance(path[-1], str) else ""
    return "_" in own and text in (own, f"YOUR_{own}", f"<{own}>")


def _inner(pattern: str) -> str:
    """The path below the folder that it starts in."""
    return normpath(pattern.lstrip("*").lstrip("/")).rpartition("../")[2]


def _leads_to(pattern: str, file: str, module: str) -> bool:
    """Whether a file is the one of that very name, in the module's folder or in one around it."""
    inner = _inner(pattern)
    if file != inner and not file.endswith(f"/{inner}"):
        return False
    return f"{dirname(module)}/".startswith(file.removesuffix(inner).lstrip("/"))


def _nearest(files: list[str], module: str) -> list[str]:
    """Those that share most folders with the module that reads them."""
    shared = {one: len(commonprefix([f"{dirname(one)}/", f"{dirname(module)}/"])) for one in files}
    most = max(shared.values())
    nearest = [one for one in files if shared[one] == most]
    shallow = min(one.count("/") for one in nearest)
    return [one for one in nearest if one.count("/") == shallow]


def _paths(tracer: Tracer, source: Value, is_path: bool) -> Iterator[_Path]:
    """The paths that a stream, a text that was read, or a path can stand for."""
    for one in alternatives(source):
        if is_path:
            yield _path(tracer, one)
        elif isinstance(one, CallValue):
            callee = core(one.callee)
            if isinstance(callee, Symbol) and callee.name in _OPENERS and one.call.args:
                argument = tracer.value(one.call.args[-1 if callee.name == "pkgutil.get_data" else 0].value, one.frame)
                for inner in alternatives(argument):
                    yield _path(tracer, inner)
            elif isinstance(callee, Member) and callee.name in ("open", "read_text", "read_bytes", "open_text"):
                for inner in alternatives(callee.base):
                    yield _path(tracer, inner)
            elif isinstance(callee, Member) and callee.name in _SAME_PATH:
                yield from _paths(tracer, callee.base, False)


def path_of(tracer: Tracer, value: Value) -> str:
    """A path below the repository, told from where the code lies; `*` stands for unknown parts. Empty when it is none."""
    one = core(value)
    if isinstance(one, ItemOf):
        return path_of(tracer, one.base)
    if isinstance(one, CallValue):
        callee = core(one.callee)
        given = [tracer.value(a.value, one.frame) for a in one.call.args[:1]]
        if isinstance(callee, Member) and callee.name in ("open", "read_text", "read_bytes", "read", "readlines", "decode"):
            return ""  # what stands in it
        if isinstance(callee, Member) and callee.name in ("glob", "rglob", "iterdir"):
            name = given[0].value if given and isinstance(given[0], Constant) else "*"
            return f"{folder}/{name}" if (folder := path_of(tracer, callee.base)) else ""
        if (
            isinstance(callee, Symbol)
            and callee.name in ("glob.glob", "builtins.sorted", "builtins.list", "builtins.max")
            and given
        ):
            return path_of(tracer, given[0])
    found = _path(tracer, one)
    inner = _inner(found.pattern)
    return inner if found.inside and inner.strip("*./") else ""


def _path(tracer: Tracer, value: Value) -> _Path:
    one = core(value)
    if isinstance(one, Constant) and isinstance(one.value, str):
        return _Path(one.value)
    if isinstance(one, EnvVariable) and one.default is not None:
        return _Path(_path(tracer, one.default).pattern, inside=False)
    if isinstance(one, Template):
        parts = [_one_of(tracer, part) for part in one.parts]
        return _Path(re.sub(r"\*+", "*", "".join(p.pattern for p in parts)), all(p.inside for p in parts))
    if isinstance(one, CallValue):
        callee = core(one.callee)
        arguments = [tracer.value(a.value, one.frame) for a in one.call.args if a.name is None and not a.stars]
        if isinstance(callee, Member) and callee.name == "joinpath":
            steps = [_one_of(tracer, callee.base), *(_one_of(tracer, a) for a in arguments)]
            return _Path("/".join(s.pattern for s in steps), all(s.inside for s in steps))
        if isinstance(callee, Member) and callee.name in _SAME_PATH:
            return _one_of(tracer, callee.base)
        if isinstance(callee, Symbol) and callee.name in _SAME_FUNCTIONS and arguments:
            return _one_of(tracer, arguments[0])
    return _Path("*", _is_here(tracer, one, 0))


def _one_of(tracer: Tracer, value: Value) -> _Path:
    """A part of a path; one with several values is not known."""
    options = list(alternatives(value))
    return _path(tracer, options[0]) if len(options) == 1 else _Path("*", inside=False)


def _is_here(tracer: Tracer, value: Value, depth: int) -> bool:
    """Whether a folder is told from where the code lies, or where it is started."""
    one = core(value)
    if isinstance(one, Symbol):
        return one.name.startswith(_HERE)
    if depth > 12:
        return False
    if isinstance(one, CallValue):
        inner = [tracer.value(a.value, one.frame) for a in one.call.args[:1]]
        return _is_here(tracer, one.callee, depth + 1) or any(_is_here(tracer, i, depth + 1) for i in inner)
    return any(_is_here(tracer, i, depth + 1) for i in one.inside()[:1])
