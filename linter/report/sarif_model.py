"""`sarif-om`'s classes as JSON. Its own serialiser copies every object again on every level; this one walks them once."""

from __future__ import annotations

from functools import cache
from typing import Any

import attr
import sarif_om  # type: ignore[import-untyped]

_ALWAYS = frozenset({"level"})
"""Written although it is the default: not every reader knows the defaults."""


@attr.s
class Suppression(sarif_om.Suppression):  # type: ignore[misc]
    """As the standard has it. The class was made from a draft, in which `status` was called `state`."""

    status: str | None = attr.ib(default=None, metadata={"schema_property_name": "status"})


def to_json(value: Any) -> Any:
    """A tree of `sarif-om` objects, lists, dictionaries and scalars as plain JSON values. What is None, or at its default, is
    left out."""
    if isinstance(value, (str, int, float)) or value is None:
        return value
    if isinstance(value, (list, tuple)):
        return [to_json(one) for one in value]
    if isinstance(value, dict):
        return {key: to_json(one) for key, one in value.items()}
    found: dict[str, Any] = {}
    kind: Any = type(value)
    for name, key, default in _properties(kind):
        one = getattr(value, name)
        if one is not None and (one != default or key in _ALWAYS):
            found[key] = to_json(one)
    return found


@cache
def _properties(kind: Any) -> tuple[tuple[str, str, Any], ...]:
    """Attribute, property and default of a class. What the standard requires has no default, and is always written."""
    return tuple(
        (one.name, one.metadata["schema_property_name"], _default(one.default))
        for one in attr.fields(kind)
        if not (kind is Suppression and one.name == "state")
    )


def _default(default: Any) -> Any:
    return default.factory() if isinstance(default, attr.Factory) else default  # type: ignore[arg-type]
