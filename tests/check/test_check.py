"""Systems, scopes, waivers, outcomes, fingerprints and order: what holds for every rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import pytest

from linter.check.load import load_rules
from linter.check.run import check
from linter.errors import InternalError
from linter.model.architecture import Architecture, Attribute, Site
from linter.model.finding import CheckResult, Verdict
from linter.model.place import Gap
from linter.model.rule import Rule
from linter.model.source import Scope
from tests.check.making import (
    CLIENT,
    RULE,
    TIMEOUT,
    FakeModels,
    Record,
    architecture,
    client,
    known,
    manifest,
    only,
    site,
    unknown,
    unset,
)

Checked = Callable[..., CheckResult]

# -- systems


MONOREPO = """
systems:
  - name: shop
    paths: ["shop/**"]
    latency: {timeout: required}
  - name: returns
    paths: ["shop/returns/**"]
"""


def test_a_file_belongs_to_the_system_with_the_nearest_path(checked: Checked) -> None:
    made = architecture(
        site(file="shop/a.py", timeout=unset()),
        site(file="shop/returns/b.py", timeout=unset()),
        site(file="tools/c.py", timeout=unset()),
    )
    result = checked("missing-timeout", made, manifest(MONOREPO))
    found = only(result)
    assert (found.place.file, found.system) == ("shop/a.py", "shop")
    assert [(o.system, o.verdict, o.because) for o in result.outcomes] == [
        ("shop", Verdict.FAIL, ""),
        ("returns", Verdict.NOT_APPLICABLE, "`latency.timeout` is not declared"),
        ("default", Verdict.NOT_APPLICABLE, "`latency.timeout` is not declared"),
    ]


def test_mechanisms_are_those_of_the_systems_own_files(checked: Checked) -> None:
    a, b = site(file="shop/a.py"), site(file="shop/returns/b.py")
    declared = manifest(MONOREPO.replace("latency: {timeout: required}", "architecture: {mechanisms: [prompt]}"))
    result = checked("undeclared-mechanism", architecture(a, b, mechanisms={"prompt": [a, b], "rag": [b]}), declared)
    assert not result.findings


def test_nothing_is_checked_that_is_not_required(checked: Checked) -> None:
    result = checked("missing-timeout", architecture(site(timeout=unset())), manifest("latency: {timeout: optional}"))
    assert (result.outcomes[0].verdict, result.outcomes[0].because) == (Verdict.NOT_APPLICABLE, "`latency.timeout` is optional")


def test_without_a_manifest_only_rules_that_need_none_say_something(shipped: dict[str, Rule]) -> None:
    made = architecture(site(timeout=replace(unset(), values=(None,)), model=known("gone")))
    result = check(made, None, list(shipped.values()), FakeModels({"gone": Record(date(2020, 1, 1))}), date(2026, 9, 1))
    assert {f.rule for f in result.findings} == {"disabled-timeout", "retired-model"}
    assert all(o.because for o in result.outcomes if o.verdict is Verdict.NOT_APPLICABLE)


def test_a_declared_mechanism_that_nothing_proves_is_reported_in_the_manifest(checked: Checked) -> None:
    one = site()
    declared = manifest("architecture: {mechanisms: [prompt, rag]}")
    found = only(checked("declared-but-absent", architecture(one, mechanisms={"prompt": [one]}), declared))
    assert (str(found.place), found.constraint and found.constraint.path) == ("archfit.yaml:3", "architecture.mechanisms[1]")


def test_what_could_not_be_read_may_hold_what_is_missing(checked: Checked) -> None:
    one = site()
    made = architecture(one, mechanisms={"prompt": [one]}, gaps=[Gap("extract", "app/broken.py", 1, "not Python")])
    found = only(checked("declared-but-absent", made, manifest("architecture: {mechanisms: [prompt, rag]}")))
    assert found.verdict is Verdict.UNKNOWN


# -- scopes, outcomes


def test_tests_and_examples_are_reported_and_do_not_gate(checked: Checked) -> None:
    result = checked(
        "missing-timeout", architecture(site(file="tests/a.py", scope=Scope.TEST, timeout=unset())), manifest(TIMEOUT)
    )
    assert not only(result).gates
    outcome = result.outcomes[0]
    assert (outcome.verdict, outcome.subjects, outcome.because) == (
        Verdict.NOT_APPLICABLE, 0, "there is inference only outside of the product's own code",
    )  # fmt: skip


def test_a_client_of_the_product_that_a_test_shares_gates(checked: Checked) -> None:
    calls = [site(file="tests/a.py", scope=Scope.TEST, client=CLIENT, timeout=unset()), site(client=CLIENT, timeout=unset())]
    assert only(checked("missing-timeout", architecture(client(), *calls), manifest(TIMEOUT))).gates


def test_the_outcome_is_the_gravest_verdict(checked: Checked) -> None:
    def verdict(*timeouts: Attribute) -> tuple[Verdict, int]:
        sites = [site(line=10 * i, timeout=t) for i, t in enumerate(timeouts, 1)]
        outcome = checked("missing-timeout", architecture(*sites), manifest(TIMEOUT)).outcomes[0]
        return outcome.verdict, outcome.subjects

    assert verdict(known(1), known(2)) == (Verdict.PASS, 2)
    assert verdict(known(1), unknown()) == (Verdict.UNKNOWN, 2)
    assert verdict(known(1), unknown(), unset()) == (Verdict.FAIL, 3)


# -- waivers


WAIVED = """
latency: {timeout: required}
waivers:
  - rule: missing-timeout
    paths: ["app/**"]
    reason: "The gateway has one"
    kind: accepted-risk
    owner: platform
    expires: 2026-12-31
