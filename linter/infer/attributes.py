"""The attributes of a site: looked up on the call, then on what it is called on, then on what that was built from, then in the
SDK's defaults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from linter.infer.hosts import Answerer, answerer
from linter.infer.scalars import HOLE, attribute, merge, read, spell
from linter.infer.things import Made, Match, Thing, Things, untraced
from linter.model.architecture import UNSET, Attribute, Scalar, State
from linter.model.catalogue import Hosting, Role, SiteKind
from linter.model.place import Step
from linter.model.values import CallValue, Constant, Symbol, Unknown, Value, alternatives, core, literal
from linter.model.values import Mapping as MappingValue

SCALARS: Mapping[str, Role] = {
    "region": Role.REGION,
    "model": Role.MODEL,
    "max_output": Role.MAX_OUTPUT,
    "timeout": Role.TIMEOUT,
    "retries": Role.RETRIES,
    "temperature": Role.TEMPERATURE,
    "structured": Role.STRUCTURED,
    "stream": Role.STREAM,
    "top_k": Role.TOP_K,
    "store": Role.STORE,
    "steps": Role.STEPS,
    "dimensions": Role.DIMENSIONS,
    "collection": Role.COLLECTION,
    "stored_at": Role.LOCATION,
    "revision": Role.REVISION,
    "offline": Role.OFFLINE,
    "remote_code": Role.REMOTE_CODE,
    "device": Role.DEVICE,
}
_MODEL = ("region", "model", "max_output", "timeout", "retries", "temperature", "structured", "stream", "store")
_LOADED = ("model", "revision", "offline", "remote_code", "device")
OF_KIND: Mapping[SiteKind, tuple[str, ...]] = {
    SiteKind.INFERENCE: (*_MODEL, "steps", "top_k", *_LOADED[1:]),
    SiteKind.CLIENT: (*_MODEL, *_LOADED[1:]),
    SiteKind.EMBEDDING: ("model", "region", "timeout", "retries", "dimensions", *_LOADED[1:]),
    SiteKind.RERANK: ("model", "timeout", "top_k", *_LOADED[1:]),
    SiteKind.VECTOR_STORE: ("stored_at", "collection", "region", "timeout", "dimensions"),
    SiteKind.RETRIEVAL: ("top_k", "collection", "stored_at", "timeout"),
    SiteKind.INGEST: ("collection", "stored_at", "timeout"),
    SiteKind.FINETUNE: ("model", "region", *_LOADED[1:]),
    SiteKind.EGRESS: ("region", "timeout"),
    SiteKind.CONFIG: ("model",),
}
"""Which attributes say something about which kind of site."""
_FROM_OUTSIDE = ("the environment variable", "an option")
_ONLY_WHERE_SAID = ("max_output", "structured", "temperature")
"""A picture or a recording has no output tokens, and no schema: these are left out where nothing in the call could say them."""
_STORES = ("index", "retriever", "embedder", "splitter", "loader", "memory")
_NEEDS: Mapping[SiteKind, str] = {SiteKind.INFERENCE: "llm", SiteKind.EMBEDDING: "embedder"}
"""The part without which a framework falls back to a default."""
_FROM: Mapping[SiteKind, tuple[Role, ...]] = {
    SiteKind.INFERENCE: (Role.LLM, Role.PART, Role.INDEX, Role.RETRIEVER),
    SiteKind.CLIENT: (Role.LLM, Role.HTTP_CLIENT),
    SiteKind.EMBEDDING: (Role.EMBEDDER,),
    SiteKind.RERANK: (Role.LLM,),
    SiteKind.VECTOR_STORE: (Role.INDEX,),
    SiteKind.RETRIEVAL: (Role.RETRIEVER, Role.INDEX),
    SiteKind.INGEST: (Role.INDEX,),
    SiteKind.FINETUNE: (Role.LLM,),
}
"""Through which parts the attributes of a kind are looked up."""


class Chain:
    """Where the attributes of one meaning of a call are looked for, nearest first."""

    def __init__(self, things: Things, match: Match, kind: SiteKind) -> None:
        self._things = things
        self.kind = kind
        self.match = match
        self.built: list[Made] = [match.made, *((match.thing.made or (untraced(match.thing.type),)) if match.thing else ())]
        """Everything that the call is made on."""
        # Who keeps the documents does not serve the model.
        self.own = [m for m in self.built if not (kind is SiteKind.INFERENCE and m.kind in _STORES)]
        self.thing_parts: tuple[Thing, ...] = match.thing.parts if match.thing else ()
        self._deep: list[list[Made]] | None = None

    def all(self) -> list[list[Made]]:
        """The own chain, then the chain of each part it was built from."""
        if self._deep is None:
            self._deep = [self.own, *self._parts()]
        return self._deep

    def _parts(self) -> Iterator[list[Made]]:
        seen: set[int] = {id(m.call) for m in self.own}
        stack: list[tuple[Thing, int]] = [(p, 0) for p in self.thing_parts]
        stack.extend((p, 0) for p in self._things.parts(tuple(self.built), *_FROM.get(self.kind, ())))
        if not any(p.type.kind == _NEEDS.get(self.kind) for p, _ in stack):
            stack.extend((p, 0) for p in self._fallback())
        while stack:
            thing, depth = stack.pop(0)
            key = id(thing.made[0].call) if thing.made else 0
            if depth > 5 or (key and key in seen):
                continue
            seen.add(key)
            if not (self.kind is SiteKind.INFERENCE and thing.type.kind in _STORES):
                yield list(thing.made) or [untraced(thing.type)]
            inner = [*self._things.parts(thing.made, *_FROM.get(self.kind, ())), *thing.parts]
            stack[:0] = [(p, depth + 1) for p in inner]

    def _fallback(self) -> Iterator[Thing]:
        """What a framework takes when it is given nothing: the global that it reads, else its own default."""
        role = {"llm": Role.LLM, "embedder": Role.EMBEDDER}.get(_NEEDS.get(self.kind, ""))
        if role is None or not any(role.value in d.values for m in self.built for d in m.shape.defaults):
            return
        catalogue, tracer = self._things.catalogue, self._things.tracer
        for dotted, meaning in catalogue.globals.items():
            owner, _, name = dotted.rpartition(".")
            if (
                meaning is role
                and name in tracer.program.foreign_writes
                and any(m.file.partition("-")[0] in dotted.replace("_", "-") for m in self.built)
            ):
                found = self._things.of(tracer.member(Symbol(self.built[0].place, owner), name, self.built[0].place))
                yield from found
                if found:
                    return
        for made in self.built:
            for default in made.shape.defaults:
                name = str(default.values.get(role.value) or "")
                if name in catalogue.types:
                    yield Thing(catalogue.type(name), ())
                    return


def attributes(things: Things, match: Match, kind: SiteKind) -> dict[str, Attribute]:
    """All attributes of one meaning of a call, as a site of that kind."""
    chain = Chain(things, match, kind)
    found: dict[str, Attribute] = {}
    for name in OF_KIND.get(kind, ()):
        text_goes_out = name == "structured" and match.result == "completion"
        if name not in _ONLY_WHERE_SAID or text_goes_out or _says(chain, SCALARS[name]):
            found[name] = _scalar(things, chain, name, SCALARS[name])
    endpoint = _endpoint(things, chain)
    found["endpoint"] = endpoint.attribute
    found["provider"], found["hosting"] = _served(things, chain, endpoint, found.get("model", UNSET))
    return found


def _says(chain: Chain, role: Role) -> bool:
    """Whether the API has such an argument at all. Of an object that nobody has seen being built that cannot be told."""
    makers = [made for line in chain.all() for made in line]
    if any(role.value in m.shape.sets or any(a.role is role for a in m.shape.args) for m in makers):
        return True
    return not any(m.shape.provider for m in makers)


def _scalar(things: Things, chain: Chain, name: str, role: Role) -> Attribute:
    if name == "top_k" and chain.kind is SiteKind.INFERENCE:
        return _of_retrieval(things, chain)
    doubts: list[Attribute] = []
    passed = chain.match.thing
    if passed is not None and not passed.made and any(a.role is role for a in passed.type.shape.args):
        doubts.append(
            Attribute(State.UNKNOWN, (), f"how the {_short(passed.type.new or (passed.type.name,))} that is passed in was made")
        )
    for makers in chain.all():
        for made in makers:
            fixed = made.shape.sets.get(role.value)
            if fixed is not None and name != "model":
                return Attribute(State.KNOWN, (_as_scalar(fixed),), evidence=(Step(made.place, f"{made.dotted}()"),))
            for arg, value in (*things.role(made, role), *(things.role(made, Role.LLM) if name == "model" else ())):
                if name == "model" and (inner := _of_object(things, value)) is not None:
                    return inner
                if arg.role is Role.LLM and not any(isinstance(s, str) for s in spell(value)[0]):
                    doubts.append(
                        Attribute(
                            State.UNKNOWN, (), read(value).reasons[0] if read(value).reasons else "which model object is used"
                        )
                    )
                    continue
                given = _given(things, value, name, arg.scale)
                if given.state is State.UNSET and not given.values:
                    continue
                if given.state is State.UNKNOWN and _only_spread(value):
                    doubts.append(given)
                    continue
                return given
            if fixed is not None:
                return Attribute(State.KNOWN, (_as_scalar(fixed),), evidence=(Step(made.place, f"{made.dotted}()"),))
            if (
                made.call is None
                and made.frame is None
                and made.place.line == 0
                and role in (Role.MODEL, Role.TIMEOUT, Role.MAX_OUTPUT)
            ):
                doubts.append(
                    Attribute(State.UNKNOWN, (), f"how the {made.dotted.rpartition('.')[2]} that is passed in was made")
                )
    if doubts:
        return doubts[0]
    return Attribute(State.UNSET, default=_defaults(chain, role))


def _of_retrieval(things: Things, chain: Chain) -> Attribute:
    """How many documents a chain or engine fetches: said on the call, on what it is made on, or on its retriever."""
    queue = list(chain.built)
    seen: set[int] = set()
    defaults: list[Scalar] = []
    while queue and len(seen) < 60:
        made = queue.pop(0)
        if id(made) in seen:
            continue
        seen.add(id(made))
        for _, value in things.role(made, Role.TOP_K):
            given = attribute(value)
            if given.state is not State.UNSET:
                return given
        defaults.extend(_as_scalar(d.values["top_k"]) for d in made.shape.defaults if "top_k" in d.values)
        if made.kind != "llm":
            queue.extend(m for p in things.parts((made,), Role.RETRIEVER, Role.INDEX, Role.PART) for m in p.made)
    return Attribute(State.UNSET, default=tuple(dict.fromkeys(defaults)))


def _of_object(things: Things, value: Value) -> Attribute | None:
    """An object passed where a model is named gives its own model's name."""
    for thing in things.of(value):
        for made in thing.made:
            for _, named in things.role(made, Role.MODEL):
                if not things.of(named):
                    return attribute(named)
    return None


