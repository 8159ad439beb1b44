"""One file that has to be extracted, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass

from linter.extract import codec, notebook, python
from linter.model.facts import FileFacts

_NOTEBOOK = ".ipynb"


@dataclass(frozen=True, slots=True)
class Task:
    """A file that the cache does not know."""

    path: str
    source: bytes
    signature: str | None
    """Of the file on disk, taken before it was read."""
    key: bytes
    """Of the content, in the cache."""


Answer = tuple[Task, FileFacts | None, str | None]
"""A task, its facts (None: they could not be had), and the facts as text, or why there are none."""


def extract(path: str, source: bytes) -> FileFacts:
    """With the reader that the file's name asks for."""
    return notebook.extract(path, source) if path.endswith(_NOTEBOOK) else python.extract(path, source)


def facts_of(path: str, source: bytes) -> FileFacts | str:
    """The facts, or why there are none."""
    try:
        return extract(path, source)
    except Exception as error:  # a mistake of archfit's in one file must not cost the others; the gap shows it
        return f"archfit failed on this file, please report it: {type(error).__name__}: {error}"


def as_text(facts: FileFacts) -> str | None:
    """Facts as text; None for what text cannot hold."""
    try:
        return codec.dumps(facts)
    except codec.CodecError:
        return None


def from_text(text: str, path: str) -> FileFacts | None:
    """Facts from text; None for damaged text."""
    try:
        return codec.loads(text, path)
    except codec.CodecError:
        return None
