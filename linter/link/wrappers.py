"""Wrappers of the repository: who calls what they wrap, with which arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from linter.link.decorators import key_of
from linter.link.program import HANDS_ON, CallIn, last_name
from linter.model import facts as f
from linter.model.values import Extra, Frame, Instance, Member, ScopeValue, Value, alternatives, core

if TYPE_CHECKING:
    from linter.link.callers import Caller
    from linter.link.trace import Tracer


def through(tracer: Tracer, direct: list[Caller], file: str, scope: f.Scope, owner: f.Scope | None) -> list[Caller]:
    """Who calls a decorated function calls its wrapper, and the wrapper calls the function."""
    if not scope.decorators:
        return direct
    itself = tracer.scope_value(file, scope.index, tracer.program.frame(file, max(scope.parent, 0)))
    wrappers = tracer.decorators.instead(itself)
    found: list[Caller] = []
    for wrapper in wrappers:
        if isinstance(wrapper, Instance):
            wrapper = core(tracer.classes.member(wrapper, "__call__", wrapper.place))
        if not isinstance(wrapper, ScopeValue) or key_of(wrapper) == key_of(itself):
            return direct
        bare = tracer.enter(wrapper, None, None, wrapper.receiver)
        for frame in _activations(tracer, wrapper, direct, owner) or ([] if bare is None else [bare]):
            found.extend(inside(tracer, frame, lambda value: isinstance(value, ScopeValue) and key_of(value) == key_of(itself)))
    return found or direct


def _activations(tracer: Tracer, wrapper: ScopeValue, direct: list[Caller], owner: f.Scope | None) -> list[Frame]:
    """The frames of a wrapper, one for each call of what it wraps."""
    frames: list[Frame] = []
    for caller in direct:
        receiver = next((o.receiver for o in alternatives(caller.target) if isinstance(o, ScopeValue)), None)
        if receiver is None and owner is not None and isinstance(core(caller.target), Member):
            receiver = core(core(caller.target).inside()[0])
        bound: Extra = () if receiver is None else ((None, receiver),)
        extra = (*wrapper.extra, *bound, *caller.extra)
        frame = tracer.enter(wrapper, caller.entry.site.call, caller.frame, wrapper.receiver, extra, deeper=False)
        frames.extend(() if frame is None else (frame,))
    return frames


def inside(tracer: Tracer, frame: Frame, is_target: Callable[[Value], bool]) -> list[Caller]:
    """The calls of something in one activation of a function, in lambdas and functions inside of it too."""
    from linter.link.callers import Caller

    found: list[Caller] = []
    scopes = tracer.program.files[frame.module].scopes
    frames = {frame.scope: frame}
    for scope in scopes[frame.scope :]:
        if scope.index not in frames:
            outer = frames.get(scope.parent)
            if outer is None or scope.kind == "class":
                continue
            frames[scope.index] = tracer.enter(tracer.scope_value(frame.module, scope.index, outer), None, None, None) or outer
        inner = frames[scope.index]
        for site in scope.calls:
            entry = CallIn(frame.module, scope.index, site)
            called = tracer.value(site.call.func, inner)
            if any(is_target(o) for o in alternatives(called)):
                found.append(Caller(entry, inner, called))
            elif last_name(site.call.func) in HANDS_ON:
                for position, arg in enumerate(site.call.args):
                    handed = tracer.value(arg.value, inner) if isinstance(arg.value, f.Name | f.Attr) else None
                    if handed is not None and is_target(core(handed)):
                        found.append(tracer.functions.callers.run(entry, position, inner, handed))
    return found
