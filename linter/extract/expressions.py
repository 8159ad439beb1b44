"""Python expressions -> neutral expressions, with the bindings that reach each name."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from linter.model import facts as f

if TYPE_CHECKING:
    from linter.extract.scopes import ScopeBuilder

OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.BitOr: "|",
    ast.BitAnd: "&",
    ast.BitXor: "^",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.MatMult: "@",
}
COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}
MAX_ITEMS = 4000
"""Of one display: a longer one is data, not architecture. What is cut is said in the value."""

_Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp


def convert(node: ast.expr, scope: ScopeBuilder) -> f.Expr:
    """One expression. Long chains (`a.b().c()`, `a + b + c`) are taken in a loop, since recursion would overflow."""
    if isinstance(node, ast.Attribute | ast.Call | ast.Subscript | ast.Await):
        return _chain(node, scope)
    if isinstance(node, ast.BinOp):
        return _binary(node, scope)
    if isinstance(node, ast.Name):
        return f.Name(scope.span(node), node.id, scope.reaching(node.id))
    if isinstance(node, ast.Constant):
        value = node.value
        if value is None or isinstance(value, str | int | float | bool):
            return f.Const(scope.span(node), value)
        return f.Other(scope.span(node), type(value).__name__, ())
    if isinstance(node, ast.JoinedStr):
        return _text(node, scope)
    if isinstance(node, ast.Dict):
        return _map(node, scope)
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return f.Seq(scope.span(node), type(node).__name__.lower(), _items(node.elts, scope))
    return _rest(node, scope)


def _rest(node: ast.expr, scope: ScopeBuilder) -> f.Expr:
    span = scope.span(node)
    if isinstance(node, ast.BoolOp):
        op = "or" if isinstance(node.op, ast.Or) else "and"
        return f.Either(span, op, tuple(convert(v, scope) for v in node.values), None)
    if isinstance(node, ast.IfExp):
        test = convert(node.test, scope)
        return f.Either(span, "if", (convert(node.body, scope), convert(node.orelse, scope)), test)
    if isinstance(node, ast.Lambda):
        return f.Lambda(span, scope.file.add_lambda(node, scope))
    if isinstance(node, ast.NamedExpr):
        value = convert(node.value, scope)
        scope.bind(node.target.id, f.Kind.VALUE, scope.span(node), value=value)
        return value
    if isinstance(node, _Comprehension):
        return _comprehension(node, scope)
    if isinstance(node, ast.UnaryOp):
        return _unary(node, scope)
    if isinstance(node, ast.Compare):
        if len(node.ops) == 1:
            return f.Compare(span, COMPARISONS[type(node.ops[0])], convert(node.left, scope), convert(node.comparators[0], scope))
        return f.Other(span, "compare", (convert(node.left, scope), *(convert(c, scope) for c in node.comparators)))
    if isinstance(node, ast.Starred):
        return f.Spread(span, convert(node.value, scope))
    if isinstance(node, ast.Yield | ast.YieldFrom):
        if node.value is None:
            return f.Other(span, "yield", ())
        value = convert(node.value, scope)
        scope.yields.append(f.Spread(span, value) if isinstance(node, ast.YieldFrom) else value)
        return f.Other(span, "yield", ())
    if isinstance(node, ast.Slice):
        lower, upper, step = (None if part is None else convert(part, scope) for part in (node.lower, node.upper, node.step))
        return f.Slice(span, lower, upper, step)
    children = tuple(convert(c, scope) for c in ast.iter_child_nodes(node) if isinstance(c, ast.expr))
    return f.Other(span, type(node).__name__.lower(), children)


def _chain(node: ast.expr, scope: ScopeBuilder) -> f.Expr:
    chain: list[ast.Attribute | ast.Call | ast.Subscript] = []
    while True:
        if isinstance(node, ast.Attribute | ast.Subscript):
            chain.append(node)
            node = node.value
        elif isinstance(node, ast.Call):
            chain.append(node)
            node = node.func
        elif isinstance(node, ast.Await):
            node = node.value
        else:
            break
    value = convert(node, scope)
    for link in reversed(chain):
        span = scope.span(link)
        if isinstance(link, ast.Attribute):
            value = f.Attr(span, value, link.attr)
        elif isinstance(link, ast.Subscript):
            value = f.Item(span, value, convert(link.slice, scope))
        else:
            value = call = f.Call(span, value, arguments(link, scope))
            guard = scope.guards[-1] if scope.guards else None
            scope.calls.append(f.CallSite(call, tuple(scope.loop_stack), guard, tuple(scope.when)))
    return value


def arguments(node: ast.Call, scope: ScopeBuilder) -> tuple[f.Arg, ...]:
    """The arguments of a call, positional ones first, as Python's own tree has them."""
    found: list[f.Arg] = []
    for arg in node.args:
        if isinstance(arg, ast.Starred):
            found.append(f.Arg(None, 1, convert(arg.value, scope)))
        else:
            found.append(f.Arg(None, 0, convert(arg, scope)))
    for keyword in node.keywords:
        found.append(f.Arg(keyword.arg, 0 if keyword.arg else 2, convert(keyword.value, scope)))
    return tuple(found)


