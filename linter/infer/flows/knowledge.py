"""Declared knowledge: by the file, table or collection that it is read from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from linter.infer.flows.sinks import Sink, sent
from linter.infer.flows.sources import covers
from linter.infer.flows.statements import tables_in
from linter.infer.lineage import paths_in, statements_of
from linter.infer.reach import Reach
from linter.infer.scalars import spell
from linter.infer.things import Things
from linter.model.architecture import Flow, FlowKind
from linter.model.catalogue import Role, SiteKind
from linter.model.manifest import KnowledgeDeclaration
from linter.model.place import Step
from linter.model.values import CallValue, Value


class Knowledge:
    """Finds declared knowledge in what a site is handed."""

    def __init__(self, things: Things, reach: Reach) -> None:
        self.things, self.reach = things, reach

    def of(self, sink: Sink, declared: KnowledgeDeclaration) -> Iterator[Flow]:
        """At most one flow of a body of knowledge to a site."""
        found = sink.found
        target = Step(found.site.place, sent(found.site))
        for value in sink.values:
            for node in self.reach.walk(value):
                name = self._name(node.value, declared)
                if name:
                    steps = [*node.steps()]
                    steps[0] = replace(steps[0], what=f"{declared.name}: {name}")
                    yield Flow(FlowKind.KNOWLEDGE, declared.name, found.site.id, (*steps, target), node.certain, field=name)
                    return

    def _name(self, value: Value, declared: KnowledgeDeclaration) -> str:
        if not isinstance(value, CallValue):
            return ""
        for path in paths_in(value, self.things.tracer):
            if covers(declared.files, path):
                return path
        if declared.tables:
            wanted = {t.lower() for t in declared.tables}
            for given in statements_of(value, self.things.tracer):
                for text in spell(given)[0]:
                    if isinstance(text, str) and tables_in(text) & wanted:
                        return f"table {next(iter(tables_in(text) & wanted))}"
        return self._collection(value, declared) if declared.collections else ""

    def _collection(self, value: CallValue, declared: KnowledgeDeclaration) -> str:
        """The declared collection that a search looks into."""
        for match in self.things.matches(value):
            if match.result == "documents" or match.shape.site is SiteKind.RETRIEVAL:
                for made in (match.made, *(match.thing.made if match.thing else ())):
                    for _, named in self.things.role(made, Role.COLLECTION):
                        hits = [s for s in spell(named)[0] if isinstance(s, str) and s in declared.collections]
                        if hits:
                            return f"collection {hits[0]}"
        return ""
