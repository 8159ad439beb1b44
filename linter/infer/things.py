"""Traced values -> objects that the catalogue knows: which class, how it came about, from what it was built."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from linter.infer.databases import has_key
from linter.infer.scalars import list_items, members, reason, spell
from linter.infer.telling import Telling, are_messages
from linter.knowledge.catalogue import Catalogue
from linter.link.program import ScopeKey
from linter.link.trace import Tracer
from linter.model import facts as f
from linter.model.catalogue import ArgSpec, CallSpec, Role, Shape, SiteKind, TypeSpec
from linter.model.place import Place
from linter.model.values import (
    Again,
    Alternatives,
    CallValue,
    Changed,
    Combined,
    Constant,
    Extra,
    Frame,
    Instance,
    ItemOf,
    Listing,
    Mapping,
    Member,
    Parameter,
    Prepared,
    ScopeValue,
    Symbol,
    Template,
    Unknown,
    Value,
    Via,
    alternatives,
    core,
    literal,
)

NOWHERE = Place("", 0)
MAX_ADDED = 400
MAX_PARTS = 60
"""Parts of one object."""
MAX_WRITES = 20
"""Places that set an attribute of some name; more, and the name says nothing."""
EVERY = "**"
"""Stands for every keyword argument that a shape does not name."""
_PARTS = (Role.LLM, Role.RETRIEVER, Role.INDEX, Role.EMBEDDER, Role.PART, Role.MEMORY, Role.TOOLS, Role.TEMPLATE)


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """One call that made an object, or derived it from another: what its arguments mean, and where they stand."""

    shape: Shape
    file: str
    """Provider file."""
    dotted: str
    call: f.Call | None
    frame: Frame | None
    extra: Extra
    place: Place
    kind: str = ""
    """What the type is as a part (`llm`, `index` …), for a constructor."""
    own: ScopeKey | None = None
    """The repository's own class, where an object of a subclass was made."""
    options: Value | None = None
    """The dictionary that stands for the arguments, where an object is only described."""


@dataclass(frozen=True, slots=True, eq=False)
class Thing:
    """An object of a known type. `made`: how it came about, nearest call first."""

    type: TypeSpec
    made: tuple[Made, ...]
    parts: tuple[Thing, ...] = ()
    """For a pipe (`prompt | llm`): what it is made of."""
    certain: bool = True
    """False when only an annotation tells the type."""


_READERS = ("loader", "splitter", "parser")


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """One meaning of a call."""

    shape: Shape
    made: Made
    thing: Thing | None
    """What the call is made on."""
    spec: TypeSpec | CallSpec
    certain: bool = True
    result: str = field(default="")
    override: ScopeKey | None = None
    """The method of the repository's own subclass that the call runs first, and that only wraps the known one."""

    @property
    def reads(self) -> bool:
        """It gives documents that were read or cut whole, and not found by a search."""
        return self.result == "documents" and self.thing is not None and self.thing.type.kind in _READERS


