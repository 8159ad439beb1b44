"""What reaches a place: every value that another value is made of, with the way it took."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from linter.infer.fields import NARROWS, Part, Path, after_change, as_item, kept, of_columns, of_item, of_mapping, of_member
from linter.infer.lineage import Lineage, paths_in
from linter.infer.redaction import REDACTED, redacts
from linter.infer.scalars import name_of
from linter.infer.things import Match, Things
from linter.model.catalogue import Role, SiteKind
from linter.model.place import Step
from linter.model.values import (
    CallValue,
    Changed,
    Collected,
    Constant,
    Instance,
    ItemOf,
    Mapping,
    Member,
    ScopeValue,
    Sliced,
    Symbol,
    Template,
    Unknown,
    Value,
    Via,
    core,
    is_nothing,
    step_of,
)

MAX_NODES = 6000
"""Values looked at for one question."""
_TELLS_NOTHING = frozenset(
    {
        "builtins.len",
        "builtins.isinstance",
        "builtins.hash",
        "builtins.id",
        "builtins.type",
        "builtins.bool",
        "builtins.range",
        "builtins.print",
        "builtins.callable",
        "builtins.issubclass",
        "builtins.hasattr",
        "builtins.any",
        "builtins.all",
        "sqlalchemy.func.count",
        "sqlalchemy.func.sum",
        "sqlalchemy.func.avg",
        "uuid.uuid4",
        "uuid.uuid5",
        "time.time",
    }
)
"""Functions whose result does not carry what they are given."""
_TESTS = ("the value of a compare", "the value of a not ")
"""Reasons of what only says whether something is so."""
_COUNT_ROWS = ("count", "exists", "count_documents", "nunique", "status_code", "describe", "sum", "mean", "median", "std", "corr")
"""Methods that only tell how many there are, or what they come to on the whole."""
_HASHES = ("hashlib.", "hmac.", "logging.", "datetime.", "time.", "uuid.", "secrets.", "random.")


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A value that reaches the place, with the values between (from the place to it)."""

    value: Value
    way: tuple[Value, ...]
    certain: bool
    """False when a step only possibly hands the value on."""
    path: Path = ()
    """The field or entry of the value that goes on, of a row of a database also its number; empty for all of it."""

    def steps(self) -> tuple[Step, ...]:
        """From this value on to the place."""
        found: list[Step] = [Step(self.value.place, said(self.value))]
        for one in reversed(self.way):
            what = said(one)
            if what and found[-1].place.spot != one.place.spot:
                found.append(Step(one.place, what))
        return tuple(found)


