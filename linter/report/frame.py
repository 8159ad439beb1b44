"""A line of code with a mark below it."""

from __future__ import annotations

import unicodedata

from linter.model.place import Place
from linter.report.escape import visible
from linter.report.lines import Lines
from linter.report.page import Part

_WIDTH = 120
"""Columns of code that are shown; of a longer line the part around the mark."""
_BEFORE = 40


def frame(lines: Lines, place: Place) -> list[list[Part]]:
    """The first line of a place, underlined; nothing when there is no such line (in a file that changed)."""
    text = lines.line(place.file, place.line, place.cell)
    if text is None or not text.strip():
        return []
    start = min(max(place.column - 1, 0), len(text))
    one_line = place.end_line in (0, place.line) and place.end_column > place.column
    end = min(place.end_column - 1, len(text)) if one_line else len(text.rstrip())
    left = start - _BEFORE if start > _WIDTH - _BEFORE else 0
    shown = text[left : left + _WIDTH].rstrip()
    before, marked = text[left:start], text[start : min(end, left + _WIDTH)]
    number = str(place.line)
    gutter = " " * len(number)
    lead = "…" if left else ""
    return [
        [(f"{number} | ", "quiet"), lead + shown],
        [(f"{gutter} | ", "quiet"), " " * (len(lead) + _columns(before)), ("^" * max(_columns(marked), 1), "caret")],
    ]


def _columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in visible(text)
    )
