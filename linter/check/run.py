"""Architecture + manifest + rules -> verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from linter.check.beside import Beside, beside
from linter.check.conditions import Answer, holds, meant
from linter.check.findings import Hit, Places, by_place, findings, ordered
from linter.check.subjects import Context, ModelTable, Subject, subjects
from linter.check.waivers import waive
from linter.errors import InternalError, Problem
from linter.infer.attributes import merged
from linter.model.architecture import Architecture, Attribute, Site
from linter.model.finding import CheckResult, Finding, RuleOutcome, Verdict
from linter.model.manifest import Manifest, SystemManifest
from linter.model.place import Note
from linter.model.rule import Doubt, Group, Over, Rule
from linter.model.source import Scope

_GRAVEST = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS)
_CHECKED_SECTIONS = ("privacy", "deployment", "latency", "cost", "control")
"""Sections of constraints; the others describe the system, or are read by what follows the data."""
_SUBJECTS = {Over.SITE: "site", Over.FLOW: "flow", Over.MECHANISM: "mechanism", Over.CLAUSE: "item"}


def check(
    architecture: Architecture, manifest: Manifest | None, rules: Sequence[Rule], facts: ModelTable | None, today: date
) -> CheckResult:
    """Applies every rule to every system.

    `manifest` None: only rules that need no declaration can say something. `facts`: the table of models; None makes questions
    about them unknown. `today` decides what is retired and which waivers hold. The result is in a stable order: findings by
    place, outcomes by rule and system.
    """
    places = by_place(architecture.sites)
    found: list[Finding] = []
    outcomes: list[RuleOutcome] = []
    systems = _systems(architecture, manifest, facts, today)
    for rule in sorted(rules, key=lambda r: r.id):
        for system in systems:
            result, outcome = _apply(rule, system, architecture, places)
            found.extend(result)
            outcomes.append(outcome)
    waived, notes = waive(found, manifest, today)
    unread = _unread(rules, [system.context for system in systems])
    return CheckResult(ordered(waived), tuple(outcomes), (*notes, *unread, *architecture.nowhere))


def _unread(rules: Sequence[Rule], contexts: Sequence[Context]) -> list[Note]:
    """Clauses that are declared, and that no rule reads: what is not checked must not look as if it were."""
    read = {one.path for rule in rules for one in rule.reads}
    notes: dict[Note, None] = {}
    for context in contexts:
        for path, clause in context.manifest.clauses.items() if context.manifest is not None else ():
            section = path.partition(".")[0]
            inside = any(path == one or path.startswith(f"{one}.") for one in read)
            if clause.value is not None and section in _CHECKED_SECTIONS and not inside and clause.text != "optional":
                what = f"{path}: {clause.text} is declared, and no rule of this version checks it"
                notes[Note(clause.anchor, what)] = None
    return list(notes)


# -- systems


@dataclass(frozen=True, slots=True)
class _System:
    """One system with what is its own."""

    context: Context
    sites: tuple[Site, ...]
    beside: tuple[Beside, ...]


def _systems(architecture: Architecture, manifest: Manifest | None, facts: ModelTable | None, today: date) -> list[_System]:
    """Each system with its own sites; a file belongs to the system with the nearest path."""
    everything = (*architecture.sites, *architecture.logs)
    others = beside(architecture)
    owner = {site.id: _owner(site, architecture, manifest) for site in (*everything, *(one.site for one in others))}
    declared: dict[str, SystemManifest | None] = {}
    if manifest is None:
        declared.update({system.name: None for system in architecture.systems} or {"": None})
    else:
        declared.update({system.name: system for system in manifest.systems})
        if manifest.default.name in owner.values():
            declared.setdefault(manifest.default.name, manifest.default)
    doubtful = frozenset(m.name for s in architecture.systems for m in s.mechanisms if not m.certain)
    unread = {gap.file for gap in architecture.gaps}
    builds = tuple(one.text for one in architecture.operations.builds)
    found: list[_System] = []
    for name, system in declared.items():
        own = tuple(sorted((s for s in everything if owner[s.id] == name), key=lambda s: (s.place, s.id)))
        blind = any(manifest is None or manifest.system_of(file).name == name for file in unread)
        used = _mechanisms(architecture, {s.id for s in own})
        context = Context(name, system, used, facts, today, blind, doubtful, builds)
        found.append(_System(context, own, tuple(one for one in others if owner[one.site.id] == name)))
    return found


def _owner(site: Site, architecture: Architecture, manifest: Manifest | None) -> str:
    if manifest is not None:
        return manifest.system_of(site.place.file).name
    return next(
        (s.name for s in architecture.systems if site.id in s.sites), architecture.systems[0].name if architecture.systems else ""
    )


def _mechanisms(architecture: Architecture, own: set[str]) -> tuple[tuple[str, tuple[Site, ...]], ...]:
    """The mechanisms that a system's own sites prove."""
    proof: dict[str, set[str]] = {}
    for system in architecture.systems:
        for mechanism in system.mechanisms:
            proof.setdefault(mechanism.name, set()).update(own.intersection(mechanism.sites))
    sites = {site.id: site for site in architecture.sites}
    return tuple(
        (name, tuple(sorted((sites[i] for i in ids), key=lambda s: (s.place, s.id)))) for name, ids in proof.items() if ids
    )


