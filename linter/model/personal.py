"""What may be sensitive data, by the names of things: the words to recognise, and the guesses that come of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from linter.model.manifest import DataClass
from linter.model.place import Place

Words = tuple[str, ...]
"""The words of a name, in lower case."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+|[A-Z]")


def words_of(name: str) -> Words:
    """The words of `snake_case`, `camelCase`, `HTTPAddress` or `several words`; digits are a word."""
    return tuple(word.lower() for word in _WORD.findall(name))


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of sensitive data, and what it is called; `rules/personal_data.yaml` says what each list is for."""

    name: str
    reason: str
    data_class: DataClass
    names: frozenset[Words]
    together: frozenset[Words] = frozenset()
    beside: frozenset[Words] = frozenset()
    records: frozenset[Words] = frozenset()
    whole: frozenset[Words] = frozenset()
    not_called: frozenset[str] = frozenset()
    not_beside: frozenset[Words] = frozenset()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All that guesses rest on."""

    categories: tuple[Category, ...]
    endings: frozenset[str] = frozenset()
    about: frozenset[str] = frozenset()
    no_records: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Named:
    """A name in the code, where it stands, and why it is told."""

    name: str
    place: Place
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Guess:
    """What may be one kind of sensitive data: nobody has looked at what the fields hold."""

    name: str
    """For the manifest: `patient`."""
    data_class: DataClass
    reasons: tuple[str, ...]
    types: tuple[Named, ...] = ()
    """Dotted names of classes."""
    fields: tuple[Named, ...] = ()
    """Empty: everything in it."""
    tables: tuple[Named, ...] = ()
