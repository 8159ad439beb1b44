"""Holds the provider files against the source of the real SDKs.

    python -m tools.verify_providers [NAME ...] [--scratch DIR] [--refresh] [--notes] [--no-write]

For each provider file (by name; all when none is named): every constructor, call, argument and positional order is looked up in
the newest published SDK, or the newest of the range that `versions` names. What does not exist there is an error with the line of
the provider file; what the source leaves open (`**kwargs`, a base of a package that is not at hand) is a note. A file without
errors gets its `verified:` line written. Nothing of the SDKs is executed, and only wheels are fetched.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from linter.errors import Problem
from linter.knowledge.load import FOLDER, read_providers
from linter.model.catalogue import ArgSpec, CallSpec, Provider, Shape, TypeSpec
from tools.sdk_fetch import Fetcher, FetchError, Sdk
from tools.sdk_signature import Signature, fields_of, signature
from tools.sdk_source import Class, Func, Instance, Module, Opaque, Source, Symbol


@dataclass
class Report:
    """What one provider file's check came to."""

    errors: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    names: int = 0
    arguments: int = 0

    def error(self, where: str, message: str, remedy: str | None = None) -> None:
        self._add(self.errors, where, message, remedy)

    def note(self, where: str, message: str) -> None:
        self._add(self.notes, where, message, None)

    def _add(self, to: list[Problem], where: str, message: str, remedy: str | None) -> None:
        file, _, line = where.rpartition(":")
        problem = Problem(message, file, int(line), remedy)
        if problem not in to:
            to.append(problem)


class Shelf:
    """The SDKs of all provider files: each range of versions is one `Source`."""

    def __init__(self, fetcher: Fetcher, providers: Sequence[Provider]) -> None:
        self.fetcher = fetcher
        self.providers = providers
        self.sources: dict[tuple[str, str], Source] = {}

    def sdks(self, provider: Provider, versions: str = "") -> Iterator[Sdk | FetchError]:
        for name in provider.pypi:
            try:
                yield self.fetcher.get(name, versions)
            except FetchError as error:
                yield error

    def source(self, provider: Provider, versions: str = "") -> Source:
        """The file's own packages first, then the newest of every other file's that they build on."""
        key = (provider.name, versions)
        if key not in self.sources:
            own = [sdk for sdk in self.sdks(provider, versions) if isinstance(sdk, Sdk)]
            newest = [sdk for sdk in self.sdks(provider) if isinstance(sdk, Sdk)] if versions else []
            roots = {sdk.root: None for sdk in (*own, *newest)}
            known = {_normal(name): one for one in self.providers for name in one.pypi}
            todo = [name for sdk in own for name in _requirements(sdk)]
            seen = {_normal(sdk.name) for sdk in own}
            while todo:  # bases of classes stand in packages that an SDK requires: langchain_core
                name = _normal(todo.pop())
                if name in known and name not in seen:
                    seen.add(name)
                    try:
                        sdk = self.fetcher.get(name)
                    except FetchError:
                        continue
                    roots[sdk.root] = None
                    todo.extend(_requirements(sdk))
            self.sources[key] = Source(list(roots))
        return self.sources[key]


