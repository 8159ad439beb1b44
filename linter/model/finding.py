"""Rules' answers: verdicts, and the findings that are made of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from linter.model.place import Note, Place, Step
from linter.model.source import Scope


class Verdict(StrEnum):
    """The answer of a rule for one subject. `unknown` is never shown as pass."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not-applicable"


class Severity(StrEnum):
    """How much it matters, from a rule's front matter."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return list(Severity).index(self)


DIMENSIONS = ("privacy", "deployment", "latency", "cost", "updates", "control", "architecture")
"""In the order of the decision: the gates first."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """The clause that a finding is about."""

    path: str
    """`privacy.processors`; empty for rules that need no declaration."""
    text: str
    """The clause as the team wrote it."""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Related:
    """A further place of the same problem."""

    place: Place
    what: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem (or one question that cannot be answered), with evidence at both ends."""

    rule: str
    verdict: Verdict
    severity: Severity
    dimension: str
    system: str
    place: Place
    message: str
    """One sentence: what is wrong, with the names from the code."""
    settle: str = ""
    """For `unknown`: what would settle it."""
    fix: str = ""
    """What to do, in the words of this place."""
    constraint: Constraint | None = None
    steps: tuple[Step, ...] = ()
    related: tuple[Related, ...] = ()
    scope: Scope = Scope.PRODUCT
    fingerprint: str = ""
    """Stable over moved lines: rule, file, enclosing function and what was matched."""
    waived_by: str | None = None
    """The reason of the waiver."""

    @property
    def gates(self) -> bool:
        """Whether it can fail the run: tests, examples and documentation are reported only."""
        return self.verdict is Verdict.FAIL and self.scope is Scope.PRODUCT and self.waived_by is None


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """What one rule said about one system as a whole."""

    rule: str
    dimension: str
    system: str
    verdict: Verdict
    """The gravest over all subjects."""
    subjects: int
    """How many sites, flows or clauses it looked at."""
    because: str = ""
    """For `not-applicable`: what was not declared or not there."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """All findings and all outcomes, in a stable order."""

    findings: tuple[Finding, ...] = ()
    outcomes: tuple[RuleOutcome, ...] = ()
    notes: tuple[Note, ...] = ()
