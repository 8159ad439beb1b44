"""TOML with positions: the values are tomllib's; where a key stands is read off the lines."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from linter.errors import Problem
from linter.formats.text import strict
from linter.formats.tree import Document, Entry, Lines, Node, Path, is_deep
from linter.formats.yaml import Limits

_PART = r"""(?:"[^"\n]*"|'[^'\n]*'|[A-Za-z0-9_-]+)"""
_NAME = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_TABLE = re.compile(rf"[ \t]*(?P<open>\[\[?)[ \t]*(?P<name>{_NAME})[ \t]*\]")
_KEY = re.compile(rf"[ \t]*(?P<name>{_NAME})[ \t]*=")
_DEEP = re.compile(rf"(?<![A-Za-z0-9_.-]){_PART}(?:[ \t]*\.[ \t]*{_PART}){{99}}")
"""A dotted name of a hundred parts. tomllib takes time by the square of their number."""
_TOKEN = re.compile(r'''"""|\'\'\'|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#[^\n]*|[][{}]''')
_WHERE = re.compile(r"\(at line (\d+), column \d+\)")

_Spans = dict[Path, tuple[int, int, int]]
"""Start and end of the key, and end of the value."""


def read(data: bytes, file: str, limits: Limits = Limits()) -> tuple[Document | None, tuple[Problem, ...]]:
    """Reads a TOML file. Never raises: what is wrong comes back as a problem."""
    text = strict(data, file, limits.size)
    if isinstance(text, Problem):
        return None, (text,)
    deep = Problem(f"nested deeper than {limits.depth} levels", file, 1)
    long = _DEEP.search(text) if text.count(".") >= 99 else None
    if long is not None:
        return None, (replace(deep, line=text.count("\n", 0, long.start()) + 1),)
    try:
        values = tomllib.loads(text)
        if is_deep(values, limits.depth):
            return None, (deep,)
        return Document(file, Lines(text), _node(values, (), _spans(text), (0, len(text)), limits.depth)), ()
    except RecursionError:
        return None, (deep,)
    except tomllib.TOMLDecodeError as error:
        at = _WHERE.search(str(error))
        return None, (Problem(f"not TOML: {_WHERE.sub('', str(error)).strip()}", file, int(at[1]) if at else 1),)
    except ValueError:
        return None, (Problem("a number has more digits than can be read", file, 1),)


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
    """Start and end of each line that does not begin inside of a long text or a list."""
    start, quotes, depth = 0, "", 0
    for line in text.split("\n"):
        if not quotes and depth <= 0:
            yield start, start + len(line.rstrip())
        quotes, depth = _at_end(line, quotes, max(depth, 0))
        start += len(line) + 1


def _at_end(line: str, quotes: str, depth: int) -> tuple[str, int]:
    """What goes on behind a line: the quotes of a long text, and the number of open brackets."""
    at = 0
    while True:
        if quotes:
            end = line.find(quotes, at)
            while end >= 0 and quotes == '"""' and _is_escaped(line, end):
                end = line.find(quotes, end + 1)
            if end < 0:
                return quotes, depth
            at, quotes = end + 3, ""
            while line[at : at + 1] == line[end]:  # up to two quotes may stand before the closing ones
                at += 1
        found = _TOKEN.search(line, at)
        if found is None:
            return "", depth
        at = found.end()
        if found[0] in ('"""', "'''"):
            quotes = found[0]
        else:
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(found[0], 0)


def _is_escaped(line: str, at: int) -> bool:
    before = line[:at]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1


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
