"""Configuration files -> sites: what decides a model, an endpoint, a dataset, the image of a server, or a resource of a cloud."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from linter.infer.configuration.filled import Filled
from linter.infer.configuration.images import image_of
from linter.infer.configuration.recogniser import Config
from linter.infer.configuration.sayings import Said
from linter.infer.hosts import answerer, host_of
from linter.infer.scalars import HOLE, merge
from linter.knowledge.catalogue import Catalogue
from linter.model.architecture import UNSET, Attribute, Scalar, Site, State, site_id
from linter.model.catalogue import Hosting, SiteKind
from linter.model.formats import SWITCHES, Meaning
from linter.model.place import Step
from linter.model.source import Scope

_DESCRIBES = {
    Meaning.REGION: "region",
    Meaning.MAX_OUTPUT: "max_output",
    Meaning.TIMEOUT: "timeout",
    Meaning.RETRIES: "retries",
    Meaning.TEMPERATURE: "temperature",
    Meaning.STREAM: "stream",
    Meaning.TOP_K: "top_k",
    Meaning.DIMENSIONS: "dimensions",
    Meaning.COLLECTION: "collection",
    Meaning.LOCATION: "stored_at",
    Meaning.REVISION: "revision",
    Meaning.DEVICE: "device",
    Meaning.OFFLINE: "offline",
    Meaning.REMOTE_CODE: "remote_code",
}
_NUMBERS = frozenset({"max_output", "timeout", "retries", "temperature", "top_k", "dimensions"})
_PLACEHOLDER = re.compile(
    r"<[^>]*>|\.\.\.|x{3,}|(?:your|my|insert|change|replace|todo)[-_ ].*|none|null|changeme|\[.*\]", re.IGNORECASE
)
_SERVES = frozenset({Meaning.ENDPOINT, Meaning.PROVIDER})
_ADDRESS = re.compile(r"^(?:[a-z][a-z0-9+.-]*://)?[^\s/]+(?::\d+)?(?:/\S*)?$", re.IGNORECASE)
_CREDENTIALS = re.compile(r"(?<=//)[^/@\s]+@")
_USES = frozenset({SiteKind.VECTOR_STORE, SiteKind.RETRIEVAL, SiteKind.INGEST})


class ConfigSites:
    """Makes sites of what configurations say."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._maybe: list[tuple[str, Site]] = []

    def of(self, config: Config, said: Sequence[Said], scope: Scope) -> list[Site]:
        """The sites of one document. Those of databases for many things wait until `used` is asked."""
        found: dict[tuple[str, int], Site] = {}
        for one in sorted(said, key=lambda s: (s.place, s.meaning is not Meaning.MODEL)):
            site, waits = self._site(config, one, said, scope)
            if site is None:
                continue
            if waits:
                self._maybe.append((waits, site))
            else:
                line = (site.place.file, site.place.line)
                found[line] = _both(found[line], site) if line in found else site
        return list(found.values())

    def used(self, sites: Iterable[Site]) -> list[Site]:
        """Those of the databases for many things that the given sites show to hold vectors or documents for a model."""
        uses = {str(v) for s in sites if not _USES.isdisjoint((s.kind, *s.also)) for v in s.get("provider").values}
        uses |= {
            str(v)
            for s in sites
            if s.kind is SiteKind.CONFIG and s.get("collection") is not UNSET
            for v in s.get("provider").values
        }
        return [site for provider, site in self._maybe if provider in uses]

    # -- one site

    def _site(self, config: Config, said: Said, all_said: Sequence[Said], scope: Scope) -> tuple[Site | None, str]:
        """The site of an entry, and the provider on whose use it depends."""
        waits = said.filled.text if said.used else ""
        attributes: dict[str, Attribute] | None = None
        if said.meaning is Meaning.MODEL:
            attributes = self._model(config, said, all_said)
        elif said.meaning is Meaning.ENDPOINT:
            attributes = self._endpoint(config, said, all_said)
        elif said.meaning is Meaning.DATASET and _decides(said):
            attributes = {"dataset": said.filled.attribute(), **self._fixed(config, said)}
        elif said.meaning is Meaning.IMAGE:
            spec = image_of(said.filled.text, self._catalogue)
            waits = spec.provider if spec is not None and spec.used else ""
            attributes = None if spec is None else _served_by(spec.provider, Hosting.SELF_HOSTED)
        elif said.meaning is Meaning.RESOURCE:
            waits = said.provider if said.used else ""
            attributes = {**_served_by(said.provider, said.hosting), **self._described(said, all_said)}
        elif said.meaning is Meaning.TRACING:
            attributes = self._tracing(said)
        if attributes is None:
            return None, ""
        place = said.filled.at or said.place
        used = () if place == said.place else (Step(said.place, f"used as {said.key}"),)
        return Site(
            id=site_id(place, SiteKind.CONFIG),
            kind=SiteKind.CONFIG,
            place=place,
            scope=scope,
            via=config.format.name,
            call=said.key,
            confidence="certain",
            attributes=attributes,
            also=self._also(config, said, attributes),
            value=None if HOLE in said.filled.text else _CREDENTIALS.sub("", said.filled.text),
            evidence=(Step(place, f"{said.key}: {_shown(said)}"), *used),
        ), waits

    def _also(self, config: Config, said: Said, attributes: dict[str, Attribute]) -> tuple[SiteKind, ...]:
        if said.meaning is Meaning.TRACING:
            return (SiteKind.EGRESS,)
        if config.trains and said.meaning is Meaning.MODEL:
            return (SiteKind.FINETUNE,)
        provider = attributes["provider"].values if "provider" in attributes else ()
        starts = said.meaning in (Meaning.IMAGE, Meaning.RESOURCE)
        return (SiteKind.VECTOR_STORE,) if starts and any(self._catalogue.is_store(str(one)) for one in provider) else ()

    def _model(self, config: Config, said: Said, all_said: Sequence[Said]) -> dict[str, Attribute] | None:
        if not _decides(said):
            return None
        endpoints = _beside(said, all_said, Meaning.ENDPOINT)
        given = merge(_masked(one.filled.attribute()) for one in endpoints)
        served = [self._served(config, said, all_said, one) for one in endpoints or (None,)]
        own = {
            "model": _name(said.filled).attribute(),
            "provider": merge(one for one, _ in served),
            "hosting": merge(one for _, one in served),
        }
        datasets = {"dataset": _datasets(all_said)} if config.trains else {}
        return {**own, **({"endpoint": given} if endpoints else {}), **self._described(said, all_said), **datasets}

    def _endpoint(self, config: Config, said: Said, all_said: Sequence[Said]) -> dict[str, Attribute] | None:
        text = said.filled.text
        if not _decides(said) or not _ADDRESS.match(text) or ("//" not in text and ":" not in text and "." not in text):
            return None
        host = host_of(text)
        if host is None or HOLE in text:
            return None
        provider, hosting = self._served(config, said, all_said, said)
        own = {"endpoint": _masked(said.filled.attribute()), "provider": provider, "hosting": hosting}
        collections = _beside(said, all_said, Meaning.COLLECTION)
        return {**own, "collection": merge(one.filled.attribute() for one in collections)} if collections else own

    def _tracing(self, said: Said) -> dict[str, Attribute] | None:
        """A service that a vendor's file names; other words are functions of one's own."""
        word = said.filled.text.partition("_")[0]
        known = self._catalogue.providers.get(word)
        if known is None or not known.provider:
            return None
        return _served_by(known.provider, self._catalogue.hosting_of(known.provider) or Hosting.EXTERNAL)

    def _fixed(self, config: Config, said: Said) -> dict[str, Attribute]:
        return _served_by(said.provider or config.format.provider, said.hosting or config.format.hosting)

    def _described(self, said: Said, all_said: Sequence[Said]) -> dict[str, Attribute]:
        found = {}
        for meaning, name in _DESCRIBES.items():
            others = _beside(said, all_said, meaning)
            one = merge(_shown_as(other, meaning, name) for other in others)
            if others and (one.values != (None,) or name == "timeout"):
                found[name] = one
        return found

    # -- who serves it

    def _served(self, config: Config, said: Said, all_said: Sequence[Said], endpoint: Said | None) -> tuple[Attribute, Attribute]:
        """By the endpoint where one is given, else by the word for a provider, the prefix of the model's name, or the format."""
        default = self._default(config, said, all_said)
        if endpoint is None:
            return _pair(*default, said.filled.reasons if not default[0] else ())
        text = endpoint.filled.text
        found = answerer(text, self._catalogue)
        name, hosting = default
        if found is None or found.hosting is None:
            if hosting is not None and hosting is not Hosting.EXTERNAL:
                return _pair(name, hosting, ())
            reasons = endpoint.filled.reasons or (f"who runs {found.host}" if found is not None else "the host of the endpoint",)
            return _pair("", None, reasons)
        if found.provider:
            return _pair(found.provider, found.hosting, endpoint.filled.reasons)
        own = hosting is not None and hosting is not Hosting.EXTERNAL
        return _pair(name if own and name else "local", found.hosting, endpoint.filled.reasons)

    def _default(self, config: Config, said: Said, all_said: Sequence[Said]) -> tuple[str, Hosting | None]:
        via = config.format.via
        if said.provider:
            return said.provider, said.hosting or self._catalogue.hosting_of(said.provider)
        word = next(iter(_beside(said, all_said, Meaning.PROVIDER)), None)
        if word is not None and word.filled.is_known and word.filled.text:
            if word.provider:
                return word.provider, word.hosting
            named = self._catalogue.alias(via, word.filled.text)
            if named is not None:
                return named[0], named[1] or self._catalogue.hosting_of(named[0])
            if self._catalogue.hosting_of(word.filled.text) is not None:
                return word.filled.text, self._catalogue.hosting_of(word.filled.text)
        model = said if said.meaning is Meaning.MODEL else next(iter(_beside(said, all_said, Meaning.MODEL)), None)
        if via and model is not None and model.filled.value is not None:
            found = self._catalogue.model_prefix(via, model.filled.text.partition(HOLE)[0])
            if found is not None:
                return found[0], found[1] or self._catalogue.hosting_of(found[0])
        return config.format.provider, said.hosting or config.format.hosting


