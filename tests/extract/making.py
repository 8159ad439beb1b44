"""What the tests of extraction ask of a few lines of code."""

from __future__ import annotations

from textwrap import dedent

from linter.extract.python import extract
from linter.model import facts as f

extract("first.py", b"")  # raises the recursion limit, which hypothesis would otherwise see change under its hands


def facts_of(source: str) -> f.FileFacts:
    """The facts of a module that can be read."""
    facts = extract("app.py", dedent(source).encode())
    assert facts.problems == ()
    return facts


def reaching(source: str) -> list[str] | None:
    """The lines whose binding of `x` can reach `use(x)`; None when `x` is looked up further out there."""
    for scope in facts_of(source).scopes:
        for site in scope.calls:
            if isinstance(site.call.func, f.Name) and site.call.func.name == "use":
                used = site.call.args[0].value
                assert isinstance(used, f.Name), "write use(x)"
                return None if used.defs is None else _lines(scope, used.defs, dedent(source).split("\n"))
    raise AssertionError("there is no use(x)")


def _lines(scope: f.Scope, defs: tuple[int, ...], lines: list[str]) -> list[str]:
    """Where paths join, the bindings that meet there."""
    found: set[int] = set()
    seen: set[int] = set()
    stack = list(defs)
    while stack:
        index = stack.pop()
        if index in seen:
            continue
        seen.add(index)
        one = scope.bindings[index]
        if one.kind is f.Kind.JOIN:
            stack.extend(one.before)
        else:
            found.add(one.span[0])
    return [lines[number - 1].strip() for number in sorted(found)]
