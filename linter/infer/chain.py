"""Where the attributes of a call are looked for: on the call, on what it is called on, on what that was built from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from linter.infer.scalars import list_items, reason
from linter.infer.things import Made, Match, Thing, Things, untraced
from linter.model.catalogue import Role, SiteKind
from linter.model.values import CallValue, ItemOf, Member, Parameter, Unknown, Value, Via, alternatives

STORES = ("index", "retriever", "embedder", "splitter", "loader", "memory")
_NEEDS: Mapping[SiteKind, str] = {
    SiteKind.INFERENCE: "llm",
    SiteKind.EMBEDDING: "embedder",
    SiteKind.RETRIEVAL: "index",
    SiteKind.INGEST: "index",
}
"""The part that does it; without it a framework falls back to a default."""
_FROM: Mapping[SiteKind, tuple[Role, ...]] = {
    SiteKind.INFERENCE: (Role.LLM, Role.PART, Role.INDEX, Role.RETRIEVER),
    SiteKind.CLIENT: (Role.LLM, Role.HTTP_CLIENT),
    SiteKind.EMBEDDING: (Role.EMBEDDER, Role.PART),
    SiteKind.RERANK: (Role.LLM,),
    SiteKind.VECTOR_STORE: (Role.INDEX,),
    SiteKind.RETRIEVAL: (Role.RETRIEVER, Role.INDEX, Role.PART),
    SiteKind.INGEST: (Role.INDEX, Role.PART),
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
_TEAMS = (Role.TOOLS, Role.PART)
"""Lists of parts that all work, as against alternatives of one."""
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
    finder = _Parts(things, kind)
    kinds = frozenset() if thing is None else _kinds(thing)
    seen = frozenset(_key(m) for m in built)
    ways = finder.ways(built, thing.parts if thing is not None else (), kinds, seen, 0)
    return [Chain(kind, match, built, way) for way in ways]


def _kinds(thing: Thing) -> frozenset[str]:
    """What an object is as a part. One that another hands out (`kernel.get_service()`) is known by the parts of that one."""
    return frozenset(m.kind for m in thing.made) if thing.made else frozenset([thing.type.kind])


def _key(made: Made) -> int:
    """A call, or the dictionary in it that describes an object."""
    return id(made.call) if made.options is None else id(made.options)


class _Parts:
    """Finds the parts of objects, and the parts of these."""

    def __init__(self, things: Things, kind: SiteKind) -> None:
        self._things = things
        self._kind = kind
        self._roles = _FROM.get(kind, ())
        self._decides = _STANDS_FOR.get(kind)
        self._needs = _NEEDS.get(kind)
        self._done: dict[tuple[int, str], list[_Way]] = {}
        """Objects that were looked at before: the same part is reached on many ways."""
        self._keep: list[Thing] = []

    def ways(
        self, made: Sequence[Made], parts: Sequence[Thing], kinds: frozenset[str], seen: frozenset[int], depth: int
    ) -> list[_Way]:
        """What an object and its parts were made by, for each choice among these. What a call is given comes before what the
        object it is called on was given."""
        found = [_Way(kinds=kinds)]
        team: list[list[_Way]] = []
        given_by: Made | None = None
        for one in made:
            # Who keeps the documents does not serve the model.
            if not (self._kind is SiteKind.INFERENCE and one.kind in STORES):
                found = [way + _Way(((one,),)) for way in found]
            for role, options in self._given(one, seen, depth):
                if role is self._decides:
                    if given_by not in (None, one):
                        continue  # what a call is given hides what its object was given
                    given_by = one if self._bear(options) else given_by
                if role in _TEAMS and self._bear(options):
                    team.append(options)
                elif role in _TEAMS:
                    found = self._crossed(found, self._beside(options))
                elif options:
                    found = self._crossed(found, options)
        for part in parts:
            options = self._of(part, seen, depth)
            if self._bear(options):
                team.append(options)
            else:
                found = self._crossed(found, self._beside(options))
        # Each member of a team asks its own model, unless the whole was given one.
        if team and not any(self._needs in way.kinds or way.doubt for way in found):
            found = self._crossed(found, [way for options in team for way in options])
        return [self._with_fallback(made, way) for way in found]

    def _beside(self, options: list[_Way]) -> list[_Way]:
        """What a part that does not do the work itself can say of it: a limit, a schema, never who serves it."""
        if self._kind is not SiteKind.INFERENCE:
            return [_Way()]
        plain = [
            _Way(tuple(line for line in way.lines if not any(m.shape.provider or m.shape.hosting for m in line)))
            for way in options
        ]
        return plain or [_Way()]

    def _crossed(self, left: list[_Way], right: list[_Way]) -> list[_Way]:
        found = [a + b for a in left for b in right]
        return found if len(found) <= MAX_WAYS else [*found[:MAX_WAYS], left[0] + _Way(doubt="too many possible combinations")]

    def _bear(self, options: list[_Way]) -> bool:
        return self._needs is not None and any(self._needs in way.kinds for way in options)

    def _given(self, made: Made, seen: frozenset[int], depth: int) -> Iterator[tuple[Role, list[_Way]]]:
        """The parts that one call was given, each with its alternatives."""
        for role in self._roles:
            for value in self._things.given(made, role):
                for item in list_items(value) if role in _TEAMS else [value]:
                    options = [way for thing in self._things.of(item) for way in self._of(thing, seen, depth)]
                    doubt = self._unknown(item) if role is self._decides else None
                    yield role, options if doubt is None else [*options, _Way(doubt=doubt)]
            for thing in self._things.described(made, role):
                yield role, self._of(thing, seen, depth)

    def _unknown(self, value: Value) -> str | None:
        """Why a part can be something that is not known."""
        for one in alternatives(value):
            if isinstance(one, Unknown | Parameter | Member | ItemOf | CallValue) and not self._things.of(one):
                typed = self._things.of(value) if isinstance(value, Via) else ()
                return None if typed else reason(one)
        return None

    def _of(self, thing: Thing, seen: frozenset[int], depth: int) -> list[_Way]:
        key = _key(thing.made[0]) if thing.made else 0
        if depth > 5 or (key and key in seen):
            return [_Way()]
        known = (key or id(thing), thing.type.name)
        if known not in self._done:
            made = thing.made or (untraced(thing.type),)
            self._keep.append(thing)
            self._done[known] = self.ways(made, thing.parts, _kinds(thing), seen | {key}, depth + 1)
        return self._done[known]

    def _with_fallback(self, made: Sequence[Made], way: _Way) -> _Way:
        if self._needs in way.kinds or way.doubt is not None:
            return way
        for thing, is_set in _fallback(self._things, self._kind, made):
            lines = tuple((one,) for one in thing.made or (untraced(thing.type, made[0].place),))
            # What the program sets for all comes before what the SDK does of its own.
            at = 1 if is_set else len(way.lines)
            return _Way((*way.lines[:at], *lines, *way.lines[at:]), way.kinds | {thing.type.kind})
        return way


def _fallback(things: Things, kind: SiteKind, built: Sequence[Made]) -> Iterator[tuple[Thing, bool]]:
    """What a framework takes when it is given nothing: the global that it reads (and that the program sets), else its default."""
    role = _STANDS_FOR.get(kind)
    if role is None:
        return
    catalogue = things.catalogue
    for dotted, meaning in catalogue.globals.items():
        if meaning is role and any(m.file.partition("-")[0] in dotted.replace("_", "-") for m in built):
            found = [thing for value in things.assigned(dotted, built[0].place) for thing in things.of(value)]
            yield from ((thing, True) for thing in found)
            if found:
                return
    for made in built:
        for default in made.shape.defaults:
            name = str(default.values.get(role.value) or "")
            if name in catalogue.types:
                yield Thing(catalogue.type(name), ()), False
                return
