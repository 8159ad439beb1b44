"""Conditions: which branches of a function run, where the values that decide it are known.

A factory that is called with `"openai"` does not return the client of another vendor, and `if model is None` says nothing
when a model is given. Only what is surely so is left out: a value that the command line or a caller outside can change decides
nothing, and the environment only where every file that starts the program sets the variable, and all values that it can have
then say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from linter.link import changes, items
from linter.model import facts as f
from linter.model.values import (
    Changed,
    Collected,
    Combined,
    Constant,
    EnvVariable,
    Frame,
    Instance,
    Listing,
    Mapping,
    ModuleValue,
    ScopeValue,
    Template,
    Value,
    core,
)

if TYPE_CHECKING:
    from linter.link.trace import Tracer

_OPPOSITE = {"!=": "==", "is not": "is", "not in": "in"}
_ORDERS: dict[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
_SOMETHING = (Instance, ScopeValue, Listing, Mapping, ModuleValue, Template, Combined, Collected)
"""Values that are not None, whatever they are in detail."""
_MAX_DEPTH = 4
"""Variables that are made from each other."""
MAX_PAIRS = 64
"""Combinations of the alternatives of both sides of a comparison."""


def truth(tracer: Tracer, expr: f.Expr, frame: Frame) -> bool | None:
    """Whether a test holds in a frame; None where that is not known for sure."""
    if isinstance(expr, f.Const):
        return bool(expr.value)
    if isinstance(expr, f.Compare):
        return _compared(tracer, expr, frame)
    if isinstance(expr, f.Either) and expr.op in ("and", "or"):
        decisive = expr.op == "or"
        known = [truth(tracer, option, frame) for option in expr.options]
        return decisive if decisive in known else None if None in known else not decisive
    if isinstance(expr, f.Other):
        inner = truth(tracer, expr.items[0], frame) if expr.what == "not" and expr.items else None
        return None if inner is None else not inner
    return _agreed([_of_value(one) for one in tracer.leaves(tracer.value(expr, frame))])


def holds(tracer: Tracer, when: f.When, scope: f.Scope, frame: Frame) -> bool | None:
    """Whether a point of a scope is reached in a frame, as far as the tests on the way say."""
    result: bool | None = True
    for number in when:
        known = None if number == 0 else tracer.test(scope, abs(number), frame)
        if known is not None and known is not (number > 0):
            return False
        if known is None:
            result = None
    return result


def reaching(tracer: Tracer, defs: Sequence[int], scope: f.Scope, frame: Frame) -> list[f.Binding]:
    """Those of the bindings that reach a point which can really have run last."""
    found = [scope.bindings[d] for d in defs]
    if len(found) < 2 or not any(one.when for one in found):
        return found
    alive = [one for one in found if holds(tracer, one.when, scope, frame) is not False]
    kept = [one for one in alive if not any(_replaces(tracer, other, one, scope, frame) for other in alive)]
    return kept or alive or found


def _replaces(tracer: Tracer, later: f.Binding, earlier: f.Binding, scope: f.Scope, frame: Frame) -> bool:
    """Whether a binding in a branch that surely runs comes after another one."""
    if later.index <= earlier.index or later.kind is f.Kind.JOIN or earlier.kind is f.Kind.JOIN:
        return False
    shared = next((n for n, (a, b) in enumerate(zip(later.when, earlier.when, strict=False)) if a != b), None)
    own = later.when[min(len(later.when), len(earlier.when)) if shared is None else shared :]
    return bool(own) and holds(tracer, own, scope, frame) is True


def _compared(tracer: Tracer, expr: f.Compare, frame: Frame) -> bool | None:
    op = _OPPOSITE.get(expr.op, expr.op)
    left = _options(tracer, tracer.value(expr.left, frame))
    right = _options(tracer, tracer.value(expr.right, frame))
    if not left or not right or len(left) * len(right) > MAX_PAIRS:
        return None
    known = _agreed([_pair(tracer, op, core(a), core(b)) for a in left for b in right])
    return known if known is None or op == expr.op else not known


def _options(tracer: Tracer, value: Value, depth: int = 0) -> list[Value]:
    """What a value can be; of a variable that is set wherever the program is started the values, else the variable itself."""
    found: list[Value] = []
    for one in tracer.leaves(value):
        known = core(one)
        if isinstance(known, EnvVariable) and known.deployed and depth < _MAX_DEPTH:
            found.extend(option for inner in known.inside() for option in _options(tracer, inner, depth + 1))
        else:
            found.append(one)
    return found


def _pair(tracer: Tracer, op: str, left: Value, right: Value) -> bool | None:
    if op == "in":
        return _contains(tracer, right, left) if isinstance(left, Constant) else None
    if op in ("==", "is"):
        if isinstance(left, Constant) and isinstance(right, Constant):
            return left.value == right.value
        none = next((one for one in (left, right) if isinstance(one, Constant) and one.value is None), None)
        other = right if none is left else left
        return False if none is not None and isinstance(other, _SOMETHING) else None
    order = _ORDERS.get(op)
    if order is not None and isinstance(left, Constant) and isinstance(right, Constant):
        a, b = left.value, right.value
        return order(a, b) if isinstance(a, int | float) and isinstance(b, int | float) else None
    return None


def _contains(tracer: Tracer, whole: Value, one: Constant) -> bool | None:
    """Whether `one in whole`. Of what a branch may have added it is only sure what is not there."""
    if isinstance(whole, Constant):
        return one.value in whole.value if isinstance(whole.value, str) and isinstance(one.value, str) else None
    if isinstance(whole, Changed):
        held = changes.as_mapping(whole, tracer.mappings)
        return False if held is not None and _contains(tracer, held, one) is False else None
    rest: tuple[Value, ...] = ()
    if isinstance(whole, ScopeValue):
        members = items.listed(tracer, whole, whole.place)
        said, closed = [core(i) for i in members or ()], members is not None
    elif isinstance(whole, Listing):
        said, closed = [core(i) for i in whole.items], not whole.open
    elif isinstance(whole, Mapping):
        said, closed, rest = [core(k) for k, _ in whole.entries], True, whole.rest
    else:
        return None
    if any(isinstance(i, Constant) and i.value == one.value for i in said):
        return True
    closed = closed and all(_contains(tracer, core(leaf), one) is False for r in rest for leaf in tracer.leaves(r))
    return False if closed and all(isinstance(i, Constant) for i in said) else None


def _of_value(value: Value) -> bool | None:
    """Whether a value counts as true. A list or dictionary may have been filled elsewhere, so it decides nothing."""
    known = core(value)
    if isinstance(known, Constant):
        return bool(known.value)
    return True if isinstance(known, ScopeValue | ModuleValue) else None


def _agreed(answers: Sequence[bool | None]) -> bool | None:
    return answers[0] if answers and all(one is answers[0] for one in answers) else None
