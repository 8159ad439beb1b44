"""How the system runs, in the map for people and in JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from textwrap import dedent

import jsonschema
import pytest

from linter.model.operations import (
    AcceleratorRequest,
    BudgetLimit,
    FallbackChoice,
    Operations,
    RegionChoice,
    Schedule,
    ServerLimit,
)
from linter.model.place import Place
from linter.model.run import Run
from linter.report import map_json, map_text
from linter.report.schemas import load
from tests.infer.making import architecture as scanned
from tests.report.sample import architecture

MakeRun = Callable[..., Run]
AT = Place("deploy/a.yaml", 3, 5, 3, 20)
ALL = Operations(
    (Schedule(AT, "0 3 * * *", ("python ingest.py",), "kubernetes"), Schedule(AT, "", (), "airflow")),
    (ServerLimit(AT, "gunicorn", 0, 4), ServerLimit(AT, "lambda", 30.0)),
    (AcceleratorRequest(AT, "nvidia.com/gpu", 2), AcceleratorRequest(AT, "gpu")),
    (RegionChoice(AT, "eu-central-1", "bedrock"), RegionChoice(AT, "westeurope")),
    (FallbackChoice(AT, "*", ("gpt-4o-mini", "local")),),
    (BudgetLimit(AT, 100, "30d"), BudgetLimit(AT, 2.5)),
)


def test_each_fact_is_one_line_with_its_place(make_run: MakeRun) -> None:
    text = map_text.render(make_run(architecture=replace(architecture(), operations=ALL))).plain()
    lines = text[text.index("operations\n") :].split("\n\n")[0]
    assert lines == dedent("""\
        operations
          schedule      deploy/a.yaml:3  0 3 * * * (kubernetes), runs python ingest.py
          schedule      deploy/a.yaml:3  not known (airflow)
          server limit  deploy/a.yaml:3  gunicorn: a request may take any time, 4 workers
          server limit  deploy/a.yaml:3  lambda: a request may take 30 s
          accelerator   deploy/a.yaml:3  nvidia.com/gpu: 2
          accelerator   deploy/a.yaml:3  gpu: all, or not known how many
          region        deploy/a.yaml:3  eu-central-1 (bedrock)
          region        deploy/a.yaml:3  westeurope
          fallback      deploy/a.yaml:3  any model → gpt-4o-mini, local
          budget        deploy/a.yaml:3  100 in 30d
          budget        deploy/a.yaml:3  2.5""")


def test_nothing_is_said_where_nothing_is_known(make_run: MakeRun) -> None:
    assert "operations" not in map_text.render(make_run()).plain()


def test_the_same_as_json(make_run: MakeRun) -> None:
    document = map_json.document(make_run(architecture=replace(architecture(), operations=ALL)))
    found = document["operations"]
    assert [(kind, len(found[kind])) for kind in found] == [
        ("schedules", 2), ("servers", 2), ("accelerators", 2), ("regions", 2), ("fallbacks", 1), ("budgets", 2),
    ]  # fmt: skip
    place = {"file": "deploy/a.yaml", "line": 3, "column": 5, "end_line": 3, "end_column": 20, "cell": None}
    assert found["schedules"][1] == {"location": place, "expression": None, "runs": [], "by": "airflow"}
    assert found["servers"][1] == {"location": place, "server": "lambda", "timeout": 30.0, "workers": None}
    jsonschema.validate(document, json.loads(load("archfit-architecture-1")))


@pytest.mark.parametrize("value", [".inf", ".nan", "1e400", "true", "many"])
def test_a_number_that_is_none_is_no_limit(value: str, make_run: MakeRun) -> None:
    config = f"model_list: [{{litellm_params: {{model: gpt-4o}}}}]\nlitellm_settings: {{max_budget: {value}}}\n"
    compose = f"services:\n  a:\n    image: x\n    gpus: {value}\n"
    found = scanned({"config.yaml": config, "compose.yaml": compose})
    assert found.operations.budgets == ()
    assert [one.count for one in found.operations.accelerators] == [None]
    json.loads(map_json.render(make_run(architecture=found)), parse_constant=pytest.fail)