def _given(things: Things, value: Value, name: str, scale: float) -> Attribute:
    if name == "timeout":
        return _timeout(things, value, scale)
    if name == "structured":
        return _structured(value)
    found = attribute(value)
    if scale != 1.0:
        return Attribute(
            found.state,
            tuple(v * scale if isinstance(v, int | float) else v for v in found.values),
            found.because,
            (),
            found.evidence,
        )
    return found


def _timeout(things: Things, value: Value, scale: float) -> Attribute:
    """Seconds. A timeout object (`httpx.Timeout(30, connect=5)`) counts by its first argument. None switches it off."""
    numbers: list[Scalar] = []
    for one in alternatives(value):
        if isinstance(one, CallValue) and one.call.args:
            inner = [a for a in one.call.args if a.name in (None, "timeout", "read", "total", "request")] or list(one.call.args)
            limit = things.tracer.value(inner[0].value, one.frame)
            numbers.extend(v for v in spell(limit)[0] if isinstance(v, int | float))
    reading = read(value)
    if numbers:
        return Attribute(State.KNOWN, tuple(dict.fromkeys(numbers)), evidence=reading.evidence)
    if reading.values == (None,) and not reading.reasons:
        return Attribute(State.UNSET, (None,), "it is None, which switches the limit off", evidence=reading.evidence)
    found = attribute(value)
    if found.state is State.UNKNOWN and None not in reading.values and all(r.startswith(_FROM_OUTSIDE) for r in reading.reasons):
        # It is set; how long it is, the installation says.
        return Attribute(State.PARTIAL, (), found.because, (), found.evidence)
    if found.values:
        scaled = tuple(v * scale if isinstance(v, int | float) and scale != 1.0 else v for v in found.values)
        return Attribute(found.state, scaled, found.because, (), found.evidence)
    return found


