"""Stores: what was put into one comes out of it again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from linter.infer.scalars import spell
from linter.infer.things import Made, Match, Things
from linter.model.catalogue import Role
from linter.model.place import Step

_Key = tuple[object, ...]
_NAMED = (Role.COLLECTION, Role.LOCATION)


@dataclass(frozen=True, slots=True)
class Stored:
    """The way on which data got into a store. `certain`: False where it only may be this data."""

    steps: tuple[Step, ...]
    certain: bool


class Stores:
    """Which stores hold which declared data, with the way on which it got there."""

    def __init__(self, things: Things) -> None:
        self._things = things
        self._held: dict[tuple[str, _Key], Stored] = {}

    def put(self, data: str, match: Match, stored: Stored) -> None:
        """Notes that data gets into the store that a call is made on."""
        for key in self._keys(match):
            before = self._held.get((data, key))
            if before is None or (stored.certain and not before.certain):
                self._held[data, key] = stored

    def found(self, data: str, match: Match) -> Stored | None:
        """The way on which data got into the store that a call searches; None when it did not."""
        if not self._held:
            return None
        return next((self._held[data, key] for key in self._keys(match) if (data, key) in self._held), None)

    def in_parts(self, data: str, match: Match) -> Stored | None:
        """The same for the retrievers and stores that a chain or an agent is built from."""
        if not self._held:
            return None
        made = (one for part in self._things.all_parts(match, set()) for one in part.made)
        keys = (key for one in made for key in self._of_made(one))
        return next((self._held[data, key] for key in keys if (data, key) in self._held), None)

    def _keys(self, match: Match) -> Iterator[_Key]:
        for made in (match.made, *(match.thing.made if match.thing is not None else ())):
            yield from self._of_made(made)

    def _of_made(self, made: Made) -> Iterator[_Key]:
        """A store is known by where it is built, and by the names of its collection and its place."""
        if made.kind in ("index", "retriever") or made.shape.site is not None:
            yield ("built", made.place.start)
        names = []
        for role in _NAMED:
            texts = [t for value in self._things.given(made, role) for t in spell(value)[0] if isinstance(t, str) and t]
            names.append(texts[0] if len(texts) == 1 else "")
        if any(names):
            yield ("named", made.file, *names)
