"""Model classes of the repository: what such an object is served by is said by the calls inside of its class."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from linter.infer.scalars import merge
from linter.infer.sites import Found
from linter.infer.things import Things
from linter.link.program import ScopeKey
from linter.model.architecture import Attribute, Site, State
from linter.model.catalogue import SiteKind

_ASKED = ("provider", "hosting", "model", "max_output", "timeout")
_MODELS = (SiteKind.CLIENT, SiteKind.INFERENCE, SiteKind.EMBEDDING)
_OPEN = (State.UNKNOWN, State.UNSET)


def served_inside(found: Sequence[Found], things: Things) -> list[Found]:
    """The sites, those on own model classes with what the calls in the methods of these classes say."""
    inside: dict[ScopeKey, list[Site]] = defaultdict(list)
    for one in found:
        owner = _class_of(one, things)
        if owner is not None and one.site.kind in (SiteKind.INFERENCE, SiteKind.EMBEDDING):
            inside[owner].append(one.site)
    return [_told(one, inside, things) for one in found] if inside else list(found)


def _told(one: Found, inside: dict[ScopeKey, list[Site]], things: Things) -> Found:
    site = one.site
    if site.kind not in _MODELS or site.get("provider").state is not State.UNKNOWN:
        return one
    inner = [s for cls in _own_classes(one) for key in _line(cls, things) for s in inside.get(key, ()) if s.id != site.id]
    if not inner:
        return one
    told: dict[str, Attribute] = {}
    for name in _ASKED:
        said = [s.attributes[name] for s in inner if name in s.attributes]
        if said and name in site.attributes and site.attributes[name].state in _OPEN:
            told[name] = merge(said)
    served = tuple(dict.fromkeys(pair for s in inner for pair in s.served))
    return replace(one, site=replace(site, attributes={**site.attributes, **told}, served=served))


def _own_classes(one: Found) -> Iterator[ScopeKey]:
    for match in one.matches:
        mades = (match.made, *(match.thing.made if match.thing is not None else ()))
        yield from dict.fromkeys(made.own for made in mades if made.own is not None)


def _line(key: ScopeKey, things: Things) -> Iterator[ScopeKey]:
    """A class and its bases in the repository."""
    cls = things.tracer.scope_value(*key, things.tracer.program.frame(key[0], 0))
    yield from ((one.file, one.scope) for one in things.tracer.classes.mro(cls))


def _class_of(one: Found, things: Things) -> ScopeKey | None:
    """The class in whose method (or a function inside of one) a call stands."""
    program, file = things.tracer.program, one.frame.module
    scope = program.scope(file, one.frame.scope)
    while scope.parent >= 0 and scope.kind != "class":
        scope = program.scope(file, scope.parent)
    return (file, scope.index) if scope.kind == "class" else None
