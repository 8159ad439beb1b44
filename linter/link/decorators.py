"""Decorators of the repository: what a decorated function or class really is, where it is no longer what was written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from linter.link.program import ScopeKey, last_name
from linter.model import facts as f
from linter.model.values import Frame, Instance, ScopeValue, Value, alternatives, core

if TYPE_CHECKING:
    from linter.link.trace import Tracer

_PYTHONS_OWN = frozenset({
    "property", "staticmethod", "classmethod", "cached_property", "setter", "getter", "deleter", "wraps", "lru_cache", "cache",
    "contextmanager", "asynccontextmanager", "abstractmethod", "dataclass", "overload", "singledispatch", "total_ordering",
    "override", "final", "runtime_checkable", "unique", "fixture", "parametrize",
})  # fmt: skip
"""What they do is known elsewhere, or does not matter."""


class Decorators:
    """Applies the repository's own decorators. Those from outside are taken for transparent."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        self._known: dict[tuple[str, int, int], tuple[Value, ...]] = {}
        self._calls: dict[int, tuple[f.Expr, f.Call]] = {}

    def applied(self, file: str, index: int, frame: Frame | None = None) -> Iterator[tuple[f.Call, Frame, Value, Value]]:
        """Each application of a decorator to a class or function, the inmost first: the call that it amounts to, the frame it
        stands in, the decorator, and what it is handed."""
        tracer = self._tracer
        scope = tracer.program.scope(file, index)
        around = frame or tracer.program.frame(file, max(scope.parent, 0))
        handed: Value = plain(tracer.scope_value(file, index, around))
        for expr in reversed(scope.decorators):
            if last_name(expr.func if isinstance(expr, f.Call) else expr) not in _PYTHONS_OWN:
                decorator = tracer.value(expr, around)
                if any(isinstance(o, ScopeValue | Instance) for o in alternatives(decorator)):
                    yield self.bare_call(expr), around, decorator, handed
                    handed = self._given(expr, around, decorator, handed)

    def bare_call(self, expr: f.Expr) -> f.Call:
        """The call of an expression without arguments: `@traced` is one of `traced`. One object for each expression."""
        if id(expr) not in self._calls:
            self._calls[id(expr)] = (expr, f.Call(expr.span, expr, ()))
        return self._calls[id(expr)][1]

    def _given(self, expr: f.Expr, around: Frame, decorator: Value, handed: Value) -> Value:
        tracer = self._tracer
        options = [tracer.call(core(o), self.bare_call(expr), around, ((None, handed),)) for o in alternatives(decorator)]
        return tracer.join(options, tracer.place(expr, around), "decorated")

    def instead(self, target: ScopeValue) -> tuple[Value, ...]:
        """What stands for a decorated function: wrappers that do more than to hand the call on, with the function itself where a
        decorator may leave it as it is. Empty: it is the function."""
        scope = self._tracer.program.scope(target.file, target.scope)
        if target.plain or not scope.decorators:
            return ()
        key = (target.file, target.scope, id(target.frame))
        if key not in self._known:
            self._known[key] = ()  # a decorator that is decorated with itself
            self._known[key] = self._find(target)
        return self._known[key]

    def _find(self, target: ScopeValue) -> tuple[Value, ...]:
        tracer = self._tracer
        current: tuple[Value, ...] = ()
        for call, around, decorator, _ in self.applied(target.file, target.scope, target.frame):
            handed = tracer.join(list(current), tracer.place(call, around), "decorated") if current else plain(target)
            kept: list[Value] = []
            for option in alternatives(self._given(call.func, around, decorator, handed)):
                if isinstance(option, ScopeValue) and option.kind in ("function", "lambda"):
                    same = (option.file, option.scope) == (target.file, target.scope)
                    kept.extend(alternatives(handed) if same or self._hands_on(option) else (option,))
                elif isinstance(option, ScopeValue) or (isinstance(option, Instance) and option.extra):
                    kept.append(option)
            current = tuple(kept) or current
        if all(isinstance(one, ScopeValue) and (one.file, one.scope) == (target.file, target.scope) for one in current):
            return ()
        return current

    def _hands_on(self, wrapper: ScopeValue) -> bool:
        """`return work(*args, **kwargs)` with the wrapper's own arguments, and nothing else that it may return."""
        scope = self._tracer.program.scope(wrapper.file, wrapper.scope)
        results = (*scope.returns, *scope.yields)
        return bool(results) and all(self._is_handed_on(one, scope, wrapper.file, 0) for one in results)

    def _is_handed_on(self, result: f.Expr, scope: f.Scope, file: str, depth: int) -> bool:
        if isinstance(result, f.Spread):
            return self._is_handed_on(result.value, scope, file, depth)
        if isinstance(result, f.Name) and result.defs and depth < 4:
            found = [scope.bindings[d] for d in result.defs]
            return all(b.value is not None and not b.path and self._is_handed_on(b.value, scope, file, depth + 1) for b in found)
        return isinstance(result, f.Call) and self._is_work(result.func, scope, file) and _passes_all(result, scope)

    def _is_work(self, func: f.Expr, scope: f.Scope, file: str) -> bool:
        """Whether a name is a parameter of a function around the wrapper."""
        if not isinstance(func, f.Name) or func.defs is not None:
            return False
        program = self._tracer.program
        while scope.parent >= 0:
            scope = program.scope(file, scope.parent)
            if any(p.name == func.name for p in scope.params):
                return scope.kind == "function"
        return False


def plain(target: ScopeValue) -> ScopeValue:
    """A class or function without its decorators."""
    return ScopeValue(
        target.place, target.file, target.scope, target.kind, target.name, target.frame, target.receiver, target.extra, True
    )


def key_of(value: ScopeValue) -> ScopeKey:
    return value.file, value.scope


def _is_parameter(name: f.Name, scope: f.Scope) -> bool:
    """Whether a name still is what was passed."""
    return bool(name.defs) and all(scope.bindings[d].kind is f.Kind.PARAM for d in name.defs or ())


def _passes_all(call: f.Call, scope: f.Scope) -> bool:
    """Whether a call passes the parameters of a scope on as they are."""
    given = [(a.name, a.stars, a.value.name) for a in call.args if isinstance(a.value, f.Name) and _is_parameter(a.value, scope)]
    if len(given) < len(call.args):
        return False
    wanted = [p.name for p in scope.params]
    plainly = [name for name, stars, _ in given if stars == 0]
    if [value for _, _, value in given] != wanted:
        return False
    kinds = {"args": 1, "kwargs": 2}
    return all(
        stars == kinds.get(p.kind, 0) and (name == p.name if p.kind == "only" else name in (None, p.name))
        for (name, stars, _), p in zip(given, scope.params, strict=True)
    ) and len(plainly) == len([p for p in scope.params if p.kind not in kinds])
