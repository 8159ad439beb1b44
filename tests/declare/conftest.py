"""Ways to load a manifest from a few lines."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent
from typing import Any

import pytest

from linter.declare.load import load_manifest
from linter.errors import ManifestError
from linter.model.manifest import Manifest

Load = Callable[..., Manifest]
Told = Callable[..., list[str]]


def _reader(files: dict[str, str] | None) -> Callable[[str], bytes]:
    def read(path: str) -> bytes:
        if path not in (files or {}):
            raise FileNotFoundError("there is no such file")
        return dedent((files or {})[path]).encode()

    return read


@pytest.fixture
def load() -> Load:
    """Loads a manifest; `version: 1` is added. `files`: other files of the repository."""

    def run(text: str, files: dict[str, str] | None = None, **options: Any) -> Manifest:
        return load_manifest(b"version: 1\n" + dedent(text).encode(), read=_reader(files), **options)

    return run


@pytest.fixture
def told() -> Told:
    """All errors of a manifest as they are printed; `version: 1` is added below, so that lines count from 1."""

    def run(text: str, files: dict[str, str] | None = None, **options: Any) -> list[str]:
        try:
            load_manifest(dedent(text).lstrip("\n").encode() + b"\nversion: 1\n", read=_reader(files), **options)
        except ManifestError as error:
            return [str(problem) for problem in error.problems]
        return []

    return run