class Things:
    """Finds out what values are, with the catalogue."""

    def __init__(self, tracer: Tracer, catalogue: Catalogue) -> None:
        self.tracer = tracer
        self.catalogue = catalogue
        self._things: dict[int, tuple[Thing, ...]] = {}
        self._matches: dict[int, tuple[Match, ...]] = {}
        self._open: set[int] = set()
        self._keep: list[Value] = []
        self._by_leaf = _unique_leaves(catalogue)
        self.telling = Telling(catalogue, tracer.program)

    # -- objects ----------------------------------------------------------------------------------------------------------

    def of(self, value: Value) -> tuple[Thing, ...]:
        """The known objects that a value can be."""
        key = id(value)
        if key in self._things:
            return self._things[key]
        if key in self._open or len(self._open) > 60:
            return ()
        self._open.add(key)
        try:
            found = tuple(self._find(value))
        finally:
            self._open.discard(key)
        self._things[key] = found
        self._keep.append(value)
        return found

    def _find(self, value: Value) -> Iterator[Thing]:
        if isinstance(value, Via):
            found = self.of(value.value)
            known = core(value)
            if found or value.type is None or (isinstance(known, Constant) and known.value is None):
                yield from found
                return
            for kind in alternatives(value.type):
                yield from self._typed(kind)
        elif isinstance(value, Alternatives):
            for option in value.options:
                yield from self.of(option)
        elif isinstance(value, Changed):
            yield from self.of(value.base)
        elif isinstance(value, CallValue):
            for match in self.matches(value):
                yield from self._made_by(match)
        elif isinstance(value, Instance):
            yield from self._own_class(value)
        elif isinstance(value, Member):
            if value.name == "super()" and isinstance(value.base, Symbol):
                yield from self._typed(value.base)
                return
            for thing in self.of(value.base):
                name = self.catalogue.member(thing.type.name, value.name)
                if name is not None:
                    yield Thing(self.catalogue.type(name), thing.made, thing.parts, thing.certain)
        elif isinstance(value, ItemOf):
            if isinstance(core(value.key) if value.key else None, Constant):
                yield from self._unpacked(value)
            yield from self._got_by_key(value)
        elif isinstance(value, Combined) and value.op == "|":
            yield from self._pipe(value)

    def _typed(self, kind: Value) -> Iterator[Thing]:
        if isinstance(kind, Symbol):
            spec = self.catalogue.annotation(kind.name) or self._leaf(kind.name)
            if spec is not None:
                yield Thing(spec, (), certain=False)
        elif isinstance(kind, ScopeValue) and kind.kind == "class":
            yield from self._own_class(Instance(kind.place, kind))

    def is_annotated(self, value: Value) -> bool:
        """Whether an annotation tells what a value is."""
        while isinstance(value, Via):
            if value.type is not None and any(True for kind in alternatives(value.type) for _ in self._typed(kind)):
                return True
            value = value.value
        return False

    def _own_class(self, value: Instance) -> Iterator[Thing]:
        """An object of the repository's own subclass of a known class.

        One of which only the class is known was made in any of the ways in which the repository makes it."""
        if value.call is None and (built := self._constructions(value.cls)):
            for one in built:
                for thing in self._own_class(one):
                    yield replace(thing, certain=False)
            return
        for spec, dotted in self._bases(value.cls):
            made = self.subclass_made(value, spec, dotted)
            if self._holds(spec.shape, made):
                yield Thing(spec, (made,), certain=value.call is not None)
                break

    def _bases(self, cls: ScopeValue) -> Iterator[tuple[TypeSpec, str]]:
        """The known classes that a class of the repository inherits from, with the names they have there."""
        for base in self.tracer.classes.outside(cls):
            named = self.catalogue.annotation(base.name) or self._leaf(base.name)
            for spec in self.catalogue.constructors(base.name) or ((named,) if named else ()):
                yield spec, base.name

    def kinds_of(self, cls: ScopeValue) -> set[str]:
        """What the objects of a class of the repository are as parts (`llm`, `embedder` …)."""
        return {spec.kind for spec, _ in self._bases(cls)}

    def _constructions(self, cls: ScopeValue) -> list[Instance]:
        """The calls of a class in the repository."""
        program, found = self.tracer.program, []
        for entry in program.calls_by_name.get(program.scope(cls.file, cls.scope).name, ())[:20]:
            if self.tracer.callers_count(entry.file):
                frame = program.frame(entry.file, entry.scope)
                target = core(self.tracer.value(entry.site.call.func, frame))
                if isinstance(target, ScopeValue) and (target.file, target.scope) == (cls.file, cls.scope):
                    found.append(Instance(self.tracer.place(entry.site.call, frame), cls, entry.site.call, frame))
        return found

    def subclass_made(self, value: Instance, spec: TypeSpec, dotted: str) -> Made:
        """The call that hands arguments to the foreign constructor: `super().__init__(…)`, else the class's own call."""
        call, frame, extra = value.call, value.frame, value.extra
        own = self.tracer.classes.constructor(value.cls)
        if own is not None:
            scope = self.tracer.program.scope(own.file, own.scope)
            passed = next(
                (s.call for s in scope.calls if isinstance(s.call.func, f.Attr) and s.call.func.name == "__init__"), None
            )
            call, extra = passed, ()
            frame = self.tracer.enter(own, value.call, value.frame, value, value.extra) or self.tracer.program.frame(
                own.file, own.scope
            )
        own_class = (value.cls.file, value.cls.scope)
        return Made(spec.shape, spec.name.rpartition(".")[0], dotted, call, frame, extra, value.place, spec.kind, own_class)

    def _made_by(self, match: Match) -> Iterator[Thing]:
        if isinstance(match.spec, TypeSpec):
            yield Thing(match.spec, (match.made, *self._added(match)), certain=match.certain)
            return
        returns = match.spec.returns
        before = (match.thing.made or (untraced(match.thing.type),)) if match.thing is not None else ()
        parts = match.thing.parts if match.thing is not None else ()
        if returns == "self":
            if match.thing is not None:
                yield Thing(match.thing.type, (match.made, *before), parts, match.certain)
        elif returns is not None and returns.startswith("="):
            value = self.argument(match.made, returns[1:])
            for thing in () if value is None else self.of(value):
                # The object itself comes first: who wraps a client does not serve its models.
                yield replace(thing, made=(*thing.made, match.made))
        elif returns is not None:
            yield Thing(self.catalogue.type(returns), (match.made, *before), parts, match.certain)

    def _added(self, match: Match) -> list[Made]:
        """The calls by which an object got further parts: `pipeline.add_component("llm", generator)`."""
        if not isinstance(match.spec, TypeSpec) or match.made.call is None:
            return []
        names = [path[-1] for path in self.catalogue.adders_of(match.spec.name)]
        found: list[Made] = []
        program = self.tracer.program
        for entry in (e for name in dict.fromkeys(names) for e in program.calls_by_name.get(name, ())[:MAX_ADDED]):
            func = entry.site.call.func
            if not isinstance(func, f.Attr):
                continue
            frame = program.frame(entry.file, entry.scope)
            self.tracer.ask(frame)
            receivers = [root_of(o) for o in alternatives(self.tracer.value(func.base, frame))]
            if not any(isinstance(r, CallValue) and r.call is match.made.call for r in receivers):
                continue
            for spec in self.catalogue.calls_on(match.spec.name, (func.name,)):
                place = self.tracer.place(entry.site.call, frame)
                made = Made(spec.shape, match.made.file, f"{match.made.dotted}.{func.name}", entry.site.call, frame, (), place)
                if spec.adds and self._holds(spec.shape, made):
                    found.append(made)
                    break
        return found

    def _unpacked(self, value: ItemOf) -> Iterator[Thing]:
        """An element of a tuple that a known call returns."""
        base, key = core(value.base), core(value.key) if value.key else None
        if isinstance(base, CallValue) and isinstance(key, Constant) and isinstance(key.value, int):
            for match in self.matches(base):
                unpacks = getattr(match.spec, "unpacks", ())
                name = unpacks[key.value] if 0 <= key.value < len(unpacks) else ""
                if name.startswith("="):
                    passed = self.argument(match.made, name[1:])
                    yield from () if passed is None else self.of(passed)
                elif name:
                    before = match.thing.made if match.thing is not None else ()
                    yield Thing(self.catalogue.type(name), (match.made, *before), certain=match.certain)

    def _got_by_key(self, value: ItemOf) -> Iterator[Thing]:
        """`client["kb"]["policies"]`: an item of an object, where the catalogue knows what its `__getitem__` gives."""
        for thing in self.of(value.base):
            for spec in self.catalogue.calls_on(thing.type.name, ("__getitem__",)):
                if spec.returns is not None and spec.returns in self.catalogue.types and spec.shape.site is None:
                    name = next(iter(spec.shape.order), None)
                    entries = () if name is None or value.key is None else ((Constant(value.place, name), value.key),)
                    file = thing.type.name.rpartition(".")[0]
                    options = Mapping(value.place, entries, ())
                    made = Made(spec.shape, file, thing.type.name, None, None, (), value.place, "", None, options)
                    yield Thing(self.catalogue.type(spec.returns), (made, *thing.made), certain=thing.certain)
                    break

    def _pipe(self, value: Combined) -> Iterator[Thing]:
        items: list[list[Thing]] = []
        for item in value.items:
            known = core(item)
            inside = [v for _, v in known.entries] if isinstance(known, Mapping) else [item]
            items.append([thing for one in inside for thing in self.of(one)])
        parts = [p for found in items for p in found]
        heads = [p for p in parts if p.type.kind == "llm"] or [p for p in parts if p.type.kind == "retriever"] or parts[:1]
        unknown = [i for i in value.items if not self.of(i) and core(i).tag in ("parameter", "unknown", "call", "member", "item")]
        if parts and unknown and not any(p.type.kind == "llm" for p in parts) and "langchain-core.Chain" in self.catalogue.types:
            yield Thing(self.catalogue.type("langchain-core.Chain"), (), tuple(parts), certain=False)
            return
        for head in heads:
            # Of the objects that one step can be, the others are no parts.
            inner = [p for found in items for p in found if p is head or head not in found]
            yield Thing(head.type, head.made, tuple(q for p in inner for q in (p, *p.parts)), head.certain)

    def _leaf(self, dotted: str) -> TypeSpec | None:
        """A class that a package also offers under another path than the listed ones."""
        package, _, leaf = dotted.rpartition(".")
        while package:
            if (found := self._by_leaf.get((package, leaf))) is not None:
                return found
            package = package.rpartition(".")[0]
        return None

    # -- calls ------------------------------------------------------------------------------------------------------------

    def matches(self, value: CallValue) -> tuple[Match, ...]:
        """What an external call means."""
        key = id(value)
        if key not in self._matches:
            self._matches[key] = ()
            self._keep.append(value)
            self._matches[key] = tuple(self.meanings(value.callee, value.call, value.frame, value.extra))
        return self._matches[key]

    def meanings(self, callee: Value, call: f.Call, frame: Frame, extra: Extra = ()) -> list[Match]:
        """What calling `callee` with the arguments of `call` means."""
        place = self.tracer.place(call, frame)
        found: list[Match] = []
        for option in _with_types(callee):
            found.extend(self._meaning(option, call, frame, extra, place))
        return found or self._by_name(callee, call, frame, extra, place)

    def _by_name(self, callee: Value, call: f.Call, frame: Frame, extra: Extra, place: Place) -> list[Match]:
        """What a method with a telling name means on an object of which nothing is known."""
        for option in alternatives(callee):
            path: list[str] = []
            base = option
            while isinstance(base, Member):
                path.insert(0, base.name)
                base = core(base.base)
            made_by = core(base.callee) if isinstance(base, CallValue) else base
            unseen = isinstance(made_by, Parameter | Unknown | ItemOf) or (isinstance(base, Symbol) and len(path) > 2)
            spec = self._told(path, call, frame) if path and unseen else None
            if spec is not None:
                shape = replace(spec.shape, provider=None, hosting=None, defaults=())
                made = Made(shape, spec.target.rpartition(".")[0], ".".join(path), call, frame, extra, place)
                return [Match(shape, made, None, spec, certain=False, result=spec.result)]
        return []

    def _told(self, path: list[str], call: f.Call, frame: Frame) -> CallSpec | None:
        asked = self.telling.of_messages(path[-1])
        if asked is not None:
            first = self.tracer.functions.keyword_or_position(self.tracer, call, frame, "messages", 0)
            if first is not None and are_messages(first):
                return asked
        return self.telling.of(tuple(path), call)

    def _meaning(self, callee: Value, call: f.Call, frame: Frame, extra: Extra, place: Place) -> list[Match]:
        known = core(callee)
        if isinstance(known, Symbol):
            return self._of_symbol(known, call, frame, extra, place)
        if isinstance(known, ScopeValue) and known.kind == "class":
            made_instance = Instance(place, known, call, frame, (*known.extra, *extra))
            return [Match(_of_own(t.type), t.made[0], None, t.type, True) for t in self._own_class(made_instance) if t.made]
        if isinstance(known, ScopeValue) and isinstance(known.receiver, Instance):
            return self._of_override(known, known.receiver, call, frame, extra, place)
        if isinstance(known, Member):
            path: list[str] = []
            base: Value = callee
            while isinstance(core(base), Member):
                inner = core(base)
                assert isinstance(inner, Member)
                if inner.name == "super()":
                    break
                path.insert(0, inner.name)
                base = inner.base
                found = self._on(base, tuple(path), call, frame, extra, place)
                if found:
                    return found
            return self._own_class_method(core(base), tuple(path), call, frame, extra, place)
        if isinstance(known, Prepared):
            return self.meanings(known.callee, call, frame, (*known.extra, *extra))
        if isinstance(known, CallValue | Instance | Combined | Parameter):
            return self._on(callee, ("__call__",), call, frame, extra, place)
        if isinstance(callee, Via) and callee.type is not None:
            return self._on(callee, ("__call__",), call, frame, extra, place)
        return []

    def _of_override(
        self, method: ScopeValue, receiver: Instance, call: f.Call, frame: Frame, extra: Extra, place: Place
    ) -> list[Match]:
        """A known class's method that an own subclass wraps: `def invoke(self, x): return clean(super().invoke(x))`."""
        scope = self.tracer.program.scope(method.file, method.scope)
        above = {name for site in scope.calls for part in f.walk(site.call) if (name := of_super(part)) is not None}
        if not above:
            return []
        found = self._on(receiver, (scope.name,), call, frame, extra, place)
        kinds = {m.shape.site for name in above for m in self._on(receiver, (name,), call, frame, extra, place)}
        return [replace(match, override=(method.file, method.scope)) for match in found if match.shape.site in kinds]

    def _own_class_method(
        self, owner: Value, path: tuple[str, ...], call: f.Call, frame: Frame, extra: Extra, place: Place
    ) -> list[Match]:
        """A class method that the repository's own subclass inherits: `OwnStore.from_params(…)`."""
        if not (isinstance(owner, ScopeValue) and owner.kind == "class"):
            return []
        for base in self.tracer.classes.outside(owner):
            found = self._of_symbol(Symbol(place, ".".join((base.name, *path))), call, frame, extra, place)
            if found:
                return found
        return []

    def _of_symbol(self, symbol: Symbol, call: f.Call, frame: Frame, extra: Extra, place: Place) -> list[Match]:
        specs = self._named(symbol.name) or self._named(_public(symbol.name))
        if not specs:
            leaf = self._leaf(symbol.name)
            if leaf is None:
                return self._class_method(symbol, call, frame, extra, place)
            specs = (leaf,)
        found: list[Match] = []
        for spec in specs:
            file = (
                spec.name.rpartition(".")[0]
                if isinstance(spec, TypeSpec)
                else spec.source.rpartition("/")[2].partition(".yaml")[0]
            )
            made = Made(spec.shape, file, symbol.name, call, frame, extra, place, spec.kind if isinstance(spec, TypeSpec) else "")
            if self._holds(spec.shape, made):
                found.append(Match(spec.shape, made, None, spec, True, "" if isinstance(spec, TypeSpec) else spec.result))
                if not isinstance(spec, TypeSpec) or spec.kind != "index" or self._holds(spec.shape, made, surely=True):
                    break  # else what it is otherwise is possible as well
        return found

    def _named(self, dotted: str) -> tuple[TypeSpec | CallSpec, ...]:
        return self.catalogue.constructors(dotted) or self.catalogue.functions(dotted)

    def _class_method(self, symbol: Symbol, call: f.Call, frame: Frame, extra: Extra, place: Place) -> list[Match]:
        """`Store.from_documents`, listed for a class or one of its bases, or under another path of it.

        Several types share a class: the arguments tell which one it is."""
        head, _, method = symbol.name.rpartition(".")
        leaf = self._leaf(head)
        for owner in self.catalogue.constructors(head) or ((leaf,) if leaf else ()):
            for spec in self.catalogue.calls_on(owner.name, (method,)):
                kind = self._kind_of_result(owner, spec)
                made = Made(spec.shape, owner.name.rpartition(".")[0], symbol.name, call, frame, extra, place, kind)
                if self._holds(owner.shape, made) and self._holds(spec.shape, made):
                    return [Match(spec.shape, made, Thing(owner, (untraced(owner, place),)), spec, True, spec.result)]
        return []

    def _kind_of_result(self, receiver: TypeSpec, spec: CallSpec) -> str:
        """What a call makes, as a part."""
        if spec.returns == "self":
            return receiver.kind
        return self.catalogue.type(spec.returns).kind if spec.returns is not None and spec.returns in self.catalogue.types else ""

    def _on(self, base: Value, path: tuple[str, ...], call: f.Call, frame: Frame, extra: Extra, place: Place) -> list[Match]:
        found: list[Match] = []
        seen: set[tuple[str, int, int]] = set()
        for thing in self.of(base):
            for spec in self.catalogue.calls_on(thing.type.name, path):
                made = Made(spec.shape, thing.type.name.rpartition(".")[0], _dotted(thing, path), call, frame, extra, place)
                if not self._holds(spec.shape, made):
                    continue
                first = thing.made[0] if thing.made else None
                key = (thing.type.name, id(first.call) if first else 0, id(first.frame) if first else 0)
                if key not in seen:
                    seen.add(key)
                    found.append(Match(spec.shape, made, thing, spec, thing.certain, spec.result))
                break
        return found

    def _holds(self, shape: Shape, made: Made, *, surely: bool = False) -> bool:
        """Whether the conditions on the arguments are met by one of the values that they can have; `surely`: by each."""
        every = all if surely else any
        for name, allowed in shape.when.items():
            head, *path = name.split(".")
            value = self.argument(made, head)
            for key in path:
                if "*" in key:
                    value = value if value is not None and has_key(value, key) else None
                else:
                    value = None if value is None else self.inside(value, key)
            if "*" in allowed and value is not None and every(is_given_value(one) for one in alternatives(value)):
                continue
            spelled = [None] if value is None else spell(value)[0]
            if not every(allows(one, allowed) for one in spelled):
                return False
        return True

    # -- arguments --------------------------------------------------------------------------------------------------------

    def argument(self, made: Made, name: str) -> Value | None:
        """The value of a parameter in the call that made something; None when it is left out."""
        if made.frame is not None:
            self.tracer.ask(made.frame)
        if made.options is not None:
            return self.inside(made.options, name)
        if made.call is None or made.frame is None:
            return None
        for key, value in made.extra:
            if key == name:
                return value
        fixed = [v for k, v in made.extra if k is None]
        position = made.shape.order.index(name) if name in made.shape.order else -1
        if 0 <= position < len(fixed):
            return fixed[position]
        given = self.tracer.functions.keyword_or_position(self.tracer, made.call, made.frame, name, position - len(fixed))
        if name in self.tracer.program.foreign_writes:
            later = self._set_later(made.call, name)
            given = self.tracer.join([*([] if given is None else [given]), *later], made.place, name) if later else given
        return given

    def role(self, made: Made, role: Role) -> list[tuple[ArgSpec, Value]]:
        """The arguments of a call that have a role."""
        found: list[tuple[ArgSpec, Value]] = []
        for arg in made.shape.args:
            if arg.role is not role:
                continue
            if arg.name == EVERY:
                found.extend((arg, value) for value in self._others(made))
                continue
            value = self.argument(made, arg.name)
            for key in arg.path:
                value = None if value is None else self.inside(value, key)
            if value is not None and arg.where is not None:
                value = self._selected(value, arg.where)
            if value is not None:
                found.append((arg, value))
        # `Agent(config=…, llm=…)`: what is said in the call itself comes before what a dictionary says under the same name.
        said = {arg.name for arg, value in found if not arg.path and _is_said(core(value))}
        return [(arg, value) for arg, value in found if not (arg.path and arg.path[-1] in said)]

    def _others(self, made: Made) -> list[Value]:
        """The keyword arguments that the shape does not name."""
        named = {arg.name for arg in made.shape.args}
        if made.call is None or made.frame is None:
            return []
        args = [a for a in made.call.args if (a.name is not None and a.name not in named) or a.stars == 2]
        return [self.tracer.value(a.value, made.frame) for a in args]

    def given(self, made: Made, role: Role) -> list[Value]:
        """The values of the arguments that have a role, without those that only describe an object."""
        return [value for arg, value in self.role(made, role) if not arg.type]

    def described(self, made: Made, role: Role) -> list[Thing]:
        """The objects that a dictionary of options describes (`{"provider": "ollama", "config": {…}}`)."""
        found: list[Thing] = []
        for arg, value in self.role(made, role):
            for options in _descriptions(value) if arg.type else ():
                spec = self.catalogue.type(arg.type)
                file = arg.type.rpartition(".")[0]
                one = Made(spec.shape, file, made.dotted, made.call, made.frame, (), options.place, spec.kind, None, options)
                if self._holds(spec.shape, one):
                    found.append(Thing(spec, (one,), certain=True))
        return found

    def assigned(self, dotted: str, place: Place) -> list[Value]:
        """What the program puts into a variable that an SDK reads: by an assignment, or by a call that sets it."""
        owner, _, name = dotted.rpartition(".")
        found: list[Value] = []
        if name in self.tracer.program.foreign_writes:
            value = self.tracer.member(Symbol(place, owner), name, place)
            if not isinstance(core(value), Symbol):
                found.append(value)
        for setter in self.catalogue.setters.get(dotted, ()):
            for entry in self.tracer.program.calls_by_name.get(setter.target.rpartition(".")[2], ()):
                if not self.tracer.callers_count(entry.file):
                    continue
                frame = self.tracer.program.frame(entry.file, entry.scope)
                callee = core(self.tracer.value(entry.site.call.func, frame))
                if isinstance(callee, Symbol) and callee.name == setter.target:
                    at = self.tracer.place(entry.site.call, frame)
                    made = Made(setter.shape, "", callee.name, entry.site.call, frame, (), at)
                    argument = next(a for a, target in setter.shape.sets_global.items() if target == dotted)
                    passed = self.argument(made, argument)
                    if passed is not None:
                        found.append(passed)
        return found

    def inside(self, value: Value, key: str) -> Value | None:
        """An entry of a dictionary or options object; None when it is not in there."""
        said = [self._entry(known, key) for known in alternatives(value) if not isinstance(known, Again)]
        options = [one for some in said for one in some]
        if options and not all(said):
            options.append(Constant(value.place, None))  # where one does not say it, its default holds
        return self.tracer.join(options, value.place, key) if options else None

    def _entry(self, known: Value, key: str) -> list[Value]:
        """What one of the alternatives says under a key."""
        if isinstance(known, Mapping):
            hits = [v for k, v in known.entries if literal(k) == key]
            if hits:
                return hits[-1:]
            open_ = [k for k, _ in known.entries if not all(isinstance(o, Constant) for o in alternatives(k))]
            doubts = [Unknown(r.place, f"{key} may be set in a dictionary that is not known", (r,)) for r in known.rest]
            return [*doubts, *(Unknown(k.place, f"{key} may be set under a key that is not known", (k,)) for k in open_)]
        if isinstance(known, Changed):
            return self._of_changed(known, key)
        if isinstance(known, Listing):
            said = [self.inside(one, key) for one in known.items]
            found = [i for i in said if i is not None]
            return [*found, Constant(known.place, None)] if found and None in said else found
        if isinstance(known, CallValue):
            return self._of_options(known, key)
        if isinstance(known, Instance):
            return [self.tracer.member(known, key, known.place)]
        if isinstance(known, Template):
            # A body that was turned into text: the dictionary is a part of it. A sentence is none.
            if known.how != "json" and any(isinstance(core(p), Constant) for p in known.parts):
                return []
            return [i for p in known.parts if not isinstance(core(p), Constant) and (i := self.inside(p, key)) is not None]
        if isinstance(known, Constant):
            return []
        return [Unknown(known.place, f"{key} may be set in an object that is not known", (known,))]

    def _of_changed(self, changed: Changed, key: str) -> list[Value]:
        """An entry of a dictionary that was changed, or of one in it."""
        held = self.inside(changed.base, key)
        before = [] if held is None else [held]
        if changed.path:
            if held is None or literal(changed.path[0]) != key:
                return before
            rest = changed.path[1:]
            return [Changed(changed.place, held, changed.method, changed.added, changed.repeats, changed.lasting, rest)]
        if changed.method in ("setitem", "setdefault") and len(changed.added) == 2 and literal(changed.added[0]) == key:
            return before if before and changed.method == "setdefault" else [changed.added[1]]
        if changed.method == "update" and changed.added:
            later = self.inside(changed.added[0], key)
            return before if later is None else [later]
        return before

    def _of_options(self, value: CallValue, key: str) -> list[Value]:
        """An option of an object that was made by a call, or that was set on it afterwards."""
        found: list[Value] = []
        for thing in self.of(value):
            # Its class tells the positions of its arguments; what was derived from it (`Query(text).dialect(2)`) keeps them.
            given = next((v for made in thing.made if (v := self.argument(made, key)) is not None), None)
            if given is not None:
                found.append(given)
        if not found:
            given = self.tracer.functions.keyword_or_position(self.tracer, value.call, value.frame, key, -1)
            found.extend([given] if given is not None else self._set_later(value.call, key))
        if not found and not self.of(value) and not _makes(core(value.callee)):
            found.append(
                Unknown(value.place, f"{key} may be set in {reason(value).removeprefix('what ').removesuffix(' returns')}")
            )
        return found

    def _set_later(self, call: f.Call, name: str) -> list[Value]:
        """`options = Options(); options.model = "gpt-4o"`: attributes that are set on what a call made."""
        program = self.tracer.program
        entries = program.foreign_writes.get(name, ())
        found: list[Value] = []
        for entry in entries if len(entries) <= MAX_WRITES else ():
            if entry.write.method != "=" or not self.tracer.callers_count(entry.file):
                continue
            frame = program.frame(entry.file, entry.scope)
            targets = alternatives(self.tracer.value(entry.write.target, frame))
            if any(isinstance(root_of(one), CallValue) and root_of(one).call is call for one in targets):  # type: ignore[attr-defined]
                found.append(self.tracer.value(entry.write.args[0].value, frame))
        return found

    def _selected(self, value: Value, where: tuple[str, str]) -> Value | None:
        key, wanted = where
        chosen: list[Value] = []
        for one in list_items(value):
            known = core(one)
            if isinstance(known, Mapping) and any(wanted in spell(v)[0] for k, v in known.entries if literal(k) == key):
                chosen.append(one)
        return self.tracer.join(chosen, value.place, wanted) if chosen else None

    def parts(self, chain: tuple[Made, ...], *roles: Role) -> list[Thing]:
        """The objects that something was built from."""
        found: list[Thing] = []
        for made in chain:
            for role in roles or _PARTS:
                for value in self.given(made, role):
                    for item in members(value) if role in (Role.TOOLS, Role.PART) else [value]:
                        found.extend(self.of(item))
                found.extend(self.described(made, role))
        return found

    def all_parts(self, match: Match, seen: set[int]) -> Iterator[Thing]:
        """What a call is made on, what that is built from, and so on, without what was `seen` before."""
        chain = (match.made, *(match.thing.made if match.thing is not None else ()))
        stack = [*(match.thing.parts if match.thing is not None else ()), *self.parts(chain)]
        if match.thing is not None:
            stack.append(match.thing)
        while stack:
            part = stack.pop()
            key = id(part.made[0].call) if part.made else id(part)
            if key in seen or len(seen) > MAX_PARTS:
                continue
            seen.add(key)
            yield part
            stack.extend((*part.parts, *self.parts(part.made)))


