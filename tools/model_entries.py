"""The nouns of the model table's refresh: what a source says of one model, and one source's table at one time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

_DEAREST = 1000  # dollars per million tokens
_ID = re.compile(r"[\w@./:+*-]+")


class SourceError(Exception):
    """A source could not be had or read; the message says which, why, and what to do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What one table says of one model. Prices are US dollars per million tokens."""

    provider: str
    id: str
    """Lower case, as the provider's API takes it, without a gateway's prefix."""
    context: int | None = None
    max_output: int | None = None
    input_price: float | None = None
    output_price: float | None = None
    retired: date | None = None
    """The shutdown date that the table gives."""
    not_before: date | None = None
    """The earliest date at which it may be shut down; no commitment."""
    deprecated: bool = False
    """Called deprecated, or gone without a date."""
    deprecated_on: date | None = None
    """When its end was made known; it goes on answering until it is retired."""
    alias_of: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One source as it was on one day."""

    key: str
    """One letter; the header of the snapshot says which source it stands for."""
    version: str
    as_of: date
    entries: tuple[Entry, ...]
    lists: bool = True
    """It means to list every model in service, so that an absence says something."""


def valid_id(text: str) -> bool:
    """Whether it can be an id at all: tables also hold headings and sentences."""
    return bool(_ID.fullmatch(text))


def once(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The first entry of each provider and id."""
    seen: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        if entry.provider and valid_id(entry.id):
            seen.setdefault((entry.provider, entry.id), entry)
    return tuple(seen.values())


def iso(text: object) -> date | None:
    """`2026-10-23`, a date, or nothing. A day at the end of the century only fills a field."""
    try:
        day = text if isinstance(text, date) else date.fromisoformat(str(text).strip()[:10])
    except ValueError:
        return None
    return day if day.year < 2090 else None


def tokens(number: object) -> int | None:
    """A positive number of tokens; tables also hold words and zeros."""
    if isinstance(number, bool) or not isinstance(number, int | float) or number <= 0:
        return None
    return int(number)


def prices(inward: object, outward: object) -> tuple[float | None, float | None]:
    """Dollars per million. Both zero means that the table does not know, or that nothing is sold by the token; beyond any real
    price, that it has mistaken the unit. Then neither is known."""
    first, second = _price(inward), _price(outward)
    return (first, second) if 0 < max(first or 0, second or 0) <= _DEAREST else (None, None)


def _price(value: object) -> float | None:
    return round(float(value), 6) if isinstance(value, int | float) and value >= 0 else None
