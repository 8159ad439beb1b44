"""Objects that hold what was read from a file: `configparser.ConfigParser` after its `read`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.link import items
from linter.model import facts as f
from linter.model.place import Place
from linter.model.values import CallValue, Constant, Frame, Listing, Mapping, Symbol, Unknown, Value, alternatives, core

if TYPE_CHECKING:
    from linter.link.trace import Tracer

PARSERS = frozenset(f"configparser.{name}" for name in ("ConfigParser", "RawConfigParser", "SafeConfigParser"))
MAX_READS = 40
"""Calls of a method `read` in a repository that are looked at."""
_GETS = frozenset({"get", "getint", "getfloat", "getboolean"})
_TRUE = frozenset({"1", "yes", "true", "on"})


def held(tracer: Tracer, value: Value) -> Value | None:
    """The sections that a parser holds; None for another object, and for a parser that reads no file of the repository."""
    known = core(value)
    if not (isinstance(known, CallValue) and isinstance(core(known.callee), Symbol)):
        return None
    name = core(known.callee)
    if not (isinstance(name, Symbol) and name.name in PARSERS):
        return None
    found = tracer.once(("parser", id(known.call)), name.name, known.place, lambda: _read(tracer, known))
    return None if isinstance(found, Unknown) else found


def method(tracer: Tracer, base: Value, name: str, call: f.Call, frame: Frame, place: Place) -> Value | None:
    """`config.get("llm", "model", fallback="gpt-4o")` and its kin; None for another method or object."""
    if name not in _GETS or (sections := held(tracer, base)) is None:
        return None
    args = [tracer.value(a.value, frame) for a in call.args if a.name is None and not a.stars]
    fallback = next((tracer.value(a.value, frame) for a in call.args if a.name == "fallback"), None)
    if len(args) < 2:
        return items.item_at(tracer, sections, args[0], place) if args and name == "get" else None
    found = items.item_at(tracer, items.item_at(tracer, sections, args[0], place), args[1], place)
    options = [_converted(one, name, place) for one in alternatives(found)]
    if fallback is not None:
        missing = [one for one in options if isinstance(one, Unknown)]
        options = [one for one in options if not isinstance(one, Unknown)] + ([fallback] if missing or not options else [])
    return tracer.join(options, place, name)


def _read(tracer: Tracer, parser: CallValue) -> Value:
    found: list[Value] = []
    for entry in tracer.program.calls_by_name.get("read", ())[:MAX_READS]:
        func = entry.site.call.func
        if not isinstance(func, f.Attr) or not entry.site.call.args:
            continue
        frame = tracer.program.frame(entry.file, entry.scope)
        receivers = alternatives(tracer.value(func.base, frame))
        if not any(isinstance(one, CallValue) and one.call is parser.call for one in receivers):
            continue
        paths = tracer.value(entry.site.call.args[0].value, frame)
        for path in alternatives(paths):
            for one in path.items if isinstance(path, Listing) else (path,):
                loaded = tracer.data.loaded(one, entry.file, parser.place, is_path=True)
                found.extend(alternatives(loaded) if loaded is not None else ())
    if not any(isinstance(one, Mapping) for one in found):
        return Unknown(parser.place, "what a parser reads")
    doubts = [one for one in found if isinstance(one, Unknown)]  # an example that stands for a file that is not kept
    return tracer.join([*(one for one in found if isinstance(one, Mapping)), *doubts], parser.place, "read")


def _converted(value: Value, name: str, place: Place) -> Value:
    known = core(value)
    if not (isinstance(known, Constant) and isinstance(known.value, str)):
        return value
    if name == "getboolean":
        return Constant(known.place, known.value.strip().lower() in _TRUE)
    try:
        return Constant(
            known.place, int(known.value) if name == "getint" else float(known.value) if name == "getfloat" else known.value
        )
    except ValueError:
        return Unknown(place, "a conversion that fails", (value,))
