"""Redactors: where a way ends because what goes on no longer is the data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from linter.infer.flows.names import Names
from linter.infer.redaction import REDACTED, redacts
from linter.infer.sites import Found
from linter.infer.things import Things
from linter.model.manifest import DataDeclaration
from linter.model.values import (
    CallValue,
    Combined,
    Instance,
    Mapping,
    Member,
    ScopeValue,
    Symbol,
    Value,
    Via,
    alternatives,
    core,
    dotted,
)


class Redactors:
    """Recognises the redactors that the manifest declares, and those that the catalogue knows."""

    def __init__(self, things: Things, names: Names) -> None:
        self._things, self._names = things, names

    def of_result(self, value: Value, declared: DataDeclaration) -> str:
        """The name of the redactor that a value is the result of; empty when it is none."""
        if isinstance(value, Via) and value.how == "return" and self._names.has(value.name, declared.redacted_by):
            return value.name
        if isinstance(value, CallValue):
            for match in self._things.matches(value)[:1]:
                if redacts(self._things, match):
                    return match.made.dotted
            for name in (self.dotted(value.callee), *self._of_known(value.callee)):
                if name and self._names.has(name, declared.redacted_by):
                    return name
        return ""

    def _of_known(self, callee: Value) -> Iterator[str]:
        """Names of a method of something known, which other calls may have handed on: `Guard().use(…).validate`."""
        known = core(callee)
        if isinstance(known, Member):
            for thing in self._things.of(known.base):
                yield from (f"{made.dotted}.{known.name}" for made in thing.made)

    def at_the_head(self, found: Found, declared: DataDeclaration) -> str:
        """The redactor that comes first in every chain that a call may run: `RunnableLambda(scrub) | prompt | model`."""
        callee = self._things.tracer.trace(found.call.func, found.frame)
        heads: list[str] = []
        for one in alternatives(callee):
            chain = core(one.base) if isinstance(one, Member) else one
            heads.append(self._step(chain.items[0], declared) if isinstance(chain, Combined) and chain.op == "|" else "")
        return heads[0] if heads and all(heads) else ""

    def of_masks(self, masks: Sequence[Value | None], declared: DataDeclaration) -> str:
        """The redactor that all masks are; empty when one of them is none, or not known to be one."""
        names = ["" if one is None else self._mask(one, declared) for one in masks]
        return names[0] if names and all(names) else ""

    def _mask(self, value: Value, declared: DataDeclaration) -> str:
        """The redactor that a function is, or whose result it gives in each case."""
        if name := self._step(value, declared):
            return name
        known, tracer = core(value), self._things.tracer
        if not isinstance(known, ScopeValue) or known.kind != "function":
            return ""
        frame = tracer.program.frame(known.file, known.scope)
        given = tracer.functions.returned(tracer.program.scope(known.file, known.scope), frame)
        names = [self.of_result(one, declared) for one in given]
        return names[0] if names and all(names) else ""

    def _step(self, value: Value, declared: DataDeclaration) -> str:
        """The redactor that a step of a chain is; of a dictionary when each of its entries is one."""
        known = core(value)
        if isinstance(known, Mapping):
            steps = [self._step(one, declared) for _, one in known.entries]
            return steps[0] if steps and all(steps) and not known.rest else ""
        if isinstance(known, Combined) and known.op == "|":
            return self._step(known.items[0], declared)
        if isinstance(known, CallValue) and dotted(known.callee).endswith(".RunnableLambda") and len(known.call.args) == 1:
            return self._step(self._things.tracer.value(known.call.args[0].value, known.frame), declared)
        name = self.dotted(known) if isinstance(known, ScopeValue | Member | Symbol) else ""
        if name and self._names.has(name, declared.redacted_by):
            return name
        if isinstance(known, Member):
            for thing in self._things.of(known.base):
                specs = self._things.catalogue.calls_on(thing.type.name, (known.name,))
                if any(spec.result == REDACTED for spec in specs):
                    return f"{thing.type.name.partition('.')[2]}.{known.name}"
        return ""

    def dotted(self, callee: Value) -> str:
        """The dotted name of what is called: `package.Class.method` also when it is called on an object."""
        path: list[str] = []
        one = callee
        while isinstance(core(one), Member):
            inner = core(one)
            assert isinstance(inner, Member)
            path.insert(0, inner.name)
            one = inner.base
        known = core(one)
        if isinstance(known, ScopeValue):
            return ".".join((known.name, *path))
        if isinstance(known, CallValue) and dotted(known.callee):
            path.insert(0, dotted(known.callee))
        elif isinstance(known, Symbol):
            path.insert(0, known.name)
        elif isinstance(known, Instance):
            path.insert(0, known.cls.name)
        elif isinstance(one, Via) and isinstance(one.type, Symbol):
            path.insert(0, one.type.name)
        else:
            return ""
        return ".".join(path)
