"""Which sites and which attributes are right."""

from __future__ import annotations

from typing import Any

import pytest

from linter.model.architecture import State
from linter.model.place import Place
from tests.tools.making import labelled
from tools.corpus_labels import Label
from tools.corpus_score import ATTRIBUTES, Counts, Found, Stated, is_right, score, tally


def found(kind: str, place: str, **attributes: Stated) -> Found:
    """A site that archfit has found, at `app.py:3`, or `book.ipynb:1:3` in its second cell."""
    file, *cell, line = place.split(":")
    return Found(kind, Place(file, int(line), cell=int(cell[0]) if cell else None), "acme.call", attributes)


def counted(label: Label, *sites: Found) -> Counts:
    return tally([score(label, sites)]).total


# ---- sites

CALL = """
    sites:
      - {id: s1, kind: inference, file: app.py, line: 10, end_line: 12}
    """


@pytest.mark.parametrize(
    ("site", "expected"),
    [
        (found("inference", "app.py:10"), Counts(right=1)),
        (found("inference", "app.py:12"), Counts(right=1)),
        (found("inference", "app.py:9"), Counts(right=1)),
        (found("inference", "app.py:13"), Counts(right=1)),
        (found("inference", "app.py:8"), Counts(false=1, missed=1)),
        (found("inference", "other.py:10"), Counts(false=1, missed=1)),
        (found("client", "app.py:10"), Counts(false=1, missed=1)),
    ],
)
def test_a_site_is_right_on_the_lines_of_its_label_or_one_beside_them(site: Found, expected: Counts) -> None:
    assert counted(labelled(CALL), site) == expected


def test_two_finds_at_one_label_count_once() -> None:
    assert counted(labelled(CALL), found("inference", "app.py:10"), found("inference", "app.py:11")) == Counts(right=1)


def test_two_labels_on_one_line_take_two_finds() -> None:
    label = labelled("""
        sites:
          - {id: s1, kind: client, file: app.py, line: 10}
          - {id: s2, kind: client, file: app.py, line: 10}
        """)
    assert counted(label, found("client", "app.py:10")) == Counts(right=1, missed=1)
    assert counted(label, found("client", "app.py:10"), found("client", "app.py:10")) == Counts(right=2)


def test_a_label_on_the_line_is_preferred_to_one_beside_it() -> None:
    label = labelled("""
        sites:
          - {id: beside, kind: client, file: app.py, line: 9}
          - {id: there, kind: client, file: app.py, line: 10}
        """)
    assert [site.id for site in score(label, [found("client", "app.py:10")]).hits] == ["there"]


def test_an_expression_that_is_two_things_counts_for_the_kind_of_its_label() -> None:
    label = labelled("sites: [{id: s1, kind: ingest, also_kinds: [vector_store], file: app.py, line: 3}]")
    kinds = tally([score(label, [found("vector_store", "app.py:3")])]).kinds
    assert kinds["ingest"] == Counts(right=1)
    assert kinds["vector_store"] == Counts()


def test_building_an_embedding_model_is_building_a_client_and_calling_it_is_not() -> None:
    text = "sites: [{{id: s1, kind: embedding, role: {role}, file: app.py, line: 3}}]"
    assert counted(labelled(text.format(role="client")), found("client", "app.py:3")) == Counts(right=1)
    assert counted(labelled(text.format(role="call")), found("client", "app.py:3")) == Counts(false=1, missed=1)


def test_another_line_can_be_as_good() -> None:
    label = labelled("sites: [{id: s1, kind: finetune, file: train.py, line: 50, alt_lines: [20]}]")
    assert counted(label, found("finetune", "train.py:20")) == Counts(right=1)
    assert counted(label, found("finetune", "train.py:30")) == Counts(false=1, missed=1)


def test_in_a_notebook_the_cell_counts() -> None:
    label = labelled("sites: [{id: s1, kind: client, file: book.ipynb, cell: 2, line: 1}]")
    assert counted(label, found("client", "book.ipynb:2:1")) == Counts(right=1)
    assert counted(label, found("client", "book.ipynb:3:1")) == Counts(false=1, missed=1)


def test_an_optional_site_is_neither_required_nor_punished_and_its_attributes_count() -> None:
    label = labelled("sites: [{id: s1, kind: client, file: app.py, line: 3, optional: true, provider: openai}]")
    assert counted(label) == Counts()
    one = score(label, [found("client", "app.py:3", provider=Stated(State.KNOWN, ("openai",)))])
    assert tally([one]).total == Counts()
    assert tally([one]).attributes["provider"] == (1, 1)


