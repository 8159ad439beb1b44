"""Predicates answer yes, no or cannot tell: for what must hold, and for what is meant."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from linter.check.conditions import Answer, holds, meant
from linter.check.predicates import PREDICATES
from linter.check.subjects import Context, Subject
from linter.model.architecture import Attribute, State
from linter.model.manifest import Manifest
from linter.model.rule import Amount, Argument, ClauseRef, Condition, Every, Over, Some, Table, Term, Words
from tests.check.making import known, manifest, partial, site, unknown, unset

PROCESSORS = "privacy: {processors: [azure-openai, 'mistral*']}"


def context(declared: Manifest | None = None) -> Context:
    return Context("shop", declared.systems[0] if declared else None, (), None, date(2026, 9, 1))


def asked(name: str, attribute: Attribute, predicate: str, argument: Argument = None, declared: Manifest | None = None) -> Answer:
    given: dict[str, Any] = {name: attribute}
    one = site(**given)
    return holds(Term(name, predicate, argument), Subject(Over.SITE, one.place, one.scope, one), context(declared))


def selected(name: str, attribute: Attribute, predicate: str, argument: Argument = None) -> bool | None:
    given: dict[str, Any] = {name: attribute}
    one = site(**given)
    return meant(Term(name, predicate, argument), Subject(Over.SITE, one.place, one.scope, one), context()).truth


EXTERNAL = Words(("external",))


@pytest.mark.parametrize(
    ("hosting", "must", "where"),
    [
        (known("external"), True, True),
        (known("self-hosted"), False, False),
        (known("external", "self-hosted"), False, True),
        (partial("external"), None, True),
        (partial("self-hosted"), False, None),
        (unknown(), None, None),
    ],
)
def test_all_values_must_be_fine_and_one_value_is_meant(hosting: Attribute, must: bool | None, where: bool | None) -> None:
    assert asked("hosting", hosting, "is", EXTERNAL).truth is must
    assert selected("hosting", hosting, "is", EXTERNAL) is where


def test_what_is_not_told_says_what_decides() -> None:
    assert asked("model", unknown("the environment variable MODEL"), "is", Words(("x",))).settle == (
        "the environment variable MODEL",
    )


def test_what_overrides_a_default_is_named_without_it() -> None:
    assert asked("hosting", partial("external", because="default of environment variable URL"), "is", EXTERNAL).settle == (
        "the environment variable URL",
    )
    assert asked("hosting", partial("external", because="also the parameter url"), "is", EXTERNAL).settle == (
        "the parameter url",
    )


def test_a_failure_names_the_wrong_values_only() -> None:
    failure = asked(
        "provider", known("openai", "azure-openai"), "in", ClauseRef("privacy.processors"), manifest(PROCESSORS)
    ).failures[0]
    assert [value.shown for value in failure.values] == ["openai"]
    assert failure.clause is not None
    assert failure.clause.path == "privacy.processors"


def test_true_is_not_one() -> None:
    assert asked("structured", known(1), "is", Words((True,))).truth is False


@pytest.mark.parametrize(
    ("structured", "truth"),
    [
        (known(True), True),
        (known(False), False),
        (unset(), False),
        (unset(True), True),
        (partial(True), None),
        (partial(False), False),
    ],
)
def test_leaving_out_an_argument_counts_as_the_default_of_the_sdk(structured: Attribute, truth: bool | None) -> None:
    assert asked("structured", structured, "is", Words((True,))).truth is truth


# -- given


@pytest.mark.parametrize(
    ("timeout", "truth"),
    [
        (known(30), True),
        (known(None), True),
        (partial(30), True),
        (unset(), False),
        (unset(600), False),
        (unknown(), None),
        (partial(30, because="it is not set on every way to this call"), None),
    ],
)
def test_given_asks_for_presence_only(timeout: Attribute, truth: bool | None) -> None:
    assert asked("timeout", timeout, "given").truth is truth


def test_an_explicit_none_is_given() -> None:
    assert asked("timeout", Attribute(State.UNSET, (None,)), "given").truth is True
    assert asked("timeout", Attribute(State.UNSET, (None,)), "is_not", Words((None, 0))).truth is False


# -- numbers


@pytest.mark.parametrize(
    ("max_output", "truth"),
    [(known(100), True), (partial(100), True), (unset(4096), True), (unset(None), False), (unset(), False), (unknown(), None)],
)
def test_limited_is_a_number_given_or_by_default(max_output: Attribute, truth: bool | None) -> None:
    assert asked("max_output", max_output, "limited").truth is truth


@pytest.mark.parametrize(
    ("max_output", "truth"),
    [
        (known(500), True),
        (known(501), False),
        (known(100, 900), False),
        (unset(4096), False),
        (partial(100), None),
        (partial(900), False),
        (unknown(), None),
    ],
)
def test_a_number_is_compared_with_the_clause(max_output: Attribute, truth: bool | None) -> None:
    assert (
        asked(
            "max_output", max_output, "at_most", ClauseRef("cost.max_output_tokens"), manifest("cost: {max_output_tokens: 500}")
        ).truth
        is truth
    )


def test_no_number_is_nothing_to_compare() -> None:
    answer = asked("temperature", unset(), "at_most", Amount(1.0))
    assert answer.truth is True
    assert not answer.applies


def test_a_default_that_depends_on_the_version_cannot_be_told() -> None:
    answer = asked("steps", unset(25, 10_000), "at_most", Amount(100))
    assert answer.truth is None
    assert answer.settle == ("which version of the SDK is installed",)
    assert asked("steps", unset(10_000, 10_007), "at_most", Amount(100)).truth is False


def test_at_least_is_the_other_way_round() -> None:
    assert asked("top_k", known(3), "at_least", Amount(3)).truth is True
    assert asked("top_k", known(2), "at_least", Amount(3)).truth is False


# -- lists


@pytest.mark.parametrize(
    ("provider", "truth"),
    [
        (known("azure-openai"), True),
        (known("mistral-eu"), True),
        (known("openai"), False),
        (partial("azure-openai"), None),
        (partial("openai"), False),
        (unknown(), None),
        (unset(), None),
    ],
)
def test_an_allow_list_needs_every_name(provider: Attribute, truth: bool | None) -> None:
    assert asked("provider", provider, "in", ClauseRef("privacy.processors"), manifest(PROCESSORS)).truth is truth


def test_an_empty_list_allows_nobody() -> None:
    assert (
        asked("provider", known("openai"), "in", ClauseRef("privacy.processors"), manifest("privacy: {processors: []}")).truth
        is False
    )


def test_a_list_that_is_not_declared_is_not_checked() -> None:
    answer = asked("provider", known("openai"), "in", ClauseRef("privacy.processors"), manifest())
    assert answer.truth is True
    assert not answer.applies


def test_a_deny_list_is_the_other_way_round() -> None:
    declared = manifest("cost: {models: {deny: ['gpt-4*']}}")
    assert asked("model", known("gpt-4o"), "not_in", ClauseRef("cost.models.deny"), declared).truth is False
    assert asked("model", known("llama"), "not_in", ClauseRef("cost.models.deny"), declared).truth is True


TARGETS = Table(
    "deployment.target", (("cloud-api", ("external",)), ("vpc", ("cloud-tenant",)), ("on-prem", ("self-hosted",)), ("edge", ()))
)


def test_a_table_takes_the_row_of_its_clause() -> None:
    declared = manifest("deployment: {target: on-prem}")
    assert asked("hosting", known("self-hosted"), "in", TARGETS, declared).truth is True
    assert asked("hosting", known("external"), "in", TARGETS, declared).truth is False
    assert asked("hosting", known("self-hosted"), "in", TARGETS, manifest("deployment: {target: edge}")).truth is False


# -- put together


def test_conditions_are_put_together_in_three_values() -> None:
    one = site(hosting=known("external"), model=unknown("MODEL"))
    subject = Subject(Over.SITE, one.place, one.scope, one)
    yes, no, open_ = Term("hosting", "is", EXTERNAL), Term("hosting", "is_not", EXTERNAL), Term("model", "is", Words(("x",)))

    def truth(condition: Condition) -> bool | None:
        return holds(condition, subject, context()).truth

    assert [truth(Every((yes, yes))), truth(Every((yes, open_))), truth(Every((open_, no)))] == [True, None, False]
    assert [truth(Some((no, no))), truth(Some((no, open_))), truth(Some((open_, yes)))] == [False, None, True]


def test_every_predicate_says_what_it_means() -> None:
    assert all(predicate.meaning and name == predicate.name for name, predicate in PREDICATES.items())
