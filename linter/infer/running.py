"""What the code itself says of how it is run: schedules of Airflow, settings of gunicorn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from linter.link.program import last_name
from linter.model import facts as f
from linter.model.operations import Operations, Schedule, ServerLimit
from linter.model.place import Place
from linter.model.values import Constant, EnvVariable, Frame, Value, alternatives

if TYPE_CHECKING:
    from linter.link.trace import Tracer

_SCHEDULES = ("schedule", "schedule_interval", "timetable")
_GUNICORN = re.compile(r"gunicorn(?:[._-](?:conf|config))?\.py")


def running(tracer: Tracer) -> Operations:
    """Reads the calls that define a DAG, and the modules that gunicorn is set up by."""
    return Operations(schedules=tuple(_schedules(tracer)), servers=tuple(_servers(tracer)))


def _schedules(tracer: Tracer) -> Iterator[Schedule]:
    program = tracer.program
    if not any(name.partition(".")[0] == "airflow" for name in program.imports):
        return
    for path in sorted(program.files):
        scopes = program.files[path].scopes
        decorated = {one.span: scope.name for scope in scopes for one in scope.decorators}
        for scope in scopes:
            for site in scope.calls:
                if last_name(site.call.func) in ("DAG", "dag"):
                    frame = program.frame(path, scope.index)
                    yield from _of_dag(tracer, site.call, frame, decorated.get(site.call.span, ""))


def _of_dag(tracer: Tracer, call: f.Call, frame: Frame, function: str) -> Iterator[Schedule]:
    given = {arg.name: arg for arg in call.args if arg.name}
    told = next((given[name] for name in _SCHEDULES if name in given), None)
    if told is None:
        return
    named = given.get("dag_id") or next((arg for arg in call.args if arg.name is None and not arg.stars), None)
    names = [] if named is None else [str(v) for v in _constants(tracer.value(named.value, frame)) if v]
    names = names or ([function] if function else [])
    place = tracer.at(told.value.span, frame)
    value = tracer.value(told.value, frame)
    expressions = [str(v) for v in _constants(value) if v is not None]
    for expression in dict.fromkeys(expressions or ([] if _is_none(value) else [""])):
        yield Schedule(place, expression, tuple(names), "airflow")


def _servers(tracer: Tracer) -> Iterator[ServerLimit]:
    program = tracer.program
    for path in sorted(program.files):
        if _GUNICORN.fullmatch(path.rpartition("/")[2]) is None:
            continue
        module = program.scope(path, 0)
        frame = program.frame(path, 0)
        found: dict[str, float] = {}
        place: Place | None = None
        for name in ("timeout", "workers"):
            for index in module.exits.get(name, ()):
                bound = module.bindings[index]
                values = [] if bound.value is None else _constants(tracer.value(bound.value, frame))
                number = next((_number(value) for value in values if _number(value) is not None), None)
                if number is not None and bound.value is not None:
                    found[name] = number
                    place = place or tracer.at(bound.value.span, frame)
        if place is not None:
            workers = found.get("workers")
            yield ServerLimit(place, "gunicorn", found.get("timeout"), None if workers is None else int(workers))


def _constants(value: Value) -> list[object]:
    """The values that it can be; of a variable of the environment its default."""
    found: list[object] = []
    for one in alternatives(value):
        if isinstance(one, EnvVariable) and one.default is not None:
            found.extend(_constants(one.default))
        elif isinstance(one, Constant):
            found.append(one.value)
    return found


def _is_none(value: Value) -> bool:
    return all(isinstance(one, Constant) and one.value is None for one in alternatives(value))


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except ValueError:
        return None
