"""Who calls a function of the repository: by its name, by a variable that holds it, by a thread that it is handed to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from linter.link import containers, items
from linter.link.decorators import key_of
from linter.link.program import FOR_EACH, HANDS_ON, PROVIDERS, CallIn, ScopeKey, last_name
from linter.model import facts as f
from linter.model.source import Scope as FileScope
from linter.model.values import (
    Constant,
    Extra,
    Frame,
    Instance,
    Member,
    Parameter,
    ScopeValue,
    Unknown,
    Value,
    alternatives,
    core,
)

if TYPE_CHECKING:
    from linter.link.trace import Tracer

MAX_CALLERS = 40
"""Callers of one function whose arguments are followed; more make an `Unknown`, besides the first ones."""
MAX_ATTRIBUTE_CALLS = 60
"""Calls of one attribute's name; a name that is called more often is hardly ever that of a kept function."""
MAX_CALLEE_STEPS = 1_500
_OF_THE_RUNNER = ("args", "kwargs", "name", "daemon", "timeout", "chunksize", "countdown", "queue", "trigger", "id")
COMMON_METHODS = frozenset({
    "get", "run", "call", "create", "update", "add", "append", "send", "load", "save", "close", "open", "read", "write", "start",
    "stop", "execute", "process", "handle", "invoke", "generate", "build", "make", "set", "delete", "query", "search", "main",
    "setup", "init", "__call__", "forward", "predict", "fit", "transform", "encode", "decode", "parse", "format", "render",
    "apply", "train", "test",
})  # fmt: skip
"""Method names that say nothing about the class of the object."""


@dataclass(frozen=True, slots=True, eq=False)
class Caller:
    """One call of a function, and the frame in which its arguments are read. `target`: what the called expression is there;
    `extra`: arguments that stand elsewhere (the elements that `map` hands over)."""

    entry: CallIn
    frame: Frame
    target: Value
    extra: Extra = ()


