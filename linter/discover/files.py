"""A folder -> the source files that can matter, what was left out and why, and what could not be looked at."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf
from pathlib import Path

from linter.discover.classify import Foreign, generated, is_infrastructure, scope_of
from linter.discover.git import Git
from linter.discover.walk import Walk
from linter.formats import notebook
from linter.formats.data import format_of
from linter.formats.dependencies import MAX_BYTES as NEEDS_BYTES
from linter.formats.dependencies import is_dependencies
from linter.model.place import Gap
from linter.model.source import FileKind, SkippedFile, SourceFile

MAX_BYTES = 1_000_000
"""A larger file is data or generated code."""
_MOST = {FileKind.PYTHON: MAX_BYTES, FileKind.NOTEBOOK: notebook.MAX_FILE}
_KINDS = {".py": FileKind.PYTHON, ".ipynb": FileKind.NOTEBOOK}
"""By the end of the name."""


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a folder holds."""

    files: tuple[SourceFile, ...]
    """Sorted by path."""
    skipped: tuple[SkippedFile, ...]
    """Files, or whole folders (then the path ends in a slash)."""
    gaps: tuple[Gap, ...]
    seen: int
    """Python files and notebooks that were found, left out or not."""
    revision: str | None = None
    """The commit that is checked out, where there is git."""
    prefix: str = ""
    """The way from the repository's top folder to the root: empty, or ending in a slash."""
    data: tuple[SourceFile, ...] = ()
    """Files of any size that may say how the system is configured, built or run, sorted by path."""
    listed: tuple[str, ...] = ()
    """The paths of all files, whatever they hold."""
    dependencies: tuple[SourceFile, ...] = ()
    """Files that say which packages, in which versions, the project runs with, sorted by path."""


def discover(root: Path, *, untracked: bool = True) -> Discovery:
    """Lists a folder (an absolute path without links in it).

    Where git knows it, its tracked files, and with `untracked` also the new ones that are not ignored, so that somebody who
    tries archfit before the first commit sees something. Elsewhere everything that no `.gitignore` leaves out. Never raises:
    a folder that cannot be read is a gap."""
    git = Git(root)
    listed = git.files(untracked)
    if listed:
        finder = _Finder(root, listed)
        return finder.result(git.revision(), git.prefix() or "")
    # An empty list: a repository without files, or a folder that the repository around it ignores.
    walked = Walk(root)
    finder = _Finder(root, walked.files, walked.skipped, walked.gaps)
    return finder.result(None, "")


@dataclass(slots=True)
class _Finder:
    """Looks at each listed path once."""

    root: Path
    listed: list[str]
    skipped: list[SkippedFile] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    _folders: dict[str, bool] = field(default_factory=dict)

    def result(self, revision: str | None, prefix: str) -> Discovery:
        foreign = Foreign(self.listed)
        left_out: Counter[tuple[str, str]] = Counter()
        files: list[SourceFile] = []
        data: list[SourceFile] = []
        needs: list[SourceFile] = []
        seen = 0
        for path in self.listed:
            kind = _KINDS.get(os.path.splitext(path)[1])
            if is_dependencies(path) and foreign.folder_of(path) is None:
                needs.extend(self._data(path, NEEDS_BYTES))
            if (format_of(path) is not None or is_infrastructure(path)) and foreign.folder_of(path) is None:
                data.extend(self._data(path))
                continue
            # A name without an ending may be a link to a folder of code; every other name is what it says.
            if kind is None and "." in path.rpartition("/")[2]:
                continue
            seen += kind is not None
            where = foreign.folder_of(path)
            if where is not None:
                left_out[where] += kind is not None
            else:
                file = self._look(path, kind)
                if file is not None:
                    files.append(file)
        for (folder, why), count in left_out.items():
            if count:
                self.skipped.append(SkippedFile(f"{folder}/", f"{why} ({count} Python file{'s' if count > 1 else ''})"))
        skipped, gaps = tuple(sorted(self.skipped)), tuple(sorted(set(self.gaps)))
        return Discovery(tuple(files), skipped, gaps, seen, revision, prefix, tuple(data), tuple(self.listed), tuple(needs))

    def _look(self, path: str, kind: FileKind | None) -> SourceFile | None:
        full = self.root / path
        try:
            info = os.lstat(full)
        except OSError as error:
            if kind is not None:
                self._absent(path, error)
            return None
        if stat.S_ISLNK(info.st_mode):
            self._link(path, full, kind is not None)
            return None
        if stat.S_ISDIR(info.st_mode):
            self.skipped.append(SkippedFile(f"{path.rstrip('/')}/", "a git repository of its own"))
            return None
        if kind is None:
            return None
        why = _unreadable(info, _MOST[kind]) or generated(path)
        if why:
            self.skipped.append(SkippedFile(path, why))
        elif self._inside(path):
            return SourceFile(path, kind, scope_of(path), info.st_size, str(self.root))
        return None

    def _data(self, path: str, most: float = inf) -> Iterator[SourceFile]:
        """A data file of at most so many bytes. What is wrong with one matters only to who reads it, and so does its size."""
        try:
            info = os.lstat(self.root / path)
        except OSError:
            return
        if stat.S_ISLNK(info.st_mode):
            self._link(path, self.root / path, False, nothing=False)
        elif stat.S_ISREG(info.st_mode) and info.st_size <= most and self._inside(path):
            yield SourceFile(path, FileKind.CONFIG, scope_of(path), info.st_size, str(self.root))

    def _absent(self, path: str, error: OSError) -> None:
        if isinstance(error, FileNotFoundError | NotADirectoryError):
            self.skipped.append(SkippedFile(path, "not in the working tree"))
        else:
            self.gaps.append(Gap("discover", path, None, f"cannot be looked at: {error.strerror or error}"))

    def _link(self, path: str, full: Path, is_source: bool, nothing: bool = True) -> None:
        """A link is never followed: inside of the root its target is read in its own place, outside there is nothing to read.
        `nothing`: one that leads to nothing is told."""
        try:
            target = full.resolve(strict=True)
        except (OSError, RuntimeError) as error:  # Python 3.11 says RuntimeError for a loop
            is_broken = isinstance(error, FileNotFoundError | NotADirectoryError)
            if nothing or not is_broken:
                self.gaps.append(Gap("discover", path, None, "a link to nothing" if is_broken else "a link that leads to itself"))
            return
        if not (is_source or target.is_dir()):
            return
        if target.is_relative_to(self.root):
            place = target.relative_to(self.root).as_posix()
            self.skipped.append(SkippedFile(path, f"a link to {place}, which is read in its own place"))
        else:
            self.gaps.append(Gap("discover", path, None, "a link that leads out of the scanned folder"))

    def _inside(self, path: str) -> bool:
        """A list that was made by git can name a file behind a folder that has become a link."""
        folder = os.path.dirname(path)
        if folder not in self._folders:
            whole = os.path.join(self.root, folder) if folder else str(self.root)
            self._folders[folder] = os.path.realpath(whole) == os.path.normpath(whole)
        if not self._folders[folder]:
            self.gaps.append(Gap("discover", path, None, "behind a link, which is not followed"))
        return self._folders[folder]


def _unreadable(info: os.stat_result, most: int) -> str | None:
    if not stat.S_ISREG(info.st_mode):
        return "not a regular file"
    return f"{info.st_size:,} bytes; files above {most:,} are not read" if info.st_size > most else None
