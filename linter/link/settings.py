"""Fields: dataclasses, pydantic models and settings, typed dictionaries. A field is set by the constructor's keyword,
by the environment (settings classes), or by its default."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from linter.link.program import has_decorator
from linter.model import facts as f
from linter.model.place import Place
from linter.model.values import (
    Alternatives,
    Constant,
    EnvVariable,
    Frame,
    Instance,
    ItemOf,
    Mapping,
    Member,
    Parameter,
    ScopeValue,
    Symbol,
    Unknown,
    Value,
    Via,
    alternatives,
    core,
    literal,
)

if TYPE_CHECKING:
    from linter.link.trace import Tracer

_MODELS = (
    "pydantic.BaseModel",
    "pydantic.main.BaseModel",
    "pydantic.v1.BaseModel",
    "langchain_core.pydantic_v1.BaseModel",
    "langchain.pydantic_v1.BaseModel",
    "typing.NamedTuple",
    "typing.TypedDict",
    "typing_extensions.TypedDict",
    "sqlmodel.SQLModel",
    "msgspec.Struct",
)
_SETTINGS = (
    "pydantic_settings.BaseSettings",
    "pydantic.BaseSettings",
    "pydantic.v1.BaseSettings",
    "pydantic.env_settings.BaseSettings",
    "pydantic_settings.main.BaseSettings",
)
_VALIDATORS = ("model_validate", "parse_obj", "from_dict", "model_construct", "from_orm", "validate")
_FIELD_CALLS = (
    "dataclasses.field",
    "pydantic.Field",
    "pydantic.fields.Field",
    "pydantic.v1.Field",
    "sqlmodel.Field",
    "pydantic.PrivateAttr",
    "attr.ib",
    "attr.field",
    "attrs.field",
    "langchain_core.pydantic_v1.Field",
)

_MAX_NESTED = 4
"""Objects in each other whose fields are variables."""


def field(tracer: Tracer, cls: ScopeValue, value: Instance, name: str, place: Place) -> Value | None:
    """The value of an annotated field of an instance; None when the name is no field."""
    scope = tracer.program.scope(cls.file, cls.scope)
    bound = next((scope.bindings[d] for d in scope.exits.get(name, ()) if scope.bindings[d].annotation is not None), None)
    if bound is None or bound.kind not in (f.Kind.VALUE, f.Kind.DECLARE):
        return None
    kind = family(tracer, cls)
    if kind == "":
        return None
    frame = tracer.program.frame(cls.file, cls.scope)
    short = cls.name.rpartition(".")[2]
    options: list[Value] = []
    if value.call is not None and value.frame is not None:
        names = [*_aliases(tracer, cls, bound), name] if kind == "model" else [name]
        left_out = partial(_left_out, tracer, cls, bound, place)
        passed = next((p for n in names if (p := _passed(tracer, value, n, scope, left_out)) is not None), None)
        if passed is not None:
            given = _as_objects(tracer, passed, bound, frame)
            step = tracer.typed(Via(given.place, given, "argument", f"{cls.name}.{name}"), bound.annotation, frame, name)
            return tracer.join([*_from_files(tracer, cls, name, bound, frame), step], place, name) if _is_open(passed) else step
    elif value.extra:
        given_by_file = next((v for key, v in value.extra if key == name), None)
        if given_by_file is not None:
            return tracer.typed(_as_objects(tracer, given_by_file, bound, frame), bound.annotation, frame, name)
    elif kind != "settings":
        built, count = _from_constructors(tracer, cls, name, scope)
        if all(map(_is_open, built)):
            options.extend(_from_files(tracer, cls, name, bound, frame))
        options.extend(built)
        if not built and (not count or scope.name in tracer.program.handed_in):
            # Nobody in the repository builds it: whoever sends it fills it.
            options.append(Unknown(place, f"what is put into {short}.{name}"))
        elif count and len(built) == count and scope.name not in tracer.program.handed_in:
            return tracer.typed(tracer.join(options, place, name), bound.annotation, frame, name)
    default = _default(tracer, cls, bound, place)
    if kind == "settings":
        from_files = _from_files(tracer, cls, name, bound, frame)
        if from_files:
            default = tracer.join([*from_files, *([] if default is None else [default])], place, name)
        return Via(place, _from_environment(tracer, cls, bound, default, place), "variable", f"{cls.name}.{name}")
    if value.call is None and options and default is None:
        return tracer.typed(tracer.join(options, place, name), bound.annotation, frame, name)
    if default is not None:
        options.append(default)
    if not options:
        options.append(Unknown(place, f"the field {name} of {cls.name} is filled at run time"))
    return tracer.typed(tracer.join(options, place, name), bound.annotation, frame, name)


def fields(tracer: Tracer, cls: ScopeValue) -> dict[str, bool]:
    """The fields of a configuration class by name, those of its bases too, and whether each must be given."""
    return {name: default is None for name, default in defaults(tracer, cls).items()}


def defaults(tracer: Tracer, cls: ScopeValue) -> dict[str, Value | None]:
    """The fields of a configuration class by name, those of its bases too, and the default of each."""
    if not family(tracer, cls):
        return {}
    found: dict[str, Value | None] = {}
    for one in reversed(tracer.classes.mro(cls)):
        scope = tracer.program.scope(one.file, one.scope)
        for bound in scope.bindings:
            if bound.annotation is not None and bound.kind in (f.Kind.VALUE, f.Kind.DECLARE) and not bound.name.startswith("_"):
                found[bound.name] = _default(tracer, one, bound, tracer.at(bound.span, tracer.program.frame(one.file, 0)))
    return found


def validated(tracer: Tracer, callee: Member, call: f.Call, frame: Frame, place: Place) -> Value | None:
    """`Settings.model_validate(data)` is `Settings(**data)`; None when it is no such call."""
    cls = core(callee.base)
    if callee.name not in _VALIDATORS or not (isinstance(cls, ScopeValue) and cls.kind == "class") or not call.args:
        return None
    spread = tracer.derived(call, "validated", (f.Arg(None, 2, call.args[0].value),))
    return Instance(place, cls, spread, frame)


def _as_objects(tracer: Tracer, given: Value, bound: f.Binding, frame: Frame) -> Value:
    """A dictionary that is given for a field whose type is a class of the repository becomes an object of that class."""
    if bound.annotation is None or not any(isinstance(o, Mapping) for o in alternatives(given)):
        return given
    kind = tracer.classes.annotation(bound.annotation, frame)
    cls = next((k for k in alternatives(kind) if isinstance(k, ScopeValue) and k.kind == "class"), None) if kind else None
    if cls is None or not family(tracer, cls):
        return given
    made: list[Value] = []
    for one in alternatives(given):
        if isinstance(one, Mapping):
            is_open = bool(one.rest) or not all(isinstance(core(key), Constant) for key, _ in one.entries)
            entries = ((str(literal(key)), v) for key, v in one.entries)
            made.append(Instance(one.place, cls, None, None, _with_doubts(tracer, cls, one) if is_open else tuple(entries)))
        else:
            made.append(one)
    return tracer.join(made, given.place, bound.name)


def _with_doubts(tracer: Tracer, cls: ScopeValue, given: Mapping) -> tuple[tuple[str, Value], ...]:
    """The fields of an object whose dictionary is only known in part: the rest may set any other one."""
    said = {k.value: v for key, v in given.entries if isinstance(k := core(key), Constant)}
    why = "may be set in a dictionary that is not known"
    return tuple((n, said.get(n, Unknown(given.place, f"{n} {why}", (given,)))) for n in fields(tracer, cls))


def _from_files(tracer: Tracer, cls: ScopeValue, name: str, bound: f.Binding, frame: Frame) -> list[Value]:
    return [_as_objects(tracer, v, bound, frame) for v in tracer.schemas.values(cls, name)]


def _is_open(value: Value) -> bool:
    """Whether the code does not say what is passed."""
    return all(isinstance(o, Unknown | ItemOf | Parameter) for o in alternatives(value))


def family(tracer: Tracer, cls: ScopeValue) -> str:
    """`settings`, `model` (fields make the constructor), or empty."""
    for one in tracer.classes.mro(cls):
        if has_decorator(tracer.program.scope(one.file, one.scope), "dataclass", "dataclass_json", "define", "frozen", "attrs"):
            return "model"
    outside = [s.name for s in tracer.classes.outside(cls)]
    if any(name in _SETTINGS or name.endswith(".BaseSettings") for name in outside):
        return "settings"
    if any(name in _MODELS for name in outside):
        return "model"
    # A class from outside whose annotated attributes are fields: the frameworks build on pydantic throughout.
    return "model" if outside and not all(n.startswith(("abc.", "builtins.", "typing.", "enum.")) for n in outside) else ""


def _left_out(tracer: Tracer, cls: ScopeValue, bound: f.Binding, place: Place) -> Value:
    default = _default(tracer, cls, bound, place)
    return Constant(place, None) if default is None else default


def _passed(
    tracer: Tracer, value: Instance, name: str, scope: f.Scope, left_out: Callable[[], Value] | None = None
) -> Value | None:
    assert value.call is not None and value.frame is not None
    # Those of the bases come first.
    bodies = [tracer.program.scope(one.file, one.scope) for one in reversed(tracer.classes.mro(value.cls))]
    order = list(dict.fromkeys(b.name for body in bodies for b in body.bindings if b.annotation is not None))
    position = order.index(name) if name in order else -1
    return tracer.functions.keyword_or_position(tracer, value.call, value.frame, name, position, left_out)


def _from_constructors(tracer: Tracer, cls: ScopeValue, name: str, scope: f.Scope) -> tuple[list[Value], int]:
    """What the calls of the class in the repository pass for a field, and how many calls there are."""
    found: list[Value] = []
    count = 0
    for entry in tracer.program.calls_by_name.get(scope.name, ())[:20]:
        if not tracer.callers_count(entry.file):
            continue
        frame = tracer.program.frame(entry.file, entry.scope)
        target = core(tracer.value(entry.site.call.func, frame))
        if isinstance(target, ScopeValue) and (target.file, target.scope) == (cls.file, cls.scope):
            count += 1
            made = Instance(tracer.place(entry.site.call, frame), cls, entry.site.call, frame)
            passed = _passed(tracer, made, name, scope)
            if passed is not None:
                found.append(Via(passed.place, passed, "argument", f"{cls.name}.{name}"))
    return found, count


def _default(tracer: Tracer, cls: ScopeValue, bound: f.Binding, place: Place) -> Value | None:
    if bound.value is None:
        return None
    frame = tracer.program.frame(cls.file, cls.scope)
    call = bound.value
    if isinstance(call, f.Call):
        callee = core(tracer.value(call.func, frame))
        if isinstance(callee, Symbol) and callee.name in _FIELD_CALLS:
            keyword = "factory" if callee.name.startswith("attr") else "default_factory"
            factory = tracer.functions.keyword_or_position(tracer, call, frame, keyword, -1)
            if factory is not None:
                return tracer.call(factory, tracer.derived(call, "factory", ()), frame)
            given = tracer.functions.keyword_or_position(
                tracer, call, frame, "default", -1 if callee.name.startswith("dataclasses") else 0
            )
            known = None if given is None else core(given)
            if (
                known is None
                or (isinstance(known, Symbol) and "Undefined" in known.name)
                or (isinstance(known, Unknown) and known.because.endswith("NoneType expression"))
                or _is_ellipsis(call)
            ):
                return None
            return given
    if isinstance(bound.value, f.Other) and bound.value.what == "ellipsis":
        return None
    return tracer.value(bound.value, frame)


def _is_ellipsis(call: f.Call) -> bool:
    return bool(call.args) and isinstance(call.args[0].value, f.Other) and call.args[0].value.what == "ellipsis"


def _from_environment(tracer: Tracer, cls: ScopeValue, bound: f.Binding, default: Value | None, place: Place) -> Value:
    """A settings field: the environment variable of its name (or alias, with the class's prefix), else its default."""
    names = _aliases(tracer, cls, bound) or [_setting(tracer, cls, "env_prefix").upper() + bound.name.upper()]
    delimiter = _setting(tracer, cls, "env_nested_delimiter")
    frame = tracer.program.frame(cls.file, cls.scope)
    nested = _nested(tracer, bound, frame, default, names[0] + delimiter, delimiter, place) if delimiter else None
    if nested is not None:
        return nested
    if default is not None and any(isinstance(o, Instance) for o in alternatives(default)):
        return default  # nested settings, each of whose fields has a variable of its own
    # A default that itself reads the environment already names the variable.
    if default is not None and any(isinstance(o, EnvVariable) for o in alternatives(default)):
        return default
    at = tracer.at(bound.span, frame)
    others = (*names[1:], names[0].lower())
    return tracer.environment.variable(at, names[0], default, required=default is None, spellings=others)


def _aliases(tracer: Tracer, cls: ScopeValue, bound: f.Binding) -> list[str]:
    call = bound.value
    if not isinstance(call, f.Call):
        return []
    frame = tracer.program.frame(cls.file, cls.scope)
    found: list[str] = []
    for key in ("validation_alias", "alias", "env"):
        value = tracer.functions.keyword_or_position(tracer, call, frame, key, -1)
        if value is None:
            continue
        for option in alternatives(value):
            if isinstance(option, Constant) and isinstance(option.value, str):
                found.append(option.value)
            else:
                inner = getattr(option, "call", None)
                if isinstance(inner, f.Call):  # AliasChoices("A", "B")
                    found.extend(
                        a.value.value for a in inner.args if isinstance(a.value, f.Const) and isinstance(a.value.value, str)
                    )
    return found


def name_in_dump(tracer: Tracer, cls: ScopeValue, name: str) -> str | None:
    """What a field is called in a dump `by_alias`; None when a function makes the names."""
    for one in tracer.classes.mro(cls):
        scope = tracer.program.scope(one.file, one.scope)
        config = next((scope.bindings[d].value for d in scope.exits.get("model_config", ())), None)
        if isinstance(config, f.Call) and any(arg.name == "alias_generator" for arg in config.args):
            return None
        bound = next((scope.bindings[d] for d in scope.exits.get(name, ()) if scope.bindings[d].annotation is not None), None)
        if bound is None or not isinstance(bound.value, f.Call):
            continue
        for key in ("serialization_alias", "alias"):
            frame = tracer.program.frame(one.file, one.scope)
            named = literal(tracer.functions.keyword_or_position(tracer, bound.value, frame, key, -1))
            if isinstance(named, str):
                return named
    return name


def _nested(
    tracer: Tracer,
    bound: f.Binding,
    frame: Frame,
    default: Value | None,
    start: str,
    delimiter: str,
    place: Place,
    depth: int = 0,
) -> Value | None:
    """The object of a field whose own fields are variables (`LLM__MODEL`); None for a field that is no object. `start`: how the
    names of these begin."""
    kind = None if bound.annotation is None else tracer.classes.annotation(bound.annotation, frame)
    cls = next((k for k in alternatives(kind) if isinstance(k, ScopeValue) and k.kind == "class"), None) if kind else None
    if cls is None or depth == _MAX_NESTED or family(tracer, cls) != "model":
        return None
    made: dict[str, Value] = {}
    for one in reversed(tracer.classes.mro(cls)):
        body, inside = tracer.program.scope(one.file, one.scope), tracer.program.frame(one.file, one.scope)
        for inner in body.bindings:
            if inner.annotation is None or inner.kind not in (f.Kind.VALUE, f.Kind.DECLARE) or inner.name.startswith("_"):
                continue
            held = _default(tracer, one, inner, place) if default is None else tracer.member(default, inner.name, place)
            name = start + inner.name.upper()
            at = tracer.at(inner.span, inside)
            further = _nested(tracer, inner, inside, held, name + delimiter, delimiter, place, depth + 1)
            if further is None:
                further = tracer.environment.variable(at, name, held, required=held is None, spellings=(name.lower(),))
            made[inner.name] = further
    return Instance(place, cls, None, None, tuple(made.items()))


def _setting(tracer: Tracer, cls: ScopeValue, name: str) -> str:
    """A text in the configuration of a settings class (`env_prefix`); empty where it has none."""
    for one in tracer.classes.mro(cls):
        body = tracer.program.scope(one.file, one.scope)
        frame = tracer.program.frame(one.file, one.scope)
        for index in body.exits.get("model_config", ()):
            expr = body.bindings[index].value
            value: Value | None = None
            if isinstance(expr, f.Call):
                value = tracer.functions.keyword_or_position(tracer, expr, frame, name, -1)
            elif isinstance(expr, f.Map):
                pairs = zip(expr.keys, expr.values, strict=True)
                value = next((tracer.value(v, frame) for k, v in pairs if isinstance(k, f.Const) and k.value == name), None)
            known = None if value is None else core(value)
            if isinstance(known, Constant) and isinstance(known.value, str):
                return known.value
        for index in body.exits.get("Config", ()):
            bound = body.bindings[index]
            if bound.kind is f.Kind.SCOPE:
                inner = tracer.program.scope(one.file, bound.scope)
                for at in inner.exits.get(name, ()):
                    text = inner.bindings[at].value
                    if isinstance(text, f.Const) and isinstance(text.value, str):
                        return text.value
    return ""


__all__ = ["Alternatives", "family", "field", "fields", "validated"]
