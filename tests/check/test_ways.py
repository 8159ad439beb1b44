"""A call that can go several ways is judged by each of them: what belongs to one is not held against another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from linter.infer.attributes import merged
from linter.model.architecture import Attribute, Site
from linter.model.finding import CheckResult, Verdict
from tests.check.making import architecture, known, manifest, only, site, unknown

Checked = Callable[..., CheckResult]
LOCAL: dict[str, Attribute] = {"provider": known("ollama"), "hosting": known("self-hosted"), "model": known("llama3.1:8b")}
VENDOR: dict[str, Attribute] = {"provider": known("openai"), "hosting": known("external"), "model": known("gpt-4o")}
OTHER: dict[str, Attribute] = {"provider": known("groq"), "hosting": known("external"), "model": known("llama-3.3-70b")}


def several(*ways: dict[str, Attribute]) -> Site:
    values: dict[str, Any] = merged(list(ways))
    return site(ways=tuple(ways), **values)


def test_only_the_way_to_a_vendor_is_to_a_processor(checked: Checked) -> None:
    found = only(checked("undeclared-processor", architecture(several(LOCAL, VENDOR)), manifest("privacy: {processors: []}")))
    assert found.message == "openai.OpenAI.chat.completions.create sends data to openai, but the declared processors are []"


def test_each_wrong_way_is_a_finding_of_a_rule_about_values(checked: Checked) -> None:
    made = architecture(several(LOCAL, VENDOR, OTHER))
    result = checked("undeclared-processor", made, manifest("privacy: {processors: []}"))
    assert [one.message.split()[4] for one in result.findings] == ["groq,", "openai,"]


def test_other_rules_tell_all_wrong_ways_in_one(checked: Checked) -> None:
    made = architecture(several(LOCAL, VENDOR, OTHER))
    found = only(checked("inference-off-target", made, manifest("deployment: {target: on-prem}")))
    assert found.message.startswith("openai.OpenAI.chat.completions.create uses a model that is external (openai and groq)")


def test_the_size_of_a_vendors_model_is_its_own_matter(checked: Checked) -> None:
    declared = manifest("deployment: {max_model_parameters: 10B}")
    assert checked("model-too-large", architecture(several(LOCAL, OTHER)), declared).findings == ()


@pytest.mark.parametrize(("last", "verdict"), [(VENDOR, Verdict.FAIL), (LOCAL, Verdict.UNKNOWN)])
def test_a_certain_way_comes_before_one_that_is_not_known(checked: Checked, last: dict[str, Attribute], verdict: Verdict) -> None:
    open_ = {"provider": unknown("the environment variable LLM"), "hosting": unknown("the environment variable LLM")}
    found = only(checked("inference-off-target", architecture(several(open_, last)), manifest("deployment: {target: on-prem}")))
    assert found.verdict is verdict
