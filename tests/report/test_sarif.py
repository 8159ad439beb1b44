"""SARIF: valid by the standard, and what GitHub code scanning needs to show it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import sarif_om as om  # type: ignore[import-untyped]

from linter.model.finding import Constraint, Related, Severity
from linter.model.manifest import Manifest, SystemManifest
from linter.model.place import Gap, Place, Step
from linter.model.rule import Reference, Strength
from linter.model.run import Run
from linter.model.source import Scope
from linter.report import sarif
from linter.report.line_hash import line_hashes
from linter.report.sarif_model import Suppression, to_json
from linter.report.sarif_rules import descriptor
from tests.report.sample import CALL, CLAUSE, RULES, architecture, leak, question, rule, timeout

MakeRun = Callable[..., Run]
SCHEMA = json.loads((Path(__file__).parents[1] / "data" / "sarif-2.1.0.schema.json").read_text(encoding="utf-8"))


def valid(document: dict[str, Any]) -> dict[str, Any]:
    """The document's only run, after validation against the schema of the standard."""
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    (run,) = document["runs"]
    found: dict[str, Any] = run
    return found


def written(run: Run) -> dict[str, Any]:
    return valid(json.loads(sarif.render(run)))


def place(location: dict[str, Any]) -> tuple[Any, ...]:
    physical = location["physicalLocation"]
    region = physical["region"]
    numbers = (region[name] for name in ("startLine", "startColumn", "endLine", "endColumn"))
    return (physical["artifactLocation"]["uri"], *numbers)


