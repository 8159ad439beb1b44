"""`archfit init`: a first `archfit.yaml` that says what the code does today, each clause with the places that show it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date

from linter.model.architecture import UNSET, Architecture, Attribute, Site, State
from linter.model.catalogue import Hosting, SiteKind
from linter.model.finding import Finding
from linter.model.source import Scope
from linter.report.escape import shortened, visible
from linter.report.suggested import quoted, scalar, suggested

CLAUSES = ("privacy.processors", "deployment.target", "architecture.mechanisms")
"""What a draft declares; a clause that would not hold is left out."""
_NO_NAME = re.compile(r"[^A-Za-z0-9_-]+")
_AWAY = frozenset({Hosting.EXTERNAL.value, Hosting.CLOUD_TENANT.value})
_RUNS = frozenset({SiteKind.INFERENCE, SiteKind.VECTOR_STORE, SiteKind.RETRIEVAL, SiteKind.INGEST})
_TARGETS = (("external", "cloud-api"), ("cloud-tenant", "vpc"), ("self-hosted", "on-prem"), ("in-process", "edge"))
"""The first hosting that is in use decides: each target allows its own and all that follow."""
_HEAD = """\
# Drafted by `archfit init` from the code as it is. Read it, correct it, and let somebody review every later change of it.
# Each clause is optional: what is not declared is not checked. `archfit schema` prints the schema, for completion in editors.
"""
_TAIL = """\
# What the team knows and the code does not say. Take in what holds for you; all clauses are in archfit's documentation.
#
"""
_DATA = """\
# data:
#   customer-record:
#     class: regulated              # public | internal | confidential | regulated
#     found_in: {types: [app.models.Customer], fields: [email]}
"""
_MORE = """\
# privacy:
#   boundary: {regulated: [in-process, self-hosted]}
# latency:
#   timeout: required
# cost:
#   max_output_tokens: 1024
# control:
#   pinned_models: required
"""


def render(
    found: Architecture,
    *,
    without: Collection[str] = (),
    waived: Sequence[Finding] = (),
    expires: date | None = None,
    suggest: bool = False,
) -> str:
    """The manifest as text. `without`: clauses of `CLAUSES` to leave out; `waived`: findings that no clause is the reason of, to
    be accepted until `expires`; `suggest`: with what may be sensitive data, commented out."""
    product = [site for site in found.sites if site.scope is Scope.PRODUCT]
    sections = []
    if "privacy.processors" not in without:
        sections.append(_processors(product))
    if "deployment.target" not in without and (target := _target(product)):
        sections.append(target)
    if "architecture.mechanisms" not in without:
        sections.append(_mechanisms(found))
    if waived and expires is not None:
        sections.append(_waivers(waived, expires))
    name = _NO_NAME.sub("-", found.systems[0].name if found.systems else "").strip("-_") or "system"
    if suggest:
        sections.append(suggested(found.guesses))
    tail = _TAIL + ("" if found.guesses else _DATA) + _MORE
    return "\n".join([_HEAD, f"version: 1\nsystem: {scalar(name)}\n", *sections, tail])


def _processors(sites: Iterable[Site]) -> str:
    """The third parties that receive something, and the places where that cannot be told."""
    away: dict[str, list[Site]] = {}
    unknown: list[Site] = []
    for site in sites:
        for provider, hosting in _served(site):
            leaves = not _AWAY.isdisjoint(hosting.values)
            for value in provider.values if leaves else ():
                away.setdefault(str(value), []).append(site)
            open_ = provider.state in (State.UNKNOWN, State.PARTIAL) and (leaves or hosting.state is State.UNKNOWN)
            if open_ and site not in unknown:
                unknown.append(site)
    lines = ["privacy:", "  # Third parties that may receive anything at all."]
    lines.extend(f"  #   {visible(name)}: {_places(where)}" for name, where in sorted(away.items()))
    if unknown:
        lines.append(f"  #   not known, or not only these: {_places(unknown)}")
    lines.append(f"  processors: {_list(sorted(away))}")
    return "\n".join(lines) + "\n"


def _served(site: Site) -> Iterator[tuple[Attribute, Attribute]]:
    """Provider and hosting of each way that a call can go, and of what a framework takes by itself."""
    for way in site.ways or (site.attributes,):
        yield way.get("provider", UNSET), way.get("hosting", UNSET)
    for one in site.implied:
        yield one.provider, one.hosting


def _target(sites: Iterable[Site]) -> str:
    """The narrowest deployment target that reaches every model and store; empty when there is none."""
    by_hosting: dict[str, list[Site]] = {}
    for site in sites:
        if not _RUNS.isdisjoint((site.kind, *site.also)):
            for value in site.get("hosting").values:
                by_hosting.setdefault(str(value), []).append(site)
    in_use = [(hosting, target) for hosting, target in _TARGETS if hosting in by_hosting]
    if not in_use:
        return ""
    shown = [f"  #   {hosting}: {_places(by_hosting[hosting])}" for hosting, _ in in_use]
    return "\n".join(["deployment:", "  # Where the models and the stores run.", *shown, f"  target: {in_use[0][1]}"]) + "\n"


def _mechanisms(found: Architecture) -> str:
    index = {site.id: site for site in found.sites}
    proof: dict[str, list[Site]] = {}
    for system in found.systems:
        for mechanism in system.mechanisms:
            proof.setdefault(mechanism.name, []).extend(index[one] for one in mechanism.sites if one in index)
    lines = ["architecture:", "  # The mechanisms in use; archfit tells when one is added, and when one is gone."]
    lines.extend(f"  #   {name}: {_places(where)}" for name, where in proof.items())
    return "\n".join([*lines, f"  mechanisms: {_list(proof)}"]) + "\n"


def _waivers(findings: Sequence[Finding], expires: date) -> str:
    lines = ["# Found when archfit came in. Decide on each, and give it an owner.", "waivers:"]
    for rule, file in sorted({(finding.rule, finding.place.file) for finding in findings}):
        message = next(one.message for one in findings if (one.rule, one.place.file) == (rule, file))
        lines += [
            f"  - rule: {rule}",
            f"    paths: [{scalar(file)}]",
            f"    reason: {quoted(shortened(visible(message), 200))}",
            "    kind: accepted-risk",
            "    owner: unassigned",
            f"    expires: {expires.isoformat()}",
        ]
    return "\n".join(lines) + "\n"


def _places(sites: Sequence[Site]) -> str:
    first = min(sites, key=lambda site: site.place).place
    return visible(str(first)) + (f" and {len(sites) - 1:,} more" if len(sites) > 1 else "")


def _list(values: Iterable[str]) -> str:
    return f"[{', '.join(map(scalar, values))}]"
