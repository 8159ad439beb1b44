"""How many parameters a model has, as far as its name tells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import inf

_BILLION, _MILLION = 1e9, 1e6
_EDGE = r"(?![a-z0-9])"
_EXPERTS = re.compile(rf"(?<![a-z0-9.])(\d{{1,2}})x(\d+(?:\.\d+)?)b{_EDGE}")
"""`8x7b`: experts, and the size that one has together with what all share."""
_ACTIVE = re.compile(rf"(?<![a-z0-9.])(\d+(?:\.\d+)?)b-(\d+)e{_EDGE}|(?<![a-z0-9])a(\d+(?:\.\d+)?)b{_EDGE}")
"""`17b-16e` and `a3b`: what works for one token, of more that have to be loaded."""
_EFFECTIVE = re.compile(rf"(?<![a-z0-9])e(\d+(?:\.\d+)?)b{_EDGE}")
"""`e4b`: as much memory as a model of that size takes, with more parameters than that."""
_PLAIN = re.compile(rf"(?<![a-z0-9.])(\d+(?:\.\d+)?)(b|m)(\d)?{_EDGE}")
"""`70b`, `1.5b`, `7b1` (7.1), `350m`."""
_TWO_WAYS = re.compile(rf"\d_\d+b{_EDGE}")
"""`1_8b` and `llama_3_8b`: a decimal point, or another number before the size."""
_LEAST_MILLIONS = 10
"""Less is the length of a context: `LWM-Text-1M`."""
_SHARED = 0.75
"""The part of experts times size that a mixture of experts has at least; the rest is shared between them."""


@dataclass(frozen=True, slots=True)
class Size:
    """Parameters of a model: at least `least` and at most `most`. `because` says what decides where the two differ."""

    least: float
    most: float
    because: str = ""

    @property
    def is_exact(self) -> bool:
        return self.least == self.most


def size_of(model: str) -> Size:
    """What the name of a model says: an id of a hub, a tag of Ollama, or a file (`mistral-7b.Q4_K_M.gguf`). The name nearest to
    the end of a path counts. A name that says nothing gives a size between nothing and anything."""
    for part in reversed(model.replace("\\", "/").lower().split("/")):
        found = _of_name(part, model)
        if found is not None:
            return found
    return Size(0, inf, f"how many parameters {model} has")


def _of_name(name: str, model: str) -> Size | None:
    open_ = f"how many parameters {model} has in all"
    if _TWO_WAYS.search(name):
        return Size(0, inf, open_)
    experts = {(float(count), float(size)) for count, size in _EXPERTS.findall(name)}
    if len(experts) == 1:
        [(count, size)] = experts
        return Size(_SHARED * count * size * _BILLION, count * size * _BILLION, open_)
    plain = {_number(number, unit, tail) for number, unit, tail in _PLAIN.findall(name)} - {0.0}
    sizes = {one for one in plain if one >= _BILLION} or plain
    active = [(float(size or one), float(count or inf)) for size, count, one in _ACTIVE.findall(name)]
    grouped = next(((size, count) for size, count in active if count != inf), None)
    if grouped is not None:
        return Size(grouped[0] * _BILLION, grouped[0] * grouped[1] * _BILLION, open_)
    if len(sizes) == 1:
        [size] = sizes
        return Size(size, size)
    least = [one for one, _ in active] + [float(one) for one in _EFFECTIVE.findall(name)]
    if sizes or least:
        return Size(min([*sizes, *(one * _BILLION for one in least)]), max(sizes) if sizes else inf, open_)
    return None


def _number(number: str, unit: str, tail: str) -> float:
    value = float(f"{number}.{tail}" if tail and "." not in number else number)
    if unit == "b":
        return value * _BILLION
    return value * _MILLION if value >= _LEAST_MILLIONS else 0.0


def written(parameters: float) -> str:
    """`70B`, `1.5B`, `350M`"""
    unit, name = (_BILLION, "B") if parameters >= _BILLION else (_MILLION, "M")
    return f"{parameters / unit:.3g}{name}"