def test_what_github_requires_is_there(run: Run) -> None:
    document = json.loads(sarif.render(run))
    found = valid(document)
    assert (document["version"], bool(document["$schema"])) == ("2.1.0", True)
    assert found["tool"]["driver"]["name"] == "archfit"
    assert found["tool"]["driver"]["semanticVersion"]
    for one in found["tool"]["driver"]["rules"]:
        assert one["id"]
        assert all(one[key]["text"] for key in ("shortDescription", "fullDescription", "help"))
        assert one["help"]["markdown"].startswith("## What it does")
    for result in found["results"]:
        assert result["message"]["text"]
        assert place(result["locations"][0])
        assert found["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_only_failures_become_results(make_run: MakeRun) -> None:
    run = make_run(leak(), question(), replace(timeout(), waived_by="old"), replace(timeout(), scope=Scope.TEST))
    assert [result["ruleId"] for result in written(run)["results"]] == ["regulated-data-in-external-prompt"]


def test_a_question_fails_where_the_manifest_says_so(make_run: MakeRun) -> None:
    system = SystemManifest("claims", (), CLAUSE, on_unknown="fail")
    asked = replace(question(), constraint=Constraint("control.pinned_models", "required", CLAUSE))
    run = make_run(asked, manifest=Manifest("archfit.yaml", (system,), system))
    (result,) = written(run)["results"]
    assert result["message"]["text"] == (
        "Which model is called cannot be told. Whether it keeps [control.pinned_models](1) cannot be told. "
        "Set MODEL, or give it a default."
    )


def test_every_evaluated_rule_is_listed_whether_it_fired_or_not(make_run: MakeRun) -> None:
    assert [one["id"] for one in written(make_run())["tool"]["driver"]["rules"]] == [one.id for one in RULES]


def test_results_point_at_one_line_with_all_four_numbers(run: Run) -> None:
    first, second = written(run)["results"]
    assert place(first["locations"][0]) == ("app/llm.py", 8, 12, 8, 43)  # three lines of code, the first to its end
    assert place(second["locations"][0]) == ("app/llm.py", 3, 10, 3, 18)


def test_the_clause_is_linked_from_the_message(run: Run) -> None:
    result = written(run)["results"][0]
    assert "It breaks [privacy.boundary.regulated](1)." in result["message"]["text"]
    clause = result["relatedLocations"][0]
    assert (clause["id"], place(clause)) == (1, ("archfit.yaml", 5, 5, 5, 28))
    assert clause["message"]["text"] == "the clause privacy.boundary.regulated: [in-process]"


def test_so_are_further_places(run: Run) -> None:
    result = written(run)["results"][1]
    assert "See also [llm.py line 8](2)." in result["message"]["text"]
    assert place(result["relatedLocations"][1])[:2] == ("app/llm.py", 8)


def test_without_a_clause_the_links_still_fit(make_run: MakeRun) -> None:
    (result,) = written(make_run(replace(timeout(), constraint=None)))["results"]
    assert "See also [llm.py line 8](1)." in result["message"]["text"]
    assert result["relatedLocations"][0]["id"] == 1


def test_the_way_is_a_code_flow(run: Run) -> None:
    (flow,) = written(run)["results"][0]["codeFlows"]
    way = [one["location"] for one in flow["threadFlows"][0]["locations"]]
    assert [(place(one)[:2], one["message"]["text"]) for one in way] == [
        (("app/models.py", 2), "Patient.ssn"), (("app/llm.py", 7), "patient.ssn"),
        (("app/llm.py", 8), "openai.OpenAI.chat.completions.create"),
    ]  # fmt: skip


def test_a_finding_about_the_whole_repository_stands_at_its_clause(make_run: MakeRun) -> None:
    (result,) = written(make_run(replace(leak(), place=Place("", 0))))["results"]
    assert place(result["locations"][0])[:2] == ("archfit.yaml", 5)


def test_fingerprints_are_githubs_and_ours(run: Run, tmp_path: Path) -> None:
    result = written(run)["results"][0]
    assert result["partialFingerprints"] == {
        "archfit/v1": "1a2b", "primaryLocationLineHash": line_hashes((tmp_path / "app/llm.py").read_bytes())[7],
    }  # fmt: skip


def test_only_privacy_deployment_and_tools_are_matters_of_security() -> None:
    def properties(name: str, dimension: str, severity: Severity) -> dict[str, Any]:
        found: dict[str, Any] = to_json(descriptor(rule(name, dimension, severity)))["properties"]
        return found

    assert properties("undeclared-processor", "privacy", Severity.CRITICAL)["security-severity"] == "9.5"
    assert properties("store-off-target", "deployment", Severity.HIGH)["security-severity"] == "8.0"
    assert properties("unapproved-tool", "control", Severity.MEDIUM)["security-severity"] == "5.5"
    cost = properties("unbounded-output", "cost", Severity.CRITICAL)
    assert "security-severity" not in cost
    assert cost["problem.severity"] == "error"
    assert cost["tags"] == ["cost"]


def test_tags_are_few_and_carry_the_references() -> None:
    references = [Reference(f"CWE-{number}", "t", "https://example.com", Strength.DIRECT) for number in range(30)]
    found = to_json(descriptor(rule("undeclared-processor", "privacy", Severity.HIGH, *references)))
    assert found["properties"]["tags"][:4] == ["security", "privacy", "external/cwe/cwe-0", "external/cwe/cwe-1"]
    assert len(found["properties"]["tags"]) < 10
    owasp = Reference("LLM06:2026", "t", "https://example.com", Strength.DIRECT)
    assert "owasp-llm/LLM06-2026" in to_json(descriptor(rule("x", "cost", Severity.LOW, owasp)))["properties"]["tags"]


def test_long_documentation_stays_below_githubs_limits() -> None:
    long = replace(rule("x-y", "cost", Severity.LOW), title="t" * 5000, sections=tuple((name, "word " * 2000) for name in (
        "What it does", "Why it matters", "Example", "Use instead", "Known limits")))  # fmt: skip
    found = to_json(descriptor(long))
    assert len(found["shortDescription"]["text"]) <= 1024
    assert len(found["fullDescription"]["text"]) <= 1024


def test_the_category_ends_in_a_slash_and_tells_projects_apart(make_run: MakeRun) -> None:
    assert written(make_run())["automationDetails"]["id"] == "archfit/"
    assert written(make_run(prefix="services/chat/"))["automationDetails"]["id"] == "archfit/services/chat/"


def test_paths_are_relative_to_the_repository_also_when_a_folder_is_scanned(make_run: MakeRun) -> None:
    result = written(make_run(leak(), prefix="services/chat/"))["results"][0]
    assert place(result["locations"][0])[0] == "services/chat/app/llm.py"


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("app/my file.py", "app/my%20file.py"),
        ("a:b/c.py", "a%3Ab/c.py"),
        ("app/übung#1?.py", "app/%C3%BCbung%231%3F.py"),
        ("app/100%.py", "app/100%25.py"),
        ("caf\udce9.py", "caf%E9.py"),
        ("../archfit.yaml", "archfit.yaml"),
    ],
)
def test_uris_are_escaped(make_run: MakeRun, file: str, uri: str) -> None:
    prefix = "sub/" if file.startswith("..") else ""
    (result,) = written(make_run(replace(leak(), place=Place(file, 1)), prefix=prefix))["results"]
    assert place(result["locations"][0])[0] == uri


