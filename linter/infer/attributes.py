"""The attributes of a site: looked up on the call, then on what it is called on, then on what that was built from, then in the
SDK's defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from linter.infer.chain import Chain, chains
from linter.infer.defaults import decided_by, defaults
from linter.infer.devices import device
from linter.infer.makers import possible
from linter.infer.scalars import HOLE, attribute, list_items, merge, read, spell
from linter.infer.serving import endpoint_of, served
from linter.infer.standing import STANDING, standing
from linter.infer.things import Match, Things
from linter.model.architecture import UNSET, Attribute, Scalar, State
from linter.model.catalogue import Hosting, Role, SiteKind
from linter.model.place import Step
from linter.model.values import (
    CallValue,
    Combined,
    Constant,
    Instance,
    ItemOf,
    Listing,
    ScopeValue,
    Symbol,
    Unknown,
    Value,
    alternatives,
    core,
)
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
    "untraced": Role.UNTRACED,
}
_MODEL = ("region", "model", "max_output", "timeout", "retries", "temperature", "structured", "stream", "store")
_MODELS = (SiteKind.INFERENCE, SiteKind.CLIENT)
_LOADED = ("model", "revision", "offline", "remote_code", "device")
OF_KIND: Mapping[SiteKind, tuple[str, ...]] = {
    SiteKind.INFERENCE: (*_MODEL, "steps", "top_k", *_LOADED[1:], "untraced"),
    SiteKind.CLIENT: (*_MODEL, *_LOADED[1:]),
    SiteKind.EMBEDDING: ("model", "region", "timeout", "retries", "dimensions", *_LOADED[1:]),
    SiteKind.RERANK: ("model", "timeout", "top_k", *_LOADED[1:]),
    SiteKind.VECTOR_STORE: ("stored_at", "collection", "region", "timeout", "dimensions", "store"),
    SiteKind.RETRIEVAL: ("top_k", "collection", "stored_at", "timeout"),
    SiteKind.INGEST: ("collection", "stored_at", "timeout", "store"),
    SiteKind.FINETUNE: ("model", "region", *_LOADED[1:]),
    SiteKind.EGRESS: ("region", "timeout"),
    SiteKind.CONFIG: ("model",),
}
"""Which attributes say something about which kind of site."""
_NAMED_BY = {SiteKind.EMBEDDING: Role.EMBEDDER, SiteKind.INGEST: Role.EMBEDDER}
"""The part that may be given by the name of its model; elsewhere the LLM."""
_RARE = frozenset({"device", "remote_code", "store", "untraced"})
"""Words that hardly an API has: of an object that is not known they are no question."""
_FROM_OUTSIDE = ("the environment variable", "an option")
_TEXTS = ("model", "collection", "region")
"""Names: what one function reads from the configuration under any key can be a number elsewhere, and is none here."""
_ONLY_WHERE_SAID = ("max_output", "structured", "temperature", "untraced")
"""A picture or a recording has no output tokens, and no schema: these are left out where nothing in the call could say them."""


def attributes(things: Things, match: Match, kind: SiteKind) -> list[dict[str, Attribute]]:
    """All attributes of one meaning of a call, as a site of that kind: once for each choice of the parts it was built from."""
    return [attributes_on(things, chain, match, kind) for chain in chains(things, match, kind)]


def ways(things: Things, match: Match, kind: SiteKind) -> list[dict[str, Attribute]]:
    """The same, also once for each of several addresses: who answers there belongs to that one."""
    found: list[dict[str, Attribute]] = []
    for chain in chains(things, match, kind):
        told = attributes_on(things, chain, match, kind)
        if len(told["endpoint"].values) < 2 or len(told["provider"].values) * len(told["hosting"].values) < 2:
            found.append(told)
            continue
        endpoint, model = endpoint_of(things, chain, told.get("model", UNSET)), told.get("model", UNSET)
        for value in endpoint.attribute.values:
            one = replace(endpoint, attribute=replace(endpoint.attribute, values=(value,)), spellings=(str(value),))
            provider, hosting = served(things, chain, one, model)
            found.append({**told, "endpoint": one.attribute, "provider": provider, "hosting": hosting})
    return found


def attributes_on(things: Things, chain: Chain, match: Match, kind: SiteKind) -> dict[str, Attribute]:
    """The same for one of these choices."""
    found: dict[str, Attribute] = {}
    for name in OF_KIND.get(kind, ()):
        text_goes_out = name == "structured" and match.result == "completion"
        seldom = name in _ONLY_WHERE_SAID or (name == "store" and kind not in _MODELS)
        if not seldom or text_goes_out or _says(chain, SCALARS[name]):
            value, is_doubt = _scalar(things, chain, name, SCALARS[name])
            if not (is_doubt and name in _RARE):
                found[name] = value
    endpoint = endpoint_of(things, chain, found.get("model", UNSET))
    found["endpoint"] = endpoint.attribute
    found["provider"], found["hosting"] = served(things, chain, endpoint, found.get("model", UNSET))
    if found["endpoint"] == UNSET:
        said, _ = _defaults(things, chain, Role.ENDPOINT)
        found["endpoint"] = Attribute(State.UNSET, default=said or _public_hosts(things, found["provider"], found["hosting"]))
    if "model" in found:
        found["model"] = possible(found["model"], found["provider"], found["endpoint"], found["hosting"])
    return found


def _public_hosts(things: Things, provider: Attribute, hosting: Attribute) -> tuple[Scalar, ...]:
    """The hosts of a vendor's own service, where it is certain that one of these is asked."""
    theirs = hosting.state is State.KNOWN and set(hosting.values) <= {Hosting.EXTERNAL.value, Hosting.CLOUD_TENANT.value}
    known = theirs and provider.state is State.KNOWN and len(provider.values) == 1
    return things.catalogue.hosts_of(str(provider.values[0]), tuple(map(str, hosting.values))) if known else ()


