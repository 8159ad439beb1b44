"""Calls -> sites: every place of the code at which the catalogue sees an LLM architecture being made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from linter.infer import http
from linter.infer.attributes import attributes, merged, ways
from linter.infer.databases import counted
from linter.infer.errands import errands
from linter.infer.fallbacks import fallbacks
from linter.infer.implied import implied
from linter.infer.scalars import reason, steps_of
from linter.infer.telling import files_of
from linter.infer.things import Match, Thing, Things, client_of, of_super
from linter.knowledge.catalogue import Catalogue
from linter.link import wrappers
from linter.link.cases import cases
from linter.link.program import Program, last_name
from linter.link.trace import MAX_CALLEE_STEPS
from linter.model import facts as f
from linter.model.architecture import Attribute, Errand, Site, State, site_id
from linter.model.catalogue import CallSpec, Role, SiteKind
from linter.model.place import Place, Step
from linter.model.source import Scope as FileScope
from linter.model.values import (
    CallValue,
    Combined,
    Frame,
    ItemOf,
    Member,
    Parameter,
    Prepared,
    ScopeValue,
    Unknown,
    Value,
    alternatives,
    core,
    is_nothing,
)

_HANDED = frozenset(
    {
        "to_thread",
        "run_in_executor",
        "submit",
        "run_sync",
        "run_in_threadpool",
        "Thread",
        "retry",
        "call",
        "apply_async",
        "wrap",
        "map",
        "starmap",
        "asyncify",
        "sync_to_async",
    }
)
"""Functions that are handed another function to call."""


_DOES = {
    "llm": SiteKind.INFERENCE,
    "agent": SiteKind.INFERENCE,
    "writer": SiteKind.INGEST,
    "retriever": SiteKind.RETRIEVAL,
    "embedder": SiteKind.EMBEDDING,
}
"""What running a pipeline with such a component does; the first one names the site."""


MAX_WAYS = 40
"""Ways of one call that are kept apart; with more, all that they say is taken together."""
_SPREAD = {"args": 1, "kwargs": 2}
"""Arguments of a thread that hold the function's own."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A site with what the later steps need: the meanings of its call, and the frame to trace its arguments in."""

    site: Site
    matches: tuple[Match, ...]
    call: f.Call
    frame: Frame
    loops: tuple[int, ...]
    when: f.When = ()
    """What must hold on the way to the call."""


