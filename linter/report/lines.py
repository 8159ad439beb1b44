"""The lines that findings point at, read when a report shows them."""

from __future__ import annotations

import io
import os
import tokenize
from pathlib import Path

_MAX_BYTES = 2_000_000
_MAX_COLUMNS = 400
"""Of one shown line: what is longer is data."""


class Lines:
    """Lines of the scanned files. A file that is gone, or unreadable, has none."""

    def __init__(self, root: str) -> None:
        self._root = Path(root)
        self._known: dict[str, tuple[str, ...]] = {}

    def of(self, file: str) -> tuple[str, ...]:
        """All lines, without their ends."""
        if file not in self._known:
            data = self.data(file)
            self._known[file] = () if data is None else tuple(_lines(data, file))
        return self._known[file]

    def line(self, file: str, number: int) -> str | None:
        """A line (1-based), cut where it is very long; None when there is no such line."""
        lines = self.of(file)
        return lines[number - 1][:_MAX_COLUMNS] if 0 < number <= len(lines) else None

    def data(self, file: str) -> bytes | None:
        """The whole file as it is; None when there is none."""
        path = self._root / file
        try:
            # A repository may have changed under our hands: nothing outside of it is shown.
            if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(self._root)) or not path.is_file():
                return None
            with open(path, "rb") as stream:
                return stream.read(_MAX_BYTES)
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
