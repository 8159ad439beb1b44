"""A small project and what a run could say about it, for all formats."""

from __future__ import annotations

from linter.model.architecture import (
    Architecture,
    Attribute,
    Coverage,
    Flow,
    FlowKind,
    Mechanism,
    RequestPath,
    Site,
    State,
    System,
)  # fmt: skip
from linter.model.catalogue import SiteKind
from linter.model.finding import Constraint, Finding, Related, RuleOutcome, Severity, Verdict
from linter.model.place import Gap, Place, Step
from linter.model.rule import Check, Confidence, Every, Over, Reference, Rule, Strength
from linter.model.source import Scope, SkippedFile

FILES = {
    "app/models.py": "class Patient:\n    ssn: str\n",
    "app/llm.py": (
        "from openai import OpenAI\n"
        "\n"
        "client = OpenAI()\n"
        "\n"
        "\n"
        "def ask(patient):\n"
        "    prompt = f'Say something about {patient.ssn}'\n"
        "    return client.chat.completions.create(\n"
        "        model='gpt-4o', messages=[{'role': 'user', 'content': prompt}],\n"
        "    )\n"
    ),
    "archfit.yaml": (
        "version: 1\nsystem: claims\nprivacy:\n  boundary:\n    regulated: [in-process]\nlatency:\n  timeout: required\n"
    ),
}

CALL = Place("app/llm.py", 8, 12, 10, 6)
CLIENT = Place("app/llm.py", 3, 10, 3, 18)
FIELD = Place("app/models.py", 2, 5, 2, 13)
CLAUSE = Place("archfit.yaml", 5, 5, 5, 28)

STEPS = (
    Step(FIELD, "Patient.ssn"),
    Step(Place("app/llm.py", 7, 38, 7, 49), "patient.ssn"),
    Step(CALL, "openai.OpenAI.chat.completions.create"),
)


def leak() -> Finding:
    """Regulated data that leaves for a vendor, with the whole way."""
    return Finding(
        rule="regulated-data-in-external-prompt", verdict=Verdict.FAIL, severity=Severity.CRITICAL, dimension="privacy",
        system="claims", place=CALL, message="patient-record reaches openai, which is outside of its boundary.",
        fix="Send it to a model inside of the boundary, or redact it first.",
        constraint=Constraint("privacy.boundary.regulated", "[in-process]", CLAUSE), steps=STEPS, fingerprint="1a2b",
    )  # fmt: skip


def timeout() -> Finding:
    """No timeout, at the client, with the calls that go through it."""
    return Finding(
        rule="missing-timeout", verdict=Verdict.FAIL, severity=Severity.MEDIUM, dimension="latency", system="claims",
        place=CLIENT,
        message="openai.OpenAI has no timeout: a call can take 600 s.", fix="Give it `timeout=`.",
        constraint=Constraint("latency.timeout", "required", Place("archfit.yaml", 7, 3, 7, 20)),
        related=(Related(CALL, "openai.OpenAI.chat.completions.create goes through it"),), fingerprint="3c4d",
    )  # fmt: skip


def question() -> Finding:
    """Something that the code does not say."""
    return Finding(
        rule="unpinned-model", verdict=Verdict.UNKNOWN, severity=Severity.LOW, dimension="control", system="claims", place=CALL,
        message="Which model is called cannot be told.", settle="Set MODEL, or give it a default.", fingerprint="5e6f",
    )  # fmt: skip


def rule(name: str, dimension: str, severity: Severity, *references: Reference) -> Rule:
    """A rule with its documentation."""
    sections = (
        ("What it does", f"Finds {name}."), ("Why it matters", "It hurts."), ("Example", "```python\nx = 1  # error\n```"),
        ("Use instead", "```python\nx = 2\n```"), ("Known limits", "None."),
    )  # fmt: skip
    return Rule(
        id=name, title=name.replace("-", " ").capitalize(), dimension=dimension, severity=severity, confidence=Confidence.HIGH,
        check=Check(Over.SITE, Every(())), message=(("", "It happens."),), unknown="", fix=(("", "Do not."),), reads=(),
        references=references, sections=sections, examples=(), source=f"rules/checks/{dimension}/{name}.md",
    )  # fmt: skip


CWE = Reference(
    "CWE-201",
    "Insertion of Sensitive Information Into Sent Data",
    "https://cwe.mitre.org/data/definitions/201.html",
    Strength.DIRECT,
)
OWASP = Reference("LLM02:2025", "Sensitive Information Disclosure", "https://genai.owasp.org/llmrisk/llm02/", Strength.DIRECT)
RULES = (
    rule("missing-timeout", "latency", Severity.MEDIUM),
    rule("regulated-data-in-external-prompt", "privacy", Severity.CRITICAL, CWE, OWASP),
    rule("undeclared-processor", "privacy", Severity.HIGH),
    rule("unpinned-model", "control", Severity.LOW),
)
OUTCOMES = (
    RuleOutcome("missing-timeout", "latency", "claims", Verdict.FAIL, 1),
    RuleOutcome("regulated-data-in-external-prompt", "privacy", "claims", Verdict.FAIL, 1),
    RuleOutcome("undeclared-processor", "privacy", "claims", Verdict.NOT_APPLICABLE, 0, "`privacy.processors` is not declared"),
    RuleOutcome("unpinned-model", "control", "claims", Verdict.UNKNOWN, 1),
)


def architecture() -> Architecture:
    """One client, one call, one flow."""
    known = Attribute(State.KNOWN, ("openai",))
    call = Site(
        "s1", SiteKind.INFERENCE, CALL, Scope.PRODUCT, "openai", "openai.OpenAI.chat.completions.create", "certain",
        {
            "provider": known, "hosting": Attribute(State.KNOWN, ("external",)),
            "model": Attribute(
                State.PARTIAL, ("gpt-4o",), "default of env MODEL", evidence=(Step(CALL, "model='gpt-4o'"),)
            ),
            "timeout": Attribute(State.UNSET, default=(600,)),
            "temperature": Attribute(State.UNKNOWN, (), "settings.TEMPERATURE"),
            "max_output": Attribute(State.KNOWN, (None,)), "rag": Attribute(State.KNOWN, (False,)),
        },
        (SiteKind.RETRIEVAL,), "app.llm.ask", CLIENT,
    )  # fmt: skip
    client = Site(
        "s2", SiteKind.CLIENT, CLIENT, Scope.PRODUCT, "openai", "openai.OpenAI", "certain",
        {"provider": known, "hosting": Attribute(State.KNOWN, ("external",))},
    )  # fmt: skip
    return Architecture(
        systems=(System("claims", (), (Mechanism("prompt", ("s1",)),), ("s1", "s2")),), sites=(call, client),
        flows=(Flow(FlowKind.SENSITIVE_DATA, "patient-record", "s1", STEPS, field="ssn"),),
        paths=(RequestPath(Step(Place("app/llm.py", 6, 1, 6, 4), "POST /ask"), ("s1",), 1, 1800.0),),
        gaps=(Gap("extract", "app/broken.py", 3, "does not parse as Python 3.11: invalid syntax"),),
        coverage=Coverage(4, 3, (SkippedFile("third_party/", "a copy of other projects' code (2 Python files)"),)),
        revision="a" * 40, index={"s1": call, "s2": client},
    )  # fmt: skip
