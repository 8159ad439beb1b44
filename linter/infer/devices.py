"""Traced values -> devices."""

from __future__ import annotations

from linter.infer.scalars import attribute, merge
from linter.infer.things import Things
from linter.model.architecture import UNSET, Attribute
from linter.model.values import CallValue, Mapping, Symbol, Value, alternatives


def device(things: Things, value: Value) -> Attribute:
    """A device by its name, also that of `torch.device("cuda")`, and each of those that parts of a model are put on."""
    found: list[Attribute] = []
    for one in alternatives(value):
        if isinstance(one, Symbol) and one.name.startswith("torch."):
            found.append(UNSET)  # `model.to(torch.float16)`: a kind of numbers
            continue
        if isinstance(one, Mapping) and one.entries and not one.rest:
            found.extend(device(things, inner) for _, inner in one.entries)
        elif (
            isinstance(one, CallValue) and isinstance(one.callee, Symbol) and one.callee.name == "torch.device" and one.call.args
        ):
            found.append(attribute(things.tracer.value(one.call.args[0].value, one.frame)))
        else:
            found.append(attribute(one))
    return merge(found)
