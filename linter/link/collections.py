"""Lists, dictionaries, texts: displays, items, elements, and the methods of Python's own containers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from linter.link import changes, conditions, dictionaries, items, parsers, rounds, texts
from linter.link.limits import listing, mapping
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
    EnvVariable,
    Frame,
    Instance,
    ItemOf,
    Listing,
    Mapping,
    Member,
    Parameter,
    ScopeValue,
    Symbol,
    Template,
    Unknown,
    Value,
    alternatives,
    core,
)

if TYPE_CHECKING:
    from linter.link.trace import Tracer

_ADDING = ("append", "add", "appendleft", "insert", "extend", "extendleft")


MAX_MERGED = 16
"""Dictionaries that one may be, for each of those that are merged into it."""
MAX_MEMBERS = 100
"""Members of an enumeration, or items of a list, over which a comprehension is followed one by one."""


# -- displays ---------------------------------------------------------------------------------------------------------


def display(tracer: Tracer, expr: f.Expr, frame: Frame, place: Place) -> Value:
    """A text, list, dictionary or operation as written."""
    if isinstance(expr, f.Text):
        return Template(place, tuple(tracer.value(i, frame) for i in expr.items))
    if isinstance(expr, f.Seq):
        return _sequence(tracer, expr, frame, place)
    if isinstance(expr, f.Map):
        return _mapping(tracer, expr, frame, place)
    if isinstance(expr, f.Binary):
        return operation(expr.op, [tracer.value(i, frame) for i in expr.items], place)
    return Unknown(place, f"the value of a {expr.tag} expression")


def _sequence(tracer: Tracer, expr: f.Seq, frame: Frame, place: Place) -> Value:
    items: list[Value] = []
    is_open = False
    for one in expr.items:
        value = tracer.value(one, frame)
        if isinstance(one, f.Spread):
            known = core(value)
            if isinstance(known, Listing) and not known.open:
                items.extend(known.items)
                continue
            return operation(
                "+",
                [
                    Listing(place, tuple(items), expr.kind),
                    value,
                    *([] if one is expr.items[-1] else [_tail(tracer, expr, one, frame, place)]),
                ],
                place,
            )
        items.append(value)
    return listing(place, items, expr.kind, is_open)


def _tail(tracer: Tracer, expr: f.Seq, after: f.Expr, frame: Frame, place: Place) -> Value:
    rest = expr.items[expr.items.index(after) + 1 :]
    return _sequence(tracer, f.Seq(expr.span, expr.kind, rest), frame, place)


def _mapping(tracer: Tracer, expr: f.Map, frame: Frame, place: Place) -> Value:
    """A display of a dictionary; of what is spread into it, each of the dictionaries that it can be."""
    results: list[tuple[list[tuple[Value, Value]], list[Value]]] = [([], [])]
    for key, value in zip(expr.keys, expr.values, strict=True):
        made = tracer.value(value, frame)
        if key is not None:
            entry = (tracer.value(key, frame), made)
            for entries, _ in results:
                entries.append(entry)
            continue
        maps = [changes.as_mapping(o, tracer.mappings) for o in tracer.leaves(made)]
        known = [m for m in maps if m is not None]
        if len(known) == len(maps) and len(known) * len(results) <= MAX_MERGED:
            results = [([*entries, *m.entries], [*rest, *m.rest]) for entries, rest in results for m in known]
            continue
        for entries, rest in results:
            # It may replace what was written before it.
            entries[:] = [(k, _perhaps(tracer, v, k, made, place)) for k, v in entries]
            rest.append(made)
    return tracer.join([mapping(place, entries, rest) for entries, rest in results], place, "dictionary")


def _perhaps(tracer: Tracer, value: Value, key: Value, later: Value, place: Place) -> Value:
    """An entry that a dictionary spread after it may replace."""
    return tracer.join([value, ItemOf(place, later, key)], place, "entry")


def of_pairs(value: Value, place: Place) -> Mapping | None:
    """The dictionary that a list of pairs makes; None when they are not known as such."""
    known = core(value)
    if not isinstance(known, Listing) or known.open:
        return None
    pairs = [core(one) for one in known.items]
    entries = [(p.items[0], p.items[1]) for p in pairs if isinstance(p, Listing) and len(p.items) == 2]
    return mapping(place, entries, ()) if len(entries) == len(pairs) else None


def comprehension(tracer: Tracer, expr: f.Each, frame: Frame, place: Place) -> Value:
    sources = tuple(tracer.value(s, frame) for s in expr.sources)
    if expr.key is not None and len(sources) == 1:
        whole = None if expr.tests else _of_each_pair(tracer, expr, sources[0], frame, place)
        whole = _of_rounds(tracer, expr, expr.key, sources[0], frame, place) if whole is None else whole
        whole = _of_each_pair(tracer, expr, sources[0], frame, place) if whole is None else whole
        if whole is not None:
            return whole
    scope = tracer.program.scope(frame.module, frame.scope)
    inner = rounds.passing(tracer, expr.tests, scope, frame, lambda one: _passes(tracer, expr, one)) if expr.tests else [frame]
    element_value = tracer.join([tracer.value(expr.element, one) for one in inner], place, "element")
    if expr.key is not None:
        key = tracer.value(expr.key, frame)
        element_value = Listing(place, (key, element_value), "tuple")
    return Collected(place, element_value, sources, expr.key is not None)


def _passes(tracer: Tracer, expr: f.Each, frame: Frame) -> bool | None:
    known = [conditions.truth(tracer, test, frame) for test in expr.tests]
    return False if False in known else None if None in known else True


def _of_rounds(tracer: Tracer, expr: f.Each, key: f.Expr, source: Value, frame: Frame, place: Place) -> Mapping | None:
    """A dictionary that is made of a few values which are known: `{m: m.value for m in Model}`."""
    variables = [
        bound
        for part in f.walk(expr.element)
        if isinstance(part, f.Name) and part.defs is not None
        for bound in (tracer.program.scope(frame.module, frame.scope).bindings[d] for d in part.defs)
        if bound.kind is f.Kind.EACH and bound.value is expr.sources[0]
    ]
    over = items.listed(tracer, source, place) if variables else None
    if over is None or not 0 < len(over) <= MAX_MEMBERS or frame.round is not None:
        return None
    entries: list[tuple[Value, Value]] = []
    for item in over:
        inner = tracer.in_round(frame, variables[0].loops[-1], item)
        holds = [conditions.truth(tracer, test, inner) for test in expr.tests]
        if False in holds:
            continue
        held = tracer.value(expr.element, inner)
        if None in holds:
            held = tracer.join([held, Constant(place, None)], place, "left out")  # it may not be in there
        entries.append((tracer.value(key, inner), held))
    return mapping(place, entries, ())


def _of_each_pair(tracer: Tracer, expr: f.Each, source: Value, frame: Frame, place: Place) -> Value | None:
    """`{key: value for key, value in pairs}`, with or without a test, or with something else made of the value."""
    scope = tracer.program.scope(frame.module, frame.scope)
    if not _runs_over(expr.key, 0, expr.sources[0], scope):
        return None
    pairs = changes.as_mapping(source, tracer.mappings) or of_pairs(source, place)
    if pairs is None or not isinstance(core(source), Listing):
        return None
    if _runs_over(expr.element, 1, expr.sources[0], scope):
        return pairs
    made = tracer.value(expr.element, frame)
    return mapping(place, [(key, made) for key, _ in pairs.entries], pairs.rest)


def _runs_over(expr: f.Expr | None, position: int, source: f.Expr, scope: f.Scope) -> bool:
    if not isinstance(expr, f.Name) or expr.defs is None or len(expr.defs) != 1:
        return False
    bound = scope.bindings[expr.defs[0]]
    return bound.kind is f.Kind.EACH and bound.value is source and bound.path == (position,)


def either(tracer: Tracer, expr: f.Either, frame: Frame, place: Place) -> Value:
    """`a or b`: an environment variable without default takes `b` as its default."""
    if expr.op == "if" and expr.test is not None and (holds := conditions.truth(tracer, expr.test, frame)) is not None:
        chosen = tracer.value(expr.options[0 if holds else 1], frame)
        if not isinstance(core(chosen), Again):  # else the other one ends what comes back to itself
            return chosen
    options = [tracer.value(o, frame) for o in expr.options]
    if expr.op == "or":
        last = options[-1]
        kept: list[Value] = []
        for value in options[:-1]:
            known = core(value)
            if isinstance(known, EnvVariable) and (known.default is None or _truth(known.default) is False):
                kept.append(replace(known, default=last, required=False))
                continue
            true = [one for one in tracer.leaves(value) if _truth(one) is not False]
            kept.extend([value] if len(true) == len(tracer.leaves(value)) else true)
            if true and all(_truth(one) for one in tracer.leaves(value)):
                return tracer.join(kept, place, "or")
        if kept and isinstance(kept[-1], EnvVariable) and kept[-1].default is last:
            return tracer.join(kept, place, "or")
        return tracer.join([*kept, last], place, "or")
    if expr.op == "and":
        return options[-1]
    return tracer.join(options, place, "if")


def _truth(value: Value) -> bool | None:
    """Whether a value counts as true; None where that cannot be told."""
    known = core(value)
    if isinstance(known, Constant):
        return bool(known.value)
    if isinstance(known, Listing) and (known.items or not known.open):
        return bool(known.items)
    if isinstance(known, Mapping) and (known.entries or not known.rest):
        return bool(known.entries)
    return True if isinstance(known, ScopeValue) else None


def operation(op: str, items: list[Value], place: Place) -> Value:
    """`a op b op c`"""
    cores = [core(i) for i in items]
    if all(isinstance(c, Constant) and isinstance(c.value, int | float) and not isinstance(c.value, bool) for c in cores):
        return _number(op, [c.value for c in cores if isinstance(c, Constant) and isinstance(c.value, int | float)], place)
    if op == "+":
        if all(isinstance(c, Listing) for c in cores):
            lists = [c for c in cores if isinstance(c, Listing)]
            return listing(place, (i for one in lists for i in one.items), lists[0].kind, any(one.open for one in lists))
        if any(isinstance(c, Listing | Collected) for c in cores):
            return Combined(place, "+", tuple(items))
        if any(texts.is_text(c) for c in cores):
            return Template(place, tuple(items))
    if op == "%" and len(items) == 2 and texts.is_text(cores[0]):
        return texts.percent(items[0], items[1], place)
    if op == "/" and any(texts.is_text(c) for c in cores):
        parts = [p for i in items for p in (Constant(place, "/"), i)][1:]
        return Template(place, tuple(parts), "path")
    if op == "|" and (merged := _merged(items, place)) is not None:
        return merged
    return Combined(place, op, tuple(items))


def _merged(items: list[Value], place: Place) -> Value | None:
    """`defaults | overrides`, for each of the dictionaries that they can be."""
    results: list[Mapping] = [Mapping(place, ())]
    for item in items:
        options = list(alternatives(item))
        made = (Mapping(o.place, (), (o,)) if isinstance(o, Collected) and o.keyed else o for o in options)
        maps = [one for one in made if isinstance(one, Mapping)]
        if len(maps) < len(options) or len(results) * len(maps) > MAX_MERGED:
            return None
        results = [mapping(place, (*r.entries, *m.entries), (*r.rest, *m.rest)) for r in results for m in maps]
    return results[0] if len(results) == 1 else Alternatives(place, tuple(results))


def _number(op: str, numbers: list[int | float], place: Place) -> Value:
    result = numbers[0]
    for number in numbers[1:]:
        if op == "+":
            result = result + number
        elif op == "-":
            result = result - number
        elif op == "*" and abs(result) < 1e15 and abs(number) < 1e15:
            result = result * number
        elif op in ("/", "//") and number:
            result = result // number if op == "//" else result / number
        elif op == "**" and 0 <= number <= 64 and abs(result) <= 1024:
            result = result**number
        else:
            return Unknown(place, f"the result of {op}")
    return Constant(place, result)


# -- methods of containers and texts ----------------------------------------------------------------------------------


def method(tracer: Tracer, callee: Member, call: f.Call, frame: Frame, place: Place) -> Value | None:
    """A method of Python's own text, list or dictionary; None when the object is none of these."""
    base = core(callee.base)
    if isinstance(base, Alternatives):
        return None
    if isinstance(base, Instance):
        base = dictionaries.held(tracer, base, place) or base
    if isinstance(base, CallValue) and (read := parsers.method(tracer, base, callee.name, call, frame, place)) is not None:
        return read
    args = [tracer.value(a.value, frame) for a in call.args if a.name is None and a.stars == 0]
    if texts.is_text(base) or isinstance(base, EnvVariable):
        return texts.method(tracer, callee, call, frame, place)
    name = callee.name
    if isinstance(base, Collected) and base.keyed and isinstance(pair := core(base.element), Listing):
        if name in ("get", "pop", "setdefault") and args:
            return tracer.join([pair.items[1], args[1] if len(args) > 1 else Constant(place, None)], place, "get")
        if name in ("keys", "values"):
            return Collected(place, pair.items[name == "values"], base.sources)
        if name == "items":
            return Collected(place, pair, base.sources)
    if name in ("copy", "deepcopy") and isinstance(base, Listing | Mapping | Collected):
        return callee.base
    whole = changes.as_mapping(base, tracer.mappings) if isinstance(base, Changed) else base
    if isinstance(whole, Mapping):
        is_open = whole is not base or bool(whole.rest)
        if name in ("get", "pop", "setdefault") and args:
            return _got(tracer, items.item_at(tracer, base, args[0], place), args, place)
        if name == "__getitem__" and args:  # also as `super().__getitem__(key)`
            return items.item_at(tracer, base, args[0], place)
        if name == "values":
            return Listing(place, tuple(v for _, v in whole.entries), "list", is_open)
        if name == "keys":
            return Listing(place, tuple(k for k, _ in whole.entries), "list", is_open)
        if name == "items":
            pairs = tuple(Listing(place, (k, v), "tuple") for k, v in whole.entries)
            return Listing(place, pairs, "list", is_open)
    if name == "get" and args and isinstance(base, Changed):
        found = items.item_at(tracer, base, args[0], place)
        return tracer.join([found, args[1] if len(args) > 1 else Constant(place, None)], place, "get")
    if name == "get" and len(args) == 2 and _is_loaded(base):
        return tracer.join([ItemOf(place, callee.base, args[0]), args[1]], place, "get")
    if name == "get" and args and not isinstance(base, Instance | CallValue | Symbol):
        return (
            tracer.join([ItemOf(place, callee.base, args[0]), *([args[1]] if len(args) > 1 else [])], place, "get")
            if isinstance(base, ItemOf | Parameter | Unknown)
            else None
        )
    return None


def _got(tracer: Tracer, found: Value, args: list[Value], place: Place) -> Value:
    """`d.get(key, default)` for what stands under the key."""
    default = args[1] if len(args) > 1 else Constant(place, None)
    options = list(alternatives(found))
    missing = [
        o for o in options if isinstance(o, Unknown) and o.because.startswith(("there is no key", "whether there is a key"))
    ]
    if len(missing) == len(options):
        return default
    if missing:
        return tracer.join([*(o for o in options if o not in missing), default], place, "get")
    if len(args) > 1 and not all(isinstance(k, Constant) for k in alternatives(args[0])):
        return tracer.join([found, default], place, "get")
    return found


def _is_loaded(value: Value) -> bool:
    """A dictionary that was read from a file."""
    while isinstance(value, ItemOf):
        value = core(value.base)
    callee = core(value.callee) if isinstance(value, CallValue) else None
    return isinstance(callee, Symbol) and callee.name.partition(".")[0] in (
        "json",
        "yaml",
        "tomllib",
        "toml",
        "tomli",
        "orjson",
        "ujson",
    )
