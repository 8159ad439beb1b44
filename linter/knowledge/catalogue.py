"""The catalogue: every question that a stage asks about vendors' APIs, answered by a look-up."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

from linter.model.catalogue import CallSpec, Endpoint, EnvSpec, Hosting, Provider, Role, SiteKind, TypeSpec
from linter.model.formats import Format, ImageSpec, ResourceSpec


class Catalogue:
    """All provider files, indexed. Built once, never changed; every query is a few dictionary look-ups."""

    __slots__ = (
        "_adders", "_ancestors", "_by_function", "_by_name", "_by_new", "_calls", "_hosting", "_hosts", "_models", "_patterns",
        "_providers", "_stores", "_types", "_wild_hosts", "collects", "constants", "endpoints", "env", "formats", "globals",
        "images", "import_names", "leaf_names", "loads", "request_names", "resources", "setters", "variables",
    )  # fmt: skip

    env: Mapping[str, tuple[str, str]]
    """Environment variable -> (provider file, meaning); meanings as in `Provider.env`."""
    variables: tuple[EnvSpec, ...]
    """The environment variables of all files."""
    globals: Mapping[str, Role]
    """Dotted name of a variable that an SDK reads -> what assigning it means."""
    setters: Mapping[str, Sequence[CallSpec]]
    """The same names -> functions that set the variable."""
    collects: Mapping[str, str]
    """As `Provider.collects`, of all files."""
    loads: Mapping[str, Mapping[str, str]]
    """As `Provider.loads`, of all files."""
    constants: Mapping[str, str | int | float]
    """As `Provider.constants`, of all files."""
    formats: tuple[Format, ...]
    """What the format files say, sorted by name."""
    images: Mapping[str, ImageSpec]
    """As `Provider.images`, of all files."""
    resources: Mapping[str, ResourceSpec]
    """As `Provider.resources`, of all files."""
    endpoints: tuple[Endpoint, ...]
    """The HTTP endpoints of all files."""
    request_names: frozenset[str]
    """Last names of everything that sends a request to a URL."""
    leaf_names: frozenset[str]
    """Last segments of all constructors, functions and methods: a file without any of them cannot match."""
    import_names: frozenset[str]
    """Top-level packages."""

    def __init__(self, providers: Sequence[Provider], formats: Sequence[Format] = ()) -> None:
        self.formats = tuple(formats)
        self.images = {name: spec for one in providers for name, spec in one.images.items()}
        self.resources = {name: spec for one in providers for name, spec in one.resources.items()}
        self._providers = {one.name: one for one in providers}
        self._types = {spec.name: spec for one in providers for spec in one.types}
        self._ancestors = {name: self._line(name) for name in self._types}
        self._by_new: dict[str, tuple[TypeSpec, ...]] = {}
        self._by_name: dict[str, TypeSpec] = {}
        for spec in self._types.values():
            for name in spec.new:
                self._by_new[name] = _in_order((*self._by_new.get(name, ()), spec))
            for name in (*spec.named, *spec.new):
                if not spec.shape.when or name not in self._by_name:
                    self._by_name[name] = spec
        self._by_function: dict[str, tuple[CallSpec, ...]] = {}
        self._calls: dict[str, dict[tuple[str, ...], tuple[CallSpec, ...]]] = {}
        for one in providers:
            for call in one.calls:
                if call.path:
                    on_type = self._calls.setdefault(call.target, {})
                    on_type[call.path] = _in_order((*on_type.get(call.path, ()), call))
                else:
                    self._by_function[call.target] = _in_order((*self._by_function.get(call.target, ()), call))
        hosts = {host: served for one in providers for host, served in one.hosts.items()}
        self._hosts = {host: served for host, served in hosts.items() if "*" not in host}
        self._wild_hosts = {host[2:]: served for host, served in hosts.items() if host.startswith("*.") and "*" not in host[2:]}
        self._patterns = [(host.split("."), served) for host, served in hosts.items() if "*" in host.removeprefix("*.")]
        self._models = _longest_first(providers)
        self._hosting = _hosting_of_providers(providers)
        self._stores = _stores(providers)
        self.variables = tuple(spec for one in providers for spec in one.variables)
        self.env = {name: (one.name, meaning) for one in providers for name, meaning in one.env.items()}
        self.globals = {name: role for one in providers for name, role in one.globals.items()}
        self.endpoints = tuple(endpoint for one in providers for endpoint in one.endpoints)
        requests = [call for one in providers for call in one.calls if any(a.role is Role.URL for a in call.shape.args)]
        names = {call.path[-1] if call.path else call.target.rpartition(".")[2] for call in requests}
        sent = [spec for spec in self._types.values() if any(a.role is Role.URL for a in spec.shape.args)]
        self.request_names = frozenset(names | {name.rpartition(".")[2] for spec in sent for name in spec.new})
        setters: dict[str, list[CallSpec]] = {}
        for call in (call for one in providers for call in one.calls):
            for target in call.shape.sets_global.values():
                setters.setdefault(target, []).append(call)
        self.setters = setters
        self._adders: dict[str, tuple[tuple[str, ...], ...]] = {}
        self.constants = {name: value for one in providers for name, value in one.constants.items()}
        self.loads = {name: paths for one in providers for name, paths in one.loads.items()}
        self.collects = {name: attribute for one in providers for name, attribute in one.collects.items()}
        leaves = {name.rpartition(".")[2] for name in (*self._by_new, *self._by_function, *self.globals)}
        leaves.update(path[-1] for calls in self._calls.values() for path in calls)
        self.leaf_names = frozenset(leaf for leaf in leaves if not leaf.startswith("__"))
        self.import_names = frozenset(name.partition(".")[0] for one in providers for name in one.imports)

    # ---- files and types

    @property
    def providers(self) -> Mapping[str, Provider]:
        """The provider files by name."""
        return self._providers

    def type(self, name: str) -> TypeSpec:
        """The type of that full name (`openai.Client`), with everything that it inherits. Raises KeyError."""
        return self._types[name]

    @property
    def types(self) -> Mapping[str, TypeSpec]:
        """All types by full name."""
        return self._types

    def file_of(self, type_name: str) -> Provider:
        """The provider file of a type. Raises KeyError."""
        return self._providers[type_name.rpartition(".")[0]]

    def ancestors(self, type_name: str) -> tuple[str, ...]:
        """The type itself, then everything that it inherits from, nearest first."""
        return self._ancestors.get(type_name, (type_name,))

    def is_a(self, type_name: str, other: str) -> bool:
        """True when a type is another one or inherits from it."""
        return other in self.ancestors(type_name)

    # ---- names in code

    def constructors(self, dotted: str) -> tuple[TypeSpec, ...]:
        """The types of which calling `dotted` can give an instance: those with a condition (`shape.when`) first, in the files'
        order, then the one without."""
        return self._by_new.get(dotted, ())

    def constructor(self, dotted: str) -> TypeSpec | None:
        """The type of which calling `dotted` gives an instance when no condition is looked at."""
        found = self._by_new.get(dotted)
        return found[-1] if found else None

    def annotation(self, dotted: str) -> TypeSpec | None:
        """The type that an annotation `dotted` means."""
        return self._by_name.get(dotted)

    def functions(self, dotted: str) -> tuple[CallSpec, ...]:
        """What calling the plain function (or class method) `dotted` can mean; order as in `constructors`."""
        return self._by_function.get(dotted, ())

    def function(self, dotted: str) -> CallSpec | None:
        """What calling `dotted` means when no condition is looked at."""
        found = self._by_function.get(dotted)
        return found[-1] if found else None

    def has_result(self, type_name: str, result: str) -> bool:
        """Whether some call on objects of a type gives this kind of result."""
        names = self.ancestors(type_name)
        return any(spec.result == result for name in names for specs in self._calls.get(name, _NONE).values() for spec in specs)

    def calls_on(self, type_name: str, path: tuple[str, ...]) -> tuple[CallSpec, ...]:
        """What `<instance>.<path>(...)` can mean; order as in `constructors`.

        Calling the instance itself is the path `("__call__",)`. Looks at the type, its bases, and its members. The provider of a
        call is None when it is the receiver's.
        """
        for name in self.ancestors(type_name):
            found = self._calls.get(name, _NONE).get(path)
            if found is not None:
                return found
        member = self.member(type_name, path[0]) if len(path) > 1 else None
        return () if member is None else self.calls_on(member, path[1:])

    def adders_of(self, type_name: str) -> tuple[tuple[str, ...], ...]:
        """The paths of the calls that add parts to an object of a type."""
        if type_name not in self._adders:
            ways = (self._calls.get(name, _NONE) for name in self.ancestors(type_name))
            found = {path: None for calls in ways for path, specs in calls.items() if any(spec.adds for spec in specs)}
            self._adders[type_name] = tuple(found)
        return self._adders[type_name]

    def call_on(self, type_name: str, path: tuple[str, ...]) -> CallSpec | None:
        """As `calls_on`, when no condition is looked at."""
        found = self.calls_on(type_name, path)
        return found[-1] if found else None

    def member(self, type_name: str, name: str) -> str | None:
        """The full name of the type of an attribute."""
        spec = self._types.get(type_name)
        return None if spec is None else spec.members.get(name) or (None if name.startswith("_") else spec.members.get("*"))

    # ---- hosts and models

    def host(self, name: str) -> tuple[str, Hosting] | None:
        """(provider, hosting) of a host name, with or without a port; the most exact entry wins."""
        name = name.lower().rstrip(".")
        found = self._hosts.get(name)
        if found is not None:
            return found
        bare = name.partition(":")[0]
        found = self._hosts.get(bare)
        while found is None and "." in bare:
            bare = bare.partition(".")[2]
            found = self._wild_hosts.get(bare)
        if found is None:
            labels = name.partition(":")[0].split(".")
            found = next((served for pattern, served in self._patterns if _host_matches(pattern, labels)), None)
        return found

    def model_prefix(self, file: str, model: str) -> tuple[str, Hosting | None] | None:
        """(provider, hosting) that a gateway (a provider file with `models`) reads from the prefix of a model id."""
        for prefix, served in self._models.get(file, ()):
            if model.startswith(prefix):
                return served
        return None

    def alias(self, file: str, word: str) -> tuple[str, Hosting | None] | None:
        """(provider, hosting) of an SDK's own word for a provider."""
        provider = self._providers.get(file)
        return None if provider is None else provider.aliases.get(word)

    def hosts_of(self, provider: str, hostings: Collection[str]) -> tuple[str, ...]:
        """The host names of a provider with one of the hostings: those that are written out, else patterns."""
        found = [
            name
            for one in self.providers.values()
            for name, (who, how) in one.hosts.items()
            if who == provider and how in hostings
        ]
        whole = [name for name in found if "*" not in name]
        return tuple(dict.fromkeys(whole or found))

    def is_store(self, provider: str) -> bool:
        """Whether a provider keeps vectors or documents, and does nothing else."""
        return provider in self._stores

    def hosting_of(self, provider: str) -> Hosting | None:
        """The hosting of a provider when all files agree on it."""
        return self._hosting.get(provider)

    def _line(self, name: str) -> tuple[str, ...]:
        seen: dict[str, None] = {}
        todo = [name]
        while todo:  # breadth first: what is nearer is asked first
            one = todo.pop(0)
            if one not in seen and one in self._types:
                seen[one] = None
                todo.extend(self._types[one].bases)
        return tuple(seen)


