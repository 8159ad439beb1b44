"""The two JSON formats, against their published schemas."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from linter.model.architecture import ATTRIBUTES, Attribute, State
from linter.model.catalogue import SiteKind
from linter.model.finding import DIMENSIONS, Severity, Verdict
from linter.model.run import Run
from linter.model.source import Scope
from linter.report import check_json, map_json
from linter.report.schemas import load
from tests.report.sample import architecture, leak, question, timeout

MakeRun = Callable[..., Run]


def strict(name: str) -> dict[str, Any]:
    """A schema that allows only the keys that it describes."""
    schema: dict[str, Any] = json.loads(load(name))
    stack: list[Any] = [schema]
    while stack:
        part = stack.pop()
        if isinstance(part, dict):
            if part.get("type") == "object":
                part["additionalProperties"] = False
            stack.extend(part.values())
        elif isinstance(part, list):
            stack.extend(part)
    return schema


@pytest.mark.parametrize("name", ["archfit-architecture-1", "archfit-check-1"])
def test_the_schemas_are_schemas(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(load(name)))


def test_everything_that_map_writes_is_in_its_schema(run: Run) -> None:
    jsonschema.validate(map_json.document(run), strict("archfit-architecture-1"))


def test_everything_that_check_writes_is_in_its_schema(make_run: MakeRun) -> None:
    run = make_run(leak(), timeout(), question(), replace(timeout(), scope=Scope.TEST, waived_by="old"))
    jsonschema.validate(check_json.document(run), strict("archfit-check-1"))


def test_the_schemas_know_every_attribute_kind_and_dimension() -> None:
    site = json.loads(load("archfit-architecture-1"))["$defs"]["site"]["properties"]
    about = {"id", "kind", "also", "location", "scope", "via", "call", "value", "function", "confidence", "client", "evidence"}
    assert set(site) - about == set(ATTRIBUTES)
    assert json.loads(load("archfit-architecture-1"))["$defs"]["kind"]["enum"] == [
        kind.value for kind in SiteKind if kind is not SiteKind.LOG
    ]
    finding = json.loads(load("archfit-check-1"))["$defs"]["finding"]["properties"]
    assert finding["dimension"]["enum"] == list(DIMENSIONS)
    assert finding["severity"]["enum"] == [severity.value for severity in Severity]


def test_an_attribute_always_comes_with_its_state(run: Run) -> None:
    site = map_json.document(run)["sites"][0]
    assert site["model"] == {"state": "partial", "values": ["gpt-4o"], "because": "default of env MODEL"}
    assert site["timeout"] == {"state": "unset", "values": [], "default": [600]}
    assert site["max_output"] == {"state": "known", "values": [None]}
    assert site["temperature"] == {"state": "unknown", "values": [], "because": "settings.TEMPERATURE"}
    assert site["evidence"] == [{"file": "app/llm.py", "line": 8, "what": "model='gpt-4o'"}]
    assert site["location"] == {"file": "app/llm.py", "line": 8, "column": 12, "end_line": 10, "end_column": 6, "cell": None}


def test_the_whole_map_is_there(run: Run) -> None:
    document = map_json.document(run)
    assert document["format"] == "archfit-architecture/1"
    assert document["revision"] == "a" * 40
    assert document["systems"] == [{"name": "claims", "paths": [], "mechanisms": [{"name": "prompt", "sites": ["s1"]}]}]
    assert document["flows"][0]["steps"][0] == {"file": "app/models.py", "line": 2, "what": "Patient.ssn"}
    assert document["paths"][0]["worst_case_seconds"] == 1800.0
    assert document["gaps"][0]["file"] == "app/broken.py"
    (skipped,) = document["coverage"]["skipped"]
    assert skipped == {"file": "third_party/", "reason": "a copy of other projects' code (2 Python files)"}


def test_a_finding_names_both_ends(run: Run) -> None:
    finding = check_json.document(run)["findings"][0]
    assert finding["location"]["file"] == "app/llm.py"
    assert finding["constraint"] == {
        "path": "privacy.boundary.regulated", "text": "[in-process]", "file": "archfit.yaml", "line": 5
    }  # fmt: skip
    assert [step["line"] for step in finding["evidence"]] == [2, 7, 8]
    assert finding["gates"] is True
    assert finding["fingerprint"] == "1a2b"


def test_outcomes_and_summary_count_alike(run: Run) -> None:
    document = check_json.document(run)
    assert {one["rule"]: one["verdict"] for one in document["outcomes"]} == {
        "missing-timeout": "fail", "regulated-data-in-external-prompt": "fail", "undeclared-processor": "not-applicable",
        "unpinned-model": "unknown",
    }  # fmt: skip
    assert [(one["dimension"], one["verdict"], one["findings"], one["questions"]) for one in document["summary"]] == [
        ("privacy", "fail", 1, 0), ("latency", "fail", 1, 0), ("control", "unknown", 0, 1),
    ]  # fmt: skip


def test_numbers_that_json_does_not_have(make_run: MakeRun) -> None:
    site = replace(architecture().sites[0], attributes={"timeout": Attribute(State.KNOWN, (float("inf"), float("nan")))})
    path = replace(architecture().paths[0], worst_case_seconds=float("inf"))
    text = map_json.render(make_run(architecture=replace(architecture(), sites=(site,), paths=(path,))))
    document = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert document["sites"][0]["timeout"]["values"] == ["inf", "nan"]
    assert document["paths"][0]["worst_case_seconds"] is None


def test_text_of_the_repository_is_data(make_run: MakeRun) -> None:
    finding = replace(leak(), message='"}],"format":"x\u2028\x00')
    assert json.loads(check_json.render(make_run(finding)))["findings"][0]["message"] == finding.message


def test_nothing_but_the_findings_depends_on_their_number(make_run: MakeRun) -> None:
    many, none = check_json.document(make_run(leak())), check_json.document(make_run())
    rest = copy.deepcopy(many)
    rest["findings"], rest["summary"] = none["findings"], none["summary"]
    assert rest == none
    assert many["findings"][0]["verdict"] == Verdict.FAIL.value
