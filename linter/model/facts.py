"""Facts: what one file says, without any knowledge of providers or rules.

A file is a list of scopes (the module first, then each class, function and lambda). A scope has bindings; a name in
an expression carries the bindings that can reach it at that point of the program, so that following a name never has to
guess which assignment came first. Where paths join (branches, loops) a binding of kind `JOIN` lists the alternatives.
A mutation (`messages.append(x)`) is a binding too, whose earlier state is in `before`: growth in a loop is a cycle
through such a binding.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

RUN = -1
"""Instead of the level of an import: the name is the path of a file, which is run among the names of who asks for it."""
Span = tuple[int, int, int, int]
"""First line, first column, end line, end column; 1-based, the end column exclusive."""

Literal = str | int | float | bool | None


@dataclass(frozen=True, slots=True, eq=False)
class Expr:
    """An expression. Compared by identity: the same text twice is two expressions."""

    span: Span
    tag: ClassVar[str] = "expr"

    def parts(self) -> tuple[Expr, ...]:
        """The expressions directly inside this one."""
        return ()


@dataclass(frozen=True, slots=True, eq=False)
class Const(Expr):
    """A literal."""

    value: Literal
    tag: ClassVar[str] = "const"


@dataclass(frozen=True, slots=True, eq=False)
class Name(Expr):
    """A name. `defs`: the bindings of its own scope that reach it; None when it is looked up further out."""

    name: str
    defs: tuple[int, ...] | None
    tag: ClassVar[str] = "name"


@dataclass(frozen=True, slots=True, eq=False)
class Attr(Expr):
    """`base.name`"""

    base: Expr
    name: str
    tag: ClassVar[str] = "attr"

    def parts(self) -> tuple[Expr, ...]:
        return (self.base,)


@dataclass(frozen=True, slots=True, eq=False)
class Arg:
    """An argument: positional (`name` None), keyword, `*value` (stars 1) or `**value` (stars 2)."""

    name: str | None
    stars: int
    value: Expr


@dataclass(frozen=True, slots=True, eq=False)
class Call(Expr):
    """`func(args)`"""

    func: Expr
    args: tuple[Arg, ...]
    tag: ClassVar[str] = "call"

    def parts(self) -> tuple[Expr, ...]:
        return (self.func, *(a.value for a in self.args))


@dataclass(frozen=True, slots=True, eq=False)
class Item(Expr):
    """`base[key]`"""

    base: Expr
    key: Expr
    tag: ClassVar[str] = "item"

    def parts(self) -> tuple[Expr, ...]:
        return (self.base, self.key)


@dataclass(frozen=True, slots=True, eq=False)
class Slice(Expr):
    """`lower:upper:step`, only as the key of an `Item`."""

    lower: Expr | None
    upper: Expr | None
    step: Expr | None
    tag: ClassVar[str] = "slice"

    def parts(self) -> tuple[Expr, ...]:
        return tuple(p for p in (self.lower, self.upper, self.step) if p is not None)


@dataclass(frozen=True, slots=True, eq=False)
class Text(Expr):
    """An f-string."""

    items: tuple[Expr, ...]
    tag: ClassVar[str] = "text"

    def parts(self) -> tuple[Expr, ...]:
        return self.items


@dataclass(frozen=True, slots=True, eq=False)
class Binary(Expr):
    """`a op b op c` for one operator, flattened from the left; `op` is the operator's sign."""

    op: str
    items: tuple[Expr, ...]
    tag: ClassVar[str] = "binary"

    def parts(self) -> tuple[Expr, ...]:
        return self.items


@dataclass(frozen=True, slots=True, eq=False)
class Either(Expr):
    """One of several values: `a or b` (`op` "or"), `a and b` ("and"), `a if test else b` ("if")."""

    op: str
    options: tuple[Expr, ...]
    test: Expr | None
    tag: ClassVar[str] = "either"

    def parts(self) -> tuple[Expr, ...]:
        return self.options if self.test is None else (self.test, *self.options)


