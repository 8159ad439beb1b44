"""Configuration that Hydra composes: a primary file, and for each group of its defaults list one file of that group's folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from linter.formats.tree import Document, Node, Path
from linter.link.limits import mapping
from linter.link.program import last_name
from linter.model import facts as f
from linter.model.place import Place
from linter.model.values import Constant, Frame, Symbol, Unknown, Value, core, literal

if TYPE_CHECKING:
    from linter.link.trace import Tracer

MAX_FILES = 40
"""Files of one configuration."""
_DEPTH = 6
"""Defaults lists in files of defaults lists."""
_INITIALIZERS = ("initialize", "initialize_config_dir")
_WORDS = ("override ", "optional ")

_Tree = dict[str, "_Tree | Value"]


@dataclass(frozen=True, slots=True)
class _Part:
    """A file, and where in the configuration its content goes."""

    document: Document
    package: tuple[str, ...]
    group: str = ""
    """The group that it was chosen from, where that has other files, too."""


def parameter(tracer: Tracer, own: f.Parameter, scope: f.Scope, frame: Frame, place: Place) -> Value | None:
    """What `@hydra.main(config_path="conf", config_name="config")` hands to the function; None for another parameter."""
    if not scope.params or scope.params[0] is not own:
        return None
    for decorator in scope.decorators:
        if isinstance(decorator, f.Call) and last_name(decorator.func) == "main":
            outer = frame.outer or tracer.program.frame(frame.module, max(scope.parent, 0))
            callee = core(tracer.value(decorator.func, outer))
            if isinstance(callee, Symbol) and callee.name == "hydra.main":
                folder = _said(tracer, decorator, outer, "config_path", 0)
                return composed(tracer, frame.module, folder, _said(tracer, decorator, outer, "config_name", 1), place)
    return None


def compose(tracer: Tracer, call: f.Call, frame: Frame, place: Place) -> Value | None:
    """What `hydra.compose(config_name="config")` gives, after `hydra.initialize(config_path="conf")` in the same module."""
    name = _said(tracer, call, frame, "config_name", 0)
    for word in _INITIALIZERS:
        for entry in tracer.program.calls_by_name.get(word, ()):
            if entry.file == frame.module:
                folder = _said(tracer, entry.site.call, tracer.program.frame(entry.file, entry.scope), "config_path", 0)
                return composed(tracer, entry.file, folder, name, place)
    return None


def composed(tracer: Tracer, module: str, folder: object, name: object, place: Place) -> Value | None:
    """The configuration of a primary file in a folder beside a module; None where there is no such file."""
    if not (isinstance(name, str) and (folder is None or isinstance(folder, str))):
        return None
    root = normpath(join(dirname(module), folder or "."))
    root = "" if root == "." else root
    primary = _document(tracer, root, name)
    if primary is None:
        return None
    tree: _Tree = {}
    parts = list(_parts(tracer, primary, root, (), "", 0))[:MAX_FILES]
    for part in parts:
        _merge(tracer, tree, part, _is_ordered(primary), place)
    return _value(tree, primary.place(()))


def _said(tracer: Tracer, call: f.Call, frame: Frame, name: str, position: int) -> object:
    value = tracer.functions.keyword_or_position(tracer, call, frame, name, position)
    return literal(value) if value is not None else None


def _document(tracer: Tracer, folder: str, name: str) -> Document | None:
    stem = name.removesuffix(".yaml").removesuffix(".yml")
    data = tracer.program.data
    path = next((p for end in (".yaml", ".yml") if (p := join(folder, stem + end)) in data.paths), None)
    found = None if path is None else data.document(path)
    return found if found is not None and isinstance(found.value, dict) else None


def _is_ordered(document: Document) -> bool:
    """Whether the file says where it stands among its defaults itself: versions of Hydra differ where it does not."""
    given = document.value.get("defaults")
    return not isinstance(given, list) or "_self_" in given


def _parts(tracer: Tracer, document: Document, root: str, package: tuple[str, ...], group: str, depth: int) -> Iterator[_Part]:
    """The files of a configuration in the order in which they are laid over each other."""
    given = document.value.get("defaults")
    own = _Part(document, package, group)
    for one in given if isinstance(given, list) and depth < _DEPTH else ():
        if one == "_self_":
            yield own
        for folder, option, target in _choices(one):
            inner = _document(tracer, root, join(folder, option))
            if inner is not None and inner.file != document.file:
                at = () if _is_global(tracer, inner) else _package(target or folder)
                yield from _parts(tracer, inner, root, (*package, *at), _open(tracer, root, folder), depth + 1)
    if not isinstance(given, list) or "_self_" not in given:
        yield own


def _choices(one: object) -> Iterator[tuple[str, str, str]]:
    """Folder, name and package (empty: that of the folder) of each file that an entry of a defaults list names."""
    if isinstance(one, str) and one != "_self_" and "$" not in one:
        path, _, target = one.lstrip("/").partition("@")
        yield dirname(path), path.rpartition("/")[2], target
    for key, chosen in one.items() if isinstance(one, dict) else ():
        for word in _WORDS:
            key = key.removeprefix(word)
        folder, _, target = key.lstrip("/").partition("@")
        for option in chosen if isinstance(chosen, list) else [chosen]:
            if isinstance(option, str) and "$" not in option:
                yield folder, option, target


def _package(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.replace("/", ".").split(".") if word and word not in ("_here_", "_global_"))


def _is_global(tracer: Tracer, document: Document) -> bool:
    return tracer.program.data.mentions(document.file, b"@package _global_")


def _open(tracer: Tracer, root: str, group: str) -> str:
    """The group, where somebody who starts the program can choose another of its files."""
    folder = join(root, group)
    return group if group and sum(dirname(path) == folder for path in tracer.program.data.paths) > 1 else ""


def _merge(tracer: Tracer, tree: _Tree, part: _Part, is_ordered: bool, place: Place) -> None:
    target = tree
    for word in part.package:
        inner = target.get(word)
        target[word] = inner = inner if isinstance(inner, dict) else {}
        target = inner
    stack: list[tuple[_Tree, Node, Path]] = [(target, part.document.root, ())]
    while stack:
        into, node, path = stack.pop()
        for key, entry in node.children.items():
            if not isinstance(key, str) or (key == "defaults" and not path):
                continue
            known = into.get(key)
            if isinstance(entry.node.value, dict):
                into[key] = deeper = known if isinstance(known, dict) else {}
                stack.append((deeper, entry.node, (*path, key)))
                continue
            value = tracer.data.value(part.document, (*path, key))
            doubts = [Unknown(place, f"which {part.group} is chosen")] if part.group else []
            before = [known] if isinstance(known, Value) and not is_ordered else []
            into[key] = tracer.join([*before, value, *doubts], place, key) if before or doubts else value


def _value(tree: _Tree, place: Place) -> Value:
    pairs = ((Constant(place, key), _value(one, place) if isinstance(one, dict) else one) for key, one in tree.items())
    return mapping(place, pairs, ())
