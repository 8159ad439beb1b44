"""Addresses of model endpoints: which listed path one ends with, and what stands in it (`/models/<model>:generateContent`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from linter.model.catalogue import Endpoint
from linter.model.place import Place
from linter.model.values import Constant, Template, Value, alternatives, core

_PART = "\x01"
"""Stands before and after the number of a part that is no literal text."""
_NAMED = re.compile(r"<(\w+)>|\*")
MAX_SPELLED = 16


@dataclass(frozen=True, slots=True)
class Hit:
    """A listed endpoint, and what an address says in its path: role -> value."""

    endpoint: Endpoint
    said: tuple[tuple[str, Value], ...] = ()

    @property
    def weight(self) -> int:
        """A longer literal path says more; one with a condition more than one without."""
        return 2 * len(_NAMED.sub("", self.endpoint.path)) + bool(self.endpoint.shape.when)


def hits(urls: list[str], values: list[Value], endpoints: Sequence[Endpoint], place: Place) -> list[Hit]:
    """The endpoints that addresses end with. `urls`: their spellings, with the client's base; `values`: as they were traced."""
    plain = [e for e in endpoints if e.path and not _NAMED.search(e.path)]
    found = [Hit(e) for url in urls for e in plain if _ends(url, e.path)]
    named = [e for e in endpoints if _NAMED.search(e.path)]
    texts = [text for value in values for one in alternatives(value) for text in _spelled(one)][:MAX_SPELLED]
    for text, parts in texts:
        for one in named:
            match = _pattern(one.path).search(text if "?" in one.path else text.partition("?")[0].rstrip("/"))
            if match is not None:
                said = tuple((role, _value(group, parts, place)) for role, group in match.groupdict().items() if group)
                found.append(Hit(one, said))
    return found


def _ends(url: str, path: str) -> bool:
    return url.partition("?")[0].rstrip("/").rstrip("\0").endswith(path)


@cache
def _pattern(path: str) -> re.Pattern[str]:
    """`<role>` and `*` stand for one part of a path, or for one value of a query."""
    out, end = [], 0
    for found in _NAMED.finditer(path):
        # A word of a query may stand behind others.
        out.append(re.escape(path[end : found.start()]).replace(re.escape("?"), r"\?(?:[^#]*&)?"))
        out.append(f"(?P<{found[1]}>[^/?&]+(?:/[^/?&]+)?)" if found[1] else "[^/?&]+")
        end = found.end()
    out.append(re.escape(path[end:]))
    return re.compile("".join(out) + ("(?:&|$)" if "?" in path else "$"))


def _spelled(value: Value) -> Iterator[tuple[str, tuple[Value, ...]]]:
    """An address with numbers for what is no literal text, and these parts."""
    parts: list[Value] = []

    def text(one: Value) -> str:
        known = core(one)
        if isinstance(known, Constant) and isinstance(known.value, str):
            return known.value
        if isinstance(known, Template):
            return "".join(text(part) for part in known.parts)
        parts.append(one)
        return f"{_PART}{len(parts) - 1}{_PART}"

    yield text(value), tuple(parts)


def _value(group: str, parts: tuple[Value, ...], place: Place) -> Value:
    pieces = group.split(_PART)
    values: list[Value] = []
    for position, piece in enumerate(pieces):
        if position % 2:
            values.append(parts[int(piece)])
        elif piece:
            values.append(Constant(place, piece))
    return values[0] if len(values) == 1 else Template(place, tuple(values))
