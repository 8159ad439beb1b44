"""Items: what `base[key]`, iterating and unpacking give of lists, dictionaries and objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.link import containers, dictionaries, parsers
from linter.model import facts as f
from linter.model.place import Place
from linter.model.values import (
    Again,
    Alternatives,
    CallValue,
    Changed,
    Collected,
    Combined,
    Constant,
    Frame,
    Instance,
    ItemOf,
    Listing,
    Mapping,
    Member,
    ModuleValue,
    ScopeValue,
    Sliced,
    Symbol,
    Unknown,
    Value,
    Via,
    alternatives,
    core,
    literal,
    root_of,
)

if TYPE_CHECKING:
    from linter.link.trace import Tracer

_OF_LISTS = frozenset({
    "append", "add", "insert", "appendleft", "extend", "extendleft", "sort", "reverse", "shuffle", "trim", "pop", "popleft",
    "remove", "delitem", "clear", "discard",
})  # fmt: skip
"""Changes after which a list still holds what it held, as far as is known, and what was added."""
_ANY_KEY = "what is written under a key that is not known"
MAX_GUESSES = 24
"""Entries of a dictionary that an unknown key may mean."""


def item(tracer: Tracer, base: Value, key: f.Expr, frame: Frame, place: Place) -> Value:
    """`base[key]`"""
    if isinstance(key, f.Slice):
        lower, upper = (None if e is None else tracer.value(e, frame) for e in (key.lower, key.upper))
        if lower is None and upper is None and key.step is None:
            return base  # a copy
        return Sliced(place, base, lower, upper)
    marked = containers.marked(tracer, base, key, frame)
    return item_at(tracer, base, tracer.value(key, frame), place) if marked is None else marked


def item_at(tracer: Tracer, base: Value, key: Value, place: Place) -> Value:
    """The item under a traced key."""
    if not isinstance(core(base), Alternatives | Changed):
        return _taken(base, _item_at(tracer, base, key, place), place)
    constant = core(key)
    named = (type(constant.value), constant.value) if isinstance(constant, Constant) else id(key)
    return tracer.shared(
        ("item", id(base), named, place), (base, key), lambda: _taken(base, _item_at(tracer, base, key, place), place)
    )


def _item_at(tracer: Tracer, base: Value, key: Value, place: Place) -> Value:
    from linter.link import foreign

    known = core(base)
    constant = core(key)
    if isinstance(known, Alternatives):
        return tracer.join([item_at(tracer, one, key, place) for one in tracer.leaves(base)], place, "item")
    if isinstance(known, Symbol) and known.name == "os.environ" and isinstance(constant, Constant):
        return tracer.environment.variable(place, str(constant.value), None, required=True)
    if isinstance(known, Symbol) and known.name.rpartition(".")[2][:1].isupper() and not isinstance(constant, Constant):
        return base  # Agent[Context], a generic class
    if isinstance(known, Mapping):
        return entry(tracer, known, key, place)
    if isinstance(known, CallValue) and (sections := parsers.held(tracer, known)) is not None:
        return item_at(tracer, sections, key, place)
    root = root_of(known) if isinstance(known, Changed) else None
    if isinstance(root, Instance) and dictionaries.is_one(tracer, root):
        method = tracer.classes.method(root.cls, "__getitem__")
        given = None if method is None else dictionaries.own_item(tracer, method, base, key, place)
        if given is not None:
            return given
    if isinstance(known, Changed):
        # `table[["text", "price"]]` is a part of the table.
        found = None if isinstance(constant, Listing | Collected) else _of_changed(tracer, known, key, place)
        found = ItemOf(place, base, key) if found is None else found
        attribute = foreign.of_namespace(tracer, base, key, place)
        return found if attribute is None else tracer.join([found, attribute], place, "item")
    if isinstance(known, Listing) and isinstance(constant, Constant) and isinstance(constant.value, int):
        if -len(known.items) <= constant.value < len(known.items) and not (known.open and constant.value < 0):
            return known.items[constant.value]
        return ItemOf(place, base, key)
    if isinstance(known, Listing) and known.items and not isinstance(constant, Constant):
        return tracer.join([*known.items, *([ItemOf(place, base, key)] if known.open else [])], place, "item")
    if isinstance(known, Collected):
        return _keyed(known, 1)
    if isinstance(known, ScopeValue) and known.kind == "class":
        if isinstance(constant, Constant) and isinstance(constant.value, str):
            found = tracer.member(known, constant.value, place)  # Enum["NAME"]
            if not isinstance(core(found), Member):
                return found
        return known  # Generic[T]
    if isinstance(known, Instance) and (method := tracer.classes.method(known.cls, "__getitem__")) is not None:
        given = dictionaries.own_item(tracer, method, base, key, place) if dictionaries.is_one(tracer, known) else None
        return ItemOf(place, base, key) if given is None else given
    held = dictionaries.held(tracer, known, place) if isinstance(known, Instance) else None
    if held is not None:
        return entry(tracer, held, key, place)
    if isinstance(known, Instance) and isinstance(constant, Constant) and isinstance(constant.value, int):
        fields = _fields_in_order(tracer, known)
        if 0 <= constant.value < len(fields):
            return tracer.member(known, fields[constant.value], place)
    if isinstance(known, Instance) and isinstance(constant, Constant) and isinstance(constant.value, str):
        found = tracer.member(known, constant.value, place)
        if not isinstance(core(found), Member | Unknown):
            return found
    if isinstance(known, Again):
        return known
    attribute = foreign.of_namespace(tracer, base, key, place)
    return ItemOf(place, base, key) if attribute is None else attribute


def _fields_in_order(tracer: Tracer, value: Instance) -> list[str]:
    """The fields of a named tuple."""
    if not any(base.name == "typing.NamedTuple" for base in tracer.classes.outside(value.cls)):
        return []
    scope = tracer.program.scope(value.cls.file, value.cls.scope)
    return list(dict.fromkeys(b.name for b in scope.bindings if b.annotation is not None))


def entry(tracer: Tracer, mapping: Mapping, key: Value, place: Place) -> Value:
    """What a dictionary holds under a key: of the entries that may be meant, the later one wins where it certainly is."""
    wanted = [core(k) for k in alternatives(key)]
    if wanted and all(isinstance(w, Constant) for w in wanted):
        values: list[Value] = []
        for one in wanted:
            values.extend(_under(mapping, one, key, place))
        return tracer.join(values, place, "item")
    if 0 < len(mapping.entries) <= MAX_GUESSES:
        rest = [_of_rest(r, key, place) for r in mapping.rest]
        return tracer.join([*(v for _, v in mapping.entries), *rest], place, "item")
    other = ItemOf(place, mapping, key)
    some = [v for _, v in mapping.entries[: MAX_GUESSES - 1]]
    # Of a long table of names the first ones say what kind of thing it holds.
    return tracer.join([*some, other], place, "item") if some and all(isinstance(core(v), Constant) for v in some) else other


def _under(mapping: Mapping, wanted: Value, key: Value, place: Place) -> list[Value]:
    """What may stand under one known key."""
    found: list[Value] = []
    doubtful = False
    for entry_key, value in reversed(mapping.entries):
        same = compared(entry_key, wanted)
        if same is not False:
            found.append(value if same else _perhaps(value, key, place))
        if same:
            return found
        doubtful = doubtful or (same is None and not _is_known(entry_key))
    if mapping.rest:
        return [*found, *(_of_rest(r, key, place) for r in mapping.rest)]
    if not found:
        return [Unknown(place, f"there is no key {literal(wanted)!r}")]
    return [*found, Unknown(place, f"whether there is a key {literal(wanted)!r}")] if doubtful else found


def _of_rest(rest: Value, key: Value, place: Place) -> Value:
    """What a dictionary without known keys holds: one that a comprehension makes its values, whatever the key."""
    known = core(rest)
    return _keyed(known, 1) if isinstance(known, Collected) and known.keyed else ItemOf(place, rest, key)


def _is_known(key: Value) -> bool:
    return all(isinstance(k, Constant) for k in alternatives(key))


def _perhaps(value: Value, key: Value, place: Place) -> Value:
    """What was written under a key that may be the one. It most often stands under another, except in a registry of classes or
    functions, whose keys are made from what they stand for."""
    if not _is_known(key) or isinstance(core(value), ScopeValue):
        return value
    return Unknown(place, _ANY_KEY, (value,))


def _is_doubt(value: Value) -> bool:
    return isinstance(value, Unknown) and value.because == _ANY_KEY


def is_missing(value: Value) -> bool:
    """Whether there certainly is no such entry."""
    known = core(value)
    return isinstance(known, Unknown) and known.because.startswith("there is no key")


def compared(one: Value, other: Value) -> bool | None:
    """Whether two keys are the same; None where that cannot be told."""
    first, second = list(alternatives(one)), list(alternatives(other))
    if not all(isinstance(k, Constant) for k in (*first, *second)):
        return True if core(one) is core(other) else None
    left, right = {_literal(k) for k in first}, {_literal(k) for k in second}
    if not left & right:
        return False
    return True if len(left) == len(right) == 1 else None


def _literal(value: Value) -> object:
    return value.value if isinstance(value, Constant) else value


def _of_changed(tracer: Tracer, changed: Changed, key: Value, place: Place) -> Value | None:
    """An item of a list or dictionary that was changed; None where the change may have done anything to it."""
    method, added = changed.method, changed.added
    if changed.path:
        inner = item_at(tracer, changed.base, key, place)
        if compared(changed.path[0], key) is False:
            return inner
        return Changed(changed.place, inner, method, added, changed.repeats, changed.lasting, changed.path[1:])
    if method in ("setitem", "setdefault") and len(added) == 2:
        same = compared(added[0], key)
        if same is True and method == "setitem" and not changed.repeats:
            return added[1]
        before = item_at(tracer, changed.base, key, place)
        if same is False:
            return before
        written = added[1] if same else _perhaps(added[1], key, place)
        if _is_doubt(written) and any(_is_doubt(one) for one in alternatives(before)):
            return before  # one such doubt says it all
        known = core(before)
        if same and is_missing(known):
            return written
        if same and method == "setdefault":
            there = [o for o in alternatives(before) if not is_missing(o)]
            is_open = len(there) < len(list(alternatives(before))) or any(isinstance(o, Unknown | ItemOf | Again) for o in there)
            return tracer.join([*there, written], place, "item") if is_open else before
        if isinstance(known, ItemOf) and _is_empty(known.base):
            return written
        return tracer.join([written, before], place, "item")
    if method == "update" and added and isinstance(core(added[0]), Mapping):
        later = item_at(tracer, added[0], key, place)
        options = list(alternatives(later))
        if all(map(is_missing, options)):
            return item_at(tracer, changed.base, key, place)
        if not changed.repeats and not any(isinstance(o, Unknown | ItemOf) for o in options):
            return later
        return tracer.join([item_at(tracer, changed.base, key, place), later], place, "item")
    if method in ("pop", "delitem", "trim", "clear", "remove", "discard") and isinstance(root_of(changed), Mapping):
        return item_at(tracer, changed.base, key, place)
    if method in ("sort", "reverse", "shuffle", "trim", "insert", "appendleft", "append", "extend", "pop", "remove", "delitem"):
        return element(tracer, changed, place)
    return None


def _is_empty(value: Value) -> bool:
    known = core(value)
    return isinstance(known, Mapping) and not known.entries and not known.rest


def element(tracer: Tracer, base: Value, place: Place) -> Value:
    """What iterating gives."""
    if not isinstance(core(base), Alternatives | Changed | Combined):
        return _taken(base, _element(tracer, base, place), place)
    return tracer.shared(("each", id(base), place), (base,), lambda: _taken(base, _element(tracer, base, place), place))


def _taken(base: Value, found: Value, place: Place) -> Value:
    """What is taken out of an attribute, which it came through."""
    while isinstance(base, Via):
        if base.how in ("attribute", "taken") and not isinstance(core(found), ScopeValue | ModuleValue | Instance):
            return Via(place, found, "taken", base.name, of=base.of)
        base = base.value
    return found


def _element(tracer: Tracer, base: Value, place: Place) -> Value:
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
        return _keyed(known, 0)
    if isinstance(known, ScopeValue) and (members := listed(tracer, known, place)) is not None:
        return tracer.join(list(members), place, "element")
    if isinstance(known, Mapping):
        return tracer.join([k for k, _ in known.entries] or [ItemOf(place, base, None)], place, "key")
    if isinstance(known, Sliced):
        return element(tracer, known.base, place)
    if isinstance(known, Changed) and not known.path and known.method in _OF_LISTS:
        more = [element(tracer, a, place) for a in known.added] if "extend" in known.method else list(known.added[-1:])
        kept = [] if known.method in ("sort", "reverse", "shuffle", "trim", "pop", "remove", "delitem", "clear") else more
        # What grows again and again is a history: the element keeps the list that it comes from.
        lasting = [ItemOf(place, base, None)] if known.repeats else []
        return tracer.join([element(tracer, known.base, place), *kept, *lasting], place, "element")
    if isinstance(known, Combined) and known.op == "+":
        return tracer.join([element(tracer, i, place) for i in known.items], place, "element")
    found: Value = ItemOf(place, base, None)
    return found if kind is None else Via(place, found, "typed", "element", kind)


def _keyed(collected: Collected, position: int) -> Value:
    """The element; of a dictionary that a comprehension makes its key (0) or its value (1)."""
    pair = core(collected.element)
    return pair.items[position] if collected.keyed and isinstance(pair, Listing) else collected.element


def listed(tracer: Tracer, value: Value, place: Place) -> tuple[Value, ...] | None:
    """What a list that is known as a whole holds, or the members of an enumeration; None for anything else."""
    known = core(value)
    if isinstance(known, Listing):
        return None if known.open else known.items
    if not (isinstance(known, ScopeValue) and known.kind == "class" and tracer.classes.enumeration(known.name) is not None):
        return None
    scope = tracer.program.scope(known.file, known.scope)
    names = dict.fromkeys(b.name for b in scope.bindings if b.kind is f.Kind.VALUE and not b.name.startswith("_"))
    return tuple(tracer.member(known, name, place) for name in names)


def is_key(value: Value, key: f.Literal) -> bool:
    known = core(value)
    return isinstance(known, Constant) and known.value == key
