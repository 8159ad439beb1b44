"""Model classes of the repository: what such an object is served by is said by the calls inside of its class."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from linter.infer.chain import chains
from linter.infer.scalars import merge
from linter.infer.sites import Found
from linter.infer.things import Things
from linter.link.program import Program, ScopeKey
from linter.model.architecture import Attribute, Site, State
from linter.model.catalogue import SiteKind

_ASKED = ("provider", "hosting", "model", "max_output", "timeout")
_MODELS = (SiteKind.CLIENT, SiteKind.INFERENCE, SiteKind.EMBEDDING)
_OPEN = (State.UNKNOWN, State.UNSET)
_SERVES = frozenset(
    f"{mark}{name}"
    for mark in ("", "_", "a", "_a")
    for name in ("call", "generate", "stream", "complete", "chat", "stream_complete", "stream_chat", "embed_documents")
)
"""Methods by which frameworks ask a model object."""
MAX_CALLS = 3
"""Functions between a method and the call that it comes to."""
_Inner = tuple[str, Site]
"""A method of a class, and a call of a model in it or behind it."""


def served_inside(found: Sequence[Found], things: Things) -> list[Found]:
    """The sites, those on own model classes with what the calls in the methods of these classes say, or in what these call."""
    inside: dict[ScopeKey, list[_Inner]] = defaultdict(list)
    for one in found:
        if one.site.kind in (SiteKind.INFERENCE, SiteKind.EMBEDDING):
            for owner, method in _classes_of(one, things).items():
                inside[owner].append((method, one.site))
    return [_told(one, inside, things) for one in found] if inside else list(found)


def _told(one: Found, inside: dict[ScopeKey, list[_Inner]], things: Things) -> Found:
    site = one.site
    if site.kind not in _MODELS:
        return one
    is_open = site.get("provider").state is State.UNKNOWN
    classes = dict.fromkeys(_parts(one, things) if is_open else _own_classes(one))
    inner = [(method, s) for cls in classes for key in _line(cls, things) for method, s in inside.get(key, ()) if s.id != site.id]
    if not is_open:
        # Of a vendor's class, what takes the place of the vendor's own call.
        inner = [(method, s) for method, s in inner if method in _SERVES and not set(s.served) <= set(site.served)]
    if not inner:
        return one
    told: dict[str, Attribute] = {}
    for name in _ASKED:
        said = [s.attributes[name] for _, s in inner if name in s.attributes]
        if said and name in site.attributes and (not is_open or site.attributes[name].state in _OPEN):
            told[name] = merge(said if is_open else [site.attributes[name], *said])
    served = [pair for _, s in inner for pair in s.served]
    served = list(dict.fromkeys(served if is_open else [*site.served, *served]))
    return replace(one, site=replace(site, attributes={**site.attributes, **told}, served=tuple(served), ways=()))


def _own_classes(one: Found) -> Iterator[ScopeKey]:
    for match in one.matches:
        mades = (match.made, *(match.thing.made if match.thing is not None else ()))
        yield from (made.own for made in mades if made.own is not None)


def _parts(one: Found, things: Things) -> Iterator[ScopeKey]:
    """The own classes that a call is made on, or that are parts of that."""
    yield from _own_classes(one)
    for match in one.matches:
        for chain in chains(things, match, one.site.kind):
            yield from (made.own for line in chain.all() for made in line if made.own is not None)


def _line(key: ScopeKey, things: Things) -> Iterator[ScopeKey]:
    """A class and its bases in the repository."""
    cls = things.tracer.scope_value(*key, things.tracer.program.frame(key[0], 0))
    yield from ((one.file, one.scope) for one in things.tracer.classes.mro(cls))


def _classes_of(one: Found, things: Things) -> dict[ScopeKey, str]:
    """The classes in whose methods a call stands, or from whose methods its function is called; each with the method."""
    program, tracer = things.tracer.program, things.tracer
    found: dict[ScopeKey, str] = {}
    edge = [(one.frame.module, one.frame.scope)]
    seen: set[ScopeKey] = set()
    for _ in range(MAX_CALLS):
        functions = [key for key in (_function(program, *scope) for scope in edge) if key not in seen]
        seen.update(functions)
        edge = []
        for file, index in dict.fromkeys(functions):
            scope = program.scope(file, index)
            owner = program.scope(file, max(scope.parent, 0))
            if owner.kind == "class":
                found.setdefault((file, owner.index), scope.name)
            elif scope.kind == "function":
                calls, _ = tracer.functions.callers.of(file, scope, None)
                edge.extend((call.entry.file, call.entry.scope) for call in calls)
    return found


def _function(program: Program, file: str, index: int) -> ScopeKey:
    """The outermost function that a scope is in, up to a class or module."""
    scope = program.scope(file, index)
    while scope.parent > 0 and program.scope(file, scope.parent).kind != "class":
        scope = program.scope(file, scope.parent)
    return file, scope.index
