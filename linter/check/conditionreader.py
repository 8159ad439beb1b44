"""The conditions of a rule file: YAML -> terms, every attribute, predicate and argument checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from linter.check.predicates import PREDICATES
from linter.check.vocabulary import ATTRIBUTES_OF, CLAUSES, AttributeWord, Shape
from linter.declare.durations import parse_period
from linter.declare.suggest import did_you_mean
from linter.knowledge.items import Item
from linter.model.rule import Amount, Argument, ClauseRef, Condition, Every, Over, Scalar, Some, Table, Term, Words

Tell = Callable[[int, str, str | None], None]
_LISTS: Mapping[str, type[Some | Every]] = {"any": Some, "all": Every}
"""Words that hold a list of conditions."""


def terms(condition: Condition) -> Iterator[Term]:
    """All terms of a condition, in the order in which they are written."""
    if isinstance(condition, Term):
        yield condition
        return
    for part in condition.parts:
        yield from terms(part)


class ConditionReader:
    """Reads the conditions of one rule. `tell` takes line, message and remedy of a mistake."""

    def __init__(self, over: Over, tell: Callable[..., None]) -> None:
        self.attributes = ATTRIBUTES_OF[over]
        self.over = over
        self.tell = tell

    def read(self, item: Item, what: str) -> Condition | None:
        """A mapping: all of its entries hold. `any:` holds alternatives, `all:` several conditions of one attribute."""
        if not isinstance(item.value, dict) or not item.value:
            self.tell(item.line, f"`{what}` must be a mapping of attributes", "as in {hosting: external}")
            return None
        parts: list[Condition] = []
        for name, value in item.value.items():
            if name in _LISTS:
                parts.extend(self._listed_conditions(name, value, what))
            elif name in self.attributes:
                parts.extend(self._terms(name, value, f"{what}.{name}"))
            else:
                known = (*self.attributes, *_LISTS)
                self.tell(
                    value.line, f"`{what}`: a {self.over} has no attribute `{name}`", did_you_mean(name, known) or _listed(known)
                )
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def _listed_conditions(self, name: str, item: Item, what: str) -> Iterator[Condition]:
        if not isinstance(item.value, list) or len(item.value) < 2:
            self.tell(item.line, f"`{what}.{name}` must be a list of two or more conditions", None)
            return
        parts = [self.read(one, f"{what}.{name}") for one in item.value]
        yield _LISTS[name](tuple(part for part in parts if part is not None))

    def _terms(self, name: str, item: Item, what: str) -> Iterator[Term]:
        if not isinstance(item.value, dict):
            yield Term(name, "is", self._words(item, self.attributes[name], what), item.line)
            return
        for predicate, value in item.value.items():
            known = PREDICATES.get(predicate)
            if known is None:
                self.tell(
                    value.line,
                    f"`{what}`: there is no predicate `{predicate}`",
                    did_you_mean(predicate, PREDICATES) or _listed(PREDICATES),
                )
                continue
            yield Term(
                name, predicate, self._argument(known.takes, value, self.attributes[name], f"{what}.{predicate}"), value.line
            )

    def _argument(self, takes: frozenset[type], item: Item, attribute: AttributeWord, what: str) -> Argument:
        if not takes:
            if item.value is not True:
                self.tell(item.line, f"`{what}` takes `true` only", None)
            return None
        if Words in takes:
            return self._words(item, attribute, what)
        return self._limit(item, what) if Amount in takes else self._list(item, attribute, what)

    def _words(self, item: Item, attribute: AttributeWord, what: str) -> Words:
        found: list[Scalar] = []
        for one in item.value if isinstance(item.value, list) else [item]:
            if one.value is not None and not isinstance(one.value, str | int | float | bool):
                self.tell(one.line, f"`{what}` takes values or a list of values", None)
                continue
            if attribute.choices and not any(
                one.value == c and isinstance(one.value, bool) == isinstance(c, bool) for c in attribute.choices
            ):
                choices = [str(c).lower() if isinstance(c, bool) else c for c in attribute.choices]
                self.tell(
                    one.line,
                    f"`{what}` is never `{_spelled(one.value)}`",
                    did_you_mean(str(one.value), choices) or _listed(choices),
                )
            found.append(one.value)
        return Words(tuple(found))

    def _limit(self, item: Item, what: str) -> Argument:
        value = item.value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return Amount(float(value))
        if isinstance(value, str) and value in CLAUSES:
            if CLAUSES[value].shape is not Shape.NUMBER:
                self.tell(item.line, f"`{what}`: `{value}` is no number", None)
            return ClauseRef(value)
        try:
            return Amount(parse_period(value))
        except ValueError:
            numbers = [path for path, word in CLAUSES.items() if word.shape is Shape.NUMBER]
            self.tell(
                item.line,
                f"`{what}`: `{_spelled(value)}` is neither a number, nor a time, nor a clause",
                did_you_mean(str(value), numbers),
            )
            return Amount(0.0)

    def _list(self, item: Item, attribute: AttributeWord, what: str) -> Argument:
        if isinstance(item.value, dict):
            return self._table(item.value, item.line, attribute, what)
        lists = [path for path, word in CLAUSES.items() if word.shape is Shape.LIST]
        if item.value not in lists:
            remedy = did_you_mean(str(item.value), lists) or "the path of a list in the manifest; `is` takes words of the rule"
            self.tell(item.line, f"`{what}`: `{_spelled(item.value)}` is no list of the manifest", remedy)
        return ClauseRef(str(item.value))

    def _table(self, entry: dict[str, Item], line: int, attribute: AttributeWord, what: str) -> Argument:
        by = entry.get("by")
        words = {path: word.choices for path, word in CLAUSES.items() if word.choices}
        if by is None or by.value not in words:
            remedy = did_you_mean(str(by.value), words) if by is not None else "by: deployment.target"
            self.tell(line if by is None else by.line, f"`{what}.by` names the clause whose value selects the row", remedy)
            return None
        choices = words[str(by.value)]
        rows: list[tuple[str, tuple[str, ...]]] = []
        for name, value in entry.items():
            if name == "by":
                continue
            if name not in choices:
                self.tell(
                    value.line, f"`{what}`: `{by.value}` is never `{name}`", did_you_mean(name, choices) or _listed(choices)
                )
            rows.append((name, tuple(str(word) for word in self._words(value, attribute, f"{what}.{name}").values)))
        for choice in choices:
            if choice not in entry:
                self.tell(line, f"`{what}` has no row for `{choice}`", None)
        return Table(str(by.value), tuple(rows))


def _listed(words: Iterable[str]) -> str:
    return f"one of {', '.join(words)}"


def _spelled(value: object) -> str:
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)