def _says(chain: Chain, role: Role) -> bool:
    """Whether the API has such an argument at all. Of an object that nobody has seen being built that cannot be told."""
    makers = [made for line in chain.all() for made in line]
    if any(role.value in m.shape.sets or any(a.role is role for a in m.shape.args) for m in makers):
        return True
    if any(role.value in default.values for m in makers for default in m.shape.defaults):
        return True
    return role.value not in _RARE and not any(m.shape.provider for m in makers)


def _scalar(things: Things, chain: Chain, name: str, role: Role) -> tuple[Attribute, bool]:
    """An attribute, and whether all there is to it is that the object it hangs on is not known."""
    if name == "top_k" and chain.kind is SiteKind.INFERENCE:
        return _of_retrieval(things, chain), False
    doubts = [] if chain.doubt is None else [Attribute(State.UNKNOWN, (), chain.doubt)]
    spread: list[Attribute] = []
    passed = chain.match.thing
    if passed is not None and not passed.made and any(a.role is role for a in passed.type.shape.args):
        doubts.append(
            Attribute(State.UNKNOWN, (), f"how the {_short(passed.type.new or (passed.type.name,))} that is passed in was made")
        )
    told = chain.match
    if passed is None and not told.certain and not any(a.role is role for a in told.shape.args):
        # Only the name of the method tells what it is: how its object was made may say more.
        doubts.append(Attribute(State.UNKNOWN, (), "which object this is called on"))
    for makers in chain.all():
        for made in makers:
            fixed = made.shape.sets.get(role.value)
            if fixed is not None and name != "model":
                return Attribute(State.KNOWN, (_as_scalar(fixed),), evidence=(Step(made.place, f"{made.dotted}()"),)), False
            named = _NAMED_BY.get(chain.kind, Role.LLM) if name == "model" else None
            for arg, value in (*things.role(made, role), *(things.role(made, named) if named is not None else ())):
                if arg.role is named and (arg.type or things.of(value)):
                    continue  # a part of the chain
                if name == "model" and (inner := _of_object(things, value)) is not None:
                    return inner, False
                if arg.role is named and not any(isinstance(s, str) for s in spell(value)[0]):
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
                    spread.append(given)
                    continue
                return given, False
            if fixed is not None:
                return Attribute(State.KNOWN, (_as_scalar(fixed),), evidence=(Step(made.place, f"{made.dotted}()"),)), False
            if (
                made.call is None
                and made.frame is None
                and made.place.line == 0
                and role in (Role.MODEL, Role.TIMEOUT, Role.MAX_OUTPUT)
            ):
                doubts.append(
                    Attribute(State.UNKNOWN, (), f"how the {made.dotted.rpartition('.')[2]} that is passed in was made")
                )
    if doubts or spread:
        return (*doubts, *spread)[0], not spread
    if name in STANDING:
        other = standing(things, chain, name)
        if other is not None:
            return other, False
    default, evidence = _defaults(things, chain, role)
    return Attribute(State.UNSET, default=default, evidence=evidence), False


