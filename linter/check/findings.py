"""Failing and undecided subjects -> findings: one problem, one finding, at the place where it is mended."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from linter.check.conditions import Answer, Failure
from linter.check.messages import fill, sentence, settled_by
from linter.check.readings import Reading
from linter.check.subjects import Context, Subject
from linter.check.waivers import active
from linter.model.architecture import Site, State
from linter.model.catalogue import SiteKind
from linter.model.finding import DIMENSIONS, Constraint, Finding, Related, Verdict
from linter.model.manifest import Clause
from linter.model.place import Place, Step
from linter.model.rule import Group, Over, Rule
from linter.model.source import Scope

_SCOPES = tuple(Scope)


@dataclass(frozen=True, slots=True)
class Hit:
    """A subject that breaks a rule, or about which the rule cannot tell."""

    subject: Subject
    verdict: Verdict
    answer: Answer

    @property
    def failure(self) -> Failure | None:
        """The first predicate that does not hold."""
        return self.answer.failures[0] if self.answer.failures else None

    @property
    def readings(self) -> tuple[Reading, ...]:
        """What the answer rests on; for a failure what fails."""
        return tuple(f.reading for f in self.answer.failures) or self.answer.readings


Places = Mapping[tuple[str, int | None, int, int], Site]
"""Sites by where they start; a client wins over what else starts there."""


def by_place(sites: Sequence[Site]) -> Places:
    """The index that `findings` needs."""
    found: dict[tuple[str, int | None, int, int], Site] = {}
    for site in sites:
        if site.kind is SiteKind.CLIENT or site.place.start not in found:
            found[site.place.start] = site
    return found


def findings(rule: Rule, hits: Sequence[Hit], context: Context, places: Places) -> list[Finding]:
    """The findings of one rule in one system. A question is dropped where the same place already has a certain problem."""
    placed = [(hit, _anchor(rule, hit, places)) for one in hits for hit in _split(rule, one)]
    failing = {(_line(place), _data(hit)) for hit, place in placed if hit.verdict is Verdict.FAIL}
    groups: dict[tuple[object, ...], list[tuple[Hit, Place]]] = {}
    for hit, place in sorted(placed, key=lambda pair: (pair[0].subject.place, pair[1], _data(pair[0]))):
        if hit.verdict is Verdict.FAIL or (rule.unknown and (_line(place), _data(hit)) not in failing):
            groups.setdefault((hit.verdict, *_same(rule, hit, place), *_waiver(rule, place, context)), []).append((hit, place))
    return [_finding(rule, members, context, places) for members in groups.values()]


def _data(hit: Hit) -> str:
    return hit.subject.flow.data if hit.subject.flow is not None else hit.subject.name


def _line(place: Place) -> tuple[str, int, int | None]:
    return place.file, place.line, place.cell


def _waiver(rule: Rule, place: Place, context: Context) -> tuple[object, ...]:
    """What is waived and what is not are no common problem."""
    waivers = context.manifest.waivers if context.manifest is not None else ()
    return (active(waivers, rule.id, place.file, context.today),)


def _split(rule: Rule, hit: Hit) -> list[Hit]:
    """For rules about single values: one hit for each wrong value."""
    failure = hit.failure
    if failure is None or rule.check.group not in (Group.ORIGIN, Group.VALUE) or len(failure.values) < 2:
        return [hit]
    return [replace(hit, answer=replace(hit.answer, failures=(replace(failure, values=(value,)),))) for value in failure.values]


# -- what is one problem

_VARIABLE = "environment variable "


def _same(rule: Rule, hit: Hit, place: Place) -> tuple[object, ...]:
    """What two hits of one problem have in common."""
    flow = hit.subject.flow
    if _asked_once(hit):
        return ("", *_problem(hit))
    if rule.check.group is Group.VALUE or (rule.check.group is Group.ORIGIN and (hit.failure is None or _is_lost(hit))):
        return ("", *_problem(hit))
    if rule.check.group is Group.FILE:
        return (place.file, _data(hit))
    if rule.check.group is Group.SOURCE and flow is not None and flow.steps:
        return (_line(flow.steps[0].place), *_problem(hit))
    return (_line(place), *_problem(hit))


def _is_lost(hit: Hit) -> bool:
    """Whether the wrong value is written somewhere, and nothing tells where: then each call would be the same finding again."""
    return all(reading.given is not False for reading in hit.readings) and _origin(hit) is None


def _asked_once(hit: Hit) -> bool:
    """Whether environment variables alone decide: then it is one question, wherever they are used."""
    return hit.verdict is Verdict.UNKNOWN and all(_VARIABLE in reason and ";" not in reason for reason in hit.answer.settle)


def _problem(hit: Hit) -> tuple[object, ...]:
    """What makes two hits at one place two problems: another predicate, another name, other data, another question."""
    if hit.failure is None:
        return (_data(hit), settled_by(hit.answer.settle))
    names = tuple(sorted(str(v.shown) for v in hit.failure.values if isinstance(v.shown, str)))
    return (_data(hit), hit.failure.term.attribute, hit.failure.term.predicate, names)


# -- where it is shown


def _anchor(rule: Rule, hit: Hit, places: Places) -> Place:
    subject, group = hit.subject, rule.check.group
    site = subject.site
    if site is None or subject.over is not Over.SITE or group is Group.PLACE:
        return subject.place
    if group in (Group.CLIENT, Group.VALUE):
        return site.client or site.place
    return (_origin(hit) if group is Group.ORIGIN else None) or _model_object(site, places) or site.place


def _model_object(site: Site, places: Places) -> Place | None:
    """Where the object is built that gives a call its model; None for a plain API client, which is told the model in the call."""
    client = places.get(site.client.start) if site.client is not None else None
    names_a_model = client is not None and (client.get("model").state is not State.UNSET or bool(client.get("model").default))
    return site.client if names_a_model else None


def _origin(hit: Hit) -> Place | None:
    """Where the wrong value is written. None when nothing in the code says it (it is the SDK's default), or too much does."""
    for reading in hit.readings:
        if reading.given is False:
            continue
        wrong = [str(v.shown) for v in (hit.failure.values if hit.failure else reading.values) if v.shown is not None]
        steps = _placed(reading.evidence)
        for step in steps:
            if any(_says(step.what, name) for name in wrong):
                return step.place
        if steps and len(reading.values) < 2:
            return steps[0].place
    return None


def _placed(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Without steps that are nowhere: what is only known by its type."""
    return tuple(step for step in steps if step.place.file)


def _says(what: str, name: str) -> bool:
    """Whether a step speaks of a name, and not of a longer one: `gpt-4o` is not in `gpt-4o-mini`."""
    return re.search(rf"(?<![\w./:-]){re.escape(name)}(?![\w./:-])", what) is not None


# -- the finding


def _finding(rule: Rule, members: list[tuple[Hit, Place]], context: Context, places: Places) -> Finding:
    first, place = min(members, key=lambda pair: (_SCOPES.index(pair[0].subject.scope), pair[1], pair[0].subject.place))
    hits = [hit for hit, _ in members]
    owner = places.get(place.start)
    clause = _clause(rule, first, context)
    client = owner.call if owner is not None else ""
    if first.subject.over is Over.FLOW:
        client = _client(first.subject.site, places) or client
    term = first.failure.term if first.failure is not None else None
    failed = first.verdict is Verdict.FAIL

    def told(template: str) -> str:
        return fill(template, first.subject, context, failure=first.failure, clause=clause, client=client)

    scopes = [hit.subject.scope for hit in hits] + ([owner.scope] if owner is not None else [])
    return Finding(
        rule=rule.id, verdict=first.verdict, severity=rule.severity, dimension=rule.dimension, system=context.system, place=place,
        message=told(sentence(rule.message, term) if failed else rule.unknown),
        settle="" if failed else settled_by(first.answer.settle),
        fix=told(sentence(rule.fix, term)) if failed else "",
        constraint=None if clause is None else Constraint(clause.path, clause.text, clause.anchor),
        steps=_steps(first, place, client), related=_related(rule, first, hits, place),
        scope=min(scopes, key=_SCOPES.index), fingerprint=_fingerprint(rule, first, place, owner, context.system),
    )  # fmt: skip


def _client(site: Site | None, places: Places) -> str:
    """What is built where the client of a site is made."""
    built = places.get(site.client.start) if site is not None and site.client is not None else None
    return built.call if built is not None else ""


def _clause(rule: Rule, hit: Hit, context: Context) -> Clause | None:
    """The clause that the finding is about: the one that was compared with, else the first declared one that the rule reads."""
    if hit.subject.item is not None:
        return hit.subject.item
    found = hit.failure.clause if hit.failure is not None else hit.answer.clause
    declared = (context.clause(one.path) for one in rule.reads)
    return found or next((clause for clause in declared if clause is not None), None)


def _steps(hit: Hit, place: Place, client: str) -> tuple[Step, ...]:
    """The way from the source to the call; nothing when it is all in one line."""
    subject, site = hit.subject, hit.subject.site
    steps = (
        list(subject.flow.steps) if subject.flow is not None else [step for reading in hit.readings for step in reading.evidence]
    )
    if site is not None and subject.over is Over.SITE and place == site.client:
        steps += [Step(place, f"{client or 'the client'} is built here"), *site.evidence]
    if site is not None and subject.over in (Over.SITE, Over.FLOW) and all(s.place != site.place for s in steps):
        steps.append(Step(site.place, site.call))
    unique = tuple(dict.fromkeys(_placed(steps)))
    return unique if any(_line(s.place) != _line(place) for s in unique) else ()


_HOW = {
    Group.ORIGIN: "uses it",
    Group.CLIENT: "goes through it",
    Group.MODEL: "goes through it",
    Group.VALUE: "leads there, too",
    Group.SOURCE: "gets it, too",
    Group.FILE: "gets it, too",
}


def _related(rule: Rule, first: Hit, hits: list[Hit], place: Place) -> tuple[Related, ...]:
    subject, found = first.subject, list[Related]()
    if subject.over is Over.MECHANISM:
        found = [Related(site.place, f"{site.call} is part of it, too") for site in subject.sites]
    elif rule.check.group is Group.DATA:
        flows = [hit.subject.flow for hit in hits if hit is not first and hit.subject.flow is not None]
        found = [Related(flow.steps[0].place, flow.steps[0].what) for flow in flows if flow.steps]
    else:
        how = _HOW.get(rule.check.group, "has the same problem")
        found = [Related(hit.subject.place, f"{hit.subject.site.call} {how}") for hit in hits if hit.subject.site is not None]
    return tuple(
        sorted({one.place: one for one in found if _line(one.place) != _line(place)}.values(), key=lambda one: one.place)
    )


def _fingerprint(rule: Rule, first: Hit, place: Place, owner: Site | None, system: str) -> str:
    """Rule, file, enclosing function, and what was matched; no lines, and no numbers that may change while the problem stays.
    A problem that is not of one place is known by its system instead."""
    problem = tuple(str(part) for part in _problem(first))
    if rule.check.group is Group.VALUE or _asked_once(first):
        where: tuple[str, ...] = (system,)
    else:
        used = first.subject.site
        site = owner or (used if used is not None and used.place.file == place.file else None)
        call = site or used
        where = (place.file, site.function if site is not None else "", call.call if call is not None else "")
    return hashlib.sha256("\0".join((rule.id, *where, *problem)).encode()).hexdigest()[:32]


def ordered(found: Sequence[Finding]) -> tuple[Finding, ...]:
    """By place, then by dimension and rule. Equal problems in one function get fingerprints of their own, by their order."""
    found = sorted(
        found,
        key=lambda f: (f.place.file, -1 if f.place.cell is None else f.place.cell, f.place.line, f.place.column,
                       DIMENSIONS.index(f.dimension), f.rule, f.system, f.message, f.settle),
    )  # fmt: skip
    seen: Counter[str] = Counter()
    unique: list[Finding] = []
    for one in found:
        seen[one.fingerprint] += 1
        number = seen[one.fingerprint]
        unique.append(one if number == 1 else replace(one, fingerprint=f"{one.fingerprint}:{number}"))
    return tuple(unique)
