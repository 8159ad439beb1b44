"""Every redactor: its result is clean; one whose result is thrown away, or that is given another variable, cleans nothing."""

from __future__ import annotations

import pytest

from tests.infer.making import flows
from tests.infer.test_sensitive import FILES, HEAD, MANIFEST, flow, leaks

PRESIDIO = (
    "from presidio_analyzer import AnalyzerEngine\nfrom presidio_anonymizer import AnonymizerEngine\n"
    "analyzer = AnalyzerEngine()\nanonymizer = AnonymizerEngine()\n"
)
ANONYMIZER = "from langchain_experimental.data_anonymizer import PresidioAnonymizer, PresidioReversibleAnonymizer\n"
LLM_GUARD = (
    "from llm_guard import scan_output, scan_prompt\nfrom llm_guard.input_scanners import Anonymize, PromptInjection, Secrets\n"
    "from llm_guard.output_scanners import Sensitive\nfrom llm_guard.vault import Vault\nvault = Vault()\n"
)
REDACTORS = {
    "presidio": (PRESIDIO, "anonymizer.anonymize(text=TEXT, analyzer_results=analyzer.analyze(text=TEXT, language='en')).text"),
    "presidio, made where it is used": (
        PRESIDIO, "AnonymizerEngine().anonymize(TEXT, AnalyzerEngine().analyze(TEXT, language='en')).text"
    ),
    "presidio, a list": (
        "from presidio_anonymizer import BatchAnonymizerEngine\nengine = BatchAnonymizerEngine()\nfound = None\n",
        "engine.anonymize_list([TEXT], found)[0]",
    ),
    "presidio of LangChain": (f"{ANONYMIZER}anonymizer = PresidioAnonymizer()\n", "anonymizer.anonymize(TEXT)"),
    "presidio of LangChain, to be undone": (
        f"{ANONYMIZER}anonymizer = PresidioReversibleAnonymizer(analyzed_fields=['PERSON'])\n", "anonymizer.anonymize(TEXT)"
    ),
    "scrubadub": ("import scrubadub\n", "scrubadub.clean(TEXT)"),
    "a scrubber": ("import scrubadub\nscrubber = scrubadub.Scrubber()\nscrubber.add_detector('email')\n", "scrubber.clean(TEXT)"),
    "llm-guard": (LLM_GUARD, "scan_prompt([Anonymize(vault), PromptInjection()], TEXT)[0]"),
    "llm-guard, a list made before": (
        f"{LLM_GUARD}scanners = [PromptInjection()]\nscanners.append(Anonymize(vault))\n", "scan_prompt(scanners, TEXT)[0]"
    ),
    "one scanner of llm-guard": (f"{LLM_GUARD}scanner = Anonymize(vault, language='en')\n", "scanner.scan(TEXT)[0]"),
    "llm-guard for outputs": (f"{LLM_GUARD}scanner = Sensitive(redact=True)\n", "scan_output([scanner], 'a', TEXT)[0]"),
    "spaCy in an own function": ("", "scrub(TEXT)"),
}  # fmt: skip
redactors = pytest.mark.parametrize(("top", "call"), REDACTORS.values(), ids=REDACTORS)


@redactors
def test_the_result_of_a_redactor_is_clean(top: str, call: str) -> None:
    assert leaks(f"{top}def f(p: Patient):\n    text = 'Who has ' + p.ssn\n    ask({call.replace('TEXT', 'text')})") == "redacted"


@redactors
def test_a_redactor_in_a_helper_is_one(top: str, call: str) -> None:
    code = f"def clean(text):\n    result = {call.replace('TEXT', 'text')}\n    return result\n"
    assert leaks(f"{top}{code}def f(p: Patient):\n    ask('Who has ' + clean(p.ssn))") == "redacted"


@redactors
def test_a_result_that_is_thrown_away_cleans_nothing(top: str, call: str) -> None:
    assert leaks(f"{top}def f(p: Patient):\n    text = p.ssn\n    {call.replace('TEXT', 'text')}\n    ask(text)") == "ssn"


@redactors
def test_another_variable_that_is_redacted_cleans_nothing(top: str, call: str) -> None:
    lines = f"text, other = p.ssn, p.diagnosis\n    safe = {call.replace('TEXT', 'other')}\n    ask(f'{{text}} {{len(safe)}}')"
    assert leaks(f"{top}def f(p: Patient):\n    {lines}") == "ssn"


@redactors
def test_only_a_part_that_is_redacted_leaves_the_rest(top: str, call: str) -> None:
    assert leaks(f"{top}def f(p: Patient):\n    ask({call.replace('TEXT', 'p.diagnosis')} + p.ssn)") == "ssn"