def client_of(matches: Sequence[Match]) -> Place | None:
    """Where the client or model that a call uses is built, when that is one place."""
    clients = {m.thing.made[-1].place for m in matches if m.thing is not None and m.thing.made}
    return next(iter(clients)) if len(clients) == 1 else None


_OWN_SITES = {"llm": SiteKind.CLIENT, "embedder": SiteKind.EMBEDDING}


def of_super(expr: f.Expr) -> str | None:
    """`name` of `super().name`; None for anything else."""
    if not (isinstance(expr, f.Attr) and isinstance(expr.base, f.Call) and isinstance(expr.base.func, f.Name)):
        return None
    return expr.name if expr.base.func.name == "super" else None


def _of_own(spec: TypeSpec) -> Shape:
    """Making an object of the repository's own model class is a site, even where the framework's base class serves nothing."""
    kind = _OWN_SITES.get(spec.kind)
    return spec.shape if spec.shape.site is not None or kind is None else replace(spec.shape, site=kind)


def _descriptions(value: Value) -> Iterator[Value]:
    """Each of the dictionaries that can be given, or that stand in a list."""
    for one in alternatives(value):
        if isinstance(one, Listing):
            yield from one.items
        elif not (isinstance(one, Constant) and one.value is None):
            yield one


def _is_said(value: Value) -> bool:
    return not isinstance(value, Unknown) and not (isinstance(value, Constant) and value.value is None)


