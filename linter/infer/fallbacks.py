"""What takes over when a model fails: of a router, a gateway, or `with_fallbacks`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from linter.infer.attributes import attributes, merged
from linter.infer.chain import chains
from linter.infer.scalars import list_items, reason, spell
from linter.infer.things import Made, Match, Things
from linter.model.architecture import Attribute, Fallback, State
from linter.model.catalogue import Hosting, Role, SiteKind
from linter.model.place import Place
from linter.model.values import CallValue, Constant, Mapping, Value, alternatives, core, literal

_KINDS = (SiteKind.INFERENCE, SiteKind.CLIENT)
_MOST = 20


def fallbacks(things: Things, matches: Sequence[Match], kind: SiteKind) -> tuple[Fallback, ...]:
    """The models that take over for a site of a kind, each once. Those of which only a name is known, by which no gateway tells a
    vendor, are the vendor's own, and left out."""
    if kind not in _KINDS:
        return ()
    found: dict[tuple[object, ...], Fallback] = {}
    for match in matches:
        for chain in chains(things, match, kind):
            for made in (one for line in chain.all() for one in line):
                for value in things.given(made, Role.FALLBACK):
                    for one in _of(things, made, value):
                        found.setdefault((one.place, one.name, one.provider.values), one)
    return tuple(found.values())[:_MOST]


def _of(things: Things, made: Made, value: Value) -> Iterator[Fallback]:
    for item in list_items(value):
        if things.of(item):
            yield from _of_objects(things, item)
            continue
        for one in alternatives(item):
            if isinstance(one, Mapping):
                yield from _of_mapping(things, made, one)
            elif isinstance(one, Constant) and isinstance(one.value, str):
                yield from _of_name(things, made, one)
            elif not isinstance(one, Constant):
                unknown = Attribute(State.UNKNOWN, (), reason(one))
                yield Fallback(made.place, "a fallback", unknown, unknown)


def _of_objects(things: Things, item: Value) -> Iterator[Fallback]:
    """Model objects: `ChatOpenAI(…).with_fallbacks([ChatAnthropic(…)])`."""
    for one in alternatives(item):
        made = [m for m in (things.matches(one) if isinstance(one, CallValue) else ()) if m.shape.site or m.thing is not None]
        told = merged([each for m in made for each in attributes(things, m, SiteKind.CLIENT)])
        if told:
            yield Fallback(made[0].made.place, made[0].made.dotted, told["provider"], told["hosting"])


def _of_mapping(things: Things, made: Made, one: Mapping) -> Iterator[Fallback]:
    """`{"model": "…"}`, or the models that take over from each: `{"gpt-4o": ["claude", "local"]}`."""
    named = things.inside(one, "model")
    if named is not None:
        yield from _of(things, made, named)
        return
    for _, inner in one.entries:
        yield from _of(things, made, inner)


def _of_name(things: Things, made: Made, name: Constant) -> Iterator[Fallback]:
    """A model by its id, or by the name that the list of the router's models has for it."""
    listed = list(_listed(things, made, str(name.value)))
    for model, place in listed or [(str(name.value), name.place)]:
        found = things.catalogue.model_prefix(made.file, model)
        if found is None:
            continue
        hosting = found[1] or things.catalogue.hosting_of(found[0])
        where = Attribute(State.KNOWN, (hosting.value,)) if isinstance(hosting, Hosting) else Attribute(State.UNKNOWN, (), model)
        yield Fallback(place, str(name.value), Attribute(State.KNOWN, (found[0],)), where)


def _listed(things: Things, made: Made, name: str) -> Iterator[tuple[str, Place]]:
    """The ids of the models that a router lists under a name: `{"model_name": "fast", "litellm_params": {"model": "…"}}`."""
    for arg in made.shape.args:
        if arg.role is not Role.MODEL or not arg.path:
            continue
        given = things.argument(made, arg.name)
        for item in list_items(given) if given is not None else ():
            known = core(item)
            if not isinstance(known, Mapping) or not any(literal(value) == name for _, value in known.entries):
                continue
            inner: Value | None = known
            for key in arg.path:
                inner = None if inner is None else things.inside(inner, key)
            if inner is not None:
                yield from ((str(text), inner.place) for text in spell(inner)[0] if isinstance(text, str))
