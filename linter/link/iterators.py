"""What is iterated over through another function: `tqdm(models)`, `itertools.chain(a, b)`, batches of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.link import items
from linter.model.place import Place
from linter.model.values import Collected, Listing, Value, core

if TYPE_CHECKING:
    from linter.link.trace import Tracer

SAME = (
    *(f"tqdm.{where}tqdm" for where in ("", "auto.", "autonotebook.", "std.", "notebook.", "asyncio.", "rich.")),
    "tqdm.asyncio.tqdm_asyncio",
    "rich.progress.track",
    "alive_progress.alive_it",
    "stqdm.stqdm",
    "itertools.cycle",
    "joblib.delayed",
)
"""What gives the same things that it is given first, one after the other, or the same function."""
FLAT = ("itertools.chain.from_iterable", "more_itertools.flatten")
BATCHED = ("itertools.batched", *(f"more_itertools.{how}" for how in ("chunked", "batched", "ichunked")), "toolz.partition_all")


def chained(tracer: Tracer, values: list[Value], place: Place) -> Value:
    """`chain(a, b)`: the elements of each."""
    known = [core(value) for value in values]
    if all(isinstance(one, Listing) and not one.open for one in known):
        return Listing(place, tuple(item for one in known if isinstance(one, Listing) for item in one.items))
    elements = [items.element(tracer, value, place) for value in values]
    return Collected(place, tracer.join(elements, place, "chain"), tuple(values))


def flat(tracer: Tracer, values: Value, place: Place) -> Value:
    """`chain.from_iterable(lists)`: the elements of the elements."""
    return Collected(place, items.element(tracer, items.element(tracer, values, place), place), (values,))


def batches(tracer: Tracer, values: Value, place: Place) -> Value:
    """`batched(texts, 10)`: lists of some of the elements each."""
    return Collected(place, Collected(place, items.element(tracer, values, place), (values,)), (values,))
