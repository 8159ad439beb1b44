"""Every rule file under rules/checks: its examples are executed end to end, and its texts keep one style."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from linter import pipeline
from linter.check.load import FOLDER, load_rules
from linter.knowledge.load import load_catalogue
from linter.model.finding import Verdict
from linter.model.rule import SECTIONS, Example, ExampleFile, Rule

ROOT = Path(__file__).resolve().parents[1]
TODAY = date(2026, 12, 1)
RULES = load_rules(ROOT)
EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.id}-{example.title}".replace(" ", "-")) for rule in RULES for example in rule.examples
]
KINDS = {Verdict.FAIL: "error", Verdict.UNKNOWN: "unknown"}

rules = pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
Line = tuple[str, str, int, str]
"""Kind, file, line, rule."""


@pytest.fixture(scope="module", autouse=True)
def read_once() -> Iterator[None]:
    """Rules and provider files are the same for every example."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "load_catalogue", cache(load_catalogue))
        patch.setattr(pipeline, "load_rules", cache(load_rules))
        yield


def found_in(example: Example, rule_ids: set[str], folder: Path) -> set[Line]:
    """What archfit says about an example, as far as some rules go."""
    for file in example.files:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text, encoding="utf-8")
    result = pipeline.run(pipeline.Options(folder, TODAY, jobs=1)).result
    return {(KINDS[f.verdict], f.place.file, f.place.line, f.rule) for f in result.findings if f.rule in rule_ids}


def shown(lines: set[Line], rule: Rule, files: tuple[ExampleFile, ...]) -> list[str]:
    """Findings with their lines in the rule file, so that they can be looked up."""
    at = {file.path: file.lines for file in files}
    return sorted(
        f"{rule.source}:{at[path][line - 1] if path in at else '?'}: {kind} [{name}]" for kind, path, line, name in lines
    )


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_an_example_gives_what_its_lines_say_and_nothing_else(rule: Rule, example: Example, tmp_path: Path) -> None:
    expected = {(e.kind, e.path, e.line, e.rule) for e in example.expectations}
    found = found_in(example, {rule.id, *(name for *_, name in expected)}, tmp_path)
    missed = {line for line in expected if line[0] == "todo-error"}
    mended = {line for line in missed if ("error", *line[1:]) in found}
    assert not mended, f"a known miss is found now; write `# error:`: {shown(mended, rule, example.files)}"
    assert shown(found, rule, example.files) == shown(expected - missed, rule, example.files)


# -- texts


def sentences(rule: Rule) -> list[tuple[str, str]]:
    named = [("message", text) for _, text in rule.message] + [("fix", text) for _, text in rule.fix]
    return [*named, *([("unknown", rule.unknown)] if rule.unknown else [])]


@rules
def test_an_id_reads_well_after_allow(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)+", rule.id)
    assert not re.match(r"(no|not|disallow|forbid|check|require|use|avoid)-", rule.id)


@rules
def test_a_title_is_a_heading(rule: Rule) -> None:
    assert rule.title[0].isupper()
    assert not rule.title.endswith(".")
    assert len(rule.title) <= 70


@rules
def test_messages_are_one_sentence_without_a_full_stop(rule: Rule) -> None:
    for what, text in sentences(rule):
        assert text[0].isupper() or text.startswith("{"), what
        assert not re.search(r"[.!]( |$)", text), what
        assert len(text) <= 160, what


@rules
def test_a_message_names_something_of_the_code(rule: Rule) -> None:
    assert all("{" in text for _, text in rule.message)


@rules
def test_an_open_question_says_that_it_is_one(rule: Rule) -> None:
    assert not rule.unknown or rule.unknown.startswith("Cannot tell ")


@rules
def test_a_fix_is_an_order(rule: Rule) -> None:
    for _, text in rule.fix:
        assert re.match(r"(?!(You|The|It|This|Please|Try) )[A-Z][a-z]+ ", text), text


@rules
def test_texts_say_what_is_so(rule: Rule) -> None:
    texts = [rule.title, *(text for _, text in sentences(rule)), *(body for _, body in rule.sections)]
    for text in texts:
        hedges = re.findall(
            r"\b(should consider|please|simply|just|obviously|best practice|etc\.|potentially)\b", text, re.IGNORECASE
        )
        assert hedges == [], text


@rules
def test_every_section_that_explains_does_so_in_sentences(rule: Rule) -> None:
    assert tuple(name for name, _ in rule.sections) == SECTIONS
    for name in ("What it does", "Why it matters", "Known limits"):
        prose = rule.section(name).partition("```")[0].strip()
        assert re.fullmatch(r"[^a-z].{60,}[.:]", prose, re.DOTALL), name


@rules
def test_a_rule_that_asks_nothing_says_so_in_its_limits(rule: Rule) -> None:
    assert ("asks no questions" in rule.section("Known limits")) != bool(rule.unknown)


@rules
def test_lines_of_a_rule_file_are_not_longer_than_the_code(rule: Rule) -> None:
    lines = (ROOT / rule.source).read_text(encoding="utf-8").split("\n")
    assert [i for i, line in enumerate(lines, 1) if len(re.sub(r"  # (error|unknown): .*$", "", line)) > 135] == []


# -- all rules together


def test_every_file_is_a_rule() -> None:
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / FOLDER).rglob("*.md")}
    assert {rule.source for rule in RULES} == files


def test_titles_tell_rules_apart() -> None:
    assert len({rule.title for rule in RULES}) == len(RULES)


def test_a_taxonomy_is_referred_to_with_its_year_or_version() -> None:
    for rule in RULES:
        for reference in rule.references:
            assert re.fullmatch(r"CWE-\d+|LLM(0[1-9]|10):20\d\d|AISVS-\d+\.\d+\.\d+", reference.id), reference.id
            assert reference.url.startswith(("https://cwe.mitre.org/", "https://github.com/")), reference.url
