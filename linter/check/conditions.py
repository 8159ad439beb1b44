"""Conditions of rules: predicates put together, in three-valued logic.

A `must` condition asks whether all values are fine, a `where` condition whether some value is meant. With several known values
both can be true: a call that goes to a vendor or to an own server is a call to a vendor.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from linter.check.derived import read
from linter.check.predicates import PREDICATES
from linter.check.readings import Reading, Value
from linter.check.subjects import Context, Subject
from linter.model.manifest import Clause
from linter.model.rule import Condition, Every, Some, Term


@dataclass(frozen=True, slots=True)
class Failure:
    """One predicate that does not hold, with what shows it."""

    term: Term
    values: tuple[Value, ...]
    reading: Reading
    clause: Clause | None


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes, no, or None for cannot tell."""

    truth: bool | None
    failures: tuple[Failure, ...] = ()
    """For no: why."""
    settle: tuple[str, ...] = ()
    """For cannot tell: what would settle it."""
    clause: Clause | None = None
    """For cannot tell: the clause that it is about."""
    readings: tuple[Reading, ...] = field(default=(), repr=False)
    applies: bool = True
    """False: nothing was checked, as there was nothing to compare."""


_NOTHING = Answer(True, applies=False)


def holds(condition: Condition, subject: Subject, context: Context) -> Answer:
    """Whether a `must` condition holds: for all values."""
    return _evaluate(condition, subject, context, all_values=True)


def meant(condition: Condition, subject: Subject, context: Context) -> Answer:
    """Whether a `where` condition selects the subject: for some value."""
    return _evaluate(condition, subject, context, all_values=False)


def _evaluate(condition: Condition, subject: Subject, context: Context, *, all_values: bool) -> Answer:
    if isinstance(condition, Term):
        return _term(condition, subject, context, all_values)
    answers = [_evaluate(part, subject, context, all_values=all_values) for part in condition.parts]
    return _every(answers) if isinstance(condition, Every) else _some(condition, answers)


def _every(answers: list[Answer]) -> Answer:
    checked = [one for one in answers if one.applies]
    if not checked:
        return _NOTHING
    readings = tuple(r for one in checked for r in one.readings)
    failed = [one for one in checked if one.truth is False]
    if failed:
        return Answer(False, tuple(f for one in failed for f in one.failures), readings=readings)
    return _open([one for one in checked if one.truth is None], readings) or Answer(True, readings=readings)


def _some(condition: Some, answers: list[Answer]) -> Answer:
    checked = [one for one in answers if one.applies]
    if not checked:
        return _NOTHING
    readings = tuple(r for one in checked for r in one.readings)
    if any(one.truth for one in checked):
        return Answer(True, readings=readings)
    return _open([one for one in checked if one.truth is None], readings) or Answer(
        False, tuple(f for one in checked for f in one.failures), readings=readings
    )


def _open(answers: list[Answer], readings: tuple[Reading, ...]) -> Answer | None:
    if not answers:
        return None
    settle = tuple(dict.fromkeys(reason for one in answers for reason in one.settle))
    return Answer(None, (), settle, next((one.clause for one in answers if one.clause is not None), None), readings)


def _term(term: Term, subject: Subject, context: Context, all_values: bool) -> Answer:
    reading = read(subject, term.attribute, context)
    if not reading.applies:
        return _NOTHING
    found = PREDICATES[term.predicate].judge(reading, term.argument, context)
    if not found.applies:
        return _NOTHING
    clause = found.clause or reading.clause
    seen = (reading,)
    failure = Answer(False, (Failure(term, found.breaks, reading, clause),), readings=seen)
    if all_values:
        if found.breaks:
            return failure
        if found.complete:
            return Answer(True, readings=seen)
    else:
        if found.holds:
            return Answer(True, readings=seen)
        if found.complete:
            return failure
    return Answer(None, (), (found.because or f"the {term.attribute}",), clause, seen)
