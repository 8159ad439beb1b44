"""Where the attributes of a call are looked for: on the call, on what it is called on, on what that was built from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from linter.infer.things import Made, Match, Thing, Things, untraced
from linter.model.catalogue import Role, SiteKind
from linter.model.values import Symbol

STORES = ("index", "retriever", "embedder", "splitter", "loader", "memory")
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
        self.own = [m for m in self.built if not (kind is SiteKind.INFERENCE and m.kind in STORES)]
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
            if not (self.kind is SiteKind.INFERENCE and thing.type.kind in STORES):
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
