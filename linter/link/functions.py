"""Functions: which argument a parameter gets, who calls whom, what a call returns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from linter.link import changes, conditions, containers, hydra, library, rounds
from linter.link.callers import MAX_CALLERS, Callers
from linter.link.decorators import plain
from linter.link.limits import mapping
from linter.link.program import REORDERS, has_decorator, last_name
from linter.model import facts as f
from linter.model.place import Place
from linter.model.values import (
    Again,
    CallValue,
    Changed,
    Collected,
    Constant,
    Extra,
    Frame,
    Instance,
    Listing,
    Mapping,
    Parameter,
    ScopeValue,
    Unknown,
    Value,
    Via,
    alternatives,
    core,
)

if TYPE_CHECKING:
    from linter.link.trace import Tracer


_OF_CLASSES = ("__new__", "__init_subclass__", "__class_getitem__")
"""Methods that get the class without being marked so."""
_SPREAD = "arguments that are not known"


class Functions:
    """Parameters, callers and results."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        self.callers = Callers(tracer)
        self._changing_calls: dict[tuple[str, int], list[f.CallSite]] = {}

    # -- parameters -------------------------------------------------------------------------------------------------------

    def parameter(self, name: str, scope: f.Scope, frame: Frame, place: Place) -> Value:
        """What a parameter holds: the receiver, the argument of this call, or what any caller passes."""
        tracer = self._tracer
        if (looked_at := dict(frame.fixed).get(name)) is not None:
            return looked_at
        own = next(p for p in scope.params if p.name == name)
        first = scope.params[0].name if scope.params else ""
        owner = tracer.program.owner(frame.module, scope)
        is_static = has_decorator(scope, "staticmethod")
        if owner is not None and name == first and not is_static:
            if frame.receiver is not None:
                return frame.receiver
            handed = (
                None if frame.call is None else self.argument(frame.call, frame.caller or frame, own, scope.params, frame.extra)
            )
            if handed is not None and any(isinstance(o, Instance | ScopeValue) for o in alternatives(handed)):
                return handed  # by a wrapper, or `Base.method(self, x)`
            cls = tracer.scope_value(frame.module, owner.index, tracer.program.frame(frame.module, 0))
            of_class = has_decorator(scope, "classmethod") or scope.name in _OF_CLASSES
            return cls if of_class else Instance(place, cls)
        if frame.call is not None:
            return self._passed(own, scope, frame, frame.call, place, bool(owner is not None and not is_static))
        fixed = self._fixed(own, scope, frame, bool(owner is not None and not is_static))
        return fixed if fixed is not None else self._from_callers(own, scope, frame, place, owner)

    def _fixed(self, own: f.Parameter, scope: f.Scope, frame: Frame, bound: bool) -> Value | None:
        plain = [p.name for p in scope.params if p.kind == "plain"][1 if bound else 0 :]
        positional = [v for k, v in frame.extra if k is None]
        for key, value in frame.extra:
            if key == own.name:
                return value
        if own.name in plain and plain.index(own.name) < len(positional):
            return positional[plain.index(own.name)]
        return None

    def _passed(self, own: f.Parameter, scope: f.Scope, frame: Frame, call: f.Call, place: Place, bound: bool) -> Value:
        tracer = self._tracer
        # An unbound call (`Base.__init__(self, x)`) hands the receiver over itself.
        skip = 1 if bound and frame.receiver is not None and not _hands_over_self(call) else 0
        found = self._handed(
            own, call, frame.caller or frame, scope.params[skip:], frame.extra, lambda: self._left_out(own, scope, frame, place)
        )
        if found is None:
            return self._left_out(own, scope, frame, place)
        at = found.place
        return Via(
            at,
            tracer.typed(found, own.annotation, self._defining(scope, frame), own.name),
            "argument",
            f"{scope.qualname}.{own.name}",
        )

    def _handed(
        self,
        own: f.Parameter,
        call: f.Call,
        frame: Frame,
        params: tuple[f.Parameter, ...],
        extra: Extra,
        left_out: Callable[[], Value],
    ) -> Value | None:
        """The argument of a call; where `*args` or `**kwargs` may hold it or not, the default as well."""
        value = self.argument(call, frame, own, params, extra, left_out)
        if own.default is None or not isinstance(value, Unknown) or not value.because.endswith(_SPREAD):
            return value
        return self._tracer.join([left_out(), value], value.place, own.name)

    def _defining(self, scope: f.Scope, frame: Frame) -> Frame:
        """The frame in which the defaults and annotations of a function are read: that of the scope around it."""
        return frame.outer or self._tracer.program.frame(frame.module, max(scope.parent, 0))

    def _left_out(self, own: f.Parameter, scope: f.Scope, frame: Frame, place: Place) -> Value:
        tracer = self._tracer
        if own.kind == "kwargs":
            return Mapping(place, ())
        if own.kind == "args":
            return Listing(place, (), "tuple")
        if own.default is not None:
            defining = self._defining(scope, frame)
            return tracer.typed(tracer.value(own.default, defining), own.annotation, defining, own.name)
        return self._open_parameter(own, scope, frame, place)

    def _open_parameter(self, own: f.Parameter, scope: f.Scope, frame: Frame, place: Place) -> Value:
        tracer = self._tracer
        kind = None if own.annotation is None else tracer.classes.annotation(own.annotation, self._defining(scope, frame))
        made = containers.bound(tracer, kind, place) if scope.name == "__init__" else None
        made = made or hydra.parameter(tracer, own, scope, frame, place)
        value = made or Parameter(place, tracer.program.dotted(frame.module, scope), own.name, kind)
        return value if kind is None else Via(place, value, "typed", own.name, kind)

    def argument(
        self,
        call: f.Call,
        frame: Frame,
        own: f.Parameter,
        params: tuple[f.Parameter, ...],
        extra: Extra = (),
        left_out: Callable[[], Value] | None = None,
    ) -> Value | None:
        """The argument of a call for one of the callee's parameters; None when it is left out.

        `left_out`: what holds then, where one of several `**mappings` lacks it."""
        tracer = self._tracer
        for key, value in extra:
            # What the call itself says wins over what was prepared.
            if key is not None and key == own.name and not any(a.name == key for a in call.args):
                return value
        fixed = [v for k, v in extra if k is None]
        plain = [p.name for p in params if p.kind == "plain"]
        if own.kind == "kwargs":
            return self._keywords(call, frame, {p.name for p in params if p.kind in ("plain", "only")}, extra)
        if own.kind == "args":
            return self._rest(call, frame, max(0, len(plain) - len(fixed)), fixed[len(plain) :])
        position = plain.index(own.name) if own.kind == "plain" and own.name in plain else -1
        if 0 <= position < len(fixed):
            return fixed[position]
        return self.keyword_or_position(tracer, call, frame, own.name, position - len(fixed) if position >= 0 else -1, left_out)

    @staticmethod
    def keyword_or_position(
        tracer: Tracer, call: f.Call, frame: Frame, name: str, position: int, left_out: Callable[[], Value] | None = None
    ) -> Value | None:
        """The argument called `name`, or the one at `position` (-1: none). A value from `**mapping` counts.

        `left_out`: as for `argument`; without it None stands for what is lacking."""
        index = 0
        spread: list[Value] = []
        doubt: Unknown | None = None
        for arg in call.args:
            if arg.name is not None:
                if arg.name == name:
                    return tracer.value(arg.value, frame)
            elif arg.stars == 2:
                spread.append(tracer.value(arg.value, frame))
            elif arg.stars == 1:
                value = core(tracer.value(arg.value, frame))
                if isinstance(value, Listing) and not value.open:
                    if 0 <= position - index < len(value.items):
                        return value.items[position - index]
                    index += len(value.items)
                elif position >= index:
                    doubt = Unknown(tracer.place(arg.value, frame), f"passed with *{_SPREAD}", (value,))
            else:
                if index == position and doubt is None:
                    return tracer.value(arg.value, frame)
                index += 1
        found = _from_spread(tracer, spread, name, left_out)
        if doubt is None:
            return found
        return doubt if found is None or isinstance(found, Unknown) else tracer.join([found, doubt], doubt.place, name)

    def _keywords(self, call: f.Call, frame: Frame, taken: set[str], extra: Extra) -> Value:
        tracer = self._tracer
        place = tracer.place(call, frame)
        entries: list[tuple[Value, Value]] = [(Constant(place, k), v) for k, v in extra if k is not None and k not in taken]
        rest: list[Value] = []
        for arg in call.args:
            if arg.name is not None and arg.name not in taken:
                entries.append((Constant(place, arg.name), tracer.value(arg.value, frame)))
            elif arg.stars == 2:
                value = tracer.value(arg.value, frame)
                known = core(value)
                if isinstance(known, Mapping):
                    entries.extend((k, v) for k, v in known.entries if not (isinstance(k, Constant) and k.value in taken))
                    rest.extend(known.rest)
                else:
                    rest.append(value)
        return mapping(place, entries, rest)

    def _rest(self, call: f.Call, frame: Frame, skip: int, fixed: Sequence[Value]) -> Value:
        tracer = self._tracer
        items: list[Value] = list(fixed)
        is_open = False
        index = 0
        for arg in call.args:
            if arg.name is not None or arg.stars == 2:
                continue
            if arg.stars == 1:
                value = core(tracer.value(arg.value, frame))
                if isinstance(value, Listing):
                    items.extend(value.items)
                    is_open = is_open or value.open
                else:
                    items.append(value)
                    is_open = True
            elif index >= skip:
                items.append(tracer.value(arg.value, frame))
            index += 1
        return Listing(tracer.place(call, frame), tuple(items), "tuple", is_open)

    # -- arguments that are changed ----------------------------------------------------------------------------------------

    def after_calls(self, value: Value, expr: f.Name, frame: Frame) -> Value:
        """A local list or dictionary after the functions of the repository that it was handed to, and that change it."""
        if core(value).tag not in ("listing", "mapping", "changed", "combined", "alternatives"):
            return value
        tracer = self._tracer
        for site in self._changing(frame):
            if site.call.span[:2] >= expr.span[:2]:
                continue
            reorders = last_name(site.call.func) in REORDERS
            for arg in site.call.args:
                handed = arg.value
                if isinstance(handed, f.Name) and handed is not expr and handed.name == expr.name and handed.defs == expr.defs:
                    if reorders:
                        value = Changed(tracer.place(site.call, frame), value, "shuffle", ())
                    else:
                        value = self._changed_by(site.call, handed, frame) or value
        return value

    def _changing(self, frame: Frame) -> list[f.CallSite]:
        """The calls in a scope that may change what they are handed."""
        key = (frame.module, frame.scope)
        if key not in self._changing_calls:
            program = self._tracer.program
            calls = program.scope(*key).calls
            self._changing_calls[key] = [
                site for site in calls if (name := last_name(site.call.func)) in program.changers or name in REORDERS
            ]
        return self._changing_calls[key]

    def _changed_by(self, call: f.Call, handed: f.Name, frame: Frame) -> Value | None:
        """The last state of the parameter that takes `handed` in what `call` calls."""
        tracer = self._tracer
        target = next(
            (o for o in alternatives(tracer.value(call.func, frame)) if isinstance(o, ScopeValue) and o.kind == "function"), None
        )
        if target is None:
            return None
        scope = tracer.program.scope(target.file, target.scope)
        for file, index, name in tracer.program.changers.get(scope.name, ()):
            if (file, index) != (target.file, target.scope):
                continue
            inner = tracer.enter(target, call, frame, target.receiver, target.extra)
            skip = 1 if target.receiver is not None else 0
            plain = [p.name for p in scope.params if p.kind == "plain"][skip:]
            position = next((i for i, a in enumerate(call.args) if a.value is handed and a.name is None), -1)
            keyword = next((a.name for a in call.args if a.value is handed and a.name is not None), None)
            if inner is None or name not in (keyword, plain[position] if 0 <= position < len(plain) else None):
                continue
            states = [tracer.binding(scope.bindings[d], scope, inner) for d in scope.exits.get(name, ())]
            if states:
                return tracer.join(states, tracer.place(call, frame), name)
        return None

    # -- callers ----------------------------------------------------------------------------------------------------------

    def _from_callers(self, own: f.Parameter, scope: f.Scope, frame: Frame, place: Place, owner: f.Scope | None) -> Value:
        tracer = self._tracer
        found, cut = self.callers.of(frame.module, scope, owner)
        if owner is not None and isinstance(frame.receiver, Instance):
            found = [caller for caller in found if self._makes(caller.target, frame.receiver.cls)]
        options: list[Value] = []
        for caller in found:
            method = core(caller.target)
            # `Base.__init__(self, x)` hands the object over itself.
            unbound = isinstance(method, ScopeValue) and method.kind == "function" and method.receiver is None
            skip = 1 if owner is not None and not unbound and not has_decorator(scope, "staticmethod") else 0
            prepared = method.extra if isinstance(method, ScopeValue) else ()
            extra = (*prepared, *caller.extra)
            call, params = caller.entry.site.call, scope.params[skip:]
            value = self._handed(own, call, caller.frame, params, extra, lambda: self._left_out(own, scope, frame, place))
            if value is None:
                options.append(self._left_out(own, scope, frame, place))
            else:
                options.append(
                    Via(
                        value.place,
                        tracer.typed(value, own.annotation, self._defining(scope, frame), own.name),
                        "argument",
                        f"{scope.qualname}.{own.name}",
                    )
                )
        if not options and (made := library.injected(tracer, own, self._defining(scope, frame))) is not None:
            return made
        if not options and (chosen := library.option(tracer, own.name, scope, self._defining(scope, frame))) is not None:
            return chosen
        if not options:
            if own.default is not None:
                # Nobody in the repository calls it: the default holds, and a caller outside may pass something else.
                options.append(self._left_out(own, scope, frame, place))
            options.append(self._open_parameter(own, scope, frame, place))
        if cut:
            options.append(Unknown(place, f"{scope.name} is called from more than {MAX_CALLERS} places"))
        return tracer.join(options, place, own.name)

    def _makes(self, called: Value, cls: ScopeValue) -> bool:
        """Whether a call of a class may make an object of that class; other calls may concern any."""
        classes = [o for o in alternatives(called) if isinstance(o, ScopeValue) and o.kind == "class"]
        if not classes:
            return True
        wanted = (cls.file, cls.scope)
        return any((m.file, m.scope) == wanted for one in classes for m in self._tracer.classes.mro(one))

    # -- results ----------------------------------------------------------------------------------------------------------

    def result(self, target: ScopeValue, call: f.Call, caller: Frame, place: Place, extra: Extra = ()) -> Value:
        """What a call of a function of the repository gives."""
        if target.name in self._tracer.closed:
            return CallValue(place, target, call, caller, extra)
        return self._result(target, call, caller, place, extra)

    def opened(self, closed: CallValue) -> Value | None:
        """What a function really gives whose result is taken as it is (`Tracer.closed`); None for any other call."""
        target = core(closed.callee)
        if not isinstance(target, ScopeValue) or target.name not in self._tracer.closed:
            return None
        return self._result(target, closed.call, closed.frame, closed.place, closed.extra)

    def _result(self, target: ScopeValue, call: f.Call, caller: Frame, place: Place, extra: Extra) -> Value:
        tracer = self._tracer
        scope = tracer.program.scope(target.file, target.scope)
        if instead := tracer.decorators.instead(target):
            bound: Extra = () if target.receiver is None else ((None, target.receiver),)
            options = [self._of_wrapper(one, target, call, caller, (*bound, *target.extra, *extra)) for one in instead]
            return Via(place, tracer.join(options, place, scope.name), "return", target.name)
        frame = tracer.enter(target, call, caller, target.receiver, (*target.extra, *extra))
        if frame is None:
            return Again(place, scope.name)
        value = tracer.once((id(scope), id(frame)), scope.name, place, lambda: self._returned(scope, frame, place))
        kind = None
        if scope.return_annotation is not None:
            kind = tracer.classes.annotation(scope.return_annotation, tracer.program.frame(target.file, max(scope.parent, 0)))
        return Via(place, value, "return", target.name, kind)

    def _of_wrapper(self, wrapper: Value, target: ScopeValue, call: f.Call, caller: Frame, extra: Extra) -> Value:
        """What a decorated function gives: what its wrapper makes of it."""
        tracer = self._tracer
        place = tracer.place(call, caller)
        if not isinstance(wrapper, ScopeValue) or wrapper.kind == "class":
            return tracer.call(wrapper, call, caller, extra)
        if (wrapper.file, wrapper.scope) == (target.file, target.scope):
            return self.result(plain(target), call, caller, place, extra[1:] if target.receiver is not None else extra)
        frame = tracer.enter(wrapper, call, caller, wrapper.receiver, (*wrapper.extra, *extra), deeper=False)
        scope = tracer.program.scope(wrapper.file, wrapper.scope)
        if frame is None:
            return Again(place, scope.name)
        return tracer.once((id(scope), id(frame)), scope.name, place, lambda: self._returned(scope, frame, place))

    def _returned(self, scope: f.Scope, frame: Frame, place: Place) -> Value:
        tracer = self._tracer
        if scope.yields:
            made = tracer.join([tracer.value(y, frame) for y in scope.yields], place, scope.name)
            return Collected(place, made, ())
        if not scope.returns:
            return Constant(place, None)
        return tracer.join(self.returned(scope, frame), place, scope.name)

    def returned(self, scope: f.Scope, frame: Frame) -> list[Value]:
        """What the returns of a function give that can run in a frame."""
        tracer = self._tracer
        whens = dict(zip(scope.returns, scope.return_whens, strict=True))
        if len(scope.returns) < 2:
            alive = list(scope.returns)
        else:
            alive = [one for one, when in whens.items() if conditions.holds(tracer, when, scope, frame) is not False]
        found = [value for one in alive for value in self._of_return(one, whens[one], scope, frame)]
        if not found or any(isinstance(core(one), Again) for one in found):
            # It comes back to itself: the branch that ends it counts, too.
            found.extend(tracer.value(one, frame) for one in scope.returns if one not in alive)
        return found

    def _of_return(self, expr: f.Expr, when: f.When, scope: f.Scope, frame: Frame) -> list[Value]:
        """What one return gives, from the rounds of a loop in which it is reached."""
        tracer = self._tracer
        tests = [scope.tests[abs(number) - 1] for number in when if number]
        rounds_ = (
            rounds.passing(tracer, tests, scope, frame, lambda one: conditions.holds(tracer, when, scope, one))
            if tests
            else [frame]
        )
        return [tracer.value(expr, one) for one in rounds_]

    def entered(self, value: Value, place: Place) -> Value:
        """What `with value as x` gives to x."""
        tracer = self._tracer
        known = core(value)
        if isinstance(known, Collected):
            # A generator function under @contextmanager gives what it yields.
            return known.element
        if isinstance(known, Instance):
            method = core(tracer.classes.member(known, "__enter__", place))
            if not isinstance(method, ScopeValue):
                method = core(tracer.classes.member(known, "__aenter__", place))
            if isinstance(method, ScopeValue):
                frame = tracer.enter(method, None, known.frame, known)
                if frame is not None:
                    return self._returned(tracer.program.scope(method.file, method.scope), frame, place)
        return value


