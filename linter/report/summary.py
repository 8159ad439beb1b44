"""What a run says about each dimension, in one line each. Every report counts in the same way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from linter.model.finding import DIMENSIONS, Finding, RuleOutcome, Verdict
from linter.model.run import Run
from linter.model.source import Scope


@dataclass(frozen=True, slots=True)
class Dimension:
    """The verdict about one dimension of one system."""

    name: str
    verdict: Verdict
    failures: int
    """Findings in the product's own code that are not waived."""
    questions: int
    """What could not be told, likewise."""
    waived: int
    elsewhere: int
    """Findings in tests, examples and documentation."""
    rules: int
    """Rules that had something to look at."""


def systems(run: Run) -> tuple[str, ...]:
    """The names of the systems that were checked, in the order of the outcomes."""
    names = [outcome.system for outcome in run.result.outcomes] or [system.name for system in run.architecture.systems]
    return tuple(dict.fromkeys([*names, *(finding.system for finding in run.result.findings)]))


def dimensions(run: Run, system: str) -> tuple[Dimension, ...]:
    """All dimensions that have rules, the gates first."""
    found = []
    for name in DIMENSIONS:
        outcomes = [one for one in run.result.outcomes if one.system == system and one.dimension == name]
        findings = [one for one in run.result.findings if one.system == system and one.dimension == name]
        if outcomes or findings:
            found.append(_dimension(name, outcomes, findings))
    return tuple(found)


def failures(findings: Sequence[Finding]) -> list[Finding]:
    """Failures in the product's own code that nobody waived."""
    return [one for one in findings if one.gates]


def questions(findings: Sequence[Finding]) -> list[Finding]:
    """What could not be told about the product's own code."""
    return [one for one in findings if one.verdict is Verdict.UNKNOWN and one.scope is Scope.PRODUCT and one.waived_by is None]


def elsewhere(findings: Sequence[Finding]) -> list[Finding]:
    """Findings in tests, examples and documentation: told, but never a reason to fail."""
    return [one for one in findings if one.scope is not Scope.PRODUCT and one.waived_by is None]


def waived(findings: Sequence[Finding]) -> list[Finding]:
    """Findings that the manifest waives."""
    return [one for one in findings if one.waived_by is not None]


def _dimension(name: str, outcomes: Sequence[RuleOutcome], findings: Sequence[Finding]) -> Dimension:
    failed, asked = len(failures(findings)), len(questions(findings))
    verdicts = {outcome.verdict for outcome in outcomes}
    if failed:
        verdict = Verdict.FAIL
    elif asked or Verdict.UNKNOWN in verdicts:
        verdict = Verdict.UNKNOWN
    elif Verdict.PASS in verdicts or Verdict.FAIL in verdicts:  # a failure that is left here is waived
        verdict = Verdict.PASS
    else:
        verdict = Verdict.NOT_APPLICABLE
    applied = sum(outcome.verdict is not Verdict.NOT_APPLICABLE for outcome in outcomes)
    return Dimension(name, verdict, failed, asked, len(waived(findings)), len(elsewhere(findings)), applied)
