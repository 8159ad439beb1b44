"""Attributes that the repository sets on something that is not its own: `st.session_state.client = …`, `app.state.llm = …`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from linter.link import changes, items
from linter.link.program import WriteIn, last_name
from linter.model import facts as f
from linter.model.place import Place
from linter.model.values import (
    CallValue,
    Constant,
    Frame,
    Instance,
    ItemOf,
    Member,
    ModuleValue,
    Parameter,
    ScopeValue,
    Symbol,
    Unknown,
    Value,
    Via,
    alternatives,
    core,
    root_of,
)

if TYPE_CHECKING:
    from linter.link.trace import Tracer

MAX_WRITES = 24
"""Writes to one name that are looked at; a name that is written more often says little."""
NAMESPACES = frozenset({"streamlit.session_state"})
"""Objects whose attributes are their items."""
_STANDS_FOR = {"flask.current_app": "flask.Flask", "quart.current_app": "quart.Quart"}
"""A name for the one object of a class."""
_STATE = "state"
"""Where the applications of Starlette, FastAPI and Litestar keep what lives as long as they do."""


def of_symbol(tracer: Tracer, symbol: Symbol, owner: str, place: Place) -> Value:
    """An attribute of something known by its dotted name."""
    return tracer.once(
        ("written", symbol.name), symbol.name.rpartition(".")[2], place, lambda: _symbol(tracer, symbol, owner, place)
    )


def _symbol(tracer: Tracer, symbol: Symbol, owner: str, place: Place) -> Value:
    name = symbol.name.rpartition(".")[2]
    assigned, mutations = _writes(tracer, name, lambda value: _names(value, owner))
    if owner in NAMESPACES:
        assigned.extend(_entries(tracer, owner, name, place))
    base: Value = tracer.join(assigned, place, symbol.name) if assigned else symbol
    if mutations:
        base = changes.apply_writes(tracer, base, mutations, lasting=True)
    return base if base is symbol else Via(place, base, "attribute", symbol.name)


def _entries(tracer: Tracer, owner: str, name: str, place: Place) -> list[Value]:
    """`st.session_state["client"] = …` is the attribute, too."""
    outer, _, short = owner.rpartition(".")
    _, mutations = _writes(tracer, short, lambda value: _names(value, outer))
    if not mutations:
        return []
    whole = changes.apply_writes(tracer, Symbol(place, owner), mutations, lasting=True)
    found = items.item_at(tracer, whole, Constant(place, name), place)
    return [o for o in alternatives(found) if not isinstance(o, ItemOf | Unknown) or (isinstance(o, Unknown) and o.about)]


def of_namespace(tracer: Tracer, base: Value, key: Value, place: Place) -> Value | None:
    """`st.session_state["client"]`, where it is set as an attribute; None for any other object."""
    root, constant = root_of(base), core(key)
    if not (isinstance(root, Symbol) and root.name in NAMESPACES and isinstance(constant, Constant)):
        return None
    found = of_symbol(tracer, Symbol(place, f"{root.name}.{constant.value}"), root.name, place)
    return None if isinstance(found, Symbol) else found


def of_module(tracer: Tracer, path: str, name: str) -> tuple[list[Value], list[WriteIn]]:
    """`settings.MODEL = choose()`, `settings.OPTIONS["model"] = choose()` in another module: what is set, and later changes."""
    return _writes(tracer, name, lambda value: isinstance(known := core(value), ModuleValue) and known.path == path)


def of_object(tracer: Tracer, base: Value, name: str, place: Place) -> Value | None:
    """An attribute of an object from outside, as the repository sets it on the same object; None when it does not.

    What a framework hands over is taken for the object that the repository has set it on when it is called the same:
    `request.app.state.llm` is what `app.state.llm = …` says."""
    if name not in tracer.program.foreign_writes or not _is_outside(base):
        return None
    key = ("set on", tracer.identities.of(core(base)), name)
    found = tracer.once(key, name, place, lambda: _object(tracer, base, name, place))
    return None if isinstance(found, Member) and found.name == name else found


def _object(tracer: Tracer, base: Value, name: str, place: Place) -> Value:
    number = tracer.identities.of(core(base))
    nothing = Member(place, base, name)
    assigned, mutations = _writes(tracer, name, lambda value: tracer.identities.of(core(value)) == number)
    called = _called(base)
    if not assigned and called and _comes_from_outside(base):
        assigned, mutations = _writes(tracer, name, _is_outside, called)
        if assigned and called != _STATE:
            assigned.append(nothing)
    if not assigned:
        return nothing
    value = tracer.join(assigned, place, name)
    value = changes.apply_writes(tracer, value, mutations, lasting=True) if mutations else value
    return Via(place, value, "attribute", f"{called}.{name}" if called else name, of=base)


def changes_of(tracer: Tracer, cls: ScopeValue, name: str) -> list[WriteIn]:
    """`session.turns.append(turn)`, where `session` is of a class of the repository: what changes it from outside of it."""
    if all(entry.write.method == "=" for entry in tracer.program.foreign_writes.get(name, ())):
        return []

    def is_of_class(value: Value) -> bool:
        made = (one.cls for one in alternatives(value) if isinstance(one, Instance))
        return any((one.file, one.scope) == (cls.file, cls.scope) for one in made)

    return _writes(tracer, name, is_of_class)[1]


def _writes(tracer: Tracer, name: str, is_owner: object, called: str = "") -> tuple[list[Value], list[WriteIn]]:
    """What is assigned to an attribute of the right object, and what changes it. `called`: the object's name in the code."""
    assigned: list[Value] = []
    later: list[WriteIn] = []
    for entry, holder, frame in _holders(tracer, name):
        if called and last_name(holder) != called:
            continue
        if is_owner(tracer.value(holder, frame)):  # type: ignore[operator]
            if entry.write.method == "=":
                assigned.append(tracer.value(entry.write.args[0].value, frame))
            else:
                later.append(entry)
    return assigned, later


