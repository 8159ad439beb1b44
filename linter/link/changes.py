"""Mutations: what `append`, `update`, `d[k] = v` and their like make of a list or dictionary, once or again and again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from linter.link import collections, items
from linter.link.limits import listing, mapping
from linter.link.program import WriteIn
from linter.model import facts as f
from linter.model.place import Place
from linter.model.values import (
    Again,
    Alternatives,
    Changed,
    Combined,
    Constant,
    Frame,
    ItemOf,
    Listing,
    Mapping,
    Sliced,
    Unknown,
    Value,
    Via,
    core,
)

if TYPE_CHECKING:
    from linter.link.trace import Tracer


_SETS = ("setitem", "setdefault")
MAX_WRITES = 24
"""Places that change one object from outside; more make it an object of which little is known."""


def change(
    tracer: Tracer,
    base: Value,
    method: str,
    args: tuple[f.Arg, ...],
    frame: Frame,
    place: Place,
    nested: f.Expr | None = None,
    guard: f.Expr | None = None,
    lasting: bool = False,
    few: bool = False,
) -> Value:
    """The object after a mutation. `nested`: the mutation goes into an item of it. `lasting`: it happens once for each
    call of a method, on an object that stays. `few`: in a loop with a small fixed number of rounds."""
    added = tuple(tracer.value(a.value, frame) for a in args)
    path = () if nested is None else _path(tracer, nested, frame)
    repeats = lasting or _depends_on_itself(base)
    if not repeats and nested is None:
        simple = _simple_change(core(base), method, args, added, place)
        if simple is not None:
            return simple
    name = method
    if method in ("clear", "pop", "remove", "delitem") and guard is not None and _about_size(guard):
        name = "trim"
    elif (
        method in ("popleft",)
        or (method == "pop" and _first(added))
        or (method == "delitem" and args and isinstance(args[0].value, f.Slice))
    ):
        name = "trim"
    if method == "update":
        given = _simple_change(Mapping(place, ()), method, args, added, place)
        added = added if given is None else (given,)
    return Changed(place, base, name, added, repeats and not few, lasting, path)


def _path(tracer: Tracer, target: f.Expr, frame: Frame) -> tuple[Value, ...]:
    """The keys of `base[a][b]`, the outermost first."""
    keys: list[Value] = []
    while isinstance(target, f.Item):
        keys.append(tracer.value(target.key, frame))
        target = target.base
    return tuple(reversed(keys))


_Mappings = dict[int, tuple[Value, Mapping | None]]
"""Values that were asked before, by identity; they are kept, so that the identity stays theirs."""


def as_mapping(value: Value, done: _Mappings) -> Mapping | None:
    """A dictionary whose keys were written in a loop or a branch, as the dictionary with all of them; None when it is none.

    `done`: each state is a part of all later ones, and is looked at once."""
    known = core(value)
    if id(known) not in done:
        done[id(known)] = (known, None)
        done[id(known)] = (known, _mapping_of(known, done))
    return done[id(known)][1]


def _mapping_of(known: Value, done: _Mappings) -> Mapping | None:
    if isinstance(known, Mapping):
        return known
    if isinstance(known, Alternatives):
        maps = [m for m in (as_mapping(o, done) for o in known.options if not isinstance(core(o), Again)) if m is not None]
        if not maps:
            return None
        entries = {(id(k), id(v)): (k, v) for m in maps for k, v in m.entries}
        rest = {id(r): r for m in maps for r in m.rest}
        return mapping(known.place, entries.values(), rest.values())
    if isinstance(known, Changed) and known.method in (*_SETS, "update", "pop", "delitem", "trim", "clear"):
        base = as_mapping(known.base, done)
        if base is None or known.path:
            return base
        if known.method == "setitem" and len(known.added) == 2:
            return Mapping(known.place, (*base.entries, (known.added[0], known.added[1])), base.rest)
        if known.method == "setdefault" and len(known.added) == 2:
            return _with_default(base, known.added[0], known.added[1])
        if known.method == "update":
            more = core(known.added[0]) if known.added else None
            if not isinstance(more, Mapping):
                return mapping(known.place, base.entries, (*base.rest, *known.added))
            return mapping(known.place, (*base.entries, *more.entries), (*base.rest, *more.rest))
        return base
    return None


def is_short(tracer: Tracer, loop: f.Loop, frame: Frame) -> bool:
    """`for _ in range(3)`, `for x in (a, b)`: as many rounds as the code says."""
    if loop.kind != "for":
        return False
    over = loop.over
    if isinstance(over, f.Seq):
        return True
    if isinstance(over, f.Call) and isinstance(over.func, f.Name) and over.func.name == "range" and over.args:
        known = [core(tracer.value(a.value, frame)) for a in over.args]
        return all(isinstance(k, Constant) and isinstance(k.value, int) and abs(k.value) <= 100 for k in known)
    return False


def trimmed(value: Value, guard: f.Expr | None, name: str) -> Value:
    """A new state that is given where the old one got too long (`if len(turns) > 20: turns = …`)."""
    if guard is not None and _about_size(guard) and any(isinstance(p, f.Name | f.Attr) and p.name == name for p in f.walk(guard)):
        return Changed(value.place, value, "trim", ())
    return value


def _first(added: tuple[Value, ...]) -> bool:
    known = core(added[0]) if added else None
    return isinstance(known, Constant) and known.value == 0


def _about_size(guard: f.Expr) -> bool:
    """Whether a test looks at a length or a token count."""
    for part in f.walk(guard):
        if isinstance(part, f.Call):
            name = part.func.name if isinstance(part.func, f.Name | f.Attr) else ""
            if name == "len" or "token" in name.lower() or "size" in name.lower() or "length" in name.lower():
                return True
        if isinstance(part, f.Name | f.Attr) and (
            "token" in part.name.lower() or part.name.lower().endswith(("_len", "_count", "_size"))
        ):
            return True
    return False


def _simple_change(base: Value, method: str, args: tuple[f.Arg, ...], added: tuple[Value, ...], place: Place) -> Value | None:
    """The new state, where it is plainly known."""
    if isinstance(base, Listing):
        if method in ("append", "add", "appendleft") and len(added) == 1:
            longer = (added[0], *base.items) if method == "appendleft" else (*base.items, added[0])
            return listing(base.place, longer, base.kind, base.open)
        if method == "insert" and len(added) == 2:
            at = core(added[0])
            if not (isinstance(at, Constant) and isinstance(at.value, int)) or (base.open and at.value != 0):
                return None
            longer_list = list(base.items)
            longer_list.insert(at.value, added[1])
            return Listing(base.place, tuple(longer_list), base.kind, base.open)
        if method == "extend" and len(added) == 1:
            more = core(added[0])
            if isinstance(more, Listing):
                return listing(base.place, (*base.items, *more.items), base.kind, base.open or more.open)
            return Combined(place, "+", (base, added[0]))
    if isinstance(base, Mapping):
        if method == "setitem" and len(added) == 2:
            return mapping(base.place, (*base.entries, (added[0], added[1])), base.rest)
        if method == "setdefault" and len(added) == 2:
            return _with_default(base, added[0], added[1])
        if method == "clear" and not added:
            return Mapping(base.place, ())
        if method == "update":
            entries, rest = list(base.entries), list(base.rest)
            for arg, value in zip(args, added, strict=True):
                known = core(value)
                if arg.name is not None:
                    entries.append((Constant(place, arg.name), value))
                elif isinstance(known, Mapping):
                    entries.extend(known.entries)
                    rest.extend(known.rest)
                else:
                    entries = [(k, Alternatives(place, (v, ItemOf(place, value, k)))) for k, v in entries]
                    rest.append(value)
            return mapping(base.place, entries, rest)
        if method in ("pop", "delitem") and added:
            key = core(added[0])
            if isinstance(key, Constant):
                kept = tuple((k, v) for k, v in base.entries if not items.is_key(k, key.value))
                return Mapping(base.place, kept, base.rest)
    return None


def _with_default(base: Mapping, key: Value, default: Value) -> Mapping:
    """`base.setdefault(key, default)`: what stands there already stays."""
    said = [(items.compared(k, key), v) for k, v in base.entries]
    if any(same for same, _ in said):
        return base
    others = [*(v for same, v in said if same is None), *(ItemOf(key.place, one, key) for one in base.rest)]
    value = Alternatives(default.place, (*others, default)) if others else default
    return mapping(base.place, (*base.entries, (key, value)), base.rest)


def _depends_on_itself(value: Value) -> bool:
    """Whether a value is part of a loop of states: its own later state flows back into it."""
    stack, seen = [value], set[int]()
    while stack and len(seen) < 400:
        one = stack.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, Again):
            return True
        if isinstance(one, Via | Alternatives | Combined | Sliced) or one.tag == "changed":
            stack.extend(one.inside())
    return False


def apply_writes(tracer: Tracer, base: Value, writes: Sequence[WriteIn], lasting: bool) -> Value:
    """An attribute or module variable with the mutations that methods and functions make on it."""
    result = base
    counted = [entry for entry in writes if tracer.callers_count(entry.file)]
    for entry in counted[:MAX_WRITES]:
        scope = tracer.program.scope(entry.file, entry.scope)
        write = entry.write
        once = scope.name in ("__init__", "__post_init__", "__new__") or scope.kind == "module"
        for frame in _frames(tracer, entry, scope):
            place = tracer.at(write.span, frame)
            if write.method == "+=":
                added = tracer.value(write.args[0].value, frame)
                result = (
                    collections.operation("+", [result, added], place)
                    if once
                    else Changed(place, result, "+=", (added,), True, True)
                )
                continue
            nested = write.target if entry.inner else None
            result = change(tracer, result, write.method, write.args, frame, place, nested, write.guard, lasting and not once)
    if len(counted) > MAX_WRITES:
        result = Changed(result.place, result, "more", (Unknown(result.place, "what else changes it"),), True, True)
    return result


def _frames(tracer: Tracer, entry: WriteIn, scope: f.Scope) -> list[Frame]:
    """Where a write is looked at. `REGISTRY[name] = cls` in a function: once for each caller: a key meets its own value."""
    write = entry.write
    if write.method in _SETS and scope.kind == "function" and write.args and not isinstance(write.args[0].value, f.Const):
        return tracer.indirect.activations(entry.file, scope)
    return [tracer.program.frame(entry.file, entry.scope)]
