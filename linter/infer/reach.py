"""What reaches a place: every value that another value is made of, with the way it took."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from linter.infer.lineage import Lineage, paths_in
from linter.infer.scalars import name_of
from linter.infer.things import Match, Things
from linter.model import facts as f
from linter.model.catalogue import Role, SiteKind
from linter.model.place import Step
from linter.model.values import (
    Alternatives,
    CallValue,
    Changed,
    Collected,
    Constant,
    Instance,
    ItemOf,
    Listing,
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
_KEEPS_FIELDS = (Via, Alternatives, Collected, Listing, Sliced)
"""What a field is taken from is, or holds, what these are made of."""
_GIVE_ONE = (
    "fetchone",
    "first",
    "one",
    "one_or_none",
    "get",
    "scalar_one",
    "scalar_one_or_none",
    "find_one",
    "get_or_none",
    "get_or_404",
    "first_or_404",
    "one_or_404",
    "aget",
    "afirst",
)
"""Methods that give one row or record."""
_GIVE_ROWS = (
    "fetchall",
    "fetchmany",
    "all",
    "scalars",
    "execute",
    "query",
    "select",
    "text",
    "unique",
    "mappings",
    "tuples",
    "exec",
    "fetch_all",
    "fetch",
    "distinct",
    "options",
    "read_sql",
    "read_sql_query",
    "iterrows",
    "itertuples",
    "to_dict",
    "to_list",
)
_NARROWS = (
    "filter",
    "filter_by",
    "where",
    "order_by",
    "group_by",
    "having",
    "limit",
    "offset",
    "join",
    "outerjoin",
    "find",
    "exclude",
    "sort_values",
    "groupby",
    "select_related",
    "prefetch_related",
    "with_for_update",
    "options",
    "join_from",
    "sort",
    "skip",
)
"""What they are given says which rows, and is not in them."""
_COUNT_ROWS = ("count", "exists", "count_documents", "nunique", "status_code")
"""Methods that only tell how many there are."""
_ADDS = ("append", "add", "extend", "insert", "appendleft", "update")
_HASHES = ("hashlib.", "hmac.", "logging.", "datetime.", "time.", "uuid.", "secrets.", "random.")


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A value that reaches the place, with the values between (from the place to it)."""

    value: Value
    way: tuple[Value, ...]
    certain: bool
    """False when a step only possibly hands the value on."""
    field: str | int | None = None
    """The one field or entry of the value that goes on, of a row of a database also its number; None for all of it."""

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
        seen: set[tuple[int, str | int | None]] = set()
        count = 0
        while queue and count < MAX_NODES:
            node = queue.popleft()
            one = node.value
            if (id(one), node.field) in seen:
                continue
            seen.add((id(one), node.field))
            count += 1
            yield node
            if stop is not None and stop(node):
                continue
            further = (*node.way, one) if not isinstance(one, Constant) else node.way
            for inner, sure, field in self._parts(one, node.field):
                queue.append(Node(inner, further, node.certain and sure, field))

    def _parts(self, value: Value, field: str | int | None) -> Iterator[tuple[Value, bool, str | int | None]]:
        """What a value is directly made of, as far as one field of it goes, with the field of the part that counts."""
        if isinstance(value, CallValue) and (opened := self.things.tracer.functions.opened(value)) is not None:
            yield opened, True, field
            return
        item = as_item(value)
        if isinstance(item, Member):
            yield item.base, True, item.name
        elif isinstance(item, ItemOf):
            yield item.base, True, _entry(item, field)
            if isinstance(value, CallValue):
                yield from ((self.things.tracer.value(arg.value, value.frame), True, None) for arg in value.call.args[1:])
        elif field is None or not isinstance(value, Instance | Mapping | Changed):
            kept = field if isinstance(value, _KEEPS_FIELDS) or gives_rows(value) else None
            for inner, sure in self.inside(value):
                yield inner, sure, kept
        elif isinstance(value, Changed):
            yield from _after_change(value, field)
        elif isinstance(value, Mapping):
            yield from ((one, True, None) for key, one in value.entries if _may_be(key, field))
            yield from ((one, True, field) for one in value.rest)
        elif value.call is not None and value.frame is not None:
            for arg in value.call.args:
                if arg.name is None or arg.name == field:
                    yield self.things.tracer.value(arg.value, value.frame), True, None if arg.stars == 0 else field

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
            if match.result in ("completion", "documents", "embedding", "redacted") or match.shape.site in (
                SiteKind.INFERENCE,
                SiteKind.EMBEDDING,
                SiteKind.RETRIEVAL,
                SiteKind.RERANK,
                SiteKind.INGEST,
                SiteKind.EGRESS,
                SiteKind.LOG,
            ):
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
            if callee.name in _NARROWS:
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


def is_nothing(callee: Value) -> bool:
    """Whether a call cannot be: it is made on None, or on what None would give, where a class could not be imported."""
    known = core(callee)
    while isinstance(known, Member | CallValue):
        known = core(known.base if isinstance(known, Member) else known.callee)
    return isinstance(known, Constant) and known.value is None


def as_item(value: Value) -> Value:
    """`row.get("ssn")` is an item of the row; any other value is itself."""
    callee = value.callee if isinstance(value, CallValue) else None
    if not isinstance(callee, Member) or callee.name not in ("get", "pop") or not isinstance(value, CallValue):
        return value
    given = value.call.args[0].value if value.call.args else None
    if not isinstance(given, f.Const) or not isinstance(given.value, str):
        return value
    return ItemOf(value.place, callee.base, Constant(value.place, given.value))


def _after_change(value: Changed, field: str | int) -> Iterator[tuple[Value, bool, str | int | None]]:
    """The object before a change, and what the change brought, as far as one field goes."""
    key = value.path[0] if value.path else value.added[0] if value.method == "setitem" and len(value.added) == 2 else None
    if key is None:
        yield value.base, True, field
        yield from ((one, True, field if value.method in _ADDS else None) for one in value.added)
        return
    known = core(key)
    if value.path or not (isinstance(known, Constant) and known.value == field):
        yield value.base, True, field  # else it is written over
    if _may_be(key, field):
        yield from ((one, True, None) for one in value.added[-1:])


def _entry(item: ItemOf, field: str | int | None) -> str | int | None:
    """The field of an object out of which an item is taken: `row["ssn"]`, `row[2]`; an element of a list has the fields that are
    asked of it."""
    key = core(item.key) if item.key is not None else None
    named = key.value if isinstance(key, Constant) and isinstance(key.value, str | int) else None
    if isinstance(named, int) and (field is not None or not _is_row(core(item.base))):
        return field
    return field if named is None else named


def _is_row(value: Value) -> bool:
    """Whether a value is one row of a database, and no list of them."""
    if isinstance(value, CallValue) and isinstance(value.callee, Member):
        return value.callee.name in _GIVE_ONE
    return isinstance(value, ItemOf) and gives_rows(core(value.base))


def gives_rows(value: Value) -> bool:
    """Whether a call gives rows or records as they are: a query, and what narrows it down."""
    if not isinstance(value, CallValue):
        return False
    callee = core(value.callee)
    name = callee.name.rpartition(".")[2] if isinstance(callee, Member | Symbol) else ""
    return name in _GIVE_ONE or name in _GIVE_ROWS or name in _NARROWS


def _may_be(key: Value, name: str | int) -> bool:
    """Whether a key of a dictionary can be that name."""
    known = core(key)
    return not isinstance(known, Constant) or known.value == name


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
