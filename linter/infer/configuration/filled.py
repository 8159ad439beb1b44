"""What a value of a configuration file is, as far as it is known."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice, product

from linter.infer.scalars import HOLE, MAX_SPELLINGS, spell
from linter.model.architecture import Attribute, Scalar, State
from linter.model.place import Place
from linter.model.values import Value


@dataclass(frozen=True, slots=True)
class Filled:
    """A value with what it depends on."""

    value: Scalar
    """A text has `HOLE` for what is not known."""
    reasons: tuple[str, ...] = ()
    at: Place | None = None
    """Where the value stands, when that is not where it is used: the default of a variable."""
    others: tuple[Scalar, ...] = ()
    """What else it can be."""

    @property
    def text(self) -> str:
        return "" if self.value is None else str(self.value)

    @property
    def is_known(self) -> bool:
        return HOLE not in self.text

    def attribute(self) -> Attribute:
        """As an attribute of a site: a default that can be overridden is `partial`."""
        because = "; ".join(dict.fromkeys(self.reasons)) or None
        values = tuple(v for v in (self.value, *self.others) if HOLE not in str(v))
        if not values:
            return Attribute(State.UNKNOWN, (), because or "a value that is filled in later")
        if because is not None:
            return Attribute(State.PARTIAL, values, because, by_default=True)
        return Attribute(State.KNOWN, values)


def spelled(value: Value) -> Filled:
    """All that a value of the tracer can be."""
    values, reasons = spell(value)
    return Filled(values[0] if values else HOLE, tuple(reasons), None, tuple(values[1:]))


def joined(text: str, pattern: re.Pattern[str], fill: Callable[[re.Match[str]], Filled]) -> Filled:
    """A text in which every match of a pattern is filled in. What is one match alone stays as it is."""
    parts: list[Filled] = []
    end = 0
    for found in pattern.finditer(text):
        one = fill(found)
        if found.span() == (0, len(text)):
            return one
        parts.extend((Filled(text[end : found.start()]), one))
        end = found.end()
    return together([*parts, Filled(text[end:])])


def together(parts: Sequence[Filled]) -> Filled:
    """One text of several ones."""
    options = [[str(value) for value in (one.text, *one.others)] for one in parts]
    first, *others = ("".join(words) for words in islice(product(*options), MAX_SPELLINGS))
    return Filled(first, tuple(reason for one in parts for reason in one.reasons), None, tuple(others))


def short(text: str) -> str:
    """An expression as a reason shows it."""
    return text if len(text) <= 60 else text[:59] + "…"