@dataclass(frozen=True, slots=True, eq=False)
class Compare(Expr):
    """`left op right` for one comparison; `op` is its sign or words (`==`, `in`, `is not`)."""

    op: str
    left: Expr
    right: Expr
    tag: ClassVar[str] = "compare"

    def parts(self) -> tuple[Expr, ...]:
        return (self.left, self.right)


@dataclass(frozen=True, slots=True, eq=False)
class Seq(Expr):
    """A list, tuple or set display (`kind`)."""

    kind: str
    items: tuple[Expr, ...]
    tag: ClassVar[str] = "seq"

    def parts(self) -> tuple[Expr, ...]:
        return self.items


@dataclass(frozen=True, slots=True, eq=False)
class Map(Expr):
    """A dictionary display; a key of None stands for `**value`."""

    keys: tuple[Expr | None, ...]
    values: tuple[Expr, ...]
    tag: ClassVar[str] = "map"

    def parts(self) -> tuple[Expr, ...]:
        return (*(k for k in self.keys if k is not None), *self.values)


@dataclass(frozen=True, slots=True, eq=False)
class Each(Expr):
    """A comprehension: `element` for every item of `sources`. `kind`: list, set, generator, map (then `key` is set)."""

    kind: str
    element: Expr
    key: Expr | None
    sources: tuple[Expr, ...]
    tests: tuple[Expr, ...]
    tag: ClassVar[str] = "each"

    def parts(self) -> tuple[Expr, ...]:
        key = () if self.key is None else (self.key,)
        return (*self.sources, *self.tests, *key, self.element)


@dataclass(frozen=True, slots=True, eq=False)
class Lambda(Expr):
    """A lambda; its body is the scope of that number."""

    scope: int
    tag: ClassVar[str] = "lambda"


@dataclass(frozen=True, slots=True, eq=False)
class Spread(Expr):
    """`*value` inside a display."""

    value: Expr
    tag: ClassVar[str] = "spread"

    def parts(self) -> tuple[Expr, ...]:
        return (self.value,)


@dataclass(frozen=True, slots=True, eq=False)
class Other(Expr):
    """An expression whose value is not followed (an arithmetic sign, say). Its parts are kept, since calls stand in them."""

    what: str
    items: tuple[Expr, ...]
    tag: ClassVar[str] = "other"

    def parts(self) -> tuple[Expr, ...]:
        return self.items


When = tuple[int, ...]
"""On what it depends whether a point of a scope is reached, outermost first: `n` for the n-th test of the scope (from 1) being
true, `-n` for its being false, 0 for something that is no test (an exception, another round of a loop)."""


class Kind(StrEnum):
    """How a binding gives its name a value."""

    VALUE = "value"  # `value`
    UNPACK = "unpack"  # element `path` of `value`
    EACH = "each"  # an element of the iterable `value` (then `path` inside it)
    ENTER = "enter"  # what the context manager `value` gives
    PARAM = "param"
    IMPORT = "import"  # `module`, `member`, `level`
    SCOPE = "scope"  # the class or function of number `scope`
    JOIN = "join"  # one of the bindings in `before`
    CHANGE = "change"  # the object of `before` after the mutation `method(args)`
    DECLARE = "declare"  # only an annotation
    OPAQUE = "opaque"  # an exception, a match capture, …


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """One way in which a name of a scope gets its value."""

    index: int
    name: str
    kind: Kind
    span: Span
    value: Expr | None = None
    path: tuple[int, ...] = ()
    annotation: Expr | None = None
    module: str = ""
    member: str | None = None
    """The imported name; None when the module itself is bound."""
    level: int = 0
    scope: int = -1
    before: tuple[int, ...] = ()
    method: str = ""
    args: tuple[Arg, ...] = ()
    loops: tuple[int, ...] = ()
    """Numbers of the loops around it, outermost first."""
    guard: Expr | None = None
    """The test of the nearest branch around it."""
    when: When = ()


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """A parameter. `kind`: plain, only (keyword-only), args (`*`), kwargs (`**`)."""

    name: str
    kind: str
    default: Expr | None
    annotation: Expr | None


