"""Makes the documents of formats that have no parser of their own kind: values with the offsets of where they stand."""

from __future__ import annotations

from collections.abc import Iterable

from linter.formats.tree import Document, Entry, Lines, Node

Pair = tuple[str, tuple[int, int], Node]
"""A key, its start and end, and the value."""


def scalar(value: str | int | float | bool | None, start: int, end: int, *, plain: bool = False) -> Node:
    """A single value."""
    return Node(value, start, end, str(value), plain)


def as_number(text: str) -> str | int | float:
    """The number that a word of a file is, else the word."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def mapping(pairs: Iterable[Pair], start: int, end: int) -> Node:
    """A mapping; of a key that comes twice the first place, and a list of the values."""
    grouped: dict[str, tuple[tuple[int, int], list[Node]]] = {}
    for key, span, node in pairs:
        grouped.setdefault(key, (span, []))[1].append(node)
    children: dict[str | int, Entry] = {}
    for key, (span, nodes) in grouped.items():
        node = nodes[0] if len(nodes) == 1 else listing(nodes)
        children[key] = Entry(node, node.start, node.end, span)
    return Node({key: entry.node.value for key, entry in children.items()}, start, end, children=children)


def listing(nodes: Iterable[Node]) -> Node:
    """A list."""
    items = list(nodes)
    children: dict[str | int, Entry] = {index: Entry(node, node.start, node.end) for index, node in enumerate(items)}
    start, end = (items[0].start, items[-1].end) if items else (0, 0)
    return Node([node.value for node in items], start, end, children=children)


def document(file: str, text: str, pairs: Iterable[Pair]) -> Document:
    """A whole file that is a mapping."""
    return Document(file, Lines(text), mapping(pairs, 0, len(text)))
