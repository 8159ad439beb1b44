"""Source files, as the discover stage hands them on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """What a file is for. Findings outside `PRODUCT` are reported but do not gate."""

    PRODUCT = "product"
    TEST = "test"
    EXAMPLE = "example"
    DOCS = "docs"


class FileKind(StrEnum):
    """Which reader a file needs."""

    PYTHON = "python"
    NOTEBOOK = "notebook"
    CONFIG = "config"


@dataclass(frozen=True, slots=True, order=True)
class SourceFile:
    """One file that can matter."""

    path: str
    """Relative to the root, with forward slashes."""
    kind: FileKind
    scope: Scope
    size: int
    """Bytes."""
    root: str = ""
    """Absolute path of the scanned root; never shown in a report."""


@dataclass(frozen=True, slots=True, order=True)
class SkippedFile:
    """A file that was left out, and why."""

    path: str
    reason: str
