"""Values: where an expression comes from. The result of tracing, for every question that archfit asks.

A value is a term: a constant, a text with known and unknown parts, an instance of a class, the result of calling something
outside the repository … Alternatives stand side by side in `Alternatives`. What is not known is `Unknown`, with the reason.
Arguments of external calls are not traced until somebody asks: a `CallValue` holds the call and the frame to trace it in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import ClassVar

from linter.model import facts as f
from linter.model.place import Place

Extra = tuple[tuple[str | None, "Value"], ...]
"""Arguments that do not stand in the call itself: name, or None for a positional one."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One activation of a scope: which call entered it, from where, and with what `self`.

    Without a call the frame stands for every activation: parameters are then what any caller passes."""

    module: str
    """Path of the file."""
    scope: int
    call: f.Call | None = None
    caller: Frame | None = None
    receiver: Value | None = None
    extra: Extra = ()
    """Arguments fixed before the call (`functools.partial`): name or None for positional."""
    outer: Frame | None = None
    """The frame of the scope around it, for closures."""
    depth: int = 0
    round: tuple[int, Value] | None = None
    """One round of a loop of the scope: the loop's number and what its variable holds."""
    fixed: tuple[tuple[str, Value], ...] = ()
    """Parameters of which one value is looked at."""


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """Base of all values. `place`: where it comes into being."""

    place: Place
    tag: ClassVar[str] = "value"

    def inside(self) -> tuple[Value, ...]:
        """The values that this one is made of, as far as they are traced already."""
        return ()


@dataclass(frozen=True, slots=True, eq=False)
class Constant(Value):
    """A literal."""

    value: f.Literal
    tag: ClassVar[str] = "constant"


@dataclass(frozen=True, slots=True, eq=False)
class Template(Value):
    """A text put together from parts; a part that is a `Constant` is literal text."""

    parts: tuple[Value, ...]
    how: str = "text"
    tag: ClassVar[str] = "template"

    def inside(self) -> tuple[Value, ...]:
        return self.parts


@dataclass(frozen=True, slots=True, eq=False)
class EnvVariable(Value):
    """An environment variable, with what is used when it is not set. `required`: its absence is an error."""

    name: str
    default: Value | None
    required: bool = False
    given: tuple[Value, ...] = ()
    """What files of the repository set it to, the nearest to a deployment first."""
    deployed: bool = False
    """Files that start the program set it, and leave nothing open."""
    secret: str = ""
    """The secret that such a file takes it from."""
    tag: ClassVar[str] = "env"

    @property
    def is_settled(self) -> bool:
        """Whether nothing but what the files say is possible."""
        return self.deployed and self.default is None

    def inside(self) -> tuple[Value, ...]:
        return self.given if self.default is None else (*self.given, self.default)


@dataclass(frozen=True, slots=True, eq=False)
class Symbol(Value):
    """Something outside the repository, by its dotted name."""

    name: str
    tag: ClassVar[str] = "symbol"


@dataclass(frozen=True, slots=True, eq=False)
class ModuleValue(Value):
    """A module of the repository. `path` is empty for a folder without `__init__.py`."""

    name: str
    path: str
    tag: ClassVar[str] = "module"


@dataclass(frozen=True, slots=True, eq=False)
class ScopeValue(Value):
    """A class or function of the repository. `frame`: where it was defined, for its free names.
    `receiver`: the object that it was taken from (a bound method)."""

    file: str
    scope: int
    kind: str
    name: str
    """Dotted name: module and qualified name."""
    frame: Frame | None = None
    receiver: Value | None = None
    extra: Extra = ()
    plain: bool = False
    """Without its decorators: what they are handed."""
    tag: ClassVar[str] = "scope"


