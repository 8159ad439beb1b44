"""Does a message list grow without bound? Told from the cycle of its states: what is added in it, and whether it is cut."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, replace

from linter.infer.reach import Reach
from linter.model.catalogue import SiteKind
from linter.model.place import Step
from linter.model.values import (
    Again,
    CallValue,
    Changed,
    Collected,
    Combined,
    Constant,
    Instance,
    ItemOf,
    Listing,
    Mapping,
    Member,
    Parameter,
    Sliced,
    Symbol,
    Template,
    Value,
    Via,
    alternatives,
    core,
    literal,
)

_SPEAKER = re.compile(r"\b(user|human|assistant|ai|bot|system|question|answer|q|a)\b\s*:", re.I)
_TALK = re.compile(r"message|history|conversation|chat|memory|dialog|turns", re.I)
_ADDS = frozenset({"append", "extend", "insert", "+=", "add", "appendleft", "extendleft", "additem"})
MAX_NESTED = 14
"""Calls and collections around an answer."""
MAX_LOOKED_AT = 2_000
"""Values that one message is made of."""


@dataclass(frozen=True, slots=True)
class History:
    """A list that later calls find longer than earlier ones."""

    name: str
    bounded: bool
    steps: tuple[Step, ...]
    """Where it is kept and where it grows, or where it is cut."""


@dataclass(frozen=True, slots=True, eq=False)
class _Path:
    value: Value
    name: str
    grows: Changed | Combined | None = None
    cut: Value | None = None
    start: Value | None = None
    """Where the states of the list begin: what is cut in there keeps it short."""

    def on(self, value: Value, **changes: object) -> _Path:
        return replace(self, value=value, **changes)  # type: ignore[arg-type]


def history(value: Value, reach: Reach) -> History | None:
    """The history in what is sent to a model; None when nothing in it grows from call to call."""
    found: _Path | None = None
    cut: _Path | None = None
    stack = [_Path(value, "")]
    seen: set[tuple[int, bool, bool]] = set()
    while stack and len(seen) < 3000:
        path = stack.pop()
        key = (id(path.value), path.grows is not None, path.cut is not None)
        if key in seen:
            continue
        seen.add(key)
        one = path.value
        if _ends_growth(one, path.grows):
            if path.cut is None:
                found = found or path
            else:
                cut = cut or path
            continue
        stack.extend(_next(one, path, reach))
    if found is None and cut is None:
        return None
    chosen = found or cut
    assert chosen is not None
    trimmed = _trim_in(chosen.start or value, chosen.name)
    bounded = found is None or trimmed is not None
    where = (chosen.cut or trimmed) if bounded else chosen.grows
    steps = [Step(chosen.grows.place, f"{chosen.name or 'the list'} grows here")] if chosen.grows is not None else []
    if bounded and where is not None:
        steps.append(Step(where.place, "it is cut here"))
    return History(chosen.name or "messages", bounded, tuple(steps))


def _ends_growth(value: Value, grows: Value | None) -> bool:
    """The end of a cycle through something that adds; or an object that lives on between calls and is added to."""
    if grows is None or isinstance(value, Again):
        return grows is not None
    return (
        isinstance(grows, Changed)
        and grows.repeats
        and (isinstance(value, Listing | Mapping | Symbol | Constant) or (isinstance(value, CallValue) and _is_container(value)))
    )


def _is_container(value: CallValue) -> bool:
    callee = core(value.callee)
    return isinstance(callee, Symbol) and callee.name in ("collections.OrderedDict", "builtins.dict", "builtins.list")


def _next(value: Value, path: _Path, reach: Reach) -> list[_Path]:
    if isinstance(value, Via):
        name = ".".join(value.name.split(".")[-2:]) if value.how in ("attribute", "variable") else path.name
        if path.grows is not None:
            return [path.on(value.value)]
        return [path.on(value.value, name=name, start=value if name != path.name else path.start)]
    if isinstance(value, Again):
        return []
    if isinstance(value, Changed):
        if value.method == "trim":
            return [path.on(value.base, cut=value)]
        grows = path.grows
        if value.method in _ADDS and value.repeats and _adds_turn(value, path.name, reach):
            grows = grows or value
        further = [path.on(value.base, grows=grows, start=path.start or value)]
        if path.grows is None:
            further.extend(path.on(a, start=None) for a in value.added)
        return further
    if isinstance(value, Sliced):
        return [path.on(value.base, cut=value)]
    if isinstance(value, Combined) and value.op == "+":
        # Adding texts up is one long answer; adding lists of turns up is a history.
        turns = [i for i in value.items if core(i).tag in ("listing", "collected") and _is_turn(i, reach, path.name)]
        again = bool(turns) and any(isinstance(o, Again) for i in value.items for o in alternatives(i))
        return [path.on(i, grows=path.grows or (value if again else None), start=path.start or value) for i in value.items]
    if isinstance(value, CallValue):
        return _through_call(value, path, reach)
    if isinstance(value, Listing | Mapping | Template) or value.tag in ("alternatives", "collected", "item", "unknown"):
        return [path.on(i) for i in value.inside()]
    return []


def _through_call(value: CallValue, path: _Path, reach: Reach) -> list[_Path]:
    callee = core(value.callee)
    if isinstance(callee, Symbol) and callee.name == "collections.deque":
        limit = reach.things.tracer.functions.keyword_or_position(reach.things.tracer, value.call, value.frame, "maxlen", 1)
        known = None if limit is None else core(limit)
        bounded = limit is not None and not (isinstance(known, Constant) and known.value is None)
        if path.grows is not None:
            return [path.on(Again(value.place, path.name), cut=value if bounded else path.cut)]
        return []
    if isinstance(callee, Symbol) and callee.name == "collections.defaultdict":
        cut = value if _makes_windows(value, reach) else path.cut
        return [] if path.grows is None else [path.on(Again(value.place, path.name), cut=cut)]
    match = reach.result_of(value)
    if match is not None and (match.result == "trimmed" or getattr(match.spec, "kind", "") == "memory"):
        return [path.on(i, cut=value) for i, _ in reach.inside(value)]
    if match is not None and (match.result or match.shape.site is not None):
        return []
    inner = [a for a, _ in reach.inside(value)]
    return [path.on(i) for i in inner]


def _is_turn(value: Value, reach: Reach, name: str, depth: int = 0) -> bool:
    """Whether what is added is a turn of a conversation: a message with a role, or a model's answer.

    What was merely worked out from an answer (parsed blocks, say) is none."""
    if depth > 12:
        return False
    for one in alternatives(value):
        if isinstance(one, Mapping):
            if any(literal(k) == "role" for k, _ in one.entries):
                return True
        elif isinstance(one, Listing):
            if any(_is_turn(i, reach, name, depth + 1) for i in one.items):
                return True
        elif isinstance(one, Collected):
            if _is_turn(one.element, reach, name, depth + 1):
                return True
        elif isinstance(one, Template):
            if any(isinstance(p, Constant) and _SPEAKER.search(str(p.value)) for p in one.parts):
                return True
        elif isinstance(one, Member | ItemOf):
            if _is_turn(one.base, reach, name, depth + 1):
                return True
        elif isinstance(one, CallValue):
            callee = core(one.callee)
            if _is_message(one, reach) or (isinstance(callee, Member) and _is_turn(callee.base, reach, name, depth + 1)):
                return True
        elif isinstance(one, Instance):
            if one.cls.name.endswith(("Message", "Turn")):
                return True
        elif isinstance(one, Parameter) and _TALK.search(name):
            return True
    return False


def _adds_turn(change: Changed, name: str, reach: Reach) -> bool:
    """A lasting list grows by any turn. A list of one function grows from call to call only if the answers go back into it;
    else it is put together in a loop and sent once."""
    if change.lasting:
        return any(_is_turn(a, reach, name) or _has_answer(a, reach) for a in change.added)
    return any(_has_answer(a, reach) for a in change.added)


def _has_answer(value: Value, reach: Reach) -> bool:
    """Whether a message carries a model's answer."""
    queue: deque[tuple[Value, int]] = deque([(value, 0)])
    seen: set[int] = set()
    while queue and len(seen) < MAX_LOOKED_AT:
        top, depth = queue.popleft()
        for one in alternatives(top):
            if id(one) in seen:
                continue
            seen.add(id(one))
            if isinstance(one, CallValue) and _is_answer(one, reach):
                return True
            if depth >= MAX_NESTED:
                continue
            if isinstance(one, CallValue) and _is_message(one, reach):
                queue.extend((inner, depth + 1) for inner, _ in reach.inside(one))
            base = core(one.callee) if isinstance(one, CallValue) else one
            if isinstance(base, Mapping | Listing | Member | ItemOf | Template | Collected | Instance):
                queue.extend((inner, depth + 1) for inner, _ in reach.inside(base))
    return False


