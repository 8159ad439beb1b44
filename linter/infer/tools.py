"""Tools that retrieve: what an agent's functions find goes into its prompts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from linter.infer.scalars import list_items
from linter.infer.sites import Found
from linter.infer.things import Made, Match, Things, root_of
from linter.link.program import ScopeKey
from linter.model import facts as f
from linter.model.catalogue import Role, SiteKind
from linter.model.place import Place, Step
from linter.model.values import CallValue, Instance, Member, Prepared, ScopeValue, Value, alternatives, core

MAX_AGENTS = 60
"""Objects that work for one call."""
MAX_CALLS = 4
"""Calls between a tool and the search that it makes."""


class Retrieving:
    """The functions of a program that search, directly or through what they call."""

    def __init__(self, things: Things, found: Sequence[Found]) -> None:
        self._things = things
        searches = [one for one in found if SiteKind.RETRIEVAL in (one.site.kind, *one.site.also)]
        self._places: dict[ScopeKey, Place] = {}
        for one in searches:
            for key in _functions(things, one.frame.module, one.frame.scope):
                self._places.setdefault(key, one.site.place)
        edge = list(self._places)
        for _ in range(MAX_CALLS):
            edge = [caller for key in edge for caller in self._reached(key)]

    def _reached(self, key: ScopeKey) -> list[ScopeKey]:
        """The callers of a function that were not met before."""
        tracer = self._things.tracer
        scope = tracer.program.scope(*key)
        if scope.kind != "function":
            return []
        calls, _ = tracer.functions.callers.of(key[0], scope, tracer.program.owner(key[0], scope))
        new = dict.fromkeys(k for call in calls for k in _functions(self._things, call.entry.file, call.entry.scope))
        fresh = [one for one in new if one not in self._places]
        for one in fresh:
            self._places[one] = self._places[key]
        return fresh

    def steps(self, match: Match) -> tuple[Step, ...]:
        """How a search gets into what a call sends; empty when none of its tools makes one."""
        agents = self._agents(match)
        for made in agents:
            for value in self._things.given(made, Role.TOOLS):
                for item in list_items(value):
                    place = self._of(item, 0)
                    if place is not None:
                        return (Step(item.place, "a tool of it"), Step(place, "which searches"))
        return self._registered({id(made.call) for made in agents})

    def _agents(self, match: Match) -> list[Made]:
        """How everything came about that works for a call: its object, the agents and tools of that, and theirs."""
        found = [match.made, *(match.thing.made if match.thing is not None else ())]
        seen: set[int] = set()
        for made in found:  # it grows
            if id(made) not in seen and len(seen) < MAX_AGENTS:
                seen.add(id(made))
                found.extend(m for part in self._things.parts((made,), Role.PART, Role.TOOLS) for m in part.made)
        return found

    def _of(self, value: Value, depth: int) -> Place | None:
        """The search that a tool makes."""
        for one in alternatives(value):
            if isinstance(one, ScopeValue):
                if (one.file, one.scope) in self._places:
                    return self._places[one.file, one.scope]
            elif isinstance(one, Instance):
                line = {(cls.file, cls.scope) for cls in self._things.tracer.classes.mro(one.cls)}
                found = next((p for key, p in self._places.items() if self._parent(key) in line), None)
                if found is not None:
                    return found
            elif isinstance(one, Prepared):
                return self._of(one.callee, depth)
            elif isinstance(one, Member):
                if self._searches(one):
                    return one.place
            elif isinstance(one, CallValue) and depth < 2:  # Tool(func=search), search.as_tool()
                tracer = self._things.tracer
                callee = core(one.callee)
                inner = [tracer.value(a.value, one.frame) for a in one.call.args]
                inner.extend([callee.base] if isinstance(callee, Member) else [])
                agents = [m for v in inner for thing in self._things.of(v) for m in thing.made]
                inner.extend(v for made in agents for given in self._things.given(made, Role.TOOLS) for v in list_items(given))
                found = next((p for v in inner if (p := self._of(v, depth + 1)) is not None), None)
                if found is not None:
                    return found
        return None

    def _searches(self, method: Member) -> bool:
        """Whether a method that is handed over is one that searches (`func=store.similarity_search`)."""
        specs = (s for t in self._things.of(method.base) for s in self._things.catalogue.calls_on(t.type.name, (method.name,)))
        return any(SiteKind.RETRIEVAL in (spec.shape.site, *spec.shape.also) for spec in specs)

    def _registered(self, calls: set[int]) -> tuple[Step, ...]:
        """`@agent.tool` above a function that searches."""
        tracer = self._things.tracer
        for (file, index), place in self._places.items():
            scope = tracer.program.scope(file, index)
            around = tracer.program.frame(file, max(scope.parent, 0))
            for mark in scope.decorators:
                head = mark.func if isinstance(mark, f.Call) else mark
                if isinstance(head, f.Attr) and "tool" in head.name:
                    owners = [root_of(o) for o in alternatives(tracer.value(head.base, around))]
                    if any(isinstance(o, CallValue) and id(o.call) in calls for o in owners):
                        return (Step(tracer.at(scope.span, around), "a tool of it"), Step(place, "which searches"))
        return ()

    def _parent(self, key: ScopeKey) -> ScopeKey:
        return key[0], self._things.tracer.program.scope(*key).parent


def functions_of_tools(things: Things, match: Match) -> Iterator[ScopeKey]:
    """The functions of the repository that the agents and chains behind a call have as tools."""
    stack = [match.made, *(match.thing.made if match.thing is not None else ())]
    seen: set[int] = set()
    while stack and len(seen) < MAX_AGENTS:
        made = stack.pop()
        if id(made) in seen:
            continue
        seen.add(id(made))
        stack.extend(m for part in things.parts((made,), Role.PART, Role.TOOLS, Role.LLM) for m in part.made)
        for value in things.given(made, Role.TOOLS):
            for item in list_items(value):
                yield from _of_tool(things, item, 0)


def _of_tool(things: Things, value: Value, depth: int) -> Iterator[ScopeKey]:
    tracer = things.tracer
    for one in alternatives(value):
        if isinstance(one, ScopeValue) and one.kind == "function":
            yield one.file, one.scope
        elif isinstance(one, Instance):
            for name in ("_run", "_arun", "run", "forward", "__call__"):
                method = tracer.classes.method(one.cls, name)
                if method is not None:
                    yield method.file, method.scope
        elif isinstance(one, Prepared):
            yield from _of_tool(things, one.callee, depth)
        elif isinstance(one, CallValue) and depth < 2:  # Tool(func=search)
            for arg in one.call.args:
                yield from _of_tool(things, tracer.value(arg.value, one.frame), depth + 1)


def _functions(things: Things, file: str, index: int) -> list[ScopeKey]:
    """The functions that a scope is in, innermost first, up to a class or module."""
    program = things.tracer.program
    scope = program.scope(file, index)
    found: list[ScopeKey] = []
    while scope.parent >= 0 and scope.kind != "class":
        found.append((file, scope.index))
        scope = program.scope(file, scope.parent)
    return found or [(file, index)]
