"""The words of rule files are those of the manifest and of the architecture."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from linter.check.derived import DERIVED
from linter.check.predicates import PREDICATES
from linter.check.vocabulary import ATTRIBUTES_OF, CLAUSES, PLACEHOLDERS, Shape
from linter.declare.schema import ManifestFile, keys_at, type_at
from linter.model.architecture import ATTRIBUTES
from linter.model.rule import Group, Over

SECTIONS = ("privacy", "deployment", "latency", "cost", "updates", "control", "architecture")
NOT_CHECKED = {"architecture.because"}


def leaves(path: tuple[str, ...]) -> set[str]:
    """Every clause below a section. What the team names (knowledge, classes of data) counts as one clause."""
    keys = keys_at(ManifestFile, path)
    if not keys or path == ("privacy", "boundary"):
        return {".".join(path)}
    return {leaf for key in keys for leaf in leaves((*path, key))}


def test_rules_can_read_every_clause_that_can_be_declared() -> None:
    assert set(CLAUSES) == {leaf for section in SECTIONS for leaf in leaves((section,))} - NOT_CHECKED


def test_the_words_of_a_clause_are_those_of_the_manifest() -> None:
    for path, word in CLAUSES.items():
        kind = type_at(ManifestFile, tuple(path.split(".")))
        is_list = str(kind).startswith("list")
        assert is_list == (word.shape is Shape.LIST), path
        if word.shape is Shape.WORD:
            assert word.choices == tuple(get_args(kind)), path


def test_rules_can_ask_for_every_attribute_of_a_site() -> None:
    assert set(ATTRIBUTES) <= set(ATTRIBUTES_OF[Over.SITE]) <= set(ATTRIBUTES_OF[Over.FLOW])


def test_everything_else_that_rules_can_ask_for_is_worked_out() -> None:
    named = {name for attributes in ATTRIBUTES_OF.values() for name in attributes}
    assert named - set(ATTRIBUTES) == set(DERIVED)


def test_the_guide_names_every_word() -> None:
    guide = (Path(__file__).resolve().parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = guide.partition("## Adding a rule")[2].partition("\n## ")[0]
    named = {name for attributes in ATTRIBUTES_OF.values() for name in attributes} - set(ATTRIBUTES)
    groups, placeholders = {str(group) for group in Group}, {f"{{{word}}}" for words in PLACEHOLDERS.values() for word in words}
    assert [word for word in sorted({*named, *PREDICATES, *groups, *placeholders}) if f"`{word}`" not in section] == []
