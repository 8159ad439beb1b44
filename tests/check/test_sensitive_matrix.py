"""Every kind of source with every kind of sink: the data is found once, redacted data is not, and neither is another field.

There are thousands of pairs, so a run takes every sixth, each source with other sinks; `pytest --all-pairs` takes all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import pytest

from linter.check.load import load_rules
from linter.check.run import check
from linter.declare.load import load_manifest
from linter.model.finding import Verdict
from linter.model.rule import Rule
from tests.check.conftest import ROOT, TODAY
from tests.check.sensitive.read import FILES, MANIFEST, SINKS, SOURCES, Sink, Source
from tests.infer.making import architecture, flows

Said = list[tuple[int, str, Verdict]]
"""Line, rule and verdict of each finding."""
EACH = 6


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "sink" not in metafunc.fixturenames:
        return
    wanted = [name for name, one in SOURCES.items() if "other" not in metafunc.function.__name__ or one.other]
    pairs = [(source, sink) for source in wanted for sink in sinks_for(source, metafunc.config.getoption("--all-pairs"))]
    metafunc.parametrize(("source", "sink"), pairs, ids=[f"{source}-{sink}" for source, sink in pairs])


def sinks_for(source: str, all_pairs: bool) -> tuple[str, ...]:
    """The sinks that a source is tried with."""
    first = list(SOURCES).index(source) % EACH
    return tuple(SINKS) if all_pairs else tuple(SINKS)[first::EACH]


@cache
def rules() -> Sequence[Rule]:
    return [rule for rule in load_rules(ROOT) if rule.id.startswith("regulated-data-in-")]


def module(source: Source, sink: Sink, expression: str) -> str:
    """The module in which the value of `expression` goes to the sink."""
    indent = next(line.partition("<source>")[0] for line in sink.module.split("\n") if "<source>" in line)
    lines = f"\n{indent}".join(line for line in (*source.lines.split("\n"), f"value = {expression}") if line)
    body = sink.module.replace("<source>", lines).replace("<parameters>", source.parameters)
    return f"{source.top}\nfrom privacy import scrub\n{body}"


@cache
def findings(source: str, expression: str, names: tuple[str, ...]) -> Mapping[str, Said]:
    """What is said about each sink in a program that has them all, each in a module of its own."""
    files, sink_of = dict(FILES), {}
    for number, name in enumerate(names):
        path = f"part{number}.py"
        # Each has a store and a file of its own: what one puts there is not what another one takes out.
        files[path] = module(SOURCES[source], SINKS[name], expression).replace("notes", f"notes{number}")
        sink_of[path] = name
    result = check(architecture(files, MANIFEST), load_manifest(MANIFEST.encode()), rules(), None, TODAY)
    said: dict[str, Said] = {name: [] for name in names}
    for one in result.findings:
        said[sink_of[one.place.file]].append((one.place.line, one.rule, one.verdict))
    return said


def said_of(source: str, expression: str, sink: str, request: pytest.FixtureRequest) -> Said:
    return findings(source, expression, sinks_for(source, request.config.getoption("--all-pairs")))[sink]


def expected(source: str, sink: str, verdict: Verdict) -> Said:
    """One finding, on the line that is marked."""
    lines = module(SOURCES[source], SINKS[sink], "value").split("\n")
    return [(next(number for number, line in enumerate(lines, 1) if "# here" in line), SINKS[sink].rule, verdict)]


def test_sensitive_data_is_one_finding(source: str, sink: str, request: pytest.FixtureRequest) -> None:
    verdict = Verdict.FAIL if SOURCES[source].sure else Verdict.UNKNOWN
    assert said_of(source, SOURCES[source].bad, sink, request) == expected(source, sink, verdict)


def test_redacted_data_is_none(source: str, sink: str, request: pytest.FixtureRequest) -> None:
    assert said_of(source, f"scrub(str({SOURCES[source].bad}))", sink, request) == []


def test_another_field_is_none(source: str, sink: str, request: pytest.FixtureRequest) -> None:
    wanted = [] if SOURCES[source].other_sure else expected(source, sink, Verdict.UNKNOWN)
    assert said_of(source, SOURCES[source].other, sink, request) == wanted


TRAINER = """
from datasets import Dataset
from transformers import AutoModelForCausalLM, Trainer
from models import Patient
from privacy import scrub
def run(patients: list[Patient]):
    model = AutoModelForCausalLM.from_pretrained("/models/llama")
    rows = [{"text": TEXT} for p in patients]
    trainer = Trainer(model=model, train_dataset=Dataset.from_list(rows))
    trainer.train()
"""


@pytest.mark.parametrize(("text", "count"), [("p.diagnosis", 1), ("scrub(p.diagnosis)", 0), ("p.name", 0)])
def test_a_training_run_in_the_process_is_a_flow_and_no_finding(text: str, count: int) -> None:
    files = {**FILES, "train.py": TRAINER.replace("TEXT", text)}
    into = [one for one in flows(files, MANIFEST) if one.to.endswith(":finetune") and not one.redacted_by]
    assert len(into) == count
    assert check(architecture(files, MANIFEST), load_manifest(MANIFEST.encode()), rules(), None, TODAY).findings == ()
