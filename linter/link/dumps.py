"""Objects as dictionaries: `asdict(config)`, `config.model_dump()`, `vars(config)`, `config.__dict__`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.link import settings
from linter.link.limits import mapping
from linter.model import facts as f
from linter.model.place import Place
from linter.model.values import Constant, Frame, Instance, Listing, Mapping, Unknown, Value, core, literal

if TYPE_CHECKING:
    from linter.link.trace import Tracer

METHODS = ("model_dump", "dict", "_asdict", "to_dict", "asdict")
MAX_FIELDS = 80


def dumped(tracer: Tracer, value: Value, call: f.Call | None, frame: Frame, place: Place) -> Value | None:
    """The dictionary that objects of the repository's classes are turned into; None where one of them is something else.

    `call` may say which fields it holds (`exclude={"key"}`)."""
    objects = [core(one) for one in tracer.leaves(value)]
    if not objects or not all(isinstance(one, Instance) for one in objects):
        return None
    key = ("dumped", *(tracer.identities.of(one) for one in objects), id(call))
    found = tracer.once(key, "dictionary", place, lambda: _all(tracer, objects, call, frame, place))
    return None if isinstance(found, Unknown) else found


def _all(tracer: Tracer, objects: list[Value], call: f.Call | None, frame: Frame, place: Place) -> Value:
    options = [_of(tracer, one, call, frame, place) for one in objects]
    known = [one for one in options if one is not None]
    return (
        tracer.join([*known], place, "dictionary")
        if len(known) == len(options)
        else Unknown(place, "the attributes of an object")
    )


def _of(tracer: Tracer, value: Value, call: f.Call | None, frame: Frame, place: Place) -> Mapping | None:
    known = core(value)
    if not isinstance(known, Instance):
        return None
    names = list(settings.fields(tracer, known.cls)) or _written(tracer, known)
    only, without = (_names(tracer, call, frame, key) for key in ("include", "exclude"))
    kept = [n for n in names if (only is None or n in only) and (without is None or n not in without)]
    if not names or len(names) > MAX_FIELDS:
        return None
    called: dict[str, str | None] = {name: name for name in kept}
    aliased = None if call is None else tracer.functions.keyword_or_position(tracer, call, frame, "by_alias", -1)
    if aliased is not None and literal(aliased) is not False:
        sure = literal(aliased) is True
        called = {name: settings.name_in_dump(tracer, known.cls, name) if sure else None for name in kept}
    entries = [(Constant(place, key), tracer.member(known, name, place)) for name, key in called.items() if key is not None]
    return mapping(place, entries, ()) if len(entries) == len(called) else None


def _written(tracer: Tracer, value: Instance) -> list[str]:
    """The attributes that the methods of a plain class set."""
    wanted = {(one.file, one.scope) for one in tracer.classes.mro(value.cls)}
    writes = tracer.program.attribute_writes.items()
    return list(dict.fromkeys(name for (file, scope, name), entries in writes if (file, scope) in wanted and entries))


def _names(tracer: Tracer, call: f.Call | None, frame: Frame, key: str) -> set[str] | None:
    given = None if call is None else tracer.functions.keyword_or_position(tracer, call, frame, key, -1)
    known = None if given is None else core(given)
    if isinstance(known, Mapping):
        return {str(literal(k)) for k, _ in known.entries}
    return {str(literal(i)) for i in known.items} if isinstance(known, Listing) else None
