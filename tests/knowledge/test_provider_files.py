"""The provider files that are shipped."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from linter.knowledge.catalogue import Catalogue
from linter.knowledge.load import load_catalogue
from linter.model.catalogue import SiteKind

ROOT = Path(__file__).parents[2]
NAMES = sorted(path.stem for path in (ROOT / "rules" / "providers").glob("*.yaml"))
EXPECTED = re.compile(r"# site: (.*)$")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(ROOT)


def test_all_files_load(catalogue: Catalogue) -> None:
    assert set(catalogue.providers) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_examples_are_python_whose_expectations_stand_on_lines_with_code(catalogue: Catalogue, name: str) -> None:
    examples = catalogue.providers[name].examples
    code = {line for node in ast.walk(ast.parse(examples)) if (line := getattr(node, "lineno", None))}
    kinds = {kind.value for kind in SiteKind}
    for number, line in enumerate(examples.splitlines(), 1):
        found = EXPECTED.search(line)
        if found:
            assert number in code, line
            for one in re.split(r";\s*(?:todo-)?site:", found[1]):
                kind, *attributes = one.partition(" -- ")[0].split()
                assert kind in kinds and all("=" in attribute for attribute in attributes), line


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_names_an_api_shows_it_in_an_example(catalogue: Catalogue, name: str) -> None:
    provider = catalogue.providers[name]
    shapes = [spec.shape for spec in provider.types] + [spec.shape for spec in provider.calls]
    assert "# site:" in provider.examples or all(shape.site in (None, SiteKind.LOG) for shape in shapes)