@dataclass(frozen=True, slots=True, eq=False)
class Instance(Value):
    """An object of a class of the repository. Without a call: any object of that class or its subclasses."""

    cls: ScopeValue
    call: f.Call | None = None
    frame: Frame | None = None
    extra: Extra = ()
    replaced: tuple[tuple[str, Value], ...] = ()
    """Fields that were given anew: `dataclasses.replace(config, model="o1")`."""
    after: ScopeValue | None = None
    """The class in which `super()` stands: only what comes after it in the order of classes counts."""
    tag: ClassVar[str] = "instance"


@dataclass(frozen=True, slots=True, eq=False)
class Prepared(Value):
    """Something outside the repository that is to be called later, with some arguments fixed already (`functools.partial`)."""

    callee: Value
    extra: Extra
    tag: ClassVar[str] = "prepared"

    def inside(self) -> tuple[Value, ...]:
        return (self.callee, *(v for _, v in self.extra))


@dataclass(frozen=True, slots=True, eq=False)
class CallValue(Value):
    """The result of calling something outside the repository (or something unknown)."""

    callee: Value
    call: f.Call
    frame: Frame
    extra: Extra = ()
    tag: ClassVar[str] = "call"

    def inside(self) -> tuple[Value, ...]:
        return (self.callee,)


@dataclass(frozen=True, slots=True, eq=False)
class Member(Value):
    """An attribute of something that is not a class of the repository."""

    base: Value
    name: str
    tag: ClassVar[str] = "member"

    def inside(self) -> tuple[Value, ...]:
        return (self.base,)


@dataclass(frozen=True, slots=True, eq=False)
class ItemOf(Value):
    """An item of something whose items are not known. `key` None: any element (iteration)."""

    base: Value
    key: Value | None
    tag: ClassVar[str] = "item"

    def inside(self) -> tuple[Value, ...]:
        return (self.base,) if self.key is None else (self.base, self.key)


@dataclass(frozen=True, slots=True, eq=False)
class Listing(Value):
    """A list, tuple or set. `open`: there may be more items than those."""

    items: tuple[Value, ...]
    kind: str = "list"
    open: bool = False
    tag: ClassVar[str] = "listing"

    def inside(self) -> tuple[Value, ...]:
        return self.items


@dataclass(frozen=True, slots=True, eq=False)
class Mapping(Value):
    """A dictionary, in order of writing; a later entry wins. `rest`: what was spread into it without known keys."""

    entries: tuple[tuple[Value, Value], ...]
    rest: tuple[Value, ...] = ()
    tag: ClassVar[str] = "mapping"

    def inside(self) -> tuple[Value, ...]:
        return (*(v for _, v in self.entries), *self.rest)


@dataclass(frozen=True, slots=True, eq=False)
class Collected(Value):
    """What a comprehension or generator gives: `element` for each of `sources`. `keyed`: a dictionary, of which `element` is the
    pair of a key and a value."""

    element: Value
    sources: tuple[Value, ...]
    keyed: bool = False
    tag: ClassVar[str] = "collected"

    def inside(self) -> tuple[Value, ...]:
        return (self.element, *self.sources)


@dataclass(frozen=True, slots=True, eq=False)
class Changed(Value):
    """An object after a mutation (`append`, `setitem` …), where the new state is not simply known."""

    base: Value
    method: str
    added: tuple[Value, ...]
    repeats: bool = False
    """The mutation happens again and again (in a loop, or once a request) on the same object."""
    lasting: bool = False
    """That object outlives the call that changes it: an attribute, a variable of a module."""
    path: tuple[Value, ...] = ()
    """Keys, the outermost first, when the mutation goes into an item of the object."""
    tag: ClassVar[str] = "changed"

    def inside(self) -> tuple[Value, ...]:
        return (self.base, *self.added)


@dataclass(frozen=True, slots=True, eq=False)
class Sliced(Value):
    """A part of a sequence or text: `base[lower:upper]`."""

    base: Value
    lower: Value | None
    upper: Value | None
    tag: ClassVar[str] = "sliced"

    def inside(self) -> tuple[Value, ...]:
        return (self.base,)


