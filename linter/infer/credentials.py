"""Addresses without the user and the password in them, which say nothing of where they lead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from linter.model.values import Alternatives, Constant, Template, Value, core


def without_credentials(address: Value) -> Value:
    """`f"postgresql://{user}:{quote(password)}@{host}/kb"` -> `f"postgresql://{host}/kb"`; anything else as it is."""
    known = core(address)
    if isinstance(known, Alternatives):
        return replace(known, options=tuple(without_credentials(option) for option in known.options))
    if not isinstance(known, Template):
        return address
    parts = list(_texts(known))
    start = next((i for i, part in enumerate(parts) if "//" in _text(part)), None)
    if start is None:
        return address
    for index in range(start, len(parts)):
        text = _text(parts[index])
        text = text.partition("//")[2] if index == start else text
        head, at, _ = text.partition("@")
        if "/" in head:
            return address  # the host has ended, and there were none
        if at:
            scheme = _text(parts[start]).partition("//")[0] + "//"
            rest = text.rpartition("@")[2]
            return Template(known.place, (Constant(known.place, scheme + rest), *parts[index + 1 :]))
    return address


def _texts(template: Template) -> Iterator[Value]:
    """The parts, those of texts in texts among them."""
    for part in template.parts:
        inner = core(part)
        if isinstance(inner, Template):
            yield from _texts(inner)
        else:
            yield part


def _text(part: Value) -> str:
    known = core(part)
    return known.value if isinstance(known, Constant) and isinstance(known.value, str) else ""
