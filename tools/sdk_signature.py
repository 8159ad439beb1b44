"""What a function or a constructor of an SDK accepts, read from its source."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from tools.sdk_module import Function, Module, class_names
from tools.sdk_source import Class, Func, Instance, Opaque, Source, Symbol

_MODEL_BASES = frozenset({"BaseModel", "BaseSettings", "RootModel", "SQLModel"})
_DATACLASSES = frozenset(
    {
        "dataclass",
        "dataclasses.dataclass",
        "define",
        "attrs.define",
        "attr.s",
        "attrs",
        "dataclass_transform",
        "pydantic.dataclasses.dataclass",
    }
)


@dataclass
class Signature:
    """Accepted arguments. `order`: positional ones without `self`; `open`: why others may be accepted too, empty if not."""

    order: list[str] = field(default_factory=list)
    names: dict[str, tuple[Module, ast.expr | None, Class | None]] = field(default_factory=dict)
    """Every listed name with the module and the annotation that it has."""
    open: str = ""
    variadic: bool = False

    def take(self, other: Signature) -> None:
        for name, where in other.names.items():
            if name not in self.names or self.names[name][1] is None:
                self.names[name] = where
        self.open = other.open
        self.variadic = self.variadic or other.variadic


def signature(source: Source, of: Symbol) -> Signature:
    """The arguments of calling `of`: a function, a class (its constructor), or an instance (its `__call__`)."""
    if isinstance(of, Func):
        return _function(source, of)
    if isinstance(of, Class):
        return _constructor(source, of)
    if isinstance(of, Instance):
        called = source.attribute(of, "__call__")
        return signature(source, called) if isinstance(called, Func) else Signature(open="an object without a known __call__")
    return Signature(open=of.reason if isinstance(of, Opaque) else "a module")


def fields_of(source: Source, cls: Class) -> Signature:
    """The keys that a dictionary or options object of this class may have."""
    return _constructor(source, cls)


def _function(source: Source, func: Func) -> Signature:
    out = Signature()
    bound = func.owner is not None and not any(_name(d) == "staticmethod" for d in func.nodes[-1].decorator_list)
    for node in reversed(func.nodes):  # the implementation first, then the overloads
        one = _parameters(source, func.module, node, bound, func.owner)
        if node is func.nodes[-1]:
            out.order = one.order
        open_before = out.open
        out.take(one)
        out.open = one.open if node is func.nodes[-1] else open_before
    return out


def _parameters(source: Source, module: Module, node: Function, bound: bool, owner: Class | None) -> Signature:
    out = Signature()
    plain = [*node.args.posonlyargs, *node.args.args][1 if bound else 0 :]
    out.order = [arg.arg for arg in plain]
    out.names = {arg.arg: (module, arg.annotation, owner) for arg in (*plain, *node.args.kwonlyargs)}
    if node.args.vararg is not None:
        out.variadic = True
        out.names[node.args.vararg.arg] = (module, None, owner)
    extra = node.args.kwarg
    if extra is not None:
        typed = _unpacked(extra.annotation)
        classes = source.annotated(module, typed, owner) if typed is not None else ()
        for cls in classes:
            for name, where in fields_of(source, cls).names.items():
                out.names.setdefault(name, where)
        out.open = "" if classes else f"**{extra.arg}"
    return out


def _unpacked(annotation: ast.expr | None) -> ast.expr | None:
    """`T` of `**kwargs: Unpack[T]`."""
    if isinstance(annotation, ast.Subscript) and _name(annotation.value) == "Unpack":
        return annotation.slice
    return None


def _constructor(source: Source, cls: Class) -> Signature:
    """Looks along the bases: the first `__init__` decides, and what it passes on by `**kwargs` is looked for further up.
    Data classes and models accept their fields instead."""
    line = list(source.mro(cls))
    outside = [one for one in line if isinstance(one, str) and one.rpartition(".")[2] not in _HARMLESS]
    classes = [one for one in line if isinstance(one, Class)]
    if any(isinstance(one, str) and one.rpartition(".")[2] in _MODEL_BASES for one in line) or any(
        c.node.name in _MODEL_BASES for c in classes
    ):
        return _model(source, classes)
    if any(_name(d) in _DATACLASSES for c in classes[:1] for d in c.node.decorator_list) and "__init__" not in class_names(
        cls.node
    ):
        return _fields(classes, positional=True)
    if any(isinstance(one, str) and one.rpartition(".")[2] in ("TypedDict", "NamedTuple") for one in line):
        return _fields(classes, positional=False)
    return _first_init(source, classes, outside)


def _first_init(source: Source, classes: Iterable[Class], outside: list[str]) -> Signature:
    out: Signature | None = None
    for one in classes:
        inits = [
            n for n in class_names(one.node).get("__init__", class_names(one.node).get("__new__", [])) if isinstance(n, Function)
        ]
        if not inits:
            if any(_name(d) in _DATACLASSES for d in one.node.decorator_list):
                found = _fields([one], positional=True)
            else:
                continue
        else:
            found = _function(source, Func(one.module, tuple(inits), one))
        if out is None:
            out = found
        else:
            out.take(found)
        if not out.open:
            return out
    if out is None:
        out = Signature(open=f"its base {outside[0]} is not at hand" if outside else "")
    return out


def _model(source: Source, classes: list[Class]) -> Signature:
    out = _fields(classes, positional=False)
    for one in classes:
        inits = [n for n in class_names(one.node).get("__init__", []) if isinstance(n, Function)]
        if inits and one.node.name not in _MODEL_BASES:
            own = _function(source, Func(one.module, tuple(inits), one))
            out.order = out.order or own.order
            for name, where in own.names.items():
                out.names.setdefault(name, where)
            out.variadic = own.variadic
            break
    for one in classes:
        for key in ("model_config", "Config"):
            for node in class_names(one.node).get(key, []):
                if "to_camel" in ast.unparse(node):
                    for name in list(out.names):
                        head, *rest = name.split("_")
                        out.names.setdefault(head + "".join(part.title() for part in rest), out.names[name])
    return out


def _fields(classes: Iterable[Class], positional: bool) -> Signature:
    """The annotated names of the class bodies, with their aliases."""
    out = Signature()
    for one in classes:
        own: list[str] = []
        for name, nodes in class_names(one.node).items():
            node = next((n for n in reversed(nodes) if isinstance(n, ast.AnnAssign)), None)
            if node is None or "ClassVar" in ast.unparse(node.annotation):
                continue
            own.append(name)
            for spelling in (name, *_aliases(node.value), *_aliases(node.annotation)):
                out.names.setdefault(spelling, (one.module, node.annotation, one))
        if positional:
            out.order = [*own, *(name for name in out.order if name not in own)]
    return out


def _aliases(expr: ast.expr | None) -> Iterable[str]:
    """`Field(alias="a")`, `Field(validation_alias=AliasChoices("a", "b"))`, also inside `Annotated`."""
    if expr is None:
        return
    for call in ast.walk(expr):
        if isinstance(call, ast.Call):
            for keyword in call.keywords:
                if keyword.arg in ("alias", "validation_alias"):
                    for text in ast.walk(keyword.value):
                        if isinstance(text, ast.Constant) and isinstance(text.value, str):
                            yield text.value


def _name(expr: ast.expr) -> str:
    bare = expr.func if isinstance(expr, ast.Call) else expr
    text = ast.unparse(bare)
    return text if text in _DATACLASSES else text.rpartition(".")[2]


_HARMLESS = frozenset({"object", "Generic", "ABC", "Protocol", "Enum"})
