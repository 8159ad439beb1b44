"""Stores: what was put into one comes out of it again."""

from __future__ import annotations

from collections.abc import Iterator

from linter.infer.scalars import spell
from linter.infer.things import Made, Match, Things
from linter.model.catalogue import Role
from linter.model.place import Place, Step

_Key = tuple[object, ...]
_NAMED = (Role.COLLECTION, Role.LOCATION)


class Stores:
    """Which stores hold which declared data, with the way on which it got there."""

    def __init__(self, things: Things) -> None:
        self._things = things
        self._held: dict[tuple[str, _Key], tuple[Step, ...]] = {}

    def put(self, data: str, match: Match, steps: tuple[Step, ...]) -> None:
        """Notes that data gets into the store that a call is made on."""
        for key in self._keys(match):
            self._held.setdefault((data, key), steps)

    def found(self, data: str, match: Match) -> tuple[Step, ...]:
        """The way on which data got into the store that a call searches; empty when it did not."""
        if not self._held:
            return ()
        return next((self._held[data, key] for key in self._keys(match) if (data, key) in self._held), ())

    def in_parts(self, data: str, match: Match) -> tuple[Step, ...]:
        """The same for the retrievers and stores that a chain or an agent is built from."""
        if not self._held:
            return ()
        for made in _parts(self._things, match):
            for key in self._of_made(made):
                if (data, key) in self._held:
                    return self._held[data, key]
        return ()

    def _keys(self, match: Match) -> Iterator[_Key]:
        for made in (match.made, *(match.thing.made if match.thing is not None else ())):
            yield from self._of_made(made)

    def _of_made(self, made: Made) -> Iterator[_Key]:
        """A store is known by where it is built, and by the names of its collection and its place."""
        if made.kind in ("index", "retriever") or made.shape.site is not None:
            yield ("built", _spot(made.place))
        names = []
        for role in _NAMED:
            texts = [t for value in self._things.given(made, role) for t in spell(value)[0] if isinstance(t, str) and t]
            names.append(texts[0] if len(texts) == 1 else "")
        if any(names):
            yield ("named", made.file, *names)


def _parts(things: Things, match: Match) -> Iterator[Made]:
    """How the parts of an object came about, and theirs."""
    stack = [*(match.thing.parts if match.thing is not None else ())]
    stack.extend(things.parts((match.made, *(match.thing.made if match.thing is not None else ()))))
    seen: set[int] = set()
    while stack and len(seen) < 60:
        part = stack.pop()
        key = id(part.made[0].call) if part.made else id(part)
        if key in seen:
            continue
        seen.add(key)
        yield from part.made
        stack.extend((*part.parts, *things.parts(part.made)))


def _spot(place: Place) -> tuple[str, int, int, int | None]:
    return place.file, place.line, place.column, place.cell
