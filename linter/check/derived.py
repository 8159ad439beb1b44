"""Attributes that are worked out: from what was inferred about a subject, from the manifest, or from both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from linter.check.modelnames import Telling, is_fixed_revision, is_local, is_pinned
from linter.check.placement import PLACEMENT
from linter.check.readings import NOTHING, Reading, Value, covered, from_clause, judged, of_attribute, of_site, one, told
from linter.check.subjects import Context, Subject
from linter.model.architecture import Attribute, Site, State
from linter.model.catalogue import Hosting
from linter.model.manifest import DataDeclaration, KnowledgeDeclaration


def read(subject: Subject, name: str, context: Context) -> Reading:
    """One attribute of a subject. `name` is one of `vocabulary.ATTRIBUTES_OF[subject.over]`."""
    derive = DERIVED.get(name)
    return of_site(_site(subject), name) if derive is None else derive(subject, context)


# -- sites


def _networked(subject: Subject, context: Context) -> Reading:
    site = _site(subject)
    hosting = site.get("hosting")
    reading = of_attribute(hosting)
    if reading.values and hosting.state is not State.UNSET:
        return judged(reading, lambda value: value != Hosting.IN_PROCESS.value)
    # Whatever has an address, or a default for a timeout, is reached over a network, wherever that leads.
    timeout = site.get("timeout")
    if site.get("endpoint").state is not State.UNSET or timeout.default or timeout.values:
        return Reading((Value("over a network", True),))
    return Reading((), False, hosting.because or "who runs the model", None)


def _local_model(subject: Subject, context: Context) -> Reading:
    reading = of_site(_site(subject), "model")
    several = len(reading.values) > 1

    def tell(name: str) -> Telling:
        # Of several names, one without an organisation may well be that of another service.
        found = is_local(name)
        is_meant = found.answer is not False or not several or "/" in name
        return found if is_meant else Telling(None, f"whether {name} is what is loaded here")

    return told(reading, tell)


def _pinned(subject: Subject, context: Context) -> Reading:
    site, facts = _site(subject), context.facts
    hostings = site.get("hosting").values
    if not hostings and site.get("model").values:
        return Reading((), False, site.get("hosting").because or "who serves the model", None)
    revision = _revision(site.get("revision"))
    served = [(str(p), str(h)) for p in site.get("provider").values or ("",) for h in hostings]

    def tell(name: str) -> Telling:
        answers = [
            is_pinned(
                name,
                provider=provider,
                hosting=hosting,
                revision=revision,
                alias=None if facts is None else facts.is_alias(name, provider or None),
            )
            for provider, hosting in served
        ]
        return _agreed(answers, f"who serves {name}")

    return told(of_site(site, "model"), tell)


def _agreed(told: list[Telling], because: str) -> Telling:
    return told[0] if len({one.answer for one in told}) == 1 else Telling(None, because)


def _revision(revision: Attribute) -> Telling:
    if revision.state is State.UNSET:
        return Telling(False)
    if not revision.values:
        return Telling(None, revision.because or "the revision")
    fixed = [is_fixed_revision(str(v)).answer for v in revision.values]
    if not all(fixed):
        return Telling(False)
    return Telling(True) if revision.state is State.KNOWN else Telling(None, revision.because or "the revision")


def _retired(subject: Subject, context: Context) -> Reading:
    site, facts = _site(subject), context.facts
    if facts is None:
        return Reading((), False, "there is no table of models", None)
    providers = tuple(str(p) for p in site.get("provider").values) or (None,)
    details = {"snapshot": facts.as_of.isoformat()}

    def tell(name: str) -> Telling:
        if "azure-openai" in providers:
            return Telling(None, f"which model the deployment {name} serves")
        records = [record for p in providers if (record := facts.lookup(name, p)) is not None]
        if not records:
            return Telling(None, f"{name} is not in the table of models of {details['snapshot']}")
        days = [record.retired for record in records if record.retired is not None and record.retired <= context.today]
        if days:
            details["retired_on"] = min(days).isoformat()
        return _agreed([Telling(r.retired is not None and r.retired <= context.today) for r in records], f"who serves {name}")

    return replace(told(of_site(site, "model"), tell), details=details)


# -- flows


def _data(subject: Subject, context: Context) -> Reading:
    return one(_flow_data(subject))


def _class(subject: Subject, context: Context) -> Reading:
    declared = _data_declaration(subject, context)
    return NOTHING if declared is None else one(declared.data_class)


def _bounded(subject: Subject, context: Context) -> Reading:
    assert subject.flow is not None
    if subject.flow.bounded is None:
        return Reading((), False, f"whether anything limits {subject.flow.data}", None)
    return Reading((Value(subject.flow.data, subject.flow.bounded),))


def _inside_boundary(subject: Subject, context: Context) -> Reading:
    """Each class of data has its boundary; without one, only regulated data has a limit: nothing external."""
    declared = _data_declaration(subject, context)
    if declared is None:
        return NOTHING
    clause = context.clause(f"privacy.boundary.{declared.data_class}")
    if clause is not None and isinstance(clause.value, tuple):
        allowed, said = clause.value, ", ".join(clause.value) or "nowhere"
    elif declared.data_class == "regulated":
        allowed = tuple(one.value for one in Hosting if one is not Hosting.EXTERNAL)
        said = "anything but external, as no boundary is declared"
    else:
        return NOTHING
    site = _site(subject)
    hosting, provider = of_attribute(site.get("hosting")), of_attribute(site.get("provider"))
    # What stays in the process goes nowhere.
    reading = covered(hosting, provider, (*allowed, Hosting.IN_PROCESS.value))
    return replace(reading, evidence=(*hosting.evidence, *provider.evidence), details={"allowed": said}, clause=clause)


def _changes(subject: Subject, context: Context) -> Reading:
    knowledge = _knowledge(subject, context)
    if knowledge is None or knowledge.changes is None:
        return NOTHING
    return from_clause(context.clause(f"updates.knowledge.{knowledge.name}.changes"), knowledge.changes)


def _served_by(subject: Subject, context: Context) -> Reading:
    knowledge = _knowledge(subject, context)
    if knowledge is None or knowledge.served_by is None:
        return NOTHING
    return from_clause(context.clause(f"updates.knowledge.{knowledge.name}.served_by"), knowledge.served_by)


# -- mechanisms and clauses


def _name(subject: Subject, context: Context) -> Reading:
    if subject.name in context.doubtful:
        return Reading((), False, f"whether the parts of {subject.name} meet in one request", None)
    return one(subject.name)


def _in_use(subject: Subject, context: Context) -> Reading:
    used = any(name == subject.name for name, _ in context.mechanisms)
    if not used and context.blind:
        return Reading((), False, "the files that could not be analysed", None)
    return Reading((Value(subject.name, used),), clause=subject.item)


DERIVED: Mapping[str, Callable[[Subject, Context], Reading]] = {
    "networked": _networked,
    "local_model": _local_model,
    "pinned": _pinned,
    "retired": _retired,
    "data": _data,
    "class": _class,
    "bounded": _bounded,
    "inside_boundary": _inside_boundary,
    "changes": _changes,
    "served_by": _served_by,
    "name": _name,
    "value": _name,
    "in_use": _in_use,
    **PLACEMENT,
}


# -- helpers


def _site(subject: Subject) -> Site:
    assert subject.site is not None
    return subject.site


def _flow_data(subject: Subject) -> str:
    return subject.flow.data if subject.flow is not None else subject.name


def _data_declaration(subject: Subject, context: Context) -> DataDeclaration | None:
    declared = context.manifest.data if context.manifest is not None else ()
    return next((one for one in declared if one.name == _flow_data(subject)), None)


def _knowledge(subject: Subject, context: Context) -> KnowledgeDeclaration | None:
    declared = context.manifest.updates.knowledge if context.manifest is not None else ()
    return next((one for one in declared if one.name == _flow_data(subject)), None)
