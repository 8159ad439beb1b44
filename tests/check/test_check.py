"""One problem gives one finding, at the place where it is mended; and every rule has an outcome for every system."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest

from linter.check.load import load_rules
from linter.check.run import check
from linter.errors import InternalError
from linter.model.architecture import Architecture, Attribute, Site, State
from linter.model.finding import CheckResult, Finding, Verdict
from linter.model.place import Gap, Step
from linter.model.rule import Rule
from linter.model.source import Scope
from tests.check.making import RULE, FakeModels, Record, architecture, at, flow, known, manifest, partial, site, unknown, unset

Checked = Callable[..., CheckResult]
TIMEOUT = "latency: {timeout: required}"
CLIENT = at("app/client.py", 4, 10)


def client(line: int = 4, **attributes: Any) -> Site:
    made = site("client", "app/client.py", line, call="openai.OpenAI", function="app.client", **attributes)
    return replace(made, place=at("app/client.py", line, 10))


def only(result: CheckResult) -> Finding:
    assert len(result.findings) == 1, [str(f.place) for f in result.findings]
    return result.findings[0]


# -- one problem, one finding


def test_three_calls_through_one_client_are_one_finding_at_the_client(checked: Checked) -> None:
    calls = [site(line=line, client=CLIENT, timeout=unset(600)) for line in (10, 20, 30)]
    found = only(checked("missing-timeout", architecture(client(), *calls), manifest(TIMEOUT)))
    assert found.place == CLIENT
    assert found.message == "No timeout on openai.OpenAI, so that a call waits as long as the SDK does (default: 600 s)"
    assert [str(one.place) for one in found.related] == ["app/llm.py:10", "app/llm.py:20", "app/llm.py:30"]
    assert found.steps[0] == Step(CLIENT, "openai.OpenAI is built here")


def test_a_call_with_a_timeout_of_its_own_is_no_part_of_it(checked: Checked) -> None:
    calls = [site(line=10, client=CLIENT, timeout=unset(600)), site(line=20, client=CLIENT, timeout=known(20))]
    found = only(checked("missing-timeout", architecture(client(), *calls), manifest(TIMEOUT)))
    assert [str(one.place) for one in found.related] == ["app/llm.py:10"]


def test_calls_without_a_known_client_are_findings_of_their_own(checked: Checked) -> None:
    result = checked("missing-timeout", architecture(site(line=10, timeout=unset()), site(line=20, timeout=unset())), manifest(TIMEOUT))
    assert [found.place.line for found in result.findings] == [10, 20]
    assert "(default: not known)" in result.findings[0].message


def test_a_question_is_dropped_where_the_same_client_has_a_certain_problem(checked: Checked) -> None:
    calls = [site(line=10, client=CLIENT, timeout=unknown()), site(line=20, client=CLIENT, timeout=unset(600))]
    found = only(checked("missing-timeout", architecture(client(), *calls), manifest(TIMEOUT)))
    assert found.verdict is Verdict.FAIL


def test_an_open_question_says_what_would_settle_it_and_proposes_no_fix(checked: Checked) -> None:
    found = only(checked("missing-timeout", architecture(site(timeout=unknown("the environment variable LIMIT"))), manifest(TIMEOUT)))
    assert (found.verdict, found.settle, found.fix) == (Verdict.UNKNOWN, "the environment variable LIMIT", "")
    assert not found.gates


PROCESSORS = "privacy: {processors: [azure-openai]}"


def test_each_third_party_is_one_finding_at_the_first_client(checked: Checked) -> None:
    several = site(line=40, provider=known("openai", "groq", "azure-openai"), hosting=known("external", "cloud-tenant"))
    sites = [client(), site(line=10, client=CLIENT), site("embedding", line=20, client=CLIENT), site(line=30, provider=known("groq")), several]
    result = checked("undeclared-processor", architecture(*sites), manifest(PROCESSORS))
    assert [(str(found.place), found.message) for found in result.findings] == [
        ("app/client.py:4", "openai.OpenAI sends data to openai, but the declared processors are [azure-openai]"),
        ("app/llm.py:30", "openai.OpenAI.chat.completions.create sends data to groq, but the declared processors are [azure-openai]"),
    ]
    assert [[one.place.line for one in found.related] for found in result.findings] == [[10, 20, 40], [40]]


def test_a_third_party_keeps_its_fingerprint_when_another_call_comes_first(checked: Checked) -> None:
    before = only(checked("undeclared-processor", architecture(site()), manifest(PROCESSORS)))
    after = only(checked("undeclared-processor", architecture(site(file="app/a.py"), site()), manifest(PROCESSORS)))
    assert before.fingerprint == after.fingerprint and before.place != after.place


def test_a_third_party_of_the_product_is_shown_in_the_product(checked: Checked) -> None:
    test = site(file="app/a_test.py", scope=Scope.TEST)
    found = only(checked("undeclared-processor", architecture(test, site()), manifest(PROCESSORS)))
    assert found.place.file == "app/llm.py" and found.gates


def test_what_is_waived_and_what_is_not_are_two_findings(checked: Checked) -> None:
    declared = manifest(PROCESSORS + WAIVED.replace("missing-timeout", "undeclared-processor").replace("latency: {timeout: required}", ""))
    result = checked("undeclared-processor", architecture(site(), site(file="jobs/b.py")), declared)
    assert [(f.place.file, f.waived_by is not None) for f in result.findings] == [("app/llm.py", True), ("jobs/b.py", False)]


def test_several_wrong_names_of_one_call_are_shown_each_where_it_is_written(checked: Checked) -> None:
    steps = (Step(at("app/settings.py", 3), "'a'"), Step(at("app/settings.py", 4), "'b'"))
    table = FakeModels({"a": Record(date(2020, 1, 1)), "b": Record(date(2020, 1, 1))})
    result = checked("retired-model", architecture(site(model=known("a", "b", evidence=steps))), facts=table)
    assert [str(found.place) for found in result.findings] == ["app/settings.py:3", "app/settings.py:4"]


def test_two_clients_in_one_line_are_one_finding(checked: Checked) -> None:
    first, second = at("app/client.py", 4, 10), at("app/client.py", 4, 50)
    calls = [site(line=10, client=first, timeout=unset()), site(line=20, client=second, timeout=unset())]
    assert only(checked("missing-timeout", architecture(*calls), manifest(TIMEOUT))).place == first


def test_a_question_that_an_environment_variable_decides_is_asked_once(checked: Checked) -> None:
    calls = [site(line=line, hosting=unknown("the environment variable LLM_URL"), endpoint=unknown()) for line in (10, 20)]
    found = only(checked("inference-off-target", architecture(*calls), manifest("deployment: {target: on-prem}")))
    assert (found.place.line, found.settle, [one.place.line for one in found.related]) == (10, "the environment variable LLM_URL", [20])


def test_other_questions_are_asked_at_each_place(checked: Checked) -> None:
    calls = [site(line=line, hosting=unknown("which model object is used here"), endpoint=unknown()) for line in (10, 20)]
    assert len(checked("inference-off-target", architecture(*calls), manifest("deployment: {target: on-prem}")).findings) == 2


def test_nothing_is_left_out_for_sure_of_a_model_that_nobody_saw_being_built(checked: Checked) -> None:
    passed_in = site(provider=unknown("which model object is used here"), hosting=unknown(), max_output=unset())
    found = only(checked("unbounded-output", architecture(passed_in), manifest("cost: {max_output_tokens: 500}")))
    assert (found.verdict, found.settle) == (Verdict.UNKNOWN, "which model object is used here")


def test_two_calls_that_send_the_same_history_are_one_finding(checked: Checked) -> None:
    first, second = site(line=10), site(line=20)
    flows = [flow(second, "Chat.messages", "history", bounded=False), flow(first, "Chat.messages", "history", bounded=False)]
    found = only(checked("unbounded-context", architecture(first, second, flows=flows)))
    assert found.place.line == 10 and [one.place.line for one in found.related] == [20]


def test_calls_of_one_model_object_share_its_missing_limit(checked: Checked) -> None:
    declared = manifest("cost: {max_output_tokens: 500}")
    llm = client(model=known("gpt-4o"))
    calls = [site(line=line, client=llm.place, max_output=unset()) for line in (10, 20)]
    assert only(checked("unbounded-output", architecture(llm, *calls), declared)).place == llm.place


def test_calls_of_a_plain_client_each_need_a_limit(checked: Checked) -> None:
    declared = manifest("cost: {max_output_tokens: 500}")
    calls = [site(line=line, client=CLIENT, max_output=unset()) for line in (10, 20)]
    assert [f.place.line for f in checked("unbounded-output", architecture(client(), *calls), declared).findings] == [10, 20]


def test_a_limit_above_the_budget_has_its_own_sentence(checked: Checked) -> None:
    declared = manifest("cost: {max_output_tokens: 500}")
    found = only(checked("unbounded-output", architecture(site(max_output=unset(4096))), declared))
    assert found.message == "openai.OpenAI.chat.completions.create allows 4096 output tokens; the budget is 500"


def test_a_wrong_name_is_shown_where_it_is_written(checked: Checked) -> None:
    written = Step(at("app/settings.py", 8), "MODEL = 'text-davinci-003'")
    calls = [site(line=line, model=known("text-davinci-003", evidence=(written, Step(at("app/llm.py", line), "kept in MODEL")))) for line in (10, 20)]
    table = FakeModels({"text-davinci-003": Record(date(2024, 1, 4))})
    found = only(checked("retired-model", architecture(*calls), facts=table))
    assert str(found.place) == "app/settings.py:8"
    assert found.message.endswith("asks for text-davinci-003, which was retired on 2024-01-04 (model table of 2026-08-01)")
    assert [str(one.place) for one in found.related] == ["app/llm.py:10", "app/llm.py:20"]


def test_a_model_that_may_run_in_the_process_is_not_asked_about(checked: Checked) -> None:
    one = site("client", hosting=unknown(), model=known("org/model"), offline=unset())
    assert not checked("runtime-model-download", architecture(one), manifest("deployment: {network: offline}")).findings


def test_a_wrong_default_of_the_sdk_is_shown_at_the_client(checked: Checked) -> None:
    llm = client(model=unset("gpt-3.5-turbo"))
    call = site(client=llm.place, model=unset("gpt-3.5-turbo"))
    table = FakeModels(aliases={"gpt-3.5-turbo": True})
    found = only(checked("unpinned-model", architecture(llm, call), manifest("control: {pinned_models: required}"), table))
    assert found.place == llm.place


def test_fields_of_one_record_in_one_prompt_are_one_finding(checked: Checked) -> None:
    declared = manifest("data: {patient-record: {class: regulated, found_in: {fields: [ssn, name]}}}")
    call = site()
    first, second = flow(call, field="ssn"), replace(flow(call, field="name"), steps=(Step(at("app/records.py", 9), "name is read"),))
    found = only(checked("regulated-data-in-external-prompt", architecture(call, flows=[first, second]), declared))
    assert found.place == call.place
    assert found.steps == first.steps
    assert [one.what for one in found.related] == ["name is read"]


def test_a_redacted_flow_is_no_finding(checked: Checked) -> None:
    declared = manifest("data: {patient-record: {class: regulated, found_in: {fields: [ssn]}}}")
    call = site()
    result = checked("regulated-data-in-external-prompt", architecture(call, flows=[flow(call, redacted_by="app.scrub")]), declared)
    assert not result.findings


def test_a_flow_with_a_doubtful_step_is_a_question(checked: Checked) -> None:
    declared = manifest("data: {patient-record: {class: regulated, found_in: {fields: [ssn]}}}")
    call = site()
    found = only(checked("regulated-data-in-external-prompt", architecture(call, flows=[flow(call, certain=False)]), declared))
    assert (found.verdict, found.settle) == (Verdict.UNKNOWN, "whether patient-record really gets there")


@pytest.mark.parametrize(("bounded", "findings"), [(False, 1), (True, 0), (None, 0)])
def test_a_history_without_a_limit_is_reported_and_an_open_question_is_not(checked: Checked, bounded: bool | None, findings: int) -> None:
    call = site()
    result = checked("unbounded-context", architecture(call, flows=[flow(call, "messages", "history", bounded=bounded)]))
    assert len(result.findings) == findings
    assert result.outcomes[0].verdict is {False: Verdict.FAIL, True: Verdict.PASS, None: Verdict.UNKNOWN}[bounded]


def test_a_rule_that_needs_no_declaration_cites_the_clause_when_there_is_one(checked: Checked) -> None:
    call = site()
    made = architecture(call, flows=[flow(call, "messages", "history", bounded=False)])
    assert only(checked("unbounded-context", made)).constraint is None
    cited = only(checked("unbounded-context", made, manifest("cost: {max_prompt_tokens: 8000}"))).constraint
    assert cited is not None and (cited.path, cited.text, str(cited.place)) == ("cost.max_prompt_tokens", "8000", "archfit.yaml:3")


KNOWLEDGE = "updates: {{knowledge: {{prices: {{found_in: {{tables: [prices]}}, {}}}}}}}"


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        ("changes: daily", "changes daily"),
        ("changes: 30d", "changes 30d"),
        ("changes: yearly", ""),
        ("changes: never", ""),
        ("served_by: retrieval", "is declared as served by retrieval"),
        ("served_by: fine-tune", ""),
        ("changes: daily, served_by: fine-tune", "changes daily"),
    ],
)
def test_knowledge_that_changes_is_not_trained(checked: Checked, declared: str, told: str) -> None:
    job = site("finetune", call="openai.OpenAI.fine_tuning.jobs.create")
    result = checked("dynamic-knowledge-in-fine-tune", architecture(job, flows=[flow(job, "prices", "knowledge")]), manifest(KNOWLEDGE.format(declared)))
    assert told in only(result).message if told else not result.findings


def test_a_timeout_that_is_switched_off_is_its_own_problem(checked: Checked) -> None:
    off = site(timeout=replace(unset(), values=(None,)))
    assert off.get("timeout").state is State.UNSET
    assert only(checked("disabled-timeout", architecture(off))).severity == "medium"
    assert not checked("missing-timeout", architecture(off), manifest(TIMEOUT)).findings
    assert not checked("disabled-timeout", architecture(site(timeout=unset(None)))).findings


def test_a_model_in_the_process_needs_no_timeout(checked: Checked) -> None:
    made = architecture(site(hosting=known("in-process"), timeout=unset()))
    result = checked("missing-timeout", made, manifest(TIMEOUT))
    assert not result.findings
    assert result.outcomes[0].verdict is Verdict.NOT_APPLICABLE


OFFLINE = "deployment: {network: offline}"


@pytest.mark.parametrize(
    ("model", "offline", "verdict"),
    [
        (known("org/model"), unset(), Verdict.FAIL),
        (partial("org/model"), unset(), Verdict.FAIL),
        (known("org/model"), known(True), None),
        (known("/opt/model"), unset(), None),
        (unknown(), unset(), Verdict.UNKNOWN),
        (unknown(), known(True), None),
    ],
)
def test_an_offline_system_downloads_no_model(checked: Checked, model: Attribute, offline: Attribute, verdict: Verdict | None) -> None:
    one = site("client", hosting=known("in-process"), model=model, offline=offline)
    found = checked("runtime-model-download", architecture(one), manifest(OFFLINE)).findings
    assert [f.verdict for f in found] == ([verdict] if verdict else [])


def test_a_mechanism_is_reported_at_its_first_proof_in_the_product(checked: Checked) -> None:
    test, first, second = site(file="tests/a.py", scope=Scope.TEST), site(line=10), site(line=20)
    made = architecture(test, first, second, mechanisms={"prompt": [test], "rag": [test, second, first]})
    found = only(checked("undeclared-mechanism", made, manifest("architecture: {mechanisms: [prompt]}")))
    assert found.place == first.place and found.scope is Scope.PRODUCT
    assert [one.place for one in found.related] == [second.place]


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
    made = architecture(site(file="shop/a.py", timeout=unset()), site(file="shop/returns/b.py", timeout=unset()), site(file="tools/c.py", timeout=unset()))
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
    result = checked("missing-timeout", architecture(site(file="tests/a.py", scope=Scope.TEST, timeout=unset())), manifest(TIMEOUT))
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
    assert result.notes[0].startswith("archfit.yaml:5: the waiver of missing-timeout (app/**; owner platform) does not count")
    assert result.notes[0].endswith("it expired on 2026-12-31; what it covered is reported again")


def test_a_waiver_without_a_real_date_is_inactive(checked: Checked) -> None:
    result = checked("missing-timeout", architecture(site(timeout=unset())), manifest(WAIVED.replace("2026-12-31", "next year")))
    assert only(result).gates
    assert "its expiry `next year` is not a date" in result.notes[0]


def test_a_waiver_that_covers_nothing_is_noted(checked: Checked) -> None:
    result = checked("missing-timeout", architecture(site(timeout=known(3))), manifest(WAIVED))
    assert result.notes == ("archfit.yaml:5: the waiver of missing-timeout (app/**; owner platform) covers nothing: remove it",)


# -- order and fingerprints


def moved(made: Architecture, by: int) -> Architecture:
    sites = tuple(replace(s, place=replace(s.place, line=s.place.line + by, end_line=s.place.end_line + by)) for s in made.sites)
    return replace(made, sites=sites, index={s.id: s for s in sites})


def test_a_fingerprint_survives_moved_lines(checked: Checked) -> None:
    made = architecture(site(timeout=unset()), site(line=20, timeout=unset()), site(line=30, function="app.llm.other", timeout=unset()))
    before = [f.fingerprint for f in checked("missing-timeout", made, manifest(TIMEOUT)).findings]
    after = [f.fingerprint for f in checked("missing-timeout", moved(made, 7), manifest(TIMEOUT)).findings]
    assert before == after and len(set(before)) == 3


def test_a_fingerprint_does_not_depend_on_numbers_that_change(checked: Checked) -> None:
    def printed(limit: int) -> str:
        return only(checked("unbounded-output", architecture(site(max_output=known(limit))), manifest("cost: {max_output_tokens: 5}"))).fingerprint

    assert printed(100) == printed(200)


def test_another_retired_model_is_another_problem(checked: Checked) -> None:
    table = FakeModels({"a": Record(date(2020, 1, 1)), "b": Record(date(2020, 1, 1))})
    first, second = (only(checked("retired-model", architecture(site(model=known(name))), facts=table)).fingerprint for name in "ab")
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