class SiteFinder:
    """Goes over the calls of a program."""

    def __init__(self, things: Things, *, logs: bool = False) -> None:
        """`logs`: also the calls that log, which matter where declared data is followed."""
        self.things = things
        self.tracer = things.tracer
        self.program: Program = things.tracer.program
        self._logs = _log_names(things.catalogue) if logs else frozenset()
        names = used_names(things.catalogue, self.program) | things.catalogue.request_names | self._logs
        names |= self._own_classes(names)
        self._leaves = names | {alias for name in names for alias in self.program.aliases.get(name, ())}
        # What is called under the name of an attribute or variable may be an object: `self.pipe(text)`.
        self._kept = {name for _, _, name in self.program.attribute_writes}
        self._are_called = _has_callable_objects(things.catalogue, self.program)
        self._found: list[Found] = []
        self.errands: list[Errand] = []
        """What calls do beside the architecture; complete once `all` has returned."""
        self._overrides: set[tuple[str, int]] = set()
        """Own methods, by file and scope, that only wrap the method of a known class, and whose calls are sites."""

    def _own_classes(self, names: frozenset[str]) -> frozenset[str]:
        """The repository's own subclasses of those classes, by name."""
        found: set[str] = set()
        stack = [n for n in names if n[:1].isupper()]
        while stack:
            for path, index in self.program.subclasses.get(stack.pop(), ()):
                name = self.program.scope(path, index).name
                if name not in found:
                    found.add(name)
                    stack.append(name)
        return frozenset(found)

    def all(self) -> list[Found]:
        """Every site, in the order of files and lines."""
        for path in sorted(self.program.files):
            for scope in self.program.files[path].scopes:
                for site in scope.calls:
                    if self._may_matter(site.call, scope, path):
                        self._found.extend(self._sites(path, scope, site))
                # A decorator without brackets is called with what it decorates: its function's meaning is that of `@traced()`.
                around = self.program.scope(path, max(scope.parent, 0))
                for bare in (d for d in scope.decorators if not isinstance(d, f.Call)):
                    site = f.CallSite(f.Call(bare.span, bare, ()), ())
                    if self._may_matter(site.call, around, path):
                        self._found.extend(self._sites(path, around, site))
        self._found = counted([one for one in self._found if not self._is_inner(one)], self.things)
        self._found.sort(key=lambda one: (one.site.place, one.site.kind))
        return self._found

    def _is_inner(self, found: Found) -> bool:
        """Whether it is `super().invoke(…)` in an own `invoke` whose calls are sites themselves: one request, one site."""
        if (found.frame.module, found.frame.scope) not in self._overrides:
            return False
        return any(of_super(part) for part in (found.call.func, *(arg.value for arg in found.call.args)))

    def _may_matter(self, call: f.Call, scope: f.Scope, path: str) -> bool:
        func = call.func
        if self._hands_method(call):
            return True
        if isinstance(func, f.Attr):
            if func.name in self._leaves or func.name in _HANDED:
                return True
            if not isinstance(func.base, f.Name):
                return False
            on_self = func.name in self._kept and self.program.self_class(path, scope, func.base.name) is not None
            return on_self or self._is_kept_in_module(path, scope, func.base, func.name)
        if isinstance(func, f.Name):
            if func.name in self._leaves or func.name in _HANDED:
                return True
            if func.defs is not None:
                return any(_may_hold_object(scope.bindings[d], self._are_called) for d in func.defs)
            return self._is_object(path, func.name)
        return isinstance(func, f.Item | f.Call)

    def _hands_method(self, call: f.Call) -> bool:
        """`safely(client.create, …)`"""
        return any(isinstance(arg.value, f.Attr) and arg.value.name in self._leaves for arg in call.args)

    def _is_kept_in_module(self, path: str, scope: f.Scope, base: f.Name, name: str) -> bool:
        """`embed.model(…)`: a variable of another module of the repository."""
        module = self.program.scope(path, 0)
        bounds = (
            [scope.bindings[d] for d in base.defs] if base.defs else [module.bindings[i] for i in module.exits.get(base.name, ())]
        )
        for bound in (b for b in bounds if b.kind is f.Kind.IMPORT):
            dotted = f"{bound.module}.{bound.member}".strip(".") if bound.member else bound.module
            modules = self.program.modules
            target = modules.relative(path, dotted, bound.level) if bound.level else modules.absolute(path, dotted)
            if target in self.program.files and target != path and self._is_object(str(target), name):
                return True
        return False

    def _is_object(self, path: str, name: str, depth: int = 0) -> bool:
        """Whether a name of a module is a variable, there or where it is imported from: it may hold something callable."""
        module = self.program.scope(path, 0)
        for index in module.exits.get(name, ()):
            bound = module.bindings[index]
            if bound.kind not in (f.Kind.SCOPE, f.Kind.IMPORT):
                return True
            if bound.kind is f.Kind.IMPORT and bound.member and depth < 3:
                modules = self.program.modules
                target = (
                    modules.relative(path, bound.module, bound.level) if bound.level else modules.absolute(path, bound.module)
                )
                if target in self.program.files and target != path and self._is_object(str(target), bound.member, depth + 1):
                    return True
        return False

    def _sites(self, path: str, scope: f.Scope, site: f.CallSite) -> Iterator[Found]:
        frame = self.program.frame(path, scope.index)
        call = site.call
        handed = last_name(call.func) in _HANDED
        callee = self.tracer.trace(call.func, frame, MAX_CALLEE_STEPS)
        place = self.tracer.place(call, frame)
        matches = self.things.meanings(callee, call, frame)
        if site.when and any(m.shape.site is not None for m in matches):
            matches = self._of_cases(matches, scope, site, frame)
        is_handed = not matches and handed
        if is_handed:
            matches = self._handed(call, frame)
            place = next((m.made.place for m in matches if m.made.place.file == path), place)
        if not matches and self._hands_method(call):
            matches = self._run_inside(call, callee, frame)
        matches = self._over_http(matches, call, frame)
        matches = [one for m in matches for one in (self._by_parts(m) if m.shape.by_parts else [m])]
        if self._embeds(path, scope):
            matches = [m if m.shape.site is not SiteKind.INFERENCE else _as_embedding(m) for m in matches]
        self._overrides.update(m.override for m in matches if m.override is not None and m.shape.site is not None)
        self.errands.extend(errands(self.things, matches, self.program.file_scopes, self.program.dotted(path, scope), place))
        for kind in dict.fromkeys(m.shape.site for m in matches if m.shape.site is not None):
            if kind is SiteKind.LOG and (not self._logs or all(isinstance(arg.value, f.Const) for arg in call.args)):
                continue
            chosen = tuple(m for m in matches if m.shape.site is kind)
            doubts = [] if is_handed else self._doubts(callee)
            yield Found(self._site(kind, chosen, callee, doubts, scope, path, place), chosen, call, frame, site.loops, site.when)

    def _of_cases(self, matches: list[Match], scope: f.Scope, site: f.CallSite, frame: Frame) -> list[Match]:
        """What the call means in the cases in which it is reached."""
        self.tracer.ask(frame)
        several = cases(self.tracer, scope, frame, site.when)
        if several == (frame,):
            return matches
        found: list[Match] = []
        for case in several:
            callee = self.tracer.trace(site.call.func, case, MAX_CALLEE_STEPS)
            found.extend(self.things.meanings(callee, site.call, case))
        return found if any(m.shape.site is not None for m in found) else matches

    def _by_parts(self, match: Match) -> list[Match]:
        """A pipeline asks a model, searches or ingests, as its components do. One whose components are not known is no site."""
        kinds = {part.type.kind for part in self._parts_of(match)}
        found = [site for kind, site in _DOES.items() if kind in kinds]
        return [replace(match, shape=replace(match.shape, site=found[0], also=tuple(found[1:])))] if found else []

    def _parts_of(self, match: Match) -> Iterator[Thing]:
        stack = [*(match.thing.parts if match.thing else ()), *self.things.parts(match.thing.made if match.thing else ())]
        seen: set[int] = set()
        while stack and len(seen) < 60:
            part = stack.pop()
            if id(part) not in seen:
                seen.add(id(part))
                yield part
                stack.extend((*part.parts, *self.things.parts(part.made, Role.PART)))

    def _embeds(self, path: str, scope: f.Scope) -> bool:
        """Whether the scope is a method of the repository's own embedding class: a model that is asked there gives vectors."""
        owner = self.program.owner(path, scope)
        if owner is None or not owner.bases:
            return False
        cls = self.tracer.scope_value(path, owner.index, self.program.frame(path, 0))
        return "embedder" in self.things.kinds_of(cls)

    def _handed(self, call: f.Call, frame: Frame) -> list[Match]:
        """`to_thread(client.create, **arguments)`: a method that is passed instead of called."""
        for position, arg in enumerate(call.args):
            if arg.name in (None, "target", "func") and self._may_be_handed(arg.value):
                rest = tuple(
                    f.Arg(None, _SPREAD[a.name], a.value) if a.name in _SPREAD else a
                    for i, a in enumerate(call.args)
                    if i != position and (i > position or a.name is not None)
                )
                inner = f.Call(call.span, arg.value, rest)
                value = self.tracer.trace(arg.value, frame)
                found = self.things.meanings(value, inner, frame)
                prepared = core(value)
                if any(m.shape.site for m in found):
                    # What was prepared elsewhere stands there, with its arguments.
                    return (
                        [replace(m, made=replace(m.made, place=prepared.place)) for m in found]
                        if isinstance(prepared, Prepared)
                        else found
                    )
        return []

    def _run_inside(self, call: f.Call, callee: Value, frame: Frame) -> list[Match]:
        """The same for a function of the repository, which calls its parameter with what it was given besides."""
        tracer = self.tracer
        handed = {tracer.identities.of(core(tracer.trace(a.value, frame))) for a in call.args if isinstance(a.value, f.Attr)}

        def is_handed(one: Value) -> bool:
            return tracer.identities.of(core(one)) in handed

        for target in alternatives(callee):
            if not isinstance(target, ScopeValue) or target.kind != "function":
                continue
            inside = tracer.enter(target, call, frame, target.receiver, target.extra)
            runs = [] if inside is None else wrappers.inside(tracer, inside, is_handed)
            for run in runs:
                found = self.things.meanings(run.target, run.entry.site.call, run.frame, run.extra)
                if any(m.shape.site for m in found):
                    return [replace(m, made=replace(m.made, place=tracer.place(call, frame))) for m in found]
        return []

    def _may_be_handed(self, expr: f.Expr) -> bool:
        if isinstance(expr, f.Call):
            return last_name(expr.func) == "partial"
        if isinstance(expr, f.Name) and expr.defs:
            return True
        return isinstance(expr, f.Attr | f.Name) and last_name(expr) in self._leaves

    def _over_http(self, matches: list[Match], call: f.Call, frame: Frame) -> list[Match]:
        """A raw request is a site when its address or its body is one of a model endpoint."""
        return [found if (found := http.endpoint(self.things, m)) is not None else m for m in matches]

    def _site(
        self,
        kind: SiteKind,
        matches: tuple[Match, ...],
        callee: Value,
        doubts: list[str],
        scope: f.Scope,
        path: str,
        place: Place,
    ) -> Site:
        several = [one for m in matches for one in attributes(self.things, m, kind)]
        apart = [one for m in matches for one in ways(self.things, m, kind)]
        values = merged(several)
        served = dict.fromkeys(
            (str(p), str(h)) for a in several for p in a["provider"].values or ("",) for h in a["hosting"].values or ("",)
        )
        if doubts and any(m.certain for m in matches):
            values, apart = _opened(values, doubts[0]), [_opened(one, doubts[0]) for one in apart]
        first = matches[0]
        via = "http" if first.result == "http" else first.made.file
        return Site(
            id=site_id(place, kind),
            kind=kind,
            place=place,
            scope=self.program.file_scopes.get(path, FileScope.PRODUCT),
            via=via,
            call=first.made.dotted,
            confidence="certain" if all(m.certain for m in matches) and not doubts else "likely",
            attributes=values,
            also=tuple(dict.fromkeys(k for m in matches for k in m.shape.also)),
            served=tuple(served),
            ways=tuple(apart) if any(one != apart[0] for one in apart) and len(apart) <= MAX_WAYS else (),
            function=self.program.dotted(path, scope),
            client=client_of(matches),
            evidence=self._evidence(callee, place),
            fallbacks=fallbacks(self.things, matches, kind),
            implied=implied(self.things, matches, kind),
        )

    def _doubts(self, callee: Value) -> list[str]:
        """Alternatives of the called object that are not known."""
        found: list[str] = []
        for one in alternatives(callee):
            root = one
            while isinstance(root, Member):
                root = core(root.base)
            known = self.things.of(root) or self.things.of(one.base if isinstance(one, Member) else one) or is_nothing(root)
            if isinstance(root, Unknown | Parameter | CallValue | ItemOf) and not known:
                found.append(reason(root))
            elif isinstance(root, Combined) and root.op == "|":
                found.extend(self._other_steps(root))
        return found

    def _other_steps(self, pipe: Combined) -> Iterator[str]:
        """What a model in a pipe can be besides those that are known."""
        for step in pipe.items:
            options = list(alternatives(step))
            if len(options) > 1 and any(thing.type.kind == "llm" for thing in self.things.of(step)):
                open_ = (o for o in options if isinstance(o, Unknown | Parameter | CallValue | ItemOf | Member))
                yield from (reason(o) for o in open_ if not self.things.of(o))

    def _evidence(self, callee: Value, place: Place) -> tuple[Step, ...]:
        base = callee
        while base.tag == "member":
            base = base.inside()[0]
        return tuple(s for s in steps_of(base) if s.place != place)


