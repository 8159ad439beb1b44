"""How many parameters a model has, as far as its name tells: a number, or what it lies between."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import inf

from linter.knowledge.model_ids import MAX_LENGTH, parameters_of

_BILLION, _MILLION = 1e9, 1e6
_EDGE = r"(?![a-z0-9])"
_START = r"(?<![a-z0-9.])"
_EXPERTS = re.compile(rf"{_START}(\d{{1,3}})x(\d+(?:\.\d+)?)b{_EDGE}")
"""`8x7b`: experts, and the size that one has together with what all share."""
_GROUPED = re.compile(rf"{_START}(\d+(?:\.\d+)?)b-(\d{{1,3}})e{_EDGE}")
"""`17b-16e`: what works for one token, and of how many experts that is chosen."""
_PART = re.compile(rf"(?<![a-z0-9])[ae](\d+(?:\.\d+)?)b{_EDGE}")
"""`a3b`, `e4b`: what works for one token, or what takes up memory, of more that there is."""
_SIZES = re.compile(rf"{_START}(\d+(?:\.\d+)?b\d?){_EDGE}")
_TWO_WAYS = re.compile(rf"\d_\d+b{_EDGE}")
"""`1_8b` and `llama_3_8b`: a decimal point, or another number before the size."""
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
    open_ = f"how many parameters {model} has"
    for part in reversed(model[:MAX_LENGTH].replace("\\", "/").lower().split("/")):
        bounds = _bounds(part)
        if bounds is not None:
            least, most = (bound * _BILLION for bound in bounds)
            return Size(least, most, "" if least == most else open_)
    return Size(0, inf, open_)


def _bounds(name: str) -> tuple[float, float] | None:
    """The least and the most, in billions; None for a name that says nothing."""
    if _TWO_WAYS.search(name):
        return 0, inf
    total = parameters_of(name)
    if (found := _EXPERTS.search(name)) is not None and total is not None:
        product = int(found[1]) * float(found[2])
        return (_SHARED * product, product) if abs(total - product) < 1e-3 else (total, total)
    if (found := _GROUPED.search(name)) is not None and total is None:
        return float(found[1]), float(found[1]) * int(found[2])
    sizes = [size for one in dict.fromkeys(_SIZES.findall(name)) if (size := parameters_of(one)) is not None]
    if len(sizes) > 1:
        return min(sizes), max(sizes)
    if total is not None:
        return total, total
    parts = [float(one) for one in _PART.findall(name)]
    return (min(parts), inf) if parts else None


def written(parameters: float) -> str:
    """`70B`, `1.5B`, `350M`"""
    unit, name = (_BILLION, "B") if parameters >= _BILLION else (_MILLION, "M")
    return f"{parameters / unit:.3g}{name}"
