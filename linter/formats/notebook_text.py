"""The text of a notebook's file: where in it the source of each cell stands, and what it is without its outputs."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

_TOKEN = re.compile(
    r'(?P<string>"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z))(?P<key>\s*+:)?|(?P<sign>[\[\]{}])|[^\s,:"\[\]{}]++', re.DOTALL
)
"""A text that is not closed goes to the end: to look for others in it would take time by the square of its length."""
_CHARACTER = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]", re.DOTALL)
"""One character as it is written in a JSON string; two escapes for one beyond the first 65,536."""
_BREAK = re.compile(r"\r\n|\r|\n")
_MAX_TOKENS = 2_000_000
_CUT = frozenset({'"outputs"', '"attachments"', '"widgets"'})
"""Keys of what nobody asks for, and what makes notebooks large."""
_SOURCE = ("source", "input")
"""Keys of a cell's source; the first one counts."""
_DEEPEST = 6
"""Steps to a part of a source: `worksheets`, its number, `cells`, its number, `input`, its number."""

_Frame = list[Any]
"""An open list or object: its sign, and how many values it has had, or the last key."""
_Path = tuple[str | int, ...]
Spans = list[tuple[int, int]]


class Scan:
    """A walk over the tokens of JSON. It needs no recursion, and makes no objects of what it only passes."""

    def __init__(self, text: str) -> None:
        self._text = text

    def without_outputs(self) -> str | None:
        """The text with `null` for all outputs; None when it has more tokens than is reasonable."""
        kept: list[str] = []
        begin = depth = 0
        cutting = -1
        pending = False
        for number, token in enumerate(_TOKEN.finditer(self._text)):
            if number > _MAX_TOKENS:
                return None
            sign = token["sign"]
            if sign in ("[", "{"):
                if pending and cutting < 0:
                    cutting = depth
                    kept.append(self._text[begin : token.start()])
                depth += 1
            elif sign is not None:
                depth -= 1
                if depth == cutting:
                    kept.append("null")
                    begin, cutting = token.end(), -1
            pending = token["key"] is not None and token["string"] in _CUT
        if cutting < 0:
            kept.append(self._text[begin:])
        return "".join(kept)

    def sources(self) -> dict[int, Spans]:
        """For each cell (0-based) the strings of its source: their start and end, without the quotes."""
        found: dict[_Path, dict[int, dict[str, Spans]]] = {}
        is_flat = False
        for path, token in self._values():
            # Of a key that stands there twice the last one counts.
            if path == ("worksheets",):
                found = {cells: sources for cells, sources in found.items() if cells == ("cells",)}
            elif path[-1] == "cells" and len(path) in (1, 3):
                found.pop(path, None)
                is_flat = token["sign"] == "[" if len(path) == 1 else is_flat
            where = _where(path)
            if where is None:
                continue
            cells, cell, key, is_whole = where
            keys = found.setdefault(cells, {}).setdefault(cell, {})
            if is_whole:
                keys[key] = []
            if key and token["string"] is not None:
                keys[key].append((token.start("string") + 1, token.end("string") - 1))
        return dict(_numbered(found, is_flat))

    def _values(self) -> Iterator[tuple[_Path, re.Match[str]]]:
        """Every value with the way to it, down to the parts of a cell's source; deeper ones are passed over."""
        stack: list[_Frame] = []
        path: list[str | int] = []
        for number, token in enumerate(_TOKEN.finditer(self._text)):
            sign = token["sign"]
            if number > _MAX_TOKENS:
                return
            if sign in ("]", "}"):
                if stack:
                    stack.pop()
                continue
            if stack:
                top = stack[-1]
                if top[0] == "{" and token["key"] is not None:
                    top[1] = token["string"][1:-1]
                    continue
                del path[len(stack) - 1 :]
                path.append(top[1])
                if isinstance(top[1], int):
                    top[1] += 1
                if len(path) <= _DEEPEST:
                    yield tuple(path), token
            if sign is not None:
                stack.append([sign, 0 if sign == "[" else ""])


def _where(path: _Path) -> tuple[_Path, int, str, bool] | None:
    """The list of cells and the number in it that a path leads to; the key, when it is one of a source; whether it is all of
    that."""
    match path:
        case ("cells", int(cell), *rest):
            cells = path[:1]
        case ("worksheets", int(), "cells", int(cell), *rest):
            cells = path[:3]
        case _:
            return None
    is_source = bool(rest) and rest[0] in _SOURCE and (len(rest) == 1 or (len(rest) == 2 and isinstance(rest[1], int)))
    return cells, cell, str(rest[0]) if is_source else "", is_source and len(rest) == 1


def _numbered(found: dict[_Path, dict[int, dict[str, Spans]]], is_flat: bool) -> Iterator[tuple[int, Spans]]:
    """The sources by the number of their cell in the notebook: worksheets count on."""
    count = 0
    for cells in [("cells",)] if is_flat else sorted(one for one in found if one[0] == "worksheets"):
        sources = found.get(cells, {})
        for cell, keys in sources.items():
            spans = next((keys[key] for key in _SOURCE if key in keys), None)
            if spans is not None:
                yield count + cell, spans
        count += max(sources, default=-1) + 1


class Places:
    """Turns a line and column of a cell into those of the notebook's file."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._sources = Scan(text).sources()
        self._starts = [0, *(m.end() for m in _BREAK.finditer(text))]
        self._lines: dict[int, list[list[int]]] = {}

    def at(self, cell: int, line: int, column: int) -> tuple[int, int] | None:
        """Line and column (1-based, in code points) in the file. A column behind the end of the line means its end; None when
        the cell has no such line."""
        lines = self._of(cell)
        if not 0 < line <= len(lines):
            return None
        characters = lines[line - 1]
        offset = characters[min(column - 1, len(characters) - 1)]
        row = bisect_right(self._starts, offset)
        return row, offset - self._starts[row - 1] + 1

    def _of(self, cell: int) -> list[list[int]]:
        """For each line of a cell the offsets of its characters, and of what follows the last one."""
        if cell not in self._lines:
            lines: list[list[int]] = [[]]
            after_return = False
            end = 0
            for start, end in self._sources.get(cell, ()):
                for token in _CHARACTER.finditer(self._text, start, end):
                    character = {"\\n": "\n", "\\r": "\r", "\\u000a": "\n", "\\u000d": "\r"}.get(token[0].lower(), token[0])
                    if character == "\n" and after_return:
                        after_return = False
                        continue
                    lines[-1].append(token.start())
                    after_return = character == "\r"
                    if character in ("\n", "\r"):
                        lines.append([])
            lines[-1].append(end)
            self._lines[cell] = lines if cell in self._sources else []
        return self._lines[cell]
