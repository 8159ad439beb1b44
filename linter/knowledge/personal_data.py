"""`rules/personal_data.yaml` -> the words that sensitive data is recognised by."""

from __future__ import annotations

from pathlib import Path
from typing import cast, get_args

from linter.errors import Problem, ProviderError
from linter.knowledge.fields import Fields
from linter.knowledge.items import Item, read_items
from linter.model.manifest import DataClass
from linter.model.personal import Category, Vocabulary, Words, words_of

FILE = "rules/personal_data.yaml"
_TOP = frozenset({"endings", "about", "no_records", "roles", "categories"})
_KEYS = frozenset({"reason", "class", "names", "together", "beside", "records", "whole", "not_called", "not_beside"})
_CLASSES = frozenset(get_args(DataClass))


def load_words(root: Path) -> Vocabulary:
    """Reads the file below `root`. Raises ProviderError with every problem, each with its line."""
    problems: list[Problem] = []
    found = _Reader(FILE, problems).vocabulary(root / FILE)
    if problems:
        raise ProviderError(*problems)
    return found


class _Reader(Fields):
    def vocabulary(self, path: Path) -> Vocabulary:
        try:
            top, problems = read_items(path.read_bytes(), self.display)
        except OSError as error:
            self.problem(1, f"cannot be read: {error.strerror or error}")
            return Vocabulary(())
        self.problems.extend(problems)
        said = self.mapping(top, _TOP, "the file")
        categories = self.pairs(said.get("categories"), "categories")
        return Vocabulary(
            tuple(self._category(name, item) for name, item in categories),
            endings=self._single(said.get("endings"), "endings"),
            about=self._single(said.get("about"), "about"),
            no_records=self._single(said.get("no_records"), "no_records"),
            roles=self._single(said.get("roles"), "roles"),
        )

    def _category(self, name: str, item: Item) -> Category:
        said = self.mapping(item, _KEYS, "a category")
        for key in ("reason", "class", "names"):
            if key not in said:
                self.problem(item.line, f"`{key}` is missing in {name}")
        return Category(
            name,
            self.text(said["reason"], "reason") if "reason" in said else "",
            cast(DataClass, self.choice(said.get("class"), _CLASSES, "a class of data") or "confidential"),
            self._phrases(said.get("names"), "names"),
            self._phrases(said.get("together"), "together"),
            self._phrases(said.get("beside"), "beside"),
            self._phrases(said.get("records"), "records"),
            self._phrases(said.get("whole"), "whole"),
            self._single(said.get("not_called"), "not_called"),
            self._phrases(said.get("not_beside"), "not_beside"),
        )

    def _phrases(self, item: Item | None, what: str) -> frozenset[Words]:
        found = {text: words_of(text) for text in self.texts(item, what)}
        for text, words in found.items():
            if item is not None and " ".join(words) != text:
                self.problem(item.line, f"{text!r} in {what} is not written in small letters, word by word", " ".join(words))
        return frozenset(found.values())

    def _single(self, item: Item | None, what: str) -> frozenset[str]:
        phrases = self._phrases(item, what)
        for words in phrases:
            if item is not None and len(words) != 1:
                self.problem(item.line, f"{' '.join(words)!r} in {what} is more than one word")
        return frozenset(words[0] for words in phrases if words)
