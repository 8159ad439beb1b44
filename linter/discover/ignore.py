"""The rules of `.gitignore` files, for folders that git cannot be asked about.

Written here rather than taken from a package: it is needed only where there is no git, and must not cost the start-up of every
other run. A test compares it with what `git check-ignore` says.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from linter.model.glob import wild

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a `.gitignore`."""

    segments: tuple[str, ...]
    """What the path below the file's folder is compared with, one pattern a folder; `**` spans any number of them."""
    negated: bool
    folders_only: bool


@dataclass(frozen=True, slots=True)
class IgnoreFile:
    """The rules of one `.gitignore`, in their order."""

    folder: str
    """Where it stands, relative to the root; empty for the root."""
    rules: tuple[Rule, ...]


def parse(text: str, folder: str) -> IgnoreFile:
    """Reads a `.gitignore`. A line that git would not understand is no rule."""
    rules = (_rule(line) for line in text.removeprefix("\ufeff").splitlines())
    return IgnoreFile(folder, tuple(rule for rule in rules if rule is not None))


def ignored(path: str, is_folder: bool, files: Sequence[IgnoreFile]) -> bool:
    """Whether a path (relative to the root) is left out. `files`: those on the way to it, outermost first. The folders above it
    are taken to be looked at already: nothing below an ignored folder can come back."""
    for file in reversed(files):
        parts = path[len(file.folder) + 1 :].split("/") if file.folder else path.split("/")
        for rule in reversed(file.rules):
            if (is_folder or not rule.folders_only) and _matches(rule.segments, parts):
                return not rule.negated
    return False


def _rule(line: str) -> Rule | None:
    if line.startswith("#"):
        return None
    negated = line.startswith("!")
    pattern = _trimmed(line[1:] if negated else line)
    folders_only = pattern.endswith("/")
    pattern = pattern.rstrip("/") if folders_only else pattern
    if not pattern:
        return None
    segments = tuple(part for part in pattern.split("/") if part)
    return Rule(segments if "/" in pattern else ("**", *segments), negated, folders_only)


def _trimmed(line: str) -> str:
    """Without the blanks at the end, but for one after a backslash."""
    short = line.rstrip(" ")
    return short + " " if short.endswith("\\") and short != line else short


def _matches(patterns: Sequence[str], parts: Sequence[str]) -> bool:
    # `folder/**` is everything inside of the folder, not the folder itself.
    return wild((*patterns, "*") if patterns[-1] == "**" else patterns, parts, "**", lambda one, part: bool(_segment(one)(part)))


@lru_cache(maxsize=4096)
def _segment(pattern: str) -> Callable[[str], object]:
    """A test of one name. The standard library's translation needs no backtracking over earlier stars."""
    plain = _ESCAPED.sub(lambda m: f"[{m[1]}]" if m[1] in "*?[" else m[1], pattern).replace("[^", "[!")
    try:
        return re.compile(fnmatch.translate(plain)).match
    except re.error:
        return lambda _: None
