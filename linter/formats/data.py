"""Data files: YAML, JSON, TOML, INI, environment files and Dockerfiles, by their name."""

from __future__ import annotations

import json
from typing import Any

from linter.errors import Problem
from linter.formats import dockerfile, dotenv, ini, toml, yaml
from linter.formats.tree import Document, Entry, Lines, Node, is_deep
from linter.formats.yaml import Limits

_BREAKS = ("\x85".encode(), "\u2028".encode(), "\u2029".encode())
"""Line breaks inside of a text for YAML, and no more than characters for JSON."""
_BY_ENDING = {
    ".yaml": "yaml", ".yml": "yaml", ".json": "json", ".toml": "toml", **dict.fromkeys(ini.ENDINGS, "ini"),
}  # fmt: skip
_READERS = {"toml": toml.read, "ini": ini.read, "dotenv": dotenv.read, "dockerfile": dockerfile.read}
STRUCTURED = frozenset({"yaml", "json", "toml"})
"""Formats in which an application keeps its settings."""


def format_of(path: str) -> str | None:
    """`yaml`, `json`, `toml`, `ini`, `dotenv` or `dockerfile`; None for a file that is no data file by its name."""
    name = path.rpartition("/")[2]
    found = _BY_ENDING.get(f".{name.rpartition('.')[2]}") if "." in name else None
    if found is not None:
        return found
    return "dotenv" if dotenv.is_dotenv(name) else "dockerfile" if dockerfile.is_dockerfile(name) else None


def read(data: bytes, file: str, limits: Limits = Limits()) -> tuple[Document | None, tuple[Problem, ...]]:
    """The (first) document of a data file, and what is wrong with the file. Never raises."""
    documents, problems = read_all(data, file, limits)
    return (documents[0] if documents else None), problems


def read_all(data: bytes, file: str, limits: Limits = Limits()) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
    """The same with all documents of a YAML stream. A name that tells no format is read as YAML."""
    kind = format_of(file) or "yaml"
    if kind == "yaml":
        return yaml.read(data, file, limits)
    document, problems = (read_json if kind == "json" else _READERS[kind])(data, file, limits)
    return ((document,) if document is not None else ()), problems


def read_json(data: bytes, file: str, limits: Limits = Limits()) -> tuple[Document | None, tuple[Problem, ...]]:
    """JSON, whatever the file is called. It is YAML, but for tabs and a few escapes; a file with the latter is read without the
    places of its keys."""
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
