"""What rules look at beside the sites of the architecture, each as a subject with a kind of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from linter.discover.classify import scope_of
from linter.model.architecture import UNSET, Architecture, Attribute, Fallback, Scalar, Site, State
from linter.model.catalogue import Hosting, SiteKind
from linter.model.place import Place

KINDS: Mapping[str, str] = {
    "download": "something that is fetched from a hub when it is not there: a tokenizer, a training set",
    "upload": "something that is left with a vendor",
    "accelerator": "a container that asks for one",
    "region": "a region that a file chooses",
    "fallback": "a model that takes over from another one",
    "implied": "a model that a framework takes because it is given none",
}
"""Kinds of subjects that are no sites, and what they are."""


@dataclass(frozen=True, slots=True)
class Beside:
    """One of them."""

    kind: str
    site: Site
    """What is known, in the form of a site."""
    name: str = ""
    """What tells problems of one kind apart."""


def beside(architecture: Architecture) -> tuple[Beside, ...]:
    """All of them, in a stable order."""
    found = [*_errands(architecture), *_of_operations(architecture), *_fallbacks(architecture), *_implied(architecture)]
    return tuple(sorted(found, key=lambda one: (one.site.place, one.kind, one.name)))


def _made(kind: str, place: Place, call: str, **attributes: Attribute) -> Site:
    name = f"{place}:{place.column}:{kind}"
    return Site(name, SiteKind.CONFIG, place, scope_of(place.file), "", call, "certain", attributes)


def _known(*values: Scalar) -> Attribute:
    return Attribute(State.KNOWN, values)


def _errands(architecture: Architecture) -> Iterator[Beside]:
    for one in architecture.errands:
        site = _made(one.kind.value, one.place, one.call, **one.attributes)
        yield Beside(one.kind.value, replace(site, scope=one.scope, function=one.function, client=one.client))


def _of_operations(architecture: Architecture) -> Iterator[Beside]:
    for request in architecture.operations.accelerators:
        site = _made("accelerator", request.place, "The container", device=_known(request.resource))
        yield Beside("accelerator", site)
    for choice in architecture.operations.regions:
        provider = _known(choice.provider) if choice.provider else UNSET
        who = choice.provider or "The deployment"
        cloud = _known(Hosting.CLOUD_TENANT.value)
        made = _made("region", choice.place, who, region=_known(choice.region), provider=provider, hosting=cloud)
        yield Beside("region", made)


def _fallbacks(architecture: Architecture) -> Iterator[Beside]:
    """Each with who serves the model that it takes over from, as `provider_before` and `hosting_before`."""
    for site in architecture.sites:
        for one in site.fallbacks:
            made = _fallback(one, site)
            yield Beside("fallback", replace(made, scope=site.scope, function=site.function), one.name)
    by_place = {site.place: site for site in architecture.sites if site.kind is SiteKind.CONFIG}
    for choice in architecture.operations.fallbacks:
        before = [by_place[place] for place in choice.fails if place in by_place]
        for name, place in choice.described:
            after = by_place.get(place)
            for first in before if after is not None else ():
                assert after is not None
                one = Fallback(choice.place, name, after.get("provider"), after.get("hosting"))
                yield Beside("fallback", replace(_fallback(one, first), call=choice.model), name)


def _fallback(one: Fallback, before: Site) -> Site:
    return _made(
        "fallback", one.place, before.call, model=_known(one.name), provider=one.provider, hosting=one.hosting,
        provider_before=before.get("provider"), hosting_before=before.get("hosting"),
    )  # fmt: skip


def _implied(architecture: Architecture) -> Iterator[Beside]:
    for site in architecture.sites:
        for one in site.implied:
            made = _made("implied", site.place, site.call, model=_known(one.what), provider=one.provider, hosting=one.hosting)
            yield Beside("implied", replace(made, scope=site.scope, function=site.function), one.what)
