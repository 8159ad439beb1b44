"""`archfit map --format json`: the inferred architecture, format `archfit-architecture/1`."""

from __future__ import annotations

from linter.model.architecture import ATTRIBUTES, Site
from linter.model.catalogue import SiteKind
from linter.model.place import Step
from linter.model.run import Run
from linter.report import operations, shapes
from linter.report.shapes import Json

FORMAT = "archfit-architecture/1"


def render(run: Run) -> str:
    """The document as text."""
    return shapes.written(document(run))


def document(run: Run) -> Json:
    """The document; `schemas/archfit-architecture-1.json` describes it."""
    found = run.architecture
    sites = [_site(site) for site in found.sites]
    return shapes.document(FORMAT, run, {"sites": sites, "operations": operations.as_json(found.operations)})


def _site(site: Site) -> Json:
    return {
        "id": site.id,
        "kind": site.kind.value,
        "also": [kind.value for kind in site.also],
        "location": shapes.location(site.place),
        "scope": site.scope.value,
        "via": site.via,
        "call": site.call,
        **({"value": shapes.scalar(site.value)} if site.kind is SiteKind.CONFIG else {}),
        "function": site.function,
        "confidence": site.confidence,
        "client": None if site.client is None else shapes.location(site.client),
        **{name: shapes.attribute(site.attributes[name]) for name in ATTRIBUTES if name in site.attributes},
        "evidence": [shapes.step(step) for step in _evidence(site)],
    }


def _evidence(site: Site) -> tuple[Step, ...]:
    """What the site and its attributes rest on, each step once."""
    of_attributes = (step for name in ATTRIBUTES if name in site.attributes for step in site.attributes[name].evidence)
    return tuple(dict.fromkeys((*site.evidence, *of_attributes)))
