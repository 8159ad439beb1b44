"""A wrong rule file is an error that says where, what and what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies

from linter.check.load import load_rules, read_rules
from linter.errors import RuleError
from linter.model.rule import Amount, ClauseRef, Every, Over, Some, Table, Term, Words
from tests.check.making import RULE

Folder = Callable[..., Path]
Refused = Callable[..., list[str]]


def only(found: list[str]) -> str:
    assert len(found) == 1, found
    return found[0]


def test_a_rule_says_what_it_goes_over_and_what_must_hold(rule_folder: Folder) -> None:
    rule = load_rules(rule_folder({"cost/no-wild-calls.md": RULE}))[0]
    assert (rule.id, rule.dimension, rule.severity) == ("no-wild-calls", "cost", "low")
    assert rule.check.each is Over.SITE
    assert rule.check.kinds == ("inference",)
    assert rule.check.must == Term("hosting", "is", Words(("self-hosted",)), 11)
    assert rule.section("Why it matters") == "They run."


def test_rules_come_in_the_order_of_their_ids(rule_folder: Folder) -> None:
    other = RULE.replace("no-wild-calls", "a-first-one")
    found = load_rules(rule_folder({"cost/no-wild-calls.md": RULE, "cost/a-first-one.md": other}))
    assert [rule.id for rule in found] == ["a-first-one", "no-wild-calls"]


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("severity: low", "sevrity: low", 5, "unknown key `sevrity` in the front matter (did you mean `severity`?)"),
        ("severity: low", "severity: lo", 5, "`severity`: `lo` is none of the known words (did you mean `low`?)"),
        ("dimension: cost", "dimension: costs", 4, "`dimension`: `costs` is none of the known words (did you mean `cost`?)"),
        ("kind: inference", "kind: inferense", 10, "`kind`: `inferense` is none of the known words (did you mean `inference`?)"),
        ("each: site", "each: sites", 9, "`check.each`: `sites` is none of the known words (did you mean `site`?)"),
        ("{hosting:", "{hostng:", 11, "`check.must`: a site has no attribute `hostng` (did you mean `hosting`?)"),
        ("self-hosted}", "selfhosted}", 11, "`check.must.hosting` is never `selfhosted` (did you mean `self-hosted`?)"),
        ("hosting: self-hosted", "structured: yes", 11, "`check.must.structured` is never `yes` (one of true, false)"),
        ("hosting: self-hosted", "model: {givn: true}", 11, "`check.must.model`: there is no predicate `givn` (did you mean"),
        ("hosting: self-hosted", "model: {given: 1}", 11, "`check.must.model.given` takes `true` only"),
        (
            "hosting: self-hosted",
            "model: {in: cost.models.alow}",
            11,
            "`check.must.model.in`: `cost.models.alow` is no list of the manifest (did you mean `cost.models.allow`?)",
        ),
        (
            "hosting: self-hosted",
            "max_output: {at_most: cost.max_ouput_tokens}",
            11,
            "`check.must.max_output.at_most`: `cost.max_ouput_tokens` is neither a number, nor a time, nor a clause (did you",
        ),
        ("{call} runs wild", "{cal} runs wild", 12, "unknown placeholder `{cal}` (did you mean `call`?)"),
        ("references: {}", "references: {CWE-1: direct}", 7, "there is no reference `CWE-1` (add it to references.yaml)"),
        ("references: {}", "references: {}\nreads: latency.timout", 8, "`a clause`: `latency.timout` is none of the known words"),
        ("references: {}", "references: {}\nreads: {latency.timeout: requird}", 8, "`latency.timeout`: `requird` is none of the"),
        ("## Known limits", "## Known limit", 36, "unknown section `Known limit` (did you mean `Known limits`?)"),
        ("# error: [", "# eror: [", 27, "`# eror:` is no expectation (did you mean `error`?)"),
        ("```python\ntame()", "```yaml\ntame()", 32, "the code block has no file name (write a line like"),
    ],
)  # fmt: skip
def test_a_wrong_word_comes_with_its_line_and_the_right_one(refused: Refused, old: str, new: str, line: int, told: str) -> None:
    found = refused((old, new))
    assert any(text.startswith(f"rules/checks/cost/no-wild-calls.md:{line}: {told}") for text in found), found


def test_a_clause_that_the_check_uses_has_to_be_read(refused: Refused) -> None:
    text = only(refused(("hosting: self-hosted", "model: {in: cost.models.allow}")))
    assert text.endswith("the check uses `cost.models.allow`, which is not among its `reads` (add it to `reads` or `may_read`)")


def test_the_id_is_the_name_of_the_file_and_the_dimension_that_of_the_folder(refused: Refused) -> None:
    found = refused(path="latency/other-name.md")
    assert found == [
        "rules/checks/latency/other-name.md:2: the id `no-wild-calls` is not the file's name (`id: other-name`)",
        "rules/checks/latency/other-name.md:4: the dimension `cost` is not the folder's name (move it to cost/)",
    ]


def test_a_rule_without_a_violating_or_a_clean_example_is_refused(refused: Refused) -> None:
    assert "no example breaks the rule" in only(refused(("  # error: [no-wild-calls]", "")))
    assert "`Use instead` has no example that keeps the rule" in only(refused(("```python\ntame()\n```", "Be tame.")))


def test_a_rule_that_asks_questions_shows_one(refused: Refused) -> None:
    asking = ('fix: "Tame', 'unknown: "Cannot tell whether {call} runs wild"\nfix: "Tame')
    assert "no example shows `unknown`" in only(refused(asking))


def test_a_rule_that_shows_a_question_has_a_sentence_for_it(refused: Refused) -> None:
    found = refused(("None is known.", "```python\nmaybe()  # unknown: [no-wild-calls]\n```"))
    assert "the rule has no `unknown` sentence" in only(found)


def test_a_question_cannot_name_values_that_are_not_known(refused: Refused) -> None:
    found = refused(
        ('fix: "Tame', 'unknown: "Cannot tell whether {value} runs wild"\nfix: "Tame'),
        ("None is known.", "```python\nx()  # unknown: [no-wild-calls]\n```"),
    )
    assert "unknown placeholder `{value}`" in only(found)


def test_sections_have_to_be_there_and_in_order(refused: Refused) -> None:
    assert any("the section `## Why it matters` is missing" in text for text in refused(("## Why it matters\n\nThey run.\n", "")))
    swapped = refused(("## What it does", "## X"), ("## Why it matters", "## What it does"), ("## X", "## Why it matters"))
    assert any("the sections are out of order" in text for text in swapped)


def test_everything_that_is_wrong_is_told_at_once(refused: Refused) -> None:
    found = refused(
        ("severity: low", "severity: lo"),
        ("{hosting:", "{hostng:"),
        ("They run.", ""),
        ("title: Call of a model that runs wild\n", ""),
    )
    assert len(found) == 4


LINES = RULE.split("\n")
EDITS = strategies.lists(
    strategies.tuples(
        strategies.integers(0, len(LINES) - 1),
        strategies.sampled_from(["", "---", "- x", "a: {b: [c", "```", "check: 1", "  each: []", *LINES]),
    ),
    max_size=4,
)


@given(EDITS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_damaged_rule_is_refused_or_read_but_breaks_nothing(tmp_path: Path, edits: list[tuple[int, str]]) -> None:
    lines = list(LINES)
    for index, text in edits:
        lines[index] = text
    path = tmp_path / "rules" / "checks" / "cost" / "no-wild-calls.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines), encoding="utf-8")
    rules, problems = read_rules(tmp_path)
    assert bool(rules) != bool(problems)


@pytest.mark.parametrize(
    "text", ["", "no front matter", "---\nid: x\n", "---\n---\n", "---\n[]\n---\n", "---\nid: [\n---\n", "---\nid: *a\n---\n"]
)
def test_what_is_no_rule_at_all_is_refused_too(rule_folder: Folder, text: str) -> None:
    with pytest.raises(RuleError):
        load_rules(rule_folder({"cost/broken.md": text}))


def test_a_condition_can_have_alternatives_tables_and_times(rule_folder: Folder) -> None:
    text = RULE.replace(
        "must: {hosting: self-hosted}",
        """must:
    hosting:
      in:
        by: deployment.target
        cloud-api: [external, cloud-tenant, self-hosted, in-process]
        vpc: [cloud-tenant]
        on-prem: [self-hosted]
        edge: []
    any:
      - {timeout: {at_most: 30}}
      - {timeout: {at_most: latency.p99}, networked: false}""",
    ).replace("references: {}", "references: {}\nreads: deployment.target\nmay_read: [latency.p99]")  # fmt: skip
    must = load_rules(rule_folder({"cost/no-wild-calls.md": text}))[0].check.must
    assert isinstance(must, Every)
    table, alternatives = must.parts
    assert isinstance(table, Term)
    assert isinstance(table.argument, Table)
    assert dict(table.argument.rows)["edge"] == ()
    assert isinstance(alternatives, Some)
    assert isinstance(alternatives.parts[1], Every)
    first, second = alternatives.parts[0], alternatives.parts[1].parts[0]
    assert isinstance(first, Term)
    assert first.argument == Amount(30.0)
    assert isinstance(second, Term)
    assert second.argument == ClauseRef("latency.p99")


def test_a_table_needs_a_row_for_every_value_of_its_clause(refused: Refused) -> None:
    found = refused(("hosting: self-hosted", "hosting: {in: {by: deployment.target, vpc: [external], cloud: []}}"))
    assert any("`deployment.target` is never `cloud` (did you mean `cloud-api`?)" in text for text in found)
    assert any("has no row for `edge`" in text for text in found)


def test_an_organisation_adds_its_own_folder_of_rules(rule_folder: Folder, tmp_path: Path) -> None:
    root = rule_folder({"cost/no-wild-calls.md": RULE})
    own = tmp_path / "own" / "cost"
    own.mkdir(parents=True)
    (own / "house-rule.md").write_text(RULE.replace("no-wild-calls", "house-rule"), encoding="utf-8")
    assert [rule.id for rule in load_rules(root, [tmp_path / "own"])] == ["house-rule", "no-wild-calls"]


def test_an_id_stands_for_one_rule_only(rule_folder: Folder, tmp_path: Path) -> None:
    root = rule_folder({"cost/no-wild-calls.md": RULE})
    own = tmp_path / "own" / "cost"
    own.mkdir(parents=True)
    (own / "no-wild-calls.md").write_text(RULE, encoding="utf-8")
    with pytest.raises(RuleError, match="stands already in rules/checks/cost/no-wild-calls"):
        load_rules(root, [tmp_path / "own"])


def test_a_folder_of_rules_that_is_not_there_is_an_error(rule_folder: Folder, tmp_path: Path) -> None:
    root = rule_folder({"cost/no-wild-calls.md": RULE})
    with pytest.raises(RuleError, match="there is no such folder of rules"):
        load_rules(root, [tmp_path / "nowhere"])
