"""Redactors that the catalogue knows: calls whose result no longer is what they were given."""

from __future__ import annotations

from linter.infer.things import Match, Things
from linter.model.catalogue import Role
from linter.model.values import Alternatives, Listing, Value, core

REDACTED = "redacted"


def redacts(things: Things, match: Match) -> bool | None:
    """Whether the result of a known call is redacted. A call that only runs its parts redacts when one of them does; None when
    it cannot be told which parts it has."""
    if match.result != REDACTED:
        return False
    if all(arg.role is not Role.PART for arg in match.shape.args):
        return True
    if any(things.catalogue.has_result(part.type.name, REDACTED) for part in things.parts((match.made,), Role.PART)):
        return True
    given = things.given(match.made, Role.PART)
    return False if given and all(_is_known(things, one) for one in given) else None


def _is_known(things: Things, value: Value) -> bool:
    known = core(value)
    if isinstance(known, Alternatives):
        return all(_is_known(things, one) for one in known.options)
    return isinstance(known, Listing) and not known.open and all(things.of(one) for one in known.items)
