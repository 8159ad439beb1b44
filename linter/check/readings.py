"""What is known about one attribute: the values that it has, whether there may be others, and what decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from linter.check.modelnames import Telling
from linter.model.architecture import Attribute, Scalar, Site, State
from linter.model.glob import name_matches
from linter.model.manifest import Clause
from linter.model.place import Step


@dataclass(frozen=True, slots=True)
class Value:
    """One value that an attribute has."""

    shown: Scalar
    """In the words of the code or of the manifest."""
    judged: Scalar
    """What predicates compare."""


@dataclass(frozen=True, slots=True)
class Reading:
    """All that is known about an attribute."""

    values: tuple[Value, ...] = ()
    complete: bool = True
    """There is no other value."""
    because: str = ""
    """What decides, when it is not complete."""
    given: bool | None = True
    """Whether the code says something about it; None when that depends."""
    one_of: bool = False
    """Exactly one of the values is the real one, and which is not known."""
    applies: bool = True
    """False: there is nothing to check, because the manifest or the code says nothing about it."""
    evidence: tuple[Step, ...] = ()
    default: tuple[Scalar, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)
    clause: Clause | None = None
    """The clause that it was read from."""


NOTHING = Reading(applies=False)
_ONLY_WHERE_SAID = ("max_output", "structured", "temperature", "device", "remote_code", "store", "untraced")
"""Attributes that some calls do not have at all: a picture has no output tokens."""


def of_site(site: Site, name: str) -> Reading:
    """An attribute of a site. Nothing is certainly left out of an object that nobody has seen being built."""
    if name not in site.attributes and name in _ONLY_WHERE_SAID:
        return NOTHING
    attribute, provider = site.get(name), site.get("provider")
    left_out = attribute.state is State.UNSET and not attribute.values and not attribute.default
    nobody_knows = provider.state is State.UNKNOWN and not provider.values and site.get("endpoint").state is State.UNSET
    if left_out and nobody_knows:
        return Reading((), False, provider.because or "which model object is used", None)
    return of_attribute(attribute)


def of_attribute(attribute: Attribute) -> Reading:
    """An attribute as it was inferred. What the SDK does when it is left out counts as its value."""
    values = tuple(Value(v, v) for v in attribute.values)
    # The engine says "default of environment variable X", "also the parameter y": what decides is the variable, the parameter.
    because = (attribute.because or "").removeprefix("also ").replace("default of environment", "the environment")
    if attribute.state is State.KNOWN:
        return Reading(values, evidence=attribute.evidence)
    if attribute.state is State.PARTIAL:
        given = None if _may_be_left_out(attribute) else True
        # What the repository itself says to be the default is judged; who sets the variable answers for that.
        return Reading(values, attribute.by_default, because, given, evidence=attribute.evidence, default=attribute.default)
    if attribute.state is State.UNKNOWN:
        return Reading((), False, because, None, evidence=attribute.evidence)
    if values:  # an explicit None
        return Reading(values, evidence=attribute.evidence)
    defaults = tuple(Value(v, v) for v in attribute.default) or (Value(None, None),)
    one_of = len(attribute.default) > 1
    reason = "which version of the SDK is installed" if one_of else ""
    return Reading(defaults, True, reason, False, one_of, evidence=attribute.evidence, default=attribute.default)


def _may_be_left_out(attribute: Attribute) -> bool:
    # The engine says so in words when an argument is given on some ways to the call only.
    return None in attribute.values or "not set on every way" in (attribute.because or "")


def one(value: Scalar) -> Reading:
    """A single value that is certain."""
    return Reading((Value(value, value),))


def from_clause(clause: Clause | None, value: Scalar) -> Reading:
    """The value of a clause, shown as it is written."""
    return Reading((Value(clause.text if clause is not None else value, value),), clause=clause)


def judged(reading: Reading, judge: Callable[[Scalar], bool]) -> Reading:
    """A reading of yes and no: what holds for each of the values."""
    values = tuple(Value(v.shown, judge(v.judged)) for v in reading.values)
    return replace(reading, values=values)


def told(reading: Reading, tell: Callable[[str], Telling]) -> Reading:
    """What the names in a reading tell. No name at all: nothing to check, or not known which."""
    names = [v for v in reading.values if v.judged is not None]
    if not names and reading.complete:
        return NOTHING
    tellings = [(v.shown, tell(str(v.judged))) for v in names]
    values = tuple(Value(shown, one.answer) for shown, one in tellings if one.answer is not None)
    reasons = [one.because for _, one in tellings if one.answer is None]
    if reading.because and not reading.complete:
        reasons.append(reading.because)
    return replace(reading, values=values, complete=reading.complete and len(values) == len(names), because="; ".join(reasons))


def covered(hosting: Reading, provider: Reading, allowed: tuple[str, ...]) -> Reading:
    """Whether each pair of hosting and provider has at least one of the two on a list. Which provider goes with which hosting is
    not known when there are several of both."""

    def split(reading: Reading) -> tuple[list[Scalar], list[Scalar]]:
        names = [v.judged for v in reading.values if v.judged is not None]
        inside: list[Scalar] = [n for n in names if any(name_matches(pattern, str(n)) for pattern in allowed)]
        return inside, [n for n in names if n not in inside]

    (hosting_in, hosting_out), (provider_in, provider_out) = split(hosting), split(provider)
    because = hosting.because or provider.because
    for reading, inside, outside in ((hosting, hosting_in, hosting_out), (provider, provider_in, provider_out)):
        if inside and not outside and reading.complete:
            return Reading(tuple(Value(n, True) for n in inside))
    shown = tuple(Value(n, False) for n in (provider_out or hosting_out))
    if (hosting_out and not hosting_in and provider_out) or (provider_out and not provider_in and hosting_out):
        return Reading(shown, hosting.complete and provider.complete, because)
    if hosting_out and provider_out:
        return Reading((), False, f"which of {', '.join(str(n) for n in (*provider_in, *provider_out))} is used", None)
    return Reading((), False, because or "who serves the model", None)
