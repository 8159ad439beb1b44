"""A document that was read: the plain values, and where each of them stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from linter.model.place import Place

Path = tuple[str | int, ...]
"""The way from the root to a value: keys of mappings (texts), indices of lists."""

_BREAK = re.compile(r"\r\n|\r|\n")
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


class Lines:
    """Turns offsets into lines and columns. An own table, since YAML counts U+2028 as a line break, and editors do not."""

    __slots__ = ("_starts", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(m.end() for m in _BREAK.finditer(text))]

    def at(self, index: int) -> tuple[int, int]:
        """Line and column (1-based, in code points) of an offset into the text."""
        line = bisect_right(self._starts, index)
        return line, index - self._starts[line - 1] + 1

    def written(self, start: int, end: int) -> str:
        """The text between two offsets."""
        return self._text[start:end]

    def indentation(self, line: int) -> str:
        """The white space that a line (1-based) starts with."""
        start = self._starts[line - 1]
        end = self._starts[line] if line < len(self._starts) else len(self._text)
        content = self._text[start:end]
        return content[: len(content) - len(content.lstrip())]

    def first_unprintable(self) -> int:
        """Offset of the first character that YAML does not allow; 0 when there is none."""
        found = _UNPRINTABLE.search(self._text)
        return found.start() if found else 0

    def trimmed(self, start: int, end: int) -> int:
        """`end` without the line breaks that a block scalar runs on to."""
        while end > start and self._text[end - 1 : end].isspace():
            end -= 1
        return end


def is_deep(value: Any, depth: int) -> bool:
    """Whether mappings and lists are nested deeper than that."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(depth):
        level = [i for one in level for i in (one.values() if isinstance(one, dict) else one) if isinstance(i, dict | list)]
    return bool(level)


LEAF: Mapping[str | int, Entry] = MappingProxyType({})


@dataclass(slots=True)
class Node:
    """One value. A node that is used through aliases is shared, never copied."""

    value: Any
    """str, int, float, bool, None, or a dict or list of these. Shared between aliases: not to be changed."""
    start: int
    end: int
    text: str | None = None
    """A scalar as it is written, without quotes and escapes; None for a mapping or list."""
    plain: bool = False
    """A scalar without quotes."""
    tag: str | None = None
    """A tag that is not one of YAML's own (`!Ref`)."""
    children: Mapping[str | int, Entry] = field(default_factory=lambda: LEAF, repr=False)
    size: int = 1
    """Number of values in it, aliases written out."""
    height: int = 1


@dataclass(slots=True)
class Entry:
    """One use of a value in a mapping or list, with offsets of the use; for an alias they are those of `*name`."""

    node: Node
    start: int
    end: int
    key: tuple[int, int] | None = None
    """Start and end of the key; None in a list."""
    merged: bool = False
    """It came in through `<<`; its offsets are those of the source."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a file."""

    file: str
    lines: Lines
    root: Node

    @property
    def value(self) -> Any:
        """The whole document as plain Python: dict (with text keys), list, str, int, float, bool, None. Not to be changed."""
        return self.root.value

    def node(self, path: Path) -> Node | None:
        """The value at a path, or None when there is no such path."""
        entry = self._entry(path)
        return self.root if not path else (entry.node if entry else None)

    def text(self, path: Path) -> str | None:
        """The scalar at a path as it is written, without its quotes."""
        node = self.node(path)
        return node.text if node else None

    def place(self, path: Path) -> Place:
        """The entry at a path, from the start of its key (if it has one) to the end of its value. A path that does not exist has
        the place of the nearest part of it that does."""
        entry = self._nearest(path)
        if entry is None:
            return self._place(self.root.start, self.root.end)
        return self._place(entry.key[0] if entry.key else entry.start, entry.end)

    def key_place(self, path: Path) -> Place:
        """The key at a path; of a list item the whole item."""
        entry = self._nearest(path)
        return self._place(*entry.key) if entry and entry.key else self.place(path)

    def value_place(self, path: Path) -> Place:
        """The value at a path without its key."""
        entry = self._nearest(path)
        return self._place(entry.start, entry.end) if entry else self.place(())

    def _place(self, start: int, end: int) -> Place:
        line, column = self.lines.at(start)
        end_line, end_column = self.lines.at(max(start, end))
        return Place(self.file, line, column, end_line, end_column)

    def _entry(self, path: Path) -> Entry | None:
        node, entry = self.root, None
        for step in path:
            entry = node.children.get(step)
            if entry is None:
                return None
            node = entry.node
        return entry

    def _nearest(self, path: Path) -> Entry | None:
        for length in range(len(path), 0, -1):
            entry = self._entry(path[:length])
            if entry is not None:
                return entry
        return None
