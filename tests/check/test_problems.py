"""One problem gives one finding, at the place where it is mended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from linter.model.architecture import Attribute, State
from linter.model.finding import CheckResult, Verdict
from linter.model.place import Step
from linter.model.source import Scope
from tests.check.making import (
    CLIENT,
    TIMEOUT,
    FakeModels,
    Record,
    architecture,
    at,
    client,
    flow,
    known,
    manifest,
    only,
    partial,
    site,
    unknown,
    unset,
)

Checked = Callable[..., CheckResult]


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
    result = checked(
        "missing-timeout", architecture(site(line=10, timeout=unset()), site(line=20, timeout=unset())), manifest(TIMEOUT)
    )
    assert [found.place.line for found in result.findings] == [10, 20]
    assert "(default: not known)" in result.findings[0].message


def test_a_question_is_dropped_where_the_same_client_has_a_certain_problem(checked: Checked) -> None:
    calls = [site(line=10, client=CLIENT, timeout=unknown()), site(line=20, client=CLIENT, timeout=unset(600))]
    found = only(checked("missing-timeout", architecture(client(), *calls), manifest(TIMEOUT)))
    assert found.verdict is Verdict.FAIL


def test_an_open_question_says_what_would_settle_it_and_proposes_no_fix(checked: Checked) -> None:
    found = only(
        checked("missing-timeout", architecture(site(timeout=unknown("the environment variable LIMIT"))), manifest(TIMEOUT))
    )
    assert (found.verdict, found.settle, found.fix) == (Verdict.UNKNOWN, "the environment variable LIMIT", "")
    assert not found.gates


PROCESSORS = "privacy: {processors: [azure-openai]}"


def test_each_third_party_is_one_finding_at_the_first_client(checked: Checked) -> None:
    several = site(line=40, provider=known("openai", "groq", "azure-openai"), hosting=known("external", "cloud-tenant"))
    sites = [
        client(),
        site(line=10, client=CLIENT),
        site("embedding", line=20, client=CLIENT),
        site(line=30, provider=known("groq")),
        several,
    ]
    result = checked("undeclared-processor", architecture(*sites), manifest(PROCESSORS))
    assert [(str(found.place), found.message) for found in result.findings] == [
        ("app/client.py:4", "openai.OpenAI sends data to openai, but the declared processors are [azure-openai]"),
        (
            "app/llm.py:30",
            "openai.OpenAI.chat.completions.create sends data to groq, but the declared processors are [azure-openai]",
        ),
    ]
    assert [[one.place.line for one in found.related] for found in result.findings] == [[10, 20, 40], [40]]


def test_a_third_party_keeps_its_fingerprint_when_another_call_comes_first(checked: Checked) -> None:
    before = only(checked("undeclared-processor", architecture(site()), manifest(PROCESSORS)))
    after = only(checked("undeclared-processor", architecture(site(file="app/a.py"), site()), manifest(PROCESSORS)))
    assert before.fingerprint == after.fingerprint
    assert before.place != after.place


def test_a_third_party_of_the_product_is_shown_in_the_product(checked: Checked) -> None:
    test = site(file="app/a_test.py", scope=Scope.TEST)
    found = only(checked("undeclared-processor", architecture(test, site()), manifest(PROCESSORS)))
    assert found.place.file == "app/llm.py"
    assert found.gates


def test_several_wrong_names_of_one_call_are_shown_each_where_it_is_written(checked: Checked) -> None:
    steps = (Step(at("app/settings.py", 3), "'a'"), Step(at("app/settings.py", 4), "'b'"))
    table = FakeModels({"a": Record(date(2020, 1, 1)), "b": Record(date(2020, 1, 1))})
    result = checked("retired-model", architecture(site(model=known("a", "b", evidence=steps))), facts=table)
    assert [str(found.place) for found in result.findings] == ["app/settings.py:3", "app/settings.py:4"]


def test_a_name_is_not_found_in_a_longer_one(checked: Checked) -> None:
    steps = (Step(at("app/settings.py", 3), "'gpt-4o-mini'"), Step(at("app/settings.py", 4), "MODEL = 'gpt-4o'"))
    table = FakeModels({"gpt-4o": Record(date(2020, 1, 1)), "gpt-4o-mini": Record(None)})
    made = architecture(site(model=known("gpt-4o-mini", "gpt-4o", evidence=steps)))
    assert str(only(checked("retired-model", made, facts=table)).place) == "app/settings.py:4"


def test_a_step_that_is_nowhere_is_no_place_for_a_finding(checked: Checked) -> None:
    table = FakeModels({"old": Record(date(2020, 1, 1))})
    nowhere = Step(at("", 0), "old")
    found = only(checked("retired-model", architecture(site(model=known("old", evidence=(nowhere,)))), facts=table))
    assert found.place.file == "app/llm.py"
    assert nowhere not in found.steps


def test_a_question_about_other_data_is_still_asked(checked: Checked) -> None:
    declared = manifest(
        "data:\n  record: {class: regulated, found_in: {fields: [ssn]}}\n  claim: {class: regulated, found_in: {fields: [sum]}}"
    )
    call = site()
    flows = [flow(call, "record"), flow(call, "claim", certain=False)]
    result = checked("regulated-data-in-external-prompt", architecture(call, flows=flows), declared)
    assert sorted(found.verdict for found in result.findings) == [Verdict.FAIL, Verdict.UNKNOWN]


def test_two_clients_in_one_line_are_one_finding(checked: Checked) -> None:
    first, second = at("app/client.py", 4, 10), at("app/client.py", 4, 50)
    calls = [site(line=10, client=first, timeout=unset()), site(line=20, client=second, timeout=unset())]
    assert only(checked("missing-timeout", architecture(*calls), manifest(TIMEOUT))).place == first


def test_a_question_that_an_environment_variable_decides_is_asked_once(checked: Checked) -> None:
    calls = [site(line=line, hosting=unknown("the environment variable LLM_URL"), endpoint=unknown()) for line in (10, 20)]
    found = only(checked("inference-off-target", architecture(*calls), manifest("deployment: {target: on-prem}")))
    assert (found.place.line, found.settle, [one.place.line for one in found.related]) == (
        10,
        "the environment variable LLM_URL",
        [20],
    )


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
    assert found.place.line == 10
    assert [one.place.line for one in found.related] == [20]


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
    calls = [
        site(line=line, model=known("text-davinci-003", evidence=(written, Step(at("app/llm.py", line), "kept in MODEL"))))
        for line in (10, 20)
    ]
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
    first, second = (
        flow(call, field="ssn"),
        replace(flow(call, field="name"), steps=(Step(at("app/records.py", 9), "name is read"),)),
    )
    found = only(checked("regulated-data-in-external-prompt", architecture(call, flows=[first, second]), declared))
    assert found.place == call.place
    assert found.steps == first.steps
    assert [one.what for one in found.related] == ["name is read"]


def test_a_redacted_flow_is_no_finding(checked: Checked) -> None:
    declared = manifest("data: {patient-record: {class: regulated, found_in: {fields: [ssn]}}}")
    call = site()
    result = checked(
        "regulated-data-in-external-prompt", architecture(call, flows=[flow(call, redacted_by="app.scrub")]), declared
    )
    assert not result.findings


def test_a_flow_with_a_doubtful_step_is_a_question(checked: Checked) -> None:
    declared = manifest("data: {patient-record: {class: regulated, found_in: {fields: [ssn]}}}")
    call = site()
    found = only(checked("regulated-data-in-external-prompt", architecture(call, flows=[flow(call, certain=False)]), declared))
    assert (found.verdict, found.settle) == (Verdict.UNKNOWN, "whether patient-record really gets there")


@pytest.mark.parametrize(("bounded", "findings"), [(False, 1), (True, 0), (None, 0)])
def test_a_history_without_a_limit_is_reported_and_an_open_question_is_not(
    checked: Checked, bounded: bool | None, findings: int
) -> None:
    call = site()
    result = checked("unbounded-context", architecture(call, flows=[flow(call, "messages", "history", bounded=bounded)]))
    assert len(result.findings) == findings
    assert result.outcomes[0].verdict is {False: Verdict.FAIL, True: Verdict.PASS, None: Verdict.UNKNOWN}[bounded]


def test_a_rule_that_needs_no_declaration_cites_the_clause_when_there_is_one(checked: Checked) -> None:
    call = site()
    made = architecture(call, flows=[flow(call, "messages", "history", bounded=False)])
    assert only(checked("unbounded-context", made)).constraint is None
    cited = only(checked("unbounded-context", made, manifest("cost: {max_prompt_tokens: 8000}"))).constraint
    assert cited is not None
    assert (cited.path, cited.text, str(cited.place)) == (
        "cost.max_prompt_tokens",
        "8000",
        "archfit.yaml:3",
    )


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
    result = checked(
        "dynamic-knowledge-in-fine-tune",
        architecture(job, flows=[flow(job, "prices", "knowledge")]),
        manifest(KNOWLEDGE.format(declared)),
    )
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
def test_an_offline_system_downloads_no_model(
    checked: Checked, model: Attribute, offline: Attribute, verdict: Verdict | None
) -> None:
    one = site("client", hosting=known("in-process"), model=model, offline=offline)
    found = checked("runtime-model-download", architecture(one), manifest(OFFLINE)).findings
    assert [f.verdict for f in found] == ([verdict] if verdict else [])


def test_a_mechanism_is_reported_at_its_first_proof_in_the_product(checked: Checked) -> None:
    test, first, second = site(file="tests/a.py", scope=Scope.TEST), site(line=10), site(line=20)
    made = architecture(test, first, second, mechanisms={"prompt": [test], "rag": [test, second, first]})
    found = only(checked("undeclared-mechanism", made, manifest("architecture: {mechanisms: [prompt]}")))
    assert found.place == first.place
    assert found.scope is Scope.PRODUCT
    assert [one.place for one in found.related] == [second.place]