def _of_retrieval(things: Things, chain: Chain) -> Attribute:
    """How many documents a chain or engine fetches: said on the call, on what it is made on, or on its retriever."""
    queue = list(chain.built)
    seen: set[int] = set()
    by_default: list[Scalar] = []
    while queue and len(seen) < 60:
        made = queue.pop(0)
        if id(made) in seen:
            continue
        seen.add(id(made))
        for _, value in things.role(made, Role.TOP_K):
            given = attribute(value)
            if given.state is not State.UNSET:
                return given
        by_default.extend(_as_scalar(d.values["top_k"]) for d in defaults(things, made) if "top_k" in d.values)
        if made.kind != "llm":
            queue.extend(m for p in things.parts((made,), Role.RETRIEVER, Role.INDEX, Role.PART, Role.TOOLS) for m in p.made)
    return Attribute(State.UNSET, default=tuple(dict.fromkeys(by_default)))


def _of_object(things: Things, value: Value) -> Attribute | None:
    """An object passed where a model is named gives its own model's name."""
    named = [
        attribute(name)
        for thing in things.of(value)
        for made in thing.made
        for _, name in things.role(made, Role.MODEL)
        if not things.of(name)
    ]
    return merge(named) if named else None


def _as_text(found: Attribute) -> Attribute:
    """A name without the values that are no text."""
    kept = tuple(v for v in found.values if isinstance(v, str))
    if len(kept) == len(found.values):
        return found
    if kept:
        return replace(found, values=kept)
    because = (found.because or "what is given is no name").removeprefix("also ")
    return Attribute(State.UNKNOWN, (), because, found.default, found.evidence)


def _given(things: Things, value: Value, name: str, scale: float) -> Attribute:
    if name == "timeout":
        return _timeout(things, value, scale)
    if name == "structured":
        return _structured(value)
    if name == "device":
        return device(things, value)
    if name == "stream" and all(isinstance(o, ScopeValue | Symbol | Instance) for o in alternatives(value)):
        return Attribute(State.KNOWN, (True,), evidence=read(value).evidence)  # a function that takes each piece
    if name == "collection" and any(isinstance(o, Listing) for o in alternatives(value)):
        return merge(attribute(one) for one in list_items(value))
    found = attribute(value)
    if name in _TEXTS:
        found = _as_text(found)
    if name == "model" and found.state in (State.UNKNOWN, State.PARTIAL):
        return _with_file(found, value)
    if scale != 1.0:
        return Attribute(
            found.state,
            tuple(v * scale if isinstance(v, int | float) else v for v in found.values),
            found.because,
            (),
            found.evidence,
        )
    return found


