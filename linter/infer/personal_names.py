"""Which names are those of sensitive data."""

from __future__ import annotations

from collections.abc import Sequence

from linter.model.personal import Category, Named, Vocabulary, Words, words_of

_LONGEST = 16
"""Words of a name, from its end: no longer one is written by hand."""


class Recogniser:
    """Compares names with the vocabulary, word by word."""

    def __init__(self, words: Vocabulary) -> None:
        self._words = words
        self._strong = {one.name: _spellings(one.names) for one in words.categories}
        self._weak = {one.name: _spellings(one.together) for one in words.categories}
        self._more = {one.name: _spellings(one.beside) for one in words.categories}

    def stem(self, name: str) -> Words:
        """The name of a class without the role in which it holds the record: `user` of `UserCreate`."""
        words = words_of(name)
        kept = len(words)
        while kept > 1 and words[kept - 1] in self._words.roles:
            kept -= 1
        return words[:kept]

    def is_whole(self, name: str) -> bool:
        """Whether a class or table is called like data of which everything in it is a part."""
        return any(self._is_called(one.whole, name) for one in self._words.categories)

    def held(self, name: str, fields: Sequence[Named]) -> tuple[tuple[Category, ...], tuple[Named, ...]]:
        """The kinds of data that the class or table `name` holds, and which of its fields are such data, each with its reason."""
        called = words_of(name)
        if called and called[-1] in self._words.no_records:
            return (), ()
        held: list[Category] = []
        found: dict[str, str] = {}
        possible: dict[str, str] = {}
        for one in self._words.categories:
            if not one.not_called.isdisjoint((*called, *_singular(called))) or self._beside(one, fields):
                continue
            sure = self._of(self._strong[one.name], fields)
            maybe = self._of(self._weak[one.name], fields)
            whole = len(fields) > 1 and self._is_called(one.whole, name)
            if sure or len(maybe) > 1 or whole or (maybe and self._is_called(one.records, name)):
                held.append(one)
                maybe += self._of(self._more[one.name], fields)
            found.update((field, one.reason) for field in sure)
            possible.update((field, one.reason) for field in maybe if field not in possible)
        # Beside certain data of a person, the rest of what is about the person is no chance.
        reasons = {**possible, **found} if held else {}
        return tuple(held), tuple(Named(one.name, one.place, reasons[one.name]) for one in fields if one.name in reasons)

    def _of(self, entries: frozenset[Words], fields: Sequence[Named]) -> list[str]:
        return [one.name for one in fields if self._is(entries, one.name)]

    def _is(self, entries: frozenset[Words], name: str) -> bool:
        """Whether a name ends in an entry."""
        words = words_of(name)[-_LONGEST:]
        end = len(words)
        while end > 0:
            start = next((n for n in range(end) if _singular(words[n:end]) in entries or words[n:end] in entries), None)
            if start is not None:
                return self._words.about.isdisjoint(words[:start])
            if words[end - 1] not in self._words.endings and not words[end - 1].isdigit():
                return False
            end -= 1
        return False

    def _is_called(self, records: frozenset[Words], name: str) -> bool:
        stem = self.stem(name)
        return any(words in records for words in (stem, _singular(stem), words_of(name)))

    def _beside(self, category: Category, fields: Sequence[Named]) -> bool:
        return any(words_of(field.name) in category.not_beside for field in fields)


def _spellings(entries: frozenset[Words]) -> frozenset[Words]:
    """The entries, and those of several words written as one."""
    return entries | {("".join(entry),) for entry in entries}


def _singular(words: Words) -> Words:
    return (*words[:-1], words[-1].removesuffix("s")) if words else ()