def test_a_debatable_place_is_not_punished_whatever_the_kind() -> None:
    label = labelled("""
        sites: []
        ambiguous: [{file: app.py, line: 10, end_line: 11, kind: retrieval, why: builds a retriever}]
        """)
    assert counted(label, found("vector_store", "app.py:8"), found("retrieval", "app.py:13")) == Counts()
    assert counted(label, found("retrieval", "app.py:7"), found("retrieval", "app.py:14")) == Counts(false=2)


def test_the_caller_of_a_labelled_wrapper_is_not_punished() -> None:
    label = labelled("sites: [{id: s1, kind: inference, file: llm.py, line: 3, callers: ['web.py:10']}]")
    assert counted(label, found("inference", "web.py:11")) == Counts(missed=1)
    assert counted(label, found("inference", "web.py:12")) == Counts(false=1, missed=1)


def test_what_lies_out_of_scope_is_not_looked_at() -> None:
    label = labelled("""
        scope: {include: ["app/**", "*.py"], exclude: ["app/tests/**"]}
        sites: []
        """)
    outside = [found("client", file) for file in ("lib/a.py:1", "app/tests/a.py:1")]
    assert counted(label, *outside) == Counts()
    assert counted(label, found("client", "app/deep/a.py:1"), found("client", "top.py:1")) == Counts(false=2)


def test_a_lookalike_is_flagged_by_a_site_of_any_kind_on_its_line() -> None:
    label = labelled("""
        sites: []
        negatives: [{file: app.py, line: 3, why: a mock}, {file: app.py, line: 30, why: a comment}]
        """)
    sums = tally([score(label, [found("config", "app.py:3"), found("client", "app.py:4"), found("client", "app.py:3")])])
    assert sums.lookalikes == (1, 2)
    assert sums.total.false == 3


# ---- attributes

UNKNOWN, UNSET = Stated(State.UNKNOWN), Stated(State.UNSET)


def known(*values: Any) -> Stated:
    return Stated(State.KNOWN, values)


def partial(*values: Any) -> Stated:
    return Stated(State.PARTIAL, values)


@pytest.mark.parametrize(
    ("name", "wanted", "right", "wrong"),
    [
        ("model", ["gpt-4o"], [known("gpt-4o"), partial("gpt-4o"), known("GPT_4o", "o1")], [known("o1"), UNSET, UNKNOWN]),
        ("model", ["gpt-4o", "o1"], [known("o1", "gpt-4o"), partial("o1")], [known("o1"), partial("o3"), UNKNOWN]),
        ("model", ["dynamic"], [UNKNOWN, partial("o1"), known("o1", "o3")], [known("o1"), UNSET]),
        ("provider", ["azure"], [known("azure-openai")], [known("openai")]),
        ("provider", ["huggingface"], [known("local"), known("transformers")], [known("openai")]),
        ("hosting", ["external"], [known("external"), known("self-hosted", "external")], [known("in-process"), UNKNOWN]),
        ("hosting", ["dynamic"], [UNKNOWN, known("external", "in-process")], [known("external")]),
        ("max_output", [512], [known(512), partial(512)], [known(5120), UNSET]),
        ("max_output", ["unset"], [UNSET], [UNKNOWN, known(512)]),
        ("timeout", ["set"], [known(30), partial(30)], [UNSET, UNKNOWN]),
        ("timeout", ["unset"], [UNSET], [known(30), partial(30)]),
        ("structured", [True], [known(True), partial(True)], [known(False), UNSET, UNKNOWN]),
        ("structured", [False], [known(False), UNSET, UNKNOWN], [known(True), partial(True, False)]),
        ("rag", ["dynamic"], [UNKNOWN, partial(True)], [known(True)]),
    ],
)
def test_what_is_right_for_an_attribute(name: str, wanted: list[Any], right: list[Stated], wrong: list[Stated]) -> None:
    assert name in ATTRIBUTES
    assert [one for one in right if not is_right(name, wanted, one)] == []
    assert [one for one in wrong if is_right(name, wanted, one)] == []


def test_attributes_are_judged_where_the_label_says_something_and_the_site_is_found() -> None:
    label = labelled("""
        sites:
          - {id: s1, kind: inference, file: app.py, line: 3, model: gpt-4o, rag: false}
          - {id: s2, kind: inference, file: app.py, line: 30, model: gpt-4o}
          - {id: s3, kind: retrieval, file: app.py, line: 60, hosting: in-process}
        """)
    sites = [found("inference", "app.py:3", model=known("gpt-4o"), hosting=UNKNOWN), found("retrieval", "app.py:60")]
    judged = {name: share for name, share in tally([score(label, sites)]).attributes.items() if share[1]}
    assert judged == {"model": (1, 1), "rag": (1, 1)}
