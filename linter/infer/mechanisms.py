"""Sites -> mechanisms: what the system really uses, with the sites that prove it."""

from __future__ import annotations

from collections.abc import Iterable

from linter.model.architecture import Mechanism, Site, State
from linter.model.catalogue import SiteKind

ORDER = ("prompt", "rag", "finetune", "agent", "router")


def mechanisms(
    sites: Iterable[Site], agents: frozenset[str] = frozenset(), routers: frozenset[str] = frozenset()
) -> tuple[Mechanism, ...]:
    """The mechanisms that the sites prove. `agents`, `routers`: ids of sites that are steps of an agent or behind a router."""
    given = tuple(sites)
    proof: dict[str, list[str]] = {name: [] for name in ORDER}
    for site in given:
        if site.kind is SiteKind.INFERENCE:
            proof["prompt"].append(site.id)
            if True in site.get("rag").values:
                proof["rag"].append(site.id)
            if site.id in agents:
                proof["agent"].append(site.id)
            if site.id in routers:
                proof["router"].append(site.id)
        elif SiteKind.FINETUNE in (site.kind, *site.also):
            proof["finetune"].append(site.id)
    retrieves = [s.id for s in given if SiteKind.RETRIEVAL in (s.kind, *s.also)]
    asks = [s for s in given if s.kind is SiteKind.INFERENCE]
    unseen = not asks or any(s.get("rag").state is State.UNKNOWN for s in asks)
    doubtful = bool(retrieves) and not proof["rag"] and unseen
    if doubtful:
        proof["rag"] = retrieves
    return tuple(Mechanism(name, tuple(proof[name]), not (name == "rag" and doubtful)) for name in ORDER if proof[name])
