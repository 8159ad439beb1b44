"""Classes of the repository: bases, attributes, methods, fields, and what annotations say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from linter.link import changes, conditions, dumps, dynamic, foreign, settings
from linter.link.program import WriteIn, has_decorator
from linter.model import facts as f
from linter.model.place import Place
from linter.model.values import (
    Alternatives,
    CallValue,
    Constant,
    Frame,
    Instance,
    ItemOf,
    Listing,
    Member,
    ScopeValue,
    Symbol,
    Unknown,
    Value,
    Via,
    alternatives,
    core,
)

if TYPE_CHECKING:
    from linter.link.trace import Tracer

PLAIN_TYPES = frozenset(
    {
        "str",
        "int",
        "float",
        "bool",
        "bytes",
        "None",
        "object",
        "dict",
        "Any",
        "Dict",
        "Callable",
        "complex",
        "Self",
        "Literal",
        "Mapping",
    }
)
_WRAPPERS = frozenset(
    {"Optional", "Annotated", "Final", "ClassVar", "Type", "type", "Required", "NotRequired", "Awaitable", "Coroutine"}
)
_MANY = frozenset(
    {
        "list",
        "List",
        "Sequence",
        "Iterable",
        "Iterator",
        "set",
        "Set",
        "tuple",
        "Tuple",
        "AsyncIterator",
        "Generator",
        "AsyncGenerator",
        "Collection",
        "frozenset",
        "deque",
    }
)
MAX_CONSTRUCTORS = 12
"""Constructors of bases that one object is followed through."""
MAX_OWNERS = 40
"""Classes with a method of one name; more, and the name says nothing."""
_PROPERTIES = ("property", "cached_property", "computed_field", "hybrid_property")
_OF_PROPERTIES = ("setter", "deleter")


class Classes:
    """Looks up what classes and their instances have."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        self._bases: dict[tuple[str, int], tuple[Value, ...]] = {}
        self._mro: dict[tuple[str, int], tuple[ScopeValue, ...]] = {}
        self._subs: dict[tuple[str, int], tuple[ScopeValue, ...]] = {}
        self._methods: dict[str, list[tuple[str, int]]] | None = None
        self._enumerations: dict[str, ScopeValue] | None = None

    # -- the class graph --------------------------------------------------------------------------------------------------

    def bases(self, cls: ScopeValue) -> tuple[Value, ...]:
        """The bases as written: classes of the repository, or symbols from outside."""
        key = (cls.file, cls.scope)
        if key not in self._bases:
            self._bases[key] = ()
            scope = self._tracer.program.scope(cls.file, cls.scope)
            frame = self._tracer.program.frame(cls.file, max(scope.parent, 0))
            found: list[Value] = []
            for base in scope.bases:
                expr = base.base if isinstance(base, f.Item) else base
                found.extend(alternatives(self._tracer.value(expr, frame)))
            self._bases[key] = tuple(found)
        return self._bases[key]

    def enumeration(self, dotted: str) -> ScopeValue | None:
        """The enumeration of that dotted name."""
        if self._enumerations is None:
            program = self._tracer.program
            self._enumerations = {}
            for file in program.files.values():
                for scope in file.scopes:
                    cls = self._tracer.scope_value(file.path, scope.index, program.frame(file.path, 0))
                    if scope.kind == "class" and scope.bases and any(b.name.startswith("enum.") for b in self.outside(cls)):
                        self._enumerations[cls.name] = cls
        return self._enumerations.get(dotted)

    def mro(self, cls: ScopeValue) -> tuple[ScopeValue, ...]:
        """The class and its bases in the repository, nearest first."""
        key = (cls.file, cls.scope)
        if key not in self._mro:
            self._mro[key] = (cls,)
            order = [cls]
            for base in self.bases(cls):
                if isinstance(base, ScopeValue) and base.kind == "class":
                    order.extend(one for one in self.mro(base) if (one.file, one.scope) != key)
            # A base that several classes share comes after all of them, as in Python's own order.
            last = {(one.file, one.scope): position for position, one in enumerate(order)}
            self._mro[key] = tuple(one for position, one in enumerate(order) if last[one.file, one.scope] == position)
        return self._mro[key]

    def outside(self, cls: ScopeValue) -> tuple[Symbol, ...]:
        """The bases outside the repository, of the class or of its bases."""
        return tuple(b for one in self.mro(cls) for b in self.bases(one) if isinstance(b, Symbol))

    def subclasses(self, cls: ScopeValue) -> tuple[ScopeValue, ...]:
        """All classes of the repository below a class."""
        key = (cls.file, cls.scope)
        if key not in self._subs:
            self._subs[key] = ()
            program = self._tracer.program
            found: list[ScopeValue] = []
            name = program.scope(cls.file, cls.scope).name
            for alias in (name, *sorted(program.aliases.get(name, ()))):
                for path, index in program.subclasses.get(alias, ()):
                    if (path, index) == key or not self._tracer.callers_count(path):
                        continue
                    sub = self._tracer.scope_value(path, index, program.frame(path, 0))
                    if any((m.file, m.scope) == key for m in self.mro(sub)):
                        found.extend((sub, *self.subclasses(sub)))
            self._subs[key] = tuple({(s.file, s.scope): s for s in found}.values())
        return self._subs[key]

    def methods_named(self, name: str) -> int:
        """How many classes of the repository define a method of that name."""
        return len(self._owners(name))

    def owner_of(self, name: str) -> ScopeValue | None:
        """The only class of the repository that defines a method of that name, beside those below it."""
        found = [self._tracer.scope_value(file, index, self._tracer.program.frame(file, 0)) for file, index in self._owners(name)]
        for one in found if len(found) <= MAX_OWNERS else ():
            if all(any((m.file, m.scope) == (one.file, one.scope) for m in self.mro(other)) for other in found):
                return one
        return None

    def _owners(self, name: str) -> list[tuple[str, int]]:
        if self._methods is None:
            self._methods = {}
            for file in self._tracer.program.files.values():
                for scope in file.scopes:
                    if scope.kind == "function" and scope.parent >= 0 and file.scopes[scope.parent].kind == "class":
                        self._methods.setdefault(scope.name, []).append((file.path, scope.parent))
        return self._methods.get(name, [])

    def constructor(self, cls: ScopeValue) -> ScopeValue | None:
        """The `__init__` that runs for a class, when it is in the repository."""
        for one in self.mro(cls):
            method = self.method(one, "__init__")
            if method is not None:
                return method
        return None

    def new(self, made: Instance, place: Place) -> Value:
        """What calling a class gives: an object of it, or what its own `__new__` hands out (a singleton around another)."""
        method = next((m for one in self.mro(made.cls) if (m := self.method(one, "__new__")) is not None), None)
        if method is None:
            return self._of_enumeration(made) or made
        frame = self._tracer.enter(method, made.call, made.frame, made.cls)
        if frame is None:
            return made
        scope = self._tracer.program.scope(method.file, method.scope)
        given = self._tracer.join(self._tracer.functions.returned(scope, frame), place, "__new__")
        others = [
            o
            for o in alternatives(given)
            if not isinstance(o, Instance | Unknown)
            and not (isinstance(o, Constant) and o.value is None)
            and not (isinstance(o, CallValue) and isinstance(o.callee, Member) and o.callee.name == "__new__")
        ]
        return self._tracer.join(list(others), place, "__new__") if others else made

    def _of_enumeration(self, made: Instance) -> Value | None:
        """`Model("gpt-4o")` of an enumeration is the member of that value."""
        if made.call is None or made.frame is None or not any(b.name.startswith("enum.") for b in self.outside(made.cls)):
            return None
        return self._tracer.functions.keyword_or_position(self._tracer, made.call, made.frame, "value", 0)

    def method(self, cls: ScopeValue, name: str) -> ScopeValue | None:
        """A function that a class itself defines under that name."""
        scope = self._tracer.program.scope(cls.file, cls.scope)
        for index in scope.exits.get(name, ()):
            bound = scope.bindings[index]
            if bound.kind is f.Kind.SCOPE:
                found = self._tracer.scope_value(cls.file, bound.scope, cls.frame or self._tracer.program.frame(cls.file, 0))
                if found.kind == "function":
                    return found
        return None

    # -- members ----------------------------------------------------------------------------------------------------------

    def member(self, value: Instance | ScopeValue, name: str, place: Place) -> Value:
        """`value.name` for an instance or a class of the repository."""
        tracer = self._tracer
        if isinstance(value, ScopeValue):
            return self._class_member(value, name, place)
        cls = value.cls
        if name == "__class__":
            return cls
        if name == "__dict__":
            held = dumps.dumped(tracer, value, None, tracer.program.frame(cls.file, 0), place)
            return Unknown(place, "the attributes of an object", (value,)) if held is None else held
        for field, given in value.replaced:
            if field == name:
                return Via(given.place, given, "argument", f"{cls.name}.{name}")
        owner = tracer.program.dotted(cls.file, tracer.program.scope(cls.file, cls.scope))
        work = tracer.once(
            ("member", tracer.identities.of(value), name),
            name,
            place,
            lambda: self._instance_member(value, name, place),
        )
        if isinstance(work, ScopeValue):
            return work
        return Via(place, work, "attribute", f"{owner}.{name}")

    def _instance_member(self, value: Instance, name: str, place: Place) -> Value:
        tracer = self._tracer
        options: list[Value] = []
        order, above = self._order(value), value.after is not None
        value = replace(value, after=None) if above else value
        for position, one in enumerate(order):
            found = self._of_class(one, value, name, place)
            if found is not None:
                options.append(found)
                if value.call is not None or not self._is_abstract(one, name):
                    if not isinstance(core(found), ScopeValue):
                        options.extend(self._written_above(order[position:], value, name))
                    break
        if value.call is None and not above:
            # Any subclass: what it overrides counts too.
            options.extend(
                found
                for sub in self.subclasses(value.cls)
                if (found := self._of_class(sub, Instance(value.place, sub), name, place)) is not None
            )
        options = [*self._without_abstract(options), *self._foreign_writes(value, name, place)]
        options.extend(dynamic.under_any_name(tracer, value, name, place))
        if not options and (handed_on := dynamic.of_getattr(tracer, value, name, place)) is not None:
            return handed_on
        if name in tracer.outside.collects.values() and all(isinstance(core(o), Unknown) for o in options):
            options = self._collected(value, name, place) or options
        if name in tracer.outside.loaded:
            options = self._loaded(value, name, options, place)
        if not options:
            return Member(place, value, name)
        held = tracer.join(options, place, name)
        changed = [] if isinstance(core(held), ScopeValue) else foreign.changes_of(tracer, value.cls, name)
        return changes.apply_writes(tracer, held, changed, lasting=True) if changed else held

    def _collected(self, value: Instance, name: str, place: Place) -> list[Value]:
        """What a framework puts into an attribute: the results of all methods with its decorator (CrewBase: `self.agents`)."""
        tracer = self._tracer
        marks = {dotted for dotted, attribute in tracer.outside.collects.items() if attribute == name}
        items: list[Value] = []
        seen: set[str] = set()
        for cls in self.mro(value.cls):
            for scope in tracer.program.files[cls.file].scopes:
                if scope.parent != cls.scope or scope.kind != "function" or scope.name in seen:
                    continue
                seen.add(scope.name)
                around = tracer.program.frame(cls.file, cls.scope)
                decorators = [core(tracer.value(d.func if isinstance(d, f.Call) else d, around)) for d in scope.decorators]
                if any(isinstance(d, Symbol) and d.name in marks for d in decorators):
                    method = tracer.scope_value(cls.file, scope.index, tracer.program.frame(cls.file, 0))
                    frame = tracer.enter(method, None, value.frame, value) or tracer.program.frame(cls.file, scope.index)
                    items.append(tracer.join(tracer.functions.returned(scope, frame), place, scope.name))
        return [Listing(place, tuple(items))] if items else []

    def _loaded(self, value: Instance, name: str, options: list[Value], place: Place) -> list[Value]:
        """What a framework makes of an attribute that names a data file (CrewBase: `agents_config = "config/agents.yaml"`)."""
        tracer = self._tracer
        for cls in self.mro(value.cls):
            scope = tracer.program.scope(cls.file, cls.scope)
            around = tracer.program.frame(cls.file, max(scope.parent, 0))
            for mark in scope.decorators:
                found = core(tracer.value(mark.func if isinstance(mark, f.Call) else mark, around))
                paths = tracer.outside.loads.get(found.name, {}) if isinstance(found, Symbol) else {}
                if name in paths:
                    given = options or [Constant(place, paths[name])]
                    read = tracer.data.loaded(tracer.join(given, place, name), cls.file, place, is_path=True)
                    return options if read is None else [read]
        return options

    def _order(self, value: Instance) -> tuple[ScopeValue, ...]:
        order = self.mro(value.cls)
        if value.after is None:
            return order
        place = next((i for i, one in enumerate(order) if one.scope == value.after.scope and one.file == value.after.file), -1)
        return order[place + 1 :]

    def _is_abstract(self, cls: ScopeValue, name: str) -> bool:
        method = self.method(cls, name)
        return method is not None and self._tracer.program.scope(method.file, method.scope).abstract

    def _without_abstract(self, options: list[Value]) -> list[Value]:
        real = [o for o in options if not (isinstance(o, ScopeValue) and self._tracer.program.scope(o.file, o.scope).abstract)]
        return real or options

    def _of_class(self, cls: ScopeValue, value: Instance, name: str, place: Place) -> Value | None:
        """What one class of the order says about an attribute: its writes, then its body, then its fields."""
        tracer = self._tracer
        writes = tracer.program.attribute_writes.get((cls.file, cls.scope, name), ())
        mutations = [entry for entry in writes if entry.write.method != "="]
        options = self._kept([entry for entry in writes if entry.write.method == "="], value, cls, name)
        body = self._class_body(cls, value, name, place)
        only_declared = body is not None and isinstance(core(body), Unknown)
        if body is not None and (not options or not (only_declared or isinstance(core(body), ScopeValue))):
            options.append(body)
        if not options:
            return None
        result = options[0] if len(options) == 1 else tracer.join(options, place, name)
        if mutations:
            result = changes.apply_writes(tracer, result, mutations, lasting=True)
        return result

    def _kept(self, writes: Sequence[WriteIn], value: Instance, cls: ScopeValue, name: str) -> list[Value]:
        """What assignments keep in an attribute."""
        tracer = self._tracer
        found: list[Value] = []
        for entry, frame in self._that_run(writes, value, cls):
            at = tracer.at(entry.write.span, frame)
            written = tracer.value(entry.write.args[0].value, frame)
            written = changes.trimmed(written, entry.write.guard or self._guard_of_callers(entry), name)
            found.append(Via(at, written, "kept", f"{cls.name}.{name}"))
        return found

    def _written_above(self, order: Sequence[ScopeValue], value: Instance, name: str) -> list[Value]:
        """What methods of the bases put into an attribute that the body of a class names: that stands over the class."""
        program = self._tracer.program
        if any(entry.write.method == "=" for entry in program.attribute_writes.get((order[0].file, order[0].scope, name), ())):
            return []
        found: list[Value] = []
        built = self.constructor(value.cls)
        for cls in order[1:]:
            writes = [
                entry
                for entry in program.attribute_writes.get((cls.file, cls.scope, name), ())
                if entry.write.method == "=" and self._is_run(entry, built)
            ]
            found.extend(self._kept(writes, value, cls, name))
        return found

    def _is_run(self, entry: WriteIn, constructor: ScopeValue | None) -> bool:
        """Whether an assignment stands in no constructor, or in one that an object of the class goes through."""
        scope = self._tracer.program.scope(entry.file, entry.scope)
        if scope.name != "__init__" or constructor is None or (constructor.file, constructor.scope) == (entry.file, scope.index):
            return True
        own = self._tracer.program.scope(constructor.file, constructor.scope)
        return any(isinstance(site.call.func, f.Attr) and site.call.func.name == "__init__" for site in own.calls)

    def _that_run(self, writes: Sequence[WriteIn], value: Instance, cls: ScopeValue) -> list[tuple[WriteIn, Frame]]:
        """The assignments to an attribute that can run for an object, without what a branch that surely runs replaces."""
        found = [(entry, self.frame_of(entry, value, cls)) for entry in writes]
        if len(found) < 2 or not any(entry.write.when for entry, _ in found):
            return found
        kept: list[tuple[WriteIn, Frame]] = []
        for entry, frame in found:
            scope = self._tracer.program.scope(entry.file, entry.scope)
            runs = conditions.holds(self._tracer, entry.write.when, scope, frame)
            if runs and entry.write.when:
                kept = [one for one in kept if (one[0].file, one[0].scope) != (entry.file, entry.scope)]
            if runs is not False:
                kept.append((entry, frame))
        return kept or found

    def _guard_of_callers(self, entry: WriteIn) -> f.Expr | None:
        """The test under which a method is called by its own class: `if len(self.turns) > 20: self._sum_up()`."""
        program = self._tracer.program
        method = program.scope(entry.file, entry.scope)
        if method.name.startswith("__"):
            return None
        calls = [c for c in program.calls_by_name.get(method.name, ()) if c.file == entry.file]
        return calls[0].site.guard if calls and all(c.site.guard is not None for c in calls) else None

    def _class_body(self, cls: ScopeValue, value: Instance, name: str, place: Place) -> Value | None:
        tracer = self._tracer
        scope = tracer.program.scope(cls.file, cls.scope)
        defs = scope.exits.get(name)
        if not defs:
            return None
        field = settings.field(tracer, cls, value, name, place)
        if field is not None:
            return field
        frame = self._class_frame(cls)
        options: list[Value] = []
        for index in defs:
            bound = scope.bindings[index]
            found = tracer.binding(bound, scope, frame)
            options.append(self._bind(found, value, place))
        return tracer.join(options, place, name)

    def _bind(self, found: Value, value: Instance, place: Place) -> Value:
        """A function of a class becomes a bound method, or a property's value."""
        known = core(found)
        if not isinstance(known, ScopeValue) or known.kind != "function":
            return found
        tracer = self._tracer
        scope = tracer.program.scope(known.file, known.scope)
        if has_decorator(scope, *_OF_PROPERTIES) and (getter := self._getter(known, scope)) is not None:
            known, scope = getter, tracer.program.scope(known.file, getter.scope)
        if has_decorator(scope, *_PROPERTIES):
            frame = tracer.enter(known, None, value.frame, value)
            if frame is None:
                return Unknown(place, f"{scope.name} depends on itself")
            return tracer.join(tracer.functions.returned(scope, frame), place, scope.name)
        if has_decorator(scope, "staticmethod"):
            return known
        receiver: Value = value.cls if has_decorator(scope, "classmethod") else value
        return ScopeValue(known.place, known.file, known.scope, known.kind, known.name, known.frame, receiver, known.extra)

    def _getter(self, setter: ScopeValue, scope: f.Scope) -> ScopeValue | None:
        """The function under `@property` to which `@name.setter` adds."""
        program = self._tracer.program
        for bound in program.scope(setter.file, scope.parent).bindings:
            if bound.kind is f.Kind.SCOPE and bound.name == scope.name:
                inner = program.scope(setter.file, bound.scope)
                if has_decorator(inner, *_PROPERTIES):
                    return replace(setter, scope=inner.index)
        return None

    def _class_frame(self, cls: ScopeValue) -> Frame:
        program = self._tracer.program
        if cls.frame is None:
            return program.frame(cls.file, cls.scope)
        return self._tracer.enter(
            ScopeValue(cls.place, cls.file, cls.scope, "class", cls.name, cls.frame), None, None, None
        ) or program.frame(cls.file, cls.scope)

    def frame_of(self, entry: WriteIn, value: Instance, cls: ScopeValue) -> Frame:
        """The frame in which `self.x = …` runs for this very object: its constructor with its arguments, if it is that."""
        tracer = self._tracer
        program = tracer.program
        scope = program.scope(entry.file, entry.scope)
        method = scope
        while method.parent >= 0 and program.scope(entry.file, method.parent).kind != "class":
            method = program.scope(entry.file, method.parent)
        target = tracer.scope_value(entry.file, method.index, program.frame(entry.file, 0))
        frame: Frame | None = None
        if method.name in ("__init__", "__new__", "__post_init__") and (value.call is not None or self._inherits(value, target)):
            frame = self._init_frame(value, target)
        if frame is None:
            frame = tracer.enter(target, None, value.frame, value)
        if frame is None:
            frame = program.frame(entry.file, method.index)
        if scope is not method:
            inner = ScopeValue(target.place, entry.file, scope.index, scope.kind, scope.name, frame)
            frame = tracer.enter(inner, None, None, None) or program.frame(entry.file, scope.index)
        return frame

    def _inherits(self, value: Instance, target: ScopeValue) -> bool:
        """Whether another constructor than this one runs first for an object."""
        first = self.constructor(value.cls)
        return first is not None and (first.file, first.scope) != (target.file, target.scope)

    def _init_frame(self, value: Instance, target: ScopeValue) -> Frame | None:
        """The frame of one constructor of the order: called directly, or by `super().__init__` from the one below."""
        tracer = self._tracer
        first = self.constructor(value.cls)
        if first is None or target.name.endswith("__post_init__"):
            return tracer.enter(target, None, value.frame, value)
        if (first.file, first.scope) == (target.file, target.scope):
            return tracer.enter(target, value.call, value.frame, value, value.extra)
        waiting = [tracer.enter(first, value.call, value.frame, value, value.extra)]
        for _ in range(MAX_CONSTRUCTORS):
            below = waiting.pop(0) if waiting else None
            if below is None:
                return None
            for passed, above in self._constructors_above(value, below):
                frame = tracer.enter(above, passed, below, value)
                if (above.file, above.scope) == (target.file, target.scope):
                    return frame
                waiting.extend(() if frame is None else (frame,))
        return None

    def _constructors_above(self, value: Instance, below: Frame) -> Iterator[tuple[f.Call, ScopeValue]]:
        """The constructors that one constructor calls: by `super()`, in the order of the object's own class, or by name."""
        tracer = self._tracer
        scope = tracer.program.scope(below.module, below.scope)
        owner = tracer.program.owner(below.module, scope)
        order = self.mro(value.cls)
        own = (below.module, -1 if owner is None else owner.index)
        here = next((i for i, one in enumerate(order) if (one.file, one.scope) == own), -1)
        for site in scope.calls:
            func = site.call.func
            if not isinstance(func, f.Attr) or func.name != "__init__":
                continue
            if isinstance(func.base, f.Call):
                above = next((m for one in order[here + 1 :] if (m := self.method(one, "__init__")) is not None), None)
                if above is not None:
                    yield site.call, above
                continue
            named = core(tracer.value(func.base, below))
            constructor = self.constructor(named) if isinstance(named, ScopeValue) and named.kind == "class" else None
            if constructor is not None:
                # `Base.__init__(self, x)` hands the object over itself.
                yield tracer.derived(site.call, "without self", site.call.args[1:]), constructor

    def _class_member(self, cls: ScopeValue, name: str, place: Place) -> Value:
        tracer = self._tracer
        if cls.kind != "class":
            return Member(place, cls, name)
        for one in self.mro(cls):
            scope = tracer.program.scope(one.file, one.scope)
            defs = scope.exits.get(name)
            if defs:
                frame = self._class_frame(one)
                found = tracer.join([tracer.binding(scope.bindings[d], scope, frame) for d in defs], place, name)
                known = core(found)
                if isinstance(known, ScopeValue) and known.kind == "function":
                    inner = tracer.program.scope(known.file, known.scope)
                    if has_decorator(inner, "classmethod"):
                        return ScopeValue(known.place, known.file, known.scope, known.kind, known.name, known.frame, cls)
                    return known
                written = [*self._class_writes(cls, name, place), *self._foreign_writes(cls, name, place)]
                found = self._mutated(tracer.join([found, *written], place, name), cls, name)
                return Via(place, found, "attribute", f"{one.name}.{name}")
        written = self._class_writes(cls, name, place) or self._foreign_writes(cls, name, place)
        if written:
            return tracer.join(written, place, name)
        return Member(place, cls, name)

    def _mutated(self, value: Value, cls: ScopeValue, name: str) -> Value:
        """An attribute of a class with what methods and other code put into it: `cls.registry[name] = make`."""
        tracer = self._tracer
        if core(value).tag not in ("listing", "mapping", "changed", "alternatives", "collected", "call"):
            return value
        writes: list[WriteIn] = []
        for one in self.mro(cls):
            own = tracer.program.attribute_writes.get((one.file, one.scope, name), ())
            writes.extend(entry for entry in own if entry.write.method != "=")
        entries = tracer.program.foreign_writes.get(name, ())
        writes.extend(e for e in entries if e.write.method != "=" and len(entries) <= 20 and self._is_of(e, cls, name))
        return changes.apply_writes(tracer, value, writes, lasting=True) if writes else value

    def _is_of(self, entry: WriteIn, cls: ScopeValue, name: str) -> bool:
        """Whether a write outside of the class goes to its attribute: `Registry.known["a"] = A`."""
        target = entry.write.target
        while isinstance(target, f.Item):
            target = target.base
        if not isinstance(target, f.Attr) or target.name != name:
            return False
        for option in alternatives(self._tracer.value(target.base, self._tracer.program.frame(entry.file, entry.scope))):
            same = option.cls if isinstance(option, Instance) else option
            if isinstance(same, ScopeValue) and any((m.file, m.scope) == (cls.file, cls.scope) for m in self.mro(same)):
                return True
        return False

    def _class_writes(self, cls: ScopeValue, name: str, place: Place) -> list[Value]:
        """`cls.name = …` in class methods."""
        tracer = self._tracer
        return [
            tracer.value(entry.write.args[0].value, tracer.program.frame(entry.file, entry.scope))
            for one in self.mro(cls)
            for entry in tracer.program.attribute_writes.get((one.file, one.scope, name), ())
            if entry.write.method == "="
        ]

    def _foreign_writes(self, value: Instance | ScopeValue, name: str, place: Place) -> list[Value]:
        """`thing.name = …` outside the class, where `thing` is an object of it."""
        tracer = self._tracer
        cls = value.cls if isinstance(value, Instance) else value
        found: list[Value] = []
        entries = tracer.program.foreign_writes.get(name, ())
        for entry in entries if len(entries) <= 20 else ():
            if entry.write.method != "=" or not tracer.callers_count(entry.file):
                continue
            frame = tracer.program.frame(entry.file, entry.scope)
            for option in alternatives(tracer.value(entry.write.target, frame)):
                same = option.cls if isinstance(option, Instance) else option
                if isinstance(same, ScopeValue) and (same.file, same.scope) == (cls.file, cls.scope):
                    found.append(tracer.value(entry.write.args[0].value, frame))
                    break
        return found

    # -- annotations ------------------------------------------------------------------------------------------------------

    def typed_member(self, kind: Value, name: str, place: Place) -> Value | None:
        """An attribute of something of which only the annotated type is known."""
        options = [
            self.member(Instance(place, one), name, place)
            for one in alternatives(kind)
            if isinstance(one, ScopeValue) and one.kind == "class"
        ]
        return self._tracer.join(options, place, name) if options else None

    def annotation(self, expr: f.Expr, frame: Frame) -> Value | None:
        """The type that an annotation names: a class, a symbol, or a `Listing` of types for collections. None for plain types."""
        if isinstance(expr, f.Name) and expr.name in PLAIN_TYPES:
            return None
        if isinstance(expr, f.Name | f.Attr):
            value = core(self._tracer.value(expr, frame))
            if isinstance(value, Symbol):
                plain = value.name.startswith(("builtins.", "typing.", "collections.abc."))
                return None if plain else value
            return value if isinstance(value, ScopeValue | Alternatives) else None
        if isinstance(expr, f.Item):
            head = expr.base.name if isinstance(expr.base, f.Name | f.Attr) else ""
            inner = expr.key.items if isinstance(expr.key, f.Seq) else (expr.key,)
            if head in _WRAPPERS or head == "Union":
                return self._one_of(inner[:1] if head == "Annotated" else inner, expr, frame)
            if head in _MANY:
                one = self._one_of(inner, expr, frame)
                return None if one is None else Listing(one.place, (one,), "types", True)
            return self.annotation(expr.base, frame)
        if isinstance(expr, f.Binary) and expr.op == "|":
            return self._one_of(expr.items, expr, frame)
        return None

    def _one_of(self, items: tuple[f.Expr, ...], expr: f.Expr, frame: Frame) -> Value | None:
        found = [k for k in (self.annotation(i, frame) for i in items) if k is not None]
        return self._tracer.join(found, self._tracer.place(expr, frame), "type") if found else None


def element_type(kind: Value | None) -> Value | None:
    """The type of the elements of something of that type."""
    if isinstance(kind, Listing) and kind.kind == "types":
        return kind.items[0]
    if isinstance(kind, Alternatives):
        return next((k for k in map(element_type, kind.options) if k is not None), None)
    return None


__all__ = ["Classes", "ItemOf", "element_type"]
