"""The front matter of a rule file, strictly: every word is checked, and every mistake is told with its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from linter.check.conditionreader import ConditionReader, terms
from linter.check.messages import PLACEHOLDER
from linter.check.vocabulary import ATTRIBUTES_OF, CLAUSES, KINDS_OF, OF_FAILURES, PLACEHOLDERS, Shape
from linter.declare.suggest import did_you_mean
from linter.errors import Problem
from linter.knowledge.items import Item, read_items
from linter.model.catalogue import SiteKind
from linter.model.finding import DIMENSIONS, Severity
from linter.model.rule import (
    Check,
    ClauseRef,
    Condition,
    Confidence,
    Doubt,
    Every,
    Group,
    Over,
    Read,
    Reference,
    Strength,
    Table,
    Term,
)

E = TypeVar("E", bound=StrEnum)

_KEYS = (
    "id",
    "title",
    "dimension",
    "severity",
    "confidence",
    "references",
    "reads",
    "may_read",
    "check",
    "message",
    "unknown",
    "fix",
)
_OPTIONAL = frozenset({"reads", "may_read", "unknown"})
_CHECK_KEYS = ("each", "kind", "to", "of", "where", "doubtful", "must", "group")
_GROUPS = {
    Over.SITE: (Group.PLACE, Group.CLIENT, Group.MODEL, Group.ORIGIN, Group.VALUE),
    Over.FLOW: (Group.DATA, Group.SOURCE, Group.FILE),
    Over.MECHANISM: (Group.PLACE,),
    Over.CLAUSE: (Group.PLACE,),
}

Texts = tuple[tuple[str, str], ...]
Catalogue = Mapping[str, tuple[str, str]]
"""References that there are: id -> (title, address)."""


@dataclass(slots=True)
class Front:
    """What the front matter says. Where it is wrong, the values are placeholders, and there are problems."""

    id: str = ""
    title: str = ""
    dimension: str = ""
    severity: Severity = Severity.LOW
    confidence: Confidence = Confidence.LOW
    check: Check = field(default_factory=lambda: Check(Over.SITE, Every(())))
    message: Texts = ()
    unknown: str = ""
    fix: Texts = ()
    reads: tuple[Read, ...] = ()
    references: tuple[Reference, ...] = ()
    lines: dict[str, int] = field(default_factory=dict)


def read_front(data: bytes, file: str, known: Catalogue, problems: list[Problem]) -> Front:
    """Reads the front matter. `known`: the references that rules may name."""
    return _Reader(file, known, problems).read(data)


class _Reader:
    def __init__(self, file: str, known: Catalogue, problems: list[Problem]) -> None:
        self.file, self.known, self.problems = file, known, problems
        self.out = Front()

    def problem(self, line: int, message: str, remedy: str | None = None) -> None:
        self.problems.append(Problem(message, self.file, line, remedy))

    def read(self, data: bytes) -> Front:
        out = self.out
        root, problems = read_items(data, self.file)
        self.problems.extend(problems)
        if problems:
            return out
        top = self.mapping(root, _KEYS, "the front matter")
        for key in _KEYS:
            if key not in top and key not in _OPTIONAL:
                self.problem(2, f"`{key}` is missing")
        out.lines = {key: item.line for key, item in top.items()}
        out.id, out.title = self.text(top.get("id"), "id"), self.text(top.get("title"), "title")
        out.dimension = self.choice(top.get("dimension"), DIMENSIONS, "dimension")
        out.severity = self.enum(top.get("severity"), Severity, "severity") or out.severity
        out.confidence = self.enum(top.get("confidence"), Confidence, "confidence") or out.confidence
        out.references = tuple(self.references(top.get("references")))
        out.reads = (*self.reads(top.get("reads"), needed=True), *self.reads(top.get("may_read"), needed=False))
        check = self.check(top["check"]) if "check" in top else None
        if check is None:
            return out
        out.check = check
        self.check_reads(check, top["check"].line)
        out.message, out.fix = self.texts(top.get("message"), "message"), self.texts(top.get("fix"), "fix")
        out.unknown = self.text(top.get("unknown"), "unknown")
        self.placeholders(out.unknown, top.get("unknown"), failing=False)
        return out

    # ---- the check

    def check(self, item: Item) -> Check | None:
        entry = self.mapping(item, _CHECK_KEYS, "`check`")
        over = self.enum(entry.get("each"), Over, "check.each")
        if "each" not in entry:
            self.problem(item.line, "`check.each` is missing", f"one of {', '.join(Over)}")
        if "must" not in entry:
            self.problem(item.line, "`check.must` is missing")
        if over is None or "must" not in entry:
            return None
        kinds, to = self.kinds(entry.get("kind"), over, KINDS_OF[over]), self.kinds(entry.get("to"), over, tuple(SiteKind))
        if "to" in entry and over is not Over.FLOW:
            self.problem(entry["to"].line, "`check.to` is for flows only")
        of = self.list_of_clause(entry.get("of"), over, item.line)
        conditions = ConditionReader(over, self.problem)
        must = conditions.read(entry["must"], "check.must")
        where = conditions.read(entry["where"], "check.where") if "where" in entry else None
        group = self.enum(entry.get("group"), Group, "check.group") or _GROUPS[over][0]
        if group not in _GROUPS[over]:
            self.problem(entry["group"].line, f"a {over} is not grouped by {group}", f"one of {', '.join(_GROUPS[over])}")
        doubtful = self.enum(entry.get("doubtful"), Doubt, "check.doubtful") or Doubt.ASK
        if "doubtful" in entry and where is None:
            self.problem(entry["doubtful"].line, "`check.doubtful` is about `where`, which is missing")
        return Check(over, must or Every(()), where, kinds, to, of, doubtful, group)

    def kinds(self, item: Item | None, over: Over, known: Iterable[str]) -> tuple[str, ...]:
        names = tuple(known)
        if item is not None and not names:
            self.problem(item.line, f"a {over} has no kinds")
            return ()
        return tuple(self.choice(one, names, "kind") for one in self.elements(item))

    def list_of_clause(self, item: Item | None, over: Over, line: int) -> str:
        if over is not Over.CLAUSE:
            if item is not None:
                self.problem(item.line, "`check.of` is for clauses only")
            return ""
        if item is None:
            self.problem(line, "`check.of` is missing", "the path of the list whose items are checked")
            return ""
        lists = [path for path, word in CLAUSES.items() if word.shape is Shape.LIST]
        return self.choice(item, lists, "check.of")

    def check_reads(self, check: Check, line: int) -> None:
        """A clause that the check uses has to be named, so that the documentation can be trusted."""
        named = {read.path for read in self.out.reads}
        used = {check.of: line} if check.of else {}
        for term in self.all_terms(check):
            argument = term.argument
            path = argument.path if isinstance(argument, ClauseRef) else argument.by if isinstance(argument, Table) else ""
            if path:
                used.setdefault(path, term.line)
        for path, at in used.items():
            if path not in named:
                self.problem(at, f"the check uses `{path}`, which is not among its `reads`", "add it to `reads` or `may_read`")

    def all_terms(self, check: Check) -> Iterator[Term]:
        conditions: list[Condition] = [check.must] if check.where is None else [check.must, check.where]
        for condition in conditions:
            yield from terms(condition)

    # ---- what it reads and refers to

    def reads(self, item: Item | None, *, needed: bool) -> Iterator[Read]:
        if item is None:
            return
        if isinstance(item.value, dict):
            for path, values in item.value.items():
                if self.choice(Item(values.line, path), CLAUSES, "a clause"):
                    words = tuple(self.choice(one, CLAUSES[path].choices or None, path) for one in self.elements(values))
                    yield Read(path, words, needed)
            return
        for one in self.elements(item):
            path = self.choice(one, CLAUSES, "a clause")
            if path:
                yield Read(path, needed=needed)

    def references(self, item: Item | None) -> Iterator[Reference]:
        if item is None:
            return
        if not isinstance(item.value, dict):
            self.problem(item.line, "`references` must be a mapping", "references: {CWE-1088: direct}; {} when nothing fits")
            return
        for name, strength in item.value.items():
            degree = self.enum(strength, Strength, "the strength of a reference")
            if name not in self.known:
                remedy = did_you_mean(name, self.known) or "add it to references.yaml"
                self.problem(strength.line, f"there is no reference `{name}`", remedy)
            elif degree is not None:
                title, url = self.known[name]
                yield Reference(name, title, url, degree)

    # ---- sentences

    def texts(self, item: Item | None, what: str) -> Texts:
        """One sentence, or one for each attribute or predicate that can fail."""
        if item is None or not isinstance(item.value, dict):
            text = self.text(item, what)
            self.placeholders(text, item)
            return (("", text),) if text else ()
        found = {name: self.text(one, f"{what}.{name}") for name, one in item.value.items()}
        must = list(terms(self.out.check.must))
        names = {term.attribute for term in must} | {term.predicate for term in must}
        for name, text in found.items():
            if name not in names:
                self.problem(item.value[name].line, f"`{what}.{name}`: nothing of that name can fail", did_you_mean(name, names))
            self.placeholders(text, item.value[name])
        for term in must:
            if term.attribute not in found and term.predicate not in found:
                self.problem(item.line, f"`{what}` says nothing for `{term.attribute}: {term.predicate}`")
        return tuple(found.items())

    def placeholders(self, text: str, item: Item | None, *, failing: bool = True) -> None:
        """`failing`: the sentence is for failures, of which more is known than of questions."""
        over = self.out.check.each
        allowed = {*ATTRIBUTES_OF[over], *(word for word in PLACEHOLDERS[over] if failing or word not in OF_FAILURES)}
        if failing:
            allowed.update(d for term in terms(self.out.check.must) for d in ATTRIBUTES_OF[over][term.attribute].details)
        for name in PLACEHOLDER.findall(text):
            if name not in allowed and item is not None:
                self.problem(item.line, f"unknown placeholder `{{{name}}}`", did_you_mean(name, allowed))

    # ---- scalars and collections

    def mapping(self, item: Item, known: Iterable[str], what: str) -> dict[str, Item]:
        if not isinstance(item.value, dict):
            self.problem(item.line, f"{what} must be a mapping")
            return {}
        names = tuple(known)
        for name, value in item.value.items():
            if name not in names:
                self.problem(
                    value.line, f"unknown key `{name}` in {what}", did_you_mean(name, names) or f"one of {', '.join(names)}"
                )
        return {name: value for name, value in item.value.items() if name in names}

    def elements(self, item: Item | None) -> list[Item]:
        if item is None:
            return []
        return item.value if isinstance(item.value, list) else [item]

    def text(self, item: Item | None, what: str) -> str:
        if item is None:
            return ""
        if isinstance(item.value, str) and item.value.strip():
            return " ".join(item.value.split())
        self.problem(item.line, f"`{what}` must be a text")
        return ""

    def choice(self, item: Item | None, known: Iterable[str] | None, what: str) -> str:
        if item is None:
            return ""
        if known is None or item.value in (names := tuple(known)):
            return str(item.value)
        remedy = did_you_mean(str(item.value), names) or f"one of {', '.join(names)}"
        self.problem(item.line, f"`{what}`: `{item.value}` is none of the known words", remedy)
        return ""

    def enum(self, item: Item | None, kind: type[E], what: str) -> E | None:
        text = self.choice(item, [one.value for one in kind], what)
        return kind(text) if text else None
