"""Paths with wildcards over a document."""

from __future__ import annotations

import pytest

from linter.formats import paths, yaml
from linter.formats.tree import Document, Path
from linter.formats.yaml import Limits

TEXT = "services: {a: {image: x, ports: [1, 2]}, b: {image: y}}\nmodels: [{p: {m: 1}}, {p: {m: 2}}]\nlimits: {n.com/gpu: 3}\n"


def document(text: str = TEXT) -> Document:
    documents, problems = yaml.read(text.encode(), "a.yaml")
    assert problems == ()
    return documents[0]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("services.*.image", [("services", "a", "image"), ("services", "b", "image")]),
        ("models.p.m", [("models", 0, "p", "m"), ("models", 1, "p", "m")]),
        ("services.a.ports", [("services", "a", "ports")]),
        ("**.image", [("services", "a", "image"), ("services", "b", "image")]),
        ("**.m", [("models", 0, "p", "m"), ("models", 1, "p", "m")]),
        ('limits."n.com/gpu"', [("limits", "n.com/gpu")]),
        ("nothing.*", []),
    ],
)
def test_a_path_finds_what_it_means(pattern: str, expected: list[Path]) -> None:
    assert [hit.path for hit in paths.find(document(), paths.steps(pattern))] == expected


def hit(pattern: str, index: int = 0) -> paths.Hit:
    return list(paths.find(document(), paths.steps(pattern)))[index]


def test_entries_of_one_element_belong_together_and_of_two_do_not() -> None:
    assert hit("services.*.image").belongs_to(hit("services.*.ports")) == 2
    assert hit("services.*.image", 1).belongs_to(hit("services.*.ports")) is None
    assert hit("models.p.m").belongs_to(hit("models.p.m", 1)) is None
    assert hit("models.p.m").belongs_to(hit("services.a.image")) == 0


def test_a_document_that_aliases_blow_up_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "MAX_VISITS", 1_000)
    lines = ["a0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 5)]
    documents, _ = yaml.read("\n".join(lines).encode(), "a.yaml", Limits())
    with pytest.raises(paths.TooLargeError):
        list(paths.find(documents[0], ("**", "x")))
