"""Notebooks that tests write: `notebook("x = 1", "print(x)")`."""

from __future__ import annotations

import json
from typing import Any

PYTHON = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}


def code(source: str | list[str], **more: Any) -> dict[str, Any]:
    """A code cell of format 4; its source in lines, as Jupyter writes it, unless it is a list already."""
    lines = source.splitlines(keepends=True) if isinstance(source, str) else source
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": lines, **more}


def text(source: str) -> dict[str, Any]:
    """A cell of prose."""
    return {"cell_type": "markdown", "metadata": {}, "source": source.splitlines(keepends=True)}


def content(*cells: str | dict[str, Any], metadata: dict[str, Any] | None = None) -> dict[str, Any]:
    """A notebook of format 4; a plain text is a code cell."""
    found = [code(cell) if isinstance(cell, str) else cell for cell in cells]
    return {"cells": found, "metadata": PYTHON if metadata is None else metadata, "nbformat": 4, "nbformat_minor": 5}


def written(notebook: Any) -> bytes:
    """As Jupyter writes it: indented by one, every line of a cell in a line of its own."""
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def notebook(*cells: str | dict[str, Any], metadata: dict[str, Any] | None = None) -> bytes:
    """The bytes of a notebook."""
    return written(content(*cells, metadata=metadata))
