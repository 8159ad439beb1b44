"""All facts together, with the indexes that tracing needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from linter.extract.data import NO_DATA, DataFiles
from linter.extract.versions import NO_VERSIONS, Versions
from linter.link.cells import Cells
from linter.link.modules import Modules
from linter.model import facts as f
from linter.model.source import Scope as FileScope
from linter.model.values import Frame

ScopeKey = tuple[str, int]
"""File and number of a scope."""


PROVIDERS = frozenset({
    "Singleton", "Factory", "Resource", "Callable", "ThreadSafeSingleton", "ThreadLocalSingleton", "ContextLocalSingleton",
    "Coroutine", "AsyncSingleton",
})  # fmt: skip
"""Of dependency-injector: they call their first argument with the others, when somebody asks for the object."""
HANDS_ON = frozenset({
    "to_thread", "run_in_executor", "submit", "run_sync", "run_in_threadpool", "Thread", "Process", "add_task", "apply_async",
    "apply", "call_soon", "call_soon_threadsafe", "call_later", "create_task", "retry", "asyncify", "sync_to_async", "start_soon",
    "Timer", "enqueue", "add_job", "start_new_thread", "map", "imap", "imap_unordered", "map_async", "starmap", "run_in_thread",
    "partial", *PROVIDERS,
})  # fmt: skip
"""Functions that run the function that they are given, with the arguments after it."""
REORDERS = frozenset({"shuffle", "heapify", "heappush", "heappop", "heappushpop", "heapreplace", "insort", "insort_left"})
"""Functions of Python's library that change the list that they are given."""
ANY_NAME = "*"
"""Stands for the name of an attribute that is made at run time."""
FOR_EACH = frozenset({"map", "imap", "imap_unordered", "map_async", "starmap"})
"""Those that run it for each element of the arguments."""
DEFERS = frozenset({"delay", "apply_async", "send", "remote", "submit", "kiq", "defer", "enqueue", "spawn", "map", "starmap"})
"""Methods of a decorated function that run it elsewhere (Celery, Ray, Dramatiq, Prefect, Modal)."""


@dataclass(frozen=True, slots=True, eq=False)
class CallIn:
    """A call and the scope that it stands in."""

    file: str
    scope: int
    site: f.CallSite


@dataclass(frozen=True, slots=True, eq=False)
class WriteIn:
    """A write and the scope that it stands in. `inner`: it goes into something that the attribute holds."""

    file: str
    scope: int
    write: f.Write
    inner: bool = False


