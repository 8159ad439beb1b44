"""What is worked out about a subject: where data may go, whether a model is retired, whether a call crosses a network."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from linter.check.conditions import holds
from linter.check.derived import read
from linter.check.subjects import Context, ModelTable, Subject
from linter.model.architecture import Attribute, Site
from linter.model.manifest import Manifest
from linter.model.rule import Over, Term, Words
from tests.check.making import FakeModels, Record, flow, known, manifest, partial, site, unknown, unset

TODAY = date(2026, 9, 1)
RECORD = "data: {{patient-record: {{class: {}, found_in: {{fields: [ssn]}}}}}}\n"


def context(declared: Manifest | None = None, facts: ModelTable | None = None) -> Context:
    return Context("shop", declared.systems[0] if declared else None, (), facts, TODAY)


def truth(name: str, one: Site, where: Context) -> bool | None:
    return holds(Term(name, "is", Words((True,))), Subject(Over.SITE, one.place, one.scope, one), where).truth


# -- where data may go


def inside(declared: str, provider: Attribute, hosting: Attribute) -> bool | None:
    one = site(provider=provider, hosting=hosting)
    subject = Subject(Over.FLOW, one.place, one.scope, one, flow(one))
    return holds(Term("inside_boundary", "is", Words((True,))), subject, context(manifest(declared))).truth


REGULATED = RECORD.format("regulated") + "privacy: {boundary: {regulated: [self-hosted, azure-openai]}}"


@pytest.mark.parametrize(
    ("provider", "hosting", "answer"),
    [
        (known("openai"), known("external"), False),
        (known("vllm"), known("self-hosted"), True),
        (known("azure-openai"), known("cloud-tenant"), True),
        (unknown(), known("self-hosted"), True),
        (known("azure-openai"), unknown(), True),
        (unknown(), known("external"), None),
        (unknown(), unknown(), None),
        (partial("openai"), partial("external"), False),
        (partial("vllm"), partial("self-hosted"), None),
        (known("openai", "vllm"), known("external", "self-hosted"), False),
        (known("openai", "azure-openai"), known("external", "cloud-tenant"), False),
    ],
)
def test_a_place_is_inside_when_its_hosting_or_its_provider_is_listed(
    provider: Attribute, hosting: Attribute, answer: bool | None
) -> None:
    assert inside(REGULATED, provider, hosting) is answer


def test_which_provider_goes_with_which_hosting_may_stay_open() -> None:
    both = RECORD.format("regulated") + "privacy: {boundary: {regulated: [cloud-tenant, openai]}}"
    assert inside(both, known("openai", "aws-bedrock"), known("external", "cloud-tenant")) is None


@pytest.mark.parametrize(("hosting", "answer"), [("external", False), ("cloud-tenant", True), ("self-hosted", True)])
def test_without_a_boundary_regulated_data_stays_away_from_vendors(hosting: str, answer: bool) -> None:
    assert inside(RECORD.format("regulated"), known("openai"), known(hosting)) is answer


def test_without_a_boundary_other_data_is_not_checked() -> None:
    one = site()
    subject = Subject(Over.FLOW, one.place, one.scope, one, flow(one))
    answer = holds(Term("inside_boundary", "is", Words((True,))), subject, context(manifest(RECORD.format("confidential"))))
    assert not answer.applies


def test_a_boundary_of_nothing_lets_nothing_out() -> None:
    declared = RECORD.format("confidential") + "privacy: {boundary: {confidential: []}}"
    assert inside(declared, known("vllm"), known("self-hosted")) is False


# -- networks and models


@pytest.mark.parametrize(
    ("attributes", "answer"),
    [
        ({"hosting": known("external")}, True),
        ({"hosting": known("self-hosted")}, True),
        ({"hosting": known("in-process")}, False),
        ({"hosting": unknown(), "endpoint": unknown("the environment variable URL")}, True),
        ({"hosting": unknown(), "timeout": unset(600)}, True),
        ({"hosting": unknown()}, None),
    ],
)
def test_a_call_crosses_a_network_unless_the_model_is_in_the_process(attributes: dict[str, Any], answer: bool | None) -> None:
    assert truth("networked", site(**attributes), context()) is answer


def test_a_model_without_a_name_is_not_judged() -> None:
    assert not read(Subject(Over.SITE, site().place, site().scope, site()), "pinned", context()).applies


def test_a_default_model_of_the_sdk_is_judged() -> None:
    table = FakeModels(aliases={"gpt-3.5-turbo": True})
    assert truth("pinned", site(model=unset("gpt-3.5-turbo")), context(facts=table)) is False


@pytest.mark.parametrize(
    ("model", "in_service"),
    [
        (known("old"), False),
        (known("new"), True),
        (known("ending"), True),
        (partial("old"), False),
        (known("unheard-of"), None),
        (unknown(), None),
        (partial("new"), None),
    ],
)
def test_a_model_is_retired_when_its_day_has_passed(model: Attribute, in_service: bool | None) -> None:
    table = FakeModels({"old": Record(date(2026, 9, 1)), "new": Record(None), "ending": Record(date(2026, 9, 2))})
    one = site(model=model)
    subject = Subject(Over.SITE, one.place, one.scope, one)
    assert holds(Term("retired", "is", Words((False,))), subject, context(facts=table)).truth is in_service


def test_one_retired_model_among_several_is_named_with_its_day() -> None:
    one = site(model=known("new", "old"))
    table = FakeModels({"old": Record(date(2024, 1, 4)), "new": Record(None)})
    answer = holds(Term("retired", "is", Words((False,))), Subject(Over.SITE, one.place, one.scope, one), context(facts=table))
    assert [value.shown for value in answer.failures[0].values] == ["old"]
    assert answer.failures[0].reading.details == {"snapshot": "2026-08-01", "retired_on": "2024-01-04"}


def test_the_name_of_a_deployment_does_not_tell_whether_it_is_retired() -> None:
    table = FakeModels({"gpt-4": Record(date(2024, 1, 1))})
    assert truth("retired", site(provider=known("azure-openai"), model=known("gpt-4")), context(facts=table)) is None


def test_without_a_table_of_models_nothing_is_retired_for_sure() -> None:
    assert truth("retired", site(model=known("old")), context()) is None


@pytest.mark.parametrize(
    ("revision", "pinned"),
    [(unset(), False), (known("main"), False), (known("989aa7980e4c"), True), (unknown(), None), (partial("v1"), None)],
)
def test_a_hub_model_is_pinned_by_its_revision(revision: Attribute, pinned: bool | None) -> None:
    one = site(provider=known("huggingface"), hosting=known("in-process"), model=known("org/model"), revision=revision)
    assert truth("pinned", one, context()) is pinned
