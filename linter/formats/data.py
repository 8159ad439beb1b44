"""Data files: YAML, JSON and TOML, by the end of their name."""

from __future__ import annotations

import json
from typing import Any

from linter.errors import Problem
from linter.formats import toml, yaml
from linter.formats.tree import Document, Entry, Lines, Node, is_deep
from linter.formats.yaml import Limits

_BREAKS = ("\x85".encode(), "\u2028".encode(), "\u2029".encode())
"""Line breaks inside of a text for YAML, and no more than characters for JSON."""
ENDINGS = (".yaml", ".yml", ".json", ".toml")


def read(data: bytes, file: str, limits: Limits = Limits()) -> tuple[Document | None, tuple[Problem, ...]]:
    """The (first) document of a data file, and what is wrong with the file. Never raises."""
    if file.endswith(".toml"):
        return toml.read(data, file, limits)
    if file.endswith(".json"):
        return _json(data, file, limits)
    documents, problems = yaml.read(data, file, limits)
    return (documents[0] if documents else None), problems


def _json(data: bytes, file: str, limits: Limits) -> tuple[Document | None, tuple[Problem, ...]]:
    """JSON is YAML, but for tabs and a few escapes; a file with these is read without the places of its keys."""
    documents, problems = yaml.read(data.replace(b"\t", b" "), file, limits)
    if documents and not problems and not any(one in data for one in _BREAKS):
        return documents[0], ()
    if len(data) > limits.size:
        return None, problems
    try:
        text = data.decode("utf-8-sig")
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None, problems
    if is_deep(value, limits.depth):
        return None, (Problem(f"nested deeper than {limits.depth} levels", file, 1),)
    return Document(file, Lines(text), _node(value, limits.depth)), ()


def _node(value: Any, depth: int) -> Node:
    """A value whose place in the file is not known: the file's first line stands for it."""
    items = list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    if not items or depth <= 0:
        return Node(value, 0, 0, None if isinstance(value, dict | list) else str(value))
    return Node(value, 0, 0, children={key: Entry(_node(one, depth - 1), 0, 0) for key, one in items})
