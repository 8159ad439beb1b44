"""Cases: a point of a function seen once for each caller, and for each value of a parameter that the tests on the way ask for.

In the common frame a parameter holds what any caller passes. Behind `if provider == "openai"` it only holds what leads there,
and the other parameters what the same callers pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.link import conditions, items
from linter.model import facts as f
from linter.model.values import (
    CallValue,
    Constant,
    EnvVariable,
    Frame,
    ItemOf,
    Mapping,
    Member,
    Parameter,
    ScopeValue,
    Unknown,
    Value,
    core,
)

if TYPE_CHECKING:
    from linter.link.trace import Tracer

MAX_CASES = 24
_UNDECIDED = (Unknown, Parameter, Member, ItemOf, CallValue, EnvVariable)


def cases(tracer: Tracer, scope: f.Scope, frame: Frame, when: f.When) -> tuple[Frame, ...]:
    """The activations of a function in which a point of it is reached; the frame itself where they cannot be told apart, or where
    it seems that the point is never reached."""
    asked = _asked(scope, when)
    if not asked or frame.call is not None:
        return (frame,)
    found = _by_caller(tracer, scope, frame)
    for name in asked:
        found = [one for each in found for one in _by_value(tracer, scope, each, name, when)]
        if len(found) > MAX_CASES:
            return (frame,)
    reached = tuple(one for one in found if conditions.holds(tracer, when, scope, one) is not False)
    return reached or (frame,)


def _asked(scope: f.Scope, when: f.When) -> list[str]:
    """The parameters that the tests on the way look at."""
    names = {p.name for p in scope.params}
    tests = [scope.tests[abs(number) - 1] for number in when if number]
    asked = (one for test in tests for one in f.walk(test) if isinstance(one, f.Name) and one.name in names)
    return list(dict.fromkeys(one.name for one in asked if _is_given(one, scope)))


def _is_given(name: f.Name, scope: f.Scope) -> bool:
    """Whether a name still holds what the caller passed."""
    return name.defs is not None and all(scope.bindings[d].kind is f.Kind.PARAM for d in name.defs)


def _by_caller(tracer: Tracer, scope: f.Scope, frame: Frame) -> list[Frame]:
    """A frame for each call of the function, when all of them are known."""
    callers, cut = tracer.functions.callers.of(frame.module, scope, tracer.program.owner(frame.module, scope))
    if cut or not 1 < len(callers) <= MAX_CASES:
        return [frame]
    found: list[Frame] = []
    for caller in callers:
        target = core(caller.target)
        inside: Frame | None = None
        if isinstance(target, ScopeValue) and (target.file, target.scope) == (frame.module, frame.scope):
            extra = (*target.extra, *caller.extra)
            inside = tracer.enter(target, caller.entry.site.call, caller.frame, target.receiver, extra)
        if inside is None:
            return [frame]
        found.append(inside)
    return list(dict.fromkeys(found))


def _by_value(tracer: Tracer, scope: f.Scope, frame: Frame, name: str, when: f.When) -> list[Frame]:
    """A frame for each value of a parameter; what is not known is what the tests on the way say."""
    bound = next(b for b in scope.bindings if b.kind is f.Kind.PARAM and b.name == name)
    held = tracer.leaves(tracer.binding(bound, scope, frame))
    said = _said(tracer, scope, frame, name, when)
    options = [o for one in held for o in (said if said and _is_open(core(one)) else (one,))]
    options = list({tracer.identities.of(core(one)): one for one in options}.values())
    if len(options) == 1 and options[0] is held[0]:
        return [frame]
    return [tracer.fixing(frame, name, one) for one in options] if len(options) <= MAX_CASES else [frame]


def _is_open(value: Value) -> bool:
    """Whether a value can be any of those that it is compared with."""
    return isinstance(value, _UNDECIDED) and not (isinstance(value, EnvVariable) and value.deployed)


def _said(tracer: Tracer, scope: f.Scope, frame: Frame, name: str, when: f.When) -> tuple[Value, ...]:
    """What a parameter is when the tests hold: `if name == "a"`, `if name in ("a", "b")`, `if name in Table`."""
    for number in when:
        test = scope.tests[number - 1] if number > 0 else None
        if not isinstance(test, f.Compare) or not isinstance(test.left, f.Name) or test.left.name != name:
            continue
        if not _is_given(test.left, scope):
            continue
        right = tracer.value(test.right, frame)
        known = core(right)
        if test.op == "==" and isinstance(known, Constant):
            return (known,)
        if test.op == "in":
            whole = isinstance(known, Mapping) and not known.rest
            listed = tuple(k for k, _ in known.entries) if isinstance(known, Mapping) and whole else None
            listed = listed if listed is not None else items.listed(tracer, right, right.place)
            if listed and all(isinstance(core(one), Constant) for one in listed):
                return listed
    return ()
