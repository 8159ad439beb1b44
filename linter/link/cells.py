"""What a function of a notebook can see: the names that the cells in which it runs leave behind."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator

from linter.model import facts as f

Defs = tuple[int, ...]


class Cells:
    """The states of a notebook's names from cell to cell."""

    def __init__(self, file: f.FileFacts) -> None:
        self._file = file
        self._lines = [cell.line for cell in file.cells]
        self._left: dict[str, list[tuple[int, Defs]]] = defaultdict(list)
        """For each name the cells that leave it changed, by their first line, and how."""
        for cell in file.cells:
            for name, defs in cell.exits.items():
                self._left[name].append((cell.line, defs))
        self._used: dict[str, set[int] | None] = {}
        """For each name the cells that only call it; None when something else is done with it."""
        for scope in file.scopes:
            called = {id(site.call.func): site.call.span[0] for site in scope.calls} if scope.kind == "module" else {}
            for expr in _expressions(scope):
                if isinstance(expr, f.Name):
                    self._use(expr.name, called.get(id(expr)))

    def seen(self, name: str, scope: int) -> Defs:
        """The bindings of a module's name that a function or class can see. One that is only called runs in the cells of these
        calls; every other one in its own and, for all that is known, in each one after it."""
        left = self._left.get(name, [])
        top = self._file.scopes[scope]
        while top.parent > 0:
            top = self._file.scopes[top.parent]
        start = self._cell(top.span[0])
        used = self._used.get(top.name) if top.kind == "function" and not top.decorators else None
        runs = sorted(line for line in used or () if line >= start)
        states = (
            [at for line in runs if (at := _before(left, line)) >= 0] if runs else range(max(_before(left, start), 0), len(left))
        )
        return tuple(dict.fromkeys(index for at in states for index in left[at][1]))

    def _use(self, name: str, line: int | None) -> None:
        known = self._used.setdefault(name, set())
        if line is None:
            self._used[name] = None
        elif known is not None:
            known.add(self._cell(line))

    def _cell(self, line: int) -> int:
        return self._lines[max(bisect_right(self._lines, line) - 1, 0)]


def _before(left: list[tuple[int, Defs]], line: int) -> int:
    """The position of the last change up to the end of the cell that starts in a line."""
    return bisect_right(left, line, key=lambda one: one[0]) - 1


def _expressions(scope: f.Scope) -> Iterator[f.Expr]:
    """Every expression of a scope, each as often as something holds it."""
    seen: set[int] = set()
    stack: list[f.Expr] = [site.call for site in scope.calls]
    stack.extend((*scope.returns, *scope.yields, *scope.decorators, *scope.bases, *(loop.over for loop in scope.loops)))
    for binding in scope.bindings:
        stack.extend(one for one in (binding.value, *(arg.value for arg in binding.args)) if one is not None)
    for write in scope.writes:
        stack.extend((write.target, *(arg.value for arg in write.args)))
    while stack:
        one = stack.pop()
        if id(one) not in seen:
            seen.add(id(one))
            yield one
            stack.extend(one.parts())
