"""Declared data and declared knowledge -> flows: the way from a source to a site, step by step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from linter.infer.flows.knowledge import Knowledge
from linter.infer.flows.sinks import Sink, Sinks, sent
from linter.infer.flows.sources import Hit, Sources
from linter.infer.flows.stores import Stored, Stores
from linter.infer.reach import Node, Reach
from linter.infer.sites import Found
from linter.infer.things import Things
from linter.model.architecture import Flow, FlowKind
from linter.model.catalogue import SiteKind
from linter.model.manifest import DataDeclaration, Manifest
from linter.model.place import Step
from linter.model.values import Value

_KEEPS = (SiteKind.INGEST, SiteKind.VECTOR_STORE)


class Flows:
    """Finds flows of what the manifest declares."""

    def __init__(self, things: Things, reach: Reach, manifest: Manifest | None) -> None:
        self.things, self.reach, self.manifest = things, reach, manifest
        self.stores = Stores(things)
        self.sources = Sources(things, reach, self.stores)
        self.knowledge = Knowledge(things, reach)

    def all(self, found: Sequence[Found]) -> list[Flow]:
        """Every flow of declared data and knowledge to a site."""
        if self.manifest is None:
            return []
        sinks = Sinks(self.things, tuple(found))
        flows: list[Flow] = []
        # What is stored first: it comes out of the store again.
        for one in sorted(found, key=lambda one: not _keeps(one)):
            system = self.manifest.system_of(one.site.place.file)
            if not system.data and not system.updates.knowledge:
                continue
            sink = sinks.of(one)
            for declared in system.data:
                flows.extend(self._sensitive(sink, declared))
            for knowledge in system.updates.knowledge if one.site.kind is not SiteKind.LOG else ():
                flows.extend(self.knowledge.of(sink, knowledge))
        return flows

    def _sensitive(self, sink: Sink, declared: DataDeclaration) -> Iterator[Flow]:
        """At most one flow for a site and a kind of data: the shortest certain one, with all fields that take it."""
        found = sink.found
        trains = SiteKind.FINETUNE in (found.site.kind, *found.site.also)
        masked = self.sources.redactors.of_masks(sink.masks, declared) if sink.masks else ""
        cleaned = masked or (self.sources.redactors.at_the_head(found, declared) if sink.entered else "")
        hits: list[tuple[Node, Hit]] = []
        for value in sink.values:
            found_in = self._hits(value, declared, trains)
            is_cleaned = bool(cleaned) and (bool(masked) or any(value is one for one in sink.entered))
            hits.extend((node, Hit("redacted", cleaned)) if is_cleaned else (node, hit) for node, hit in found_in)
        sources = [(n, h) for n, h in hits if h.what == "source"]
        chosen = next(((n, h) for n, h in sources if n.certain and h.certain), sources[0] if sources else None)
        steps: tuple[Step, ...] = ()
        certain, fields, redacted = True, "", ""
        if chosen is not None:
            node, hit = chosen
            fields = ", ".join(dict.fromkeys(h.name for _, h in sources if h.name))
            steps, certain = _way(node, hit, declared), node.certain and hit.certain and not sink.masks
        stored = None if chosen is not None and certain else self._retrieved(found, declared)
        if stored is not None and (chosen is None or stored.certain):
            steps, certain = stored.steps, stored.certain
        elif chosen is None and hits:
            node, hit = hits[0]
            steps, certain, redacted = node.steps(), node.certain, hit.name
        if not steps:
            return
        steps = (*steps, Step(found.site.place, sent(found.site)))
        for site in (found.site, *sink.onward):
            last = () if site is found.site else (Step(site.place, sent(site)),)
            yield Flow(
                FlowKind.SENSITIVE_DATA, declared.name, site.id, (*steps, *last), certain, field=fields, redacted_by=redacted
            )
        if _keeps(found) and not redacted:
            for match in found.matches:
                self.stores.put(declared.name, match, Stored(steps, certain))

    def _hits(self, value: Value, declared: DataDeclaration, by_id: bool) -> Iterator[tuple[Node, Hit]]:
        """Where the ways into a value end: at a source, or at a redactor."""
        ends: set[Node] = set()

        def stop(node: Node) -> bool:
            return node in ends

        for node in self.reach.walk(value, stop):
            hit = self.sources.hit(node, declared, by_id=by_id)
            if hit is not None:
                if hit.certain:
                    ends.add(node)  # a name alone says too little: further back the record itself may stand
                if hit.what != "harmless":
                    yield node, hit

    def _retrieved(self, found: Found, declared: DataDeclaration) -> Stored | None:
        """What a chain or an agent finds in a store that holds the data."""
        if SiteKind.INFERENCE not in (found.site.kind, *found.site.also):
            return None
        held = (self.stores.in_parts(declared.name, match) for match in found.matches)
        return next((one for one in held if one is not None), None)


def _way(node: Node, hit: Hit, declared: DataDeclaration) -> tuple[Step, ...]:
    steps = [*node.steps()]
    steps[0] = replace(steps[0], what=f"{hit.name or declared.name}: {steps[0].what or 'comes from here'}")
    return (*hit.before, *steps)


def _keeps(found: Found) -> bool:
    return bool({found.site.kind, *found.site.also} & set(_KEEPS))