def _from_spread(tracer: Tracer, spread: list[Value], name: str, left_out: Callable[[], Value] | None = None) -> Value | None:
    """What `**mappings` give for a keyword: the value, `Unknown` where a mapping may hold it, None where none does."""
    doubts: list[Value] = []
    for value in reversed(spread):
        found: list[Value] = []
        missing: Value | None = None
        others: list[Value] = []
        for known in alternatives(value):
            if isinstance(known, Mapping):
                keys = [(list(alternatives(k)), v) for k, v in known.entries]
                hits = [v for ks, v in keys if any(isinstance(k, Constant) and k.value == name for k in ks)]
                if hits:
                    found.append(hits[-1])
                    continue
                missing = known
                if any(not isinstance(k, Constant) for ks, _ in keys for k in ks):
                    others.append(known)
                others.extend(known.rest)
            elif isinstance(known, Changed) and (held := changes.as_mapping(known, tracer.mappings)) is not None:
                inner = _from_spread(tracer, [held], name)
                if inner is not None and not isinstance(inner, Unknown):
                    found.append(inner)
                elif inner is not None:
                    others.append(known)
                else:
                    missing = known
            elif not (isinstance(known, Again) or (isinstance(known, Constant) and known.value is None)):
                others.append(known)
        others = [d for d in others if not _empty(d)]
        if found:
            if missing is not None:
                found.append(Constant(missing.place, None) if left_out is None else left_out())
            if others:
                found.append(_may_be_set(others, name))
            return tracer.join(found, found[0].place, name)
        doubts.extend(others)
    return _may_be_set(doubts, name) if doubts else None


def _may_be_set(doubts: list[Value], name: str) -> Unknown:
    return Unknown(doubts[0].place, f"{name} may be set by ** {_SPREAD}", tuple(doubts))


def _hands_over_self(call: f.Call) -> bool:
    """`Base.__init__(self, …)`, as against `super().__init__(…)`."""
    first = call.args[0].value if call.args else None
    func = call.func
    return (
        isinstance(func, f.Attr) and func.name == "__init__" and isinstance(func.base, f.Name | f.Attr)
        and isinstance(first, f.Name) and first.name == "self"
    )  # fmt: skip


def _empty(value: Value) -> bool:
    known = core(value)
    return isinstance(known, Mapping) and not known.entries and all(_empty(r) for r in known.rest)