def test_no_path_of_the_machine_is_in_it(make_run: MakeRun, tmp_path: Path) -> None:
    assert str(tmp_path) not in sarif.render(make_run(leak(), timeout()))


def test_text_of_the_repository_makes_no_links_and_no_controls(make_run: MakeRun) -> None:
    evil = "see [here](https://evil.example) \x1b[31m"
    finding = replace(leak(), message=evil, fix=evil, related=(Related(Place("[x](1).py", 1), evil),), steps=(Step(CALL, evil),))
    (result,) = written(make_run(finding))["results"]
    assert "](https" not in result["message"]["text"]
    assert "[(x)(1).py line 1](2)" in result["message"]["text"]
    assert "\x1b" not in json.dumps(result, ensure_ascii=False)


def test_the_gravest_findings_are_kept_when_there_are_too_many(make_run: MakeRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 3)
    found = written(make_run(*[timeout()] * 4, leak()))
    assert [result["ruleId"] for result in found["results"]] == ["regulated-data-in-external-prompt", *["missing-timeout"] * 2]
    notes = [note["message"]["text"] for note in found["invocations"][0]["toolExecutionNotifications"]]
    assert notes[-1] == "2 further findings, the least grave ones, are not listed."


def test_gaps_are_notifications(make_run: MakeRun) -> None:
    broken, link = Gap("extract", "app/broken.py", 3, "does not parse"), Gap("discover", "x.py", None, "a link to nothing")
    gaps = (broken, link, Gap("link", "", None, "y"))
    (invocation,) = written(make_run(architecture=replace(architecture(), gaps=gaps)))["invocations"]
    assert invocation["executionSuccessful"] is True
    assert [note["message"]["text"] for note in invocation["toolExecutionNotifications"][:3]] == [
        "Not analysed: does not parse.", "Not analysed: a link to nothing.", "Not analysed: y.",
    ]  # fmt: skip
    assert place(invocation["toolExecutionNotifications"][0]["locations"][0])[:2] == ("app/broken.py", 3)


def test_notes_are_notifications_on_their_lines(run: Run) -> None:
    _, note = written(run)["invocations"][0]["toolExecutionNotifications"]
    assert (note["level"], note["message"]["text"]) == ("note", "the waiver of missing-cache covers nothing: remove it.")
    assert place(note["locations"][0])[:2] == ("archfit.yaml", 9)


def test_a_run_that_is_not_complete_says_so(run: Run) -> None:
    found = valid(json.loads(sarif.render(run, complete=False)))
    assert found["invocations"][0]["executionSuccessful"] is False


def test_the_same_run_gives_the_same_bytes(make_run: MakeRun) -> None:
    assert sarif.render(make_run(leak(), timeout())) == sarif.render(make_run(leak(), timeout()))


def test_suppressions_are_those_of_the_standard() -> None:
    suppression: Any = Suppression("external")
    suppression.status, suppression.justification = "accepted", "why"
    result = om.Result(om.Message(text="x"), suppressions=[suppression])
    found = to_json(om.SarifLog([om.Run(om.Tool(om.ToolComponent("archfit")), results=[result])], "2.1.0"))
    assert valid(found)["results"][0]["suppressions"] == [{"kind": "external", "status": "accepted", "justification": "why"}]


def test_ten_thousand_results_take_seconds_not_minutes(make_run: MakeRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 10_000)
    text = sarif.render(make_run(*[leak()] * 10_000))
    assert text.count('"ruleId"') == 10_000


def test_the_object_model_is_imported_only_when_sarif_is_asked_for() -> None:
    code = "import sys, linter.report.check_text, linter.report.check_json, linter.pipeline; assert 'sarif_om' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])
