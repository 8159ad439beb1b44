"""Attributes under names that are made at run time: `setattr(self, key, value)`, `self.__dict__.update(…)`, `__getattr__`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from linter.link import items
from linter.link.program import ANY_NAME
from linter.model import facts as f
from linter.model.place import Place
from linter.model.values import Constant, Instance, ScopeValue, Symbol, Unknown, Value, Via, alternatives, core

if TYPE_CHECKING:
    from linter.link.trace import Tracer


def under_any_name(tracer: Tracer, value: Instance, name: str, place: Place) -> Iterator[Value]:
    """What an object's own methods set under names that are not written down, as far as it may be that attribute."""
    classes, program = tracer.classes, tracer.program
    for cls in classes.mro(value.cls):
        for entry in program.attribute_writes.get((cls.file, cls.scope, ANY_NAME), ()):
            frame = classes.frame_of(entry, value, cls)
            given, key = (a.value for a in entry.write.args)
            source = _pairs_of(program.scope(entry.file, entry.scope), key, given)
            if source is None:
                yield Unknown(place, "an attribute that is set under a name made at run time", (tracer.value(given, frame),))
                continue
            written = items.item_at(tracer, tracer.value(source, frame), Constant(place, name), place)
            if not items.is_missing(written):
                yield written
        for entry in program.attribute_writes.get((cls.file, cls.scope, "__dict__"), ()):
            frame = classes.frame_of(entry, value, cls)
            for arg in entry.write.args if entry.write.method == "update" else ():
                held = tracer.value(arg.value, frame)
                written = held if arg.name == name else items.item_at(tracer, held, Constant(place, name), place)
                if arg.name in (None, name) and not items.is_missing(written):
                    yield written


def of_getattr(tracer: Tracer, value: Instance, name: str, place: Place) -> Value | None:
    """What the repository's own `__getattr__` gives for an attribute that is not there."""
    if name.startswith("__"):
        return None
    for cls in tracer.classes.mro(value.cls):
        method = tracer.classes.method(cls, "__getattr__")
        frame = None if method is None else tracer.enter(method, None, value.frame, value, ((None, Constant(place, name)),))
        if method is None or frame is None:
            continue
        returns = tracer.program.scope(method.file, method.scope).returns
        found = tracer.join([tracer.value(r, frame) for r in returns], place, name)
        return None if isinstance(core(found), Unknown) else Via(place, found, "attribute", f"{cls.name}.{name}")
    return None


def of_module(tracer: Tracer, path: str, name: str, place: Place) -> Value | None:
    """What a module's own `__getattr__` gives for a name that it does not have (lazy imports); None without such a function."""
    program = tracer.program
    module = program.scope(path, 0)
    bound = next((module.bindings[d] for d in module.exits.get("__getattr__", ()) if module.bindings[d].scope >= 0), None)
    if bound is None or name.startswith("__"):
        return None
    function = tracer.scope_value(path, bound.scope, program.frame(path, 0))
    frame = tracer.enter(function, None, None, None, ((None, Constant(place, name)),))
    if frame is None:
        return None
    options = [o for r in program.scope(path, bound.scope).returns for o in alternatives(tracer.value(r, frame))]
    # `if name == "Client": return Client`: of several results, the one that is called so.
    named: list[Value] = [o for o in options if isinstance(o, ScopeValue | Symbol) and o.name.rpartition(".")[2] == name]
    known = named or [o for o in options if not isinstance(o, Unknown)]
    return tracer.join(known, place, name) if known else None


def _pairs_of(scope: f.Scope, key: f.Expr, value: f.Expr) -> f.Expr | None:
    """The dictionary whose pairs two names run over: `for key, value in options.items()`."""
    found: list[f.Expr] = []
    for position, one in enumerate((key, value)):
        bound = scope.bindings[one.defs[0]] if isinstance(one, f.Name) and one.defs is not None and len(one.defs) == 1 else None
        over = bound.value if bound is not None and bound.kind is f.Kind.EACH and bound.path == (position,) else None
        if isinstance(over, f.Call) and isinstance(over.func, f.Attr) and over.func.name == "items":
            found.append(over.func.base)
    return found[0] if len(found) == 2 and found[0] is found[1] else None
