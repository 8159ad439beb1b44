"""Databases for many things: their clients and writes are sites only where the same database is used for vectors."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from linter.infer.scalars import name_of
from linter.model.catalogue import Role, SiteKind
from linter.model.values import Changed, Constant, Mapping, Value, alternatives

if TYPE_CHECKING:
    from linter.infer.sites import Found
    from linter.infer.things import Made, Match, Things

MAX_VALUES = 400
"""Values that are looked at for the keys of one argument."""
_HOLD = ("via", "alternatives", "listing", "changed", "combined", "sliced", "collected")
_VECTORS = (SiteKind.RETRIEVAL, SiteKind.INGEST, SiteKind.VECTOR_STORE)


def has_key(value: Value, pattern: str) -> bool:
    """Whether a dictionary in a value has a key that fits `*embed*`, or one of several between `|`; at any depth of lists and
    dictionaries, and whatever its letters' size."""
    wanted = pattern.lower().split("|")
    stack, seen = [value], set[int]()
    while stack and len(seen) < MAX_VALUES:
        one = stack.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if any(_fits(key, wanted) for key in _keys(one)):
            return True
        if isinstance(one, Mapping):
            stack.extend((*(inner for _, inner in one.entries), *one.rest))
        elif one.tag in _HOLD:
            stack.extend(one.inside())
    return False


def _keys(value: Value) -> Iterator[Value]:
    if isinstance(value, Mapping):
        yield from (key for key, _ in value.entries)
    elif isinstance(value, Changed) and value.method in ("setitem", "setdefault") and len(value.added) == 2:
        yield value.added[0]


def _fits(key: Value, wanted: Sequence[str]) -> bool:
    """Whether one of the texts that a key can be fits; of one that is not known, what it is called in the code."""
    names = [str(one.value) for one in alternatives(key) if isinstance(one, Constant)] or [name_of(key).rpartition(".")[2]]
    return any(fnmatch.fnmatchcase(name.lower(), one) for name in names for one in wanted)


def counted(found: Sequence[Found], things: Things) -> list[Found]:
    """The sites, without those of databases that nothing shows to be used for vectors."""
    if not any(m.shape.used for one in found for m in one.matches):
        return list(found)
    calls: set[int] = set()
    open_files, known_files = set[str](), set[str]()
    for one in found:
        for match in one.matches if one.site.kind in _VECTORS else ():
            if not match.shape.used:
                made = [id(m.call) for m in _makers(match, things) if m.call is not None and m.shape.used]
                calls.update(made)
                if made:
                    known_files.add(match.made.file)
                elif match.thing is not None:
                    open_files.add(match.made.file)
    files = open_files - known_files  # which of a file's databases it is cannot be told
    return [one for one in found if any(_counts(m, calls, files, things) for m in one.matches)]


def _counts(match: Match, calls: set[int], files: set[str], things: Things) -> bool:
    if not match.shape.used or match.made.file in files:
        return True
    return id(match.made.call) in calls or any(id(m.call) in calls for m in _makers(match, things))


def _makers(match: Match, things: Things) -> Iterator[Made]:
    """The calls that made the database which a call is made on, or that it is given."""
    yield from match.thing.made if match.thing is not None else ()
    for part in things.parts((match.made,), Role.INDEX):
        yield from part.made
