"""What rules go over, and in which context they are judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from linter.check.beside import Beside
from linter.model.architecture import Architecture, Flow, Site
from linter.model.catalogue import SiteKind
from linter.model.manifest import Clause, SystemManifest
from linter.model.place import Place
from linter.model.rule import Check, Over
from linter.model.source import Scope


class ModelRecord(Protocol):
    """What is known about one model."""

    @property
    def retired(self) -> date | None:
        """The day on which it is switched off; None when no such day is known."""


class ModelTable(Protocol):
    """The bundled snapshot of model facts."""

    @property
    def as_of(self) -> date:
        """The day on which the table was made."""

    def lookup(self, model_id: str, provider: str | None = None) -> ModelRecord | None:
        """What is known about a model; None when it is not in the table."""

    def is_alias(self, model_id: str, provider: str | None = None) -> bool | None:
        """Whether an id moves from snapshot to snapshot; None when that cannot be told."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a predicate may look at besides its subject: one system with its constraints."""

    system: str
    manifest: SystemManifest | None
    mechanisms: tuple[tuple[str, tuple[Site, ...]], ...]
    """The mechanisms that the system really uses, with the sites that prove them."""
    facts: ModelTable | None
    today: date
    blind: bool = False
    """Something of the repository could not be analysed, so that absence proves nothing."""
    doubtful: frozenset[str] = frozenset()
    """Mechanisms of which only the parts were seen."""
    builds: tuple[str, ...] = ()
    """Commands that are run when images are built."""

    def clause(self, path: str) -> Clause | None:
        """A clause of the system's constraints; None when it is not declared."""
        return None if self.manifest is None else self.manifest.clause(path)


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing that a rule judges."""

    over: Over
    place: Place
    scope: Scope
    site: Site | None = None
    """The site itself; of a flow the site it ends in; of a mechanism the first site that proves it."""
    flow: Flow | None = None
    sites: tuple[Site, ...] = ()
    """Of a mechanism: all sites that prove it."""
    name: str = ""
    """Of a mechanism its name, of a clause the item, of what stands beside the architecture what tells it from others."""
    item: Clause | None = None


def subjects(
    check: Check, architecture: Architecture, own: tuple[Site, ...], context: Context, others: tuple[Beside, ...] = ()
) -> Iterator[Subject]:
    """What a check goes over in one system. `own`: the sites of the system; `others`: what it has beside them."""
    if check.each is Over.SITE:
        for site in own:
            if site.kind is not SiteKind.LOG and _is_kind(site, check.kinds):
                yield Subject(Over.SITE, site.place, site.scope, site)
        for one in others:
            if one.kind in check.kinds:
                yield Subject(Over.SITE, one.site.place, one.site.scope, one.site, name=one.name)
    elif check.each is Over.FLOW:
        targets = {site.id: site for site in own}
        for flow in architecture.flows:
            target = targets.get(flow.to)
            wanted = target is not None and (not check.kinds or flow.kind.value in check.kinds) and _is_kind(target, check.to)
            if target is not None and wanted and not flow.redacted_by:
                yield Subject(Over.FLOW, target.place, target.scope, target, flow)
    elif check.each is Over.MECHANISM:
        for name, sites in context.mechanisms:
            proof = tuple(s for s in sites if s.scope is Scope.PRODUCT) or sites
            yield Subject(Over.MECHANISM, proof[0].place, proof[0].scope, proof[0], sites=proof, name=name)
    else:
        clause = context.clause(check.of)
        values = clause.value if clause is not None and isinstance(clause.value, tuple) else ()
        for value in values:
            item = context.manifest.item(check.of, value) if context.manifest is not None else None
            if item is not None:
                yield Subject(Over.CLAUSE, item.anchor, Scope.PRODUCT, name=value, item=item)


def _is_kind(site: Site, kinds: tuple[str, ...]) -> bool:
    return not kinds or site.kind.value in kinds or any(one.value in kinds for one in site.also)
