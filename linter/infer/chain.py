"""Where the attributes of a call are looked for: on the call, on what it is called on, on what that was built from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from linter.infer.scalars import list_items, reason, spell
from linter.infer.things import Made, Match, Thing, Things, untraced
from linter.model.catalogue import Role, SiteKind
from linter.model.values import CallValue, ItemOf, Member, Parameter, Unknown, Value, Via, alternatives, core

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
_NAMED = "named"
"""Stands among the kinds of parts for a model that is given by its name."""
_STRANGER = "stranger"
"""The same for a part of which nothing is known: it may be another member of a team, where there is one."""
_NOT_KNOWN = ("unknown", "parameter", "call", "item", "member")
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
        strangers: list[list[_Way]] = []
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
                elif role in _TEAMS and any(_STRANGER in way.kinds for way in options):
                    strangers.append(options)
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
            found = self._crossed(found, [way for options in (*team, *strangers) for way in options])
        return [one for way in found for one in self._with_fallback(made, way)]

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
        bears = (
            way.doubt is not None or self._needs in way.kinds or _NAMED in way.kinds
            for way in options
            if _STRANGER not in way.kinds
        )
        return self._needs is not None and any(bears)

    def _given(self, made: Made, seen: frozenset[int], depth: int) -> Iterator[tuple[Role, list[_Way]]]:
        """The parts that one call was given, each with its alternatives."""
        for role in self._roles:
            for value in self._things.given(made, role):
                for item in list_items(value) if role in _TEAMS else [value]:
                    yield role, [*self._options(item, seen, depth), *self._doubts(item, role)]
            for thing in self._things.described(made, role):
                yield role, self._of(thing, seen, depth)

    def _options(self, item: Value, seen: frozenset[int], depth: int) -> list[_Way]:
        return [way for thing in self._things.of(item) for way in self._of(thing, seen, depth)]

    def _doubts(self, item: Value, role: Role) -> list[_Way]:
        """What else a part can be: something that is not known, or a model that is only named."""
        if role is self._decides:
            doubt = self._unknown(item)
            if doubt is not None:
                return [_Way(doubt=doubt)]
            is_named = self._needs is not None and any(isinstance(s, str) for s in spell(item)[0])
            return [_Way(kinds=frozenset([_NAMED]))] if is_named and not self._things.of(item) else []
        if role is Role.PART and isinstance(core(item), Parameter) and not self._things.of(item):
            return [_Way(kinds=frozenset([_STRANGER]), doubt=reason(core(item)))]
        return []

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

    def _with_fallback(self, made: Sequence[Made], way: _Way) -> list[_Way]:
        if self._needs in way.kinds or way.doubt is not None:
            return [way]
        found: list[_Way] = []
        for thing, is_set in _fallback(self._things, self._kind, made):
            if isinstance(thing, str):
                found.append(way + _Way(doubt=thing))
                continue
            lines = tuple((one,) for one in thing.made or (untraced(thing.type, made[0].place),))
            # What the program sets for all comes before what the SDK does of its own.
            at = 1 if is_set else len(way.lines)
            found.append(_Way((*way.lines[:at], *lines, *way.lines[at:]), way.kinds | {thing.type.kind}))
        return found or [way]


def _fallback(things: Things, kind: SiteKind, built: Sequence[Made]) -> Iterator[tuple[Thing | str, bool]]:
    """What a framework takes when it is given nothing: the global that it reads (and that the program sets), else its default.
    Each comes with whether the program sets it; where that is not known, with the reason instead of a thing."""
    role = _STANDS_FOR.get(kind)
    if role is None:
        return
    catalogue = things.catalogue
    for dotted, meaning in catalogue.globals.items():
        if meaning is role and any(m.file.partition("-")[0] in dotted.replace("_", "-") for m in built):
            values = things.assigned(dotted, built[0].place)
            found = [thing for value in values for thing in things.of(value)]
            yield from ((thing, True) for thing in found)
            unknown = [one for value in values for one in alternatives(value) if not things.of(one) and one.tag in _NOT_KNOWN]
            yield from ((reason(one), True) for one in unknown[:1])
            if found or unknown:
                return
    for made in built:
        for default in made.shape.defaults:
            name = str(default.values.get(role.value) or "")
            if name in catalogue.types:
                yield Thing(catalogue.type(name), ()), False
                return
