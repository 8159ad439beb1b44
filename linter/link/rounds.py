"""Loops over a few values that stand in the code, round by round: `for name in ("timeout", "top_p"): options[name] = …`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from linter.link import changes, conditions
from linter.model import facts as f
from linter.model.place import Place
from linter.model.values import Frame, Listing, Value, core

if TYPE_CHECKING:
    from linter.link.trace import Tracer

MAX_ROUNDS = 16


def change(tracer: Tracer, bound: f.Binding, scope: f.Scope, frame: Frame, place: Place) -> Value | None:
    """A dictionary after a loop that sets one entry in each round. None where the loop does more, or its rounds are not known."""
    frames = _frames(tracer, bound, scope, frame)
    before = None if frames is None else _before(bound, scope)
    if frames is None or before is None:
        return None
    result = tracer.join(tracer.reaching(before, scope, frame), place, bound.name)
    for one in frames:
        if conditions.holds(tracer, bound.when, scope, one) is not False:
            result = changes.change(tracer, result, bound.method, bound.args, one, place)
    return result


def passing(
    tracer: Tracer, tests: Sequence[f.Expr], scope: f.Scope, frame: Frame, holds: Callable[[Frame], bool | None]
) -> list[Frame]:
    """The rounds of the loop whose variable is tested that get past the tests: `for m in turns: if m["role"] == "user": …`. The
    frame itself where that leaves nothing out."""
    if frame.round is not None:
        return [frame]
    names = [part for test in tests for part in f.walk(test) if isinstance(part, f.Name) and part.defs and len(part.defs) == 1]
    each = (scope.bindings[d] for name in names for d in name.defs or ())
    bound = next((b for b in each if b.kind is f.Kind.EACH and b.loops and not b.path), None)
    if bound is None:
        return [frame]
    leaves = tracer.leaves(tracer.binding(bound, scope, frame))
    if not 1 < len(leaves) <= MAX_ROUNDS:
        return [frame]
    rounds = [tracer.in_round(frame, bound.loops[-1], one) for one in leaves]
    kept = [one for one in rounds if holds(one) is not False]
    return kept if 0 < len(kept) < len(rounds) else [frame]


def _frames(tracer: Tracer, bound: f.Binding, scope: f.Scope, frame: Frame) -> list[Frame] | None:
    key = bound.args[0].value if bound.args else None
    if bound.method != "setitem" or bound.value is not None or not bound.loops or not isinstance(key, f.Name):
        return None
    if frame.round is not None or key.defs is None or len(key.defs) != 1:
        return None
    each = scope.bindings[key.defs[0]]
    if each.kind is not f.Kind.EACH or each.loops != bound.loops or each.value is None:
        return None
    over = core(tracer.value(each.value, frame))
    if not isinstance(over, Listing) or over.open or not 0 < len(over.items) <= MAX_ROUNDS:
        return None
    return [tracer.in_round(frame, bound.loops[-1], item) for item in over.items]


def _before(bound: f.Binding, scope: f.Scope) -> tuple[int, ...] | None:
    """What reaches the loop from before it; None where the loop changes the dictionary in other places, too."""
    loop = bound.loops[-1]
    found: list[int] = []
    for index in bound.before:
        one = scope.bindings[index]
        if one.kind is not f.Kind.JOIN or loop in one.loops:
            return None
        inner = [d for d in one.before if loop in scope.bindings[d].loops]
        if inner != [bound.index]:
            return None
        found.extend(d for d in one.before if d != bound.index)
    return tuple(found) or None
