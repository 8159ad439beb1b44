"""Command lines: what a program is told when it is started, with the defaults that hold when it is told nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from linter.link import settings
from linter.model import facts as f
from linter.model.place import Place
from linter.model.values import (
    Again,
    CallValue,
    Constant,
    Frame,
    Instance,
    ItemOf,
    Listing,
    Mapping,
    Member,
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

_OF_CLASSES = ("HfArgumentParser", "TrlParser")
"""Parsers whose options are the fields of classes."""
_FROM_FILES = {"parse_json_file": "json_file", "parse_yaml_file": "yaml_file", "parse_dict": "args"}
_FROM_OPTIONS = ("parse_args_into_dataclasses", "parse_args_and_config")
_MAX_ELSEWHERE = 3
"""Places outside of the module that parses which may add an option of one name."""


def parsed(tracer: Tracer, base: Value, name: str, place: Place) -> Value | None:
    """`parser.parse_args().model`: the default of its `add_argument`, or what a person writes. None for anything else."""
    if isinstance(base, ItemOf) and base.key is not None and literal(base.key) == 0:
        base = core(base.base)  # args, rest = parser.parse_known_args()
    callee = core(base.callee) if isinstance(base, CallValue) else None
    if not isinstance(base, CallValue) or not isinstance(callee, Member) or callee.name not in ("parse_args", "parse_known_args"):
        return None
    adds = [e for e in tracer.program.calls_by_name.get("add_argument", ()) if name in names(e.site.call)]
    here = [entry for entry in adds if entry.file == base.frame.module]
    elsewhere = [entry for entry in adds if tracer.callers_count(entry.file)]
    chosen = here[:1] or (elsewhere if len(elsewhere) <= _MAX_ELSEWHERE else [])
    found: list[Value] = []
    for entry in chosen:
        frame = tracer.program.frame(entry.file, entry.scope)
        default = tracer.functions.keyword_or_position(tracer, entry.site.call, frame, "default", -1)
        found.append(with_default(tracer, default, place))
    return tracer.join(found, place, "option") if found else None


def names(call: f.Call) -> set[str]:
    """The names of an option, as they are read: `add_argument("--max-tokens")` is `max_tokens`."""
    return {
        str(a.value.value).lstrip("-").replace("-", "_")
        for a in call.args
        if a.name in (None, "dest") and isinstance(a.value, f.Const)
    }


def with_default(tracer: Tracer, default: Value | None, place: Place) -> Value:
    """An option: its default, or what a person writes."""
    open_value = Unknown(place, "an option of the command line")
    known = None if default is None else core(default)
    if default is None or (isinstance(known, Constant) and known.value is None):
        return open_value
    return tracer.join([default, open_value], place, "option")


def of_method(tracer: Tracer, callee: Member, call: f.Call, frame: Frame, place: Place) -> Value | None:
    """The objects that a parser fills whose options are the fields of classes: `HfArgumentParser((ModelArguments,
    TrainingArguments)).parse_args_into_dataclasses()`. None for the method of another object."""
    if callee.name not in _FROM_OPTIONS and callee.name not in _FROM_FILES:
        return None
    made = _parser(tracer, callee.base)
    if made is None:
        return None
    kinds = tracer.functions.keyword_or_position(tracer, made[0], made[1], "dataclass_types", 0)
    if kinds is None:
        return None
    given: list[Value] = []
    if callee.name in _FROM_FILES:
        source = tracer.functions.keyword_or_position(tracer, call, frame, _FROM_FILES[callee.name], 0)
        is_file = callee.name != "parse_dict"
        loaded = source if source is None or not is_file else tracer.data.loaded(source, frame.module, place, is_path=True)
        given = [Unknown(place, "which file is read")] if loaded is None else list(alternatives(loaded))
    return Listing(place, tuple(_filled(tracer, kind, place, given) for kind in _each(kinds)), "tuple", True)


def of_class(tracer: Tracer, kind: Value | None, place: Place) -> Value | None:
    """`tyro.cli(Config)`: an object of the class with what a person writes. None for anything but a class of the repository."""
    known = None if kind is None else core(kind)
    return _filled(tracer, known, place, []) if isinstance(known, ScopeValue) and known.kind == "class" else None


def _each(kinds: Value) -> Iterator[Value]:
    known = core(kinds)
    yield from (core(one) for one in known.items) if isinstance(known, Listing) else (known,)


def _parser(tracer: Tracer, base: Value) -> tuple[f.Call, Frame] | None:
    """The call that made a parser, of the repository's own subclass too."""
    known = core(base)
    if isinstance(known, CallValue):
        maker = core(known.callee)
        return (known.call, known.frame) if isinstance(maker, Symbol) and maker.name.endswith(_OF_CLASSES) else None
    if isinstance(known, Instance) and known.call is not None and known.frame is not None:
        above = tracer.classes.outside(known.cls)
        return (known.call, known.frame) if any(one.name.endswith(_OF_CLASSES) for one in above) else None
    return None


def _filled(tracer: Tracer, kind: Value, place: Place, given: list[Value]) -> Value:
    """An object of a class whose fields are options. `given`: what files say instead of a person."""
    if not (isinstance(kind, ScopeValue) and kind.kind == "class"):
        # Of a class from outside only the type is known.
        value = Unknown(place, "an option of the command line")
        return Via(place, value, "typed", kind.name, kind) if isinstance(kind, Symbol) else value
    fields: list[tuple[str, Value]] = []
    for name, default in settings.defaults(tracer, kind).items():
        said = [_said(one, name, default, place) for one in given if not isinstance(one, Again)]
        fields.append((name, tracer.join(said, place, name) if said else with_default(tracer, default, place)))
    return Instance(place, kind, replaced=tuple(fields))


def _said(given: Value, name: str, default: Value | None, place: Place) -> Value:
    """What one file says of a field."""
    if not isinstance(given, Mapping):
        return Unknown(place, f"{name} may be set in a file that is not known", (given,))
    hits = [value for key, value in given.entries if literal(key) == name]
    return hits[-1] if hits else Constant(place, None) if default is None else default
