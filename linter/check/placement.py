"""Attributes that are worked out for the rules of deployment and privacy: sizes, devices, hosts, regions, boundaries."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from linter.check.modelnames import is_local
from linter.check.places import accelerator, host, profile, regions_in
from linter.check.readings import NOTHING, Reading, Value, covered, of_attribute, one, told
from linter.check.sizes import Size, size_of, written
from linter.check.subjects import Context, Subject
from linter.model.architecture import Attribute, Site, State
from linter.model.catalogue import Hosting, SiteKind
from linter.model.glob import name_matches
from linter.model.manifest import Clause

_VECTORS = (SiteKind.EMBEDDING, SiteKind.RERANK)


def _site(subject: Subject) -> Site:
    assert subject.site is not None
    return subject.site


def _open(attribute: Attribute) -> Reading:
    return Reading((), False, attribute.because or "a value made at run time", None)


# -- models and devices


def _parameters(subject: Subject, context: Context) -> Reading:
    """Numbers; of a model whose name leaves room the end that is on one side of the limit with all of it."""
    reading = of_attribute(_site(subject).get("model"))
    names = [v for v in reading.values if v.judged is not None]
    if not names and reading.complete:
        return NOTHING
    clause = context.clause("deployment.max_model_parameters")
    limit = float(clause.value) if clause is not None and isinstance(clause.value, int | float) else 0.0
    sizes = [(v, size_of(str(v.judged))) for v in names]
    if _site(subject).kind in _VECTORS and not any(s.least for _, s in sizes):
        return NOTHING  # their names hardly ever say it, and they are small
    values = tuple(
        Value(v.shown, s.most if s.most <= limit else s.least) for v, s in sizes if s.is_exact or not s.least <= limit < s.most
    )
    reasons = [s.because for _, s in sizes if not s.is_exact and s.least <= limit < s.most]
    if reading.because and not reading.complete:
        reasons.append(reading.because)
    largest = max((s for _, s in sizes if s.least > limit), key=lambda s: s.least, default=None)
    details = (
        {}
        if largest is None
        else {"size": _said(largest), **{f"size of {v.shown}": _said(s) for v, s in sizes if s.least > limit}}
    )
    complete = reading.complete and len(values) == len(names)
    return replace(reading, values=values, complete=complete, because="; ".join(reasons), details=details)


def _said(size: Size) -> str:
    return written(size.least) if size.is_exact else f"at least {written(size.least)}"


def _accelerator(subject: Subject, context: Context) -> Reading:
    """The makes of accelerators that are needed. Where the processor is one of the choices, none is."""
    attribute = _site(subject).get("device")
    if attribute.state is State.UNSET:
        return NOTHING
    if not attribute.values:
        return _open(attribute)
    makes = [(v, accelerator(v)) for v in attribute.values]
    if any(make == "cpu" for _, make in makes):
        return Reading((Value("cpu", "cpu"),), evidence=attribute.evidence)
    reading = of_attribute(attribute)
    unknown = [f"what the device {v} is" for v, make in makes if make is None]
    values = tuple(Value(f"device {v}" if isinstance(v, int) else str(v), make) for v, make in makes if make is not None)
    return replace(
        reading, values=values, complete=reading.complete and not unknown, because="; ".join(unknown) or reading.because
    )


def _baked_in(subject: Subject, context: Context) -> Reading:
    """Whether what is loaded is fetched when an image is built: a command of the build names it, or runs the file that does."""
    site = _site(subject)

    def fetched(name: str) -> bool:
        return any(
            _names(one, name) or (site.place.file.endswith(".py") and _runs(one, site.place.file)) for one in context.builds
        )

    return told(of_attribute(site.get("model")), lambda name: replace(is_local(name), answer=fetched(name), because=""))


def _names(command: str, name: str) -> bool:
    return re.search(rf"(?<![\w./-]){re.escape(name)}(?![\w./-])", command) is not None


def _runs(command: str, file: str) -> bool:
    """`RUN python scripts/fetch.py`: by the whole path, or by the name where the build copies the file elsewhere."""
    return re.search(rf"(?<![\w.-]){re.escape(file.rpartition('/')[2])}(?![\w.-])", command) is not None


def _served(subject: Subject, context: Context) -> Reading:
    """Who runs a store, shown by the name of the provider. A call that also asks a model says who runs that."""
    site = _site(subject)
    if site.kind is SiteKind.INFERENCE:
        return NOTHING
    hosting, provider = of_attribute(site.get("hosting")), site.get("provider").values
    name = " or ".join(str(v) for v in provider)
    return replace(hosting, values=tuple(Value(name or v.shown, v.judged) for v in hosting.values))


# -- hosts and regions


def _host(subject: Subject, context: Context) -> Reading:
    """The hosts that a call or an entry talks to; what the SDK does when none is given counts. Nothing for what stays in the
    process or on the machine."""
    site = _site(subject)
    if site.get("hosting").values == (Hosting.IN_PROCESS.value,):
        return NOTHING
    endpoint = site.get("endpoint")
    if endpoint.state is State.UNSET and not endpoint.default:
        endpoint = site.get("stored_at")
    if endpoint.state is State.UNSET:
        return _public(tuple(name for value in endpoint.default if (name := host(str(value))) is not None), context)
    reading = of_attribute(endpoint)
    texts = [v for v in reading.values if v.judged is not None]
    # What may be an address or the id of a model: beside a whole address, a word alone is no host.
    addresses = [v for v in texts if "//" in str(v.judged)] or [v for v in texts if v.judged not in site.get("model").values]
    named = [(v, host(str(v.judged))) for v in addresses]
    values = tuple(dict.fromkeys(Value(name, name) for _, name in named if name is not None))
    if not values and reading.complete:
        return NOTHING
    return replace(reading, values=values)


def _public(hosts: tuple[str, ...], context: Context) -> Reading:
    """The hosts of a vendor, one of which its SDK talks to: the first one for all, unless only some of them are declared."""
    if not hosts:
        return NOTHING
    clause = context.clause("deployment.hosts")
    declared = clause.value if clause is not None and isinstance(clause.value, tuple) else ()
    inside = [any(name_matches(pattern, one) for pattern in declared) for one in hosts]
    if any(inside) and not all(inside):
        return Reading((), False, f"which of {', '.join(hosts)} it is", None)
    return Reading((Value(hosts[0], hosts[0]),), given=False)


def _located(subject: Subject, context: Context) -> Reading:
    """The regions that a call is served from, by its region, its host, or its model."""
    site = _site(subject)
    region, endpoint, model = site.get("region"), site.get("endpoint"), site.get("model")
    spread = [(v, profile(str(v))) for v in model.values] if "bedrock" in site.get("provider").values else []
    wide = tuple(Value(str(v), part) for v, part in spread if part is not None)
    if wide:
        return replace(of_attribute(model), values=wide, complete=model.state is State.KNOWN and len(wide) == len(model.values))
    if region.values or region.default:
        reading = of_attribute(region)
        return replace(reading, values=tuple(_as_region(v) for v in reading.values if v.judged is not None))
    if region.state is State.UNKNOWN:
        return _open(region)
    hosts = [name for value in endpoint.values or endpoint.default if (name := host(str(value))) is not None]
    said = regions_in(hosts)
    if said and all(regions_in([name]) for name in hosts):
        complete = endpoint.state is not State.PARTIAL or endpoint.by_default
        return replace(of_attribute(endpoint), values=tuple(Value(one, one) for one in said), complete=complete)
    if region.because:
        return _open(region)
    if endpoint.state is State.UNKNOWN:
        return _open(endpoint)
    whole = [name for name in hosts if "*" not in name]
    whose = " and ".join(whole) or " and ".join(str(v) for v in site.get("provider").values)
    return Reading((), False, f"the region of {whose}, which nothing in the code names" if whose else "the region", None)


def _as_region(value: Value) -> Value:
    """A site of a vendor that is named by its host (`datadoghq.eu`) is told by that."""
    said = regions_in([str(value.judged)]) if "." in str(value.judged) else ()
    return Value(value.shown, said[0]) if said else value


def _kept(subject: Subject, context: Context) -> Reading:
    """Whether the provider, which is shown, keeps what it is sent; nothing where the API has no such word."""
    site = _site(subject)
    attribute = site.get("store")
    if attribute.state is State.UNSET and not attribute.values and not attribute.default:
        return NOTHING
    return _about(of_attribute(attribute), site.get("provider"), "the provider")


def _trusts(subject: Subject, context: Context) -> Reading:
    """Whether code of the repository that is shown is executed; nothing where the call has no such word."""
    site = _site(subject)
    if "remote_code" not in site.attributes:
        return NOTHING
    reading, model = of_attribute(site.get("remote_code")), of_attribute(site.get("model"))
    names = [str(v.judged) for v in model.values if v.judged is not None]
    if not names:
        return _about(reading, site.get("model"), "a model that is only known at run time")
    # The code in an own folder is no remote code.
    elsewhere = [name for name in names if is_local(name).answer is not True]
    found = _about(reading, replace(site.get("model"), values=tuple(elsewhere)), "an own folder")
    if elsewhere or not any(v.judged for v in found.values):
        return found
    return replace(found, values=(Value(names[0], False),), complete=model.complete, because=model.because)


def _about(reading: Reading, named: Attribute, else_: str) -> Reading:
    """A reading of yes and no, shown by the names of what it is about."""
    names = [str(value) for value in named.values or named.default if value is not None] or [else_]
    values = tuple(Value(name, v.judged is True) for v in reading.values for name in names)
    evidence = (*named.evidence, *reading.evidence)
    return replace(reading, values=tuple(dict.fromkeys(values)), evidence=evidence)


def _named(subject: Subject, context: Context) -> Reading:
    """Whether a model is named at all, be it through a variable; else the library takes its own."""
    return one(_site(subject).get("model").state is not State.UNSET)


def _implied(subject: Subject, context: Context) -> Reading:
    """Whether the model that is asked is one that the framework chose itself, on some way at least."""
    return one(any(said.what == "model" for said in _site(subject).implied))


def _traced(subject: Subject, context: Context) -> Reading:
    """Whether prompts and answers go to a tracing service: by a call that does nothing else, or by a framework of its own."""
    site = _site(subject)
    if SiteKind.EGRESS in (site.kind, *site.also):
        who = site.get("provider")
        reading = of_attribute(who)
        service = " and ".join(str(v) for v in who.values) or "a tracing service"
        return Reading((Value(service, True),), evidence=reading.evidence, details={"service": service})
    attribute = site.get("untraced")
    if "untraced" not in site.attributes:
        return NOTHING
    reading = of_attribute(attribute)
    service = " or ".join(str(v) for v in attribute.default) or "the framework's own service"
    values = tuple(Value(service, v.judged is not True) for v in reading.values if v.judged is not None)
    return replace(reading, values=values, details={"service": service})


# -- boundaries


def _as_bounded(subject: Subject, context: Context) -> Reading:
    """Whether a model that takes over lies inside of every boundary that the one before it lies in."""
    site = _site(subject)
    after = of_attribute(site.get("hosting")), of_attribute(site.get("provider"))
    before = of_attribute(site.get("hosting_before")), of_attribute(site.get("provider_before"))
    reading: Reading | None = None
    for path, clause in (context.manifest.clauses if context.manifest is not None else {}).items():
        if not path.startswith("privacy.boundary.") or not isinstance(clause.value, tuple):
            continue
        first = covered(*before, clause.value)
        if not first.values or not all(v.judged for v in first.values):
            continue  # what leaves the boundary anyway is no matter of the fallback
        found = _of_class(covered(*after, clause.value), clause, path)
        if any(not v.judged for v in found.values):
            return found
        if reading is None or not found.complete:
            reading = found
    return reading or NOTHING


def _of_class(reading: Reading, clause: Clause, path: str) -> Reading:
    return (
        replace(reading, details={"class": path.rpartition(".")[2], "allowed": ", ".join(clause.value or ())}, clause=clause)
        if isinstance(clause.value, tuple)
        else reading
    )


PLACEMENT: Mapping[str, Callable[[Subject, Context], Reading]] = {
    "parameters": _parameters,
    "accelerator": _accelerator,
    "named": _named,
    "baked_in": _baked_in,
    "served": _served,
    "host": _host,
    "located": _located,
    "kept": _kept,
    "trusts": _trusts,
    "implied": _implied,
    "traced": _traced,
    "as_bounded": _as_bounded,
}
"""Attribute -> how it is worked out."""
