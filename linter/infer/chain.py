"""Where the attributes of a call are looked for: on the call, on what it is called on, on what that was built from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from linter.infer.defaults import defaults
from linter.infer.scalars import members, reason
from linter.infer.things import Made, Match, Thing, Things, untraced
from linter.model.catalogue import Role, SiteKind, TypeSpec
from linter.model.values import (
    CallValue,
    Constant,
    EnvVariable,
    ItemOf,
    Member,
    Parameter,
    Template,
    Unknown,
    Value,
    alternatives,
)

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
_AGENT = "agent"
"""A part of this kind asks a model, even if none is named."""
MAX_WAYS = 12
"""Combinations of alternative parts."""


@dataclass(frozen=True, slots=True)
class Default:
    """What a framework takes by itself, and for which call."""

    asks: Made
    type: TypeSpec


@dataclass(frozen=True, slots=True)
class _Way:
    """One choice among the alternatives: the calls that made each part, and whether the needed part is there."""

    lines: tuple[tuple[Made, ...], ...] = ()
    kinds: frozenset[str] = frozenset()
    doubt: str | None = None
    """Why the part that decides is not known on this way."""
    named: bool = False
    """The part that decides is there by the name of its model."""
    default: Default | None = None
    """It is there because the framework takes it when it is given none."""

    def __add__(self, other: _Way) -> _Way:
        named, default = self.named or other.named, self.default or other.default
        return _Way(self.lines + other.lines, self.kinds | other.kinds, self.doubt or other.doubt, named, default)


class Chain:
    """Where the attributes of one meaning of a call are looked for, nearest first, for one choice of its parts."""

    def __init__(self, kind: SiteKind, match: Match, built: list[Made], way: _Way) -> None:
        self.kind = kind
        self.match = match
        self.built = built
        """Everything that the call is made on."""
        self.doubt = way.doubt
        self.implied = way.default
        """What takes a model of a vendor because it was given none; None when the program says which."""
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
            if not self._only_keeps(one):
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
        found = self._with_team(found, team, made)
        return [one for way in found for one in self._with_fallback(made, way)]

    def _only_keeps(self, made: Made) -> bool:
        return self._kind is SiteKind.INFERENCE and made.kind in STORES

    def _with_team(self, found: list[_Way], team: list[list[_Way]], made: Sequence[Made]) -> list[_Way]:
        """Each member of a team asks its own model. Who manages it asks another, and hides only what the members leave open."""
        members = [way for options in team for way in options]
        if not members or self._kind is not SiteKind.INFERENCE:
            return found if not members or any(map(self._bears, found)) else self._crossed(found, members)
        if not any(map(self._bears, found)):
            return self._crossed(found, members)
        own = tuple((one,) for one in made if not self._only_keeps(one))
        agents = [way for way in members if _AGENT in way.kinds and self._bears(way) and not way.default]
        return [*found, *(way + _Way(own) for way in agents)][: MAX_WAYS + 1]

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

    def _bears(self, way: _Way) -> bool:
        """Whether the part that decides is there, be it known or not."""
        return self._needs in way.kinds or way.named or way.doubt is not None

    def _bear(self, options: list[_Way]) -> bool:
        return self._needs is not None and any(self._bears(way) or _AGENT in way.kinds for way in options)

    def _given(self, made: Made, seen: frozenset[int], depth: int) -> Iterator[tuple[Role, list[_Way]]]:
        """The parts that one call was given, each with its alternatives."""
        for role in self._roles:
            for value in self._things.given(made, role):
                if role is self._decides:
                    yield role, self._options(value, seen, depth)
                elif role in _TEAMS:
                    yield from ((role, options) for options in self._members(value, seen, depth))
                else:
                    yield role, self._known(value, seen, depth)
            described = [way for thing in self._things.described(made, role) for way in self._of(thing, seen, depth)]
            if described:
                yield role, described

    def _known(self, value: Value, seen: frozenset[int], depth: int) -> list[_Way]:
        return [way for thing in self._things.of(value) for way in self._of(thing, seen, depth)]

    def _options(self, value: Value, seen: frozenset[int], depth: int) -> list[_Way]:
        """The part that decides: the objects that it can be, the name of its model, or why it is not known."""
        options = self._known(value, seen, depth)
        if any(isinstance(one, EnvVariable | Template) or _is_text(one) for one in alternatives(value)):
            options.append(_Way(named=True))
        doubt = self._unknown(value)
        return options if doubt is None else [*options, _Way(doubt=doubt)]

    def _members(self, value: Value, seen: frozenset[int], depth: int) -> list[list[_Way]]:
        """Those of a list. Beside one that asks a model, one that is not known may ask another."""
        items = members(value)
        found = [self._known(item, seen, depth) for item in items]
        if any(_AGENT in way.kinds for options in found for way in options):
            doubts = [self._unknown(item) for item in items]
            found = [o if d is None else [*o, _Way(doubt=d)] for o, d in zip(found, doubts, strict=True)]
        return found

    def _unknown(self, value: Value) -> str | None:
        """Why a part can be something that is not known."""
        for one in alternatives(value):
            if isinstance(one, Unknown | Parameter | Member | ItemOf | CallValue) and not self._things.of(one):
                return None if self._things.is_annotated(value) else reason(one)
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
        for value in _global(self._things, self._kind, made):
            for thing in self._things.of(value):
                # What the program sets for all comes before what the SDK does of its own.
                found.append(self._filled(way, thing, made, 1))
            doubt = self._unknown(value)
            if doubt is not None:
                found.append(way + _Way(doubt=doubt))
        if found:
            return found[:MAX_WAYS]
        default = _default(self._things, self._kind, made)
        return [way if default is None else self._filled(way, default, made, len(way.lines))]

    def _filled(self, way: _Way, thing: Thing, made: Sequence[Made], at: int) -> _Way:
        lines = tuple((one,) for one in thing.made or (untraced(thing.type, made[0].place),))
        default = None if thing.made or way.named else Default(made[0], thing.type)
        return _Way((*way.lines[:at], *lines, *way.lines[at:]), way.kinds | {thing.type.kind}, None, way.named, default)


def _is_text(value: Value) -> bool:
    return isinstance(value, Constant) and isinstance(value.value, str)


def _global(things: Things, kind: SiteKind, built: Sequence[Made]) -> list[Value]:
    """What the program puts into the variable that a framework reads when it is given nothing."""
    role = _STANDS_FOR.get(kind)
    for dotted, meaning in things.catalogue.globals.items():
        if meaning in (role, Role.PART) and any(m.file.partition("-")[0] in dotted.replace("_", "-") for m in built):
            values = things.assigned(dotted, built[0].place)
            if meaning is Role.PART and role is not None:
                # Settings that are set for all as one object: what they hold.
                held = (t for v in values for t in things.of(v) if t.type.kind == "options")
                values = [given for thing in held for made in thing.made for given in things.given(made, role)]
            if values:
                return values
    return []


def _default(things: Things, kind: SiteKind, built: Sequence[Made]) -> Thing | None:
    """What a framework makes itself when there is nothing else."""
    role = _STANDS_FOR.get(kind)
    for name in (str(d.values.get(role.value) or "") for m in built for d in defaults(things, m)) if role is not None else ():
        if name in things.catalogue.types:
            return Thing(things.catalogue.type(name), ())
    return None