NONE = {
    "a scan without a redactor": (LLM_GUARD, "scan_prompt([PromptInjection()], TEXT)[0]"),
    "a scan for keys": (LLM_GUARD, "scan_prompt([Secrets()], TEXT)[0]"),
    "a scanner for keys": (LLM_GUARD, "Secrets().scan(TEXT)[0]"),
    "a scanner of outputs that only judges": (LLM_GUARD, "Sensitive().scan('a', TEXT)[0]"),
    "a scan of outputs that only judges": (LLM_GUARD, "scan_output([Sensitive()], 'a', TEXT)[0]"),
    "the list of what was found": ("import scrubadub\n", "str(scrubadub.list_filth(TEXT))"),
    "NeMo guardrails": (
        "from nemoguardrails import LLMRails, RailsConfig\nrails = LLMRails(RailsConfig.from_path('config'))\n",
        "(rails and TEXT)",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("top", "call"), NONE.values(), ids=NONE)
def test_what_only_judges_cleans_nothing(top: str, call: str) -> None:
    assert leaks(f"{top}def f(p: Patient):\n    text = p.ssn\n    ask({call.replace('TEXT', 'text')})") == "ssn"


def test_what_is_found_has_no_text_in_it() -> None:
    assert leaks(f"{PRESIDIO}def f(p: Patient):\n    ask(str(analyzer.analyze(text=p.ssn, language='en')))") == "redacted"


# -- in a chain


MODEL = "from langchain_core.prompts import PromptTemplate\n"
MODEL += "from langchain_core.runnables import RunnableLambda, RunnablePassthrough\n"
MODEL += "from langchain_openai import ChatOpenAI\nprompt = PromptTemplate.from_template('{text}')\n"
HEADS = {
    "a function": ("", "RunnableLambda(scrub)", "redacted"),
    "a lambda of another function": ("def short(text):\n    return text[:9]\n", "RunnableLambda(short)", "ssn"),
    "a method": (f"{ANONYMIZER}anonymizer = PresidioAnonymizer()\n", "RunnableLambda(anonymizer.anonymize)", "redacted"),
    "an entry": (f"{ANONYMIZER}anonymizer = PresidioAnonymizer()\n", "{'text': anonymizer.anonymize}", "redacted"),
    "an entry beside one that hands on": ("", "{'text': scrub, 'all': RunnablePassthrough()}", "ssn"),
    "nothing": ("", "RunnablePassthrough()", "ssn"),
}


@pytest.mark.parametrize(("top", "head", "expected"), HEADS.values(), ids=HEADS)
def test_a_redactor_at_the_head_of_a_chain(top: str, head: str, expected: str) -> None:
    assert leaks(f"{MODEL}{top}chain = {head} | prompt | ChatOpenAI()\ndef f(p: Patient):\n    chain.invoke(p.ssn)") == expected


def test_scanners_that_are_not_known_leave_a_question() -> None:
    found = flow(f"{LLM_GUARD}def f(p: Patient, scanners):\n    clean, ok, risk = scan_prompt(scanners, p.ssn)\n    ask(clean)")
    assert found is not None
    assert not found.certain
    assert not found.redacted_by


# -- a mask of a tracing service

LANGFUSE = "from langfuse import Langfuse, get_client, observe\n"
MASKS = {
    "a redactor": ("Langfuse(mask=scrub)", "redacted"),
    "a function around one": ("Langfuse(mask=around)", "redacted"),
    "a function that nobody knows": ("Langfuse(mask=other)", "ssn?"),
    "none": ("Langfuse()", "ssn"),
}
FUNCTIONS = "def around(data, **kwargs):\n    return scrub(str(data))\n"
FUNCTIONS += "def other(data, **kwargs):\n    return data if len(data) < 9 else ''\n"
TRACED = {
    "the client": "def f(p: Patient):\n    client.update_current_span(input=p.ssn)",
    "the client of the program": "def f(p: Patient):\n    get_client().update_current_span(input=p.ssn)",
    "a watched function": "@observe()\ndef show(text):\n    return 1\ndef f(p: Patient):\n    show(p.ssn)",
}


@pytest.mark.parametrize("traced", TRACED.values(), ids=TRACED)
@pytest.mark.parametrize(("client", "expected"), MASKS.values(), ids=MASKS)
def test_what_goes_through_a_mask_first(client: str, expected: str, traced: str) -> None:
    found = flow(f"{LANGFUSE}{FUNCTIONS}client = {client}\n{traced}")
    assert found is not None
    assert ("redacted" if found.redacted_by else found.field + ("" if found.certain else "?")) == expected


def test_an_anonymizer_of_langsmith_masks_what_its_client_sends() -> None:
    client = "from langsmith import Client\nclient = Client(anonymizer=scrub)\n"
    found = flow(f"{client}def f(p: Patient):\n    client.create_run(name='a', inputs={{'text': p.ssn}}, run_type='llm')")
    assert found is None or found.redacted_by or not found.certain


def test_a_guard_that_is_declared_is_a_redactor() -> None:
    made = "from guardrails import Guard\nfrom guardrails.hub import DetectPII\nguard = Guard().use(DetectPII(on_fail='fix'))\n"
    manifest = MANIFEST.replace("[privacy.scrub,", "[guardrails.Guard.validate, privacy.scrub,")
    code = f"{HEAD}{made}def f(p: Patient):\n    ask(guard.validate(p.ssn).validated_output)\n"
    assert [bool(one.redacted_by) for one in flows({**FILES, "app.py": code}, manifest)] == [True]
