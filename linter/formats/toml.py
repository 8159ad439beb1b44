"""TOML with positions: the values are tomllib's; where a key stands is read off the lines."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any

from linter.errors import Problem
from linter.formats.tree import Document, Entry, Lines, Node, Path
from linter.formats.yaml import Limits

_PART = r"""(?:"[^"\n]*"|'[^'\n]*'|[A-Za-z0-9_-]+)"""
_NAME = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_TABLE = re.compile(rf"[ \t]*(?P<open>\[\[?)[ \t]*(?P<name>{_NAME})[ \t]*\]")
_KEY = re.compile(rf"[ \t]*(?P<name>{_NAME})[ \t]*=")
_WHERE = re.compile(r"\(at line (\d+), column \d+\)")

_Spans = dict[Path, tuple[int, int, int]]
"""Start and end of the key, and end of the value."""


def read(data: bytes, file: str, limits: Limits = Limits()) -> tuple[Document | None, tuple[Problem, ...]]:
    """Reads a TOML file. Never raises: what is wrong comes back as a problem. A line inside of a long text that looks like a key
    of the same table can be taken for its place; the values are right in any case."""
    if len(data) > limits.size:
        return None, (Problem(f"the file has {len(data):,} bytes; the limit is {limits.size:,}", file, 1),)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return None, (Problem(f"byte 0x{data[error.start]:02x} is not UTF-8", file, line, "save the file as UTF-8"),)
    try:
        values = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        at = _WHERE.search(str(error))
        why = _WHERE.sub("", str(error)).strip() if isinstance(error, tomllib.TOMLDecodeError) else "nested too deep"
        return None, (Problem(f"not TOML: {why}", file, int(at[1]) if at else 1),)
    return Document(file, Lines(text), _node(values, (), _spans(text), (0, len(text)), limits.depth)), ()


def _spans(text: str) -> _Spans:
    """Where each key stands that is written out in a line of its own."""
    spans: _Spans = {}
    table: Path = ()
    counts: dict[Path, int] = {}
    for start, end in _lines(text):
        header = _TABLE.match(text, start, end)
        if header is not None:
            table = _resolved(_parts(header["name"]), counts)
            if header["open"] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            spans.setdefault(table, (header.start("name"), header.end("name"), end))
            continue
        key = _KEY.match(text, start, end)
        if key is not None:
            path = table
            for part in _parts(key["name"]):
                path = (*path, part)
                spans.setdefault(path, (key.start("name"), key.end("name"), end))
    return spans


def _resolved(names: list[str], counts: dict[Path, int]) -> Path:
    """`[a.b]` below `[[a]]` belongs to the last element of `a`."""
    path: Path = ()
    for position, name in enumerate(names):
        path = (*path, name)
        if path in counts and position < len(names) - 1:
            path = (*path, counts[path])
    return path


def _parts(name: str) -> list[str]:
    return [part.strip("\"'") for part in re.findall(_PART, name)]


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.splitlines(keepends=True):
        yield start, start + len(line.rstrip())
        start += len(line)


def _node(value: Any, path: Path, spans: _Spans, around: tuple[int, int], depth: int) -> Node:
    start, end = around
    items: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    if not items or depth <= 0:
        plain = value if isinstance(value, str | int | float | bool | dict | list) else str(value)
        return Node(plain, start, end, None if isinstance(plain, dict | list) else str(plain))
    children: dict[str | int, Entry] = {}
    for key, one in items:
        span = spans.get((*path, key))
        inner = around if span is None else (span[0], span[2])
        node = _node(one, (*path, key), spans, inner, depth - 1)
        children[key] = Entry(node, inner[0], inner[1], span[:2] if span else None)
    return Node(value, start, end, children=children)
