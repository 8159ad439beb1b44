"""Objects of which nothing is known: what comes out of a database, a queue or a session of the web framework.

One whose method only a single class of the repository has, with those below it, is taken for an object of that class, and may be
something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.link.callers import COMMON_METHODS
from linter.model.place import Place
from linter.model.values import (
    CallValue,
    Instance,
    ItemOf,
    Member,
    Parameter,
    ScopeValue,
    Symbol,
    Unknown,
    Value,
    Via,
    alternatives,
    core,
)

if TYPE_CHECKING:
    from linter.link.trace import Tracer

_HANDS_OUT = ("get", "get_nowait", "pop", "popleft", "load", "loads", "first", "one", "fetchone", "scalar", "result", "recv")
"""Calls of stores and queues, which give what was put into them."""
_PLAIN = (str, bytes, dict, list, set, tuple, int, float, object)


def method(tracer: Tracer, value: Value, name: str, place: Place) -> Value | None:
    """The method that `value.name` may be; None where something is known of the value, or the name tells nothing."""
    if name.startswith("_") or "_" not in name or name in COMMON_METHODS or any(hasattr(kind, name) for kind in _PLAIN):
        return None
    owner = tracer.classes.owner_of(name) if _is_unseen(value) else None
    if owner is None or not tracer.callers_count(owner.file):
        return None
    found = core(tracer.classes.member(Instance(place, owner), name, place))
    if not all(isinstance(one, ScopeValue) and one.receiver is not None for one in alternatives(found)):
        return None
    return tracer.join([found, Member(place, value, name)], place, name)


def _is_unseen(value: Value) -> bool:
    while isinstance(value, Via):
        if value.type is not None:
            return False
        value = value.value
    if isinstance(value, CallValue):
        callee = core(value.callee)
        name = callee.name.rpartition(".")[2] if isinstance(callee, Symbol | Member) else ""
        return name in _HANDS_OUT
    return isinstance(value, Parameter | Unknown | ItemOf)


__all__ = ["method"]
