"""Who serves a call, and where: by the endpoint where one is given, else by the model id of a gateway, else by the class."""

from __future__ import annotations

from dataclasses import dataclass, replace

from linter.infer.chain import Chain
from linter.infer.credentials import without_credentials
from linter.infer.defaults import defaults
from linter.infer.hosts import Answerer, answerer
from linter.infer.overrides import address
from linter.infer.scalars import HOLE, attribute, spell
from linter.infer.things import Things
from linter.model.architecture import UNSET, Attribute, Scalar, State
from linter.model.catalogue import Hosting, Role, TypeSpec
from linter.model.place import Step
from linter.model.values import Value


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The address that a call goes to. `spellings` has `HOLE` for what is not known, environment variables included."""

    attribute: Attribute
    spellings: tuple[str, ...] = ()
    optional: bool = False
    """It is only set when an environment variable is: else the SDK's own address holds."""
    by_sdk: bool = False
    """The SDK reads it by itself: the call says nothing."""


def endpoint_of(things: Things, chain: Chain, model: Attribute = UNSET) -> Endpoint:
    """The address of one meaning of a call. `model`: which tells a gateway whose address it is."""
    for makers in chain.all():
        for made in makers:
            whole = made.shape.sets.get(Role.ENDPOINT.value)
            for _, given in things.role(made, Role.ENDPOINT):
                value = without_credentials(given)
                found = attribute(value)
                if found.state is State.UNSET:
                    continue
                if isinstance(whole, tuple):
                    said = [attribute(v) for ms in chain.all() for m in ms for _, v in things.role(m, Role.ENDPOINT)]
                    doubt = next((a for a in said if a.state in (State.PARTIAL, State.UNKNOWN)), None)
                    shown = tuple(str(w).replace(HOLE, "{…}") for w in whole)
                    if doubt is None:
                        return Endpoint(Attribute(State.KNOWN, shown, None, (), found.evidence), whole)
                    return Endpoint(Attribute(State.PARTIAL, shown, doubt.because, (), found.evidence, doubt.by_default), ())
                spelled, reasons = spell(value)
                open_texts = _open_texts(value)
                optional = None in spelled and bool(reasons)
                return Endpoint(found, open_texts, optional)
    elsewhere = address(things, chain, lambda: providers(things, chain, model))
    if elsewhere is None:
        return Endpoint(UNSET)
    spelled, reasons = spell(elsewhere)
    return Endpoint(attribute(elsewhere), _open_texts(elsewhere), None in spelled and bool(reasons), by_sdk=True)


def _open_texts(value: Value) -> tuple[str, ...]:
    """The spellings of an address, with what the environment decides left open."""
    return tuple(t for t in spell(value, env_is_open=True)[0] if isinstance(t, str) and t)


def providers(things: Things, chain: Chain, model: Attribute) -> frozenset[str]:
    """Who serves a call as long as no address says something else."""
    by_model = _by_model(things, chain, model)
    return frozenset(str(value) for value in (by_model or _by_class(things, chain))[0].values)


def served(things: Things, chain: Chain, endpoint: Endpoint, model: Attribute) -> tuple[Attribute, Attribute]:
    """Provider and hosting: by the endpoint where one is given, else by the model id of a gateway, else by the class."""
    named = any(attribute(v).values for makers in chain.all() for m in makers for v in things.given(m, Role.PROVIDER))
    default = (None if named else _by_model(things, chain, model)) or _by_class(things, chain)
    given = endpoint.attribute
    if given.state is State.UNSET:
        return default
    # The end of a name decides whose it is, whatever stands before it: http://vllm.{stage}.internal
    decided = [answerer(text, things.catalogue) for text in endpoint.spellings]
    if not decided or not all(a is not None and a.hosting is not None for a in decided):
        decided = [answerer(str(v), things.catalogue) for v in given.values]
        open_end = given.state is not State.KNOWN
    else:
        open_end = False
    keeps = _speaks_for_itself(chain)
    pairs: list[tuple[tuple[Scalar, ...], tuple[Scalar, ...]]] = []
    reasons: list[str] = [given.because] if open_end and given.because else []
    for text, found in zip(given.values or endpoint.spellings, decided, strict=False):
        pair = _pair(found, default, keeps)
        if pair is None:
            reasons.append(f"who runs {found.host}" if found is not None else f"the host of {str(text).replace(HOLE, '{…}')}")
        else:
            pairs.append(pair)
    by_default = given.by_default
    if endpoint.by_sdk and pairs and all(pair == (default[0].values, default[1].values) for pair in pairs) and len(reasons) < 2:
        return default  # the address that it has anyway
    if endpoint.optional:
        pairs.append((default[0].values, default[1].values))
        reasons = reasons or [given.because or "the address"]
        by_default = all("environment variable" in r for r in reasons)
    if not pairs and default[1].values and not _has_public_hosts(things, chain, default[1]):
        # AzureOpenAI(azure_endpoint=…) stays in the tenant, and an Ollama client talks to Ollama, wherever it stands.
        tenant = default[1].values == (Hosting.CLOUD_TENANT.value,)
        return default[0], default[1] if tenant else _state(list(default[1].values), reasons, given.evidence, by_default)
    providers = [v for p, _ in pairs for v in p]
    hostings = [v for _, h in pairs for v in h]
    if not providers and hostings and set(hostings) <= {Hosting.SELF_HOSTED.value, Hosting.IN_PROCESS.value}:
        providers = ["local"]
    return _state(providers, reasons, given.evidence, by_default), _state(hostings, reasons, given.evidence, by_default)


