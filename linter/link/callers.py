"""Who calls a function of the repository: by its name, by a variable that holds it, by a thread that it is handed to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from linter.link import containers, items, wrappers
from linter.link.program import FOR_EACH, PROVIDERS, CallIn, last_name
from linter.model import facts as f
from linter.model.values import (
    Constant,
    Extra,
    Frame,
    Member,
    Parameter,
    ScopeValue,
    Unknown,
    Value,
    alternatives,
)

if TYPE_CHECKING:
    from linter.link.trace import Tracer

MAX_CALLERS = 40
"""Callers of one function whose arguments are followed; more make an `Unknown`, besides the first ones."""
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
        self._looking: set[tuple[str, int, bool]] = set()

    def of(self, file: str, scope: f.Scope, owner: f.Scope | None) -> tuple[list[Caller], bool]:
        """The calls of a function in the repository, and whether there are more than were looked at."""
        in_product = self._tracer.callers_count("\0tests") is False
        key = (file, scope.index, in_product)
        if key in self._looking:
            # `def ask(bot): bot.ask()`: whether that calls the function itself depends on its callers.
            self._tracer.leave_open()
            return [], False
        if key not in self._known:
            self._looking.add(key)
            try:
                self._known[key] = self._tracer.apart(lambda: self._find(file, scope, owner))
            finally:
                self._looking.discard(key)
        return self._known[key]

    def forget(self) -> None:
        """What was found so far did not know all calls yet."""
        self._known.clear()

    def _find(self, file: str, scope: f.Scope, owner: f.Scope | None) -> tuple[list[Caller], bool]:
        direct, cut = self._by_name(file, scope, owner)
        wrapped = wrappers.through(self._tracer, direct, file, scope, owner)
        found = [*wrapped, *(c for c in self._tracer.indirect.of((file, scope.index)) if self._counts(c.entry, file))]
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
                if any(isinstance(o, ScopeValue) and tracer.indirect.is_in_wrapper(entry, o) for o in options):
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
                found.append(self.run(entry, position, frame, target))
        for entry in tracer.program.deferred_by_name.get(name, ())[:MAX_CALLERS]:
            frame = tracer.program.frame(entry.file, entry.scope)
            call = entry.site.call
            target = (
                tracer.value(call.func.base, frame) if isinstance(call.func, f.Attr) else Unknown(tracer.place(call, frame), "")
            )
            if self._counts(entry, file) and any(
                self._is_target(o, file, scope, owner, constructor) for o in alternatives(target)
            ):
                bound = [a for d in scope.decorators if isinstance(d, f.Call) for a in d.args if a.name == "bind"]
                task: Extra = ((None, Unknown(tracer.place(call, frame), "the task itself")),) if bound else ()
                found.append(self.run(entry, -1, frame, target, task))
        return found

    def run(self, entry: CallIn, position: int, frame: Frame, target: Value, before: Extra = ()) -> Caller:
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
        extra = (*before, *extra)
        derived = tracer.derived(call, f"run {position}", tuple(kept))
        return Caller(
            CallIn(entry.file, entry.scope, f.CallSite(derived, entry.site.loops, entry.site.guard, entry.site.when)),
            frame,
            target,
            extra,
        )

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
