"""Program + knowledge -> Architecture."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from linter.infer.configuration.entries import config_sites
from linter.infer.configuration.joining import by_place, joined
from linter.infer.configuration.known_formats import configured
from linter.infer.configuration.operations import merged
from linter.infer.configuration.tracing_switches import switches
from linter.infer.configuration.training import training_flows
from linter.infer.content import Prompt, dataset
from linter.infer.flows.following import Flows
from linter.infer.flows.names import declared_functions
from linter.infer.flows.nowhere import Led, led, nowhere
from linter.infer.guesses import guesses
from linter.infer.mechanisms import mechanisms
from linter.infer.own import served_inside
from linter.infer.reach import Reach
from linter.infer.running import running
from linter.infer.sites import Found, SiteFinder
from linter.infer.things import Things
from linter.infer.tools import Retrieving
from linter.knowledge.catalogue import Catalogue
from linter.link.outside import Outside
from linter.link.program import Program
from linter.link.trace import Tracer
from linter.model.architecture import Architecture, Attribute, Coverage, Errand, Flow, FlowKind, Site, System
from linter.model.catalogue import Role, SiteKind
from linter.model.manifest import Manifest, SystemManifest
from linter.model.operations import Operations
from linter.model.personal import Guess, Vocabulary
from linter.model.place import Gap
from linter.model.source import Scope


def infer(
    program: Program,
    catalogue: Catalogue,
    manifest: Manifest | None = None,
    *,
    beside: Sequence[Program] = (),
    gaps: Sequence[Gap] = (),
    coverage: Coverage | None = None,
    revision: str | None = None,
    name: str = "",
    listed: Collection[str] | None = None,
    words: Vocabulary | None = None,
) -> Architecture:
    """What the program really is. `manifest` only says which data and knowledge to follow, and which systems there are. `beside`:
    further programs of the repository that share nothing with it. `listed`: paths of all files of the
    repository; `words`: by which sensitive data is to be guessed."""
    programs = (program, *beside)
    parts = [_part(one, catalogue, manifest, words) for one in programs]
    in_code = [site for part in parts for site in part.in_code]
    in_files = by_place(site for part in parts for site in part.in_files)
    config = configured(program.data, catalogue, (*in_code, *in_files))
    sites = tuple(sorted((*in_code, *joined(in_files, config.sites)), key=lambda site: (site.place, site.kind)))
    agents = frozenset(agent for part in parts for agent in part.agents)
    logs = tuple(sorted((site for part in parts for site in part.logs), key=lambda site: site.place))
    files = sum(len(one.files) for one in programs)
    of_files = [gap for one in programs for gap in (*one.data.gaps, *one.versions.gaps)]
    return Architecture(
        systems=tuple(_system(s, sites, agents, name) for s in (manifest.systems if manifest else [None])),
        sites=sites,
        flows=(*(flow for part in parts for flow in part.flows), *training_flows(config.sites, manifest)),
        paths=(),
        gaps=tuple(sorted({*gaps, *config.gaps, *of_files}, key=Gap.where)),
        coverage=replace(coverage or Coverage(files, files), configurations=len(config.files)),
        revision=revision,
        index={site.id: site for site in (*sites, *logs)},
        logs=logs,
        operations=merged([config.operations, *(part.operations for part in parts)]),
        errands=tuple(sorted((one for part in parts for one in part.errands), key=lambda one: (one.place, one.kind))),
        nowhere=nowhere(programs, manifest, [part.led for part in parts], listed, coverage, gaps),
        guesses=parts[0].guesses,
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """What one program adds to the architecture. `agents`: ids of sites at which an agent runs."""

    in_code: tuple[Site, ...]
    in_files: tuple[Site, ...]
    """Entries of files that the code reads."""
    flows: tuple[Flow, ...]
    logs: tuple[Site, ...]
    """Calls that log declared data."""
    agents: frozenset[str]
    operations: Operations
    errands: tuple[Errand, ...]
    led: Mapping[str, Led]
    """Where declared names lead."""
    guesses: tuple[Guess, ...] = ()


def _part(program: Program, catalogue: Catalogue, manifest: Manifest | None, words: Vocabulary | None = None) -> _Part:
    things = Things(Tracer(program, Outside(catalogue.collects, catalogue.loads, catalogue.constants)), catalogue)
    things.tracer.closed = declared_functions(things.tracer, manifest)
    reach = Reach(things)
    follows = manifest is not None and any(system.data for system in (manifest.default, *manifest.systems))
    finder = SiteFinder(things, logs=follows)
    everything = served_inside(finder.all(), things)
    found = [one for one in everything if one.site.kind is not SiteKind.LOG]
    logs = [one for one in everything if one.site.kind is SiteKind.LOG]
    retrieving = Retrieving(things, found)
    prompts = {one.site.id: Prompt(things, reach, one, retrieving) for one in found if one.site.kind is SiteKind.INFERENCE}
    data = {one.site.id: dataset(things, reach, one) for one in found if one.site.kind is SiteKind.FINETUNE}
    found = [replace(one, site=_described(one.site, prompts.get(one.site.id), data.get(one.site.id))) for one in found]
    in_code = tuple(one.site for one in found)
    in_files = (*switches(things), *config_sites(things, found))
    flows = [*_histories(prompts), *_retrievals(prompts), *Flows(things, reach, manifest).all([*found, *logs])]
    agents = frozenset(one.site.id for one in found if _is_agent(one, prompts.get(one.site.id), things))
    reached = {flow.to for flow in flows}
    logging = tuple(one.site for one in logs if one.site.id in reached)
    guessed = () if words is None else guesses(things.tracer, words)
    leads = led(things.tracer, manifest)
    return _Part(in_code, in_files, tuple(flows), logging, agents, running(things.tracer), tuple(finder.errands), leads, guessed)


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


def _comes_back(found: Found, tracer: Tracer) -> bool:
    """The function of the call calls itself, directly or through one other."""
    scope = tracer.program.scope(found.frame.module, found.frame.scope)
    key = (found.frame.module, scope.index)
    calling = _callers(tracer, *key)
    return key in calling or any(key in _callers(tracer, *other) for other in calling)


def _callers(tracer: Tracer, file: str, index: int) -> set[tuple[str, int]]:
    scope = tracer.program.scope(file, index)
    if scope.kind != "function":
        return set()
    found, _ = tracer.functions.callers.of(file, scope, tracer.program.owner(file, scope))
    return {(caller.entry.file, caller.entry.scope) for caller in found}


def _is_agent(found: Found, prompt: Prompt | None, things: Things) -> bool:
    """A prebuilt agent is run, or a model that was given tools is asked again with what came of them."""
    if any(m.thing is not None and m.thing.type.kind == "agent" for m in found.matches):
        return True
    structured = found.site.attributes.get("structured")
    if prompt is None or (structured is not None and structured.values == (True,)):
        return False  # a forced tool is a schema
    makers = [made for m in found.matches for made in (m.made, *(m.thing.made if m.thing else ()))]
    if not any(things.role(made, Role.TOOLS) for made in makers):
        return False
    scope = things.tracer.program.scope(found.frame.module, found.frame.scope)
    loops = [scope.loops[n].kind for n in found.loops]
    return "while" in loops or (bool(loops) and bool(prompt.histories)) or _comes_back(found, things.tracer)


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
