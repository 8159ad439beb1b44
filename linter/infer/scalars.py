"""Traced values -> attributes: which texts and numbers a value can be, and what decides where that is open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from linter.model.architecture import Attribute, Scalar, State
from linter.model.place import Step
from linter.model.values import (
    Again,
    Alternatives,
    CallValue,
    Constant,
    EnvVariable,
    Instance,
    ItemOf,
    Listing,
    Mapping,
    Member,
    Parameter,
    Symbol,
    Template,
    Unknown,
    Value,
    Via,
    alternatives,
    step_of,
)

HOLE = "\0"
"""Stands for a part of a text that is not known."""
MAX_SPELLINGS = 16
MAX_LENGTH = 20_000
"""Characters of one spelling."""
_TOO_MANY = f"more than {MAX_SPELLINGS} possible values"
_Spellings = dict[int, tuple[list[Scalar], list[str]]]
_ENV = "the environment variable "
_NOT_GIVEN = ("NOT_GIVEN", "NotGiven", "omit", "Omit", "NOT_SET", "UNSET", "DEFAULT")


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a value can be: scalars (None for an explicit None), reasons for what is open, and the way."""

    values: tuple[Scalar, ...]
    reasons: tuple[str, ...]
    evidence: tuple[Step, ...]


def read(value: Value | None) -> Reading:
    """What a value can be. A text with unknown parts counts as open."""
    if value is None:
        return Reading((None,), (), ())
    spelled, reasons = spell(value)
    whole = tuple(dict.fromkeys(s for s in spelled if not (isinstance(s, str) and HOLE in s)))
    return Reading(whole, tuple(dict.fromkeys(reasons)), steps_of(value))


def spell(value: Value, *, env_is_open: bool = False) -> tuple[list[Scalar], list[str]]:
    """Every spelling of a value, with `HOLE` for unknown parts of texts, and the reasons of the unknown.
    `env_is_open`: an environment variable counts as unknown even where it has a default."""
    return _spell(value, env_is_open, {})


def _spell(value: Value, env_is_open: bool, done: _Spellings) -> tuple[list[Scalar], list[str]]:
    """`done`: a text that grows in branches has the same part in many places, and each is spelled once."""
    if id(value) not in done:
        done[id(value)] = _spelled(value, env_is_open, done)
    return done[id(value)]


def _spelled(value: Value, env_is_open: bool, done: _Spellings) -> tuple[list[Scalar], list[str]]:
    spelled: list[Scalar] = []
    reasons: list[str] = []
    stack = [value]
    seen: set[int] = set()
    while stack:
        one = stack.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, Via):
            stack.append(one.value)
        elif isinstance(one, Alternatives):
            stack.extend(reversed(one.options))
        elif isinstance(one, Constant):
            spelled.append(one.value)
        elif isinstance(one, EnvVariable):
            if env_is_open or not one.is_settled:
                reasons.append(reason(one))
            if env_is_open:
                spelled.append(HOLE)
                continue
            if one.default is not None:
                stack.append(one.default)
            elif not (one.required or one.is_settled):
                spelled.append(None)
            stack.extend(reversed(one.given))
        elif isinstance(one, Template):
            texts, why = _template(one, env_is_open, done)
            spelled.extend(texts)
            reasons.extend(why)
        elif isinstance(one, Symbol) and one.name.rpartition(".")[2] in _NOT_GIVEN:
            spelled.append(None)
        elif isinstance(one, CallValue) and isinstance(one.callee, Symbol) and one.callee.name.rpartition(".")[2] in _NOT_GIVEN:
            spelled.append(None)
        elif not isinstance(one, Again):
            reasons.append(reason(one))
    unique = list(dict.fromkeys(spelled))
    if len(unique) > MAX_SPELLINGS:
        unique = unique[:MAX_SPELLINGS]
        reasons.append(_TOO_MANY)
    return unique, list(dict.fromkeys(reasons))


def _template(value: Template, env_is_open: bool, done: _Spellings) -> tuple[list[Scalar], list[str]]:
    texts = [""]
    reasons: list[str] = []
    for part in value.parts:
        options, why = _spell(part, env_is_open, done)
        reasons.extend(why)
        pieces = [HOLE if o is None else str(o) for o in options] or [HOLE]
        if why and HOLE not in pieces and not options:
            pieces = [HOLE]
        if len(texts) * len(pieces) > MAX_SPELLINGS:
            reasons.append(_TOO_MANY)
        texts = [_shortened(t + p) for t in texts[:MAX_SPELLINGS] for p in pieces][:MAX_SPELLINGS]
    return list(texts), reasons


def _shortened(text: str) -> str:
    """A text that is put together from itself doubles with each step; nobody asks for more than its beginning."""
    return text if len(text) <= MAX_LENGTH else text[:MAX_LENGTH] + HOLE


def reason(value: Value) -> str:
    """What decides a value that is not known, in the names of the code."""
    if isinstance(value, Unknown):
        return value.because
    if isinstance(value, Parameter):
        return f"the parameter {value.name} of {value.function}"
    if isinstance(value, EnvVariable):
        if value.given and value.default is None:
            return f"what {_ENV}{value.name} is set to"
        return _ENV + value.name + (f" (from the secret {value.secret})" if value.secret else "")
    if isinstance(value, CallValue):
        return f"what {name_of(value.callee)}() returns"
    if isinstance(value, Member):
        return name_of(value)
    if isinstance(value, ItemOf):
        key = "" if value.key is None else _key(value.key)
        return f"an item{key} of {name_of(value.base)}"
    if isinstance(value, Symbol):
        return value.name
    if isinstance(value, Instance):
        return f"an object of {value.cls.name}"
    return "a value made at run time"


