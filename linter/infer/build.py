"""Program + knowledge -> Architecture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from linter.infer.content import Prompt, dataset
from linter.infer.flows import Flows
from linter.infer.mechanisms import mechanisms
from linter.infer.reach import Reach
from linter.infer.sites import Found, SiteFinder
from linter.infer.things import Things
from linter.knowledge.catalogue import Catalogue
from linter.link.program import Program, last_name
from linter.link.trace import Tracer
from linter.model.architecture import Architecture, Attribute, Coverage, Flow, FlowKind, Site, System
from linter.model.catalogue import Role, SiteKind
from linter.model.manifest import Manifest, SystemManifest
from linter.model.place import Gap
from linter.model.source import Scope


def infer(
    program: Program,
    catalogue: Catalogue,
    manifest: Manifest | None = None,
    *,
    gaps: Sequence[Gap] = (),
    coverage: Coverage | None = None,
    revision: str | None = None,
    name: str = "",
) -> Architecture:
    """What the program really is. `manifest` only says which data and knowledge to follow, and which systems there are."""
    things = Things(Tracer(program), catalogue)
    reach = Reach(things)
    found = SiteFinder(things).all()
    prompts = {one.site.id: Prompt(things, reach, one) for one in found if one.site.kind is SiteKind.INFERENCE}
    data = {one.site.id: dataset(things, reach, one) for one in found if one.site.kind is SiteKind.FINETUNE}
    found = [replace(one, site=_described(one.site, prompts.get(one.site.id), data.get(one.site.id))) for one in found]
    sites = tuple(one.site for one in found)
    flows = [*_histories(prompts), *_retrievals(prompts), *Flows(things, reach, manifest).all(found)]
    agents = frozenset(one.site.id for one in found if _is_agent(one, things))
    return Architecture(
        systems=tuple(_system(s, sites, agents, name) for s in (manifest.systems if manifest else [None])),
        sites=sites,
        flows=tuple(flows),
        paths=(),
        gaps=tuple(sorted(set(gaps))),
        coverage=coverage or Coverage(len(program.files), len(program.files)),
        revision=revision,
        index={site.id: site for site in sites},
    )


def _described(site: Site, prompt: Prompt | None, data: Attribute | None) -> Site:
    if data is not None:
        return replace(site, attributes={**site.attributes, "dataset": data})
    if prompt is None:
        return site
    return replace(site, attributes={**site.attributes, "context": prompt.context(), "rag": prompt.rag()})


def _histories(prompts: dict[str, Prompt]) -> list[Flow]:
    return [
        Flow(FlowKind.HISTORY, h.name, site, h.steps, bounded=h.bounded) for site, p in prompts.items() for h in p.histories[:1]
    ]


def _retrievals(prompts: dict[str, Prompt]) -> list[Flow]:
    return [Flow(FlowKind.RETRIEVAL, "documents", site, p.retrieved[0]) for site, p in prompts.items() if p.retrieved]


def _comes_back(found: Found, program: Program) -> bool:
    """The function of the call calls itself, directly or through one other."""
    scope = program.scope(found.frame.module, found.frame.scope)
    callers = {c.scope for c in program.calls_by_name.get(scope.name, ()) if c.file == found.frame.module}
    called = {last_name(s.call.func) for s in scope.calls}
    return scope.index in callers or any(program.scope(found.frame.module, c).name in called for c in callers)


def _is_agent(found: Found, things: Things) -> bool:
    """A prebuilt agent is run, or a model that was given tools is asked again in a loop without a fixed end."""
    for match in found.matches:
        if match.thing is not None and match.thing.type.kind == "agent":
            return True
        makers = (match.made, *(match.thing.made if match.thing else ()))
        has_tools = found.site.kind is SiteKind.INFERENCE and any(things.role(m, Role.TOOLS) for m in makers)
        if has_tools and (found.loops or _comes_back(found, things.tracer.program)):
            return True
    return False


def _system(declared: SystemManifest | None, sites: tuple[Site, ...], agents: frozenset[str], name: str) -> System:
    own = tuple(s for s in sites if declared is None or owns(declared.paths, s.place.file))
    product = tuple(s for s in own if s.scope is Scope.PRODUCT)
    return System(
        declared.name if declared else name,
        declared.paths if declared else (),
        mechanisms(product or own, agents),
        tuple(s.id for s in own),
    )


def owns(paths: Sequence[str], file: str) -> bool:
    """Whether one of the globs of a system covers a file; no globs cover everything."""
    path = PurePosixPath(file)
    for glob in paths:
        stem = glob.removesuffix("/**").rstrip("/")
        if path.match(glob) or file == stem or file.startswith(stem + "/"):
            return True
    return not paths