class Callers:
    """Finds the calls of functions."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        self._known: dict[tuple[str, int, bool], tuple[list[Caller], bool]] = {}
        self._indirect: dict[ScopeKey, list[Caller]] = defaultdict(list)
        """Calls through variables, and those that decorators are, by the function that runs."""

    def of(self, file: str, scope: f.Scope, owner: f.Scope | None) -> tuple[list[Caller], bool]:
        """The calls of a function in the repository, and whether there are more than were looked at."""
        in_product = self._tracer.callers_count("\0tests") is False
        key = (file, scope.index, in_product)
        if key not in self._known:
            # Put in first: a function that is called through its own parameter must not look for its callers again.
            self._known[key] = ([], False)
            self._known[key] = self._find(file, scope, owner)
        return self._known[key]

    def _find(self, file: str, scope: f.Scope, owner: f.Scope | None) -> tuple[list[Caller], bool]:
        direct, cut = self._by_name(file, scope, owner)
        wrapped = self._through_wrappers(direct, file, scope, owner)
        found = [*wrapped, *(c for c in self._indirect.get((file, scope.index), ()) if self._counts(c.entry, file))]
        return found[:MAX_CALLERS], cut or len(found) > MAX_CALLERS

    def _by_name(self, file: str, scope: f.Scope, owner: f.Scope | None) -> tuple[list[Caller], bool]:
        """The calls that name the function, or that hand it over by its name."""
        tracer = self._tracer
        program = tracer.program
        constructor = owner is not None and scope.name == "__init__"
        names = {scope.name} if not constructor else {"__init__", "cls"}
        if owner is not None and constructor:
            names |= self._class_names(owner)
        for name in tuple(names):
            names |= program.aliases.get(name, set())
        found: list[Caller] = []
        for name in sorted(names):
            for entry in program.calls_by_name.get(name, ()):
                if not self._counts(entry, file):
                    continue
                if len(found) >= MAX_CALLERS:
                    return found, True
                frame = program.frame(entry.file, entry.scope)
                target = tracer.value(entry.site.call.func, frame)
                options = list(alternatives(target))
                if any(isinstance(o, ScopeValue) and self._is_in_wrapper(entry, o) for o in options):
                    continue
                if any(self._is_target(o, file, scope, owner, constructor) for o in options) or self._may_be(
                    target, scope, owner, name
                ):
                    found.append(Caller(entry, frame, target))
            found.extend(self._handed(name, file, scope, owner, constructor))
        return found, False

    def _handed(self, name: str, file: str, scope: f.Scope, owner: f.Scope | None, constructor: bool) -> list[Caller]:
        """`to_thread(ask, question)` and `ask.delay(question)` call `ask(question)`."""
        tracer = self._tracer
        found: list[Caller] = []
        for entry, position in tracer.program.handed_by_name.get(name, ())[:MAX_CALLERS]:
            frame = tracer.program.frame(entry.file, entry.scope)
            if last_name(entry.site.call.func) == "partial" or not self._counts(entry, file):
                continue
            target = tracer.value(entry.site.call.args[position].value, frame)
            if any(self._is_target(o, file, scope, owner, constructor) for o in alternatives(target)):
                found.append(self._run(entry, position, frame, target))
        for entry in tracer.program.deferred_by_name.get(name, ())[:MAX_CALLERS]:
            frame = tracer.program.frame(entry.file, entry.scope)
            call = entry.site.call
            target = (
                tracer.value(call.func.base, frame) if isinstance(call.func, f.Attr) else Unknown(tracer.place(call, frame), "")
            )
            if self._counts(entry, file) and any(
                self._is_target(o, file, scope, owner, constructor) for o in alternatives(target)
            ):
                found.append(self._run(entry, -1, frame, target))
        return found

    def _run(self, entry: CallIn, position: int, frame: Frame, target: Value) -> Caller:
        """The call that a call amounts to which is handed a function as its argument at `position`."""
        tracer, call = self._tracer, entry.site.call
        name = last_name(call.func)
        kept = [a for a in call.args[position + 1 :] if a.name not in _OF_THE_RUNNER]
        extra: Extra = ()
        if name in FOR_EACH:
            sources = [a.value for a in kept if a.name is None]
            each = [items.element(tracer, tracer.value(s, frame), tracer.place(s, frame)) for s in sources]
            if name == "starmap" and each:
                each = [items.item_at(tracer, each[0], Constant(each[0].place, i), each[0].place) for i in range(4)]
            extra, kept = tuple((None, one) for one in each), []
        elif name in PROVIDERS:
            extra = tuple((a.name, containers.provided(tracer, tracer.value(a.value, frame), a.value, frame)) for a in kept)
            kept = []
        elif name == "apply_async" and position >= 0:
            kept = [f.Arg(None, stars, a.value) for stars, a in zip((1, 2), kept, strict=False)]
        for arg in call.args:
            if arg.name in ("args", "kwargs"):
                kept.append(f.Arg(None, 1 if arg.name == "args" else 2, arg.value))
        derived = tracer.derived(call, f"run {position}", tuple(kept))
        return Caller(
            CallIn(entry.file, entry.scope, f.CallSite(derived, entry.site.loops, entry.site.guard)), frame, target, extra
        )

    # -- wrappers ---------------------------------------------------------------------------------------------------------

    def _through_wrappers(self, direct: list[Caller], file: str, scope: f.Scope, owner: f.Scope | None) -> list[Caller]:
        """Who calls a decorated function calls its wrapper, and the wrapper calls the function."""
        tracer = self._tracer
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
            for frame in self._activations_of(wrapper, direct, owner) or ([] if bare is None else [bare]):
                found.extend(self._calls_inside(frame, itself))
        return found or direct

    def _activations_of(self, wrapper: ScopeValue, direct: list[Caller], owner: f.Scope | None) -> list[Frame]:
        """The frames of a wrapper, one for each call of what it wraps."""
        tracer = self._tracer
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

    def _calls_inside(self, frame: Frame, target: ScopeValue) -> list[Caller]:
        """The calls of a function in one activation of a wrapper, in lambdas and functions inside of it too."""
        tracer, found = self._tracer, list[Caller]()
        scopes = tracer.program.files[frame.module].scopes
        frames = {frame.scope: frame}
        for scope in scopes[frame.scope :]:
            if scope.index not in frames:
                outer = frames.get(scope.parent)
                if outer is None or scope.kind == "class":
                    continue
                frames[scope.index] = (
                    tracer.enter(tracer.scope_value(frame.module, scope.index, outer), None, None, None) or outer
                )
            inner = frames[scope.index]
            for site in scope.calls:
                entry = CallIn(frame.module, scope.index, site)
                called = tracer.value(site.call.func, inner)
                if any(isinstance(o, ScopeValue) and key_of(o) == key_of(target) for o in alternatives(called)):
                    found.append(Caller(entry, inner, called))
                elif last_name(site.call.func) in HANDS_ON:
                    for position, arg in enumerate(site.call.args):
                        handed = tracer.value(arg.value, inner) if isinstance(arg.value, f.Name | f.Attr) else None
                        if isinstance(handed, ScopeValue) and key_of(handed) == key_of(target):
                            found.append(self._run(entry, position, inner, handed))
        return found

    # -- calls of variables -----------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Finds, before the first question, what decorators are handed and what is called through variables."""
        program = self._tracer.program
        for file, index in program.decorated:
            if program.file_scopes.get(file) is not FileScope.TEST:
                for call, frame, decorator, handed in self._tracer.decorators.applied(file, index):
                    self._note(decorator, CallIn(file, frame.scope, f.CallSite(call, ())), frame, ((None, handed),))
        self._known.clear()
        kept = {name for _, _, name in program.attribute_writes} | set(program.foreign_writes)
        entries = list(program.variable_calls)
        for name in sorted(kept):
            calls = program.calls_by_name.get(name, ())
            entries.extend(c for c in calls if len(calls) <= MAX_ATTRIBUTE_CALLS and isinstance(c.site.call.func, f.Attr))
        for entry in entries:
            if program.file_scopes.get(entry.file) is not FileScope.TEST:
                for frame in self._frames_of(entry):
                    self._note(self._tracer.trace(entry.site.call.func, frame, MAX_CALLEE_STEPS), entry, frame)
        self._known.clear()

    def _note(self, called: Value, entry: CallIn, frame: Frame, extra: Extra = ()) -> None:
        """Remembers a call for each function that it may run."""
        for option in alternatives(called):
            target: Value | None = option
            if isinstance(option, ScopeValue) and not extra and self._is_in_wrapper(entry, option):
                continue
            if isinstance(option, ScopeValue) and option.kind == "class":
                target = self._tracer.classes.constructor(option)
            elif isinstance(option, Instance):
                target = core(self._tracer.classes.member(option, "__call__", option.place))
            if isinstance(target, ScopeValue) and not target.plain:
                key = key_of(target)
                of_name = last_name(entry.site.call.func) == self._tracer.program.scope(*key).name and not extra
                if not of_name and not any(c.entry.site is entry.site and c.frame is frame for c in self._indirect[key]):
                    self._indirect[key].append(Caller(entry, frame, option if extra or target is option else called, extra))

    def _is_in_wrapper(self, entry: CallIn, target: ScopeValue) -> bool:
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
        for caller in self.of(file, scope, owner)[0]:
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

    def _counts(self, entry: CallIn, file: str) -> bool:
        return self._tracer.callers_count(entry.file) or entry.file == file

    def _class_names(self, owner: f.Scope) -> set[str]:
        """The class and the classes that inherit its constructor, by name."""
        program = self._tracer.program
        names = {owner.name}
        stack = [owner.name]
        while stack:
            for path, index in program.subclasses.get(stack.pop(), ()):
                sub = program.scope(path, index)
                if sub.name not in names:
                    names.add(sub.name)
                    stack.append(sub.name)
        return names

    def _is_target(self, option: Value, file: str, scope: f.Scope, owner: f.Scope | None, constructor: bool) -> bool:
        if not isinstance(option, ScopeValue):
            return False
        if option.kind == "class":
            if not constructor or owner is None:
                return False
            made = self._tracer.classes.constructor(option)
            return made is not None and (made.file, made.scope) == (file, scope.index)
        return (option.file, option.scope) == (file, scope.index)

    def _may_be(self, target: Value, scope: f.Scope, owner: f.Scope | None, name: str) -> bool:
        """An untyped object with a method that only one class of the repository has is taken for one of that class."""
        if owner is None or name.startswith("__") or name in COMMON_METHODS or name != scope.name:
            return False
        kinds = list(alternatives(target))
        if not all(
            isinstance(k, Member) and all(isinstance(b, Parameter | Unknown) for b in alternatives(k.base)) for k in kinds
        ):
            return False
        return self._tracer.classes.methods_named(name) == 1