# -- one rule in one system


def _apply(rule: Rule, system: _System, architecture: Architecture, places: Places) -> tuple[list[Finding], RuleOutcome]:
    context = system.context
    idle = _idle(rule, context)
    if idle:
        return [], RuleOutcome(rule.id, rule.dimension, context.system, Verdict.NOT_APPLICABLE, 0, idle)
    try:
        judged = [
            hit
            for subject in subjects(rule.check, architecture, system.sites, context, system.beside)
            for hit in judge(rule, subject, context)
        ]
        result = findings(rule, [hit for hit in judged if hit.verdict is not Verdict.PASS], context, places)
    except (AssertionError, LookupError, TypeError, ValueError) as error:
        raise InternalError(Problem(f"the rule {rule.id} cannot be applied: {error!r}", rule.source)) from error
    return result, _outcome(rule, context, judged)


def _idle(rule: Rule, context: Context) -> str:
    """Why a rule has nothing to say about a system, as far as the manifest goes."""
    for read in rule.needs:
        clause = context.clause(read.path)
        if clause is None:
            return f"`{read.path}` is not declared"
        if read.when and str(clause.value) not in read.when:
            return f"`{read.path}` is {clause.text or clause.value}"
    return ""


def judge(rule: Rule, subject: Subject, context: Context) -> tuple[Hit, ...]:
    """What a rule says about one subject; nothing when it is none of its subjects, or there is nothing to check.

    A flow with a step that is only possible, and a subject that is only possibly meant, can make a question but no failure. A
    call that can go several ways is judged by each of them. The hit is about those with the gravest verdict, all in one; for a
    rule about single values, each of these ways is a hit.
    """
    site = subject.site
    if site is None or not site.ways:
        hit = _judge(rule, subject, context)
        return () if hit is None else (hit,)
    found: dict[Verdict, list[tuple[Mapping[str, Attribute], Hit]]] = {}
    for way in site.ways:
        hit = _judge(rule, _on(subject, site, way), context)
        if hit is not None:
            found.setdefault(hit.verdict, []).append((way, hit))
    verdict = next((one for one in _GRAVEST if one in found), None)
    if verdict is None:
        return ()
    gravest = found[verdict]
    if rule.check.group is Group.VALUE:
        return tuple(hit for _, hit in gravest)
    hit = _judge(rule, _on(subject, site, merged([dict(way) for way, _ in gravest])), context)
    return (hit if hit is not None and hit.verdict is verdict else gravest[0][1],)


def _on(subject: Subject, site: Site, way: Mapping[str, Attribute]) -> Subject:
    return replace(subject, site=replace(site, attributes={**site.attributes, **way}, ways=()))


def _judge(rule: Rule, subject: Subject, context: Context) -> Hit | None:
    selected = Answer(True) if rule.check.where is None else meant(rule.check.where, subject, context)
    if selected.truth is False or (selected.truth is None and rule.check.doubtful is Doubt.SKIP):
        return None
    answer = holds(rule.check.must, subject, context)
    if not answer.applies:
        return None
    if answer.truth:
        return Hit(subject, Verdict.PASS, answer)
    doubts = selected.settle if selected.truth is None else ()
    if subject.flow is not None and not subject.flow.certain:
        doubts += (f"whether {subject.flow.data} really gets there",)
    if answer.truth is False and not doubts:
        return Hit(subject, Verdict.FAIL, answer)
    clause = answer.clause or next((f.clause for f in answer.failures if f.clause is not None), None)
    return Hit(
        subject, Verdict.UNKNOWN, Answer(None, (), tuple(dict.fromkeys((*doubts, *answer.settle))), clause, answer.readings)
    )


def _outcome(rule: Rule, context: Context, judged: Sequence[Hit]) -> RuleOutcome:
    """The gravest verdict over the product's own code; what stands in tests, examples and documentation does not count."""
    product = [hit for hit in judged if hit.subject.scope is Scope.PRODUCT]
    if not product:
        kinds = " or ".join(rule.check.to or rule.check.kinds) or _SUBJECTS[rule.check.each]
        where = "only outside of the product's own code" if judged else "in the code"
        because = f"there is {kinds} {where}" if judged else f"there is no {kinds} {where} that it is about"
        return RuleOutcome(rule.id, rule.dimension, context.system, Verdict.NOT_APPLICABLE, 0, because)
    verdict = next(v for v in _GRAVEST if any(hit.verdict is v for hit in product))
    looked_at = {(s.place, "" if s.site is None else s.site.id, s.name, id(s.flow)) for s in (hit.subject for hit in product)}
    return RuleOutcome(rule.id, rule.dimension, context.system, verdict, len(looked_at))
