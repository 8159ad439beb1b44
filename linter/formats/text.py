"""Bytes of a file -> its text, or why it is none."""

from __future__ import annotations

from linter.errors import Problem


def strict(data: bytes, file: str, most: int) -> str | Problem:
    """A text that has to be UTF-8, of at most so many bytes."""
    if len(data) > most:
        return _too_large(data, file, most)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Problem(f"byte 0x{data[error.start]:02x} is not UTF-8", file, line, "save the file as UTF-8")


def lenient(data: bytes, file: str, most: int) -> str | Problem:
    """A text whose commands and names can be read even where its remarks are no UTF-8."""
    if len(data) > most:
        return _too_large(data, file, most)
    if b"\0" in data:
        return Problem("not a text file: it contains a NUL byte", file, 1)
    return data.decode("utf-8-sig", "replace")


def _too_large(data: bytes, file: str, most: int) -> Problem:
    return Problem(f"the file has {len(data):,} bytes; the limit is {most:,}", file, 1)
