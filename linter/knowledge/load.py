"""All provider files -> the catalogue."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from linter.errors import Problem, ProviderError
from linter.knowledge.catalogue import Catalogue
from linter.knowledge.fields import nearest
from linter.knowledge.format_files import read_formats
from linter.knowledge.read import RawCall, RawFile, RawType, read_provider
from linter.model.catalogue import ArgSpec, CallSpec, Endpoint, Provider, Shape, TypeSpec

FOLDER = "rules/providers"
_FALLBACKS = ("llm", "embedder", "index")
"""Objects that a framework makes itself when it is given none."""


def load_catalogue(root: Path) -> Catalogue:
    """Reads every `rules/providers/*.yaml` and `rules/formats/*.yaml` below `root`.

    Raises ProviderError with every problem of every file, each with file and line.
    """
    providers, found = read_providers(root)
    problems = list(found)
    formats = read_formats(root, {one.name for one in providers}, problems)
    if problems:
        raise ProviderError(*sorted(problems, key=lambda one: (one.file or "", one.line or 0)))
    return Catalogue(providers, formats)


def read_providers(root: Path) -> tuple[tuple[Provider, ...], tuple[Problem, ...]]:
    """As `load_catalogue`, but what is right is returned together with what is wrong. Problems are sorted by place."""
    paths = sorted((root / FOLDER).glob("*.yaml"))
    if not paths:
        return (), (Problem("no provider files", FOLDER, remedy="the installation is incomplete"),)
    problems: list[Problem] = []
    files = [read_provider(path, f"{FOLDER}/{path.name}", problems) for path in paths]
    providers = _Linker(files, problems).link()
    return providers, tuple(sorted(problems, key=lambda p: (p.file or "", p.line or 0)))


@dataclass(slots=True)
class _Type:
    raw: RawType
    file: RawFile
    bases: tuple[str, ...] = ()


class _Linker:
    """Resolves the names that files use of each other, and hands down what types inherit."""

    def __init__(self, files: Sequence[RawFile], problems: list[Problem]) -> None:
        self.files = files
        self.problems = problems
        self.types: dict[str, _Type] = {}
        self.done: dict[str, TypeSpec] = {}
        self.open: list[str] = []

    def problem(self, file: RawFile, line: int | None, message: str, remedy: str | None = None) -> None:
        self.problems.append(Problem(message, file.display, line, remedy))

    def link(self) -> tuple[Provider, ...]:
        for file in self.files:
            for raw in file.types:
                self.types[f"{file.name}.{raw.name}"] = _Type(raw, file)
        for one in self.types.values():
            found = (self.type_name(one.file, name, one.raw.line, "is") for name in one.raw.bases)
            one.bases = tuple(name for name in found if name)
        providers = tuple(self.provider(file) for file in self.files)
        self.check_unique()
        return providers

    def type_name(self, file: RawFile, name: str, line: int, what: str) -> str | None:
        """The full name of a type that a file calls `Client` or `openai.Client`."""
        full = name if "." in name else f"{file.name}.{name}"
        if full in self.types:
            return full
        local = [raw.name for raw in file.types]
        self.problem(file, line, f"{what}: there is no type {name!r}", nearest(name, [*local, *self.types]))
        return None

    def provider(self, file: RawFile) -> Provider:
        return Provider(
            name=file.name,
            provider=file.provider,
            pypi=file.pypi,
            imports=file.imports,
            hosts=file.hosts,
            env=file.env,
            variables=tuple(file.variables),
            types=tuple(self.type_spec(f"{file.name}.{raw.name}") for raw in file.types),
            calls=tuple(call for raw in file.calls for call in self.call_spec(file, raw)),
            models=file.models,
            model_hosting=file.model_hosting,
            globals=file.globals,
            aliases=file.aliases,
            collects=file.collects,
            loads=file.loads,
            constants=file.constants,
            versions=file.versions,
            endpoints=tuple(self.endpoint(file, one) for one in file.endpoints),
            images=file.images,
            resources=file.resources,
            examples=file.examples,
            verified=file.verified,
        )

    def endpoint(self, file: RawFile, one: Endpoint) -> Endpoint:
        line = int(one.source.rpartition(":")[2])
        return replace(one, shape=replace(one.shape, args=self.arguments(file, one.shape, line)))

    # ---- types

    def type_spec(self, full: str) -> TypeSpec:
        if full in self.done:
            return self.done[full]
        one = self.types[full]
        raw, file = one.raw, one.file
        if full in self.open:
            self.problem(file, raw.line, f"{raw.name} inherits from itself: {' -> '.join([*self.open, full])}")
            return TypeSpec(full, raw.shape, raw.new, raw.named)
        self.open.append(full)
        bases = [self.type_spec(base) for base in one.bases]
        self.open.pop()
        for name in (*raw.new, *raw.named):
            self.known_import(file, name, raw.line, "new")
        members = {key: value for base in reversed(bases) for key, value in base.members.items()}
        for member, name in raw.members.items():
            target = self.type_name(file, name, raw.line, f"members.{member}")
            if target:
                members[member] = target
        spec = TypeSpec(
            full,
            self.inherit(one, bases),
            raw.new,
            raw.named,
            one.bases,
            members,
            raw.kind or next((base.kind for base in bases if base.kind), ""),
            f"{file.display}:{raw.line}",
        )
        self.done[full] = spec
        return spec

    def inherit(self, one: _Type, bases: Sequence[TypeSpec]) -> Shape:
        """The type's own shape, filled up from its bases; the nearest word wins."""
        own = one.raw.shape
        above = [base.shape for base in bases]
        return replace(
            own,
            args=_merge_args(self.arguments(one.file, own, one.raw.line), *(shape.args for shape in above)),
            order=own.order if one.raw.own_order else next((shape.order for shape in above if shape.order), ()),
            sets={key: value for shape in reversed([own, *above]) for key, value in shape.sets.items()},
            defaults=own.defaults or next((shape.defaults for shape in above if shape.defaults), ()),
            provider=self.provider_of(one, bases),
            hosting=own.hosting or next((shape.hosting for shape in above if shape.hosting), None),
            site=own.site or (None if one.raw.no_site else next((shape.site for shape in above if shape.site), None)),
            by_parts=own.by_parts or any(shape.by_parts for shape in above),
            used=own.used or (own.site is None and any(shape.used for shape in above)),
            also=own.also or (() if one.raw.no_site else next((shape.also for shape in above if shape.also), ())),
        )

    def provider_of(self, one: _Type, bases: Sequence[TypeSpec]) -> str | None:
        """Its own word, else a base's (of the same file, or for a framework of any file), else the file's default."""
        if one.raw.shape.provider:
            return one.raw.shape.provider
        for base in bases:
            same_file = base.name.rpartition(".")[0] == one.file.name
            if base.shape.provider and (same_file or not one.file.provider):
                return base.shape.provider
        return one.file.provider or None

    def arguments(self, file: RawFile, shape: Shape, line: int) -> tuple[ArgSpec, ...]:
        """The arguments, with the full names of the types that dictionaries describe."""
        if not any(arg.type for arg in shape.args):
            return shape.args
        return tuple(
            replace(arg, type=self.type_name(file, arg.type, line, f"args.{arg.name}") or "") if arg.type else arg
            for arg in shape.args
        )

    # ---- calls

    def call_spec(self, file: RawFile, raw: RawCall) -> Iterable[CallSpec]:
        head, _, path = raw.target.partition(".")
        returns, unpacks = self.returns(file, raw, bool(path) and f"{file.name}.{head}" in self.types)
        source = f"{file.display}:{raw.line}"
        shape = replace(raw.shape, args=self.arguments(file, raw.shape, raw.line))
        if f"{file.name}.{head}" in self.types:
            if not path:
                self.problem(
                    file, raw.line, f"{raw.target!r} names a type, no call", f"`{head}.__call__` is calling the instance"
                )
                return ()
            on, steps = f"{file.name}.{head}", tuple(path.split("."))
            return (CallSpec(on, steps, shape, returns, unpacks, raw.result, source, raw.adds),)
        if not self.known_import(file, raw.target, raw.line, "call"):
            return ()
        if raw.adds:
            self.problem(file, raw.line, "adds: a function has no receiver that gets a part")
        if shape.provider is None and file.provider:  # there is no receiver whose provider it could have
            shape = replace(shape, provider=file.provider)
        return (CallSpec(raw.target, (), shape, returns, unpacks, raw.result, source),)

    def returns(self, file: RawFile, raw: RawCall, method: bool) -> tuple[str | None, tuple[str, ...]]:
        """The result's type, and those of a tuple's elements."""
        names = [self.returned(file, raw, name, method) for name in raw.returns]
        return (None, tuple(name or "" for name in names)) if len(names) > 1 else (names[0] if names else None, ())

    def returned(self, file: RawFile, raw: RawCall, name: str, method: bool) -> str | None:
        if not name or name.startswith("="):
            return name or None
        if name == "self":
            if not method:
                self.problem(file, raw.line, "returns: `self` needs a call on a type")
            return "self"
        return self.type_name(file, name, raw.line, "returns")

    def known_import(self, file: RawFile, name: str, line: int, what: str) -> bool:
        """A dotted name belongs to a package of its file, so that a misspelt type is no silent function."""
        if any(name.startswith(one + ".") for one in file.imports):
            return True
        head = name.partition(".")[0]
        remedy = nearest(head, [raw.name for raw in file.types] + list(file.imports))
        whats = (
            "neither a type of this file nor below its import names" if what == "call" else "not below the file's import names"
        )
        self.problem(file, line, f"{what}: {name!r} is {whats}", remedy or "see `packages: {import: ...}`")
        return False

    # ---- over all files

    def check_unique(self) -> None:
        names: dict[str, str] = {}
        hosts: dict[str, tuple[object, str]] = {}
        env: dict[str, tuple[object, str]] = {}
        variables = {name for file in self.files for name in file.globals}
        for file in self.files:
            for raw in file.types:
                for name in (*raw.new, *raw.named):
                    self.once(names, name, file, raw.line, raw.shape)
            for call in file.calls:
                local = f"{file.name}.{call.target.partition('.')[0]}" in self.types
                self.once(names, f"{file.name}:{call.target}" if local else call.target, file, call.line, call.shape)
            for what in ("globals", "constants", "loads", "collects"):
                for name in getattr(file, what):
                    self.known_import(file, name, file.lines[f"{what}.{name}"], what)
            for shape, line in ((raw.shape, raw.line) for raws in (file.types, file.calls) for raw in raws):
                self.check_names(file, shape, line, variables)
            for host, served in file.hosts.items():
                self.same(hosts, host, served, file, file.lines[f"hosts.{host}"])
            for name, meaning in file.env.items():
                self.same(env, name, meaning, file, file.lines[f"env.{name}"])

    def check_names(self, file: RawFile, shape: Shape, line: int, variables: Collection[str]) -> None:
        """The variables that a call sets, and the types of what is there by default."""
        for target in shape.sets_global.values():
            if target not in variables:
                remedy = nearest(target, variables) or "see `globals`"
                self.problem(file, line, f"sets_global: there is no variable {target!r}", remedy)
        for role, name in ((role, name) for one in shape.defaults for role, name in one.values.items()):
            if role in _FALLBACKS and name not in self.types:
                self.problem(file, line, f"defaults.{role}: there is no type {name!r}", nearest(str(name), self.types))

    def once(self, seen: dict[str, str], name: str, file: RawFile, line: int, shape: Shape) -> None:
        """A name may be said once without a condition, and any number of times with one."""
        if shape.when:
            return
        if name in seen:
            self.problem(
                file,
                line,
                f"{name.partition(':')[2] or name!r} stands already at {seen[name]}",
                "a condition (`when`) tells them apart",
            )
        seen.setdefault(name, f"{file.display}:{line}")

    def same(self, seen: dict[str, tuple[object, str]], name: str, value: object, file: RawFile, line: int) -> None:
        if name in seen and seen[name][0] != value:
            self.problem(file, line, f"{name!r} is said differently at {seen[name][1]}")
        seen.setdefault(name, (value, f"{file.display}:{line}"))


def _merge_args(*groups: Sequence[ArgSpec]) -> tuple[ArgSpec, ...]:
    """Arguments of the type, then those of its bases that it does not state itself."""
    seen: dict[tuple[object, ...], ArgSpec] = {}
    for group in groups:
        for arg in group:
            seen.setdefault((arg.name, arg.path, arg.where), arg)
    return tuple(seen.values())
