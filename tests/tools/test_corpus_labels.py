"""The labels of archfit are valid; what a label file may say, and how a mistake in it is told."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from linter.declare.schema import choices_at
from linter.model import architecture
from linter.model.catalogue import Hosting, SiteKind
from tests.tools.making import HEAD, corpus_in, labelled
from tools.corpus import LABELS
from tools.corpus_files import LabelError, read_corpus
from tools.corpus_labels import Label, LabelledSite
from tools.corpus_score import ATTRIBUTES, KINDS


def test_every_label_file_of_the_corpus_is_valid_and_in_one_half() -> None:
    """`read_corpus` refuses unknown keys and words, lines below 1, short commits, and names that the split has not or twice."""
    corpus = read_corpus(LABELS)
    assert set(corpus.halves) == {"open", "held"}
    assert all(corpus.halves.values())
    files = {path.stem for path in LABELS.glob("*__*.yaml")}
    assert sorted(label.name for labels in corpus.halves.values() for label in labels) == sorted(files)


def test_the_words_of_the_labels_are_those_of_the_model() -> None:
    assert set(KINDS) == {kind.value for kind in SiteKind if kind is not SiteKind.LOG}
    assert set(choices_at(Label, ("sites", 0, "hosting"))) == {hosting.value for hosting in Hosting} | {"dynamic"}
    assert set(ATTRIBUTES) <= set(architecture.ATTRIBUTES)
    assert set(ATTRIBUTES) <= set(LabelledSite.model_fields)


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(LabelError) as raised:
        read_corpus(folder)
    return [str(problem) for problem in raised.value.problems]


def test_every_mistake_of_a_label_file_is_told_with_its_line(tmp_path: Path) -> None:
    text = """\
        repo: acme/bot
        commit: 0123abc
        scope: {include: ["**"]}
        summary: A bot.
        mechanisms: [prompt]
        sites:
          - {id: s1, kind: inferrence, file: app.py, line: 3}
          - {id: s2, kind: client, file: app.py, line: 0, hosting: on-prem}
          - {id: s3, kind: client, file: app.py, line: 9, end_line: 4}
          - {id: s4, kind: client, file: app.py, line: 9, max_output: many, alt_line: [4]}
          - {id: s5, kind: client, file: app.py, line: 9, callers: [web.py]}
        negatives: [{file: app.py, line: 1}]
        """
    told = problems_of(corpus_in(tmp_path / "labels", {"acme__bot": text}, "open: [acme__bot]\nheld: []\n"))
    expected = [
        (2, "`0123abc` is no commit (write all 40 hexadecimal digits)"),
        (7, "not `inferrence` (did you mean `inference`?)"),
        (8, "`sites[1].line` must be at least 1, not `0`"),
        (8, "`sites[1].hosting` must be `external`, `cloud-tenant`, `self-hosted`, `in-process` or `dynamic`, not `on-prem`"),
        (9, "`sites[2]`: ends in line 4, before it starts"),
        (10, "`sites[3].max_output`: neither a number nor `unset` nor `dynamic`"),
        (10, "unknown key `alt_line` in `sites[3]` (did you mean `alt_lines`?)"),
        (11, "`web.py` is no place (write it as `app/llm.py:42`)"),
        (12, "`why` is missing in `negatives[0]`"),
    ]
    assert len(told) == len(expected)
    for text, (line, what) in zip(told, expected, strict=True):
        assert text.startswith(f"acme__bot.yaml:{line}: ")
        assert what in text


def test_the_split_names_each_label_file_once(tmp_path: Path) -> None:
    good = yaml.safe_dump({**HEAD, "sites": []})
    labels = {"acme__bot": good, "acme__other": good}
    split = "open: [acme__bot, acme__bott]\nheld: [acme__bot]\n"
    assert problems_of(corpus_in(tmp_path / "labels", labels, split)) == [
        "acme__other.yaml: is about acme/bot (name the file acme__bot.yaml)",
        "split.yaml: `acme__bot` is named 2 times (a repository belongs to one half, once)",
        "split.yaml: there is no label file `acme__bott.yaml` (did you mean `acme__bot`?)",
        "acme__other.yaml: belongs to neither half (add it to split.yaml)",
    ]


def test_a_comma_in_a_reason_does_not_end_it() -> None:
    label = labelled("""
        sites: []
        negatives:
          - {file: app.py, line: 1, why: a mock, never called, and not built}
        """)
    assert label.negatives[0].why == "a mock, never called, and not built"
