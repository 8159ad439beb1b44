"""The predicates that rules are composed of. Each looks at one attribute and answers yes, no or cannot tell.

A value that is in use counts, even where it can be overridden: one wrong value is a failure, and only a complete set of fine
values is a pass. Where the code says that something is there, its value may stay open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from linter.check.readings import Reading, Value
from linter.check.subjects import Context
from linter.model.architecture import Scalar
from linter.model.glob import name_matches
from linter.model.manifest import Clause
from linter.model.rule import Amount, Argument, ClauseRef, Table, Words


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a predicate says about an attribute."""

    holds: tuple[Value, ...] = ()
    breaks: tuple[Value, ...] = ()
    complete: bool = True
    """There is no other value."""
    because: str = ""
    """What decides, when it is not complete."""
    applies: bool = True
    """False: the clause that it compares with is not declared, or there is nothing to compare."""
    clause: Clause | None = None


@dataclass(frozen=True, slots=True)
class Predicate:
    """One word of the rule language."""

    name: str
    meaning: str
    takes: frozenset[type]
    """Kinds of arguments; empty: it takes `true` only."""
    judge: Callable[[Reading, Argument, Context], Judgement]


# -- arguments


def _names(argument: Argument, context: Context) -> tuple[tuple[str, ...] | None, Clause | None]:
    """A list of patterns: that of a clause, or the row of a table. None: not declared."""
    path = argument.path if isinstance(argument, ClauseRef) else argument.by if isinstance(argument, Table) else ""
    clause = context.clause(path)
    if clause is None:
        return None, None
    if isinstance(argument, Table):
        return dict(argument.rows).get(str(clause.value)), clause
    return (clause.value if isinstance(clause.value, tuple) else None), clause


def _amount(argument: Argument, context: Context) -> tuple[float | None, Clause | None]:
    if isinstance(argument, Amount):
        return argument.value, None
    clause = context.clause(argument.path) if isinstance(argument, ClauseRef) else None
    value = clause.value if clause is not None else None
    return (float(value), clause) if isinstance(value, int | float) and not isinstance(value, bool) else (None, clause)


def same(one: Scalar, other: Scalar) -> bool:
    """Whether two values are the same; unlike in Python, true is not 1."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _split(reading: Reading, fine: Callable[[Scalar], bool], clause: Clause | None = None) -> Judgement:
    holds = tuple(v for v in reading.values if fine(v.judged))
    breaks = tuple(v for v in reading.values if not fine(v.judged))
    if reading.one_of and holds and breaks:
        return Judgement(complete=False, because=reading.because, clause=clause)
    return Judgement(holds, breaks, reading.complete, reading.because, clause=clause)


# -- the predicates


def _is(reading: Reading, argument: Argument, context: Context) -> Judgement:
    words = argument.values if isinstance(argument, Words) else ()
    return _split(reading, lambda value: any(same(value, word) for word in words))


def _is_not(reading: Reading, argument: Argument, context: Context) -> Judgement:
    words = argument.values if isinstance(argument, Words) else ()
    return _split(reading, lambda value: not any(same(value, word) for word in words))


def _given(reading: Reading, argument: Argument, context: Context) -> Judgement:
    if reading.given is None:
        return Judgement(complete=False, because=reading.because)
    shown = reading.values or (Value(None, None),)
    return Judgement(shown, ()) if reading.given else Judgement((), shown)


def _limited(reading: Reading, argument: Argument, context: Context) -> Judgement:
    found = _split(reading, lambda value: isinstance(value, int | float) and not isinstance(value, bool))
    if found.holds and not found.breaks and reading.given:  # whoever overrides it sets another limit
        return Judgement(found.holds)
    return found


def _at_most(reading: Reading, argument: Argument, context: Context) -> Judgement:
    return _compared(reading, argument, context, lambda value, limit: value <= limit)


def _at_least(reading: Reading, argument: Argument, context: Context) -> Judgement:
    return _compared(reading, argument, context, lambda value, limit: value >= limit)


def _compared(reading: Reading, argument: Argument, context: Context, fine: Callable[[float, float], bool]) -> Judgement:
    limit, clause = _amount(argument, context)
    if limit is None:
        return Judgement(applies=False)
    numbers = tuple(v for v in reading.values if isinstance(v.judged, int | float) and not isinstance(v.judged, bool))
    if not numbers and reading.complete:
        return Judgement(applies=False)
    return _split(_with_values(reading, numbers), lambda value: isinstance(value, int | float) and fine(value, limit), clause)


def _in(reading: Reading, argument: Argument, context: Context) -> Judgement:
    names, clause = _names(argument, context)
    if names is None:
        return Judgement(applies=False)
    allowed = names
    return _split(_named(reading), lambda value: any(name_matches(pattern, str(value)) for pattern in allowed), clause)


def _not_in(reading: Reading, argument: Argument, context: Context) -> Judgement:
    names, clause = _names(argument, context)
    if names is None:
        return Judgement(applies=False)
    denied = names
    return _split(_named(reading), lambda value: not any(name_matches(pattern, str(value)) for pattern in denied), clause)


def _named(reading: Reading) -> Reading:
    """Without the value None: what has no name cannot be on a list, and is no proof that it is not."""
    named = tuple(v for v in reading.values if v.judged is not None)
    if len(named) == len(reading.values):
        return reading
    return Reading(
        named, False, reading.because or "what is used when the code names none", reading.given, evidence=reading.evidence
    )


def _with_values(reading: Reading, values: tuple[Value, ...]) -> Reading:
    return Reading(values, reading.complete, reading.because, reading.given, reading.one_of, evidence=reading.evidence)


_WORDS, _LIMIT, _LIST = frozenset({Words}), frozenset({Amount, ClauseRef}), frozenset({ClauseRef, Table})

PREDICATES: Mapping[str, Predicate] = {
    one.name: one
    for one in (
        Predicate("is", "every value is one of these", _WORDS, _is),
        Predicate("is_not", "no value is one of these", _WORDS, _is_not),
        Predicate("given", "the code says something about it, be it through a variable", frozenset(), _given),
        Predicate("limited", "it is a number, given or by the SDK's default", frozenset(), _limited),
        Predicate("at_most", "no number is larger", _LIMIT, _at_most),
        Predicate("at_least", "no number is smaller", _LIMIT, _at_least),
        Predicate("in", "every name matches an entry of the list", _LIST, _in),
        Predicate("not_in", "no name matches an entry of the list", _LIST, _not_in),
    )
}
"""The whole vocabulary. `attribute: value` in a rule is short for `attribute: {is: value}`."""
