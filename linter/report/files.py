"""Reports as files."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from linter.errors import Problem, UsageError


def encoded(text: str) -> bytes:
    """UTF-8; what cannot be encoded (a file name that is no text) is written as an escape."""
    return text.encode("utf-8", "backslashreplace")


def write_file(path: Path, text: str) -> None:
    """Replaces a file in one step, so that nobody ever reads half of it. Raises UsageError."""
    try:
        if path.exists() and not path.is_file():  # a device or a pipe
            with path.open("wb") as stream:
                stream.write(encoded(text))
            return
        target = path.resolve()  # a link keeps being one
        new = target.with_name(f".{target.name}.{os.urandom(4).hex()}.new")
        try:
            new.write_bytes(encoded(text))
            if target.exists():
                new.chmod(target.stat().st_mode & 0o777)
            new.replace(target)
        finally:
            new.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(Problem(f"cannot be written: {error.strerror or error}", str(path))) from None


def discard(path: Path) -> None:
    """Removes what an earlier run has left, so that it is not taken for the result of this one, which failed."""
    with contextlib.suppress(OSError):
        if path.is_file():
            path.resolve().unlink()