def _key(value: Value) -> str:
    spelled, _ = spell(value)
    if len(spelled) != 1 or (isinstance(spelled[0], str) and not spelled[0].replace(HOLE, "")):
        return ""
    return f" {spelled[0]!r}" if not isinstance(spelled[0], str) else f" '{spelled[0].replace(HOLE, '…')}'"


def name_of(value: Value) -> str:
    """A short name for a value, as the code would write it."""
    parts: list[str] = []
    for _ in range(12):
        if isinstance(value, Via):
            if value.how in ("attribute", "variable") and not parts:
                return ".".join(value.name.split(".")[-2:])
            value = value.value
        elif isinstance(value, Member):
            parts.append(value.name)
            value = value.base
        elif isinstance(value, CallValue):
            parts.append("()")
            value = value.callee
        elif isinstance(value, ItemOf):
            value = value.base
        elif isinstance(value, Alternatives):
            value = value.options[0]
        else:
            break
    if isinstance(value, Symbol):
        parts.append(value.name)
    elif isinstance(value, Parameter):
        parts.append(value.name)
    elif isinstance(value, Instance):
        parts.append(value.cls.name.rpartition(".")[2])
    elif isinstance(value, EnvVariable):
        parts.append(value.name)
    elif isinstance(value, Unknown) and not parts:
        return value.because
    return ".".join(reversed(parts)).replace(".()", "()") or "a value"


def steps_of(value: Value) -> tuple[Step, ...]:
    """The way a value took: every place at which it got another name or came into being. From the source on."""
    steps: list[Step] = []
    one = value
    for _ in range(24):
        if isinstance(one, Via):
            said = step_of(one)
            if said:
                steps.append(Step(one.place, said))
            one = one.value
        elif isinstance(one, Alternatives):
            one = one.options[0]
        else:
            break
    if isinstance(one, Constant):
        steps.append(Step(one.place, repr(one.value) if len(repr(one.value)) < 80 else "a text"))
    elif isinstance(one, EnvVariable):
        steps.append(Step(one.place, f"environment variable {one.name}"))
        steps.extend(Step(given.place, f"{one.name} is set") for given in one.given[:1])
    unique: list[Step] = []
    for step in reversed(steps):
        if not unique or unique[-1].place.spot != step.place.spot:
            unique.append(step)
    return tuple(unique)


def attribute(value: Value | None, *, none_is_unset: bool = True) -> Attribute:
    """The attribute that an argument gives. An explicit None says the same as leaving the argument out."""
    reading = read(value)
    values = tuple(v for v in reading.values if v is not None and v != "") if none_is_unset else reading.values
    has_none = len(values) < len(reading.values)
    reasons = list(reading.reasons)
    if values and has_none and not reasons:
        reasons.append("it is not set on every way to this call")
    if not values and not reasons:
        return Attribute(State.UNSET, evidence=reading.evidence)
    if not values:
        return Attribute(State.UNKNOWN, (), _because(reasons), (), reading.evidence)
    if reasons:
        only_env = all(r.startswith(_ENV) for r in reasons)
        why = f"default of {reasons[0].removeprefix('the ')}" if only_env and len(values) == 1 else f"also {_because(reasons)}"
        return Attribute(State.PARTIAL, values, why, (), reading.evidence, only_env)
    return Attribute(State.KNOWN, values, None, (), reading.evidence)


def _because(reasons: list[str]) -> str:
    shown = list(dict.fromkeys(reasons))
    return "; ".join(shown[:3]) + (f" and {len(shown) - 3} more" if len(shown) > 3 else "")


def merge(attributes: Iterable[Attribute]) -> Attribute:
    """One attribute for several alternatives (a client that is built in one of two ways)."""
    given = list(attributes)
    if not given:
        return Attribute(State.UNSET)
    if len(given) == 1:
        return given[0]
    values = tuple(dict.fromkeys(v for a in given for v in a.values))
    reasons = list(dict.fromkeys(a.because for a in given if a.because))
    default = tuple(dict.fromkeys(v for a in given for v in a.default))
    evidence = next((a.evidence for a in given if a.evidence), ())
    states = {a.state for a in given}
    if states == {State.UNSET}:
        return Attribute(State.UNSET, values, None, default, evidence)
    if states == {State.KNOWN}:
        return Attribute(State.KNOWN, values, None, default, evidence)
    if not [v for v in values if v is not None]:
        return Attribute(State.UNKNOWN, (), "; ".join(reasons[:2]) or "not set on every way to this call", default, evidence)
    by_default = all(a.by_default or a.state is State.KNOWN for a in given)
    return Attribute(
        State.PARTIAL, values, "; ".join(reasons[:2]) or "not set on every way to this call", default, evidence, by_default
    )


def members(value: Value) -> list[Value]:
    """The parts that a list holds, or a dictionary under their names."""
    held = [one for known in alternatives(value) if isinstance(known, Mapping) for _, one in known.entries]
    return held or list_items(value)


def list_items(value: Value) -> list[Value]:
    """The elements that a value certainly holds, when it is a collection."""
    found: list[Value] = []
    stack = [value]
    seen: set[int] = set()
    while stack and len(seen) < 400:
        one = stack.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, Listing):
            found.extend(one.items)
        elif one.tag in ("via", "alternatives", "changed", "combined", "sliced", "collected"):
            stack.extend(one.inside())
        else:
            found.append(one)
    return found
