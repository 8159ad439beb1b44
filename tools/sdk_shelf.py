"""The SDKs that the provider files speak of, and where their types and calls stand in the source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from linter.model.catalogue import CallSpec, Provider, Shape, TypeSpec
from tools.sdk_fetch import Fetcher, FetchError, Sdk
from tools.sdk_source import Class, Func, Instance, Source, Symbol

_Found = tuple[str, Source, Class]
"""The dotted name that a class was found by, where, and the class."""


class Shelf:
    """The SDKs of all provider files; each range of versions is one `Source`."""

    def __init__(self, fetcher: Fetcher, providers: Sequence[Provider]) -> None:
        self.fetcher = fetcher
        self.providers = providers
        self.types = {spec.name: spec for one in providers for spec in one.types}
        self.owners = {spec.name: one for one in providers for spec in one.types}
        self._sources: dict[tuple[str, str], Source] = {}

    def sdks(self, provider: Provider, versions: str = "") -> Iterator[Sdk | FetchError]:
        """The packages of a file, each the newest of the range."""
        for name in provider.pypi:
            try:
                yield self.fetcher.get(name, versions)
            except FetchError as error:
                yield error

    def source(self, provider: Provider, versions: str = "") -> Source:
        """The file's own packages first, then the newest of other files' that they require: bases of classes stand there."""
        key = (provider.name, versions)
        if key in self._sources:
            return self._sources[key]
        own = [sdk for sdk in self.sdks(provider, versions) if isinstance(sdk, Sdk)]
        newest = [sdk for sdk in self.sdks(provider) if isinstance(sdk, Sdk)] if versions else []
        roots = {sdk.root: None for sdk in (*own, *newest)}
        known = {_normal(name) for one in self.providers for name in one.pypi}
        seen = {_normal(sdk.name) for sdk in own}
        todo = [name for sdk in own for name in sdk.requirements()]
        while todo:
            name = _normal(todo.pop())
            if name not in known or name in seen:
                continue
            seen.add(name)
            try:
                sdk = self.fetcher.get(name)
            except FetchError:
                continue
            roots[sdk.root] = None
            todo.extend(sdk.requirements())
        self._sources[key] = Source(list(roots))
        return self._sources[key]

    def resolve(self, provider: Provider, shape: Shape, dotted: str) -> tuple[Source, Symbol | None]:
        """A dotted name in the versions that are said to have it."""
        source = self.source(provider, versions_of(provider, shape, dotted))
        return source, source.resolve(dotted)

    def below(self, type_name: str) -> Iterator[TypeSpec]:
        """The types that inherit from a type."""
        for spec in self.types.values():
            if type_name in spec.bases:
                yield spec
                yield from self.below(spec.name)

    def classes(self, type_name: str) -> list[_Found]:
        """The classes of a type: of its names, else of the types that inherit from it, else of what returns it."""
        spec = self.types[type_name]
        out: list[_Found] = []
        for one in [spec] if spec.new or spec.named else self.below(type_name):
            for dotted in (*one.new, *one.named) if not one.shape.unverified else ():
                source, found = self.resolve(self.owners[one.name], one.shape, dotted)
                classes = (found,) if isinstance(found, Class) else source.returned(found) if isinstance(found, Func) else ()
                out.extend((dotted, source, cls) for cls in classes)
        return out or list(self._returned(type_name))

    def _returned(self, type_name: str) -> Iterator[_Found]:
        """By the annotations of the calls that return the type and of the attributes that are of it."""
        for provider in self.providers:
            for call in provider.calls:
                if call.returns == type_name and call.target != type_name:
                    for spoken, source, found in self.call(provider, call):
                        if isinstance(found, Func):
                            yield from ((f"{spoken}()", source, cls) for cls in source.returned(found))
        for spec in self.types.values():
            for member, target in spec.members.items():
                if target == type_name and spec.name != type_name:
                    for spoken, source, cls in self.classes(spec.name):
                        got = source.attribute(Instance((cls,)), member)
                        yield from ((f"{spoken}.{member}", source, c) for c in (got.classes if isinstance(got, Instance) else ()))

    def call(self, provider: Provider, call: CallSpec) -> Iterator[tuple[str, Source, Symbol | None]]:
        """What a call leads to, on each class of its type."""
        if not call.path:
            source, found = self.resolve(provider, call.shape, call.target)
            yield call.target, source, found
            return
        versions = versions_of(provider, call.shape, f"{call.target.rpartition('.')[2]}.{'.'.join(call.path)}")
        for dotted, where, cls in self.classes(call.target):
            source, one = where, cls
            if versions:
                source = self.source(provider, versions)
                again = source.resolve(dotted)
                if not isinstance(again, Class):
                    continue
                one = again
            yield f"{dotted}.{'.'.join(call.path)}", source, source.follow(Instance((one,)), call.path)


def versions_of(provider: Provider, shape: Shape, name: str) -> str:
    """The range of versions that is said to have a name; empty for the newest."""
    for versions in (shape.versions, provider.versions):
        found = versions.get(name) or versions.get("")
        if found:
            return found
        prefixes = [key for key in versions if key.endswith(".*") and name.startswith(key[:-1])]
        if prefixes:
            return versions[max(prefixes, key=len)]
    return ""


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
