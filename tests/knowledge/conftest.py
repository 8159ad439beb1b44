"""Small provider files, written in the test that needs them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from linter.errors import ProviderError
from linter.knowledge.catalogue import Catalogue
from linter.knowledge.load import load_catalogue

Load = Callable[..., Catalogue]
Problems = Callable[..., list[str]]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """`load(openai="...", langchain="...")`: the catalogue of these files."""

    def write_and_load(**files: str) -> Catalogue:
        folder = tmp_path / "rules" / "providers"
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / f"{name}.yaml").write_text(dedent(text).lstrip("\n"), encoding="utf-8")
        return load_catalogue(tmp_path)

    return write_and_load


@pytest.fixture
def problems(load: Load) -> Problems:
    """As `load`, for files that are refused: what is said about them."""

    def refused(**files: str) -> list[str]:
        with pytest.raises(ProviderError) as caught:
            load(**files)
        return [str(problem) for problem in caught.value.problems]

    return refused
