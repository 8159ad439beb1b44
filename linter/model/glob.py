"""Patterns of paths and names. Matching takes at most pattern times text steps: patterns come from scanned repositories, and a
regular expression made of `*a*a*a…` would not end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache


def path_matches(pattern: str, path: str) -> bool:
    """Whether a path pattern takes in a file. Both are relative to the root, with forward slashes. `*` and `?` stay inside one
    folder, `**` spans any number of them, and the name of a folder takes in everything below it. Nothing else is special."""
    segments = _segments(pattern)
    parts = path.split("/")
    return wild(segments, parts, "**", _name_segment) or wild((*segments, "**"), parts, "**", _name_segment)


def name_matches(pattern: str, name: str) -> bool:
    """Whether a pattern (`gpt-4*`, `*.corp.example`) takes in a name. `*` stands for any text, `?` for one character; capitals do
    not count."""
    return wild(pattern.casefold(), name.casefold(), "*", _character)


def specificity(pattern: str) -> int:
    """How near a path pattern is to the files: the number of its leading folders without a wildcard."""
    count = 0
    for segment in _segments(pattern):
        if "*" in segment or "?" in segment:
            break
        count += 1
    return count


@lru_cache(maxsize=4096)
def _segments(pattern: str) -> tuple[str, ...]:
    return tuple(s for s in pattern.removeprefix("./").split("/") if s not in ("", "."))


@lru_cache(maxsize=65536)
def _name_segment(pattern: str, part: str) -> bool:
    return pattern == part or (("*" in pattern or "?" in pattern) and wild(pattern, part, "*", _character))


def _character(pattern: str, character: str) -> bool:
    return pattern in ("?", character)


def wild(pattern: Sequence[str], text: Sequence[str], star: str, equal: Callable[[str, str], bool]) -> bool:
    """Whether a sequence of patterns, in which a star spans any number of items, takes in a sequence of items. Greedy: it only
    ever goes back to the last star, since the earlier ones need no second try."""
    p = t = 0
    last_star, resume = -1, 0
    while t < len(text):
        if p < len(pattern) and pattern[p] == star:
            last_star, resume = p, t
            p += 1
        elif p < len(pattern) and equal(pattern[p], text[t]):
            p += 1
            t += 1
        elif last_star >= 0:
            resume += 1
            p, t = last_star + 1, resume
        else:
            return False
    return all(rest == star for rest in pattern[p:])
