"""Texts: what formatting, joining and the methods of `str` make of known and unknown parts."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping as Map
from collections.abc import Sequence
from typing import TYPE_CHECKING

from linter.model import facts as f
from linter.model.place import Place
from linter.model.values import (
    Collected,
    Constant,
    EnvVariable,
    Frame,
    Listing,
    Mapping,
    Member,
    Template,
    Unknown,
    Value,
    core,
    literal,
)

if TYPE_CHECKING:
    from linter.link.trace import Tracer

_SAME = ("strip", "rstrip", "lstrip", "encode", "decode", "expandtabs")
"""What leaves a text that is not wholly known as it is, as far as anybody asks."""
_COMPUTED = (
    "lower",
    "upper",
    "title",
    "capitalize",
    "casefold",
    "swapcase",
    "removeprefix",
    "removesuffix",
    "replace",
    "zfill",
    *_SAME[:3],
)
_MAKES_TEXT = ("substitute", "safe_substitute", "center", "ljust", "rjust", "translate", "format_map", *_COMPUTED, *_SAME)
_SPLITS = ("split", "rsplit", "splitlines", "partition", "rpartition")
_PERCENT = re.compile(r"%(?:\((?P<key>\w+)\))?[-+ #0]*(?:\*|\d+)?(?:\.(?:\*|\d+))?(?P<kind>[a-zA-Z%])")
MAX_LENGTH = 100_000
"""Characters of a text that a method is worked out for."""
MAX_PARTS = 64


def is_text(value: Value) -> bool:
    """A text, wholly or partly known."""
    return isinstance(value, Template) or (isinstance(value, Constant) and isinstance(value.value, str))


def percent(text: Value, right: Value, place: Place) -> Value:
    """`text % right`"""
    known = core(right)
    positional = list(known.items) if isinstance(known, Listing) and known.kind == "tuple" else [right]
    pattern = literal(text)
    if not isinstance(pattern, str):
        return _unknown_format(text, positional, place, "%")
    parts: list[Value] = []
    end = 0
    for found in _PERCENT.finditer(pattern):
        parts.append(Constant(text.place, pattern[end : found.start()]))
        end = found.end()
        if found["kind"] == "%":
            parts.append(Constant(text.place, "%"))
        elif found["key"] is not None:
            hits = [v for k, v in known.entries if literal(k) == found["key"]] if isinstance(known, Mapping) else []
            parts.append(hits[-1] if hits else Unknown(place, f"the field {found['key']} of a text", (right,)))
        else:
            parts.append(positional.pop(0) if positional else Unknown(place, "a field of a text", (right,)))
    parts.append(Constant(text.place, pattern[end:]))
    return Template(place, _without_empty(parts), "format")


def formatted(text: Value, args: Sequence[Value], named: Map[str, Value], place: Place, rest: Sequence[Value] = ()) -> Value:
    """`text.format(*args, **named)`; `rest` are dictionaries and lists that were spread into the call."""
    pattern = literal(text)
    if not isinstance(pattern, str):
        return _unknown_format(text, [*args, *named.values(), *rest], place, "format")
    parts: list[Value] = []
    position = 0
    try:
        for before, field, _, _ in string.Formatter().parse(pattern):
            parts.append(Constant(text.place, before))
            if field is None:
                continue
            head = re.split(r"[.\[]", field, maxsplit=1)[0]
            if head == "":
                head, position = str(position), position + 1
            parts.append(_field(head, args, named, rest, place))
    except ValueError:
        return _unknown_format(text, [*args, *named.values(), *rest], place, "format")
    return Template(place, _without_empty(parts), "format")


def _field(head: str, args: Sequence[Value], named: Map[str, Value], rest: Sequence[Value], place: Place) -> Value:
    if head.isdigit() and int(head) < len(args):
        return args[int(head)]
    if head in named:
        return named[head]
    for one in rest:
        known = core(one)
        hits = [v for k, v in known.entries if literal(k) == head] if isinstance(known, Mapping) else []
        if hits:
            return hits[-1]
    return Unknown(place, f"the field {head} of a text", tuple(rest))


def _unknown_format(text: Value, args: Sequence[Value], place: Place, how: str) -> Value:
    """A pattern that is not known: what is put into it is in the result, where cannot be said."""
    return Template(place, (text, Unknown(place, "where the parts of a text go"), *args), how)


def _without_empty(parts: list[Value]) -> tuple[Value, ...]:
    return tuple(p for p in parts if not (isinstance(p, Constant) and p.value == ""))


def joined(mark: Value, items: Value, place: Place) -> Value:
    """`mark.join(items)`"""
    known = core(items)
    if isinstance(known, Listing) and not known.open and len(known.items) <= MAX_PARTS:
        parts: list[Value] = []
        for item in known.items:
            parts.extend((mark, item) if parts else (item,))
        return Template(place, _without_empty(parts), "join")
    return Template(place, (items,), "join")


def _is_short(text: str, name: str, args: list[f.Literal]) -> bool:
    """Whether the result of a method of `str` has a size worth having."""
    if any(isinstance(a, int) and abs(a) > MAX_LENGTH for a in args):
        return False
    grown = text.count(str(args[0])) * len(str(args[1])) if name == "replace" and len(args) > 1 else 0
    return len(text) + grown <= MAX_LENGTH


def method(tracer: Tracer, callee: Member, call: f.Call, frame: Frame, place: Place) -> Value | None:
    """A method of `str` on a text or an environment variable; None when it is no method that gives a text or texts."""
    base, name = core(callee.base), callee.name
    args = [tracer.value(a.value, frame) for a in call.args if a.name is None and a.stars == 0]
    if name == "format":
        named = {a.name: tracer.value(a.value, frame) for a in call.args if a.name is not None}
        return formatted(callee.base, args, named, place, [tracer.value(a.value, frame) for a in call.args if a.stars])
    if name == "join" and args:
        return joined(callee.base, args[0], place)
    if name in _SPLITS:
        return _split(base, args, callee, place)
    if name not in _MAKES_TEXT:
        return None
    if isinstance(base, Constant) and isinstance(base.value, str) and name in _COMPUTED:
        known = [literal(a) for a in args]
        if all(isinstance(k, str | int) and not isinstance(k, bool) for k in known):
            if not _is_short(base.value, name, known):
                return Unknown(place, "a text that is too long to be worked out", (callee.base,))
            try:
                return Constant(base.place, str(getattr(base.value, name)(*known)))
            except (TypeError, ValueError):
                return Unknown(place, f"a {name}() that fails", (callee.base,))
    if isinstance(base, EnvVariable) and name in (*_SAME, "lower", "upper"):
        return base
    if name in _SAME:
        return Template(place, (callee.base,), name)
    return Template(place, (callee.base, *args, Unknown(place, f"what {name}() makes of it")), name)


def _split(base: Value, args: list[Value], callee: Member, place: Place) -> Value:
    known = [literal(a) for a in args]
    if isinstance(base, Constant) and isinstance(base.value, str) and all(isinstance(k, str | int) for k in known):
        try:
            parts = list(getattr(base.value, callee.name)(*known))
        except (TypeError, ValueError):
            return Unknown(place, f"a {callee.name}() that fails", (callee.base,))
        return Listing(place, tuple(Constant(base.place, p) for p in parts[:MAX_PARTS]), "list", len(parts) > MAX_PARTS)
    return Collected(place, Template(place, (callee.base, Unknown(place, "a part of a text")), callee.name), ())