def _binary(node: ast.BinOp, scope: ScopeBuilder) -> f.Expr:
    spine: list[ast.BinOp] = []
    left: ast.expr = node
    while isinstance(left, ast.BinOp):
        spine.append(left)
        left = left.left
    value = convert(left, scope)
    for link in reversed(spine):
        op = OPERATORS.get(type(link.op), "?")
        right = convert(link.right, scope)
        if isinstance(value, f.Binary) and value.op == op and op in "+|" and not _bracketed(link, value):
            value = (
                f.Binary(scope.span(link), op, (*value.items, right))
                if len(value.items) < 64
                else f.Binary(scope.span(link), op, (value, right))
            )
        else:
            value = f.Binary(scope.span(link), op, (value, right))
    return value


def _bracketed(link: ast.BinOp, value: f.Binary) -> bool:
    return not isinstance(link.left, ast.BinOp)


def _text(node: ast.JoinedStr, scope: ScopeBuilder) -> f.Expr:
    items: list[f.Expr] = []
    for part in node.values:
        items.append(convert(part.value if isinstance(part, ast.FormattedValue) else part, scope))
    return f.Text(scope.span(node), tuple(items))


def _items(nodes: list[ast.expr], scope: ScopeBuilder) -> tuple[f.Expr, ...]:
    items = tuple(convert(e, scope) for e in nodes[:MAX_ITEMS])
    if len(nodes) > MAX_ITEMS:
        span = scope.span(nodes[MAX_ITEMS])
        items = (*items, f.Spread(span, f.Other(span, f"{len(nodes) - MAX_ITEMS} more items", ())))
    return items


def _map(node: ast.Dict, scope: ScopeBuilder) -> f.Expr:
    keys = tuple(None if k is None else convert(k, scope) for k in node.keys[:MAX_ITEMS])
    values = _items(node.values, scope)
    return f.Map(scope.span(node), (*keys, *(None for _ in values[len(keys) :])), values)


def _unary(node: ast.UnaryOp, scope: ScopeBuilder) -> f.Expr:
    inner = convert(node.operand, scope)
    if isinstance(node.op, ast.USub) and isinstance(inner, f.Const) and isinstance(inner.value, int | float):
        return f.Const(scope.span(node), -inner.value)
    return f.Other(scope.span(node), type(node.op).__name__.lower(), (inner,))


def _comprehension(node: _Comprehension, scope: ScopeBuilder) -> f.Expr:
    """Its variables live in the scope's own table of bindings, visible only while it is converted."""
    sources: list[f.Expr] = []
    tests: list[f.Expr] = []
    hidden: list[tuple[str, tuple[int, ...] | None]] = []
    entered = 0
    for generator in node.generators:
        source = convert(generator.iter, scope)
        sources.append(source)
        scope.enter_loop("for", source, scope.span(generator.iter))
        entered += 1
        for name in names_of(generator.target):
            hidden.append((name, scope.hide(name)))
        bind_target(generator.target, source, f.Kind.EACH, scope)
        tests.extend(convert(t, scope) for t in generator.ifs)
    if isinstance(node, ast.DictComp):
        kind, key, element = "map", convert(node.key, scope), convert(node.value, scope)
    else:
        kind = {ast.ListComp: "list", ast.SetComp: "set", ast.GeneratorExp: "generator"}[type(node)]
        key, element = None, convert(node.elt, scope)
    for _ in range(entered):
        scope.leave_loop()
    for name, defs in reversed(hidden):
        scope.restore(name, defs)
    return f.Each(scope.span(node), kind, element, key, tuple(sources), tuple(tests))


def names_of(target: ast.expr) -> list[str]:
    """The plain names that an assignment target binds."""
    found: list[str] = []
    stack = [target]
    while stack:
        one = stack.pop()
        if isinstance(one, ast.Name):
            found.append(one.id)
        elif isinstance(one, ast.Tuple | ast.List):
            stack.extend(one.elts)
        elif isinstance(one, ast.Starred):
            stack.append(one.value)
    return found


def bind_target(
    target: ast.expr,
    value: f.Expr,
    kind: f.Kind,
    scope: ScopeBuilder,
    path: tuple[int, ...] = (),
    annotation: f.Expr | None = None,
) -> None:
    """Bind every name of an assignment target to its share of `value`; attributes and items become writes."""
    if isinstance(target, ast.Name):
        given = f.Kind.UNPACK if path and kind is f.Kind.VALUE else kind
        scope.bind(target.id, given, scope.span(target), value=value, path=path, annotation=annotation)
    elif isinstance(target, ast.Tuple | ast.List):
        for position, element in enumerate(target.elts):
            if isinstance(element, ast.Starred):
                # How many elements the star takes is not known, so the ones after it are not, either.
                for later in target.elts[position:]:
                    for name in names_of(later):
                        scope.bind(name, f.Kind.OPAQUE, scope.span(later), value=value)
                return
            bind_target(element, value, kind, scope, (*path, position))
    elif isinstance(target, ast.Attribute):
        base = convert(target.value, scope)
        scope.write(base, target.attr, "=", (f.Arg(None, 0, _share(value, path)),), scope.span(target))
    elif isinstance(target, ast.Subscript):
        key = convert(target.slice, scope)
        scope.change(target.value, "setitem", (f.Arg(None, 0, key), f.Arg(None, 0, _share(value, path))), scope.span(target))


def _share(value: f.Expr, path: tuple[int, ...]) -> f.Expr:
    """What one target of an unpacked assignment gets."""
    for position in path:
        value = f.Item(value.span, value, f.Const(value.span, position))
    return value
