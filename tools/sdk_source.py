"""Names in the source of SDKs: what a dotted name leads to, read with `ast`. Nothing is imported or executed."""

from __future__ import annotations

import ast
import sysconfig
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.sdk_module import Function, Module, class_names, decorator, import_map, is_self, parse, self_assignments


@dataclass(frozen=True, eq=False)
class Class:
    """A class statement."""

    module: Module
    node: ast.ClassDef

    def __str__(self) -> str:
        return f"{self.module.name}.{self.node.name}"


@dataclass(frozen=True, eq=False)
class Func:
    """A function; all its overloads, the implementation last. `owner`: the class of a method, `bound` if `self` is given."""

    module: Module
    nodes: tuple[Function, ...]
    owner: Class | None = None

    def __str__(self) -> str:
        return f"{self.owner or self.module.name}.{self.nodes[-1].name}"


@dataclass(frozen=True, eq=False)
class Instance:
    """An object of one of these classes."""

    classes: tuple[Class, ...]


@dataclass(frozen=True, eq=False)
class Opaque:
    """Something that exists, or may exist, but cannot be followed."""

    reason: str


Symbol = Module | Class | Func | Instance | Opaque


class Source:
    """The modules below some roots, as if they were all on `sys.path`; the standard library comes last."""

    def __init__(self, roots: Sequence[Path]) -> None:
        self.roots = [*roots, Path(sysconfig.get_paths()["stdlib"])]
        self.modules: dict[str, Module | None] = {}
        self.busy: set[tuple[str, str]] = set()
        """What is being looked up: a cycle finds nothing, and what is found inside of one is not kept."""
        self._found: dict[tuple[object, str], Symbol | None] = {}
        self._lines: dict[ast.ClassDef, list[Class | str]] = {}

    # ---- modules

    def module(self, name: str) -> Module | None:
        if name not in self.modules:
            self.modules[name] = None  # an import cycle finds nothing here
            self.modules[name] = self._read(name)
        return self.modules[name]

    def _read(self, name: str) -> Module | None:
        relative = name.replace(".", "/")
        directory = False
        for root in self.roots:
            for path, package in (
                (root / relative / "__init__.py", True), (root / f"{relative}.py", False),
                (root / relative / "__init__.pyi", True), (root / f"{relative}.pyi", False),
            ):  # fmt: skip
                if path.is_file():
                    return parse(name, path, package)
            directory = directory or (root / relative).is_dir()
        return Module(name, None, True) if directory else None

    # ---- dotted names

    def resolve(self, dotted: str) -> Symbol | None:
        """What a public dotted name leads to; None when there is no such name."""
        head, *rest = dotted.split(".")
        module = self.module(head)
        return Opaque(f"the package {head} is not at hand") if module is None else self.follow(module, rest)

    def follow(self, of: Symbol | None, path: Sequence[str]) -> Symbol | None:
        """`of.a.b.c`; attributes of a class are those of its instances too."""
        for name in path:
            if of is None or isinstance(of, Opaque):
                return of
            of = self.attribute(of, name)
        return of

    def attribute(self, of: Symbol, name: str) -> Symbol | None:
        """`of.name`"""
        if isinstance(of, Module):
            return self.lookup(of, name)
        if isinstance(of, Class):
            return self.member(of, name)
        if isinstance(of, Instance):
            found = [one for cls in of.classes if (one := self.member(cls, name)) is not None]
            return next((one for one in found if not isinstance(one, Opaque)), found[0] if found else None)
        return of if isinstance(of, Opaque) else None

    def lookup(self, module: Module, name: str) -> Symbol | None:
        """A global name of a module, through re-exports and lazy imports."""
        return self._once(module, (module.name, name), lambda: self._lookup(module, name))

    def _once(self, owner: object, key: tuple[str, str], look: Callable[[], Symbol | None]) -> Symbol | None:
        if (owner, key[1]) in self._found:
            return self._found[owner, key[1]]
        if key in self.busy:
            return None
        self.busy.add(key)
        try:
            found = look()
        finally:
            self.busy.discard(key)
        if not self.busy:
            self._found[owner, key[1]] = found
        return found

    def _lookup(self, module: Module, name: str) -> Symbol | None:
        vague: Symbol | None = None
        nodes = module.names.get(name, [])
        functions = tuple(n for n in nodes if isinstance(n, Function))
        for node in reversed(nodes):
            found = Func(module, functions) if isinstance(node, Function) else self.definition(module, node, name)
            if found is not None and not isinstance(found, Opaque):
                return found
            vague = vague or found
        for star in reversed(module.stars):
            source = self.module(module.absolute(star.module or "", star.level))
            if source is None or name.startswith("_") or (source.exports is not None and name not in source.exports):
                continue
            found = self.lookup(source, name)
            if found is not None:
                return found
        if module.package:
            submodule = self.module(f"{module.name}.{name}")
            if submodule is not None:
                return submodule
        return self.lazy(module, name) or vague

    def definition(self, module: Module, node: ast.AST, name: str) -> Symbol | None:
        if isinstance(node, ast.ClassDef):
            return Class(module, node)
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname == name:
                    return self.module(alias.name) or Opaque(f"{alias.name} is not at hand")
                if alias.asname is None and alias.name.partition(".")[0] == name:
                    return self.module(name) or Opaque(f"{name} is not at hand")
        if isinstance(node, ast.ImportFrom):
            original = next(a.name for a in node.names if (a.asname or a.name) == name)
            target = module.absolute(node.module or "", node.level)
            source = self.module(target)
            if source is None:
                return Opaque(f"{target} is not at hand")
            return self.lookup(source, original)
        if isinstance(node, ast.AnnAssign):
            classes = self.annotated(module, node.annotation)
            if classes:
                return Instance(classes)
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            return self.value(module, node.value) or Opaque("its value is not followed")
        return Opaque("not followed")

    def value(self, module: Module, expr: ast.expr, owner: Class | None = None) -> Symbol | None:
        """What an expression at module or class level leads to."""
        if isinstance(expr, ast.Name):
            if owner is not None and (found := self.member(owner, expr.id)) is not None:
                return found
            return self.lookup(module, expr.id)
        if isinstance(expr, ast.Attribute):
            base = self.value(module, expr.value, owner)
            return None if base is None else self.attribute(base, expr.attr)
        if isinstance(expr, ast.Call):
            func = self.value(module, expr.func, owner)
            if isinstance(func, Class):
                return Instance((func,))
            if isinstance(func, Func):
                classes = self.returned(func)
                return Instance(classes) if classes else None
        return None

    # ---- lazy imports

    def lazy(self, module: Module, name: str) -> Symbol | None:
        """`__getattr__`, import maps and the like: a module that keeps the name as a string, beside the module it comes from."""
        if module.tree is None or (name not in module.strings and "__getattr__" not in module.names):
            return None
        near = list(import_map(module.tree, name))
        for text in near:
            for target, attribute in ((text, name), *([text.replace(":", ".").rpartition(".")[::2]] if "." in text[1:] else [])):
                found = self._lazy_target(module, target, attribute)
                if found is not None:
                    return found
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ImportFrom) and any((a.asname or a.name) == name for a in node.names):
                found = self.definition(module, node, name)
                if found is not None:
                    return found
        if name in module.strings and "__getattr__" in module.names:
            for text in sorted(module.strings):
                found = self._lazy_target(module, text, name) if text.replace(".", "").isidentifier() else None
                if found is not None:
                    return found
            return Opaque("a lazy import that is not followed")
        return None

    def _lazy_target(self, module: Module, target: str, name: str) -> Symbol | None:
        bare = target.lstrip(".")
        if not bare or not name.isidentifier():
            return None
        names = [module.absolute(bare, max(1, len(target) - len(bare)))]
        if not target.startswith("."):
            names.append(bare)
        for one in names:
            source = self.module(one) if one != module.name else None
            found = None if source is None else self.lookup(source, name)
            if found is not None:
                return found
        return None

    # ---- classes

    def mro(self, cls: Class) -> list[Class | str]:
        """The class and its bases, nearest first (depth first, each once); a base that cannot be followed as its text."""
        if cls.node in self._lines:
            return self._lines[cls.node]
        line: list[Class | str] = []
        seen: set[ast.ClassDef | str] = set()
        todo: list[Class | str] = [cls]
        while todo:
            one = todo.pop(0)
            key = one if isinstance(one, str) else one.node
            if key not in seen:
                seen.add(key)
                line.append(one)
                todo = [*(self.bases(one) if isinstance(one, Class) else ()), *todo]
        if not self.busy:
            self._lines[cls.node] = line
        return line

    def bases(self, cls: Class) -> Iterator[Class | str]:
        for expr in cls.node.bases:
            bare = expr.value if isinstance(expr, ast.Subscript) else expr
            found = self.value(cls.module, bare)
            if isinstance(found, Class):
                yield found
            else:
                yield ast.unparse(bare)

    def member(self, cls: Class, name: str) -> Symbol | None:
        """An attribute of the instances (or of the class)."""
        return self._once(cls.node, (str(cls), name), lambda: self._member(cls, name))

    def _member(self, cls: Class, name: str) -> Symbol | None:
        vague: Symbol | None = None
        for one in self.mro(cls):
            if isinstance(one, str):
                if one.rpartition(".")[2] not in _BARE_BASES:
                    vague = vague or Opaque(f"its base {one} is not at hand")
                continue
            found = self.own_member(one, name, cls)
            if found is not None and not isinstance(found, Opaque):
                return found
            vague = vague or found
            if vague is None and "__getattr__" in class_names(one.node):
                vague = Opaque(f"{one} makes attributes at run time")
        return vague

    def own_member(self, cls: Class, name: str, receiver: Class) -> Symbol | None:
        nodes = class_names(cls.node).get(name, [])
        functions = tuple(n for n in nodes if isinstance(n, Function))
        for node in reversed(nodes):
            if isinstance(node, Function):
                if any(decorator(d) in _PROPERTIES for d in node.decorator_list):
                    classes = self.annotated(cls.module, node.returns, receiver)
                    return Instance(classes) if classes else Opaque(f"the property {name} of {cls} has no type")
                return Func(cls.module, functions, cls)
            if isinstance(node, ast.ClassDef):
                return Class(cls.module, node)
            if isinstance(node, ast.AnnAssign):
                classes = self.annotated(cls.module, node.annotation, receiver)
                return Instance(classes) if classes else Opaque(f"{name} of {cls} has no known type")
            if isinstance(node, ast.Assign):
                return self.value(cls.module, node.value, cls) or Opaque(f"{name} of {cls} is not followed")
        for method, assignment in self_assignments(cls.node).get(name, ()):
            if isinstance(assignment, ast.AnnAssign) and (classes := self.annotated(cls.module, assignment.annotation, receiver)):
                return Instance(classes)
            value = assignment.value
            found = None if value is None else self.local_value(cls, method, value, receiver)
            return found or Opaque(f"{name} of {cls} is not followed")
        return None

    def local_value(self, cls: Class, method: Function, expr: ast.expr, receiver: Class) -> Symbol | None:
        """An expression inside a method, as far as parameters and module names tell."""
        if isinstance(expr, ast.Name):
            for arg in (*method.args.posonlyargs, *method.args.args, *method.args.kwonlyargs):
                if arg.arg == expr.id:
                    classes = self.annotated(cls.module, arg.annotation, receiver)
                    return Instance(classes) if classes else None
            return self.lookup(cls.module, expr.id)
        if isinstance(expr, ast.Attribute):
            base = Instance((receiver,)) if is_self(expr.value) else self.local_value(cls, method, expr.value, receiver)
            return None if base is None else self.attribute(base, expr.attr)
        if isinstance(expr, ast.Call):
            func = self.local_value(cls, method, expr.func, receiver)
            if isinstance(func, Class):
                return Instance((func,))
            if expr.args:  # a wrapper: `to_raw_response_wrapper(completions.create)`
                wrapped = self.local_value(cls, method, expr.args[0], receiver)
                if isinstance(wrapped, Func):
                    return wrapped
            if isinstance(func, Func) and (classes := self.returned(func)):
                return Instance(classes)
        if isinstance(expr, ast.BoolOp):
            return next(
                (one for value in expr.values if (one := self.local_value(cls, method, value, receiver)) is not None), None
            )
        return None

    # ---- annotations

    def returned(self, func: Func) -> tuple[Class, ...]:
        """The classes of a function's return annotation."""
        return self.annotated(func.module, func.nodes[-1].returns, func.owner)

    def annotated(self, module: Module, expr: ast.expr | None, owner: Class | None = None) -> tuple[Class, ...]:
        """The classes that an annotation names: the members of unions, the first argument of `Annotated`, and so on."""
        if isinstance(expr, ast.Constant) and isinstance(expr.value, str):
            try:
                expr = ast.parse(expr.value, mode="eval").body
            except SyntaxError:
                return ()
        if isinstance(expr, ast.BinOp) and isinstance(expr.op, ast.BitOr):
            return (*self.annotated(module, expr.left, owner), *self.annotated(module, expr.right, owner))
        if isinstance(expr, ast.Subscript):
            head = ast.unparse(expr.value).rpartition(".")[2]
            inner = expr.slice.elts if isinstance(expr.slice, ast.Tuple) else [expr.slice]
            if head in _TRANSPARENT:
                chosen = (
                    inner if head in ("Optional", "Union") else inner[-1:] if head in ("Coroutine", "Generator") else inner[:1]
                )
                return tuple(cls for one in chosen for cls in self.annotated(module, one, owner))
            return self.annotated(module, expr.value, owner)
        if isinstance(expr, ast.Name) and expr.id == "Self":
            return (owner,) if owner else ()
        if isinstance(expr, (ast.Name, ast.Attribute)):
            found = self.value(module, expr)
            if isinstance(found, Class):
                return (found,)
            return self._alias(module, expr) if isinstance(expr, ast.Name) else ()
        return ()

    def closed(self, module: Module, expr: ast.expr | None, owner: Class | None = None) -> bool:
        """True when every member of the union that an annotation is leads to a class (or is None)."""
        if isinstance(expr, ast.Constant) and isinstance(expr.value, str):
            try:
                expr = ast.parse(expr.value, mode="eval").body
            except SyntaxError:
                return False
        if isinstance(expr, ast.BinOp):
            return self.closed(module, expr.left, owner) and self.closed(module, expr.right, owner)
        if isinstance(expr, ast.Subscript) and ast.unparse(expr.value).rpartition(".")[2] in ("Optional", "Union"):
            inner = expr.slice.elts if isinstance(expr.slice, ast.Tuple) else [expr.slice]
            return all(self.closed(module, one, owner) for one in inner)
        return (isinstance(expr, ast.Constant) and expr.value is None) or bool(self.annotated(module, expr, owner))

    def _alias(self, module: Module, expr: ast.Name) -> tuple[Class, ...]:
        """`Options = Union[A, B]`, here or in the module that it is imported from."""
        if (module.name, f"alias {expr.id}") in self.busy:
            return ()
        self.busy.add((module.name, f"alias {expr.id}"))
        try:
            for node in reversed(module.names.get(expr.id, [])):
                if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
                    return self.annotated(module, node.value)
                if isinstance(node, ast.ImportFrom):
                    source = self.module(module.absolute(node.module or "", node.level))
                    original = next(a.name for a in node.names if (a.asname or a.name) == expr.id)
                    if source is not None:
                        return self.annotated(source, ast.Name(original))
            return ()
        finally:
            self.busy.discard((module.name, f"alias {expr.id}"))


_TRANSPARENT = frozenset({
    "Optional", "Union", "Annotated", "ClassVar", "Final", "Required", "NotRequired", "Awaitable", "Coroutine", "Generator",
    "Type", "type",
})  # fmt: skip
_PROPERTIES = frozenset({"property", "cached_property", "hybridproperty", "abstractproperty"})
# bases that add no method that a provider file would name
_BARE_BASES = frozenset({
    "object", "Generic", "ABC", "Protocol", "Enum", "str", "int", "dict", "Exception", "TypedDict", "NamedTuple",
    "BaseModel", "RootModel", "BaseSettings",
})  # fmt: skip
