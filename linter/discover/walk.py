"""The files of a folder that git knows nothing of."""

from __future__ import annotations

import os
from pathlib import Path

from linter.discover.classify import Foreign
from linter.discover.ignore import IgnoreFile, ignored, parse
from linter.model.place import Gap

_DEPTH = 100
"""Folders inside of each other; deeper ones are a gap."""
_IGNORE_BYTES = 1_000_000


def walk(root: Path) -> tuple[list[str], list[Gap]]:
    """Every file below the root that no `.gitignore` leaves out, relative to it, sorted, and what could not be looked into. Links to
    folders are listed as files and never followed."""
    found: list[str] = []
    gaps: list[Gap] = []
    stack: list[tuple[str, tuple[IgnoreFile, ...], int]] = [("", (), 0)]
    while stack:
        folder, rules, depth = stack.pop()
        if depth > _DEPTH:
            gaps.append(Gap("discover", folder, None, f"more than {_DEPTH} folders deep"))
            continue
        try:
            with os.scandir(root / folder) as entries:
                inside = list(entries)
        except OSError as error:
            gaps.append(Gap("discover", folder or ".", None, f"cannot be listed: {error.strerror or error}"))
            continue
        own = _ignore_file(root, folder, inside)
        rules = (*rules, own) if own else rules
        for entry in inside:
            path = f"{folder}/{entry.name}" if folder else entry.name
            is_folder = entry.is_dir(follow_symlinks=False)
            if ignored(path, is_folder, rules):
                continue
            if not is_folder:
                found.append(path)
            elif Foreign((), tracked=False).folder_of(f"{path}/") is None or _has_code(entry.path):
                stack.append((path, rules, depth + 1))
    return sorted(found), sorted(gaps)
