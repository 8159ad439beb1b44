"""A rule, as its Markdown file says it: what it goes over, what must hold there, and the documentation with its examples."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from linter.model.finding import Severity

Scalar = str | int | float | bool | None


class Over(StrEnum):
    """What a rule goes over: its subjects."""

    SITE = "site"
    FLOW = "flow"
    MECHANISM = "mechanism"
    CLAUSE = "clause"


class Group(StrEnum):
    """Which failing subjects are one problem, and where it is shown."""

    PLACE = "place"
    """Each call by itself."""
    CLIENT = "client"
    """All calls through one client, at the place where it is built."""
    MODEL = "model"
    """All calls of one model object (`ChatOpenAI(model=…)`), where it is built; calls of a plain API client each by itself."""
    ORIGIN = "origin"
    """All calls that get the same wrong value from the same place, at that place."""
    VALUE = "value"
    """All calls with the same wrong value (a third party, say), at the first client or call that has it."""
    DATA = "data"
    """All ways that one kind of data takes to one call."""
    SOURCE = "source"
    """All calls that the same thing flows to (a history, say), at the first of them."""
    FILE = "file"
    """All ways of one kind of data to calls in one file (what it logs), at the first of them."""


class Doubt(StrEnum):
    """How a rule treats what it may not be about at all."""

    ASK = "ask"
    SKIP = "skip"


class Confidence(StrEnum):
    """How often a finding of the rule is right."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Strength(StrEnum):
    """How much a finding says about a control."""

    DIRECT = "direct"
    """The finding is an instance of what the control is about."""
    SUPPORTING = "supporting"
    """The finding is evidence next to others."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A control of a public taxonomy that a rule is relevant to. Never a statement of compliance."""

    id: str
    """`CWE-1088`, `LLM06:2026`, `AISVS-9.1.2`"""
    title: str
    url: str
    strength: Strength


# -- the check: arguments, tests, conditions


@dataclass(frozen=True, slots=True)
class Words:
    """Values that stand in the rule."""

    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Amount:
    """A number that stands in the rule."""

    value: float


@dataclass(frozen=True, slots=True)
class ClauseRef:
    """The value of a clause of the manifest."""

    path: str


@dataclass(frozen=True, slots=True)
class Table:
    """A list that depends on a clause of the manifest: its value selects the row."""

    by: str
    rows: tuple[tuple[str, tuple[str, ...]], ...]


Argument = Words | Amount | ClauseRef | Table | None


@dataclass(frozen=True, slots=True)
class Term:
    """One predicate, applied to one attribute of the subject: `hosting: {is: external}`."""

    attribute: str
    predicate: str
    argument: Argument
    line: int = 0
    """In the rule file."""


@dataclass(frozen=True, slots=True)
class Every:
    """All of them hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of them holds (`any:`)."""

    parts: tuple[Condition, ...]


Condition = Term | Every | Some


@dataclass(frozen=True, slots=True)
class Check:
    """The logic of a rule, as data."""

    each: Over
    must: Condition
    """What has to hold for every subject."""
    where: Condition | None = None
    """Which of them are subjects at all."""
    kinds: tuple[str, ...] = ()
    """Site kinds, or kinds of flows; empty for all."""
    to: tuple[str, ...] = ()
    """For flows: kinds of the sites they end in; empty for all."""
    of: str = ""
    """For clauses: the path of the list whose items are the subjects."""
    doubtful: Doubt = Doubt.ASK
    """What to do with a subject of which `where` cannot tell whether it is meant."""
    group: Group = Group.PLACE


@dataclass(frozen=True, slots=True)
class Read:
    """A clause of the manifest that a rule looks at."""

    path: str
    when: tuple[str, ...] = ()
    """The rule applies only if the clause has one of these values; empty for any."""
    needed: bool = True
    """Nothing is checked as long as the clause is not declared."""


# -- the documentation


@dataclass(frozen=True, slots=True)
class ExampleFile:
    """One file of an example."""

    path: str
    text: str
    lines: tuple[int, ...]
    """For each line of `text`, its line in the rule file."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What an annotation says about its line: `# error: [missing-timeout]`."""

    path: str
    line: int
    kind: str
    """`error`, `unknown`, or `todo-error` for a known miss: not found now, and to be reported when it is."""
    rule: str


@dataclass(frozen=True, slots=True)
class Example:
    """A small project that is executed as a test."""

    title: str
    """The headings that it stands under."""
    files: tuple[ExampleFile, ...]
    expectations: tuple[Expectation, ...]
    line: int
    """Where it starts in the rule file."""


SECTIONS = ("What it does", "Why it matters", "Example", "Use instead", "Known limits")
"""The headings of every rule, in this order."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule."""

    id: str
    title: str
    dimension: str
    severity: Severity
    confidence: Confidence
    check: Check
    message: tuple[tuple[str, str], ...]
    """Attribute or predicate -> the sentence for its failure, with placeholders; an empty key when there is only one sentence."""
    unknown: str
    """The sentence for *cannot tell*; empty: the rule asks no questions, and only its outcome says that something is unknown."""
    fix: tuple[tuple[str, str], ...]
    """As `message`."""
    reads: tuple[Read, ...]
    references: tuple[Reference, ...]
    sections: tuple[tuple[str, str], ...]
    """Heading -> Markdown."""
    examples: tuple[Example, ...]
    source: str
    """Path of the rule file, for error messages."""

    def section(self, heading: str) -> str:
        """The Markdown below one of `SECTIONS`."""
        return dict(self.sections)[heading]

    @property
    def needs(self) -> tuple[Read, ...]:
        """The clauses without which nothing is checked."""
        return tuple(read for read in self.reads if read.needed)
