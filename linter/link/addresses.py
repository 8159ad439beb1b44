"""Addresses that Python's own library puts together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from linter.model.place import Place
from linter.model.values import Alternatives, Constant, EnvVariable, Template, Value, core, literal

if TYPE_CHECKING:
    from linter.link.trace import Tracer


def joined(tracer: Tracer, base: Value, rest: Value, place: Place) -> Value | None:
    """`urljoin(base, "/api/chat")`: exact where both are known; of a base that is not, at least the end of the address is.

    None when the second part is not known: it may be a whole address of its own."""
    path, known = literal(rest), core(base)
    if not isinstance(path, str):
        return None
    if "://" in path:
        return rest
    if isinstance(known, Alternatives):
        ways = [joined(tracer, one, rest, place) for one in tracer.leaves(known)]
        return tracer.join([way for way in ways if way is not None], place, "urljoin")
    if isinstance(known, Constant):
        try:
            return Constant(known.place, urljoin(known.value, path)) if isinstance(known.value, str) else None
        except ValueError:
            return None
    if isinstance(known, EnvVariable) and known.default is not None:
        set_to = (joined(tracer, one, rest, place) for one in known.given)
        default = joined(tracer, known.default, rest, place)
        return replace(known, default=default, given=tuple(one for one in set_to if one is not None))
    return Template(place, (*_without_slash(base), Constant(place, "/" + path.lstrip("/"))), "urljoin")


def _without_slash(base: Value) -> tuple[Value, ...]:
    known = core(base)
    last = literal(known.parts[-1]) if isinstance(known, Template) and known.parts else None
    if not isinstance(known, Template) or not isinstance(last, str):
        return (base,)
    return (*known.parts[:-1], Constant(base.place, last.rstrip("/")))
