"""YAML -> values with lines, for the provider files."""

from __future__ import annotations

from dataclasses import dataclass

from linter.errors import Problem
from linter.formats.tree import Lines, Node
from linter.formats.yaml import read_one


@dataclass(slots=True)
class Item:
    """A value and the 1-based line of its key (in a mapping) or of itself (in a list).

    `value`: dict[str, Item], list[Item], str, int, float, bool or None."""

    line: int
    value: object


def read_items(data: bytes, file: str) -> tuple[Item, tuple[Problem, ...]]:
    """Reads one document. What is no YAML, or a repeated key, comes back as problems."""
    document, problems = read_one(data, file)
    return (Item(1, None) if document is None else _convert(document.root, 1, document.lines)), problems


def _convert(node: Node, line: int, lines: Lines) -> Item:
    if isinstance(node.value, dict):
        entries = node.children.items()
        return Item(line, {str(k): _convert(e.node, lines.at(e.key[0] if e.key else e.start)[0], lines) for k, e in entries})
    if isinstance(node.value, list):
        return Item(line, [_convert(e.node, lines.at(e.start)[0], lines) for e in node.children.values()])
    return Item(line, node.value)
