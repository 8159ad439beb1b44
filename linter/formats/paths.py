"""Paths with wildcards over a document: `services.*.image`, `**.containers.image`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from linter.formats.tree import Document, Node, Path

_STEP = re.compile(r'"([^"]*)"|([^."]+)')
MAX_VISITS = 200_000
"""Values that are looked at for one path: aliases make small files large."""


class TooLargeError(Exception):
    """A document has more values than are looked at."""


@cache
def steps(text: str) -> tuple[str, ...]:
    """The keys of a written path. A key with a dot in it stands in double quotes: `limits."nvidia.com/gpu"`."""
    return tuple(quoted or plain for quoted, plain in _STEP.findall(text))


@dataclass(frozen=True, slots=True)
class Hit:
    """A path that a pattern means."""

    path: Path
    free: tuple[bool, ...]
    """Of each step whether the pattern leaves it open: a list's index, or what a star stands for."""

    def belongs_to(self, other: Hit) -> int | None:
        """How many steps both have in common; None when they part where both are open, as entries of two services do."""
        common = shared(self.path, other.path)
        if common < min(len(self.path), len(other.path)) and self.free[common] and other.free[common]:
            return None
        return common


def find(document: Document, pattern: tuple[str, ...], start: Path = ()) -> Iterator[Hit]:
    """The paths that a pattern means, in the order of the document. `*` is any key of a mapping, `**` any number of keys; lists
    on the way are gone through, one at the end is not. Raises TooLargeError."""
    root = document.node(start)
    if root is None:
        return
    stack: list[tuple[Node, Path, tuple[bool, ...], int]] = [(root, start, (True,) * len(start), 0)]
    seen: set[tuple[Path, int]] = set()
    while stack:
        node, path, free, at = stack.pop()
        if (path, at) in seen:
            continue
        seen.add((path, at))
        if len(seen) > MAX_VISITS:
            raise TooLargeError
        if at == len(pattern):
            yield Hit(path, free)
            continue
        step = pattern[at]
        following: list[tuple[Node, Path, tuple[bool, ...], int]] = []
        below = [(entry.node, (*path, key), (*free, True)) for key, entry in node.children.items()]
        if step == "**":
            following = [(node, path, free, at + 1), *((*one, at) for one in below)]
        elif isinstance(node.value, list):
            following = [(*one, at) for one in below]
        elif step == "*":
            following = [(*one, at + 1) for one in below]
        elif step in node.children:
            following = [(node.children[step].node, (*path, step), (*free, False), at + 1)]
        stack.extend(reversed(following))


def shared(one: Path, other: Path) -> int:
    """How many steps two paths have in common."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count
