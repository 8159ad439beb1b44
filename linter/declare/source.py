"""One file of the manifest's kind: bytes -> validated model, and the clauses in it with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from linter.declare.explain import dotted, explain
from linter.declare.schema import Model, Sections, keys_of, type_at
from linter.declare.schema import Waiver as WaiverModel
from linter.errors import Problem
from linter.formats.tree import Document, Path
from linter.formats.yaml import read_one
from linter.model.manifest import Clause, ClauseValue, Waiver
from linter.model.place import Place

F = TypeVar("F", bound=Sections)

_CONSTRAINTS = tuple(key for key in keys_of(Sections) if key != "extends")
_MAY_BE_BLANK = frozenset((*_CONSTRAINTS, "extends", "waivers")) - {"on_unknown"}
"""A section whose clauses are all commented out is not declared, and no error."""
_MOST_ERRORS = 100


@dataclass(frozen=True, slots=True)
class Source(Generic[F]):
    """A file that was read; with problems beside it, what is left of it without the wrong parts."""

    document: Document
    model: F
    name: str
    """What `Clause.source` says."""

    def clauses(self, sections: Sections | None = None, prefix: Path = ()) -> dict[str, Clause]:
        """All clauses of the file, or of one system in it, by path."""
        found = {}
        for key in _CONSTRAINTS:
            for clause in self._walk(getattr(sections or self.model, key), (*prefix, key), key):
                found[clause.path] = clause
        return found

    def extends(self, sections: Sections | None = None, prefix: Path = ()) -> list[tuple[str, Place]]:
        """The entries of `extends`, and where they stand."""
        entries = (sections or self.model).extends or []
        return [(entry, self.document.place((*prefix, "extends", i))) for i, entry in enumerate(entries)]

    def waivers(self, waivers: list[WaiverModel] | None, prefix: Path = ()) -> tuple[Waiver, ...]:
        """The waivers as nouns. A malformed date stays as the text that it is."""
        return tuple(
            Waiver(
                rule=one.rule,
                paths=tuple(one.paths),
                reason=one.reason,
                kind=one.kind,
                owner=one.owner,
                expires=_day(one.expires),
                expires_text=self.document.text((*prefix, "waivers", i, "expires")) or one.expires,
                place=self.document.place((*prefix, "waivers", i)),
            )
            for i, one in enumerate(waivers or ())
        )

    def _walk(self, value: Any, at: Path, path: str) -> Iterator[Clause]:
        if value is None:
            return
        if isinstance(value, (Model, dict)):
            yield self._clause(path, None, at, "")
            for key, child in _children(value):
                yield from self._walk(child, (*at, key), f"{path}.{key}")
        elif isinstance(value, list):
            places = tuple(self.document.place((*at, i)) for i in range(len(value)))
            yield self._clause(path, tuple(value), at, f"[{', '.join(value)}]", places)
        else:
            yield self._clause(path, value, at, self.document.text(at) or str(value))

    def _clause(self, path: str, value: ClauseValue, at: Path, text: str, items: tuple[Place, ...] = ()) -> Clause:
        return Clause(path, value, self.document.place(at), self.name, text, items)


def read_source(data: bytes, file: str, kind: type[F], name: str, problems: list[Problem]) -> Source[F] | None:
    """Reads and validates one file. Everything that is wrong with it goes to `problems`; the rest of it is returned all the
    same, so that what depends on it can be checked in the same run. None when nothing is left."""
    document, found = read_one(data, file)
    problems.extend(found)
    if document is None:
        return None
    value = deepcopy(document.value)
    blanks = _blanks(document, kind)
    for path, problem in blanks.items():
        if problem is not None:
            problems.append(problem)
        _prune(value, path)
    told = False
    while True:
        try:
            return Source(document, kind.model_validate(value), name)
        except ValidationError as error:
            errors = error.errors(include_url=False)
        if not told:
            problems.extend(explain(one, document, kind) for one in errors[:_MOST_ERRORS] if one["loc"] not in blanks)
            if len(errors) > _MOST_ERRORS:
                problems.append(Problem(f"and {len(errors) - _MOST_ERRORS:,} more errors", file))
            told = True  # what follows comes from leaving the wrong parts out
        for one in errors:
            if not _repair(value, one["type"], one["loc"]):
                return None


def _blanks(document: Document, kind: type[Sections]) -> dict[Path, Problem | None]:
    """Keys and items without a value. pydantic would take them for *not declared*, but who writes a key means something by it."""
    found: dict[Path, Problem | None] = {}
    stack: list[tuple[Path, Any]] = [((), document.value)]
    while stack:
        path, value = stack.pop()
        if isinstance(value, dict):
            stack.extend(((*path, key), child) for key, child in value.items())
        elif isinstance(value, list):
            stack.extend(((*path, i), child) for i, child in enumerate(value))
        elif value is None and path and type_at(kind, path) is not None:
            section = path[-1] in _MAY_BE_BLANK and len(path) == (3 if path[0] == "systems" else 1)
            empty_list = "write `[]` for none, or remove the key" if isinstance(path[-1], str) and _is_list(kind, path) else None
            remedy = empty_list or "fill it in, or remove it"
            problem = Problem(f"`{dotted(path)}` has no value", document.file, document.place(path).line, remedy)
            found[path] = None if section else problem
    return found


def _is_list(kind: type[Sections], path: Path) -> bool:
    return getattr(type_at(kind, path), "__origin__", None) is list


def _repair(value: Any, error: str, loc: tuple[int | str, ...]) -> bool:
    """Leaves out what is wrong, so that the rest can be looked at. False when that is everything."""
    path: Path = tuple(step for step in loc if step != "[key]")
    if error == "missing":
        if path == ("version",):
            value["version"] = 1
            return True
        path = path[:-1]
    _prune(value, path)
    return bool(path)


def _prune(value: Any, path: Path) -> None:
    """Removes the value at a path; an item of a list takes the list with it, since the places of the others would move."""
    trail = []
    for step in path:
        trail.append((value, step))
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):  # went away with another error
            break
    for container, step in reversed(trail):
        if isinstance(container, dict):
            container.pop(step, None)
            return


def _children(value: Model | dict[str, Any]) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return list(value.items())
    return [(key, getattr(value, name)) for key, name in zip(keys_of(type(value)), type(value).model_fields, strict=True)]


def _day(text: str) -> date | None:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