def used_names(catalogue: Catalogue, program: Program) -> frozenset[str]:
    """The last names of all classes, functions and methods of the packages that the program imports anywhere. Nothing else can
    be called on an object of theirs."""
    names: set[str] = set()
    for file in files_of(catalogue, program):
        provider = catalogue.providers[file]
        if file == "http":
            continue
        for spec in provider.types:
            names.update(n.rpartition(".")[2] for n in (*spec.new, *spec.named))
        names.update(_last(c) for c in provider.calls if c.shape.site is not SiteKind.LOG)
        names.update(name.rpartition(".")[2] for name in provider.globals)  # `Settings.embed_model(nodes)`
    return frozenset(n for n in names if not n.startswith("__"))


def _log_names(catalogue: Catalogue) -> frozenset[str]:
    """The last names of the functions and methods that log."""
    calls = (call for provider in catalogue.providers.values() for call in provider.calls)
    return frozenset(_last(call) for call in calls if call.shape.site is SiteKind.LOG)


def _last(call: CallSpec) -> str:
    return call.path[-1] if call.path else call.target.rpartition(".")[2]


def _has_callable_objects(catalogue: Catalogue, program: Program) -> bool:
    """Whether a package that the program imports has objects that are asked by calling them: `llm("…")`."""
    used = (catalogue.providers[name] for name in files_of(catalogue, program))
    return any(call.path == ("__call__",) and call.shape.site is not None for one in used for call in one.calls)


def _may_hold_object(bound: f.Binding, are_called: bool) -> bool:
    """Whether a name can hold something that is called without being a function: a parameter if it says so, or if objects of the
    program's packages are called."""
    if bound.kind is f.Kind.PARAM:
        return are_called or bound.annotation is not None
    return bound.kind not in (f.Kind.SCOPE, f.Kind.IMPORT)


def _as_embedding(match: Match) -> Match:
    return replace(match, shape=replace(match.shape, site=SiteKind.EMBEDDING))


def _opened(values: dict[str, Attribute], why: str) -> dict[str, Attribute]:
    return {n: _open(a, why) if n in ("provider", "hosting", "model") else a for n, a in values.items()}


def _open(attribute: Attribute, why: str) -> Attribute:
    if attribute.state is not State.KNOWN:
        return attribute
    return Attribute(State.PARTIAL, attribute.values, f"also {why}", attribute.default, attribute.evidence)
