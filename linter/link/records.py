"""Records: named tuples and namespaces made by a call, copies with other fields, objects that `__new__` makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.link import command_line, dumps
from linter.link.limits import mapping
from linter.model import facts as f
from linter.model.place import Place
from linter.model.values import (
    CallValue,
    Changed,
    Constant,
    Extra,
    Frame,
    Instance,
    Listing,
    Mapping,
    Member,
    ScopeValue,
    Symbol,
    Value,
    alternatives,
    core,
    literal,
)

if TYPE_CHECKING:
    from linter.link.trace import Tracer

_MAKERS = {"collections.namedtuple": "defaults", "typing.NamedTuple": "", "dataclasses.make_dataclass": ""}
"""Functions that make a class of records: fields in the second argument; the name of the argument with defaults."""
_COPIES = ("model_copy", "copy", "_replace", "evolve")


def of_made(tracer: Tracer, callee: CallValue, call: f.Call, frame: Frame, place: Place, extra: Extra) -> Value | None:
    """`Config("o1", 20)` for `Config = namedtuple("Config", "model timeout")`; None for the result of another function.

    Its values stand under the names of the fields, and under their numbers."""
    maker = core(callee.callee)
    if isinstance(maker, Symbol) and maker.name == "functools.wraps":
        return tracer.functions.keyword_or_position(tracer, call, frame, "", 0)
    if not isinstance(maker, Symbol) or maker.name not in _MAKERS:
        return None
    keyword = tracer.functions.keyword_or_position
    fields = _fields(keyword(tracer, callee.call, callee.frame, "field_names", 1))
    if fields is None:
        return None
    defaults = keyword(tracer, callee.call, callee.frame, _MAKERS[maker.name], -1) if _MAKERS[maker.name] else None
    known = None if defaults is None else core(defaults)
    last = known.items if isinstance(known, Listing) else ()
    entries: list[tuple[Value, Value]] = []
    fixed = {k: v for k, v in extra if k is not None}
    for position, name in enumerate(fields):
        value = fixed.get(name) or keyword(tracer, call, frame, name, position)
        at = position - len(fields) + len(last)
        value = last[at] if value is None and 0 <= at < len(last) else value
        if value is not None:
            entries.extend(((Constant(place, name), value), (Constant(place, position), value)))
    return mapping(place, entries, ())


def _fields(value: Value | None) -> list[str] | None:
    """The names in `"model timeout"`, `["model", "timeout"]` or `[("model", str)]`."""
    known = None if value is None else core(value)
    if isinstance(known, Constant) and isinstance(known.value, str):
        return known.value.replace(",", " ").split()
    if not isinstance(known, Listing) or known.open:
        return None
    names = [literal(i.items[0] if isinstance(i := core(one), Listing) and i.items else one) for one in known.items]
    return [n for n in names if isinstance(n, str)] if all(isinstance(n, str) for n in names) else None


def of_method(tracer: Tracer, callee: Member, call: f.Call, frame: Frame, place: Place) -> Value | None:
    """`config.model_copy(update={...})`, `config._replace(model=...)`, `super().__new__(cls)`; None for any other method."""
    if callee.name == "__new__":
        return _new(tracer, callee, call, frame, place)
    if (filled := command_line.of_method(tracer, callee, call, frame, place)) is not None:
        return filled
    if callee.name in dumps.METHODS:
        return dumps.dumped(tracer, callee.base, call, frame, place)
    if callee.name in ("enter_context", "enter_async_context") and call.args:
        return tracer.functions.entered(tracer.value(call.args[0].value, frame), place)
    if callee.name == "get" and (held := _context_variable(tracer, callee.base, place)) is not None:
        return held
    if callee.name not in _COPIES:
        return None
    base = core(callee.base)
    if isinstance(base, Mapping) and callee.name == "_replace":
        return mapping(place, (*base.entries, *_given(tracer, call, frame)), base.rest)
    return _replaced(tracer, callee.base, call, frame, place) if isinstance(base, Instance) else None


def replace(tracer: Tracer, call: f.Call, frame: Frame, place: Place) -> Value | None:
    """`dataclasses.replace(config, model="o1")`"""
    if not call.args or call.args[0].name is not None or call.args[0].stars:
        return None
    value = tracer.value(call.args[0].value, frame)
    rest = tracer.derived(call, "replace", call.args[1:])
    options = [_replaced(tracer, one, rest, frame, place) or one for one in tracer.leaves(value)]
    return tracer.join(options, place, "replace")


def _replaced(tracer: Tracer, value: Value, call: f.Call, frame: Frame, place: Place) -> Value | None:
    known = core(value)
    if not isinstance(known, Instance):
        return None
    given = {name: one for key, one in _given(tracer, call, frame) if isinstance(name := literal(key), str)}
    update = given.pop("update", None)
    for option in () if update is None else alternatives(update):
        if isinstance(option, Mapping) and not option.rest:
            given.update((name, one) for key, one in option.entries if isinstance(name := literal(key), str))
        else:
            return None
    given.pop("deep", None)
    kept = {name: one for name, one in known.replaced if name not in given}
    return Instance(place, known.cls, known.call, known.frame, known.extra, (*kept.items(), *given.items()))


def _given(tracer: Tracer, call: f.Call, frame: Frame) -> list[tuple[Value, Value]]:
    place = tracer.place(call, frame)
    found: list[tuple[Value, Value]] = []
    for arg in call.args:
        value = tracer.value(arg.value, frame)
        known = core(value)
        if arg.name is not None:
            found.append((Constant(place, arg.name), value))
        elif arg.stars == 2 and isinstance(known, Mapping):
            found.extend(known.entries)
    return found


def _context_variable(tracer: Tracer, variable: Value, place: Place) -> Value | None:
    """What is set on a `ContextVar`, or its default; None for anything else."""
    known = core(variable)
    maker = core(known.callee) if isinstance(known, CallValue) else None
    if not isinstance(known, CallValue) or not isinstance(maker, Symbol) or maker.name != "contextvars.ContextVar":
        return None
    number = tracer.identities.of(known)
    default = tracer.functions.keyword_or_position(tracer, known.call, known.frame, "default", -1)
    found = [] if default is None else [default]
    for entry in tracer.program.calls_by_name.get("set", ()):
        func, frame = entry.site.call.func, tracer.program.frame(entry.file, entry.scope)
        if not isinstance(func, f.Attr) or not entry.site.call.args or not tracer.callers_count(entry.file):
            continue
        if tracer.identities.of(core(tracer.value(func.base, frame))) == number:
            found.append(tracer.value(entry.site.call.args[0].value, frame))
    return tracer.join(found, place, "context") if found else None


def _new(tracer: Tracer, callee: Member, call: f.Call, frame: Frame, place: Place) -> Value | None:
    """`super().__new__(cls)`, `object.__new__(cls)`: an object of the class that is passed."""
    base = core(callee.base)
    of_python = (
        (isinstance(base, CallValue) and isinstance(maker := core(base.callee), Symbol) and maker.name == "builtins.super")
        or (isinstance(base, Member) and base.name == "super()")
        or (isinstance(base, Symbol) and base.name == "builtins.object")
        or isinstance(base, Instance | Changed)
    )
    if not of_python or not call.args:
        return None
    cls = core(tracer.value(call.args[0].value, frame))
    return Instance(place, cls) if isinstance(cls, ScopeValue) and cls.kind == "class" else None
