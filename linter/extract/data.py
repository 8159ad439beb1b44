"""The data files of a repository, read when somebody asks for one: most of them decide nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from linter.formats.data import format_of, read_all
from linter.formats.tree import Document
from linter.formats.variables import Variable, VariableFile, is_candidate, variables
from linter.formats.yaml import Limits
from linter.model.place import Gap
from linter.model.source import Scope, SourceFile

MAX_BYTES = 1_000_000
"""A larger file is data."""
_LIMITS = Limits(size=MAX_BYTES)
_SMALL = 200_000
"""Bytes: what a person writes by hand is smaller."""
MAX_VARIABLE_FILES = 400
"""YAML files that are looked into for variables; a repository with more keeps data in them."""
_WORDS = (
    (b"apiVersion", b"kind", b"env"), (b"apiVersion", b"ConfigMap"), (b"envVars",), (b"env_variables",),
    (b"AWS::", b"Environment", b"Variables"), (b"functions:", b"provider:", b"environment:"),
)  # fmt: skip
"""What stands in YAML files that set variables, and do not say so by their name."""


class DataFiles:
    """Names of all of them, and the content of those that are asked for."""

    def __init__(self, sizes: Mapping[str, int], content: Callable[[str], bytes], scopes: Mapping[str, Scope]) -> None:
        """`sizes`: bytes by path. `content`: reads one, and may raise OSError."""
        self.paths = tuple(sorted(path for path in sizes if format_of(path) is not None))
        self.names = tuple(sorted(sizes))
        """Also those that no code reads as data: Terraform, scripts and the like."""
        self.gaps: set[Gap] = set()
        """Of files that the code reads."""
        self._sizes = dict(sizes)
        self._content = content
        self._scopes = dict(scopes)
        self._documents: dict[str, tuple[Document, ...] | Gap] = {}

    @classmethod
    def of(cls, files: Sequence[SourceFile]) -> DataFiles:
        """Those that the discover stage found."""
        roots = {file.path: file.root for file in files}

        def content(path: str) -> bytes:
            with open(os.path.join(roots[path], path), "rb") as stream:
                return stream.read(MAX_BYTES + 1)  # it may have grown

        return cls({f.path: f.size for f in files}, content, {f.path: f.scope for f in files})

    def scope(self, path: str) -> Scope:
        return self._scopes.get(path, Scope.PRODUCT)

    def is_small(self, path: str) -> bool:
        """Whether it can be configuration that somebody wrote."""
        return self._sizes.get(path, 0) <= _SMALL

    def too_large(self, path: str) -> str | None:
        """Why a file is not read, when that is its size."""
        size = self._sizes.get(path, 0)
        return f"{size:,} bytes; files above {MAX_BYTES:,} are not read" if size > MAX_BYTES else None

    def raw(self, path: str) -> bytes | None:
        """The bytes of a file; None, with a gap, when it cannot be read."""
        why = self.too_large(path)
        if why is not None:
            self.gaps.add(Gap("extract", path, None, why))
            return None
        try:
            return self._content(path)
        except OSError as error:
            self.gaps.add(Gap("extract", path, None, f"cannot be read: {error.strerror or error}"))
            return None

    def document(self, path: str) -> Document | None:
        """What a file holds that the code reads; None, with a gap, when it cannot be read."""
        found = self._found(path)
        if isinstance(found, Gap):
            self.gaps.add(found)
            return None
        return found[0]

    def glance(self, path: str) -> Document | None:
        """What a file holds that may matter. One that cannot be read is no gap: much that ends in `.yaml` is a template."""
        found = self._found(path)
        return None if isinstance(found, Gap) else found[0]

    def documents(self, path: str) -> tuple[Document, ...]:
        """The same with all documents of the file."""
        found = self._found(path)
        return () if isinstance(found, Gap) else found

    def mentions(self, path: str, *words: bytes) -> bool:
        """Whether all the words stand in a file, without reading it as what it is."""
        if self.too_large(path):
            return False
        try:
            data = self._content(path)
        except OSError:
            return False
        return all(word in data for word in words)

    @cached_property
    def variables(self) -> tuple[Variable | VariableFile, ...]:
        """The environment variables that the files set, those of tests left out."""
        candidates = [p for p in self.paths if self.scope(p) is not Scope.TEST and self.is_small(p)]
        named = [p for p in candidates if is_candidate(p)][:MAX_VARIABLE_FILES]
        others = [p for p in candidates if format_of(p) == "yaml" and not is_candidate(p)]
        if len(others) <= MAX_VARIABLE_FILES:
            named.extend(p for p in others if any(self.mentions(p, *words) for words in _WORDS))
        return tuple(one for path in sorted(named) for document in self.documents(path) for one in variables(document))

    def _found(self, path: str) -> tuple[Document, ...] | Gap:
        if path not in self._documents:
            self._documents[path] = self._read(path)
        return self._documents[path]

    def _read(self, path: str) -> tuple[Document, ...] | Gap:
        why = self.too_large(path)
        if why is not None:
            return Gap("link", path, None, why)
        try:
            data = self._content(path)
        except OSError as error:
            return Gap("link", path, None, f"cannot be read: {error.strerror or error}")
        documents, problems = read_all(data, path, _LIMITS)
        if documents:
            return documents
        return Gap("link", path, problems[0].line, problems[0].message) if problems else Gap("link", path, None, "it is empty")


NO_DATA = DataFiles({}, lambda _: b"", {})
