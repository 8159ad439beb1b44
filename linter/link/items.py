"""Items: what `base[key]`, iterating and unpacking give of lists, dictionaries and objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.link import dictionaries
from linter.model import facts as f
from linter.model.place import Place
from linter.model.values import (
    Again,
    Alternatives,
    Collected,
    Combined,
    Constant,
    EnvVariable,
    Frame,
    Instance,
    ItemOf,
    Listing,
    Mapping,
    Member,
    ScopeValue,
    Sliced,
    Symbol,
    Unknown,
    Value,
    Via,
    alternatives,
    core,
)

if TYPE_CHECKING:
    from linter.link.trace import Tracer

MAX_GUESSES = 24
"""Entries of a dictionary that an unknown key may mean."""


def item(tracer: Tracer, base: Value, key: f.Expr, frame: Frame, place: Place) -> Value:
    """`base[key]`"""
    if isinstance(key, f.Slice):
        lower, upper = (None if e is None else tracer.value(e, frame) for e in (key.lower, key.upper))
        if lower is None and upper is None and key.step is None:
            return base  # a copy
        return Sliced(place, base, lower, upper)
    return item_at(tracer, base, tracer.value(key, frame), place)


def item_at(tracer: Tracer, base: Value, key: Value, place: Place) -> Value:
    """The item under a traced key."""
    known = core(base)
    constant = core(key)
    if isinstance(known, Alternatives):
        return tracer.join([item_at(tracer, one, key, place) for one in tracer.leaves(base)], place, "item")
    if isinstance(known, Symbol) and known.name == "os.environ" and isinstance(constant, Constant):
        return EnvVariable(place, str(constant.value), None, required=True)
    if isinstance(known, Symbol) and known.name.rpartition(".")[2][:1].isupper() and not isinstance(constant, Constant):
        return base  # Agent[Context], a generic class
    if isinstance(known, Mapping):
        return entry(tracer, known, key, place)
    if isinstance(known, Listing) and isinstance(constant, Constant) and isinstance(constant.value, int):
        if -len(known.items) <= constant.value < len(known.items) and not (known.open and constant.value < 0):
            return known.items[constant.value]
        return ItemOf(place, base, key)
    if isinstance(known, Listing) and known.items and not isinstance(constant, Constant):
        return tracer.join([*known.items, *([ItemOf(place, base, key)] if known.open else [])], place, "item")
    if isinstance(known, Collected):
        return known.element
    if isinstance(known, ScopeValue) and known.kind == "class":
        if isinstance(constant, Constant) and isinstance(constant.value, str):
            found = tracer.member(known, constant.value, place)  # Enum["NAME"]
            if not isinstance(core(found), Member):
                return found
        return known  # Generic[T]
    held = dictionaries.held(tracer, known, place) if isinstance(known, Instance) else None
    if held is not None:
        return entry(tracer, held, key, place)
    if isinstance(known, Instance) and isinstance(constant, Constant) and isinstance(constant.value, str):
        found = tracer.member(known, constant.value, place)
        if not isinstance(core(found), Member | Unknown):
            return found
    if isinstance(known, Again):
        return known
    return ItemOf(place, base, key)


def entry(tracer: Tracer, mapping: Mapping, key: Value, place: Place) -> Value:
    wanted = [core(k) for k in alternatives(key)]
    if wanted and all(isinstance(w, Constant) for w in wanted):
        values: list[Value] = []
        for one in wanted:
            assert isinstance(one, Constant)
            last = max((i for i, (k, _) in enumerate(mapping.entries) if is_key(k, one.value)), default=-1)
            if last >= 0:
                values.append(mapping.entries[last][1])
                # An entry that was written later under a key that is not known may be the one.
                values.extend(v for k, v in mapping.entries[last + 1 :] if not isinstance(core(k), Constant))
            elif mapping.rest:
                values.extend(ItemOf(place, r, key) for r in mapping.rest)
            else:
                values.append(Unknown(place, f"there is no key {one.value!r}"))
        return tracer.join(values, place, "item")
    if 0 < len(mapping.entries) <= MAX_GUESSES:
        rest = [ItemOf(place, r, key) for r in mapping.rest]
        return tracer.join([*(v for _, v in mapping.entries), *rest], place, "item")
    return ItemOf(place, mapping, key)


def element(tracer: Tracer, base: Value, place: Place) -> Value:
    """What iterating gives."""
    from linter.link.classes import element_type

    known = core(base)
    if isinstance(known, Alternatives):
        return tracer.join([element(tracer, one, place) for one in tracer.leaves(base)], place, "element")
    kind = None
    outer: Value = base
    while isinstance(outer, Via):
        kind = kind or element_type(outer.type)
        outer = outer.value
    if isinstance(known, Listing):
        items: list[Value] = list(known.items)
        if known.open or not items:
            items.append(ItemOf(place, base, None))
        return tracer.join(items, place, "element")
    if isinstance(known, Collected):
        return known.element
    if isinstance(known, Mapping):
        return tracer.join([k for k, _ in known.entries] or [ItemOf(place, base, None)], place, "key")
    if isinstance(known, Sliced):
        return element(tracer, known.base, place)
    if isinstance(known, Combined) and known.op == "+":
        return tracer.join([element(tracer, i, place) for i in known.items], place, "element")
    found: Value = ItemOf(place, base, None)
    return found if kind is None else Via(place, found, "typed", "element", kind)


def is_key(value: Value, key: f.Literal) -> bool:
    known = core(value)
    return isinstance(known, Constant) and known.value == key
