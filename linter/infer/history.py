"""Does a message list grow without bound? Told from the cycle of its states: what is added in it, and whether anything in it is cut."""

from __future__ import annotations

from dataclasses import dataclass

from linter.infer.reach import Reach
from linter.infer.scalars import name_of
from linter.model.catalogue import SiteKind
from linter.model.place import Step
from linter.model.values import (
    Again,
    CallValue,
    Changed,
    Combined,
    Constant,
    Listing,
    Mapping,
    Member,
    Sliced,
    Symbol,
    Template,
    Value,
    Via,
    core,
)

_ADDS = frozenset({"append", "extend", "insert", "+=", "add", "appendleft", "extendleft", "additem"})


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
    grows: Changed | Combined | None
    cut: Value | None


def history(value: Value, reach: Reach) -> History | None:
    """The history in what is sent to a model; None when nothing in it grows from call to call."""
    found: _Path | None = None
    cut: _Path | None = None
    stack = [_Path(value, "", None, None)]
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
    trimmed = _trim_in(value, reach)
    path = found or cut
    assert path is not None
    bounded = found is None or trimmed is not None
    where = (path.cut or trimmed) if bounded else path.grows
    steps = [Step(path.grows.place, f"{path.name or 'the list'} grows here")] if path.grows is not None else []
    if bounded and where is not None:
        steps.append(Step(where.place, "it is cut here"))
    return History(path.name or "messages", bounded, tuple(steps))


def _ends_growth(value: Value, grows: Value | None) -> bool:
    """The end of a cycle through something that adds; or an object that lives on between calls and is added to."""
    return grows is not None and (isinstance(value, Again) or (isinstance(value, Listing) and isinstance(grows, Changed) and grows.repeats))


def _next(value: Value, path: _Path, reach: Reach) -> list[_Path]:
    if isinstance(value, Via):
        name = ".".join(value.name.split(".")[-2:]) if value.how in ("attribute", "variable") else path.name
        return [_Path(value.value, path.name if path.grows is not None else name, path.grows, path.cut)]
    if isinstance(value, Again):
        return []
    if isinstance(value, Changed):
        if value.method == "trim":
            return [_Path(value.base, path.name, path.grows, value)]
        grows = path.grows
        if value.method in _ADDS and value.repeats and _is_talk(value.added, reach):
            grows = grows or value
        further = [_Path(value.base, path.name, grows, path.cut)]
        if path.grows is None:
            further.extend(_Path(a, path.name, None, path.cut) for a in value.added)
        return further
    if isinstance(value, Sliced):
        return [_Path(value.base, path.name, path.grows, value)]
    if isinstance(value, Combined) and value.op == "+":
        again = any(isinstance(core(i), Again) or _has_again(i) for i in value.items)
        return [_Path(i, path.name, path.grows or (value if again else None), path.cut) for i in value.items]
    if isinstance(value, CallValue):
        return _through_call(value, path, reach)
    if isinstance(value, Listing | Mapping | Template) or value.tag in ("alternatives", "collected", "item", "unknown"):
        return [_Path(i, path.name, path.grows, path.cut) for i in value.inside()]
    return []


def _through_call(value: CallValue, path: _Path, reach: Reach) -> list[_Path]:
    callee = core(value.callee)
    if isinstance(callee, Symbol) and callee.name == "collections.deque":
        limit = reach.things.tracer.functions.keyword_or_position(reach.things.tracer, value.call, value.frame, "maxlen", 1)
        known = None if limit is None else core(limit)
        bounded = limit is not None and not (isinstance(known, Constant) and known.value is None)
        if path.grows is not None:
            return [_Path(Again(value.place, path.name), path.name, path.grows, value if bounded else path.cut)]
        return []
    match = reach.result_of(value)
    if match is not None and (match.result or match.shape.site is not None):
        return []
    inner = [a for a, _ in reach._inside(value)]
    return [_Path(i, path.name, path.grows, path.cut) for i in inner]


def _has_again(value: Value) -> bool:
    return value.tag in ("alternatives", "via", "changed", "combined") and any(
        isinstance(core(i), Again) or _has_again(i) for i in value.inside()[:4])


def _is_talk(added: tuple[Value, ...], reach: Reach) -> bool:
    """Whether what is added is a turn of a conversation: a message with a role, a model's answer, or what a caller says."""
    for value in added:
        for node in reach.walk(value):
            one = node.value
            if isinstance(one, Mapping) and any(isinstance(core(k), Constant) and core(k).value in ("role", "content", "parts", "type")  # type: ignore[attr-defined]
                                                for k, _ in one.entries):
                return True
            match = reach.result_of(one)
            if match is not None and (match.result == "completion" or match.shape.site is SiteKind.INFERENCE):
                return True
            if isinstance(one, CallValue) and isinstance(core(one.callee), Symbol):
                name = core(one.callee).name  # type: ignore[attr-defined]
                if name.endswith(("HumanMessage", "AIMessage", "UserMessage", "ChatMessage", "SystemMessage", "ToolMessage")) or name == "builtins.input":
                    return True
            if one.tag in ("parameter", "again"):
                return True
            if isinstance(one, Member) and one.name in ("content", "message", "text"):
                return True
    return False


def _trim_in(value: Value, reach: Reach) -> Value | None:
    """A cut anywhere in the cycle of states keeps the list short, whatever the branch it stands in."""
    stack, seen = [value], set()
    while stack and len(seen) < 2000:
        one = stack.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, Changed) and one.method == "trim":
            return one
        if isinstance(one, Sliced) and _has_again_deep(one.base):
            return one
        if one.tag in ("via", "alternatives", "combined", "sliced", "collected"):
            stack.extend(one.inside())
        elif isinstance(one, Changed):
            stack.append(one.base)
            if one.method == "setitem":
                stack.extend(one.added)
        elif isinstance(one, Listing):
            stack.extend(one.inside())
    return None


def _has_again_deep(value: Value) -> bool:
    stack, seen = [value], set()
    while stack and len(seen) < 300:
        one = stack.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, Again):
            return True
        stack.extend(one.inside())
    return False
