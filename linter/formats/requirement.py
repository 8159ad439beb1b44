"""One package that a project asks for, and how such a line is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from linter.formats.versions import Ranges, ranges

_MOST = 1000
"""Characters of one requirement; texts that are looked for from the start of the file."""
_ASIDE = re.compile(
    r"(?:^|[-_./])(?:dev|develop|tests?|testing|docs?|lint|ci|typing|mypy|examples?|benchmarks?)(?:[-_./]|$)", re.IGNORECASE
)
_REQUIREMENT = re.compile(
    r"\s*(?P<name>[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*"
    r"(?:(?P<url>@)|\(?(?P<range>(?:[<>=!~^]=?=?\s*[^\s,;#()<>=!~^]+\s*,?\s*)*)\)?)\s*(?P<rest>.*)"
)


@dataclass(frozen=True, slots=True)
class Pin:
    """One package that is asked for."""

    name: str
    """As PyPI compares names: in lower case, with hyphens."""
    versions: Ranges
    text: str
    """As it is written, shortened."""
    line: int
    locked: bool = False
    """A tool has chosen this very version."""
    aside: bool = False
    """To work on the project, not to run it."""
    cell: int | None = None
    """Of a notebook; the line then counts inside of it."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What one file says."""

    pins: tuple[Pin, ...] = ()
    includes: tuple[str, ...] = ()
    """Further files of requirements, as it names them."""
    problem: str = ""
    """Why it cannot be read."""


def normal(name: str) -> str:
    """A package's name as PyPI compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def is_aside(name: str) -> bool:
    """Whether the name of a file or group of requirements says that they are for work on the project."""
    return _ASIDE.search(name) is not None


def requirement(text: str, line: int, aside: bool = False) -> Pin | None:
    """`openai[datalib]>=1,<2; python_version > "3.8"`; None for what is no requirement. What comes from an address has any
    version."""
    found = _REQUIREMENT.match(text[:_MOST])
    if found is None or (found["rest"] and not found["url"] and found["rest"][0] not in ";#-@"):
        return None
    versions = (found["range"] or "").strip()
    return Pin(normal(found["name"]), ranges(versions), f"{found['name']}{versions}"[:100], line, aside=aside)


class Search:
    """Finds the lines in which the values of a parsed file stand, in about the order of the file."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1
        self._back = 0

    def line(self, value: str) -> int:
        """The next line with a text, from the last one that was found on; the first line when it is written otherwise."""
        found = self._text.find(value, self._at)
        if found < 0:
            self._back += 1
            if self._back > _MOST:
                return 1
            found = self._text.find(value)
            if found < 0:
                return 1
            self._at, self._line = 0, 1
        self._line += self._text.count("\n", self._at, found)
        self._at = found
        return self._line


def listed(values: Any, search: Search, aside: bool = False) -> Iterator[Pin]:
    """The requirements of a list."""
    for value in values if isinstance(values, list | tuple) else ():
        pin = requirement(value, search.line(value), aside) if isinstance(value, str) else None
        if pin is not None:
            yield pin
