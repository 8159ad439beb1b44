"""The lines that findings point at, read when a report shows them."""

from __future__ import annotations

import io
import os
import tokenize
from pathlib import Path

from linter.formats.notebook import MAX_FILE, read
from linter.formats.notebook_text import Places
from linter.model.place import Place

_MAX_BYTES = 2_000_000
_MAX_COLUMNS = 400
"""Of one shown line: what is longer is data."""
_BEHIND = 1_000_000_000
"""A column behind the end of every line."""


class Lines:
    """Lines of the scanned files. A file that is gone, or unreadable, has none."""

    def __init__(self, root: str) -> None:
        self._root = Path(root)
        self._known: dict[str, tuple[str, ...]] = {}
        self._cells: dict[str, dict[int, list[str]]] = {}
        self._places: dict[str, Places | None] = {}

    def of(self, file: str) -> tuple[str, ...]:
        """All lines, without their ends."""
        if file not in self._known:
            data = self.data(file)
            self._known[file] = () if data is None else tuple(_lines(data, file))
        return self._known[file]

    def line(self, file: str, number: int, cell: int | None = None) -> str | None:
        """A line (1-based), of the file or of a notebook's cell, cut where it is very long; None when there is no such line."""
        lines = self.of(file) if cell is None else self._of_cells(file).get(cell, ())
        return lines[number - 1][:_MAX_COLUMNS] if 0 < number <= len(lines) else None

    def physical(self, place: Place) -> Place:
        """A place in a notebook's cell as one in the file itself, of one line; every other place as it is."""
        if place.cell is None:
            return place
        if place.file not in self._places:
            data = self.data(place.file, MAX_FILE)
            self._places[place.file] = None if data is None else Places(data.decode("utf-8", "replace").removeprefix("\ufeff"))
        places = self._places[place.file]
        start = None if places is None else places.at(place.cell, place.line, place.column)
        if places is None or start is None:
            return Place(place.file, 1)  # it has changed under our hands
        to_end = place.end_line not in (0, place.line) or place.end_column <= place.column
        end = places.at(place.cell, place.line, _BEHIND if to_end else place.end_column)
        return Place(place.file, *start, *(end if end is not None and end[0] == start[0] else (start[0], start[1] + 1)))

    def _of_cells(self, file: str) -> dict[int, list[str]]:
        if file not in self._cells:
            data = self.data(file, MAX_FILE)
            found = "" if data is None else read(data)
            self._cells[file] = {} if isinstance(found, str) else {cell.index: cell.text.split("\n") for cell in found.cells}
        return self._cells[file]

    def data(self, file: str, most: int = _MAX_BYTES) -> bytes | None:
        """The file as it is, up to so many bytes; None when there is none."""
        path = self._root / file
        try:
            # A repository may have changed under our hands: nothing outside of it is shown.
            if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(self._root)) or not path.is_file():
                return None
            with open(path, "rb") as stream:
                return stream.read(most)
        except (OSError, ValueError):
            return None


def _encoding(data: bytes, file: str) -> str:
    if not file.endswith(".py"):
        return "utf-8"
    try:
        return tokenize.detect_encoding(io.BytesIO(data).readline)[0]
    except (SyntaxError, UnicodeError):
        return "utf-8"


def _lines(data: bytes, file: str) -> list[str]:
    """As editors and Python count them; `str.splitlines` would count form feeds, too."""
    text = data.decode(_encoding(data, file), "replace").removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