def _holders(tracer: Tracer, name: str) -> Iterator[tuple[WriteIn, f.Expr, Frame]]:
    """The writes to an attribute of that name, each with the expression for the object that has it."""
    for entry in tracer.program.foreign_writes.get(name, ())[:MAX_WRITES]:
        target = entry.write.target
        while isinstance(target, f.Item):
            target = target.base
        holder = target if entry.write.method == "=" else getattr(target, "base", None)
        if isinstance(holder, f.Name | f.Attr) and tracer.callers_count(entry.file):
            yield entry, holder, tracer.program.frame(entry.file, entry.scope)


def _names(value: Value, dotted: str) -> bool:
    """Whether a value is what a dotted name means."""
    known = root_of(value)
    if isinstance(known, Symbol):
        return known.name == dotted
    head = next((h for h in _STANDS_FOR if dotted == h or dotted.startswith(h + ".")), None)
    rest: list[str] = []
    while isinstance(known, Member):
        rest.insert(0, known.name)
        known = core(known.base)
    if head is None or not isinstance(known, CallValue):
        return False
    callee = core(known.callee)
    return isinstance(callee, Symbol) and callee.name == _STANDS_FOR[head] and ".".join((head, *rest)) == dotted


def _is_outside(value: Value) -> bool:
    return isinstance(core(value), Member | Parameter | CallValue | Unknown | ItemOf)


def _comes_from_outside(value: Value) -> bool:
    """Whether an object is, or belongs to, what a framework hands to a parameter."""
    known = core(value)
    while isinstance(known, Member | ItemOf):
        known = core(known.base)
    return isinstance(known, Parameter | Unknown) or (isinstance(known, CallValue) and _called(value) == _STATE)


def _called(value: Value) -> str:
    """The last name of an object, as the code writes it."""
    known = core(value)
    return known.name if isinstance(known, Member | Parameter) else ""
