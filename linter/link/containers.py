"""Containers that hand objects to constructors: dependency-injector's providers, injector's modules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from linter.link.program import PROVIDERS, last_name
from linter.model import facts as f
from linter.model.place import Place
from linter.model.values import (
    CallValue,
    Extra,
    Frame,
    Instance,
    Listing,
    Prepared,
    ScopeValue,
    Symbol,
    Value,
    alternatives,
    core,
)

if TYPE_CHECKING:
    from linter.link.trace import Tracer

_PROVIDERS = "dependency_injector.providers."
_GIVES = "what a provider holds"
"""Stands for a provider of a ready object, of several, or of one of several."""
_MARKERS = frozenset({"dependency_injector.wiring.Provide", "dependency_injector.wiring.Closing"})


def provider(tracer: Tracer, name: str, call: f.Call, frame: Frame, place: Place) -> Value | None:
    """`providers.Singleton(OpenAI, timeout=20)`: something that is called later; None for another function."""
    kind = name.removeprefix(_PROVIDERS)
    if kind == name or not call.args:
        return None
    given = [(arg.name, provided(tracer, tracer.value(arg.value, frame), arg.value, frame)) for arg in call.args]
    if kind in PROVIDERS:
        made = tracer.value(call.args[0].value, frame)
        return Prepared(place, made, tuple(given[1:]))
    if kind in ("Object", "List", "Selector"):
        held: Value = given[0][1]
        if kind == "List":
            held = Listing(place, tuple(value for _, value in given))
        elif kind == "Selector":
            held = tracer.join([value for name, value in given if name is not None], place, "selector")
        return Prepared(place, Symbol(place, _GIVES), ((None, held),))
    return None


def given(name: str, extra: Extra) -> Value | None:
    """The result of a provider that holds its object; None for another function."""
    return extra[0][1] if name == _GIVES and extra else None


def provided(tracer: Tracer, value: Value, expr: f.Expr, frame: Frame) -> Value:
    """What a provider gives where it is passed on; anything else as it is."""
    if not isinstance(core(value), Prepared):
        return value
    return tracer.call(value, tracer.decorators.bare_call(expr), frame)


def marked(tracer: Tracer, base: Value, key: f.Expr, frame: Frame) -> Value | None:
    """`Provide[Container.client]`; None for an item of anything else."""
    known = core(base)
    if not isinstance(known, Symbol) or known.name not in _MARKERS:
        return None
    return provided(tracer, tracer.value(key, frame), key, frame)


def bound(tracer: Tracer, kind: Value | None, place: Place) -> Value | None:
    """What injector puts into a parameter of that type: the result of a `@provider` method, or what `binder.bind` says."""
    if kind is None or "injector" not in {name.partition(".")[0] for name in tracer.program.imports}:
        return None
    wanted = {_type_name(one) for one in alternatives(kind)} - {""}
    found = [*_methods(tracer, wanted), *_bindings(tracer, wanted)]
    return tracer.join(found, place, "injected") if found else None


def _type_name(kind: Value) -> str:
    return kind.name if isinstance(kind, Symbol | ScopeValue) else ""


def _methods(tracer: Tracer, wanted: set[str]) -> Iterator[Value]:
    program = tracer.program
    for file, index in program.decorated:
        scope = program.scope(file, index)
        marks = {last_name(d.func if isinstance(d, f.Call) else d) for d in scope.decorators}
        owner = program.owner(file, scope)
        if "provider" not in marks or owner is None or scope.return_annotation is None:
            continue
        around = program.frame(file, owner.index)
        kind = tracer.classes.annotation(scope.return_annotation, around)
        if kind is None or not wanted & {_type_name(one) for one in alternatives(kind)}:
            continue
        place = tracer.at(scope.span, around)
        cls = tracer.scope_value(file, owner.index, program.frame(file, 0))
        method = tracer.classes.member(Instance(place, cls), scope.name, place)
        yield tracer.call(method, tracer.decorators.bare_call(scope.decorators[0]), around)


def _bindings(tracer: Tracer, wanted: set[str]) -> Iterator[Value]:
    for entry in tracer.program.calls_by_name.get("bind", ()):
        call, frame = entry.site.call, tracer.program.frame(entry.file, entry.scope)
        interface = tracer.functions.keyword_or_position(tracer, call, frame, "interface", 0)
        to = tracer.functions.keyword_or_position(tracer, call, frame, "to", 1)
        if interface is None or to is None or not wanted & {_type_name(one) for one in alternatives(interface)}:
            continue
        for option in alternatives(to):
            ready = isinstance(option, Instance | CallValue)
            yield option if ready else tracer.call(option, tracer.derived(call, "bound", ()), frame)
