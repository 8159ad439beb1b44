"""Configuration classes and the data files that fill them, where the code's own way from the one to the other cannot be followed
(profiles, merges, loaders of a library): a file fits a class when its keys are the class's fields."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from posixpath import dirname
from typing import TYPE_CHECKING

from linter.formats.data import STRUCTURED, format_of
from linter.formats.tree import Document, Path
from linter.link import settings
from linter.link.program import ScopeKey
from linter.model import facts as f
from linter.model.source import Scope
from linter.model.values import ScopeValue, Value

if TYPE_CHECKING:
    from linter.link.trace import Tracer

MAX_FILES = 60
"""Data files of a repository that are looked at; one with more keeps data in them, not configuration."""
MAX_FITTING = 16
_NO_CONFIGURATION = ("package.json", "package-lock.json", "tsconfig.json", "pyproject.toml", "poetry.lock", "mkdocs.yml")
_LEAST = 2
"""Keys that must be fields: one alone says nothing."""
_REQUESTS = ("get", "post", "put", "patch", "delete", "route", "api_route", "websocket")
_SHARE = 0.6
"""Of a mapping's keys."""


class Schemas:
    """Which part of which file fills a class."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        self._nodes: dict[ScopeKey, list[tuple[Document, Path]]] = {}
        self._holders: dict[str, list[tuple[ScopeKey, str]]] | None = None
        self._documents: list[Document] | None = None
        self._sent: frozenset[str] | None = None

    def values(self, cls: ScopeValue, name: str) -> list[Value]:
        """What the files that fit a class give for one of its fields."""
        found = [(d, (*path, name)) for d, path in self._of((cls.file, cls.scope), cls) if d.node((*path, name)) is not None]
        return [self._tracer.data.value(document, path) for document, path in found]

    def _of(self, key: ScopeKey, cls: ScopeValue) -> list[tuple[Document, Path]]:
        if key not in self._nodes:
            self._nodes[key] = []  # a class that holds itself
            if self._tracer.program.scope(*key).name in self._bodies():
                return []  # what a client sends
            nested = [
                (document, (*path, field))
                for holder, field in self._held_by(cls)
                for document, path in self._of((holder.file, holder.scope), holder)
                if isinstance(getattr(document.node((*path, field)), "value", None), dict)
            ]
            self._nodes[key] = nested or self._fitting(cls)
        return self._nodes[key]

    def _fitting(self, cls: ScopeValue) -> list[tuple[Document, Path]]:
        """Whole files, or mappings right below their top, whose keys are the fields of the class."""
        fields = settings.fields(self._tracer, cls)
        if len(fields) < _LEAST:
            return []
        found: list[tuple[Document, Path]] = []
        for document in self._candidates():
            top = document.value
            if not isinstance(top, dict) or {"apiVersion", "kind"} <= set(top):
                continue  # Kubernetes fills the environment, and encodes its secrets
            inner = ((key,) for key, value in top.items() if isinstance(value, dict))
            paths: list[Path] = [(), *inner]
            found.extend((document, path) for path in paths if _fits(document, path, fields))
        found.extend(self._overlays(found, fields))
        return found if len(found) <= MAX_FITTING else []

    def _overlays(self, whole: list[tuple[Document, Path]], fields: dict[str, bool]) -> list[tuple[Document, Path]]:
        """Files beside a fitting one that say a part of it (`settings-local.yaml`)."""
        folders = {(dirname(document.file), path) for document, path in whole}
        known = {document.file for document, _ in whole}
        optional = dict.fromkeys(fields, False)
        return [
            (document, path)
            for folder, path in sorted(folders, key=str)
            for document in self._candidates()
            if dirname(document.file) == folder and document.file not in known and _fits(document, path, optional, 1.0)
        ]

    def _bodies(self) -> frozenset[str]:
        """Classes of what is sent to the program: the parameters of the functions that answer requests."""
        if self._sent is None:
            program = self._tracer.program
            names: set[str] = set()
            for path, index in program.decorated:
                scope = program.scope(path, index)
                if any(_answers(decorator) for decorator in scope.decorators):
                    for one in scope.params:
                        names.update(_names(one.annotation) if one.default is None else ())
            self._sent = frozenset(names)
        return self._sent

    def _candidates(self) -> list[Document]:
        if self._documents is None:
            data = self._tracer.program.data
            paths = [
                path for path in data.paths
                if data.scope(path) is Scope.PRODUCT and data.is_small(path) and not path.startswith(".")
                and path.rpartition("/")[2] not in _NO_CONFIGURATION and format_of(path) in STRUCTURED
            ]  # fmt: skip
            few = paths if len(paths) <= MAX_FILES else []
            self._documents = [d for d in map(data.glance, few) if d is not None]
        return self._documents

    def _held_by(self, cls: ScopeValue) -> Iterator[tuple[ScopeValue, str]]:
        """The classes that have a field of this class."""
        program = self._tracer.program
        for (file, index), field in self._by_annotation().get(program.scope(cls.file, cls.scope).name, ()):
            holder = self._tracer.scope_value(file, index, program.frame(file, 0))
            if (file, index) != (cls.file, cls.scope) and settings.family(self._tracer, holder):
                yield holder, field

    def _by_annotation(self) -> dict[str, list[tuple[ScopeKey, str]]]:
        """Fields of classes by the names in their annotations."""
        if self._holders is None:
            self._holders = defaultdict(list)
            for path, file in self._tracer.program.files.items():
                for scope in file.scopes:
                    if scope.kind == "class":
                        for bound in scope.bindings:
                            for name in _names(bound.annotation):
                                self._holders[name].append(((path, scope.index), bound.name))
        return self._holders


def _fits(document: Document, path: Path, fields: dict[str, bool], share: float = _SHARE) -> bool:
    node = document.node(path)
    keys = set(node.value) if node is not None and isinstance(node.value, dict) else set()
    hits = keys & set(fields)
    required = {name for name, needed in fields.items() if needed}
    return len(hits) >= _LEAST and len(hits) >= share * len(keys) and required <= keys


def _answers(decorator: f.Expr) -> bool:
    """`@app.post("/ask")`"""
    return isinstance(decorator, f.Call) and isinstance(decorator.func, f.Attr) and decorator.func.name in _REQUESTS


def _names(annotation: f.Expr | None) -> Iterator[str]:
    for part in f.walk(annotation) if annotation is not None else ():
        if isinstance(part, f.Name | f.Attr):
            yield part.name
        elif isinstance(part, f.Const) and isinstance(part.value, str) and part.value.isidentifier():
            yield part.value
