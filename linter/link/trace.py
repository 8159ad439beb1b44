"""Tracing: from an expression back to where its value comes from.

One mechanism for every question. It is demand-driven, memoised and bounded; a bound that is hit gives `Unknown` with
that reason. The rooms beside this one: `functions` (arguments, callers), `classes` (attributes), `collections` (items, text,
mutations), `library` (what Python's own library means).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from linter.link import (
    changes,
    classes,
    collections,
    command_line,
    conditions,
    data,
    dictionaries,
    dynamic,
    env_readers,
    foreign,
    functions,
    items,
    library,
    records,
    rounds,
    schemas,
    settings,
    unseen,
)
from linter.link.decorators import Decorators
from linter.link.environment import Environment
from linter.link.identity import Identities
from linter.link.indirect import Indirect
from linter.link.outside import NOTHING, Outside
from linter.link.program import Program, WriteIn
from linter.model import facts as f
from linter.model.place import Place
from linter.model.source import Scope as FileScope
from linter.model.values import (
    Again,
    Alternatives,
    CallValue,
    Changed,
    Collected,
    Constant,
    Extra,
    Frame,
    Instance,
    Listing,
    Mapping,
    Member,
    ModuleValue,
    Prepared,
    ScopeValue,
    Symbol,
    Unknown,
    Value,
    Via,
    core,
    root_of,
    with_root,
)

MAX_DEPTH = 5
"""Calls inside calls whose arguments are kept apart. Deeper ones get the arguments of all their callers: the number of ways
through a program doubles with each level, and a wrapper around a wrapper around a wrapper is rare."""
MAX_OPTIONS = 24
"""Alternatives of one value; more are cut, and the cut is said."""
MAX_OPEN = 700
"""Questions that wait for each other."""
MAX_STEPS = 24_000
"""Expressions evaluated for one question."""
FREE_STEPS = 2_000
"""What every question may take."""
MAX_EXTRA_STEPS = 80_000
"""What all questions together may take beyond that: in a program that is one tangle, the later ones are given up sooner."""
MAX_CALLEE_STEPS = 10_000
"""For the question what is called: real ones need some hundred."""
MAX_SHARED = 8
"""Objects of which one may have been changed that are looked at each by itself."""
MAX_TEST_STEPS = 400
"""For the question whether a branch runs. Where it is harder, both ways count."""
MAX_WORTH = 300
"""An answer that takes more and is cut is kept as it is: what asks for it again would spend as much on it in vain."""

_OF_DICTIONARIES = ("get", "pop", "setdefault", "values", "keys", "items", "copy")
_Key = tuple[object, ...]
_Made = TypeVar("_Made")


class Tracer:
    """Traces expressions of one program. `trace` is the way in; the rest serves the rooms beside."""

    def __init__(self, program: Program, outside: Outside = NOTHING) -> None:
        """`outside`: what decorators of frameworks do."""
        self.program = program
        self.outside = outside
        self._memos: dict[bool, dict[_Key, Value]] = {True: {}, False: {}}
        """Of questions about the product, and of others: a product is not what its tests put into it."""
        self._memo = self._memos[True]
        self._open: dict[_Key, int] = {}
        self._provisional: dict[_Key, tuple[Value, int, bool]] = {}
        """Answers that came back to questions that are still open: the depths of these as bits, and whether they were cut."""
        self._until: dict[int, list[_Key]] = {}
        """Which of them end with the question at a depth."""
        self._given_up: dict[_Key, tuple[Value, int]] = {}
        """Answers that were cut, with the bound of the question."""
        self._hits = 0
        """Depths of the open questions that the present one came back to, as bits."""
        self._cut = False
        """A bound was hit in the present question."""
        self.identities = Identities()
        self._frames: dict[tuple[object, ...], Frame] = {}
        self._keep: list[object] = []
        self._members: dict[tuple[int, str, Place], tuple[Value, Value]] = {}
        self._shared: dict[tuple[object, ...], tuple[tuple[Value, ...], Value]] = {}
        self._leaves: dict[int, tuple[Value, tuple[Value, ...]]] = {}
        self._derived: dict[tuple[int, str], tuple[f.Call, f.Call]] = {}
        self._hard_tests: set[Frame] = set()
        self._steps = 0
        self._budget = self._next_budget = MAX_STEPS
        self._left = MAX_EXTRA_STEPS
        self.origin = FileScope.PRODUCT
        """Where the question is asked from: callers in tests count only for questions about tests."""
        self.closed: frozenset[str] = frozenset()
        """Dotted names of own functions whose results are taken as they are, without a look at how they are made."""
        self.builtins: dict[str, Symbol] = {}
        self.mappings: dict[int, tuple[Value, Mapping | None]] = {}
        # One step of a trace takes about ten frames of Python; `once` stops at MAX_OPEN steps.
        sys.setrecursionlimit(max(sys.getrecursionlimit(), 20 * MAX_OPEN))
        self.data = data.Data(self)
        self.environment = Environment(self)
        self.schemas = schemas.Schemas(self)
        self.classes = classes.Classes(self)
        self.functions = functions.Functions(self)
        self.decorators = Decorators(self)
        self.indirect = Indirect(self)
        self._prepared = False

    # -- the way in -------------------------------------------------------------------------------------------------------

    def trace(self, expr: f.Expr, frame: Frame, budget: int = MAX_STEPS) -> Value:
        """The value of an expression of the repository in a frame, for at most `budget` evaluations."""
        self.ask(frame, budget)
        return self.value(expr, frame)

    def ask(self, frame: Frame, budget: int = MAX_STEPS) -> None:
        """A new question begins, about something in that frame."""
        if not self._open:
            self._begin(frame.module)
            self._next_budget = budget

    def value(self, expr: f.Expr, frame: Frame) -> Value:
        """Like `trace`, from inside a trace."""
        if isinstance(expr, f.Const):
            return Constant(self.place(expr, frame), expr.value)
        key = (id(expr), id(frame))
        if self._open and (known := self._memo.get(key)) is not None:
            return known
        return self.once(key, str(getattr(expr, "name", expr.tag)), self.place(expr, frame), lambda: self._evaluate(expr, frame))

    def once(self, key: _Key, name: str, place: Place, work: object) -> Value:
        """Memoised work that may come back to itself: then `Again` stands where it would begin anew."""
        if not self._open:
            self._begin(place.file)
        known = self._memo.get(key)
        if known is not None:
            return known
        held = self._provisional.get(key)
        if held is not None:
            self._hits |= held[1]
            self._cut = self._cut or held[2]
            return held[0]
        depth = self._open.get(key)
        if depth is not None:
            self._hits |= 1 << depth
            return Again(place, name)
        tried = self._given_up.get(key)
        if tried is not None and self._budget <= tried[1]:
            return tried[0]
        self._steps += 1
        depth = len(self._open)
        if self._steps > self._budget or depth > MAX_OPEN:
            self._cut = True
            return Unknown(place, "too many steps to follow" if depth <= MAX_OPEN else "too deep to follow")
        hits, cut, started = self._hits, self._cut, self._steps
        self._hits, self._cut = 0, False
        self._open[key] = depth
        try:
            result: Value = work()  # type: ignore[operator]
        finally:
            del self._open[key]
            inner, inner_cut = self._hits & ((1 << depth) - 1), self._cut
            self._hits, self._cut = hits | inner, cut or inner_cut
            for one in self._until.pop(depth, ()):
                del self._provisional[one]
        if inner_cut and not inner:
            if not depth or self._steps - started > MAX_WORTH:
                self._given_up[key] = (result, self._budget)  # the next question would not get further
        elif not inner:
            # Nothing in it depends on a question that is still open, so it holds for every later one.
            self._memo[key] = result
        else:
            # It holds as long as every question is open that it came back to.
            self._provisional[key] = (result, inner, inner_cut)
            self._until.setdefault(inner.bit_length() - 1, []).append(key)
        return result

    def leave_open(self) -> None:
        """The present answer is not kept: it holds only until something is known that is being looked for."""
        self._cut = True

    def apart(self, work: Callable[[], _Made]) -> _Made:
        """Work that may leave its own answers open, and not the present one."""
        cut = self._cut
        try:
            return work()
        finally:
            self._cut = cut

    def _begin(self, file: str) -> None:
        """A new question, asked from that file."""
        if not self._prepared:
            self._prepared = True
            self.indirect.prepare()
            # What was worked out on the way did not know all callers yet.
            self._memos[True].clear()
            self._memos[False].clear()
            self._members.clear()
            self._given_up.clear()
        self._left -= max(0, self._steps - FREE_STEPS)
        self._steps, self._budget = 0, min(self._next_budget, FREE_STEPS + max(self._left, 0))
        self._next_budget = MAX_STEPS
        self._hits, self._cut = 0, False
        self.origin = self.program.file_scopes.get(file, FileScope.PRODUCT)
        self._memo = self._memos[self.origin is FileScope.PRODUCT]

    # -- expressions ------------------------------------------------------------------------------------------------------

    def _evaluate(self, expr: f.Expr, frame: Frame) -> Value:
        place = self.place(expr, frame)
        if isinstance(expr, f.Name):
            return self.name(expr, frame)
        if isinstance(expr, f.Attr):
            return self.member(self.value(expr.base, frame), expr.name, place)
        if isinstance(expr, f.Call):
            return self.call(self.value(expr.func, frame), expr, frame)
        if isinstance(expr, f.Item):
            return items.item(self, self.value(expr.base, frame), expr.key, frame, place)
        if isinstance(expr, f.Either):
            return collections.either(self, expr, frame, place)
        if isinstance(expr, f.Lambda):
            scope = self.program.scope(frame.module, expr.scope)
            return ScopeValue(place, frame.module, expr.scope, "lambda", self.program.dotted(frame.module, scope), frame)
        if isinstance(expr, f.Each):
            return collections.comprehension(self, expr, frame, place)
        if isinstance(expr, f.Spread):
            return self.value(expr.value, frame)
        if isinstance(expr, f.Compare) or (isinstance(expr, f.Other) and expr.what == "not"):
            known = conditions.truth(self, expr, frame)
            if known is not None:
                return Constant(place, known)
            return Unknown(
                place,
                f"the value of a {expr.tag if isinstance(expr, f.Compare) else expr.what} expression",
                tuple(self.value(p, frame) for p in expr.parts()[:4]),
            )
        if isinstance(expr, f.Other):
            if expr.what == "yield":
                return Unknown(place, "what is sent to a generator")
            return Unknown(place, f"the value of a {expr.what} expression", tuple(self.value(p, frame) for p in expr.items[:4]))
        return collections.display(self, expr, frame, place)

    def name(self, expr: f.Name, frame: Frame) -> Value:
        """What a name holds at its place in the program, with what functions that it was handed to have done to it."""
        value = self._name(expr, frame)
        return value if expr.defs is None else self.functions.after_calls(value, expr, frame)

    def _name(self, expr: f.Name, frame: Frame) -> Value:
        scope = self.program.scope(frame.module, frame.scope)
        place = self.place(expr, frame)
        if expr.defs is not None:
            defs = expr.defs or tuple(b.index for b in scope.bindings if b.name == expr.name and b.kind is not f.Kind.JOIN)
            options = self.reaching(defs, scope, frame)
            options.extend(self._set_further_in(expr.name, scope, frame.module))
            value = self.join(options, place, expr.name)
            writes = self.program.global_writes.get((frame.module, expr.name), ()) if scope.kind == "module" else ()
            return changes.apply_writes(self, value, writes, lasting=True) if writes else value
        return self.outer_name(expr.name, scope, frame, place)

    def _set_further_in(self, name: str, scope: f.Scope, path: str, frame: Frame | None = None) -> list[Value]:
        """What functions inside of a scope assign to its name, declared `global` or `nonlocal` there. `frame`: of one of them."""
        found: list[Value] = []
        for index, bound in self.program.global_bindings.get((path, name), ()):
            around = self.program.scope(path, self.program.scope(path, index).parent)
            while around.parent >= 0 and around.index != scope.index:
                around = self.program.scope(path, around.parent)
            if around.index == scope.index:
                own = frame if frame is not None and frame.scope == index else self.program.frame(path, index)
                found.append(self.binding(bound, self.program.scope(path, index), own))
        return found

    def outer_name(self, name: str, scope: f.Scope, frame: Frame, place: Place) -> Value:
        """A name that belongs to a scope further out, or to Python itself."""
        current, around = scope, frame
        while current.parent >= 0:
            parent = self.program.scope(frame.module, current.parent)
            around = around.outer or self.program.frame(frame.module, parent.index)
            current = parent
            if current.kind in ("class", "module"):
                continue
            defs = current.exits.get(name) or tuple(
                b.index for b in current.bindings if b.name == name and b.kind is not f.Kind.JOIN
            )
            if defs:
                options = self.reaching(defs, current, around)
                return self.join([*options, *self._set_further_in(name, current, frame.module, frame)], place, name)
        found = self.module_member(frame.module, name, place, asker=scope.index)
        if found is not None:
            return found
        return self.builtins.setdefault(name, Symbol(place, f"builtins.{name}"))

    def module_member(
        self, path: str, name: str, place: Place, seen: frozenset[str] = frozenset(), asker: int | None = None
    ) -> Value | None:
        """A name of a module, with what functions of the module do to it. None when the module has no such name. `asker`: the
        scope of the module that asks."""
        module = self.program.scope(path, 0)
        frame = self.program.frame(path, 0)
        options = self.reaching(self.program.exits(path, name, asker), module, frame)
        for index, bound in self.program.global_bindings.get((path, name), ()):
            inner = self.program.scope(path, index)
            options.append(self.binding(bound, inner, self.program.frame(path, index)))
        if options:
            value = self.join(options, place, name)
            writes = self.program.global_writes.get((path, name), ())
            value = changes.apply_writes(self, value, writes, lasting=True) if writes else value
            if isinstance(core(value), ScopeValue | ModuleValue | Symbol | Again):
                return value
            return Via(place, value, "variable", f"{self.program.names[path]}.{name}")
        for star, level in module.stars:
            target = self.program.modules.star(path, star, level)
            if target is None or target in seen or target not in self.program.files:
                continue
            found = self.module_member(target, name, place, seen | {path})
            if found is not None:
                return found
        return None

    # -- bindings ---------------------------------------------------------------------------------------------------------

    def reaching(self, defs: Sequence[int], scope: f.Scope, frame: Frame) -> list[Value]:
        """What the bindings that reach a point give, without those in branches that surely do not run."""
        return [self.binding(one, scope, frame) for one in conditions.reaching(self, defs, scope, frame)]

    def test(self, scope: f.Scope, number: int, frame: Frame) -> bool | None:
        """Whether the test of that number holds in a frame of its scope; None where that is not known, or is hard to find out."""
        expr = scope.tests[number - 1]
        key = ("test", id(expr), id(frame))
        if frame in self._hard_tests or self._steps >= self._budget:
            return None
        place = self.place(expr, frame)

        def ask() -> Value:
            known = conditions.truth(self, expr, frame)
            return Unknown(place, "a test") if known is None else Constant(place, known)

        budget, cut, started = self._budget, self._cut, self._steps
        self._budget = min(budget, started + MAX_TEST_STEPS)
        known = self.once(key, "test", place, ask)
        if self._budget < budget and self._steps > self._budget:
            self._hard_tests.add(frame)  # the next test of the function would look at the same values
            self._cut = cut
        self._budget = budget
        return bool(known.value) if isinstance(known, Constant) else None

    def binding(self, bound: f.Binding, scope: f.Scope, frame: Frame) -> Value:
        if bound.kind is f.Kind.SCOPE:
            return self.scope_value(frame.module, bound.scope, frame)
        key = (id(bound), id(frame))
        if self._open and (known := self._memo.get(key)) is not None:
            return known
        place = self.at(bound.span if bound.span[0] else scope.span, frame)
        return self.once(key, bound.name, place, lambda: self._bound(bound, scope, frame, place))

    def _bound(self, bound: f.Binding, scope: f.Scope, frame: Frame, place: Place) -> Value:
        kind, expr = bound.kind, bound.value
        if kind is f.Kind.PARAM:
            return self.functions.parameter(bound.name, scope, frame, place)
        if kind is f.Kind.IMPORT:
            return self.imported(bound, frame, place)
        if kind is f.Kind.JOIN:
            return self.join(self.reaching(bound.before, scope, frame), place, bound.name)
        if kind is f.Kind.CHANGE:
            if (unrolled := rounds.change(self, bound, scope, frame, place)) is not None:
                return unrolled
            base = self.join(self.reaching(bound.before, scope, frame), place, bound.name)
            few = bool(bound.loops) and all(changes.is_short(self, scope.loops[n], frame) for n in bound.loops)
            return changes.change(
                self, base, bound.method, bound.args, frame, place, nested=bound.value, guard=bound.guard, few=few
            )
        if kind is f.Kind.DECLARE or expr is None:
            return self.typed(Unknown(place, f"{bound.name} is declared without a value"), bound.annotation, frame, bound.name)
        value = self.value(expr, frame)
        if kind is f.Kind.VALUE:
            if bound.guard is not None:
                value = changes.trimmed(value, bound.guard, bound.name)
            return self.typed(value, bound.annotation, frame, bound.name)
        if kind is f.Kind.ENTER:
            value = self.functions.entered(value, place)
        elif kind is f.Kind.EACH:
            known = frame.round
            is_round = known is not None and bound.loops[-1:] == (known[0],)
            value = known[1] if known is not None and is_round else items.element(self, value, place)
        elif kind is f.Kind.OPAQUE:
            return Unknown(place, f"what {bound.name} holds", (value,))
        for position in bound.path:
            value = items.item_at(self, value, Constant(place, position), place)
        return value

    def imported(self, bound: f.Binding, frame: Frame, place: Place) -> Value:
        modules = self.program.modules
        if bound.level:
            target = modules.relative(frame.module, bound.module, bound.level)
            if target is None:
                return Unknown(place, f"the import {'.' * bound.level}{bound.module} leads out of the repository")
        else:
            target = modules.absolute(frame.module, bound.module)
            if target is None and bound.member:
                target = modules.beside(frame.module, bound.module, bound.member)
        if target is None:
            return self.symbol(f"{bound.module}.{bound.member}" if bound.member else bound.module, place)
        if bound.member is None:
            return ModuleValue(place, bound.module, target)
        if target == frame.module:
            # `from . import part` in a package's own __init__.py means the file beside it.
            inner = modules.submodule(target, bound.member)
            if inner is not None:
                return ModuleValue(place, bound.member, inner)
        found = self.of_module(target, bound.member, place)
        if found is not None:
            return found
        if bound.level:
            return Unknown(place, f"{bound.member} is not defined in {target}")
        # A folder of the repository can have the name of a library: what it does not define comes from the library.
        return self.symbol(f"{bound.module}.{bound.member}", place)

    def symbol(self, name: str, place: Place) -> Value:
        """Something from outside: a constant of an SDK is its value."""
        known = self.outside.constants.get(name)
        return Symbol(place, name) if known is None else Constant(place, known)

    def of_module(self, path: str, name: str, place: Place) -> Value | None:
        """A name or submodule of a module of the repository."""
        if path in self.program.files:
            found = self.module_member(path, name, place)
            if found is not None:
                return found
        inner = self.program.modules.submodule(path, name)
        if inner is None and path in self.program.files:
            return dynamic.of_module(self, path, name, place)
        return None if inner is None else ModuleValue(place, name, inner)

    # -- members and calls ------------------------------------------------------------------------------------------------

    def member(self, value: Value, name: str, place: Place) -> Value:
        """`value.name`"""
        if not isinstance(value, Alternatives | Via):
            return self._member(value, name, place)
        # Alternatives share parts: each part is asked once for one place in the code.
        key = (id(value), name, place)
        known = self._members.get(key)
        if known is None:
            hits, cut = self._hits, self._cut
            self._hits, self._cut = 0, False
            result = self._member(value, name, place)
            if not self._hits and not self._cut:
                self._members[key] = (value, result)
            self._hits, self._cut = self._hits | hits, self._cut or cut
            return result
        return known[1]

    def _member(self, value: Value, name: str, place: Place) -> Value:
        if isinstance(value, Alternatives):
            return self.join([self.member(one, name, place) for one in self.leaves(value)], place, name)
        if isinstance(core(value), Changed) and isinstance(several := root_of(value), Alternatives):
            shared = several.options[:MAX_SHARED]
            if any(dictionaries.is_one(self, core(one)) for one in shared):
                return self.join([self.member(with_root(value, one), name, place) for one in shared], place, name)
        if isinstance(value, Via):
            root = root_of(value)
            if root is not core(value) and isinstance(root, Symbol | Instance | ScopeValue | ModuleValue | CallValue):
                # `thing.add(…)` and `thing[key] = …` do not change its attributes.
                return self._of_changed(value, root, name, place)
            found = core(value)
            if name == "name" and value.how == "attribute" and isinstance(found, Constant):
                return Constant(place, value.name.rpartition(".")[2])  # of an enumeration's member
            if value.how == "attribute" and isinstance(found, Constant | Listing | Mapping):
                of_member = self._of_enumeration(value, name, place)
                if of_member is not None:
                    return of_member
            if isinstance(found, Alternatives):
                return self.join([self.member(one, name, place) for one in self.leaves(value)], place, name)
            kind = _type_of(value)
            if kind is not None and not isinstance(found, Instance | ScopeValue | ModuleValue | Alternatives):
                typed = self.classes.typed_member(kind, name, place)
                if typed is not None:
                    return Via(place, typed, "typed", value.name)
            if isinstance(found, Instance | ScopeValue | ModuleValue | Symbol | Constant | Again):
                return self.member(value.value, name, place)
            if isinstance(found, Mapping) and not hasattr(dict, name):
                return items.entry(self, found, Constant(place, name), place)
            return self._member_outside(value, name, place)
        if isinstance(value, Changed) and isinstance(root_of(value), Symbol | Instance | ScopeValue | ModuleValue | CallValue):
            return self._of_changed(value, root_of(value), name, place)
        if isinstance(value, Symbol):
            symbol = self.symbol(f"{value.name}.{name}", place)
            if isinstance(symbol, Symbol) and (name in self.program.foreign_writes or value.name in foreign.NAMESPACES):
                return foreign.of_symbol(self, symbol, value.name, place)
            return symbol
        if isinstance(value, ModuleValue):
            inner = self.of_module(value.path, name, place)
            known = [] if inner is None else [inner]
            later: list[WriteIn] = []
            if name in self.program.foreign_writes and not isinstance(inner, ScopeValue | ModuleValue):
                assigned, later = foreign.of_module(self, value.path, name)
                known.extend(assigned)
            if not known:
                return Unknown(place, f"{name} is not defined in {value.path}")
            whole = self.join(known, place, name)
            return changes.apply_writes(self, whole, later, lasting=True) if later else whole
        if isinstance(value, Instance | ScopeValue):
            return self.classes.member(value, name, place)
        if isinstance(value, Constant):
            # The value of an enumeration member is the constant that was written for it.
            return value if name == "value" else Member(place, value, name)
        if isinstance(value, Again):
            return Again(place, value.name)
        if isinstance(value, Mapping) and not hasattr(dict, name):
            # A dictionary has no such attribute: it is a namespace, or a record.
            return items.entry(self, value, Constant(place, name), place)
        return self._member_outside(value, name, place)

    def _of_enumeration(self, value: Via, name: str, place: Place) -> Value | None:
        """What a member of an enumeration has by its class: `Model.FAST.context_window`. None for other attributes."""
        owner, _, short = value.name.rpartition(".")
        cls = self.classes.enumeration(owner)
        if cls is None:
            return None
        if name in ("value", "_value_"):
            return value.value
        if not any(name in self.program.scope(one.file, one.scope).exits for one in self.classes.mro(cls)):
            return None
        given = (("value", value.value), ("_value_", value.value), ("name", Constant(place, short)))
        return self.member(Instance(place, cls, replaced=given), name, place)

    def _member_outside(self, value: Value, name: str, place: Place) -> Value:
        """An attribute of something that is not known as an object of the repository."""
        given = command_line.parsed(self, core(value), name, place) or foreign.of_object(self, value, name, place)
        given = given or unseen.method(self, value, name, place)
        return Member(place, value, name) if given is None else given

    def _of_changed(self, value: Value, root: Value, name: str, place: Place) -> Value:
        """An attribute of an object that was changed: what was put into it does not change its attributes."""
        if self._reads_entries(root, name):
            return Member(place, value, name)
        found = self._member(root, name, place)
        known = core(found)
        if isinstance(known, ScopeValue) and isinstance(known.receiver, Instance) and dictionaries.is_one(self, root):
            return replace(known, receiver=value)  # the methods of an own dictionary see what was put into it
        return found

    def _reads_entries(self, root: Value, name: str) -> bool:
        """Whether a method of a changed object is that of a dictionary, which gives what was put into it."""
        if name not in _OF_DICTIONARIES or not isinstance(root, Instance) or not dictionaries.is_one(self, root):
            return False
        return self.classes.method(root.cls, name) is None

    def call(self, callee: Value, call: f.Call, frame: Frame, extra: Extra = ()) -> Value:
        """The result of a call."""
        place = self.place(call, frame)
        if isinstance(callee, Alternatives):
            return self.join([self.call(one, call, frame, extra) for one in self.leaves(callee)], place, "call")
        if isinstance(callee, Via):
            if isinstance(core(callee), ScopeValue | Instance | Symbol | Alternatives | Member | Prepared):
                return self.call(callee.value, call, frame, extra)
            return CallValue(place, callee, call, frame, extra)
        if isinstance(callee, ScopeValue):
            if callee.kind == "class":
                made = Instance(place, callee, call, frame, (*callee.extra, *extra))
                return self.classes.new(made, place)
            return self.functions.result(callee, call, frame, place, extra)
        if isinstance(callee, Instance):
            method = self.classes.member(callee, "__call__", place)
            if isinstance(core(method), ScopeValue):
                return self.call(core(method), call, frame, extra)
            return CallValue(place, callee, call, frame, extra)
        if isinstance(callee, Symbol):
            known = library.call(self, callee.name, call, frame, place, extra)
            return known if known is not None else CallValue(place, callee, call, frame, extra)
        if (
            isinstance(callee, CallValue | Member)
            and (variable := env_readers.read(self, callee, call, frame, place)) is not None
        ):
            return variable
        if isinstance(callee, Member):
            if (record := records.of_method(self, callee, call, frame, place)) is not None:
                return record
            known = settings.validated(self, callee, call, frame, place) or collections.method(self, callee, call, frame, place)
            if known is not None:
                return known
            if (ran := library.ran(self, callee, call, frame, place, extra)) is not None:
                return ran
        if isinstance(callee, CallValue) and (record := records.of_made(self, callee, call, frame, place, extra)) is not None:
            return record
        if isinstance(callee, Prepared):
            return self.call(callee.callee, call, frame, (*callee.extra, *extra))
        if isinstance(callee, Again):
            return Again(place, callee.name)
        return CallValue(place, callee, call, frame, extra)

    def shared(self, key: tuple[object, ...], of: tuple[Value, ...], work: Callable[[], Value]) -> Value:
        """What is made of values (whose identities are in the key), worked out once: values share parts, and a part is reached
        on many ways."""
        known = self._shared.get(key)
        if known is None:
            self._shared[key] = (of, Again(of[0].place, "a value"))  # one that is a part of itself
            self._shared[key] = known = (of, work())
        return known[1]

    def leaves(self, value: Value) -> tuple[Value, ...]:
        """The alternatives of a value, nested ones too, each with the steps that say whose result it is or of which type."""
        known = self._leaves.get(id(value))
        if known is not None:
            return known[1]
        found: list[Value] = []
        stack: list[tuple[Value, tuple[Via, ...]]] = [(value, ())]
        seen: set[tuple[object, ...]] = set()
        while stack and len(found) < MAX_OPTIONS and len(seen) < 400:
            one, way = stack.pop()
            key = (self.identities.of(one), *(step.name for step in way))
            if key in seen:
                continue
            seen.add(key)
            if isinstance(one, Via):
                telling = len(way) < 4 and (one.how in ("return", "taken") or one.type is not None)
                stack.append((one.value, (*way, one) if telling else way))
            elif isinstance(one, Alternatives):
                stack.extend((option, way) for option in reversed(one.options))
            else:
                for step in reversed(way):
                    one = Via(step.place, one, step.how, step.name, step.type)
                found.append(one)
        if stack:
            found.append(Unknown(value.place, f"more than {MAX_OPTIONS} possible values"))
        self._leaves[id(value)] = (value, tuple(found))
        return self._leaves[id(value)][1]

    def derived(self, call: f.Call, how: str, args: tuple[f.Arg, ...]) -> f.Call:
        """The same call with other arguments; one object for one purpose, so that what it enters is entered once."""
        key = (id(call), how)
        if key not in self._derived:
            self._derived[key] = (call, f.Call(call.span, call.func, args))
        return self._derived[key][1]

    # -- helpers of the rooms beside ----------------------------------------------------------------------------------------

    def scope_value(self, path: str, index: int, frame: Frame) -> ScopeValue:
        """The class or function of that number, as defined in `frame`."""
        scope = self.program.scope(path, index)
        held = frame if frame.call is not None or frame.receiver is not None or frame.outer is not None else None
        return ScopeValue(self.at(scope.span, frame), path, index, scope.kind, self.program.dotted(path, scope), held)

    def enter(
        self,
        target: ScopeValue,
        call: f.Call | None,
        caller: Frame | None,
        receiver: Value | None,
        extra: Extra = (),
        *,
        deeper: bool = True,
    ) -> Frame | None:
        """A frame for running a function. None when it is already running (recursion); the common frame when it is too deep.
        `deeper`: it counts as a level; a wrapper does not.

        Equal activations share one frame, so that their values are traced once."""
        if call is None and receiver is None and not extra and target.frame is None:
            return self.program.frame(target.file, target.scope)
        depth = 0 if caller is None else caller.depth + deeper
        if depth > MAX_DEPTH:
            return self.program.frame(target.file, target.scope)
        running = caller
        while running is not None:
            same = running.scope == target.scope and running.module == target.file and running.call is not None
            if same and running.outer is target.frame:
                return None
            running = running.caller
        key = (
            target.file,
            target.scope,
            id(call),
            id(caller),
            self.identities.of(receiver),
            self.identities.extra(extra),
            id(target.frame),
        )
        frame = self._frames.get(key)
        if frame is None:
            frame = Frame(target.file, target.scope, call, caller, receiver, extra, target.frame, depth)
            self._frames[key] = frame
            self._keep.append((call, caller, receiver, extra, target.frame))
        return frame

    def in_round(self, frame: Frame, loop: int, item: Value) -> Frame:
        """A frame of the same activation in which the variable of a loop holds one value."""
        key = ("round", id(frame), loop, self.identities.of(item))
        found = self._frames.get(key)
        if found is None:
            found = self._frames[key] = replace(frame, round=(loop, item))
            self._keep.append((frame, item))
        return found

    def fixing(self, frame: Frame, name: str, value: Value) -> Frame:
        """A frame of the same activation in which a parameter holds one of its values."""
        key = ("fixed", id(frame), name, self.identities.of(value))
        found = self._frames.get(key)
        if found is None:
            found = self._frames[key] = replace(frame, fixed=(*frame.fixed, (name, value)))
            self._keep.append((frame, value))
        return found

    def typed(self, value: Value, annotation: f.Expr | None, frame: Frame, name: str) -> Value:
        """The value with what an annotation says about it, where that says something."""
        if annotation is None:
            return value
        kind = self.classes.annotation(annotation, frame)
        return value if kind is None else Via(value.place, value, "typed", name, kind)

    def join(self, options: list[Value], place: Place, name: str) -> Value:
        """One value of several possible ones; what occurs twice counts once."""
        flat: list[Value] = []
        seen: set[object] = set()
        stack = list(reversed(options))
        while stack:
            one = stack.pop()
            if isinstance(one, Alternatives):
                stack.extend(reversed(one.options))
                continue
            key = self.identities.of(one)
            if key not in seen:
                seen.add(key)
                flat.append(one)
        if not flat:
            return Unknown(place, f"{name} has no value here")
        if len(flat) == 1:
            return flat[0]
        if len(flat) > MAX_OPTIONS:
            flat = [*flat[:MAX_OPTIONS], Unknown(place, f"more than {MAX_OPTIONS} possible values")]
        return Alternatives(place, tuple(flat))

    def place(self, expr: f.Expr, frame: Frame) -> Place:
        return self.at(expr.span, frame)

    def at(self, span: f.Span, frame: Frame) -> Place:
        file = self.program.notebooks.get(frame.module)
        if file is None:
            return Place(frame.module, span[0], span[1], span[2], span[3])
        cell, line = file.locate(span[0])
        return Place(file.notebook or frame.module, line, span[1], span[2] - span[0] + line, span[3], cell)

    def callers_count(self, file: str) -> bool:
        """Whether calls in that file count for the present question: a product is not what its tests put into it."""
        return self.origin is not FileScope.PRODUCT or self.program.file_scopes.get(file, FileScope.PRODUCT) is FileScope.PRODUCT


def _type_of(value: Value) -> Value | None:
    """The nearest annotation on the way."""
    while isinstance(value, Via):
        if value.type is not None:
            return value.type
        value = value.value
    return None


__all__ = ["Collected", "Tracer"]