def _yes(value: Scalar) -> Scalar:
    """`true` and `1`, as files of variables write it."""
    return str(value).strip().lower() in ("true", "1", "yes", "on")


def _both(first: Site, other: Site) -> Site:
    """One site for a line. Entries of one kind in it say together what it can be; of several kinds the first counts."""
    if set(first.attributes) != set(other.attributes) or first.value == other.value:
        return first
    return replace(first, attributes={name: merge((one, other.get(name))) for name, one in first.attributes.items()})


def _datasets(all_said: Sequence[Said]) -> Attribute:
    """What a model is trained on, with the place of each data set."""
    found = [one for one in all_said if one.meaning is Meaning.DATASET and _decides(one)]
    steps = tuple(Step(one.filled.at or one.place, _shown(one)) for one in found)
    return replace(merge(one.filled.attribute() for one in found), evidence=steps)


def _beside(said: Said, all_said: Sequence[Said], meaning: Meaning) -> list[Said]:
    """The nearest entry of a meaning that belongs to the same thing, once for each place that decides it."""
    best, found = -1, list[Said]()
    for other in all_said:
        if other.meaning is meaning and other is not said and other.filled.value not in (None, ""):
            common = said.hit.belongs_to(other.hit)
            if meaning in _SERVES and common == 0 and min(len(said.hit.path), len(other.hit.path)) > 1:
                continue  # who serves one part of a file serves no other part
            if common is not None and common > best:
                best, found = common, [other]
            elif common == best and other.hit == found[0].hit and other.place == found[0].place:
                found.append(other)
    return found


