"""What a person reads after `archfit check`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from linter.model.finding import CheckResult, Related, RuleOutcome, Verdict
from linter.model.place import Gap, Place, Step
from linter.model.run import Run
from linter.model.source import Scope
from linter.report.check_text import render
from tests.report.sample import CALL, CLIENT, architecture, leak, question, timeout

MakeRun = Callable[..., Run]


def test_a_finding_shows_the_code_the_clause_the_way_and_what_to_do(make_run: MakeRun) -> None:
    assert """\
privacy: 1 finding

critical regulated-data-in-external-prompt: patient-record reaches openai, which is outside of its boundary.
  app/llm.py:8:12
  8 |     return client.chat.completions.create(
    |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  breaks    privacy.boundary.regulated: [in-process]  archfit.yaml:5
  trace     1. app/models.py:2 Patient.ssn
            2. app/llm.py:7    patient.ssn
            3. app/llm.py:8    openai.OpenAI.chat.completions.create
  fix       Send it to a model inside of the boundary, or redact it first.

""" in render(make_run(leak())).plain()


def test_other_places_of_the_same_problem_stand_below_it(make_run: MakeRun) -> None:
    text = render(make_run(timeout())).plain()
    assert "  also      app/llm.py:8 openai.OpenAI.chat.completions.create goes through it\n" in text


def test_what_cannot_be_told_stands_apart_with_what_would_settle_it(run: Run) -> None:
    text = render(run).plain()
    head, _, questions = text.partition("cannot tell: 1 question that the code does not answer\n")
    assert "unpinned-model" not in head
    assert "unknown unpinned-model: Which model is called cannot be told.\n" in questions
    assert "  settle    Set MODEL, or give it a default.\n" in questions


def test_the_summary_gives_each_dimension_a_verdict_the_gates_first(run: Run) -> None:
    summary = render(run).plain().partition("summary\n")[2].split("\n\n")[0]
    assert summary.splitlines() == [
        "  privacy  fail            1 finding, 1 of 2 rules applied",
        "  latency  fail            1 finding, 1 of 1 rule applied",
        "  control  unknown         1 question, 1 of 1 rule applied",
    ]


def test_unknown_is_never_shown_as_pass(make_run: MakeRun) -> None:
    outcomes = (RuleOutcome("retired-model", "updates", "claims", Verdict.UNKNOWN, 2),)
    text = render(make_run(result=CheckResult((), outcomes))).plain()
    assert "  updates  unknown         cannot tell: retired-model, 1 of 1 rule applied\n" in text
    assert "pass" not in text


def test_tests_and_waived_findings_are_told_and_do_not_fail(make_run: MakeRun) -> None:
    elsewhere = replace(timeout(), scope=Scope.TEST)
    accepted = replace(timeout(), waived_by="one-off script")
    run = make_run(elsewhere, accepted)
    text = render(run, verbose=True).plain()
    assert run.gating == ()
    assert "in tests, examples and documentation (does not fail the run): 1 finding\n" in text
    assert "(waived: one-off script)" in text
    assert "  latency  pass            1 waived, 1 in tests, examples, docs, 1 of 1 rule applied\n" in text


def test_gaps_are_always_counted_and_listed(run: Run) -> None:
    text = render(run).plain()
    assert "not analysed: 1 gap; what stands there is not known to comply\n" in text
    assert "  app/broken.py:3  does not parse as Python 3.11: invalid syntax\n" in text
    assert "3 files of 4 analysed, 2 sites, 1 gap\n" in text


def test_many_gaps_do_not_bury_the_findings(make_run: MakeRun) -> None:
    gaps = tuple(Gap("extract", f"f{number:02}.py", None, "nested too deeply") for number in range(30))
    run = make_run(architecture=replace(architecture(), gaps=gaps))
    assert "… and 20 more (--verbose shows all)" in render(run).plain()
    assert "f29.py" in render(run, verbose=True).plain()


def test_without_a_manifest_it_says_how_to_start(run: Run) -> None:
    assert "`archfit init` drafts one" in render(run).plain()


def test_the_last_line_says_whether_the_run_fails(make_run: MakeRun) -> None:
    text = render(make_run(leak(), timeout(), question())).plain()
    assert text.endswith("\n2 findings fail the run; 1 question not answered\n")
    assert render(make_run(leak())).plain().endswith("\n1 finding fails the run\n")
    assert render(make_run()).plain().endswith("\nno finding fails the run\n")


def test_quiet_leaves_findings_and_summary(run: Run) -> None:
    text = render(run, quiet=True).plain()
    assert "regulated-data-in-external-prompt" in text
    assert "summary" in text
    assert "not analysed" not in text
    assert "archfit init" not in text


def test_verbose_says_what_was_left_out_and_how_long_it_took(run: Run) -> None:
    text = render(run, verbose=True).plain()
    assert "  third_party/  a copy of other projects' code (2 Python files)\n" in text
    assert "discover 0.01 s, extract 0.20 s\n" in text


def test_several_systems_each_have_their_own_part(make_run: MakeRun) -> None:
    other = replace(timeout(), system="search")
    outcomes = (RuleOutcome("missing-timeout", "latency", "claims", Verdict.FAIL, 1),
                RuleOutcome("missing-timeout", "latency", "search", Verdict.FAIL, 1))  # fmt: skip
    text = render(make_run(result=CheckResult((timeout(), other), outcomes))).plain()
    assert text.startswith("claims\n\nlatency: 1 finding\n")
    assert "\nsearch\n\nlatency: 1 finding\n" in text
    assert "summary: claims\n" in text
    assert "summary: search\n" in text


def test_a_long_way_is_cut_in_the_middle(make_run: MakeRun) -> None:
    steps = tuple(Step(Place("app/llm.py", 7), f"step {number}") for number in range(40))
    text = render(make_run(replace(leak(), steps=steps))).plain()
    assert "step 0\n" in text
    assert "step 39\n" in text
    assert "… 28 more\n" in text
    assert "step 20\n" not in text


class TestTheLineOfCode:
    def frame(self, make_run: MakeRun, place: Place) -> list[str]:
        text = render(make_run(replace(timeout(), place=place, related=()))).plain()
        return [line for line in text.splitlines() if " | " in line]

    def test_the_mark_stands_below_what_it_is_about(self, make_run: MakeRun) -> None:
        assert self.frame(make_run, CLIENT) == ["  3 | client = OpenAI()", "    |          ^^^^^^^^"]

    def test_of_several_lines_the_first_is_shown(self, make_run: MakeRun) -> None:
        code, mark = self.frame(make_run, CALL)
        assert code.endswith("create(")
        assert mark.count("^") == len("client.chat.completions.create(")

    def test_wide_characters_and_tabs_do_not_move_it(self, make_run: MakeRun, tmp_path: Path) -> None:
        (tmp_path / "app").mkdir()
        run = make_run(replace(timeout(), place=Place("app/wide.py", 1, 9, 1, 15), related=()))
        (tmp_path / "app/wide.py").write_text("\tx='漢字';OpenAI()\n", encoding="utf-8")
        frame = [line for line in render(run).plain().splitlines() if " | " in line]
        assert frame == ["  1 |  x='漢字';OpenAI()", "    |           ^^^^^^"]

    def test_of_a_very_long_line_the_part_around_it_is_shown(self, make_run: MakeRun, tmp_path: Path) -> None:
        run = make_run(replace(timeout(), place=Place("app/long.py", 1, 301, 1, 309), related=()))
        (tmp_path / "app/long.py").write_text("x" * 300 + "OpenAI()" + "y" * 300)
        code, mark = (line for line in render(run).plain().splitlines() if " | " in line)
        assert len(code) < 140
        assert code[mark.index("^") :][:8] == "OpenAI()"

    @pytest.mark.parametrize(
        "place", [Place("gone.py", 3), Place("app/llm.py", 999), Place("../outside.py", 1), Place("nb.ipynb", 1, cell=2)]
    )
    def test_a_line_that_cannot_be_had_is_left_out(self, make_run: MakeRun, tmp_path: Path, place: Place) -> None:
        (tmp_path.parent / "outside.py").write_text("SECRET = 1\n")
        assert self.frame(make_run, place) == []


def test_control_characters_of_the_repository_reach_no_terminal(make_run: MakeRun, tmp_path: Path) -> None:
    evil = "\x1b]0;owned\x07\x1b[2J\u202e\r\nfake: line\u200b"
    finding = replace(
        timeout(), message=evil, fix=evil, place=Place("app/evil.py", 1, 1, 1, 5), related=(Related(CALL, evil),), waived_by=None
    )
    run = make_run(finding, architecture=replace(architecture(), gaps=(Gap("extract", evil, 1, evil),)))
    (tmp_path / "app/evil.py").write_text(f"x = '{evil}'\n", encoding="utf-8", newline="")
    text = render(run, verbose=True).plain()
    assert not set(text) & set("\x1b\x07\r\u202e\u200b")
    assert "\\x1b]0;owned\\x07" in text
    assert not any(line.startswith("fake") for line in text.splitlines())


def test_a_file_name_that_is_no_text_is_shown_as_an_escape(make_run: MakeRun) -> None:
    run = make_run(replace(timeout(), place=Place("caf\udce9.py", 1), related=()))
    assert "caf\\udce9.py:1" in render(run).plain()
