"""What stands for all calls of an SDK: a variable of its module, or one of the environment."""

from __future__ import annotations

from dataclasses import replace

from linter.infer.chain import Chain
from linter.infer.defaults import defaults
from linter.infer.overrides import elsewhere, variables
from linter.infer.scalars import attribute
from linter.infer.serving import providers
from linter.infer.things import Things
from linter.model.architecture import UNSET, Attribute, State

STANDING = frozenset({"region", "offline", "untraced", "store"})
"""Attributes that SDKs also read there. They are roles and meanings of variables by the same names."""
_OFF = ("0", "false", "no", "off", "")


def standing(things: Things, chain: Chain, name: str) -> Attribute | None:
    """What stands outside of a call for one of `STANDING`; for a region that nothing says, the variables that decide it. None:
    nothing is said."""

    def who() -> frozenset[str]:
        return providers(things, chain, UNSET) if name == "region" else frozenset()

    value = elsewhere(things, chain, name, who)
    found = None if value is None else attribute(value)
    if found is not None and found.state is not State.UNSET:
        if name == "store":  # told by the name of an API, say
            return Attribute(State.UNKNOWN, (), "how the program sets up the SDK for all calls", (), found.evidence)
        return found if name == "region" else _switch(found)
    names = variables(things, chain, name, who) if name == "region" else ()
    if names and not any("region" in d.values for makers in chain.all() for made in makers for d in defaults(things, made)):
        return Attribute(State.UNSET, because=f"the environment variable {' or '.join(names)}")
    return None


def _switch(found: Attribute) -> Attribute:
    """A text of the environment as yes or no. A folder that is named is a yes, too."""
    values = tuple(dict.fromkeys(v if isinstance(v, bool) else str(v).strip().lower() not in _OFF for v in found.values))
    return replace(found, values=values)