def _is_answer(value: CallValue, reach: Reach) -> bool:
    match = reach.result_of(value)
    return match is not None and (match.result == "completion" or match.shape.site is SiteKind.INFERENCE)


def _is_message(value: CallValue, reach: Reach) -> bool:
    if _is_answer(value, reach):
        return True
    callee = core(value.callee)
    return isinstance(callee, Symbol) and callee.name.endswith(
        ("Message", "MessageParam", "Content", "ModelResponse", "ModelRequest")
    )


def _makes_windows(value: CallValue, reach: Reach) -> bool:
    """`defaultdict(lambda: deque(maxlen=10))`: each of its lists is short."""
    tracer = reach.things.tracer
    factory = tracer.functions.keyword_or_position(tracer, value.call, value.frame, "default_factory", 0)
    made = None if factory is None else core(tracer.call(factory, tracer.derived(value.call, "factory", ()), value.frame))
    if not isinstance(made, CallValue):
        return False
    callee = core(made.callee)
    return (
        isinstance(callee, Symbol)
        and callee.name == "collections.deque"
        and tracer.functions.keyword_or_position(tracer, made.call, made.frame, "maxlen", 1) is not None
    )


def _trim_in(value: Value, name: str) -> Value | None:
    """A cut anywhere in the cycle of the list's states keeps it short, whatever the branch it stands in."""
    stack, seen = [value], set[int]()
    while stack and len(seen) < 2000:
        one = stack.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, Changed) and one.method == "trim" and (not one.added or _is_state_of(one.base, name)):
            return one
        if isinstance(one, Sliced) and _is_state_of(one.base, name):
            return one
        if one.tag in ("via", "alternatives", "combined", "sliced", "collected", "item", "mapping", "listing"):
            stack.extend(one.inside())
        elif isinstance(one, Changed):
            stack.append(one.base)
            if one.method == "setitem":
                stack.extend(one.added)
    return None


def _is_state_of(value: Value, name: str) -> bool:
    """Whether a value is another state of the list of that name."""
    short = name.rpartition(".")[2]
    stack, seen = [value], set[int]()
    while stack and len(seen) < 300:
        one = stack.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, Again) and (not short or one.name == short):
            return True
        if isinstance(one, Via) and name and one.name.endswith(name):
            return True
        if one.tag in ("via", "alternatives", "changed", "combined", "sliced"):
            stack.extend(one.inside())
        elif isinstance(one, ItemOf) and one.key is not None and not isinstance(core(one.key), Constant):
            stack.append(one.base)  # one of several lists, by user or session; an element or a field is no state of the list
    return False