def _public(dotted: str) -> str:
    """The name that a package offers for one of its insides: `pkg.Model.load` for `pkg.models.auto.Model.load`."""
    top, *rest = dotted.split(".")
    cls = next((n for n, part in enumerate(rest) if part[:1].isupper()), 0)
    return ".".join((top, *rest[cls:]))


def is_given_value(value: Value) -> bool:
    """Whether an argument is certainly there, be it known or not."""
    if isinstance(value, Constant):
        return value.value is not None
    return not (isinstance(value, Unknown) and "may be set" in value.because)


def _makes(callee: Value) -> bool:
    """Whether calling something makes an object from its arguments alone: a class, `dict`."""
    name = callee.name.rpartition(".")[2] if isinstance(callee, Symbol | Member) else ""
    return name[:1].isupper() or name in ("dict", "replace", "copy")


def root_of(value: Value) -> Value:
    """The object that was changed."""
    known = core(value)
    while isinstance(known, Changed):
        known = core(known.base)
    return known


def untraced(spec: TypeSpec, place: Place = NOWHERE) -> Made:
    """What the class alone tells, not how the object was made."""
    head = (spec.new or (spec.name,))[0]
    return Made(spec.shape, spec.name.rpartition(".")[0], head, None, None, (), place, spec.kind)


