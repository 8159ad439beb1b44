"""Raw HTTP: a request to a model endpoint, recognised by its address or by its body."""

from __future__ import annotations

from dataclasses import replace

from linter.infer import bodies
from linter.infer.addresses import Hit, hits
from linter.infer.hosts import answerer, host_of
from linter.infer.scalars import HOLE, spell
from linter.infer.things import Match, Things, allows, is_given_value
from linter.model.catalogue import ArgSpec, Endpoint, Hosting, Role, Shape
from linter.model.values import Mapping, Value, alternatives

_CONTENT = (Role.PROMPT, Role.DOCUMENTS, Role.QUERY)


def endpoint(things: Things, match: Match) -> Match | None:
    """The meaning of an HTTP call as a request to a model endpoint; None when it is not one."""
    if match.shape.site is not None or not any(a.role is Role.URL for a in match.shape.args):
        return None
    urls = _urls(things, match)
    payload = _payload(things, match)
    values = [value for _, value in things.role(match.made, Role.URL)]
    listed = [h for h in hits(urls, values, things.catalogue.endpoints, match.made.place) if _meets(things, payload, h.endpoint)]
    if match.made.dotted.endswith(".get") and payload is None and not things.role(match.made, Role.PAYLOAD):
        # Without a body nothing is asked, whatever address other callers of a helper post to.
        listed = [h for h in listed if not any(a.role in _CONTENT for a in h.endpoint.shape.args) or _in_query(urls)]
    hit = max(listed, key=lambda h: h.weight, default=None)
    if hit is None and payload is not None and (guessed := bodies.asked(payload)) is not None:
        hit = Hit(Endpoint("", guessed))
    if hit is None:
        return None
    known = hit.endpoint
    args = tuple(
        replace(a, name=carrier.name, path=(*carrier.path, a.name, *a.path))
        for carrier in match.shape.args
        if carrier.role is Role.PAYLOAD
        for a in known.shape.args
    )
    answers = [answerer(url, things.catalogue) for url in urls]
    served = next((a for a in answers if a is not None and a.provider), None)
    provider = served.provider if served is not None else known.shape.provider
    hosting = served.hosting if served is not None else known.shape.hosting
    if hosting in (Hosting.SELF_HOSTED, Hosting.IN_PROCESS) and any(a is not None and a.hosting is None for a in answers):
        hosting = None  # the path is that of one's own server; who runs a public host that nobody knows is a question
    own = tuple(replace(a, role=Role.ENDPOINT) if a.role is Role.URL else a for a in match.shape.args)
    whole = tuple(u for u in urls if host_of(u) and HOLE not in str(host_of(u)))
    sets = {**known.shape.sets, Role.ENDPOINT.value: whole} if whole and len(whole) == len(urls) else known.shape.sets
    same = [h for h in listed if h.endpoint is hit.endpoint]
    words = {role: [value for h in same for name, value in h.said if name == role] for role, _ in hit.said}
    in_path = [(role, things.tracer.join(values, match.made.place, role)) for role, values in words.items()]
    said = tuple(ArgSpec(f"<{role}>", Role(role)) for role, _ in in_path)
    shape = Shape((*said, *own, *args), match.shape.order, sets, match.shape.defaults, provider or "", hosting, known.shape.site)
    extra = (*match.made.extra, *((f"<{role}>", value) for role, value in in_path))
    made = replace(match.made, shape=shape, extra=extra)
    return Match(shape, made, match.thing, match.spec, match.certain, "http")


def _in_query(urls: list[str]) -> bool:
    return any("?" in url for url in urls)


def _urls(things: Things, match: Match) -> list[str]:
    """The addresses that the request can go to, with the client's base address in front."""
    own = [t for _, value in things.role(match.made, Role.URL) for t in _texts(value)]
    bases = [
        t
        for made in (match.thing.made if match.thing else ())
        for _, value in things.role(made, Role.ENDPOINT)
        for t in _texts(value)
    ]
    if bases and any(not host_of(u) or u.startswith("/") for u in own):
        return [b.rstrip("/") + "/" + u.lstrip("/") for b in bases for u in own]
    return own


def _texts(value: Value) -> list[str]:
    return [s for s in spell(value)[0] if isinstance(s, str) and s.strip(HOLE + "/")]


def _meets(things: Things, payload: Mapping | None, endpoint: Endpoint) -> bool:
    """Whether the body fulfils the conditions of an endpoint."""
    for name, allowed in endpoint.shape.when.items():
        value: Value | None = payload
        for key in name.split("."):
            value = None if value is None else things.inside(value, key)
        options = [] if value is None else list(alternatives(value))
        is_given = "*" in allowed and any(map(is_given_value, options))
        if value is None or not (is_given or any(allows(one, allowed) for one in spell(value)[0] if one is not None)):
            return False
    return True


def _payload(things: Things, match: Match) -> Mapping | None:
    for _, value in things.role(match.made, Role.PAYLOAD):
        stack = list(alternatives(value))
        while stack:
            one = stack.pop(0)
            if isinstance(one, Mapping):
                return one
            if one.tag == "template":
                stack.extend(a for p in one.inside() for a in alternatives(p))
    return None