def _shown_as(said: Said, meaning: Meaning, name: str) -> Attribute:
    """What an entry says, as a number or as yes or no where its attribute is that."""
    one, number = said.filled.attribute(), said.number
    if meaning in SWITCHES and one.values:
        return Attribute(one.state, tuple(_yes(value) for value in one.values), one.because, (), (), one.by_default)
    if name not in _NUMBERS or number is None or not one.values:
        return one
    shown: Scalar = int(number) if number == int(number) and name != "temperature" else number
    return Attribute(one.state, (shown,), one.because, (), (), one.by_default)


def _decides(said: Said) -> bool:
    """Whether a text is there that names something."""
    value = said.filled.value
    return isinstance(value, str) and bool(value.strip()) and not _PLACEHOLDER.fullmatch(value.strip())


def _name(filled: Filled) -> Filled:
    """A model by the end of its resource name: `arn:aws:bedrock:…::foundation-model/amazon.titan-embed-text-v2:0`."""
    end = filled.text.rpartition("/")[2]
    if not filled.text.startswith("arn:") or HOLE in end or not end:
        return filled
    return Filled(end, () if HOLE in filled.text else filled.reasons, filled.at)


def _served_by(provider: str, hosting: Hosting | None) -> dict[str, Attribute]:
    one, other = _pair(provider, hosting, ())
    return {"provider": one, "hosting": other}


def _pair(provider: str, hosting: Hosting | None, reasons: Sequence[str]) -> tuple[Attribute, Attribute]:
    because = "; ".join(dict.fromkeys(reasons)) or None
    return _stated(provider, because), _stated(hosting.value if hosting is not None else "", because)


def _stated(value: str, because: str | None) -> Attribute:
    if not value:
        return Attribute(State.UNKNOWN, (), because or "nothing tells who serves it")
    return Attribute(State.KNOWN if because is None else State.PARTIAL, (value,), because, by_default=because is not None)


def _masked(one: Attribute) -> Attribute:
    values = tuple(_CREDENTIALS.sub("", v) if isinstance(v, str) else v for v in one.values)
    return Attribute(one.state, values, one.because, (), (), one.by_default)


def _shown(said: Said) -> str:
    text = _CREDENTIALS.sub("", said.filled.text).replace(HOLE, "{…}")
    return text if len(text) <= 80 else text[:79] + "…"
