"""What the code says in so many words: whether a name stands in any text or is that of anything."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TypeGuard

from linter.extract.data import DataFiles
from linter.link.program import Program
from linter.model import facts as f

_MOST_FILES = 300
"""Data files that are looked into: where there are more, they are data."""
_WORD = re.compile(r"\w+")


def said(programs: Sequence[Program], wanted: frozenset[str], without: frozenset[str]) -> frozenset[str]:
    """Those of the words (in lower case) that the code says: in a text, as a word or between the slashes of a path, or as a name;
    or that stand in a data file that somebody wrote. `without`: files that do not count, as the manifest itself."""
    left = set(wanted)
    for program in programs:
        for file in program.files.values():
            for text in _texts(file):
                if not left:
                    return wanted
                lower = text.lower()
                left.difference_update([word for word in left if word in lower and _stands_in(word, lower)])
    data = {id(program.data): program.data for program in programs}
    return wanted - left | frozenset(word for word in left if any(_in_files(word, one, without) for one in data.values()))


def keys(programs: Sequence[Program]) -> frozenset[str]:
    """The texts of the code that can be names of fields."""
    expressions_of = (
        one for program in programs for file in program.files.values() for s in file.scopes for one in expressions(s)
    )
    return frozenset(one.value for one in expressions_of if isinstance(one, f.Const) and _is_name(one.value))


def expressions(scope: f.Scope) -> Iterator[f.Expr]:
    """Every expression of a scope, lambdas apart, at least once."""
    stack: list[f.Expr] = [site.call for site in scope.calls]
    stack.extend(
        (*scope.returns, *scope.yields, *scope.decorators, *scope.bases, *scope.tests, *(one.over for one in scope.loops))
    )
    stack.extend(one for param in scope.params for one in (param.default, param.annotation) if one is not None)
    for bound in scope.bindings:
        given = (arg.value for arg in bound.args)
        stack.extend(one for one in (bound.value, bound.annotation, *given) if one is not None)
    for write in scope.writes:
        stack.extend((write.target, *(arg.value for arg in write.args)))
    seen: set[int] = set()
    while stack:
        one = stack.pop()
        if id(one) not in seen:
            seen.add(id(one))
            yield one
            stack.extend(one.parts())


def _texts(file: f.FileFacts) -> Iterator[str]:
    for scope in file.scopes:
        yield scope.name
        yield from (bound.name for bound in scope.bindings)
        yield from (write.name for write in scope.writes)
        for one in expressions(scope):
            if isinstance(one, f.Const):
                if isinstance(one.value, str):
                    yield one.value
            elif isinstance(one, f.Attr | f.Name):
                yield one.name
            elif isinstance(one, f.Call):
                yield from (arg.name for arg in one.args if arg.name is not None)


def _is_name(value: f.Literal) -> TypeGuard[str]:
    return isinstance(value, str) and value.isidentifier()


def _stands_in(word: str, text: str) -> bool:
    if _WORD.fullmatch(word):
        return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None
    return word in re.split(r"[/\\]", text)


def _in_files(word: str, data: DataFiles, without: frozenset[str]) -> bool:
    small = [path for path in data.paths if data.is_small(path) and path not in without]
    return len(small) > _MOST_FILES or any(data.mentions(path, word.encode()) for path in small)