def _with_types(callee: Value) -> Iterator[Value]:
    """The alternatives of a value, each with the step that carries its annotation."""
    if isinstance(callee, Via):
        if isinstance(core(callee), Alternatives):
            yield from _with_types(core(callee))
        else:
            yield callee
    elif isinstance(callee, Alternatives):
        for option in callee.options:
            yield from _with_types(option)
    else:
        yield callee


def allows(value: object, allowed: tuple[object, ...]) -> bool:
    """Whether a value is one of those that a condition names."""
    for one in allowed:
        if one == value and type(one) is type(value):
            return True
        if isinstance(one, str) and isinstance(value, str) and fnmatch.fnmatchcase(value, one):
            return True
    return False


def _dotted(thing: Thing, path: tuple[str, ...]) -> str:
    """The name of what is called, with the class that the code names: `openai.AsyncOpenAI.responses.create`."""
    spec = thing.type
    named = next((made.dotted for made in reversed(thing.made) if made.dotted in spec.new), None)
    head = named or (spec.new or spec.named or (spec.name,))[0]
    return head if path == ("__call__",) else ".".join((head, *path))


def _unique_leaves(catalogue: Catalogue) -> dict[tuple[str, str], TypeSpec]:
    """(package, class name) -> type, where that is unambiguous: packages offer a class under several paths."""
    found: dict[tuple[str, str], TypeSpec | None] = {}
    whole = {name for provider in catalogue.providers.values() for name in provider.imports if "." not in name}
    for provider in catalogue.providers.values():
        for spec in provider.types:
            for name in spec.new:
                top, _, rest = name.partition(".")
                leaf = rest.rpartition(".")[2]
                if not leaf[:1].isupper() or spec.shape.when:
                    continue
                # `google` is shared by packages that have nothing to do with each other: google.cloud.storage.Client
                own = [one for one in provider.imports if top not in whole and name.startswith(f"{one}.")]
                key = (max(own, key=len, default=top), leaf)
                other = found.get(key)
                same = key not in found or (other is not None and other.name == spec.name)
                found[key] = catalogue.type(spec.name) if same else None
    return {k: v for k, v in found.items() if v is not None}
