"""Where something stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A region of one file. Lines and columns are 1-based; columns count characters (code points),
    and the end column is the one after the last character."""

    file: str
    """Path relative to the scanned root, with forward slashes."""
    line: int
    column: int = 1
    end_line: int = 0
    end_column: int = 0
    cell: int | None = None
    """0-based index of the notebook cell; lines then count inside the cell."""

    def __str__(self) -> str:
        cell = "" if self.cell is None else f"[cell {self.cell}]"
        return f"{self.file}{cell}:{self.line}"


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """One step of the evidence: a place, and in a few words what happens there."""

    place: Place
    what: str


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """Something that could not be analysed, and why. A gap is a result, not a log line."""

    stage: str
    """The stage that met it: discover, extract, link, infer."""
    file: str
    line: int | None
    reason: str