"""


def test_a_waiver_covers_rule_and_path_until_its_day(checked: Checked) -> None:
    made = architecture(site(timeout=unset()), site(file="jobs/b.py", timeout=unset()))
    result = checked("missing-timeout", made, manifest(WAIVED), today=date(2026, 12, 31))
    assert [(f.place.file, f.waived_by, f.gates) for f in result.findings] == [
        ("app/llm.py", "The gateway has one", False), ("jobs/b.py", None, True),
    ]  # fmt: skip
    assert result.notes == ()


def test_an_expired_waiver_covers_nothing_and_is_noted(checked: Checked) -> None:
    result = checked("missing-timeout", architecture(site(timeout=unset())), manifest(WAIVED), today=date(2027, 1, 1))
    assert only(result).waived_by is None
    assert len(result.notes) == 1
    assert str(result.notes[0]).startswith(
        "archfit.yaml:5: the waiver of missing-timeout (app/**; owner platform) does not count"
    )
    assert str(result.notes[0]).endswith("it expired on 2026-12-31; what it covered is reported again")


def test_a_waiver_without_a_real_date_is_inactive(checked: Checked) -> None:
    result = checked("missing-timeout", architecture(site(timeout=unset())), manifest(WAIVED.replace("2026-12-31", "next year")))
    assert only(result).gates
    assert "its expiry `next year` is not a date" in str(result.notes[0])


def test_a_waiver_that_covers_nothing_is_noted(checked: Checked) -> None:
    result = checked("missing-timeout", architecture(site(timeout=known(3))), manifest(WAIVED))
    assert [str(note) for note in result.notes] == [
        "archfit.yaml:5: the waiver of missing-timeout (app/**; owner platform) covers nothing: remove it"
    ]


PROCESSORS = "privacy: {processors: [azure-openai]}"


def test_what_is_waived_and_what_is_not_are_two_findings(checked: Checked) -> None:
    declared = manifest(
        PROCESSORS + WAIVED.replace("missing-timeout", "undeclared-processor").replace("latency: {timeout: required}", "")
    )
    result = checked("undeclared-processor", architecture(site(), site(file="jobs/b.py")), declared)
    assert [(f.place.file, f.waived_by is not None) for f in result.findings] == [("app/llm.py", True), ("jobs/b.py", False)]


# -- order and fingerprints


def moved(made: Architecture, by: int) -> Architecture:
    sites = tuple(replace(s, place=replace(s.place, line=s.place.line + by, end_line=s.place.end_line + by)) for s in made.sites)
    return replace(made, sites=sites, index={s.id: s for s in sites})


def test_a_fingerprint_survives_moved_lines(checked: Checked) -> None:
    made = architecture(
        site(timeout=unset()), site(line=20, timeout=unset()), site(line=30, function="app.llm.other", timeout=unset())
    )
    before = [f.fingerprint for f in checked("missing-timeout", made, manifest(TIMEOUT)).findings]
    after = [f.fingerprint for f in checked("missing-timeout", moved(made, 7), manifest(TIMEOUT)).findings]
    assert before == after
    assert len(set(before)) == 3


def test_a_fingerprint_does_not_depend_on_numbers_that_change(checked: Checked) -> None:
    def printed(limit: int) -> str:
        return only(
            checked("unbounded-output", architecture(site(max_output=known(limit))), manifest("cost: {max_output_tokens: 5}"))
        ).fingerprint

    assert printed(100) == printed(200)


def test_another_retired_model_is_another_problem(checked: Checked) -> None:
    table = FakeModels({"a": Record(date(2020, 1, 1)), "b": Record(date(2020, 1, 1))})
    first, second = (
        only(checked("retired-model", architecture(site(model=known(name))), facts=table)).fingerprint for name in "ab"
    )
    assert first != second


def test_the_result_does_not_depend_on_the_order_of_sites(shipped: dict[str, Rule]) -> None:
    declared = manifest(TIMEOUT + "\nprivacy: {processors: []}\ncost: {max_output_tokens: 5}")
    sites = [client(), *(site(line=line, client=CLIENT, timeout=unset(), max_output=unset()) for line in range(10, 60, 10))]
    rules = list(shipped.values())
    expected = check(architecture(*sites), declared, rules, None, date(2026, 9, 1))
    for seed in range(5):
        Random(seed).shuffle(sites)
        Random(seed).shuffle(rules)
        assert check(architecture(*sites), declared, rules, None, date(2026, 9, 1)) == expected


def test_a_rule_that_fails_itself_is_told_as_such(rule_folder: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    rule = load_rules(rule_folder({"cost/no-wild-calls.md": RULE}))[0]
    monkeypatch.setattr(Site, "get", lambda self, name: (_ for _ in ()).throw(ValueError("broken")))
    with pytest.raises(InternalError, match="the rule no-wild-calls cannot be applied"):
        check(architecture(site()), None, [rule], None, date(2026, 9, 1))
