"""Rules as SARIF describes them: what GitHub shows beside an alert, and how grave it takes it to be."""

from __future__ import annotations

import re
from typing import Any

import sarif_om as om  # type: ignore[import-untyped]

from linter.model.finding import Severity
from linter.model.rule import SECTIONS, Confidence, Reference, Rule
from linter.report.escape import shortened

LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note"}
_PROBLEM = {"error": "error", "warning": "warning", "note": "recommendation"}
_SCORES = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.5"}
"""The middle of GitHub's bands."""
_SECURITY_DIMENSIONS = frozenset({"privacy", "deployment"})
_TOOL_RULES = frozenset({"undeclared-tool", "unapproved-tool", "model-output-executed"})
"""What a model may do is a matter of security, too."""
_MOST_TEXT = 1000
"""GitHub rejects descriptions of more than 1,024 characters."""
_MOST_TAGS = 9
_TAG = re.compile(r"[^A-Za-z0-9./_-]+")


def descriptor(rule: Rule) -> Any:
    """One rule, with its whole documentation as help."""
    what = rule.section("What it does")
    return om.ReportingDescriptor(
        id=rule.id,
        name=pascal(rule.id),
        short_description=om.MultiformatMessageString(text=shortened(rule.title, _MOST_TEXT)),
        full_description=om.MultiformatMessageString(text=shortened(_plain(what), _MOST_TEXT)),
        help=om.MultiformatMessageString(text=_plain(documentation(rule)), markdown=documentation(rule)),
        default_configuration=om.ReportingConfiguration(level=LEVELS[rule.severity]),
        properties=_properties(rule),
    )


def is_security(rule: Rule) -> bool:
    """Whether GitHub shows its findings as security alerts; a matter of cost or latency is none, however grave."""
    return rule.dimension in _SECURITY_DIMENSIONS or rule.id in _TOOL_RULES


def documentation(rule: Rule) -> str:
    """The rule's document as Markdown, with what it is relevant to."""
    parts = [f"## {heading}\n\n{rule.section(heading)}" for heading in SECTIONS if rule.section(heading).strip()]
    if rule.reads:
        parts.append("## Clauses\n\n" + "\n".join(f"- `{read.path}`" for read in rule.reads))
    if rule.references:
        rows = "\n".join(f"- [{one.id}]({one.url}): {one.title} ({one.strength.value})" for one in rule.references)
        parts.append(f"## Relevant to\n\n{rows}")
    return "\n\n".join(parts)


def pascal(name: str) -> str:
    """`missing-timeout` -> `MissingTimeout`."""
    return "".join(part.capitalize() for part in name.split("-"))


def _properties(rule: Rule) -> dict[str, Any]:
    level = LEVELS[rule.severity]
    security = is_security(rule)
    tags = [*(["security"] if security else []), rule.dimension, *(_tag(one) for one in rule.references)]
    found: dict[str, Any] = {"precision": _precision(rule.confidence), "tags": list(dict.fromkeys(tags))[:_MOST_TAGS]}
    # One of the two: a score makes every alert of the rule a security alert, and hides the level.
    found |= {"security-severity": _SCORES[rule.severity]} if security else {"problem.severity": _PROBLEM[level]}
    return found


def _precision(confidence: Confidence) -> str:
    return confidence.value


def _tag(reference: Reference) -> str:
    name = reference.id
    if name.upper().startswith("CWE-"):
        return f"external/cwe/{name.lower()}"
    if name.upper().startswith("LLM"):
        return f"owasp-llm/{_TAG.sub('-', name)}"
    return _TAG.sub("-", name).lower()


def _plain(markdown: str) -> str:
    """Markdown without its marks, for those who show text only."""
    text = re.sub(r"^```\w*$", "", markdown, flags=re.MULTILINE)
    text = re.sub(r"^#+ ", "", text, flags=re.MULTILINE).replace("`", "")
    text = re.sub(r"\[([^\]]*)\]\(([^)]*)\)", r"\1 (\2)", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()
