"""Calls that do not name what they call: of variables, parameters, entries and results; and those that decorators are."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from linter.link.callers import Caller
from linter.link.decorators import key_of
from linter.link.program import CallIn, ScopeKey, last_name
from linter.model import facts as f
from linter.model.source import Scope as FileScope
from linter.model.values import Extra, Frame, Instance, ScopeValue, Value, alternatives, core

if TYPE_CHECKING:
    from linter.link.trace import Tracer

MAX_ATTRIBUTE_CALLS = 60
"""Calls of one attribute's name; a name that is called more often is hardly ever that of a kept function."""
MAX_CALLEE_STEPS = 1_500


class Indirect:
    """Finds, before the first question, what is called through variables."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        self._calls: dict[ScopeKey, list[Caller]] = defaultdict(list)

    def of(self, key: ScopeKey) -> list[Caller]:
        """The calls of a function that do not name it."""
        return self._calls.get(key, [])

    def prepare(self) -> None:
        """Finds, before the first question, what decorators are handed and what is called through variables."""
        program, callers = self._tracer.program, self._tracer.functions.callers
        for file, index in program.decorated:
            if program.file_scopes.get(file) is not FileScope.TEST:
                for call, frame, decorator, handed in self._tracer.decorators.applied(file, index):
                    self._note(decorator, CallIn(file, frame.scope, f.CallSite(call, ())), frame, ((None, handed),))
        callers.forget()
        kept = {name for _, _, name in program.attribute_writes} | set(program.foreign_writes) | program.callable_fields
        entries = list(program.variable_calls)
        for name in sorted(kept):
            calls = program.calls_by_name.get(name, ())
            entries.extend(c for c in calls if len(calls) <= MAX_ATTRIBUTE_CALLS and isinstance(c.site.call.func, f.Attr))
        for entry in entries:
            if program.file_scopes.get(entry.file) is not FileScope.TEST:
                for frame in self._frames_of(entry):
                    self._note(self._tracer.trace(entry.site.call.func, frame, MAX_CALLEE_STEPS), entry, frame)
        callers.forget()

    def _note(self, called: Value, entry: CallIn, frame: Frame, extra: Extra = ()) -> None:
        """Remembers a call for each function that it may run."""
        for option in alternatives(called):
            target: Value | None = option
            if isinstance(option, ScopeValue) and not extra and self.is_in_wrapper(entry, option):
                continue
            if isinstance(option, ScopeValue) and option.kind == "class":
                target = self._tracer.classes.constructor(option)
            elif isinstance(option, Instance):
                target = core(self._tracer.classes.member(option, "__call__", option.place))
            if isinstance(target, ScopeValue) and not target.plain:
                key = key_of(target)
                of_name = last_name(entry.site.call.func) == self._tracer.program.scope(*key).name and not extra
                if not of_name and not any(c.entry.site is entry.site and c.frame is frame for c in self._calls[key]):
                    self._calls[key].append(Caller(entry, frame, option if extra or target is option else called, extra))

    def is_in_wrapper(self, entry: CallIn, target: ScopeValue) -> bool:
        """Whether a call stands in a decorator of what it calls: that is looked at for each function that is wrapped."""
        program = self._tracer.program
        if not target.plain or not program.scope(target.file, target.scope).decorators:
            return False
        around: set[ScopeKey] = set()
        scope = program.scope(entry.file, entry.scope)
        while scope.parent >= 0:
            around.add((entry.file, scope.index))
            scope = program.scope(entry.file, scope.parent)
        applied = self._tracer.decorators.applied(target.file, target.scope)
        return any(key_of(o) in around for _, _, d, _ in applied for o in alternatives(d) if isinstance(o, ScopeValue))

    def _frames_of(self, entry: CallIn) -> list[Frame]:
        """Where a call is looked at that stands in a function, or inside of one, whose parameter is called: in one frame for each
        caller of that function."""
        program, func = self._tracer.program, entry.site.call.func
        while isinstance(func, f.Item | f.Call):
            func = func.base if isinstance(func, f.Item) else func.func
        scope = program.scope(entry.file, entry.scope)
        inward: list[f.Scope] = []
        while scope.parent >= 0 and isinstance(func, f.Name):
            if scope.kind != "class" and any(p.name == func.name for p in scope.params):
                frames = self.activations(entry.file, scope)
                for inner in reversed(inward):
                    targets = [self._tracer.scope_value(entry.file, inner.index, one) for one in frames]
                    frames = [e for t in targets if (e := self._tracer.enter(t, None, None, None)) is not None]
                return frames
            inward.append(scope)
            scope = program.scope(entry.file, scope.parent)
        return [program.frame(entry.file, entry.scope)]

    def activations(self, file: str, scope: f.Scope) -> list[Frame]:
        """The frames of a function, one for each of its callers; the common one where it has none."""
        tracer = self._tracer
        frames: dict[int, Frame] = {}
        owner = tracer.program.owner(file, scope)
        if owner is not None and scope.name == "__init_subclass__":
            return self._of_subclasses(file, scope, owner)
        for caller in tracer.functions.callers.of(file, scope, owner)[0]:
            for option in alternatives(caller.target):
                if not isinstance(option, ScopeValue):
                    continue
                call, extra, target, receiver = caller.entry.site.call, (*option.extra, *caller.extra), option, option.receiver
                if option.kind == "class":
                    receiver = Instance(tracer.place(call, caller.frame), option, call, caller.frame, extra)
                    target = tracer.classes.constructor(option) or option
                frame = (
                    tracer.enter(target, call, caller.frame, receiver, extra) if key_of(target) == (file, scope.index) else None
                )
                if frame is not None:
                    frames[id(frame)] = frame
        return list(frames.values()) or [tracer.program.frame(file, scope.index)]

    def _of_subclasses(self, file: str, scope: f.Scope, owner: f.Scope) -> list[Frame]:
        """`__init_subclass__` runs once for each class below."""
        tracer = self._tracer
        cls = tracer.scope_value(file, owner.index, tracer.program.frame(file, 0))
        method = tracer.scope_value(file, scope.index, tracer.program.frame(file, 0))
        frames = [tracer.enter(method, None, None, sub) for sub in tracer.classes.subclasses(cls)]
        return [one for one in frames if one is not None]