@dataclass(frozen=True, slots=True, eq=False)
class Combined(Value):
    """`a | b | c`, `a + b` and the like, of things that are not text or collections."""

    op: str
    items: tuple[Value, ...]
    tag: ClassVar[str] = "combined"

    def inside(self) -> tuple[Value, ...]:
        return self.items


@dataclass(frozen=True, slots=True, eq=False)
class Parameter(Value):
    """A parameter whose caller is outside the repository, or not found."""

    function: str
    name: str
    annotation: Value | None
    tag: ClassVar[str] = "parameter"


@dataclass(frozen=True, slots=True, eq=False)
class Alternatives(Value):
    """One of several values."""

    options: tuple[Value, ...]
    tag: ClassVar[str] = "alternatives"

    def inside(self) -> tuple[Value, ...]:
        return self.options


@dataclass(frozen=True, slots=True, eq=False)
class Via(Value):
    """A value and one step of its way: through a variable, an attribute, an argument, a return. It is the same value."""

    value: Value
    how: str
    """variable, attribute (read from one), kept (written to one), taken (an item of one), argument, return, typed"""
    name: str
    """Dotted name of what it came through."""
    type: Value | None = None
    """What an annotation says about it."""
    of: Value | None = None
    """The object of which it is an attribute, where that is no object of a class of the repository."""
    tag: ClassVar[str] = "via"

    def inside(self) -> tuple[Value, ...]:
        return (self.value,)


@dataclass(frozen=True, slots=True, eq=False)
class Again(Value):
    """The value depends on itself here: a variable changed in a loop, an attribute changed by later calls, recursion."""

    name: str
    tag: ClassVar[str] = "again"


@dataclass(frozen=True, slots=True, eq=False)
class Unknown(Value):
    """Not known, and why. `about` holds values that it certainly depends on."""

    because: str
    about: tuple[Value, ...] = field(default=())
    tag: ClassVar[str] = "unknown"

    def inside(self) -> tuple[Value, ...]:
        return self.about


def root_of(value: Value) -> Value:
    """The object that was changed; any other value itself."""
    known = core(value)
    while isinstance(known, Changed):
        known = core(known.base)
    return known


def with_root(value: Value, base: Value) -> Value:
    """The same changes, of another object."""
    known = core(value)
    return replace(known, base=with_root(known.base, base)) if isinstance(known, Changed) else base


def alternatives(value: Value) -> Iterator[Value]:
    """The alternatives of a value, without the steps of the way."""
    stack = [value]
    seen: set[int] = set()
    while stack:
        one = stack.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, Via):
            stack.append(one.value)
        elif isinstance(one, Alternatives):
            stack.extend(reversed(one.options))
        else:
            yield one


def core(value: Value) -> Value:
    """The value without the steps of the way at its head."""
    while isinstance(value, Via):
        value = value.value
    return value


def literal(value: Value | None) -> f.Literal:
    """The literal that a value is; None for everything else, and for None."""
    known = None if value is None else core(value)
    return known.value if isinstance(known, Constant) else None


def dotted(value: Value) -> str:
    """The dotted name of something outside the repository; empty for everything else."""
    known = core(value)
    return known.name if isinstance(known, Symbol) else ""


def is_nothing(value: Value) -> bool:
    """Whether a value cannot be: None is called, or what None would give, where a class could not be imported."""
    known = core(value)
    while isinstance(known, Member | CallValue):
        known = core(known.base if isinstance(known, Member) else known.callee)
    return isinstance(known, Constant) and known.value is None


def step_of(via: Via) -> str:
    """What a step of the way says to a reader; empty where it says nothing new."""
    short = ".".join(via.name.split(".")[-2:])
    return {
        "argument": f"passed as {short}",
        "return": f"returned by {short}()",
        "attribute": f"read from {short}",
        "variable": f"read from {short}",
        "kept": f"kept in {short}",
        "taken": f"taken out of {short}",
    }.get(via.how, "")
