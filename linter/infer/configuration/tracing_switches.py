"""Switches in files that make a program send its prompts to a tracing service, without a line of code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from linter.formats.data import STRUCTURED, format_of
from linter.formats.variables import Standing
from linter.infer.hosts import answerer
from linter.infer.scalars import attribute, spell
from linter.infer.things import Things
from linter.link.environment import Setting
from linter.model.architecture import UNSET, Attribute, Site, State, site_id
from linter.model.catalogue import EnvSpec, Hosting, SiteKind
from linter.model.place import Step

_ON = frozenset({"true", "1", "yes", "on"})


def switches(things: Things) -> Iterator[Site]:
    """A site for each line that switches tracing on, or names the address of what it switches on. A line of the environment is
    where prompts leave (egress); one of a data file that the program puts into its environment is an entry that decides it."""
    program, environment = things.tracer.program, things.tracer.environment
    packages = {name.partition(".")[0] for name in program.imports}
    for spec in things.catalogue.variables:
        if not packages.intersection(spec.packages):
            continue
        for setting in environment.settings(spec.name):
            if _is_on(setting):
                addresses = list(_addresses(things, spec, setting))
                yield _site(things, spec, setting, addresses)
                for one in addresses:
                    if _is_entry(one):
                        yield _line(things, spec, one, SiteKind.CONFIG, {"endpoint": attribute(one.value)})


def _is_on(setting: Setting) -> bool:
    value = setting.value
    return value is not None and any(str(one).strip().lower() in _ON for one in spell(value)[0])


def _is_entry(setting: Setting) -> bool:
    """Whether it stands in a data file, as against a file of environment variables."""
    return format_of(setting.variable.place.file) in STRUCTURED and setting.standing is Standing.LOCAL


def _addresses(things: Things, spec: EnvSpec, setting: Setting) -> Iterator[Setting]:
    """The addresses of the service that the same file names."""
    for other in things.catalogue.variables:
        if (other.file, other.meaning) == (spec.file, "endpoint"):
            found = things.tracer.environment.settings(other.name)
            yield from (one for one in found if one.variable.group == setting.variable.group and one.value is not None)


def _site(things: Things, spec: EnvSpec, setting: Setting, addresses: list[Setting]) -> Site:
    endpoint = attribute(addresses[0].value) if addresses else UNSET
    provider, hosting = _served(things, spec, endpoint)
    is_entry = _is_entry(setting)
    kind, also = (SiteKind.CONFIG, SiteKind.EGRESS) if is_entry else (SiteKind.EGRESS, SiteKind.CONFIG)
    return replace(
        _line(things, spec, setting, kind, {"endpoint": endpoint, "provider": provider, "hosting": hosting}),
        confidence="likely" if setting.standing is Standing.EXAMPLE else "certain",
        also=(also,),
        evidence=tuple(Step(one.variable.place, f"{one.variable.name} is set") for one in addresses[:1]),
    )


def _line(things: Things, spec: EnvSpec, setting: Setting, kind: SiteKind, attributes: dict[str, Attribute]) -> Site:
    """The site of a line that sets a variable."""
    place = setting.variable.place
    return Site(
        id=site_id(place, kind),
        kind=kind,
        place=place,
        scope=things.tracer.program.data.scope(place.file),
        via=spec.file,
        call=setting.variable.key,
        confidence="certain",
        attributes=attributes,
        value=setting.variable.text,
    )


def _served(things: Things, spec: EnvSpec, endpoint: Attribute) -> tuple[Attribute, Attribute]:
    """Who gets the prompts, and where: by the address, else the vendor itself."""
    file = things.catalogue.providers[spec.file]
    answers = [answerer(str(url), things.catalogue) for url in endpoint.values]
    hostings = tuple(dict.fromkeys(a.hosting.value for a in answers if a is not None and a.hosting is not None))
    if endpoint.state is State.UNSET:
        offered = {hosting for _, hosting in file.hosts.values()} or {Hosting.EXTERNAL}
        hostings = tuple(sorted(one.value for one in offered))
    state = State.KNOWN if endpoint.state in (State.UNSET, State.KNOWN) else State.PARTIAL
    hosting = Attribute(state, hostings) if hostings else Attribute(State.UNKNOWN, (), "who runs the address")
    return Attribute(State.KNOWN, (file.provider,)), hosting
