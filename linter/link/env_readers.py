"""Objects that read variables of the environment: `decouple.Config`, `environs.Env`, `environ.Env`, `starlette.config.Config`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.model import facts as f
from linter.model.place import Place
from linter.model.values import (
    CallValue,
    Constant,
    EnvVariable,
    Frame,
    Member,
    Symbol,
    Value,
    core,
)

if TYPE_CHECKING:
    from linter.link.trace import Tracer

# class -> where its default stands when the object is called, and in its methods (python-decouple 3.8, environs 15.2,
# django-environ 0.14, starlette 1.10)
_READERS = {
    "decouple.Config": (1, 1),
    "decouple.AutoConfig": (1, 1),
    "environs.Env": (1, 1),
    "environs.FileAwareEnv": (1, 1),
    "environ.Env": (2, 1),
    "environ.FileAwareEnv": (2, 1),
    "starlette.config.Config": (2, 2),
}
_METHODS = frozenset({"get", "str", "unicode", "int", "float", "decimal", "bool", "url", "path", "json", "enum", "get_value"})


def read(tracer: Tracer, callee: CallValue | Member, call: f.Call, frame: Frame, place: Place) -> Value | None:
    """The variable that `env("MODEL", default="gpt-4o")` or `env.str("MODEL")` reads; None for any other call."""
    made = core(callee.base) if isinstance(callee, Member) else callee
    kind = core(made.callee) if isinstance(made, CallValue) else None
    where = _READERS.get(kind.name) if isinstance(kind, Symbol) else None
    if where is None or (isinstance(callee, Member) and callee.name not in _METHODS):
        return None
    argument = tracer.functions.keyword_or_position
    name = argument(tracer, call, frame, "", 0)
    default = argument(tracer, call, frame, "default", where[isinstance(callee, Member)])
    return variable(tracer, name, default, place, required=True)


def variable(
    tracer: Tracer, name: Value | None, default: Value | None, place: Place, *, required: bool = False
) -> EnvVariable | None:
    """The variable of that name; None when the name is not known. `required`: without a default it has to be set."""
    known = None if name is None else core(name)
    if not (isinstance(known, Constant) and isinstance(known.value, str)):
        return None
    if default is not None and isinstance(said := core(default), Constant) and said.value is None:
        default = None
    return tracer.environment.variable(place, known.value, default, required=required and default is None)
