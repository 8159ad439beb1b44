"""Where the attributes of a call are looked for: on the call, on what it is called on, on what that was built from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from linter.infer.scalars import list_items, reason
from linter.infer.things import Made, Match, Thing, Things, untraced
from linter.model.catalogue import Role, SiteKind
from linter.model.values import CallValue, ItemOf, Member, Parameter, Symbol, Unknown, Value, Via, alternatives

STORES = ("index", "retriever", "embedder", "splitter", "loader", "memory")
_NEEDS: Mapping[SiteKind, str] = {SiteKind.INFERENCE: "llm", SiteKind.EMBEDDING: "embedder"}
"""The part without which a framework falls back to a default."""
_FROM: Mapping[SiteKind, tuple[Role, ...]] = {
    SiteKind.INFERENCE: (Role.LLM, Role.PART, Role.INDEX, Role.RETRIEVER),
    SiteKind.CLIENT: (Role.LLM, Role.HTTP_CLIENT),
    SiteKind.EMBEDDING: (Role.EMBEDDER,),
    SiteKind.RERANK: (Role.LLM,),
    SiteKind.VECTOR_STORE: (Role.INDEX,),
    SiteKind.RETRIEVAL: (Role.RETRIEVER, Role.INDEX),
    SiteKind.INGEST: (Role.INDEX,),
    SiteKind.FINETUNE: (Role.LLM,),
}
"""Through which parts the attributes of a kind are looked up."""


_STANDS_FOR: Mapping[SiteKind, Role] = {
    SiteKind.INFERENCE: Role.LLM,
    SiteKind.EMBEDDING: Role.EMBEDDER,
    SiteKind.VECTOR_STORE: Role.INDEX,
    SiteKind.RETRIEVAL: Role.INDEX,
    SiteKind.INGEST: Role.INDEX,
}
"""The part that decides who serves: where it is not known, nobody is."""
MAX_WAYS = 12
"""Combinations of alternative parts."""


@dataclass(frozen=True, slots=True)
class _Way:
    """One choice among the alternatives: the calls that made each part, and whether the needed part is there."""

    lines: tuple[tuple[Made, ...], ...] = ()
    kinds: frozenset[str] = frozenset()
    doubt: str | None = None
    """Why the part that decides is not known on this way."""

    def __add__(self, other: _Way) -> _Way:
        return _Way(self.lines + other.lines, self.kinds | other.kinds, self.doubt or other.doubt)


class Chain:
    """Where the attributes of one meaning of a call are looked for, nearest first, for one choice of its parts."""

    def __init__(self, kind: SiteKind, match: Match, built: list[Made], way: _Way) -> None:
        self.kind = kind
        self.match = match
        self.built = built
        """Everything that the call is made on."""
        self.doubt = way.doubt
        self._lines = [list(line) for line in way.lines]

    def all(self) -> list[list[Made]]:
        """The own chain, then the chain of each part it was built from."""
        return self._lines


def chains(things: Things, match: Match, kind: SiteKind) -> list[Chain]:
    """One chain for each choice among the objects that the parts can be (`llm = a if local else b`)."""
    thing = match.thing
    built = [match.made, *((thing.made or (untraced(thing.type),)) if thing is not None else ())]
    # Who keeps the documents does not serve the model.
    own = tuple(m for m in built if not (kind is SiteKind.INFERENCE and m.kind in STORES))
    start = _Way((own,), frozenset([thing.type.kind] if thing is not None else ()))
    parts = thing.parts if thing is not None else ()
    ways = _Parts(things, kind).ways(start, tuple(built), parts, frozenset(id(m.call) for m in own), 0)
    return [Chain(kind, match, built, _with_fallback(things, kind, built, way)) for way in ways]


class _Parts:
    """Finds the parts of objects, and the parts of these."""

    def __init__(self, things: Things, kind: SiteKind) -> None:
        self._things = things
        self._kind = kind
        self._roles = _FROM.get(kind, ())
        self._decides = _STANDS_FOR.get(kind)

    def ways(self, start: _Way, made: tuple[Made, ...], parts: tuple[Thing, ...], seen: frozenset[int], depth: int) -> list[_Way]:
        found = [start]
        for group, doubt in self._groups(made, parts):
            options = [way for thing in group for way in self._of(thing, seen, depth)]
            if doubt is not None:
                options.append(_Way(doubt=doubt))
            if options:
                found = [left + right for left in found for right in options]
            if len(found) > MAX_WAYS:
                found = [*found[:MAX_WAYS], start + _Way(doubt=f"more than {MAX_WAYS} possible combinations")]
        return found

    def _groups(self, made: tuple[Made, ...], parts: tuple[Thing, ...]) -> Iterator[tuple[Sequence[Thing], str | None]]:
        """The alternatives of each part, and why it can be something else that is not known."""
        for part in parts:
            yield (part,), None
        for one in made:
            for role in self._roles:
                for _, value in self._things.role(one, role):
                    for item in list_items(value) if role in (Role.TOOLS, Role.PART) else [value]:
                        group = self._things.of(item)
                        yield group, self._unknown(item) if role is self._decides else None

    def _unknown(self, value: Value) -> str | None:
        for one in alternatives(value):
            if isinstance(one, Unknown | Parameter | Member | ItemOf | CallValue) and not self._things.of(one):
                typed = self._things.of(value) if isinstance(value, Via) else ()
                return None if typed else reason(one)
        return None

    def _of(self, thing: Thing, seen: frozenset[int], depth: int) -> list[_Way]:
        key = id(thing.made[0].call) if thing.made else 0
        if depth > 5 or (key and key in seen):
            return [_Way()]
        line = tuple(thing.made) or (untraced(thing.type),)
        is_store = self._kind is SiteKind.INFERENCE and thing.type.kind in STORES
        start = _Way(() if is_store else (line,), frozenset([thing.type.kind]))
        return self.ways(start, thing.made, thing.parts, seen | {key}, depth + 1)


def _with_fallback(things: Things, kind: SiteKind, built: list[Made], way: _Way) -> _Way:
    if _NEEDS.get(kind) in way.kinds or way.doubt is not None:
        return way
    lines = tuple(tuple(t.made) or (untraced(t.type),) for t in _fallback(things, kind, built))
    return way + _Way(lines)


def _fallback(things: Things, kind: SiteKind, built: list[Made]) -> Iterator[Thing]:
    """What a framework takes when it is given nothing: the global that it reads, else its own default."""
    role = _STANDS_FOR.get(kind)
    if role is None or not any(role.value in d.values for m in built for d in m.shape.defaults):
        return
    catalogue, tracer = things.catalogue, things.tracer
    for dotted, meaning in catalogue.globals.items():
        owner, _, name = dotted.rpartition(".")
        if (
            meaning is role
            and name in tracer.program.foreign_writes
            and any(m.file.partition("-")[0] in dotted.replace("_", "-") for m in built)
        ):
            found = things.of(tracer.member(Symbol(built[0].place, owner), name, built[0].place))
            yield from found
            if found:
                return
    for made in built:
        for default in made.shape.defaults:
            name = str(default.values.get(role.value) or "")
            if name in catalogue.types:
                yield Thing(catalogue.type(name), ())
                return
