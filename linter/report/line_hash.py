"""The fingerprint by which GitHub recognises an alert again, `primaryLocationLineHash`, computed as its upload step does.

Each line is named by a polynomial of the hundred characters (UTF-16 units) from its start on, with 37 as the base and in 64 bits.
Blanks and tabs do not count, every line end is one line feed, and behind the last character come one of all ones and then zeros.
Lines with the same hash are told apart by their number among themselves.
"""

from __future__ import annotations

from array import array
from collections import Counter
from itertools import accumulate

_LENGTH = 100
_BASE = 37
_MASK = (1 << 64) - 1
_POWER = pow(_BASE, _LENGTH, _MASK + 1)
_END = 0xFFFF


def line_hashes(source: bytes) -> list[str]:
    """The fingerprint of every line of a file, `hash:number`, in order."""
    text = source.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").replace(" ", "").replace("\t", "")
    units = array("H")
    units.frombytes(text.encode("utf-16-le", "surrogatepass"))
    if array("H", [1]).tobytes() != b"\x01\x00":
        units.byteswap()
    starts = [0, *(index for index, unit in enumerate(units, 1) if unit == 10)]
    padded = [*units, _END, *([0] * _LENGTH)]
    # Horner's rule once for the whole file; a window is the difference of two of its values.
    sums = list(accumulate(padded, lambda total, unit: (total * _BASE + unit) & _MASK, initial=0))
    seen: Counter[int] = Counter()
    found: list[str] = []
    for start in starts:
        value = (sums[start + _LENGTH] - sums[start] * _POWER) & _MASK
        seen[value] += 1
        found.append(f"{value:x}:{seen[value]}")
    return found