def _with_file(found: Attribute, value: Value) -> Attribute:
    """A model file in a folder that is not known is that file: `models / "llama.gguf"`."""
    texts = [t for t in spell(value)[0] if isinstance(t, str) and HOLE in t]
    ends = [end for t in texts if (end := t.rpartition(HOLE)[2]).startswith("/") and len(end) > 1]
    names = [(end.rpartition("/")[2] if "." in end else end.lstrip("/")).rstrip("*") for end in ends]
    if not names:
        return found
    values = tuple(dict.fromkeys((*found.values, *names)))
    return Attribute(State.PARTIAL, values, found.because, found.default, found.evidence)


def _timeout(things: Things, value: Value, scale: float) -> Attribute:
    """Seconds. A timeout object (`httpx.Timeout(30, connect=5)`) counts by its first argument, a pair of requests (to connect,
    to read) by its second. None switches it off."""
    numbers: list[Scalar] = []
    for one in alternatives(value):
        if isinstance(one, CallValue) and one.call.args:
            inner = [a for a in one.call.args if a.name in (None, "timeout", "read", "total", "request")] or list(one.call.args)
            limit = things.tracer.value(inner[0].value, one.frame)
            numbers.extend(v for v in spell(limit)[0] if isinstance(v, int | float))
        if isinstance(one, Listing) and len(one.items) == 2 and not one.open:
            numbers.extend(v for v in spell(one.items[1])[0] if isinstance(v, int | float))
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
    """Whether an output shape is enforced. `{"type": "text"}` and plain text are none."""
    shapes: list[bool] = []
    reasons: list[str] = []
    for one in alternatives(value):
        enforced = _enforces(one)
        if enforced is not None:
            shapes.append(enforced)
        elif not isinstance(one, Constant):
            reasons.extend(read(one).reasons)
    values: tuple[Scalar, ...] = tuple(dict.fromkeys(shapes))
    if reasons:
        return Attribute(State.PARTIAL if values else State.UNKNOWN, values, "; ".join(dict.fromkeys(reasons)))
    return Attribute(State.KNOWN, values) if values else UNSET


def _enforces(value: Value) -> bool | None:
    """Whether one description of an output is a schema; None when that is not known, or nothing is given."""
    one = core(value)
    if isinstance(one, Constant):
        return None if one.value is None else one.value not in (False, "text", "")
    if isinstance(one, MappingValue):
        return next((spell(v)[0] for k, v in one.entries if spell(k)[0] == ["type"]), []) != ["text"]
    if isinstance(one, Symbol):
        return one.name != "builtins.str"
    if isinstance(one, Combined | Listing):
        # `Flight | NoFlight`, `[Flight, str]`: text is allowed where one of them is text.
        return not any(_enforces(item) is False for item in one.inside())
    if isinstance(one, ItemOf) and isinstance(core(one.base), Symbol):
        return True  # list[Flight]
    return None if one.tag in ("parameter", "env", "item", "unknown") else True


def _only_spread(value: Value) -> bool:
    """Whether it is only possible that something is said there."""
    return all(isinstance(one, Unknown) and "may be set" in one.because for one in alternatives(value))


def _short(names: tuple[str, ...]) -> str:
    return names[0].rpartition(".")[2]


def _as_scalar(value: object) -> Scalar:
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _defaults(things: Things, chain: Chain, role: Role) -> tuple[tuple[Scalar, ...], tuple[Step, ...]]:
    """What the SDK does when the argument is left out, several where that depends on its version and nobody says that, and where
    the version is said."""
    for makers in chain.all():
        for made in makers:
            found = [d for d in defaults(things, made) if role.value in d.values]
            if found:
                values = tuple(dict.fromkeys(_as_scalar(one.values[role.value]) for one in found))
                steps = (version.step for one in found for version in decided_by(things, one, made))
                return values, tuple(dict.fromkeys(steps))
    return (), ()


def merged(several: list[dict[str, Attribute]]) -> dict[str, Attribute]:
    """The attributes of a site with several meanings."""
    names = dict.fromkeys(n for one in several for n in one)
    return {n: merge([one.get(n, UNSET) for one in several]) for n in names}
