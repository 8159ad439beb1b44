"""Calls that make no part of the architecture -> what they fetch from a hub, or leave with a vendor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from linter.infer.attributes import attributes, merged
from linter.infer.scalars import attribute, merge
from linter.infer.things import Match, Things, client_of
from linter.model.architecture import UNSET, Attribute, Errand, State
from linter.model.catalogue import ErrandKind, Hosting, Role, SiteKind
from linter.model.place import Place
from linter.model.source import Scope

_AS: Mapping[ErrandKind, SiteKind] = {ErrandKind.DOWNLOAD: SiteKind.FINETUNE, ErrandKind.UPLOAD: SiteKind.INFERENCE}
"""Sites of this kind have the attributes that matter."""
_NAMES = ("provider", "hosting", "endpoint", "model", "offline", "remote_code", "store")


def errands(
    things: Things, matches: Sequence[Match], scopes: Mapping[str, Scope], function: str, place: Place
) -> Iterator[Errand]:
    """The errands of one call. `matches`: its meanings; `function`: that which it stands in."""
    for kind in dict.fromkeys(m.shape.errand for m in matches if m.shape.errand is not None):
        chosen = [m for m in matches if m.shape.errand is kind]
        found = merged([one for m in chosen for one in attributes(things, m, _AS[kind])])
        told = {name: found[name] for name in _NAMES if name in found}
        if kind is ErrandKind.DOWNLOAD:
            named = [attribute(value) for m in chosen for _, value in things.role(m.made, Role.DATASET)]
            told["model"] = merge([one for one in (told.get("model", UNSET), *named) if one != UNSET])
            told["hosting"] = Attribute(State.KNOWN, (Hosting.IN_PROCESS.value,))  # what is fetched is used here
        yield Errand(kind, place, scopes.get(place.file, Scope.PRODUCT), chosen[0].made.dotted, told, function, client_of(chosen))