def _structured(value: Value) -> Attribute:
    """Whether an output shape is enforced. `{"type": "text"}` is none."""
    shapes: list[bool] = []
    reasons: list[str] = []
    for one in alternatives(value):
        if isinstance(one, Constant):
            if one.value is not None:
                shapes.append(one.value not in (False, "text", ""))
        elif isinstance(one, MappingValue):
            kind = next((spell(v)[0] for k, v in one.entries if spell(k)[0] == ["type"]), [])
            shapes.append(kind != ["text"])
        elif isinstance(one, Unknown):
            reasons.append(one.because)
        elif one.tag in ("parameter", "env", "item"):
            reasons.extend(read(one).reasons)
        else:
            shapes.append(True)
    values: tuple[Scalar, ...] = tuple(dict.fromkeys(shapes))
    if reasons:
        return Attribute(State.PARTIAL if values else State.UNKNOWN, values, "; ".join(dict.fromkeys(reasons)))
    return Attribute(State.KNOWN, values) if values else UNSET


def _only_spread(value: Value) -> bool:
    return isinstance(value, Unknown) and "** arguments" in value.because


def _short(names: tuple[str, ...]) -> str:
    return names[0].rpartition(".")[2]


def _as_scalar(value: object) -> Scalar:
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _defaults(chain: Chain, role: Role) -> tuple[Scalar, ...]:
    """What the SDK does when the argument is left out; several where that depends on its version."""
    for makers in chain.all():
        for made in makers:
            found = [_as_scalar(d.values[role.value]) for d in made.shape.defaults if role.value in d.values]
            if found:
                return tuple(dict.fromkeys(found))
    return ()


