"""Ranges of versions, as requirements of every tool write them, and whether two of them have a version in common."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_VERSION = re.compile(
    r"v?(?:\d+!)?(?P<release>\d+(?:\.\d+)*)(?P<all>\.\*)?"
    r"(?P<pre>[-_.]?(?:a|b|c|rc|alpha|beta|pre|preview|dev)[-_.]?\d*)?(?P<post>[-_.]?(?:post|rev|r)[-_.]?\d*|-\d+)?"
    r"(?:[-_.]?dev\d*)?(?:\+[\w.]+)?",
    re.IGNORECASE,
)
_ONE = re.compile(r"\s*,?\s*(?P<sign>===|==|~=|!=|<=|>=|<|>|=|\^|~)?\s*(?P<version>[^\s,|]+)")
_MOST = 50
"""Alternatives, and conditions of one of them: nobody writes more."""

Key = tuple[tuple[int, ...], int]
"""A version as it is ordered: its release without zeros at the end, and -1 before it, 0, or 1 after it."""
_FIRST: Key = ((), -1)
_LAST: Key = ((10**9,), 1)


@dataclass(frozen=True, slots=True)
class Range:
    """From one version to another; each end belongs to it or not."""

    low: Key = _FIRST
    high: Key = _LAST
    has_low: bool = True
    has_high: bool = True

    def and_also(self, other: Range) -> Range | None:
        """What is in both; None when nothing is."""
        low, above = max((self.low, not self.has_low), (other.low, not other.has_low))
        high, has_high = min((self.high, self.has_high), (other.high, other.has_high))
        is_empty = low > high or (low == high and (above or not has_high))
        return None if is_empty else Range(low, high, not above, has_high)

    @property
    def is_exact(self) -> bool:
        """It holds one version."""
        return self.low == self.high


Ranges = tuple[Range, ...]
"""One of them is the case."""
ANY: Ranges = (Range(),)


def ranges(text: str) -> Ranges:
    """`>=1,<2`, `==1.2.*`, `~=1.4`, `^0.2`, `1.2 || >=3`; what cannot be read sets no limit. An equals sign of its own is that of
    conda: `=1.2` is any 1.2."""
    found: list[Range] = []
    for one in re.split(r"\|\|?", text, maxsplit=_MOST)[:_MOST]:
        whole: Range | None = Range()
        for condition in _conditions(one):
            whole = None if whole is None else whole.and_also(condition)
        if whole is not None:
            found.append(whole)
    return tuple(dict.fromkeys(found)) or ANY


def overlap(some: Ranges, others: Ranges) -> bool:
    """Whether a version can be in both."""
    return any(one.and_also(other) is not None for one in some for other in others)


def exact(version: str) -> Ranges:
    """One version alone."""
    return ranges(f"=={version}")


def _conditions(text: str) -> Iterator[Range]:
    for number, found in enumerate(_ONE.finditer(text)):
        if number >= _MOST:
            return
        one = _condition(found["sign"] or "==", found["version"])
        if one is not None:
            yield one


def _condition(sign: str, text: str) -> Range | None:
    version = _VERSION.fullmatch(text.removesuffix(".x"))
    if version is None:
        return None
    release = tuple(int(part[:9]) for part in version["release"].split(".")[:10])
    key = _key(release, -1 if version["pre"] else 1 if version["post"] else 0)
    is_family = version["all"] is not None or text.endswith(".x")
    if sign == "!=":
        return None
    if (sign == "==" and is_family) or sign == "=":
        return Range(_key(release, -1), _after(release, len(release) - 1), has_high=False)
    if sign in ("==", "==="):
        return Range(key, key)
    if sign in ("~=", "~"):
        # `~=1.4.2` and `~1.4.2` are any 1.4 from there on; `~=1.4` is any 1, `~1.4` any 1.4.
        fixed = max(len(release) - 2, 0) if sign == "~=" else min(1, len(release) - 1)
        return Range(key, _after(release, fixed), has_high=False)
    if sign == "^":
        fixed = next((position for position, part in enumerate(release) if part), len(release) - 1)
        return Range(key, _after(release, fixed), has_high=False)
    if sign in (">", ">="):
        return Range(low=key, has_low=sign == ">=")
    return Range(high=key, has_high=sign == "<=")


def _after(release: tuple[int, ...], fixed: int) -> Key:
    """The first version behind all that agree up to that part."""
    return _key((*release[:fixed], release[fixed] + 1), -1)


def _key(release: tuple[int, ...], rank: int) -> Key:
    while release and not release[-1]:
        release = release[:-1]
    return release, rank