class Program:
    """The scanned repository as one program."""

    def __init__(
        self,
        files: Iterable[f.FileFacts],
        file_scopes: Mapping[str, FileScope] | None = None,
        external: frozenset[str] = frozenset(),
        data: DataFiles = NO_DATA,
        versions: Versions = NO_VERSIONS,
    ) -> None:
        self.data = data
        self.versions = versions
        self.files = {one.path: one for one in files if one.scopes}
        self.file_scopes = dict(file_scopes or {})
        for one in self.files.values():
            if one.notebook in self.file_scopes:
                self.file_scopes[one.path] = self.file_scopes[one.notebook]
        self.modules = Modules(self.files, external)
        self.names = {path: self.modules.name_of(path) for path in self.files}
        self.calls_by_name: dict[str, list[CallIn]] = defaultdict(list)
        """By the last name of what is called."""
        self.variable_calls: list[CallIn] = []
        """Calls of what a variable, a parameter, an entry or a result holds: `work(x)`, `HANDLERS[name](x)`, `make()(x)`."""
        self.decorated: list[ScopeKey] = []
        """Classes and functions with decorators."""
        self.handed_in: set[str] = set()
        """Names in the annotations of decorated functions: what a framework makes and hands in (the body of a request)."""
        self.handed_by_name: dict[str, list[tuple[CallIn, int]]] = defaultdict(list)
        """Calls that are handed a function to run, by the function's last name, with its position among the arguments."""
        self.deferred_by_name: dict[str, list[CallIn]] = defaultdict(list)
        """`ask.delay(question)` by the name of the function."""
        self.changers: dict[str, list[tuple[str, int, str]]] = defaultdict(list)
        """Functions that change a list or dictionary that they are given, by name: file, scope, parameter."""
        self.aliases: dict[str, set[str]] = defaultdict(set)
        """Other names under which something is imported or kept."""
        self.attribute_writes: dict[tuple[str, int, str], list[WriteIn]] = defaultdict(list)
        """Writes to `self.name` by file, class scope and name."""
        self.foreign_writes: dict[str, list[WriteIn]] = defaultdict(list)
        """Writes to an attribute of something else, by name."""
        self.global_bindings: dict[tuple[str, str], list[tuple[int, f.Binding]]] = defaultdict(list)
        """Assignments to module names from functions that declare them global."""
        self.global_writes: dict[tuple[str, str], list[WriteIn]] = defaultdict(list)
        """Mutations of module names from functions."""
        self.subclasses: dict[str, list[ScopeKey]] = defaultdict(list)
        """Classes by the last name of a base."""
        self.callable_fields: set[str] = set()
        """Names of fields that hold functions, by their annotation."""
        self.imports: set[str] = set()
        """Dotted names of everything that is imported, by statement or by `import_module("name")`."""
        self.notebooks = {path: one for path, one in self.files.items() if one.cells}
        """Those whose lines count on from cell to cell."""
        self._cells: dict[str, Cells] = {}
        self._frames: dict[ScopeKey, Frame] = {}
        self._of_scope: dict[ScopeKey, dict[str, bool]] = {}
        for one in self.files.values():
            self._index(one)

    def scope(self, file: str, index: int) -> f.Scope:
        return self.files[file].scopes[index]

    def exits(self, file: str, name: str, scope: int | None = None) -> tuple[int, ...]:
        """The bindings of a module's name that are there at its end; in a notebook, what a scope of it that asks can see."""
        if scope is None or file not in self.notebooks or self.files[file].notebook:
            return self.scope(file, 0).exits.get(name, ())
        if file not in self._cells:
            self._cells[file] = Cells(self.files[file])
        return self._cells[file].seen(name, scope)

    def frame(self, file: str, scope: int) -> Frame:
        """The frame that stands for every activation of a scope."""
        key = (file, scope)
        if key not in self._frames:
            self._frames[key] = Frame(file, scope)
        return self._frames[key]

    def dotted(self, file: str, scope: f.Scope) -> str:
        """Dotted name of a class or function."""
        name = self.names[file]
        return f"{name}.{scope.qualname}" if scope.qualname else name

    def owner(self, file: str, scope: f.Scope) -> f.Scope | None:
        """The class whose method the scope is."""
        if scope.kind != "function" or scope.parent < 0:
            return None
        parent = self.scope(file, scope.parent)
        return parent if parent.kind == "class" else None

    def self_class(self, file: str, scope: f.Scope, name: str) -> f.Scope | None:
        """The class whose instance `name` is, when it is the first parameter of a method around (or of this scope)."""
        current: f.Scope | None = scope
        while current is not None:
            owner = self.owner(file, current)
            if owner is not None:
                first = next((p.name for p in current.params), None)
                if first == name and not has_decorator(current, "staticmethod"):
                    return owner
            current = self.scope(file, current.parent) if current.parent >= 0 else None
        return None

    # -- indexes ----------------------------------------------------------------------------------------------------------

    def _index(self, file: f.FileFacts) -> None:
        for scope in file.scopes:
            for site in scope.calls:
                name = last_name(site.call.func)
                if self._is_of_variable(file, scope, site.call.func):
                    self.variable_calls.append(CallIn(file.path, scope.index, site))
                if name in ("import_module", "__import__"):
                    self.imports.update(str(a.value.value) for a in site.call.args if isinstance(a.value, f.Const))
                if name:
                    self.calls_by_name[name].append(CallIn(file.path, scope.index, site))
                self._index_call_that_writes(file, scope, site, name)
                if name in DEFERS and isinstance(site.call.func, f.Attr):
                    self.deferred_by_name[last_name(site.call.func.base) or ""].append(CallIn(file.path, scope.index, site))
                for position, arg in enumerate(site.call.args):
                    handed = last_name(arg.value) if isinstance(arg.value, f.Name | f.Attr) else None
                    if handed and name in HANDS_ON:
                        self.handed_by_name[handed].append((CallIn(file.path, scope.index, site), position))
            if scope.decorators:
                self.decorated.append((file.path, scope.index))
                notes = [p.annotation for p in scope.params if p.annotation is not None]
                self.handed_in.update(last_name(part) or "" for note in notes for part in f.walk(note))
            for base in scope.bases:
                name = last_name(base.base if isinstance(base, f.Item) else base)
                if name:
                    self.subclasses[name].append((file.path, scope.index))
            self.imports.update(module for module, level in scope.stars if not level)
            for write in scope.writes:
                self._index_write(file, scope, write)
            for binding in scope.bindings:
                self._index_binding(file, scope, binding)

    def _is_of_variable(self, file: f.FileFacts, scope: f.Scope, func: f.Expr) -> bool:
        if not isinstance(func, f.Name):
            return isinstance(func, f.Item | f.Call)
        if func.name == "cls":
            return False
        if func.defs is not None:
            return any(_is_variable(scope.bindings[d]) for d in func.defs)
        while scope.parent >= 0:
            scope = file.scopes[scope.parent]
            held = self._variables(file.path, scope).get(func.name) if scope.kind != "class" else None
            if held is not None:
                return held
        return False

    def _variables(self, path: str, scope: f.Scope) -> dict[str, bool]:
        """The names that a scope binds, and whether they are variables, as against functions, classes and imports."""
        known = self._of_scope.get((path, scope.index))
        if known is None:
            known = self._of_scope[path, scope.index] = {}
            for binding in scope.bindings:
                known[binding.name] = known.get(binding.name, False) or _is_variable(binding)
        return known

    def _index_call_that_writes(self, file: f.FileFacts, scope: f.Scope, site: f.CallSite, name: str | None) -> None:
        """`setattr(thing, "name", value)`, `random.shuffle(self.models)`. A name that is not known is `ANY_NAME`."""
        args = site.call.args
        if name == "setattr" and len(args) == 3 and isinstance(site.call.func, f.Name):
            key = args[1].value
            known = key.value if isinstance(key, f.Const) and isinstance(key.value, str) else ANY_NAME
            given = (f.Arg(None, 0, args[2].value), *(() if known != ANY_NAME else (f.Arg(None, 0, key),)))
            write = f.Write(args[0].value, known, "=", given, site.call.span, site.loops, site.guard)
            self._index_write(file, scope, write)
        elif name in REORDERS and args:
            target = args[0].value
            if isinstance(target, f.Attr | f.Item) or (isinstance(target, f.Name) and target.defs is None):
                write = f.Write(target, "", "shuffle", (), site.call.span, site.loops, site.guard)
                self._index_write(file, scope, write)

    def _index_binding(self, file: f.FileFacts, scope: f.Scope, binding: f.Binding) -> None:
        note = binding.annotation if scope.kind == "class" else None
        if note is not None and any(last_name(part) == "Callable" for part in f.walk(note)):
            self.callable_fields.add(binding.name)
        if binding.kind is f.Kind.IMPORT and not binding.level:
            self.imports.add(f"{binding.module}.{binding.member}" if binding.member else binding.method or binding.module)
        if binding.kind is f.Kind.IMPORT and binding.member and binding.name != binding.member:
            self.aliases[binding.member].add(binding.name)
        elif binding.kind is f.Kind.VALUE and isinstance(binding.value, f.Name | f.Attr):
            kept = last_name(binding.value)
            if kept and kept != binding.name:
                self.aliases[kept].add(binding.name)
        elif binding.kind is f.Kind.CHANGE and scope.kind != "module":
            self._index_alias(file, scope, binding)
            if scope.kind == "function" and any(p.name == binding.name and p.kind in ("plain", "only") for p in scope.params):
                entry = (file.path, scope.index, binding.name)
                if entry not in self.changers[scope.name]:
                    self.changers[scope.name].append(entry)
        if binding.name in scope.outer_names and scope.kind != "module":
            self.global_bindings[file.path, binding.name].append((scope.index, binding))

    def _index_alias(self, file: f.FileFacts, scope: f.Scope, change: f.Binding) -> None:
        """`messages = self.history; messages.append(x)` changes `self.history`."""
        seen: set[int] = set()
        stack = list(change.before)
        while stack:
            index = stack.pop()
            if index in seen:
                continue
            seen.add(index)
            before = scope.bindings[index]
            if before.kind in (f.Kind.JOIN, f.Kind.CHANGE):
                stack.extend(before.before)
            elif before.kind is f.Kind.VALUE and before.value is not None:
                for held in _holders(before.value):
                    inner = held is not before.value
                    write = f.Write(held, "", change.method, change.args, change.span, change.loops, change.guard)
                    self._index_write(file, scope, write, inner)

    def _index_write(self, file: f.FileFacts, scope: f.Scope, write: f.Write, inner: bool = False) -> None:
        target: f.Expr = write.target
        while isinstance(target, f.Item):
            target, inner = target.base, True
        entry = WriteIn(file.path, scope.index, write, inner)
        if write.method in ("=", "+="):
            owner = self._self_of(file, scope, target)
            if owner is not None:
                self.attribute_writes[file.path, owner.index, write.name].append(entry)
            else:
                self.foreign_writes[write.name].append(entry)
            return
        if isinstance(target, f.Attr):
            owner = self._self_of(file, scope, target.base)
            if owner is not None:
                self.attribute_writes[file.path, owner.index, target.name].append(entry)
            else:
                self.foreign_writes[target.name].append(entry)
        elif isinstance(target, f.Name) and target.defs is None:
            self.global_writes[file.path, target.name].append(entry)

    def _self_of(self, file: f.FileFacts, scope: f.Scope, target: f.Expr) -> f.Scope | None:
        if not isinstance(target, f.Name):
            return None
        if target.defs is not None and not any(scope.bindings[d].kind is f.Kind.PARAM for d in target.defs):
            return None
        return self.self_class(file.path, scope, target.name)


def _holders(value: f.Expr) -> list[f.Expr]:
    """The attribute, item or getter that a name stands for, when it was bound to one."""
    if isinstance(value, f.Either):
        return [held for option in value.options for held in _holders(option)]
    if isinstance(value, f.Call) and isinstance(value.func, f.Attr) and value.func.name in ("get", "setdefault"):
        return [f.Item(value.span, value.func.base, value.args[0].value)] if value.args else []
    if isinstance(value, f.Attr | f.Item):
        return [value]
    return [value] if isinstance(value, f.Name) and value.defs is None else []


def _is_variable(binding: f.Binding) -> bool:
    return binding.kind not in (f.Kind.SCOPE, f.Kind.IMPORT, f.Kind.JOIN)


def last_name(expr: f.Expr) -> str | None:
    """`c` of `a.b.c`, `a` of `a`."""
    if isinstance(expr, f.Attr | f.Name):
        return expr.name
    return None


def has_decorator(scope: f.Scope, *names: str) -> bool:
    """Whether one of the decorators has one of these last names, called or not."""
    for decorator in scope.decorators:
        head = decorator.func if isinstance(decorator, f.Call) else decorator
        if last_name(head) in names:
            return True
    return False
