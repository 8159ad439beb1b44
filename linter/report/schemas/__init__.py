"""The published JSON Schemas of what archfit writes."""

from __future__ import annotations

from pathlib import Path


def load(name: str) -> str:
    """The text of a schema, by its name without `.json`."""
    return (Path(__file__).parent / f"{name}.json").read_text(encoding="utf-8")
