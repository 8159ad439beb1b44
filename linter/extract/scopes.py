"""Builders for the scopes of one file: bindings, and which of them reach a point of the program."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass, field, replace

from linter.extract.expressions import convert
from linter.model import facts as f

Env = dict[str, tuple[int, ...]]
"""For each name of a scope, the bindings that can reach the present point."""


class FileBuilder:
    """Collects the scopes of one file. Function bodies wait in `pending`, so that nesting needs no recursion."""

    def __init__(self, path: str, source: bytes) -> None:
        self.path = path
        self.scopes: list[ScopeBuilder] = []
        self.pending: list[tuple[ScopeBuilder, ast.AST]] = []
        self.problems: list[tuple[int | None, str]] = []
        self._lines = None if source.isascii() else source.splitlines(keepends=True)

    def column(self, line: int, offset: int) -> int:
        """A 1-based column in characters from the parser's offset in UTF-8 bytes."""
        if self._lines is None or line > len(self._lines):
            return offset + 1
        return len(self._lines[line - 1][:offset].decode("utf-8", "replace")) + 1

    def span(self, node: ast.expr | ast.stmt | ast.excepthandler | ast.keyword | ast.arg | ast.pattern) -> f.Span:
        line, end = node.lineno, node.end_lineno or node.lineno
        return line, self.column(line, node.col_offset), end, self.column(end, node.end_col_offset or node.col_offset)

    def add(self, kind: str, name: str, parent: ScopeBuilder | None, span: f.Span) -> ScopeBuilder:
        """A new, empty scope."""
        prefix = "" if parent is None or not parent.qualname else parent.qualname + "."
        scope = ScopeBuilder(
            self,
            len(self.scopes),
            kind,
            name,
            "" if kind == "module" else prefix + name,
            -1 if parent is None else parent.index,
            span,
        )
        self.scopes.append(scope)
        return scope

    def add_lambda(self, node: ast.Lambda, parent: ScopeBuilder) -> int:
        """The scope of a lambda; its body is converted later."""
        scope = self.add("lambda", "<lambda>", parent, self.span(node))
        scope.params = parameters(node.args, parent)
        self.pending.append((scope, node))
        return scope.index


