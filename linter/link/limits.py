"""Collections of a bounded size: code that adds a list to itself sixty times must not fill the memory."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from linter.model.place import Place
from linter.model.values import Constant, Listing, Mapping, Unknown, Value, core

MAX_ITEMS = 4_000
"""Of one list or dictionary; a longer one is data, not architecture. What is cut is said in the value."""


def listing(place: Place, items: Iterable[Value], kind: str, is_open: bool = False) -> Listing:
    """A list with at most that many items; a longer one is open."""
    kept = tuple(islice(items, MAX_ITEMS + 1))
    return Listing(place, kept[:MAX_ITEMS], kind, is_open or len(kept) > MAX_ITEMS)


def mapping(place: Place, entries: Iterable[tuple[Value, Value]], rest: Iterable[Value]) -> Mapping:
    """A dictionary with at most that many entries; of a longer one the last ones, since they win."""
    kept, more = tuple(entries), tuple(rest)
    if len(kept) > MAX_ITEMS:
        last: dict[object, tuple[Value, Value]] = {}
        for key, value in kept:
            known = core(key)
            name = (type(known.value), known.value) if isinstance(known, Constant) else id(key)
            last.pop(name, None)
            last[name] = (key, value)
        kept = tuple(last.values())
        if len(kept) > MAX_ITEMS:
            kept, more = kept[-MAX_ITEMS:], (*more, Unknown(place, f"more than {MAX_ITEMS} entries"))
    return Mapping(place, kept, more[-MAX_ITEMS:])