# -- who serves it ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Endpoint:
    """The address that a call goes to. `spellings` has `HOLE` for what is not known, environment variables included."""

    attribute: Attribute
    spellings: tuple[str, ...] = ()
    optional: bool = False
    """It is only set when an environment variable is: else the SDK's own address holds."""


def _endpoint(things: Things, chain: Chain) -> _Endpoint:
    for makers in chain.all():
        for made in makers:
            whole = made.shape.sets.get(Role.ENDPOINT.value)
            for _, value in things.role(made, Role.ENDPOINT):
                found = attribute(value)
                if found.state is State.UNSET:
                    continue
                if isinstance(whole, tuple):
                    state = found.state if found.state is State.PARTIAL else State.KNOWN
                    shown = tuple(str(w).replace(HOLE, "{…}") for w in whole)
                    return _Endpoint(Attribute(state, shown, found.because, (), found.evidence, found.by_default), whole)
                spelled, reasons = spell(value)
                open_texts = _open_texts(value)
                optional = None in spelled and bool(reasons)
                return _Endpoint(found, open_texts, optional)
    return _set_elsewhere(things, chain)


def _open_texts(value: Value) -> tuple[str, ...]:
    """The spellings of an address, with what the environment decides left open."""
    return tuple(t for t in spell(value, env_is_open=True)[0] if isinstance(t, str) and t)