class Reach:
    """Walks backwards from a value. Knows of the catalogue what ends a way: a model's answer, retrieved documents, a redactor."""

    def __init__(self, things: Things) -> None:
        self.things = things
        self.lineage = Lineage(things.tracer)
        self._inside: dict[int, tuple[Value, tuple[tuple[Value, bool], ...]]] = {}

    def walk(self, value: Value, stop: Callable[[Node], bool] | None = None) -> Iterator[Node]:
        """Every value that `value` is made of, nearest first. Where `stop` says so, the way ends."""
        queue: deque[Node] = deque([Node(value, (), True)])
        seen: set[tuple[int, Path]] = set()
        count = 0
        while queue and count < MAX_NODES:
            node = queue.popleft()
            one = node.value
            if (id(one), node.path) in seen:
                continue
            seen.add((id(one), node.path))
            count += 1
            yield node
            if stop is not None and stop(node):
                continue
            further = (*node.way, one) if not isinstance(one, Constant) else node.way
            for inner, sure, path in self._parts(one, node.path):
                queue.append(Node(inner, further, node.certain and sure, path))

    def _parts(self, value: Value, path: Path) -> Iterator[Part]:
        """What a value is directly made of, as far as a path in it goes, with the path in the part."""
        tracer = self.things.tracer
        if isinstance(value, CallValue) and (opened := tracer.functions.opened(value)) is not None:
            yield opened, True, path
            return
        item = as_item(value)
        if isinstance(item, Member):
            yield item.base, True, of_member(item, path)
        elif isinstance(item, ItemOf):
            yield from ((item.base, True, one) for one in of_item(item, path))
            if isinstance(value, CallValue):
                yield from ((tracer.value(arg.value, value.frame), True, ()) for arg in value.call.args[1:])
        elif (columns := of_columns(value, path, tracer)) is not None:
            yield from columns
        elif not path or not isinstance(value, Instance | Mapping | Changed):
            yield from ((inner, sure, kept(value, path)) for inner, sure in self.inside(value))
        elif isinstance(value, Changed):
            yield from after_change(value, path)
        elif isinstance(value, Mapping):
            yield from of_mapping(value, path)
        elif value.call is not None and value.frame is not None:
            for arg in value.call.args:
                if arg.name is None or arg.name == path[0]:
                    yield tracer.value(arg.value, value.frame), True, path if arg.stars else path[1:] if arg.name else ()

    def inside(self, value: Value) -> tuple[tuple[Value, bool], ...]:
        """What a value is directly made of, and whether that is certain."""
        known = self._inside.get(id(value))
        if known is None:
            known = self._inside[id(value)] = (value, tuple(self._look(value)))
        return known[1]

    def _look(self, value: Value) -> Iterator[tuple[Value, bool]]:
        if isinstance(value, CallValue):
            yield from self._of_call(value)
        elif isinstance(value, Instance):
            if value.call is not None and value.frame is not None:
                for arg in value.call.args:
                    yield self.things.tracer.value(arg.value, value.frame), True
        elif isinstance(value, Unknown):
            for one in value.about if not value.because.startswith(_TESTS) else ():
                yield one, False
        elif isinstance(value, Member | ItemOf):
            # A field of something is not the whole of it, but it comes from it.
            yield value.base, True
        elif isinstance(value, Collected):
            yield value.element, True  # which is made of the sources, as far as it takes anything from them
        else:
            for one in value.inside():
                yield one, True

    def _of_call(self, value: CallValue) -> Iterator[tuple[Value, bool]]:
        for match in self.things.matches(value):
            if match.reads:
                continue
            if any(arg.role is Role.URL for arg in match.shape.args):
                return  # what a server answers is its own
            if match.result in ("completion", "documents", "embedding") or match.shape.site in (
                SiteKind.INFERENCE,
                SiteKind.EMBEDDING,
                SiteKind.RETRIEVAL,
                SiteKind.RERANK,
                SiteKind.INGEST,
                SiteKind.EGRESS,
                SiteKind.LOG,
            ):
                return
        if any(match.result == REDACTED and redacts(self.things, match) is None for match in self.things.matches(value)):
            yield from ((self.things.tracer.value(arg.value, value.frame), False) for arg in value.call.args)
            return
        callee = core(value.callee)
        if is_nothing(callee):
            return
        if isinstance(callee, Symbol) and (callee.name in _TELLS_NOTHING or callee.name.startswith(_HASHES)):
            return
        if isinstance(callee, Member):
            if callee.name in _COUNT_ROWS:
                return
            yield callee.base, True
            if callee.name in NARROWS:
                return
        elif not isinstance(callee, Symbol):
            yield callee, False
        for arg in value.call.args:
            yield self.things.tracer.value(arg.value, value.frame), True
        for path in paths_in(value, self.things.tracer):
            for written in self.lineage.written_to(path):
                yield written, True
        for _, given in value.extra:
            yield given, True

    def result_of(self, value: Value) -> Match | None:
        """The known call that a value is the result of."""
        if not isinstance(value, CallValue):
            return None
        found = self.things.matches(value)
        return found[0] if found else None


def said(value: Value) -> str:
    """What happens at a value, in a few words; empty where nothing is worth a line."""
    if isinstance(value, Via):
        return step_of(value)
    if isinstance(value, Template):
        return {
            "text": "put into a text",
            "join": "joined into a text",
            "format": "put into a template",
            "json": "turned into JSON",
        }.get(value.how, "put into a text")
    if isinstance(value, Changed):
        return f"changed by {value.method}"
    if isinstance(value, Sliced):
        return "a part of it is taken"
    if isinstance(value, CallValue):
        own = core(value.callee)
        return f"{own.name.rpartition('.')[2] if isinstance(own, ScopeValue) else name_of(value.callee)}()"
    if isinstance(value, Member | ItemOf):
        return name_of(value)
    if isinstance(value, Instance):
        return f"a {value.cls.name.rpartition('.')[2]} object"
    if isinstance(value, Symbol):
        return value.name
    if value.tag == "parameter":
        return f"the parameter {getattr(value, 'name', '')}"
    if value.tag == "mapping":
        return "put into a dictionary"
    if value.tag == "listing":
        return "put into a list"
    return ""