def _host_matches(pattern: list[str], labels: list[str]) -> bool:
    """`bedrock-runtime.*.amazonaws.com`: a star stands for a label or a part of one, `*.` in front for any number of labels."""
    if pattern[0] == "*" and len(labels) > len(pattern):
        labels = ["*", *labels[len(labels) - len(pattern) + 1 :]]
    return len(pattern) == len(labels) and all(map(_label_matches, pattern, labels))


def _label_matches(pattern: str, label: str) -> bool:
    start, star, end = pattern.partition("*")
    return label.startswith(start) and label.endswith(end) and len(label) >= len(start) + len(end) if star else pattern == label


_NONE: Mapping[tuple[str, ...], tuple[CallSpec, ...]] = {}
S = TypeVar("S", TypeSpec, CallSpec)


def _in_order(specs: tuple[S, ...]) -> tuple[S, ...]:
    """What has no condition comes last."""
    return specs if len(specs) < 2 else tuple(sorted(specs, key=lambda one: not one.shape.when))


def _longest_first(providers: Sequence[Provider]) -> dict[str, list[tuple[str, tuple[str, Hosting | None]]]]:
    return {
        one.name: [(p, (one.models[p], one.model_hosting.get(p))) for p in sorted(one.models, key=len, reverse=True)]
        for one in providers
        if one.models
    }


