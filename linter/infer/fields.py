"""Fields of records: which part of a value goes on, and which of what it is made of that part comes from.

A path is a chain of names and numbers, the outermost first: `row["address"]["city"]` takes `("address", "city")` of `row`. The
empty path is all of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from linter.link.trace import Tracer
from linter.model import facts as f
from linter.model.values import (
    Alternatives,
    CallValue,
    Changed,
    Collected,
    Constant,
    ItemOf,
    Listing,
    Mapping,
    Member,
    ScopeValue,
    Sliced,
    Symbol,
    Template,
    Value,
    Via,
    core,
    literal,
)

Path = tuple[str | int, ...]
Part = tuple[Value, bool, Path]
"""A value that another one is made of, whether that is certain, and what of it counts."""

MAX_PATH = 4
_KEEPS = (Via, Alternatives, Collected, Listing, Sliced)
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
    "read_sql",
    "read_sql_query",
    "iterrows",
    "itertuples",
    "to_dict",
    "to_list",
)
NARROWS = (
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
_OF_ROWS = frozenset((*_GIVE_ONE, *_GIVE_ROWS, *NARROWS))
_HAND_ON = (
    "DictReader",
    "load",
    "loads",
    "safe_load",
    "head",
    "tail",
    "sample",
    "dropna",
    "fillna",
    "drop_duplicates",
    "reset_index",
    "iterator",
    "from_pandas",
    "to_pandas",
    "merge",
    "concat",
    "astype",
    "set_index",
    "copy",
    "model_dump",
    "_asdict",
    "dict",
    "asdict",
    "vars",
)
"""Functions that give what they are given, or a part of it, with the same fields."""
_ARE_ALL = ("loc", "iloc", "at", "iat", "values", "T", "array")
"""Attributes of a table that are the table."""
_NAME_COLUMNS = ("select", "values", "values_list", "only")
"""The same by texts."""
_TAKE_COLUMNS = ("query", "select", "with_entities", "with_only_columns", "values", "values_list", "only")
"""What they are given names the columns that go on."""
_ADDS = ("append", "add", "extend", "insert", "appendleft", "update")


def as_item(value: Value) -> Value:
    """`row.get("ssn")` is an item of the row, `frame.loc[0, "ssn"]` one of the frame; any other value is itself."""
    if isinstance(value, ItemOf):
        base = core(value.base)
        key = core(value.key) if value.key is not None else None
        if isinstance(base, Member) and base.name in _ARE_ALL:
            column = key.items[-1] if isinstance(key, Listing) and len(key.items) == 2 else value.key
            return ItemOf(value.place, base.base, column)
        return value
    callee = value.callee if isinstance(value, CallValue) else None
    if not isinstance(callee, Member) or callee.name not in ("get", "pop") or not isinstance(value, CallValue):
        return value
    given = value.call.args[0].value if value.call.args else None
    if not isinstance(given, f.Const) or not isinstance(given.value, str):
        return value
    return ItemOf(value.place, callee.base, Constant(value.place, given.value))


def is_all(value: Value) -> bool:
    """Whether an attribute is the whole of what it is read from: `frame.values`."""
    return isinstance(value, Member) and value.name in _ARE_ALL


def of_member(member: Member, path: Path) -> Path:
    """What counts of an object of which an attribute is read."""
    return path if is_all(member) else (member.name, *path)[:MAX_PATH]


def of_item(item: ItemOf, path: Path) -> Iterator[Path]:
    """What counts of an object out of which an item is taken: `row["ssn"]`, `row[2]`, `frame[["name", "ssn"]]`. An element of a
    list has the fields that are asked of it."""
    names = names_in(item.key)
    if names:
        yield from ((name, *path)[:MAX_PATH] for name in names)
        return
    key = literal(item.key)
    if isinstance(key, str) or (isinstance(key, int) and _is_row(core(item.base))):
        yield (key, *path)[:MAX_PATH]
    else:
        yield path


def names_in(key: Value | None) -> list[str]:
    """The names in a list that is wholly known; empty for anything else."""
    known = None if key is None else core(key)
    if not isinstance(known, Listing) or known.open:
        return []
    names = [literal(one) for one in known.items]
    return [one for one in names if isinstance(one, str)] if all(isinstance(one, str) for one in names) else []


def of_columns(value: Value, path: Path, tracer: Tracer) -> list[Part] | None:
    """What counts of what a call that takes columns is made of: `select(Patient.name, Patient.ssn)`, `objects.values("name")`.
    None where no column is named."""
    callee = core(value.callee) if isinstance(value, CallValue) else None
    if not isinstance(value, CallValue) or not isinstance(callee, Member | Symbol):
        return None
    given = [arg for arg in value.call.args if arg.name is None and arg.stars == 0]
    if callee.name.rpartition(".")[2] not in _TAKE_COLUMNS or not given or len(given) < len(value.call.args) - 1:
        return None
    columns = [tracer.value(arg.value, value.frame) for arg in given]
    by_text = callee.name.rpartition(".")[2] in _NAME_COLUMNS
    names = [_column(one, tracer) if by_text or not isinstance(core(one), Constant) else "" for one in columns]
    if not all(names):
        return None
    taken = [index for index, name in enumerate(names) if path and path[0] in (name, index)]
    rest = path[1:] if taken else path
    parts: list[Part] = []
    for index in taken or range(len(columns)):
        if isinstance(core(columns[index]), Constant):
            if isinstance(callee, Member):
                parts.append((callee.base, True, (*names[index].split("__"), *rest)[:MAX_PATH]))
        else:
            parts.append((columns[index], True, rest))
    return parts


def _column(value: Value, tracer: Tracer) -> str:
    """The name under which a column stands in its row: of `Patient.ssn` it is `ssn`, of a whole class its own."""
    one = value
    while isinstance(one, Via):
        if one.how == "attribute":
            return one.name.rpartition(".")[2]
        one = one.value
    if isinstance(one, Constant):
        return one.value if isinstance(one.value, str) and one.value.isidentifier() else ""
    if isinstance(one, CallValue):
        callee = core(one.callee)
        label = tracer.value(one.call.args[0].value, one.frame) if one.call.args else None
        named = literal(label) if isinstance(callee, Member) and callee.name == "label" else None
        return named if isinstance(named, str) else ""
    if isinstance(one, ScopeValue) and one.kind == "class":
        return one.name.rpartition(".")[2]
    return one.name if isinstance(one, Member) else ""


def kept(value: Value, path: Path) -> Path:
    """What counts of the parts of a value that is no record itself."""
    same = isinstance(value, _KEEPS) or hands_on(value) or (isinstance(value, Template) and value.how == "json")
    return path if same else ()


def of_mapping(value: Mapping, path: Path) -> Iterator[Part]:
    """The entries of a dictionary that count."""
    yield from ((one, True, path[1:]) for key, one in value.entries if _may_be(key, path[0]))
    yield from ((one, True, path) for one in value.rest)


def after_change(value: Changed, path: Path) -> Iterator[Part]:
    """The object before a change, and what the change brought, as far as they count."""
    key = value.path[0] if value.path else value.added[0] if value.method == "setitem" and len(value.added) == 2 else None
    if key is None:
        yield value.base, True, path
        yield from ((one, True, path if value.method in _ADDS else ()) for one in value.added)
        return
    known = core(key)
    if value.path or not (isinstance(known, Constant) and known.value == path[0]):
        yield value.base, True, path  # else it is written over
    if _may_be(key, path[0]):
        yield from ((one, True, () if value.path else path[1:]) for one in value.added[-1:])


def gives_rows(value: Value) -> bool:
    """Whether a call gives rows or records as they are: a query, and what narrows it down."""
    return _called(value) in _OF_ROWS


def hands_on(value: Value) -> bool:
    """Whether what a call gives has the fields of what it is given."""
    return gives_rows(value) or _called(value) in _HAND_ON


def _called(value: Value) -> str:
    callee = core(value.callee) if isinstance(value, CallValue) else None
    return callee.name.rpartition(".")[2] if isinstance(callee, Member | Symbol) else ""


def _is_row(value: Value) -> bool:
    """Whether a value is one row of a database, and no list of them."""
    if isinstance(value, CallValue) and isinstance(value.callee, Member):
        return value.callee.name in _GIVE_ONE
    # `iterrows()` gives pairs of a number and a row.
    return isinstance(value, ItemOf) and gives_rows(core(value.base)) and _called(core(value.base)) != "iterrows"


def _may_be(key: Value, name: str | int) -> bool:
    """Whether a key of a dictionary can be that name."""
    known = core(key)
    return not isinstance(known, Constant) or known.value == name