class Check:
    """Checks one provider file."""

    def __init__(self, provider: Provider, shelf: Shelf) -> None:
        self.provider = provider
        self.shelf = shelf
        self.report = Report()
        self.types = {spec.name: spec for one in shelf.providers for spec in one.types}
        self.owner = {spec.name: one for one in shelf.providers for spec in one.types}

    def run(self) -> Report:
        where = f"{FOLDER}/{self.provider.name}.yaml:1"
        for sdk in self.shelf.sdks(self.provider):
            if isinstance(sdk, FetchError):
                self.report.error(where, str(sdk), "only wheels are read; mark the names `unverified`")
        for name in self.provider.imports:
            if isinstance(self.find(name, {}), (Opaque, type(None))):
                self.report.error(where, f"packages.import: no package of this file has {name!r}")
        for dotted in self.provider.globals:
            if self.find(dotted, {}) is None:
                self.report.error(where, f"globals: {dotted} does not exist")
        for spec in self.provider.types:
            self.type(spec)
        for call in self.provider.calls:
            self.call(call)
        return self.report

    # ---- versions

    def range_of(self, shape: Shape, name: str) -> str:
        """The versions that have a name; empty for the newest."""
        for versions in (shape.versions, self.provider.versions):
            for key in (name, ""):
                if key in versions:
                    return versions[key]
            prefixes = [key for key in versions if key.endswith(".*") and name.startswith(key[:-1])]
            if prefixes:
                return versions[max(prefixes, key=len)]
        return ""

    def find(self, dotted: str, versions: Mapping[str, str] | Shape) -> Symbol | None:
        shape = versions if isinstance(versions, Shape) else Shape(versions=versions)
        found = self.shelf.source(self.provider, self.range_of(shape, dotted)).resolve(dotted)
        self.report.names += 1
        return found

    # ---- types

    def type(self, spec: TypeSpec) -> None:
        if spec.shape.unverified:
            return
        symbols: list[tuple[str, Symbol]] = []
        for dotted in (*spec.new, *spec.named):
            found = self.find(dotted, spec.shape)
            if found is None:
                self.report.error(spec.source, f"{dotted} does not exist{self.said(spec.shape, dotted)}")
            elif isinstance(found, Opaque):
                self.report.note(spec.source, f"{dotted}: {found.reason}")
            elif isinstance(found, Module):
                self.report.error(spec.source, f"{dotted} is a module")
            elif dotted in spec.new:
                symbols.append((dotted, found))
        own = self.own_args(spec)
        if symbols:
            self.arguments(spec.source, spec.shape, own, symbols)
        elif not spec.new and own:
            below = [(name, s) for sub in self.below(spec.name) for name in sub.new if (s := self.quiet(sub, name)) is not None]
            self.arguments(spec.source, spec.shape, own, below)
        for member in spec.members:
            self.path(spec.source, spec.shape, spec.name, (member,))

    def own_args(self, spec: TypeSpec) -> list[ArgSpec]:
        """The arguments that the type states itself: inherited ones are checked where they are stated."""
        inherited = {arg for base in spec.bases if base in self.types for arg in self.types[base].shape.args}
        return [arg for arg in spec.shape.args if arg not in inherited]

    def below(self, name: str) -> Iterator[TypeSpec]:
        for spec in self.types.values():
            if name in spec.bases:
                yield spec
                yield from self.below(spec.name)

    def quiet(self, spec: TypeSpec, dotted: str) -> Symbol | None:
        """A constructor of this or another file's type, without a word about what is missing."""
        owner = self.owner[spec.name]
        if spec.shape.unverified:
            return None
        shape = spec.shape
        versions = Check(owner, self.shelf).range_of(shape, dotted)
        found = self.shelf.source(owner, versions).resolve(dotted)
        return None if isinstance(found, (Opaque, Module)) else found

    def classes(self, name: str) -> list[tuple[str, Source, Class]]:
        """The classes of a type: of its constructors, else of the types that inherit from it, else of what returns it."""
        out: list[tuple[str, Source, Class]] = []
        spec = self.types[name]
        for one in ([spec] if spec.new or spec.named else list(self.below(name))):
            owner = self.owner[one.name]
            for dotted in (*one.new, *one.named):
                source = self.shelf.source(owner, Check(owner, self.shelf).range_of(one.shape, dotted))
                found = source.resolve(dotted)
                if isinstance(found, Class):
                    out.append((dotted, source, found))
                elif isinstance(found, Func):
                    out.extend((dotted, source, cls) for cls in source.returned(found))
        return out or self.returned_classes(name)

    def returned_classes(self, name: str) -> list[tuple[str, Source, Class]]:
        out: list[tuple[str, Source, Class]] = []
        source = self.shelf.source(self.owner[name])
        for one in self.shelf.providers:
            for call in one.calls:
                if call.returns != name:
                    continue
                if not call.path:
                    found = source.resolve(call.target)
                    out.extend((call.target, source, cls) for cls in (source.returned(found) if isinstance(found, Func) else ()))
                elif call.target != name:
                    for dotted, where, cls in self.classes(call.target):
                        method: Symbol | None = Instance((cls,))
                        for part in call.path:
                            method = where.attribute(method, part) if method is not None else None
                        if isinstance(method, Func):
                            out.extend((f"{dotted}.{'.'.join(call.path)}()", where, got) for got in where.returned(method))
        for one_type in self.types.values():
            for member, target in one_type.members.items():
                if target == name and one_type.name != name:
                    for dotted, where, cls in self.classes(one_type.name):
                        got = where.attribute(Instance((cls,)), member)
                        out.extend((f"{dotted}.{member}", where, c) for c in (got.classes if isinstance(got, Instance) else ()))
        return out

    # ---- calls

    def call(self, call: CallSpec) -> None:
        if call.shape.unverified:
            return
        if call.path:
            if not self.types[call.target].shape.unverified:
                self.path(call.source, call.shape, call.target, call.path)
            return
        found = self.find(call.target, call.shape)
        if found is None:
            self.report.error(call.source, f"{call.target} does not exist{self.said(call.shape, call.target)}")
        elif isinstance(found, (Module, Class)) and not isinstance(found, Class):
            self.report.error(call.source, f"{call.target} is a module")
        elif isinstance(found, Opaque):
            self.report.note(call.source, f"{call.target}: {found.reason}")
        else:
            self.arguments(call.source, call.shape, call.shape.args, [(call.target, found)])

    def path(self, where: str, shape: Shape, type_name: str, path: tuple[str, ...]) -> None:
        """A path of attributes must exist on at least one class of the type; those that lack it are noted."""
        spoken = f"{type_name.rpartition('.')[2]}.{'.'.join(path)}"
        versions = self.range_of(shape, spoken)
        classes = self.classes(type_name)
        if versions:
            classes = [(d, s, c) for d, _, _ in classes for s in [self.shelf.source(self.provider, versions)] for c in [s.resolve(d)] if isinstance(c, Class)]
        if not classes:
            self.report.note(where, f"{spoken} is not checked: no class of {type_name} is known")
            return
        found: list[tuple[str, Symbol]] = []
        absent: list[str] = []
        for dotted, source, cls in classes:
            self.report.names += 1
            one: Symbol | None = Instance((cls,))
            for part in path:
                one = None if one is None else source.attribute(one, part)
            if one is None:
                absent.append(dotted)
            elif isinstance(one, Opaque):
                self.report.note(where, f"{dotted}.{'.'.join(path)}: {one.reason}")
                return
            else:
                found.append((dotted + "." + ".".join(path), one))
        if not found:
            self.report.error(where, f"{spoken} does not exist{self.said(shape, spoken)}: looked at {', '.join(dict.fromkeys(absent))}")
            return
        for dotted in absent:
            self.report.note(where, f"{dotted} has no {'.'.join(path)}, its siblings have")
        if path[-1] not in self.types[type_name].members:
            self.arguments(where, shape, shape.args, found)

    def said(self, shape: Shape, name: str) -> str:
        versions = self.range_of(shape, name)
        return f" in versions {versions}" if versions else ""

    # ---- arguments

    def arguments(self, where: str, shape: Shape, args: Sequence[ArgSpec], symbols: Sequence[tuple[str, Symbol]]) -> None:
        """Every argument must be listed by one of the symbols, or be accepted by `**kwargs` (noted)."""
        source = self.shelf.source(self.provider)
        signatures = [(name, signature(source, symbol)) for name, symbol in symbols]
        open_for: dict[str, list[str]] = {}
        for name in dict.fromkeys([arg.name for arg in args] + list(shape.when)):
            self.report.arguments += 1
            if name in shape.versions or any(name in one.names for _, one in signatures):
                self.older(where, shape, name, symbols)
                continue
            wide = next((one.open for _, one in signatures if one.open), "")
            if wide:
                open_for.setdefault(wide, []).append(name)
            else:
                listed = sorted({key for _, one in signatures for key in one.names})
                self.report.error(where, f"{symbols[0][0]} has no argument {name!r}", _remedy(name, listed))
        for reason, names in open_for.items():
            self.report.note(where, f"{symbols[0][0]}: {', '.join(names)} not listed ({reason})")
        for arg in args:
            if arg.path:
                self.inside(where, source, arg, signatures)
        for name, one in signatures:
            given = list(shape.order)
            if one.variadic or (one.open and not one.order):
                continue
            if one.order[: len(given)] != given:
                self.report.error(where, f"{name}: the positional parameters are {one.order[: max(3, len(given))]}, not {given}")

    def older(self, where: str, shape: Shape, name: str, symbols: Sequence[tuple[str, Symbol]]) -> None:
        """An argument that is said to be in a range of versions only."""
        if name not in shape.versions:
            return
        source = self.shelf.source(self.provider, shape.versions[name])
        for dotted, _ in symbols:
            found: Symbol | None = source.resolve(dotted.partition(".")[0])
            for part in dotted.split(".")[1:]:
                found = found if found is None else source.attribute(Instance((found,)) if isinstance(found, Class) else found, part)
            listed = signature(source, found) if found is not None else Signature()
            if name in listed.names or listed.open:
                return
        self.report.error(where, f"{symbols[0][0]} has no argument {name!r} in versions {shape.versions[name]}")

    def inside(self, where: str, source: Source, arg: ArgSpec, signatures: Sequence[tuple[str, Signature]]) -> None:
        """`config.max_tokens`: the key must be one of the options object's, when its class is known."""
        for name, one in signatures:
            if arg.name not in one.names:
                continue
            module, annotation, owner = one.names[arg.name]
            for key in arg.path:
                known: list[str] = []
                inner: tuple[Module, ast.expr | None, Class | None] | None = None
                for cls in source.annotated(module, annotation, owner):
                    fields = fields_of(source, cls)
                    if fields.open:
                        return
                    known.extend(fields.names)
                    inner = inner or fields.names.get(key)
                if inner is None and known:
                    self.report.error(where, f"{name}: {arg.name} has no key {'.'.join(arg.path)!r}", _remedy(key, known))
                if inner is None:
                    return
                module, annotation, owner = inner
            return


