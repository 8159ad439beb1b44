"""Classes of the repository that are dictionaries: `class Config(dict)`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from linter.link.limits import mapping
from linter.model import facts as f
from linter.model.place import Place
from linter.model.values import (
    Constant,
    Frame,
    Instance,
    Mapping,
    ScopeValue,
    Symbol,
    Unknown,
    Value,
    alternatives,
    core,
    root_of,
    with_root,
)

if TYPE_CHECKING:
    from linter.link.trace import Tracer

_DICTIONARIES = frozenset({"builtins.dict", "collections.OrderedDict", "collections.UserDict", "collections.defaultdict"})


def is_dictionary(base: Value) -> bool:
    return isinstance(base, Symbol) and base.name in _DICTIONARIES


def held(tracer: Tracer, value: Instance, place: Place) -> Mapping | None:
    """What such an object holds: what its constructor is given and its methods put into it. None when it is no dictionary."""
    if not is_one(tracer, value):
        return None
    key = (hash((id(value.call), id(value.frame), value.cls.file, value.cls.scope)), -2)
    found = tracer.once(key, value.cls.name, place, lambda: _collect(tracer, value, place))
    return found if isinstance(found, Mapping) else None


def is_one(tracer: Tracer, value: Value) -> bool:
    """Whether a value is an object of such a class."""
    return isinstance(value, Instance) and any(is_dictionary(base) for base in tracer.classes.outside(value.cls))


def own_item(tracer: Tracer, method: ScopeValue, base: Value, key: Value, place: Place) -> Value | None:
    """What the class's own `__getitem__` gives for a key; None when it is at work already."""
    target = replace(method, receiver=core(base))
    frame = tracer.enter(target, None, None, core(base), ((None, key),))
    if frame is None:
        return None
    return tracer.join(tracer.functions.returned(tracer.program.scope(method.file, method.scope), frame), place, "item")


def state(tracer: Tracer, value: Value, place: Place) -> Value | None:
    """What a changed or unchanged object of such a class holds, for `super().get(key)` in its methods."""
    root = root_of(value)
    of = held(tracer, root, place) if isinstance(root, Instance) else None
    return None if of is None else with_root(value, of)


def _collect(tracer: Tracer, value: Instance, place: Place) -> Value:
    entries: list[tuple[Value, Value]] = []
    rest: list[Value] = []
    for given in (*_given(tracer, value), *_copied(tracer, value)):
        for one in alternatives(given):
            if isinstance(one, Mapping):
                entries.extend(one.entries)
                rest.extend(one.rest)
            elif not (isinstance(one, Constant) and one.value is None):
                rest.append(one)
    for key, written in _written(tracer, value):
        known = core(key)
        if isinstance(known, Constant):
            entries.append((key, written))
        else:
            # It may be the value of every key.
            entries.append((Unknown(place, "a key that is not known"), Unknown(place, f"what {value.cls.name} puts into itself")))
    return mapping(place, entries, rest)


def _given(tracer: Tracer, value: Instance) -> Iterator[Value]:
    """The dictionaries that the constructor of `dict` gets."""
    own = tracer.classes.constructor(value.cls)
    if own is None:
        if value.call is not None and value.frame is not None:
            yield _as_dictionary(tracer, value.call.args, value.frame, tracer.place(value.call, value.frame))
        return
    frame = tracer.enter(own, value.call, value.frame, value, value.extra) or tracer.program.frame(own.file, own.scope)
    for site in tracer.program.scope(own.file, own.scope).calls:
        func = site.call.func
        if isinstance(func, f.Attr) and func.name == "__init__" and isinstance(func.base, f.Call):
            yield _as_dictionary(tracer, site.call.args, frame, tracer.place(site.call, frame))


def _copied(tracer: Tracer, value: Instance) -> Iterator[Value]:
    """What the constructor takes over: `for k, v in given.items(): self[k] = v`, `self.update(given)`."""
    own = tracer.classes.constructor(value.cls)
    if own is None:
        return
    scope = tracer.program.scope(own.file, own.scope)
    frame = tracer.enter(own, value.call, value.frame, value, value.extra) or tracer.program.frame(own.file, own.scope)
    for bound in scope.bindings:
        if bound.kind is f.Kind.CHANGE and scope.params and bound.name == scope.params[0].name:
            source = _copies(bound, scope)
            if source is not None:
                yield tracer.value(source, frame)


def _copies(bound: f.Binding, scope: f.Scope) -> f.Expr | None:
    """The dictionary of which a change takes over every entry."""
    if bound.method == "update" and len(bound.args) == 1 and bound.args[0].name is None:
        return bound.args[0].value
    if bound.method != "setitem" or len(bound.args) != 2:
        return None
    names = [arg.value for arg in bound.args]
    made = [scope.bindings[n.defs[0]] for n in names if isinstance(n, f.Name) and n.defs is not None and len(n.defs) == 1]
    if [(b.kind, b.path) for b in made] != [(f.Kind.EACH, (0,)), (f.Kind.EACH, (1,))] or made[0].value is not made[1].value:
        return None
    over = made[0].value
    if isinstance(over, f.Call) and isinstance(over.func, f.Attr) and over.func.name == "items" and not over.args:
        return over.func.base
    return None


def _as_dictionary(tracer: Tracer, args: tuple[f.Arg, ...], frame: Frame, place: Place) -> Value:
    entries: list[tuple[Value, Value]] = []
    rest: list[Value] = []
    for arg in args:
        value = tracer.value(arg.value, frame)
        if arg.name is not None:
            entries.append((Constant(place, arg.name), value))
            continue
        options = [o for o in alternatives(value) if not (isinstance(o, Constant) and o.value is None)]
        for one in options:
            if isinstance(one, Mapping):
                entries.extend(one.entries)
                rest.extend(one.rest)
            else:
                rest.append(one)
    return mapping(place, entries, rest)


def _written(tracer: Tracer, value: Instance) -> Iterator[tuple[Value, Value]]:
    """`self[key] = value` in the methods of the class."""
    program = tracer.program
    for cls in tracer.classes.mro(value.cls):
        for scope in program.files[cls.file].scopes:
            if scope.parent != cls.scope or scope.kind != "function" or not scope.params:
                continue
            own = scope.params[0].name
            changes = [b for b in scope.bindings if b.kind is f.Kind.CHANGE and b.name == own]
            if not changes:
                continue
            target = ScopeValue(cls.place, cls.file, scope.index, "function", program.dotted(cls.file, scope))
            frame = tracer.enter(target, None, value.frame, value) or program.frame(cls.file, scope.index)
            for bound in changes:
                if _copies(bound, scope) is not None:
                    continue
                if bound.method != "setitem":
                    doubt = Unknown(cls.place, f"what {bound.method} makes of {cls.name}")
                    yield doubt, doubt
                elif len(bound.args) == 2:
                    yield tracer.value(bound.args[0].value, frame), tracer.value(bound.args[1].value, frame)