@dataclass(eq=False)
class ScopeBuilder:
    """A scope in the making."""

    file: FileBuilder
    index: int
    kind: str
    name: str
    qualname: str
    parent: int
    scope_span: f.Span
    params: tuple[f.Parameter, ...] = ()
    locals: set[str] = field(default_factory=set)
    outer_names: set[str] = field(default_factory=set)
    bindings: list[f.Binding] = field(default_factory=list)
    env: Env = field(default_factory=dict)
    dead: bool = False
    """The present point cannot be reached (after a return)."""
    returns: list[f.Expr] = field(default_factory=list)
    yields: list[f.Expr] = field(default_factory=list)
    return_annotation: f.Expr | None = None
    decorators: tuple[f.Expr, ...] = ()
    bases: tuple[f.Expr, ...] = ()
    calls: list[f.CallSite] = field(default_factory=list)
    writes: list[f.Write] = field(default_factory=list)
    loops: list[f.Loop] = field(default_factory=list)
    loop_stack: list[int] = field(default_factory=list)
    stars: list[tuple[str, int]] = field(default_factory=list)
    guards: list[f.Expr] = field(default_factory=list)
    """The tests of the branches around the present point."""
    tests: list[f.Expr] = field(default_factory=list)
    when: list[int] = field(default_factory=list)
    """What must hold at the present point; see `facts.When`."""
    return_whens: list[f.When] = field(default_factory=list)
    hidden: Counter[str] = field(default_factory=Counter)
    """Names that a comprehension around the present point has bound."""
    is_async: bool = False
    abstract: bool = False

    def span(self, node: ast.expr | ast.stmt | ast.excepthandler | ast.keyword | ast.arg | ast.pattern) -> f.Span:
        return self.file.span(node)

    def is_local(self, name: str) -> bool:
        return (name in self.locals and name not in self.outer_names) or self.hidden[name] > 0

    def reaching(self, name: str) -> tuple[int, ...] | None:
        """The bindings of this scope that reach the present point; None when the name belongs to an outer scope."""
        return self.env.get(name, ()) if self.is_local(name) else None

    def bind(self, name: str, kind: f.Kind, span: f.Span, **rest: object) -> int:
        """Give `name` a new binding, which replaces all that reached this point."""
        index = len(self.bindings)
        loops = tuple(self.loop_stack)
        guard = self.guards[-1] if self.guards else None
        when = tuple(self.when)
        self.bindings.append(
            f.Binding(index, name, kind, span, loops=loops, guard=guard, when=when, **rest)  # type: ignore[arg-type]
        )
        self.env[name] = (index,)
        return index

    def hide(self, name: str) -> tuple[int, ...] | None:
        """Begin a comprehension's own name; returns what `restore` needs."""
        self.hidden[name] += 1
        return self.env.get(name)

    def restore(self, name: str, defs: tuple[int, ...] | None) -> None:
        self.hidden[name] -= 1
        if defs is None:
            self.env.pop(name, None)
        else:
            self.env[name] = defs

    def enter_loop(self, kind: str, over: f.Expr, span: f.Span) -> int:
        self.loops.append(f.Loop(kind, over, span, self.loop_stack[-1] if self.loop_stack else -1))
        self.loop_stack.append(len(self.loops) - 1)
        return len(self.loops) - 1

    def leave_loop(self) -> None:
        self.loop_stack.pop()

    def write(self, target: f.Expr, name: str, method: str, args: tuple[f.Arg, ...], span: f.Span) -> None:
        guard = self.guards[-1] if self.guards else None
        self.writes.append(f.Write(target, name, method, args, span, tuple(self.loop_stack), guard, tuple(self.when)))

    def change(self, target: ast.expr, method: str, args: tuple[f.Arg, ...], span: f.Span, expr: f.Expr | None = None) -> None:
        """A mutation. Of a local name, or of an item in it, it is a new state of that name; else a write."""
        root = target
        while isinstance(root, ast.Subscript):
            root = root.value
        expr = convert(target, self) if expr is None else expr
        if isinstance(root, ast.Name) and self.is_local(root.id):
            inner = None if root is target else expr
            self.bind(root.id, f.Kind.CHANGE, span, value=inner, before=self.env.get(root.id, ()), method=method, args=args)
        else:
            self.write(expr, "", method, args, span)

    def test(self, expr: f.Expr) -> int:
        """The number under which a test stands in `when`."""
        self.tests.append(expr)
        return len(self.tests)

    def join(self, name: str, before: tuple[int, ...]) -> int:
        """A point where several bindings meet; more may be added by `widen`."""
        return self.bind(name, f.Kind.JOIN, (0, 0, 0, 0), before=before)

    def widen(self, index: int, more: tuple[int, ...]) -> None:
        old = self.bindings[index]
        before = (*old.before, *(d for d in more if d not in old.before and d != index))
        self.bindings[index] = replace(old, before=before)

    def finish(self) -> f.Scope:
        return f.Scope(
            self.index,
            self.kind,
            self.name,
            self.qualname,
            self.parent,
            self.scope_span,
            self.params,
            tuple(self.bindings),
            dict(self.env),
            frozenset(self.outer_names),
            tuple(self.returns),
            tuple(self.yields),
            self.return_annotation,
            self.decorators,
            self.bases,
            tuple(self.calls),
            tuple(self.writes),
            tuple(self.loops),
            tuple(self.stars),
            self.is_async,
            self.abstract,
            tuple(self.tests),
            tuple(self.return_whens),
        )


def merge(*envs: Env) -> Env:
    """What can reach a point where paths meet."""
    if len(envs) == 1:
        return dict(envs[0])
    result: Env = dict(envs[0])
    for env in envs[1:]:
        for name, defs in env.items():
            known = result.get(name)
            if known is None:
                result[name] = defs
            elif known != defs:
                result[name] = (*known, *(d for d in defs if d not in known))
    return result


def annotation(node: ast.expr | None, scope: ScopeBuilder) -> f.Expr | None:
    """An annotation; one written as a string is read as the expression in it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            inner = ast.parse(node.value, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        for part in ast.walk(inner):
            ast.copy_location(part, node)
        return convert(inner, scope)
    return None if node is None else convert(node, scope)


def parameters(args: ast.arguments, scope: ScopeBuilder) -> tuple[f.Parameter, ...]:
    """The parameters, with defaults and annotations read in the scope around the function."""
    plain = [*args.posonlyargs, *args.args]
    defaults: list[ast.expr | None] = [None] * (len(plain) - len(args.defaults)) + list(args.defaults)
    found = [_parameter(a, "plain", d, scope) for a, d in zip(plain, defaults, strict=True)]
    if args.vararg:
        found.append(_parameter(args.vararg, "args", None, scope))
    found.extend(_parameter(a, "only", d, scope) for a, d in zip(args.kwonlyargs, args.kw_defaults, strict=True))
    if args.kwarg:
        found.append(_parameter(args.kwarg, "kwargs", None, scope))
    return tuple(found)


def _parameter(arg: ast.arg, kind: str, default: ast.expr | None, scope: ScopeBuilder) -> f.Parameter:
    return f.Parameter(arg.arg, kind, None if default is None else convert(default, scope), annotation(arg.annotation, scope))
