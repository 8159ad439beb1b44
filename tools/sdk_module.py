"""One module of an SDK as `ast` reads it: what binds each of its names."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(eq=False)
class Module:
    """A module, package or namespace package (then without a file)."""

    name: str
    file: Path | None
    package: bool
    names: dict[str, list[ast.AST]] = field(default_factory=dict)
    stars: list[ast.ImportFrom] = field(default_factory=list)
    tree: ast.Module | None = None

    @cached_property
    def strings(self) -> frozenset[str]:
        """All string constants, where lazy imports keep their names."""
        nodes = ast.walk(self.tree) if self.tree else ()
        return frozenset(n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str))

    @cached_property
    def exports(self) -> frozenset[str] | None:
        """What `import *` takes, when `__all__` says it in constants."""
        nodes = self.names.get("__all__", [])
        values = [
            n.value for n in nodes if isinstance(n, (ast.Assign, ast.AnnAssign)) and isinstance(n.value, (ast.List, ast.Tuple))
        ]
        grown = any(isinstance(n, ast.AugAssign) for n in (self.tree.body if self.tree else ()))
        if not nodes or len(values) != len(nodes) or grown:
            return None
        return frozenset(e.value for v in values for e in v.elts if isinstance(e, ast.Constant) and isinstance(e.value, str))

    def absolute(self, name: str, level: int) -> str:
        """The absolute name of a relative import."""
        if level == 0:
            return name
        parts = self.name.split(".")
        parts = parts[: len(parts) - level + (1 if self.package else 0)]
        return ".".join([*parts, name] if name else parts)


def decorator(expr: ast.expr) -> str:
    """The last part of a decorator's name."""
    bare = expr.func if isinstance(expr, ast.Call) else expr
    return ast.unparse(bare).rpartition(".")[2]


def parse(name: str, path: Path, package: bool) -> Module:
    """Reads one file; a file that is no Python is a module without names."""
    out = Module(name, path, package)
    try:
        out.tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return out
    out.names = collect(out.tree.body, out.stars)
    return out


def class_names(node: ast.ClassDef) -> dict[str, list[ast.AST]]:
    """The statements of a class body by the name they bind."""
    found: dict[str, list[ast.AST]] | None = getattr(node, "_names", None)
    if found is None:
        found = collect(node.body, [])
        node._names = found  # type: ignore[attr-defined]
    return found


def is_self(expr: ast.expr) -> bool:
    """The name `self`."""
    return isinstance(expr, ast.Name) and expr.id == "self"


def self_assignments(node: ast.ClassDef) -> dict[str, list[tuple[Function, ast.Assign | ast.AnnAssign]]]:
    """`self.name = …` in the methods of a class, by name."""
    found: dict[str, list[tuple[Function, ast.Assign | ast.AnnAssign]]] | None = getattr(node, "_assigned", None)
    if found is None:
        found = {}
        for method in (n for group in class_names(node).values() for n in group if isinstance(n, Function)):
            for inner in ast.walk(method):
                if isinstance(inner, (ast.Assign, ast.AnnAssign)):
                    for target in inner.targets if isinstance(inner, ast.Assign) else [inner.target]:
                        if isinstance(target, ast.Attribute) and is_self(target.value):
                            found.setdefault(target.attr, []).append((method, inner))
        node._assigned = found  # type: ignore[attr-defined]
    return found


def collect(body: Sequence[ast.stmt], stars: list[ast.ImportFrom]) -> dict[str, list[ast.AST]]:
    """What each name is bound by, in order; conditions count as true on both sides."""
    names: dict[str, list[ast.AST]] = {}
    todo = list(reversed(body))
    while todo:
        node = todo.pop()
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            if not any(decorator(d) in ("setter", "deleter") for d in node.decorator_list):
                names.setdefault(node.name, []).append(node)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                names.setdefault(alias.asname or alias.name.partition(".")[0], []).append(node)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if alias.name == "*":
                    stars.append(node)
                else:
                    names.setdefault(alias.asname or alias.name, []).append(node)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    names.setdefault(target.id, []).append(node)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.setdefault(node.target.id, []).append(node)
        elif isinstance(node, (ast.If, ast.Try, ast.With)):
            inner = [*node.body, *getattr(node, "orelse", []), *getattr(node, "finalbody", [])]
            if isinstance(node, ast.If) and ast.unparse(node.test).rpartition(".")[2] == "TYPE_CHECKING":
                inner = [*node.orelse, *node.body]  # what type checkers see is the plainer of the two, and the last one wins
            for handler in getattr(node, "handlers", []):
                inner.extend(handler.body)
            todo.extend(reversed(inner))
    return names


def import_map(tree: ast.Module, name: str) -> Iterator[str]:
    """Modules that a dictionary of the source names for `name`: `{name: module}`, `{module: [names]}`, `d[module] = [names]`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            pairs = list(zip(node.keys, node.values, strict=True))
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            pairs = [(node.targets[0].slice, node.value)]
        else:
            continue
        for key, value in pairs:
            if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
                continue
            texts = [c.value for c in ast.walk(value) if isinstance(c, ast.Constant) and isinstance(c.value, str)]
            if key.value == name:
                yield from texts
                if len(texts) > 1:
                    yield ".".join(texts)
            elif name in texts:
                yield key.value
