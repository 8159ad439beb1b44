"""Python statements -> the bindings, writes, loops and returns of a scope, in program order."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from linter.extract.expressions import arguments, bind_target, convert, names_of
from linter.extract.scopes import Env, FileBuilder, ScopeBuilder, annotation, merge, parameters
from linter.model import facts as f

MUTATORS = frozenset(
    {
        "append",
        "extend",
        "insert",
        "add",
        "update",
        "setdefault",
        "pop",
        "popleft",
        "appendleft",
        "extendleft",
        "remove",
        "clear",
        "discard",
        "sort",
        "reverse",
    }
)
_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Body = Sequence[ast.stmt]


class Walker:
    """Walks the statements of one scope with the environment of bindings."""

    def __init__(self, file: FileBuilder, scope: ScopeBuilder) -> None:
        self.file = file
        self.scope = scope
        self.breaks: list[list[Env]] = []
        self.continues: list[list[Env]] = []

    def block(self, body: _Body, *when: int) -> None:
        """The statements of a block, which runs when that holds (see `facts.When`)."""
        scope = self.scope
        around = len(scope.when)
        scope.when.extend(when)
        for statement in body:
            self.statement(statement)
        del scope.when[around:]

    def statement(self, node: ast.stmt) -> None:
        handler = getattr(self, "_" + type(node).__name__.lower(), None)
        if handler is not None:
            handler(node)
            return
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                convert(child, self.scope)

    # -- simple statements ------------------------------------------------------------------------------------------------

    def _expr(self, node: ast.Expr) -> None:
        value = node.value.value if isinstance(node.value, ast.Await) else node.value
        if isinstance(value, ast.Constant):
            return
        converted = convert(value, self.scope)
        if (
            isinstance(value, ast.Call)
            and isinstance(value.func, ast.Attribute)
            and value.func.attr in MUTATORS
            and isinstance(converted, f.Call)
        ):
            target = converted.func.base if isinstance(converted.func, f.Attr) else None
            self.scope.change(value.func.value, value.func.attr, converted.args, converted.span, target)

    def _assign(self, node: ast.Assign) -> None:
        value = convert(node.value, self.scope)
        for target in node.targets:
            bind_target(target, value, f.Kind.VALUE, self.scope)

    def _annassign(self, node: ast.AnnAssign) -> None:
        note = annotation(node.annotation, self.scope)
        if node.value is not None:
            bind_target(node.target, convert(node.value, self.scope), f.Kind.VALUE, self.scope, annotation=note)
        elif isinstance(node.target, ast.Name):
            self.scope.bind(node.target.id, f.Kind.DECLARE, self.scope.span(node), annotation=note)

    def _augassign(self, node: ast.AugAssign) -> None:
        value = convert(node.value, self.scope)
        span = self.scope.span(node)
        if isinstance(node.target, ast.Name):
            old = f.Name(self.scope.span(node.target), node.target.id, self.scope.reaching(node.target.id))
            op = {ast.Add: "+", ast.BitOr: "|"}.get(type(node.op), "?")
            self.scope.bind(node.target.id, f.Kind.VALUE, span, value=f.Binary(span, op, (old, value)))
        elif isinstance(node.target, ast.Attribute):
            base = convert(node.target.value, self.scope)
            self.scope.write(base, node.target.attr, "+=", (f.Arg(None, 0, value),), span)
        elif isinstance(node.target, ast.Subscript):
            key = convert(node.target.slice, self.scope)
            self.scope.change(node.target.value, "additem", (f.Arg(None, 0, key), f.Arg(None, 0, value)), span)

    def _typealias(self, node: ast.stmt) -> None:
        """`type X = …`, a statement of Python 3.12 and newer."""
        target, value = getattr(node, "name", None), getattr(node, "value", None)
        if isinstance(target, ast.expr) and isinstance(value, ast.expr):
            bind_target(target, convert(value, self.scope), f.Kind.VALUE, self.scope)

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Subscript):
                key = convert(target.slice, self.scope)
                self.scope.change(target.value, "delitem", (f.Arg(None, 0, key),), self.scope.span(target))
            elif isinstance(target, ast.Name):
                self.scope.env.pop(target.id, None)

    def _return(self, node: ast.Return) -> None:
        if node.value is not None:
            self.scope.returns.append(convert(node.value, self.scope))
            self.scope.return_whens.append(tuple(self.scope.when))
        self.scope.dead = True

    def _raise(self, node: ast.Raise) -> None:
        for part in (node.exc, node.cause):
            if part is not None:
                convert(part, self.scope)
        self.scope.dead = True

    def _break(self, node: ast.Break) -> None:
        if self.breaks and not self.scope.dead:
            self.breaks[-1].append(dict(self.scope.env))
        self.scope.dead = True

    def _continue(self, node: ast.Continue) -> None:
        if self.continues and not self.scope.dead:
            self.continues[-1].append(dict(self.scope.env))
        self.scope.dead = True

    def _global(self, node: ast.Global | ast.Nonlocal) -> None:
        return

    _nonlocal = _global

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            module = alias.name if alias.asname else alias.name.split(".")[0]
            index = self.scope.bind(alias.asname or module, f.Kind.IMPORT, self.scope.span(node), module=module)
            if not alias.asname and "." in alias.name:
                # `import a.b` binds `a`; the submodule is reachable through it.
                self.scope.bindings[index] = f.Binding(
                    index, module, f.Kind.IMPORT, self.scope.span(node), module=module, method=alias.name
                )

    def _importfrom(self, node: ast.ImportFrom) -> None:
        module = node.module or ""
        for alias in node.names:
            if alias.name == "*":
                self.scope.stars.append((module, node.level))
            else:
                self.scope.bind(
                    alias.asname or alias.name,
                    f.Kind.IMPORT,
                    self.scope.span(node),
                    module=module,
                    member=alias.name,
                    level=node.level,
                )

    # -- branches ---------------------------------------------------------------------------------------------------------

    def _if(self, node: ast.If) -> None:
        ends: list[Env] = []
        entry_dead = self.scope.dead
        passed: list[int] = []
        left: list[int] = []  # what holds behind the whole, since the branches so far end with a return
        while True:
            test = convert(node.test, self.scope)
            number = self.scope.test(test)
            entry = dict(self.scope.env)
            self.scope.guards.append(test)
            if not self._branch(node.body, ends, entry_dead, *passed, number) and len(left) == len(passed):
                left.append(-number)
            self.scope.guards.pop()
            passed.append(-number)
            self.scope.env, self.scope.dead = dict(entry), entry_dead
            if len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
                node = node.orelse[0]
                continue
            if not self._branch(node.orelse, ends, entry_dead, *passed) and len(passed) == 1:
                left.append(number)
            break
        self._meet(ends, entry_dead)
        if not self.scope.dead:
            self.scope.when.extend(left)

    def _branch(self, body: _Body, ends: list[Env], entry_dead: bool, *when: int) -> bool:
        """One of several ways; whether what comes after them is reached on it."""
        self.block(body, *when)
        if not self.scope.dead or entry_dead:
            ends.append(self.scope.env)
            return True
        return False

    def _meet(self, ends: list[Env], entry_dead: bool) -> None:
        if ends:
            self.scope.env, self.scope.dead = merge(*ends), entry_dead
        else:
            self.scope.dead = True

    def _match(self, node: ast.Match) -> None:
        subject = convert(node.subject, self.scope)
        entry, entry_dead = dict(self.scope.env), self.scope.dead
        ends: list[Env] = [entry]
        passed: list[int] = []
        for case in node.cases:
            self.scope.env, self.scope.dead = dict(entry), entry_dead
            for name in pattern_names(case.pattern):
                self.scope.bind(name, f.Kind.OPAQUE, self.scope.span(case.pattern), value=subject)
            if case.guard is not None:
                convert(case.guard, self.scope)
            number = 0 if case.guard is not None else self._case(subject, case.pattern)
            self._branch(case.body, ends, entry_dead, *passed, number)
            passed.append(-number)
            if isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None and case.guard is None:
                ends.remove(entry)
                break
        self._meet(ends, entry_dead)

    def _case(self, subject: f.Expr, pattern: ast.pattern) -> int:
        """The test that a `case` stands for, where it compares with plain values."""
        options = pattern.patterns if isinstance(pattern, ast.MatchOr) else [pattern]
        values = [p.value for p in options if isinstance(p, ast.MatchValue)]
        if len(values) != len(options):
            return 0
        span = self.scope.span(pattern)
        right: f.Expr = f.Seq(span, "tuple", tuple(convert(v, self.scope) for v in values))
        return self.scope.test(f.Compare(span, "in", subject, right))

    def _try(self, node: ast.Try) -> None:
        entry, entry_dead = dict(self.scope.env), self.scope.dead
        first = len(self.scope.bindings)
        self.block(node.body, 0)
        body_env, body_dead = dict(self.scope.env), self.scope.dead
        during: Env = {}
        for made in self.scope.bindings[first:]:
            during[made.name] = (*during.get(made.name, ()), made.index)
        handled: list[Env] = []
        for handler in node.handlers:
            self.scope.env, self.scope.dead = merge(entry, during), entry_dead
            if handler.type is not None:
                convert(handler.type, self.scope)
            if handler.name:
                self.scope.bind(handler.name, f.Kind.OPAQUE, self.scope.span(handler))
            self._branch(handler.body, handled, entry_dead, 0)
        self.scope.env, self.scope.dead = body_env, body_dead
        ends: list[Env] = []
        if not body_dead or entry_dead:
            self._branch(node.orelse, ends, entry_dead, 0)
        ends.extend(handled)
        self._meet(ends, entry_dead)
        if not node.finalbody:
            if not ends:
                self.scope.env = merge(entry, during)
            return
        # The last block also runs when the body broke off anywhere; what comes after it only sees the ends.
        end, end_dead = self.scope.env, self.scope.dead
        self.scope.env, self.scope.dead = merge(end, entry, during), entry_dead
        before = dict(self.scope.env)
        self.block(node.finalbody)
        changed = {name: defs for name, defs in self.scope.env.items() if before.get(name) != defs}
        self.scope.env, self.scope.dead = (
            {**(end if ends else before), **changed},
            end_dead or (self.scope.dead and not entry_dead),
        )

    _trystar = _try

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            value = convert(item.context_expr, self.scope)
            if item.optional_vars is not None:
                bind_target(item.optional_vars, value, f.Kind.ENTER, self.scope)
        self.block(node.body)

    _asyncwith = _with

    # -- loops ------------------------------------------------------------------------------------------------------------

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        over = convert(node.iter, self.scope)
        self._loop("for", over, node, lambda: bind_target(node.target, over, f.Kind.EACH, self.scope))

    _asyncfor = _for

    def _while(self, node: ast.While) -> None:
        self._loop("while", None, node, lambda: None)

    def _loop(self, kind: str, over: f.Expr | None, node: ast.For | ast.AsyncFor | ast.While, start: object) -> None:
        scope = self.scope
        entry_dead = scope.dead
        changing = assigned(node.body) | (set() if isinstance(node, ast.While) else set(names_of(node.target)))
        joins = {name: scope.join(name, scope.env.get(name, ())) for name in sorted(changing) if scope.is_local(name)}
        forever = False
        if isinstance(node, ast.While):
            over = convert(node.test, scope)
            forever = isinstance(over, f.Const) and bool(over.value)
        assert over is not None
        scope.enter_loop(kind, over, scope.span(node))
        scope.guards.append(over)
        head = dict(scope.env)
        self.breaks.append([])
        self.continues.append([])
        scope.when.append(0)
        start()  # type: ignore[operator]
        self.block(node.body)
        scope.when.pop()
        ends = self.continues.pop()
        if not scope.dead:
            ends.append(scope.env)
        for end in ends:
            for name, index in joins.items():
                scope.widen(index, end.get(name, ()))
        scope.guards.pop()
        scope.leave_loop()
        breaks = self.breaks.pop()
        scope.env, scope.dead = head, entry_dead
        if not forever:
            self.block(node.orelse, 0)
        outs = breaks if forever else [*breaks, scope.env]
        if outs:
            scope.env = merge(*outs)
        else:
            scope.dead = True

    # -- definitions ------------------------------------------------------------------------------------------------------

    def _functiondef(self, node: _Function) -> None:
        decorators = tuple(convert(d, self.scope) for d in node.decorator_list)
        inner = self.file.add("function", node.name, self.scope, self.scope.span(node))
        inner.params = parameters(node.args, self.scope)
        inner.decorators = decorators
        inner.return_annotation = annotation(node.returns, self.scope)
        inner.is_async = isinstance(node, ast.AsyncFunctionDef)
        inner.abstract = does_nothing(node.body)
        self.scope.bind(node.name, f.Kind.SCOPE, self.scope.span(node), scope=inner.index)
        self.file.pending.append((inner, node))

    _asyncfunctiondef = _functiondef

    def _classdef(self, node: ast.ClassDef) -> None:
        decorators = tuple(convert(d, self.scope) for d in node.decorator_list)
        bases = tuple(convert(b, self.scope) for b in node.bases)
        for keyword in node.keywords:
            convert(keyword.value, self.scope)
        inner = self.file.add("class", node.name, self.scope, self.scope.span(node))
        inner.decorators, inner.bases = decorators, bases
        self.scope.bind(node.name, f.Kind.SCOPE, self.scope.span(node), scope=inner.index)
        self.file.pending.append((inner, node))


def fill(file: FileBuilder, scope: ScopeBuilder, node: ast.AST) -> None:
    """Convert the body that belongs to a scope."""
    if isinstance(node, ast.Lambda):
        scope.locals = {p.name for p in scope.params}
        _bind_parameters(scope)
        scope.returns.append(convert(node.body, scope))
        scope.return_whens.append(())
        return
    assert isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    scope.outer_names = outer_names(node.body)
    scope.locals = bound(node.body) | {p.name for p in scope.params}
    _bind_parameters(scope)
    Walker(file, scope).block(node.body)


def _bind_parameters(scope: ScopeBuilder) -> None:
    for parameter in scope.params:
        scope.bind(parameter.name, f.Kind.PARAM, scope.scope_span, annotation=parameter.annotation)


def does_nothing(body: _Body) -> bool:
    """`pass`, `...`, a docstring, or raising NotImplementedError: a declaration rather than code."""
    for node in body:
        if isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            continue
        if isinstance(node, ast.Raise) and node.exc is not None:
            exc = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            if isinstance(exc, ast.Name) and exc.id in ("NotImplementedError", "NotImplemented"):
                continue
        return False
    return True


def _statements(body: _Body) -> Iterator[ast.AST]:
    """All nodes of a body that belong to the same scope."""
    stack: list[ast.AST] = list(body)
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, _Function | ast.ClassDef):
            stack.extend(node.decorator_list)
        elif not isinstance(node, ast.Lambda):
            stack.extend(ast.iter_child_nodes(node))


def bound(body: _Body) -> set[str]:
    """The names that a body binds."""
    found: set[str] = set()
    for node in _statements(body):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, _Function | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found.update(a.asname or a.name.split(".")[0] for a in node.names if a.name != "*")
        elif isinstance(node, ast.ExceptHandler) and node.name:
            found.add(node.name)
        elif isinstance(node, ast.MatchAs | ast.MatchStar) and node.name:
            found.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            found.add(node.rest)
    return found


def assigned(body: _Body) -> set[str]:
    """The names that a body binds or mutates: those whose state can differ in the next round of a loop."""
    found = bound(body)
    for node in _statements(body):
        target: ast.AST | None = None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MUTATORS:
            target = node.func.value
        elif isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
            target = node.value
        while isinstance(target, ast.Subscript):
            target = target.value
        if isinstance(target, ast.Name):
            found.add(target.id)
    return found


def outer_names(body: _Body) -> set[str]:
    """The names declared `global` or `nonlocal`."""
    return {name for node in _statements(body) if isinstance(node, ast.Global | ast.Nonlocal) for name in node.names}


def pattern_names(pattern: ast.pattern) -> list[str]:
    """The names that a `case` pattern captures."""
    found = []
    for node in ast.walk(pattern):
        name = getattr(node, "rest", None) if isinstance(node, ast.MatchMapping) else getattr(node, "name", None)
        if isinstance(name, str):
            found.append(name)
    return found


__all__ = ["MUTATORS", "Walker", "arguments", "assigned", "bound", "fill", "names_of"]
