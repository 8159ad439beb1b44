"""Where something stands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import total_ordering


@total_ordering
@dataclass(frozen=True, slots=True)
class Place:
    """A region of one file. Lines and columns are 1-based; columns count characters (code points),
    and the end column is the one after the last character. The order is that of reading: a notebook's cells, then their lines."""

    file: str
    """Path relative to the scanned root, with forward slashes."""
    line: int
    column: int = 1
    end_line: int = 0
    end_column: int = 0
    cell: int | None = None
    """0-based index of the notebook cell; lines then count inside the cell."""

    def __str__(self) -> str:
        return f"{in_cell(self.file, self.cell)}:{self.line}"

    def __lt__(self, other: Place) -> bool:
        return self._order() < other._order()

    def _order(self) -> tuple[str, int, int, int, int, int]:
        cell = -1 if self.cell is None else self.cell
        return self.file, cell, self.line, self.column, self.end_line, self.end_column

    @property
    def spot(self) -> tuple[str, int | None, int]:
        """The line that it starts in: file, cell, line."""
        return self.file, self.cell, self.line

    @property
    def start(self) -> tuple[str, int | None, int, int]:
        """Where it starts: file, cell, line, column. A call and what is built there start at one place, and may end at two."""
        return *self.spot, self.column


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """One step of the evidence: a place, and in a few words what happens there."""

    place: Place
    what: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something that is worth a line and is no finding: an unused waiver, a declared name that leads nowhere."""

    place: Place
    """Of what is to be changed, in the manifest."""
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """Something that could not be analysed, and why. A gap is a result, not a log line."""

    stage: str
    """The stage that met it: discover, extract, link, infer."""
    file: str
    line: int | None
    reason: str
    cell: int | None = None
    """0-based index of the notebook cell; the line then counts inside the cell."""

    def where(self) -> tuple[str, int, int, str, str]:
        """By file, cell and line: what gaps are sorted by."""
        return self.file, -1 if self.cell is None else self.cell, self.line or 0, self.stage, self.reason

    def __str__(self) -> str:
        """The place alone."""
        place = in_cell(self.file, self.cell)
        return place if self.line is None else f"{place}:{self.line}"


def in_cell(file: str, cell: int | None) -> str:
    """A file, and the cell of it."""
    return file if cell is None else f"{file}[cell {cell}]"
