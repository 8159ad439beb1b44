"""The values of Helm charts: those of the chart, and what the commands that install it give instead."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import dirname, join, normpath

from linter.extract.data import DataFiles
from linter.formats import commands
from linter.formats.text import lenient
from linter.infer.configuration.recogniser import Recogniser
from linter.infer.scalars import HOLE
from linter.model.architecture import Scalar

_SCRIPTS = re.compile(r"(?:^|/)(?:[^/]+\.sh|Makefile|\.github/workflows/[^/]+\.ya?ml|\.gitlab-ci\.ya?ml)$")
_INSTALLS = re.compile(rb"\bhelm[\w.-]*[ \t]+(?:[^\n;&|]*[ \t])?(?:upgrade|install|template)\b")
_LONGEST = 8_000
"""Characters of one command that are looked at."""
_MOST = 50
"""Commands of one script."""
_VALUE_FILES = ("-f", "--values")
_SETS = ("--set", "--set-string")
_UNKNOWN = re.compile(r"[$`]|\{\{")


@dataclass(frozen=True, slots=True)
class _Release:
    """One command that installs a chart."""

    files: tuple[str, ...]
    """Files of values, the last one counts most."""
    sets: tuple[tuple[tuple[str, ...], str], ...]
    """Keys and value of each `--set`."""
    is_open: bool
    """It gives a file of values that is not there, or whose name is made by the script."""


class Charts:
    """Answers what `.Values.…` is."""

    def __init__(self, recogniser: Recogniser) -> None:
        self._recogniser = recogniser
        self._files: DataFiles = recogniser.files
        self._names = frozenset(recogniser.files.names)
        self._releases: dict[str, list[_Release]] | None = None

    def values(self, file: str, keys: tuple[str, ...]) -> list[Scalar]:
        """What a key can be in a template of a chart: as the commands of the repository install it, then what the chart says.
        `HOLE` for what is not known; empty when nothing says it."""
        chart, found, _ = file.rpartition("/templates/")
        if not found and not file.startswith("templates/"):
            return []
        own = self._own(chart, keys)
        releases = self._all().get(chart, ())
        given = [value for one in releases if (value := self._of(one, keys)) is not None]
        return sorted(dict.fromkeys((*given, *own)), key=lambda value: value == HOLE)

    def _own(self, chart: str, keys: tuple[str, ...]) -> list[Scalar]:
        for name in ("values.yaml", "values.yml"):
            path = f"{chart}/{name}" if chart else name
            if self._recogniser.reading(path) is not None:
                found = self._in_file(path, keys)
                return [] if found is None else [found]
        return []

    def _of(self, release: _Release, keys: tuple[str, ...]) -> Scalar:
        """What a command gives a key instead; None: nothing."""
        for said, value in reversed(release.sets):
            if said == keys:
                return HOLE if _UNKNOWN.search(value) else value
        for path in reversed(release.files):
            found = self._in_file(path, keys)
            if found is not None:
                return found
        return HOLE if release.is_open else None

    def _in_file(self, path: str, keys: tuple[str, ...]) -> Scalar:
        reading = self._recogniser.reading(path)
        node = reading.documents[0].node(keys) if reading is not None and reading.documents else None
        if node is None or node.value is None:
            return None
        value: Scalar = HOLE if isinstance(node.value, dict | list) else node.value
        return value

    # -- the commands

    def _all(self) -> dict[str, list[_Release]]:
        if self._releases is None:
            self._releases = defaultdict(list)
            charts = {dirname(one) for one in self._names if one.rpartition("/")[2] == "Chart.yaml"}
            for path in self._files.names if charts else ():
                if _SCRIPTS.search(path) and self._files.is_small(path) and self._files.mentions(path, b"helm"):
                    for chart, release in self._in_script(path, charts):
                        self._releases[chart].append(release)
        return self._releases

    def _in_script(self, path: str, charts: set[str]) -> Iterator[tuple[str, _Release]]:
        content = self._files.raw(path) or b""
        text = lenient(content, path, len(content))
        if not isinstance(text, str):
            return
        encoded = text.encode()
        for count, found in enumerate(_INSTALLS.finditer(encoded)):
            if count == _MOST:
                return
            start = len(encoded[: found.start()].decode())
            lines = commands.split(text[start : start + _LONGEST])
            yield from self._release([word.text for word in lines[0]] if lines else [], dirname(path), charts)

    def _release(self, words: list[str], here: str, charts: set[str]) -> Iterator[tuple[str, _Release]]:
        given: list[tuple[str, str]] = []
        rest: list[str] = []
        index = 0
        while index < len(words):
            name, sign, value = words[index].partition("=")
            if name in (*_VALUE_FILES, *_SETS):
                if not sign and index + 1 < len(words):
                    index += 1
                    value = words[index]
                given.append((name, value))
            elif not name.startswith("-"):
                rest.append(words[index])
            index += 1
        chart = next((c for word in rest for c in _places(word, here) if c in charts), None)
        if chart is None:
            return
        named = [one for name, value in given if name in _VALUE_FILES for one in value.split(",")]
        files = [next((p for p in (*_places(one, here), *_places(one, chart)) if p in self._names), None) for one in named]
        sets = [one.partition("=") for name, value in given if name in _SETS for one in value.split(",")]
        yield (
            chart,
            _Release(
                tuple(one for one in files if one is not None),
                tuple((tuple(key.split(".")), value) for key, sign, value in sets if sign),
                None in files,
            ),
        )


def _places(path: str, here: str) -> Iterator[str]:
    """What a path of a script can mean: from the root of the repository, or beside the script."""
    for folder in ("", here):
        inner = normpath(join(folder, path))
        if not inner.startswith(("/", "..")):
            yield "" if inner == "." else inner