@dataclass(frozen=True, slots=True, eq=False)
class Write:
    """A change of something that is not a plain name: `target.name = value`, `target.append(args)`.

    `method` is "=" for an assignment to the attribute `name` of `target`; else the mutation of `target` itself
    (`append`, `setitem`, `del` …), and `name` is empty."""

    target: Expr
    name: str
    method: str
    args: tuple[Arg, ...]
    span: Span
    loops: tuple[int, ...]
    guard: Expr | None = None
    when: When = ()


@dataclass(frozen=True, slots=True, eq=False)
class Loop:
    """A loop. `kind` for or while; `over` is the iterable or the condition."""

    kind: str
    over: Expr
    span: Span
    outer: int = -1


@dataclass(frozen=True, slots=True, eq=False)
class CallSite:
    """A call, with the loops around it, outermost first."""

    call: Call
    loops: tuple[int, ...]
    guard: Expr | None = None
    """The test of the nearest branch around it."""
    when: When = ()
    """What must hold on the way to it."""


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """A module, class, function or lambda."""

    index: int
    kind: str
    """module, class, function, lambda"""
    name: str
    qualname: str
    """Dotted inside the file; empty for the module."""
    parent: int
    span: Span
    params: tuple[Parameter, ...]
    bindings: tuple[Binding, ...]
    exits: dict[str, tuple[int, ...]]
    """Name -> the bindings that reach the end of the scope."""
    outer_names: frozenset[str]
    """Names declared `global` or `nonlocal`."""
    returns: tuple[Expr, ...]
    yields: tuple[Expr, ...]
    return_annotation: Expr | None
    decorators: tuple[Expr, ...]
    bases: tuple[Expr, ...]
    calls: tuple[CallSite, ...]
    writes: tuple[Write, ...]
    loops: tuple[Loop, ...]
    stars: tuple[tuple[str, int], ...]
    """`from module import *`: module and level."""
    is_async: bool = False
    abstract: bool = False
    """The body does nothing: `pass`, `...`, or raising NotImplementedError."""
    tests: tuple[Expr, ...] = ()
    """The tests of its branches, for `When`."""
    return_whens: tuple[When, ...] = ()
    """For each of `returns`, when it is reached."""


@dataclass(frozen=True, slots=True, eq=False)
class CellFacts:
    """A code cell of a notebook that was read."""

    index: int
    """0-based, among all cells."""
    line: int
    """The first one, counted over all of these cells."""
    exits: dict[str, tuple[int, ...]]
    """As `Scope.exits` of the module at the end of the cell, of the names that are not as they were before it."""


@dataclass(frozen=True, slots=True, eq=False)
class FileFacts:
    """Everything that one file says."""

    path: str
    scopes: tuple[Scope, ...]
    problems: tuple[tuple[int | None, str], ...] = ()
    """Line and reason of what could not be read."""
    cells: tuple[CellFacts, ...] = ()
    """Of a notebook, whose cells are one module: lines count on from cell to cell."""
    foreign: str = ""
    """Why the file is none of ours to read: a notebook for another language."""
    modules: tuple[FileFacts, ...] = ()
    """Of a notebook: the files that its cells are written to."""
    notebook: str = ""
    """The notebook whose cell is written to this file; its path is below that of the notebook."""

    def locate(self, line: int) -> tuple[int | None, int]:
        """The cell that a line of the module stands in, if it is a notebook's, and the line inside of it."""
        at = bisect_right(self.cells, line, key=lambda cell: cell.line) - 1
        return (None, line) if at < 0 else (self.cells[at].index, line - self.cells[at].line + 1)


def walk(expr: Expr) -> Iterator[Expr]:
    """The expression and all expressions inside it, without entering lambdas."""
    stack = [expr]
    while stack:
        one = stack.pop()
        yield one
        stack.extend(one.parts())
