"""Facts <-> compact JSON, for the cache and for worker processes.

A file becomes one list of columns, since reading a column costs a fraction of reading objects. Everything that is used more
than once stands in a table and is named by its number there, so that an expression that two facts share is one object again
after reading: tracing compares expressions by identity.

Tables: texts (0 None, 1 ""), runs of integers (0 None, 1 empty), nodes (0 None, then all names, constants and lambdas, then
everything that is built from other nodes, parts before wholes), packs of nodes (0 empty).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from linter.model import facts as f

VERSION = 5
"""Goes up with every change of what is written here."""

_KINDS = tuple(f.Kind)
_KIND_NUMBER = {kind: number for number, kind in enumerate(_KINDS)}
_LEAVES: dict[type[Any], int] = {f.Name: 0, f.Const: 1, f.Lambda: 2}
"""The nodes without parts, in the order of their columns."""
_OPEN = -1
_NOWHERE = (0, 0, 0, 0)
"""An argument has no span of its own."""
_encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode

Row = list[Any]


class CodecError(ValueError):
    """The text is not what `dumps` writes, or the facts hold something that JSON cannot carry."""


def dumps(facts: f.FileFacts) -> str:
    """The facts of one file as ASCII text, without its path (the same bytes under two paths are one entry).

    Raises CodecError for a literal that cannot be written (an integer of thousands of digits)."""
    try:
        return _encode(_Writer().file(facts))
    except (ValueError, RecursionError) as error:
        raise CodecError(str(error)) from error


def loads(text: str | bytes, path: str) -> f.FileFacts:
    """What `dumps` has written, for a file at `path`. Raises CodecError for anything else."""
    try:
        return _read(json.loads(text), path)
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise CodecError(f"unreadable facts: {error}") from error


# ---- writing


class _Table:
    """Numbers for values; the same value has the same number."""

    def __init__(self, *first: Any) -> None:
        self.items: list[Any] = list(first)
        self._number: dict[Any, int] = {item: number for number, item in enumerate(first)}

    def __call__(self, item: Any) -> int:
        number = self._number.get(item)
        if number is None:
            number = self._number[item] = len(self.items)
            self.items.append(item)
        return number


class _Writer:
    def __init__(self) -> None:
        self.text = _Table(None, "")
        self.run = _Table(None, ())
        self.pack = _Table(())
        self.numbers: dict[int, int] = {}
        self.leaves: list[Any] = []
        self.wholes: list[Any] = []

    def file(self, facts: f.FileFacts) -> Row:
        for scope in facts.scopes:
            for root in _roots(scope):
                self._collect(root)
        leaves: list[Any] = sorted(self.leaves, key=lambda leaf: _LEAVES[type(leaf)])
        ordered = [*leaves, *self.wholes]
        self.numbers = {id(node): number for number, node in enumerate(ordered, 1)}
        rows = [_ROW[type(node)](self, node) for node in self.wholes]
        scopes = [self._scope(scope) for scope in facts.scopes]
        names = [one for one in leaves if isinstance(one, f.Name)]
        constants = [one for one in leaves if isinstance(one, f.Const)]
        lambdas = [one for one in leaves if isinstance(one, f.Lambda)]
        columns = [
            [self.text(one.name) for one in names], [self.run(one.defs) for one in names], [one.value for one in constants],
            [one.scope for one in lambdas], rows,
        ]  # fmt: skip
        spans = _spans([_NOWHERE if type(node) is f.Arg else node.span for node in ordered])
        packs = [list(pack) for pack in self.pack.items[1:]]
        problems = [list(problem) for problem in facts.problems]
        cells = [[cell.index, cell.line, list(cell.exits), [list(defs) for defs in cell.exits.values()]] for cell in facts.cells]
        modules = [[one.path.removeprefix(f"{facts.path}/"), _Writer().file(one)] for one in facts.modules]
        return [
            VERSION, self.text.items[2:], self.run.items[2:], spans, columns, packs, scopes, problems, cells, facts.foreign,
            modules,
        ]  # fmt: skip

    def _collect(self, root: Any) -> None:
        """All nodes below a root, parts before wholes, each once. A stack, since recursion would overflow."""
        numbers, stack = self.numbers, [root]
        while stack:
            node = stack.pop()
            key = id(node)
            if key not in numbers:
                kind = type(node)
                if kind in _LEAVES:
                    self.leaves.append(node)
                    numbers[key] = 0
                    continue
                numbers[key] = _OPEN
                stack.append(node)
                if kind is f.Call:
                    stack.extend((*node.args, node.func))
                else:
                    stack.extend((node.value,) if kind is f.Arg else node.parts()[::-1])
            elif numbers[key] == _OPEN:
                numbers[key] = 0
                self.wholes.append(node)

    def node(self, node: f.Expr | f.Arg | None) -> int:
        return 0 if node is None else self.numbers[id(node)]

    def nodes(self, nodes: Iterable[f.Expr | f.Arg | None]) -> list[int]:
        return [0 if node is None else self.numbers[id(node)] for node in nodes]

    def packed(self, nodes: Iterable[f.Expr | f.Arg]) -> int:
        return self.pack(tuple(self.nodes(nodes)))

    def _scope(self, one: f.Scope) -> Row:
        return [
            one.kind, self.text(one.name), self.text(one.qualname), one.parent, list(one.span),
            [[self.text(p.name), p.kind, self.node(p.default), self.node(p.annotation)] for p in one.params],
            self._bindings(one.bindings),
            [[self.text(name) for name in one.exits], [self.run(defs) for defs in one.exits.values()]],
            sorted(one.outer_names), self.nodes(one.returns), self.nodes(one.yields), self.node(one.return_annotation),
            self.nodes(one.decorators), self.nodes(one.bases),
            [[self.node(site.call) for site in one.calls], [self.run(site.loops) for site in one.calls],
             [self.node(site.guard) for site in one.calls], [self.run(site.when) for site in one.calls]],
            [self._write(write) for write in one.writes],
            [[loop.kind, self.node(loop.over), list(loop.span), loop.outer] for loop in one.loops],
            [list(star) for star in one.stars], int(one.is_async), int(one.abstract), self.nodes(one.tests),
            [self.run(when) for when in one.return_whens],
        ]  # fmt: skip

    def _bindings(self, some: Sequence[f.Binding]) -> Row:
        text, run = self.text, self.run
        return [
            [text(b.name) for b in some], [_KIND_NUMBER[b.kind] for b in some], _spans([b.span for b in some]),
            self.nodes(b.value for b in some), [run(b.path) for b in some], self.nodes(b.annotation for b in some),
            [text(b.module) for b in some], [text(b.member) for b in some], [b.level for b in some], [b.scope for b in some],
            [run(b.before) for b in some], [text(b.method) for b in some], [self.packed(b.args) for b in some],
            [run(b.loops) for b in some], self.nodes(b.guard for b in some), [run(b.when) for b in some],
        ]  # fmt: skip

    def _write(self, one: f.Write) -> Row:
        return [
            self.node(one.target), self.text(one.name), self.text(one.method), self.packed(one.args), list(one.span),
            self.run(one.loops), self.node(one.guard), self.run(one.when),
        ]  # fmt: skip


def _roots(scope: f.Scope) -> Iterator[f.Expr | f.Arg]:
    """Everything in a scope that is a node or an argument."""
    for binding in scope.bindings:
        yield from (e for e in (binding.value, binding.annotation, binding.guard) if e is not None)
        yield from binding.args
    for write in scope.writes:
        yield write.target
        yield from write.args
        if write.guard is not None:
            yield write.guard
    for parameter in scope.params:
        yield from (e for e in (parameter.default, parameter.annotation) if e is not None)
    for site in scope.calls:
        yield site.call
        if site.guard is not None:
            yield site.guard
    yield from (loop.over for loop in scope.loops)
    for some in (scope.returns, scope.yields, scope.decorators, scope.bases, scope.tests):
        yield from some
    if scope.return_annotation is not None:
        yield scope.return_annotation


def _spans(spans: Sequence[f.Span]) -> list[list[int]]:
    return [list(column) for column in zip(*spans, strict=True)] if spans else [[], [], [], []]


# ---- one row a node, and back. The first entry of a row says which of `_READ` it is for.

_ROW: dict[type[Any], Callable[[_Writer, Any], Row]] = {
    f.Attr: lambda w, e: [0, w.node(e.base), w.text(e.name)],
    f.Call: lambda w, e: [1, w.node(e.func), w.nodes(e.args)],
    f.Arg: lambda w, e: [2, w.text(e.name), e.stars, w.node(e.value)],
    f.Item: lambda w, e: [3, w.node(e.base), w.node(e.key)],
    f.Slice: lambda w, e: [4, w.node(e.lower), w.node(e.upper), w.node(e.step)],
    f.Text: lambda w, e: [5, w.nodes(e.items)],
    f.Binary: lambda w, e: [6, e.op, w.nodes(e.items)],
    f.Either: lambda w, e: [7, e.op, w.nodes(e.options), w.node(e.test)],
    f.Seq: lambda w, e: [8, e.kind, w.nodes(e.items)],
    f.Map: lambda w, e: [9, w.nodes(e.keys), w.nodes(e.values)],
    f.Each: lambda w, e: [10, e.kind, w.node(e.element), w.node(e.key), w.nodes(e.sources), w.nodes(e.tests)],
    f.Spread: lambda w, e: [11, w.node(e.value)],
    f.Other: lambda w, e: [12, e.what, w.nodes(e.items)],
    f.Compare: lambda w, e: [13, e.op, w.node(e.left), w.node(e.right)],
}

Get = Callable[[int], Any]

_READ: tuple[Callable[[f.Span, Row, Get, Get], Any], ...] = (
    lambda span, row, node, text: f.Attr(span, node(row[1]), text(row[2])),
    lambda span, row, node, text: f.Call(span, node(row[1]), tuple(map(node, row[2]))),
    lambda span, row, node, text: f.Arg(text(row[1]), row[2], node(row[3])),
    lambda span, row, node, text: f.Item(span, node(row[1]), node(row[2])),
    lambda span, row, node, text: f.Slice(span, node(row[1]), node(row[2]), node(row[3])),
    lambda span, row, node, text: f.Text(span, tuple(map(node, row[1]))),
    lambda span, row, node, text: f.Binary(span, row[1], tuple(map(node, row[2]))),
    lambda span, row, node, text: f.Either(span, row[1], tuple(map(node, row[2])), node(row[3])),
    lambda span, row, node, text: f.Seq(span, row[1], tuple(map(node, row[2]))),
    lambda span, row, node, text: f.Map(span, tuple(map(node, row[1])), tuple(map(node, row[2]))),
    lambda span, row, node, text: f.Each(
        span, row[1], node(row[2]), node(row[3]), tuple(map(node, row[4])), tuple(map(node, row[5]))
    ),
    lambda span, row, node, text: f.Spread(span, node(row[1])),
    lambda span, row, node, text: f.Other(span, row[1], tuple(map(node, row[2]))),
    lambda span, row, node, text: f.Compare(span, row[1], node(row[2]), node(row[3])),
)


# ---- reading


def _read(data: Row, path: str) -> f.FileFacts:
    if data[0] != VERSION:
        raise CodecError(f"written by another version ({data[0]})")
    _, texts, runs, span_columns, columns, packs, scopes, problems, cells, foreign, modules = data
    text: Get = [None, "", *texts].__getitem__
    run: Get = [None, (), *map(tuple, runs)].__getitem__
    spans = list(zip(*span_columns, strict=True))
    names, defs, constants, lambdas, rows = columns
    end_names, end_constants = len(names), len(names) + len(constants)
    nodes: list[Any] = [None]
    nodes.extend(map(f.Name, spans, map(text, names), map(run, defs)))
    nodes.extend(map(f.Const, spans[end_names:end_constants], constants))
    nodes.extend(map(f.Lambda, spans[end_constants:], lambdas))
    node: Get = nodes.__getitem__
    append = nodes.append
    for span, row in zip(spans[end_constants + len(lambdas) :], rows, strict=True):
        append(_READ[row[0]](span, row, node, text))
    pack: Get = [(), *(tuple(map(node, one)) for one in packs)].__getitem__
    found = tuple(_scope(index, row, text, run, node, pack) for index, row in enumerate(scopes))
    cell_facts = tuple(f.CellFacts(i, line, dict(zip(names, map(tuple, exits), strict=True))) for i, line, names, exits in cells)
    inner = tuple(replace(_read(row, f"{path}/{name}"), notebook=path) for name, row in modules)
    return f.FileFacts(path, found, tuple((line, why) for line, why in problems), cell_facts, foreign, inner)


def _scope(index: int, row: Row, text: Get, run: Get, node: Get, pack: Get) -> f.Scope:
    (kind, name, qualname, parent, span, params, bindings, exits, outer, returns, yields, returned, decorators, bases,
     calls, writes, loops, stars, is_async, abstract, tests, whens) = row  # fmt: skip
    sites = tuple(map(f.CallSite, map(node, calls[0]), map(run, calls[1]), map(node, calls[2]), map(run, calls[3])))
    return f.Scope(
        index, kind, text(name), text(qualname), parent, tuple(span),
        tuple(f.Parameter(text(p[0]), p[1], node(p[2]), node(p[3])) for p in params),
        _bindings(bindings, text, run, node, pack), dict(zip(map(text, exits[0]), map(run, exits[1]), strict=True)),
        frozenset(outer), tuple(map(node, returns)), tuple(map(node, yields)), node(returned), tuple(map(node, decorators)),
        tuple(map(node, bases)), sites,
        tuple(
            f.Write(node(w[0]), text(w[1]), text(w[2]), pack(w[3]), tuple(w[4]), run(w[5]), node(w[6]), run(w[7]))
            for w in writes
        ),
        tuple(f.Loop(each[0], node(each[1]), tuple(each[2]), each[3]) for each in loops),
        tuple((module, level) for module, level in stars), bool(is_async), bool(abstract), tuple(map(node, tests)),
        tuple(map(run, whens)),
    )  # fmt: skip


def _bindings(columns: Row, text: Get, run: Get, node: Get, pack: Get) -> tuple[f.Binding, ...]:
    (names, kinds, spans, values, paths, annotations, modules, members, levels, scopes, before, methods, args, loops,
     guards, whens) = columns  # fmt: skip
    return tuple(map(
        f.Binding, range(len(names)), map(text, names), map(_KINDS.__getitem__, kinds), zip(*spans, strict=True),
        map(node, values), map(run, paths), map(node, annotations), map(text, modules), map(text, members), levels, scopes,
        map(run, before), map(text, methods), map(pack, args), map(run, loops), map(node, guards), map(run, whens),
    ))  # fmt: skip
