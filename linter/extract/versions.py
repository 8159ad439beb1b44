"""Which versions of a package a repository runs with, as far as its files of dependencies say it. They are read when somebody
asks: most of what they say decides nothing here."""

from __future__ import annotations

import errno
import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from posixpath import dirname, join, normpath

from linter.formats import dependencies
from linter.formats.requirement import Needs, Pin
from linter.formats.versions import overlap
from linter.model.place import Gap, Place, Step
from linter.model.source import SourceFile

_MOST_FILES = 200
"""Files of one folder, or of a chain of includes."""
_NOTEBOOK = ".ipynb"


@dataclass(frozen=True, slots=True)
class Version:
    """What one file says about one package."""

    pin: Pin
    file: str

    @property
    def step(self) -> Step:
        """Where that stands."""
        return Step(Place(self.file, self.pin.line, cell=self.pin.cell), self.pin.text)


class Versions:
    """Files of dependencies by folder. The nearest one that names a package decides, a lock file before what it was made from."""

    def __init__(self, paths: Sequence[str], content: Callable[[str], bytes]) -> None:
        """`content`: reads one, and may raise OSError."""
        self.gaps: set[Gap] = set()
        """Of files that were asked for, and cannot be read."""
        self._paths = frozenset(paths)
        self._content = content
        self._folders: dict[str, list[str]] = defaultdict(list)
        for path in sorted(paths):
            if not path.endswith(_NOTEBOOK):
                self._folders[_home(path)].append(path)
        self._read: dict[str, dict[str, list[Version]]] = {}
        self._needed: dict[str, Needs] = {}
        self._known: dict[tuple[str, str], tuple[Version, ...]] = {}

    @classmethod
    def of(cls, files: Sequence[SourceFile]) -> Versions:
        """Those that the discover stage found, and notebooks, which install what they need."""
        roots = {file.root for file in files}

        def content(path: str) -> bytes:
            # A requirement may include any file: nothing outside is read, and no link that leads there.
            for root in roots:
                whole = os.path.join(root, path)
                if os.path.realpath(whole) == os.path.normpath(whole) and os.path.isfile(whole):
                    with open(whole, "rb") as stream:
                        return stream.read(dependencies.MOST_BYTES + 1)
            raise FileNotFoundError(errno.ENOENT, "there is no such file in the scanned folder")

        return cls([file.path for file in files], content)

    def of_package(self, name: str, file: str) -> tuple[Version, ...]:
        """What a file of the code runs with: one of these, or nothing that is known. `name`: as PyPI compares it."""
        own = file if file.endswith(_NOTEBOOK) and file in self._paths else dirname(file)
        if (name, own) not in self._known:
            self._known[name, own] = tuple(self._find(name, own))
        return self._known[name, own]

    def _find(self, name: str, own: str) -> list[Version]:
        if own.endswith(_NOTEBOOK):
            found = self._in(name, [own])
            if any(one.pin.text != one.pin.name for one in found):
                return found
            own = dirname(own)
        asked: list[Version] = []
        for folder in _upwards(own):
            paths = self._folders.get(folder, [])
            locked = self._in(name, [path for path in paths if dependencies.is_lock(path)])
            # A lock file further out is that of a workspace; one of another project says another version.
            fitting = [one for one in locked if not asked or _agree(one, asked)]
            if fitting:
                return fitting
            asked = asked or self._narrowed(self._in(name, [path for path in paths if not dependencies.is_lock(path)]))
        return asked

    def _in(self, name: str, paths: Sequence[str]) -> list[Version]:
        """What some files say of a package: as a project's own need, else as one of its developers'."""
        found = list(dict.fromkeys(one for path in paths[:_MOST_FILES] for one in self._all_of(path).get(name, ())))
        return [one for one in found if not one.pin.aside] or found

    def _narrowed(self, found: list[Version]) -> list[Version]:
        """Several files of one project speak of one installation: the one that says most about it counts."""
        limits = [one for one in found if dependencies.is_constraints(one.file)]
        exact = [one for one in (limits or found) if all(versions.is_exact for versions in one.pin.versions)]
        return exact or limits or found

    def _all_of(self, path: str) -> dict[str, list[Version]]:
        """What a file says, and those that it includes, by package."""
        if path not in self._read:
            found = self._read[path] = defaultdict(list)
            seen = [path]
            for one in seen:
                needs = self._needs(one)
                for pin in needs.pins:
                    found[pin.name].append(Version(pin, one))
                inner = (normpath(join(dirname(one), include)) for include in needs.includes)
                seen.extend(dict.fromkeys(each for each in inner if each not in seen and not each.startswith(("..", "/"))))
                if len(seen) > _MOST_FILES:
                    self.gaps.add(Gap("extract", path, None, f"includes more than {_MOST_FILES} files"))
                    break
        return self._read[path]

    def _needs(self, path: str) -> Needs:
        if path not in self._needed:
            try:
                needs = dependencies.read(path, self._content(path))
            except OSError as error:
                needs = Needs(problem=f"cannot be read: {error.strerror or error}")
            if needs.problem:
                self.gaps.add(Gap("extract", path, None, needs.problem))
            self._needed[path] = needs
        return self._needed[path]


def _home(path: str) -> str:
    """The folder of the project that a file is about: `requirements/base.txt` is about the one around it."""
    folder = dirname(path)
    return dirname(folder) if folder.rpartition("/")[2] == "requirements" else folder


def _upwards(folder: str) -> Iterator[str]:
    while folder:
        yield folder
        folder = dirname(folder)
    yield ""


def _agree(lock: Version, asked: Sequence[Version]) -> bool:
    return any(overlap(lock.pin.versions, one.pin.versions) for one in asked)


NO_VERSIONS = Versions((), lambda _: b"")
