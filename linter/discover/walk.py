"""The files of a folder that git knows nothing of."""

from __future__ import annotations

import os
from pathlib import Path

from linter.discover.classify import installed
from linter.discover.ignore import IgnoreFile, ignored, parse
from linter.model.place import Gap
from linter.model.source import SkippedFile

_DEPTH = 100
"""Folders inside of each other; deeper ones are a gap."""
_IGNORE_BYTES = 1_000_000
_SILENT = frozenset({".git", "__pycache__", ".ipynb_checkpoints"})
"""Left out without a word: nobody expects them to be read."""


class Walk:
    """Every file below a folder that no `.gitignore` leaves out. Links to folders count as files and are never followed."""

    def __init__(self, root: Path) -> None:
        self.files: list[str] = []
        """Relative to the root, sorted."""
        self.skipped: list[SkippedFile] = []
        self.gaps: list[Gap] = []
        stack: list[tuple[str, tuple[IgnoreFile, ...], int]] = [("", (), 0)]
        while stack:
            folder, rules, depth = stack.pop()
            entries = self._list(root, folder, depth)
            rules = (*rules, *_ignore_files(folder, entries))
            for entry in entries:
                path = f"{folder}/{entry.name}" if folder else entry.name
                is_folder = entry.is_dir(follow_symlinks=False)
                if ignored(path, is_folder, rules):
                    continue
                if not is_folder:
                    self.files.append(path)
                elif self._enters(path, entry):
                    stack.append((path, rules, depth + 1))
        self.files.sort()

    def _list(self, root: Path, folder: str, depth: int) -> list[os.DirEntry[str]]:
        if depth > _DEPTH:
            self.gaps.append(Gap("discover", folder, None, f"more than {_DEPTH} folders deep"))
            return []
        try:
            with os.scandir(root / folder) as entries:
                return list(entries)
        except OSError as error:
            self.gaps.append(Gap("discover", folder or ".", None, f"cannot be listed: {error.strerror or error}"))
            return []

    def _enters(self, path: str, entry: os.DirEntry[str]) -> bool:
        why = installed(entry.name)
        if why is None:
            return True
        if entry.name not in _SILENT:
            self.skipped.append(SkippedFile(f"{path}/", why))
        return False


def _ignore_files(folder: str, entries: list[os.DirEntry[str]]) -> tuple[IgnoreFile, ...]:
    for entry in entries:
        if entry.name == ".gitignore" and entry.is_file(follow_symlinks=False):
            try:
                with open(entry.path, encoding="utf-8", errors="surrogateescape") as file:
                    return (parse(file.read(_IGNORE_BYTES), folder),)
            except OSError:
                return ()
    return ()