def _set_elsewhere(things: Things, chain: Chain) -> _Endpoint:
    """An address that the program sets where the SDK reads it: a variable of its module, or of the environment."""
    catalogue, tracer, program = things.catalogue, things.tracer, things.tracer.program
    files = {m.file for makers in chain.all() for m in makers}
    place = chain.match.made.place
    for dotted, role in catalogue.globals.items():
        owner, _, name = dotted.rpartition(".")
        if (
            role is Role.ENDPOINT
            and name in program.foreign_writes
            and any(dotted.startswith(f"{i}.") for x in files if x in catalogue.providers for i in catalogue.providers[x].imports)
        ):
            value = tracer.member(Symbol(place, owner), name, place)
            if not isinstance(core(value), Symbol):
                return _Endpoint(attribute(value), _open_texts(value))
    names = {name for name, (file, meaning) in catalogue.env.items() if meaning == "endpoint" and file in files}
    for entry in program.foreign_writes.get("environ", ()):
        frame = program.frame(entry.file, entry.scope)
        if entry.write.method in ("setitem", "setdefault") and len(entry.write.args) == 2 and tracer.callers_count(entry.file):
            key = literal(tracer.value(entry.write.args[0].value, frame))
            if key in names:
                value = tracer.value(entry.write.args[1].value, frame)
                return _Endpoint(attribute(value), _open_texts(value))
    return _Endpoint(UNSET)


def _served(things: Things, chain: Chain, endpoint: _Endpoint, model: Attribute) -> tuple[Attribute, Attribute]:
    """Provider and hosting: by the endpoint where one is given, else by the model id of a gateway, else by the class."""
    default = _by_model(things, chain, model) or _by_class(things, chain)
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
    pairs: list[tuple[tuple[Scalar, ...], tuple[Scalar, ...]]] = []
    reasons: list[str] = [given.because] if open_end and given.because else []
    for text, found in zip(given.values or endpoint.spellings, decided, strict=False):
        pair = _pair(found, default)
        if pair is None:
            reasons.append(f"who runs {found.host}" if found is not None else f"the host of {str(text).replace(HOLE, '{…}')}")
        else:
            pairs.append(pair)
    by_default = given.by_default
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


def _pair(found: Answerer | None, default: tuple[Attribute, Attribute]) -> tuple[tuple[Scalar, ...], tuple[Scalar, ...]] | None:
    """Who answers, and where. A class that is not a vendor's public client says more than a host nobody knows."""
    if found is None:
        return None
    own = Hosting.EXTERNAL.value not in default[1].values
    if found.hosting is None:
        return (default[0].values, default[1].values) if own and default[1].values else None
    if found.provider:
        return (found.provider,), (found.hosting.value,)
    return (default[0].values if own else ()), (found.hosting.value,)


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
                    provider = named
                    served = [things.catalogue.hosting_of(str(v)) for v in named.values]
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
    unknown = Attribute(State.UNKNOWN, (), "which model object is used here")
    return provider or unknown, hosting or unknown


def _by_model(things: Things, chain: Chain, model: Attribute) -> tuple[Attribute, Attribute] | None:
    """A gateway is told the vendor by the model id (`azure/gpt-4o`)."""
    names = [*model.values, *([] if model.values else model.default)]
    providers: list[Scalar] = []
    hostings: list[Scalar] = []
    gateway = next(
        (
            m.file
            for makers in chain.all()
            for m in makers
            if m.file in things.catalogue.providers and things.catalogue.providers[m.file].models
        ),
        None,
    )
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


def merged(several: list[dict[str, Attribute]]) -> dict[str, Attribute]:
    """The attributes of a site with several meanings."""
    names = dict.fromkeys(n for one in several for n in one)
    return {n: merge([one.get(n, UNSET) for one in several]) for n in names}