def _remedy(name: str, known: Sequence[str]) -> str | None:
    import difflib

    close = difflib.get_close_matches(name, known, n=3)
    return f"did you mean {', '.join(close)}?" if close else (f"it has {', '.join(known[:25])}" if known else None)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _requirements(sdk: Sdk) -> Iterator[str]:
    for metadata in sdk.root.glob("*.dist-info/METADATA"):
        for line in metadata.read_text(encoding="utf-8", errors="replace").split("\n\n")[0].splitlines():
            match = re.match(r"Requires-Dist: ([\w.-]+)", line)
            if match and "extra ==" not in line:
                yield match[1]


def write_verified(path: Path, versions: Mapping[str, str]) -> None:
    """Sets the `verified:` entry and leaves everything else as it is."""
    text = path.read_text(encoding="utf-8")
    line = "verified: {" + ", ".join(f'{name}: "{version}"' for name, version in versions.items()) + "}\n"
    if re.search(r"^verified:.*(\n[ ]+.*)*\n?", text, flags=re.MULTILINE):
        new = re.sub(r"^verified:.*(\n[ ]+.*)*\n?", lambda _: line, text, count=1, flags=re.MULTILINE)
    elif re.search(r"^examples:", text, flags=re.MULTILINE):
        new = re.sub(r"^examples:", lambda _: f"{line}\nexamples:", text, count=1, flags=re.MULTILINE)
    else:
        new = text.rstrip("\n") + "\n\n" + line
    if new != text:
        path.write_text(new, encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Returns 0 when nothing is wrong, 1 for errors, 2 for provider files that do not load."""
    parser = argparse.ArgumentParser(prog="verify_providers", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="provider files: openai, or a path")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[1], help="the project")
    parser.add_argument("--scratch", type=Path, default=Path(tempfile.gettempdir()) / "archfit-sdks", help="where SDKs are unpacked")
    parser.add_argument("--refresh", action="store_true", help="fetch again what is there already")
    parser.add_argument("--notes", action="store_true", help="print what the sources leave open")
    parser.add_argument("--no-write", action="store_true", help="leave `verified:` as it is")
    options = parser.parse_args(arguments)
    providers, problems = read_providers(options.root)
    names = {Path(name).stem for name in options.names} or {one.name for one in providers}
    unknown = names - {one.name for one in providers}
    broken = [p for p in problems if not options.names or p.file is None or Path(p.file).stem in names]
    for name in sorted(unknown):
        broken.append(Problem(f"no provider file {name!r}", FOLDER))
    if broken:
        print("\n".join(str(problem) for problem in broken))
        return 2
    shelf = Shelf(Fetcher(options.scratch, options.refresh), providers)
    failed = False
    for provider in providers:
        if provider.name not in names:
            continue
        report = Check(provider, shelf).run()
        failed = failed or bool(report.errors)
        lines = [f"{problem}" for problem in report.errors]
        if options.notes:
            lines += [f"note: {problem}" for problem in report.notes]
        versions = {sdk.name: sdk.version for sdk in shelf.sdks(provider) if isinstance(sdk, Sdk)}
        summary = f"{provider.name}: {report.names} names, {report.arguments} arguments, {len(report.errors)} errors, {len(report.notes)} notes"
        print("\n".join([*lines, summary + " against " + ", ".join(f"{name} {version}" for name, version in versions.items())]))
        if not report.errors and not options.no_write:
            write_verified(options.root / FOLDER / f"{provider.name}.yaml", versions)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
