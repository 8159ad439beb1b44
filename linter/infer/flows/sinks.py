"""Sinks: what each kind of site is handed, and to whom it hands it on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from linter.infer.content import contents
from linter.infer.sites import Found
from linter.infer.things import Made, Match, Things
from linter.infer.tools import functions_of_tools
from linter.model import facts as f
from linter.model.architecture import Site
from linter.model.catalogue import Role, SiteKind
from linter.model.values import Value, Via

_SENDS = {
    SiteKind.INFERENCE: (Role.PROMPT, Role.SYSTEM_PROMPT, Role.QUERY, Role.DOCUMENTS),
    SiteKind.EMBEDDING: (Role.DOCUMENTS, Role.QUERY, Role.PROMPT),
    SiteKind.RERANK: (Role.DOCUMENTS, Role.QUERY),
    SiteKind.RETRIEVAL: (Role.QUERY,),
    SiteKind.INGEST: (Role.DOCUMENTS,),
    SiteKind.VECTOR_STORE: (Role.DOCUMENTS,),
    SiteKind.FINETUNE: (Role.DATASET,),
    SiteKind.EGRESS: (Role.PROMPT, Role.DOCUMENTS),
}
"""What each kind of site hands on."""
_VERBS = {
    SiteKind.INFERENCE: "sent to",
    SiteKind.EMBEDDING: "embedded by",
    SiteKind.INGEST: "stored in",
    SiteKind.FINETUNE: "trains",
}
_EMBEDS = (SiteKind.INGEST, SiteKind.RETRIEVAL, SiteKind.VECTOR_STORE)


@dataclass(frozen=True, slots=True, eq=False)
class Sink:
    """A site that is handed something. `onward`: further sites to which it hands the same: the embedding model of a store."""

    found: Found
    values: tuple[Value, ...]
    onward: tuple[Site, ...] = ()
    masks: tuple[Value | None, ...] = ()
    """Functions that all of it goes through before it is sent; None for a client that has none."""
    entered: tuple[Value, ...] = ()
    """Those of the values that the call itself is given, and which all steps of a chain see, one after the other."""


class Sinks:
    """What the sites of a program are handed."""

    def __init__(self, things: Things, found: tuple[Found, ...]) -> None:
        self._things = things
        self._clients = [one for one in found if one.site.kind is SiteKind.EGRESS and _can_mask(one)]
        self._embedders = {
            one.site.place.start: one.site for one in found if SiteKind.EMBEDDING in (one.site.kind, *one.site.also)
        }

    def of(self, found: Found) -> Sink:
        """What a site is handed."""
        if found.site.kind is SiteKind.LOG:
            return Sink(found, tuple(self._said(found)))
        kinds = (found.site.kind, *found.site.also)
        roles = tuple(dict.fromkeys(r for k in kinds for r in _SENDS.get(k, ())))
        values = [v for _, v in contents(self._things, found, *roles)] if roles else []
        entered = tuple(v for match in found.matches for role in roles for _, v in self._things.role(match.made, role))
        if SiteKind.FINETUNE in kinds:
            # The data set may have been handed to the trainer's constructor.
            for match in found.matches:
                for made in match.thing.made if match.thing else ():
                    values.extend(v for _, v in self._things.role(made, Role.DATASET))
        if SiteKind.INFERENCE in kinds:
            values.extend(self._found_by_tools(found))
        if SiteKind.EGRESS in kinds:
            values.extend(self._watched(found))
        onward = tuple(self._embedding(found)) if set(kinds) & set(_EMBEDS) else ()
        return Sink(found, tuple(values), onward, tuple(self._masks(found)) if SiteKind.EGRESS in kinds else (), entered)

    def _masks(self, found: Found) -> Iterator[Value | None]:
        """The masks of the client that a call is made on; of the clients of the program, where it is made on none of its own."""
        makers = [made for match in found.matches for made in (match.thing.made if match.thing is not None else ())]
        built = [made for made in makers if made.shape.site is SiteKind.EGRESS]
        if not built:
            provider = found.site.get("provider").values
            clients = (one for one in self._clients if one.site.get("provider").values == provider)
            built = [match.made for one in clients for match in one.matches if match.thing is None]
        given = [next((value for _, value in self._things.role(made, Role.MASK)), None) for made in built]
        yield from given if any(given) else ()

    def _found_by_tools(self, found: Found) -> Iterator[Value]:
        """What the tools of an agent give: it goes to the model next."""
        tracer = self._things.tracer
        for function in dict.fromkeys(one for match in found.matches for one in functions_of_tools(self._things, match)):
            frame = tracer.program.frame(*function)
            tracer.ask(frame)
            scope = tracer.program.scope(*function)
            given = tracer.join(tracer.functions.returned(scope, frame), tracer.at(scope.span, frame), scope.name)
            yield Via(given.place, given, "return", tracer.program.dotted(function[0], scope))

    def _watched(self, found: Found) -> Iterator[Value]:
        """What a function is given that a tracing service watches: `@traceable`, `@observe()`."""
        tracer = self._things.tracer
        for scope in tracer.program.files[found.frame.module].scopes:
            if scope.kind == "function" and any(_same(one, found.call) for one in scope.decorators):
                frame = tracer.program.frame(found.frame.module, scope.index)
                tracer.ask(frame)
                yield from (
                    tracer.binding(b, scope, frame) for b in scope.bindings if b.kind is f.Kind.PARAM and b.name != "self"
                )
                yield from tracer.functions.returned(scope, frame)

    def _said(self, found: Found) -> Iterator[Value]:
        """Every argument of a call that logs. What is tested to be an error is no record: `isinstance(result, Exception)`."""
        tracer = self._things.tracer
        scope = tracer.program.scope(found.frame.module, found.frame.scope)
        errors = [_tested_as_error(scope.tests[number - 1]) for number in found.when if number > 0]
        names = {(one.name, one.defs) for one in errors if one is not None}
        stack = [arg.value for arg in found.call.args]
        while stack:
            expr = stack.pop(0)
            if names and not isinstance(expr, f.Name | f.Const):
                stack.extend(expr.parts())
            elif not isinstance(expr, f.Name) or (expr.name, expr.defs) not in names:
                yield tracer.trace(expr, found.frame)

    def _embedding(self, found: Found) -> Iterator[Site]:
        """The embedding models of a store, which see what goes in and what is looked for."""
        places = {made.place for match in found.matches for made in self._embedders_of(match)}
        for place in sorted(places):
            site = self._embedders.get(place.start)
            if site is not None and site.id != found.site.id:
                yield site

    def _embedders_of(self, match: Match) -> Iterator[Made]:
        chain = (match.made, *(match.thing.made if match.thing is not None else ()))
        for part in self._things.parts(chain, Role.EMBEDDER, Role.INDEX, Role.RETRIEVER):
            yield from part.made


def _tested_as_error(test: f.Expr) -> f.Name | None:
    """The name that a test says to be an exception."""
    if not isinstance(test, f.Call) or not isinstance(test.func, f.Name) or test.func.name != "isinstance" or len(test.args) != 2:
        return None
    name, kind = test.args[0].value, test.args[1].value
    kinds = kind.items if isinstance(kind, f.Seq) else (kind,)
    is_error = all(isinstance(one, f.Name | f.Attr) and one.name.endswith(("Exception", "Error")) for one in kinds)
    return name if is_error and isinstance(name, f.Name) else None


def _can_mask(found: Found) -> bool:
    """Whether a site is a client that takes a mask."""
    return any(arg.role is Role.MASK for match in found.matches for arg in match.shape.args)


def _same(decorator: f.Expr, call: f.Call) -> bool:
    return decorator is call or decorator is call.func


def sent(site: Site) -> str:
    """What happens to data at a site, in words: `sent to openai`."""
    if site.kind is SiteKind.LOG:
        return "logged"
    where = " or ".join(str(v) for v in site.get("provider").values) or "a model"
    return f"{_VERBS.get(site.kind, 'handed to')} {where}"
