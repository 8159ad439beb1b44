"""SQL statements: the tables and columns that they read."""

from __future__ import annotations

import re

_STATEMENT = re.compile(
    r"\s*(?:--[^\n]*\n\s*)*(?:with|select|\(\s*select|update\b.*\breturning|insert\b.*\breturning|delete\b.*\breturning)\b",
    re.I | re.S,
)
"""A statement that gives rows."""
_ABOUT_TABLES = re.compile(r"\s*(?:pragma|explain|describe|show)\b", re.I)
_COLUMNS = re.compile(r"\bselect\s+(?:distinct\s+|all\s+)?(.*?)\bfrom\b", re.I | re.S)
_COUNTS = re.compile(
    r"(?:(?:count|sum|avg|total|coalesce|round|exists)\s*\(.*\)|\d+|true|null)(?:\s+(?:as\s+)?[\w\"\']+)?", re.I | re.S
)
_SQL = re.compile(r"\b(?:from|join)\s+[\"'`\[]?(?:\w+\.)?[\"'`\[]?(\w+)", re.I)


def tables_in(sql: str) -> set[str]:
    """The tables out of which an SQL statement reads more than numbers of rows, in lower case."""
    if _STATEMENT.match(sql) is None:
        return set()
    heads = _COLUMNS.findall(sql)
    if heads and all(_COUNTS.fullmatch(one.strip()) for head in heads for one in _listed(head)):
        return set()
    return {m.lower() for m in _SQL.findall(sql)}


def is_about_tables(sql: str) -> bool:
    """Whether a statement tells of tables, or how many rows there are, and of nothing that stands in them."""
    if _STATEMENT.match(sql) is None:
        return _ABOUT_TABLES.match(sql) is not None
    read = {name.lower() for name in _SQL.findall(sql)}
    return not tables_in(sql) or read <= {"sqlite_master", "sqlite_schema", "tables", "columns", "pg_tables", "pg_class"}


def _listed(columns: str) -> list[str]:
    """The columns of a SELECT, one by one: commas inside of brackets divide nothing."""
    found, depth = [""], 0
    for letter in columns:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            found.append("")
        else:
            found[-1] += letter
    return found


def columns_in(sql: str, taken: str | int | None) -> list[str]:
    """The columns that a statement reads, or the one that is taken of them; empty where it may be all of a table."""
    heads = _COLUMNS.findall(sql)
    columns = [_last_word(one) for one in _listed(heads[0])] if len(heads) == 1 and "*" not in heads[0] else []
    if isinstance(taken, int):
        return columns[taken : taken + 1] if taken >= 0 else []
    return columns if taken is None else [one for one in columns if one == taken]


def _last_word(column: str) -> str:
    """The name under which a column of a statement is given: `u.name AS who` is `who`."""
    words = re.findall(r"\w+", column)
    return words[-1] if words else ""