_STORES = frozenset({SiteKind.VECTOR_STORE, SiteKind.RETRIEVAL, SiteKind.INGEST})


def _stores(providers: Sequence[Provider]) -> frozenset[str]:
    """The providers of which everything is a store, or makes use of one."""
    kinds: dict[str, set[SiteKind]] = {}
    for one in providers:
        for shape in (*(spec.shape for spec in one.types), *(call.shape for call in one.calls)):
            if shape.site is not None:
                kinds.setdefault(shape.provider or one.provider, set()).update((shape.site, *shape.also))
    return frozenset(provider for provider, said in kinds.items() if provider and said <= _STORES)


def _hosting_of_providers(providers: Sequence[Provider]) -> dict[str, Hosting]:
    said: dict[str, set[Hosting]] = {}
    for one in providers:
        for provider, hosting in one.hosts.values():
            said.setdefault(provider, set()).add(hosting)
        for spec in one.types:
            if spec.shape.provider and spec.shape.hosting:
                said.setdefault(spec.shape.provider, set()).add(spec.shape.hosting)
        for prefix, hosting in one.model_hosting.items():
            said.setdefault(one.models[prefix], set()).add(hosting)
    return {provider: next(iter(hostings)) for provider, hostings in said.items() if provider and len(hostings) == 1}