def _has_public_hosts(things: Things, chain: Chain, hosting: Attribute) -> bool:
    """Whether an address that is not known can be a vendor's: of a vendor's client, or a server that is offered as a service."""
    served = things.catalogue.providers.get(
        chain.match.made.file if chain.match.thing is None else chain.match.thing.type.name.rpartition(".")[0]
    )
    offered = {h for _, h in served.hosts.values()} if served is not None else set()
    return Hosting.EXTERNAL.value in hosting.values or (
        Hosting.EXTERNAL in offered and hosting.values != (Hosting.CLOUD_TENANT.value,)
    )


def _speaks_for_itself(chain: Chain) -> bool:
    """Whether a client is that of a store: its protocol is nobody else's, wherever the server stands."""
    spec = chain.match.thing.type if chain.match.thing is not None else chain.match.spec
    return isinstance(spec, TypeSpec) and spec.kind == "index"


def _pair(
    found: Answerer | None, default: tuple[Attribute, Attribute], keeps: bool
) -> tuple[tuple[Scalar, ...], tuple[Scalar, ...]] | None:
    """Who answers, and where. A class that is not a vendor's public client says more than a host nobody knows."""
    if found is None:
        return None
    own = Hosting.EXTERNAL.value not in default[1].values
    if found.hosting is None:
        return (default[0].values, default[1].values) if own and default[1].values else None
    if found.provider:
        return (found.provider,), (found.hosting.value,)
    return (default[0].values if own or keeps else ()), (found.hosting.value,)


def _state(values: list[Scalar], reasons: list[str], evidence: tuple[Step, ...], by_default: bool = False) -> Attribute:
    unique = tuple(dict.fromkeys(values))
    because = "; ".join(dict.fromkeys(reasons)) or None
    if not unique:
        return Attribute(State.UNKNOWN, (), because or "nothing tells who serves it", (), evidence)
    if because is None:
        return Attribute(State.KNOWN, unique, None, (), evidence)
    return Attribute(State.PARTIAL, unique, because, (), evidence, by_default)


def _by_class(things: Things, chain: Chain) -> tuple[Attribute, Attribute]:
    """By the class or function that is called: the nearest one that says it. A provider that is an argument goes first."""
    provider: Attribute | None = None
    hosting: Attribute | None = None
    for makers in chain.all():
        for made in makers:
            for _, value in things.role(made, Role.PROVIDER):
                named = attribute(value)
                if named.state is not State.UNSET and provider is None:
                    said = [things.catalogue.alias(made.file, str(v)) or (str(v), None) for v in named.values]
                    provider = replace(named, values=tuple(dict.fromkeys(word for word, _ in said)))
                    served = [where or things.catalogue.hosting_of(word) for word, where in said]
                    known = tuple(dict.fromkeys(h.value for h in served if h is not None))
                    if known:
                        hosting = Attribute(named.state, known, named.because)
            if hosting is None and made.shape.hosting is not None:
                hosting = Attribute(State.KNOWN, (made.shape.hosting.value,))
            if provider is None and made.shape.provider:
                provider = Attribute(State.KNOWN, (made.shape.provider,))
        if provider is not None and hosting is not None:
            break
    if provider is not None and hosting is None and provider.values:
        by_name = things.catalogue.hosting_of(str(provider.values[0]))
        hosting = None if by_name is None else Attribute(State.KNOWN, (by_name.value,))
    unknown = Attribute(State.UNKNOWN, (), chain.doubt or "which model object is used here")
    if chain.doubt is not None:
        provider = hosting = None
    return provider or unknown, hosting or unknown


def _gateway(things: Things, chain: Chain) -> str | None:
    """The provider file whose table of prefixes counts: that of the call which was given the model's name, else of the one whose
    default it is. An object that is given instead knows its provider itself."""
    by_default: str | None = None
    for makers in chain.all():
        for made in makers:
            known = things.catalogue.providers.get(made.file)
            file = made.file if known is not None and known.models else None
            if file is None and made.kind == "llm" and made.shape.provider:
                return None
            for role in (Role.MODEL, Role.LLM, Role.EMBEDDER):
                for value in things.given(made, role):
                    if not things.of(value) and attribute(value).state is not State.UNSET:
                        return file
            if by_default is None and file is not None and any(Role.MODEL.value in d.values for d in defaults(things, made)):
                by_default = file
    return by_default


def _by_model(things: Things, chain: Chain, model: Attribute) -> tuple[Attribute, Attribute] | None:
    """A gateway is told the vendor by the model id (`azure/gpt-4o`)."""
    names = [*model.values, *([] if model.values else model.default)]
    providers: list[Scalar] = []
    hostings: list[Scalar] = []
    gateway = _gateway(things, chain)
    if gateway is None:
        return None
    for name in names:
        found = things.catalogue.model_prefix(gateway, str(name))
        if found is None:
            return None
        providers.append(found[0])
        hosting = found[1] or things.catalogue.hosting_of(found[0])
        if hosting is not None:
            hostings.append(hosting.value)
    if not providers:
        because = model.because or "the model id"
        return (
            (Attribute(State.UNKNOWN, (), because), Attribute(State.UNKNOWN, (), because))
            if model.state is State.UNKNOWN
            else None
        )
    reasons = [model.because] if model.state is State.PARTIAL and model.because else []
    return _state(providers, reasons, (), model.by_default), _state(hostings, reasons, (), model.by_default)
