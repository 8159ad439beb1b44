"""Holds one provider file against the source of the SDKs that it speaks of."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from linter.errors import Problem
from linter.knowledge.load import FOLDER
from linter.model.catalogue import ArgSpec, CallSpec, Provider, Shape, TypeSpec
from tools.sdk_fetch import FetchError
from tools.sdk_module import Module
from tools.sdk_shelf import Shelf, versions_of
from tools.sdk_signature import Signature, fields_of, signature
from tools.sdk_source import Class, Func, Opaque, Source, Symbol


@dataclass
class Report:
    """What the check came to. `names` and `arguments` count what was looked up."""

    errors: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    names: int = 0
    arguments: int = 0

    def error(self, where: str, message: str, remedy: str | None = None) -> None:
        _add(self.errors, where, message, remedy)

    def note(self, where: str, message: str) -> None:
        _add(self.notes, where, message, None)


def _add(to: list[Problem], where: str, message: str, remedy: str | None) -> None:
    file, _, line = where.rpartition(":")
    problem = Problem(message, file, int(line), remedy)
    if problem not in to:
        to.append(problem)


def check(provider: Provider, shelf: Shelf) -> Report:
    """Looks up everything that a provider file names."""
    return _Check(provider, shelf).run()


class _Check:
    def __init__(self, provider: Provider, shelf: Shelf) -> None:
        self.provider = provider
        self.shelf = shelf
        self.report = Report()

    def run(self) -> Report:
        where = f"{FOLDER}/{self.provider.name}.yaml:1"
        missing = [sdk for sdk in self.shelf.sdks(self.provider) if isinstance(sdk, FetchError)]
        named = [spec for spec in self.provider.types if spec.new or spec.named]
        open_names = any(not shape.unverified for shape in (*(t.shape for t in named), *(c.shape for c in self.provider.calls)))
        for error in missing:
            if open_names:
                self.report.error(where, str(error), "only wheels are read; say `unverified` for its names")
            else:
                self.report.note(where, str(error))
        for versions, at in self.ranges(where).items():
            found = list(self.shelf.sdks(self.provider, versions))
            if found and all(isinstance(sdk, FetchError) for sdk in found):
                self.report.error(at, str(found[0]), "`versions` names a range that was published")
        for name in self.provider.imports if not missing else ():
            if isinstance(self.find(name, Shape()), (Opaque, type(None))):
                self.report.error(where, f"packages.import: no package of this file has {name!r}")
        for dotted in self.provider.globals:
            if self.find(dotted, Shape()) is None:
                self.report.error(where, f"globals: {dotted} does not exist{self.said(Shape(), dotted)}")
        for spec in self.provider.types:
            if not spec.shape.unverified:
                self.type(spec)
        for call in self.provider.calls:
            if not call.shape.unverified and not (call.path and self.shelf.types[call.target].shape.unverified):
                self.call(call)
        return self.report

    def ranges(self, where: str) -> dict[str, str]:
        """The ranges of versions that the file speaks of, with the place of the first."""
        out: dict[str, str] = {}
        said = [(spec.source, spec.shape) for spec in self.provider.types]
        said += [(spec.source, spec.shape) for spec in self.provider.calls]
        for source, shape in said:
            for versions in shape.versions.values():
                out.setdefault(versions, source)
        for versions in self.provider.versions.values():
            out.setdefault(versions, where)
        return out

    def find(self, dotted: str, shape: Shape) -> Symbol | None:
        self.report.names += 1
        return self.shelf.resolve(self.provider, shape, dotted)[1]

    def said(self, shape: Shape, name: str) -> str:
        versions = versions_of(self.provider, shape, name)
        return f" in versions {versions}" if versions else ""

    def type(self, spec: TypeSpec) -> None:
        symbols: list[tuple[str, Symbol]] = []
        for dotted in (*spec.new, *spec.named):
            found = self.find(dotted, spec.shape)
            if self.exists(spec.source, spec.shape, dotted, found) and found is not None and dotted in spec.new:
                symbols.append((dotted, found))
        inherited = {arg for base in spec.bases if base in self.shelf.types for arg in self.shelf.types[base].shape.args}
        own = [arg for arg in spec.shape.args if arg not in inherited]  # the others are checked where they are stated
        if not spec.new and own:
            for sub in self.shelf.below(spec.name):
                for dotted in sub.new if not sub.shape.unverified else ():
                    found = self.shelf.resolve(self.shelf.owners[sub.name], sub.shape, dotted)[1]
                    if isinstance(found, (Class, Func)):
                        symbols.append((dotted, found))
        if symbols:
            self.arguments(spec.source, spec.shape, own, symbols)
        for member in spec.members:
            self.call(CallSpec(spec.name, (member,), Shape(versions=spec.shape.versions), source=spec.source))

    def exists(self, where: str, shape: Shape, dotted: str, found: Symbol | None) -> bool:
        if found is None:
            self.report.error(where, f"{dotted} does not exist{self.said(shape, dotted)}")
        elif isinstance(found, Module):
            self.report.error(where, f"{dotted} is a module")
        elif isinstance(found, Opaque):
            self.report.note(where, f"{dotted}: {found.reason}")
        return not isinstance(found, (Module, Opaque, type(None)))

    def call(self, call: CallSpec) -> None:
        """A path must exist on at least one class of its type; a class that lacks it is noted."""
        everywhere = list(self.shelf.call(self.provider, call))
        self.report.names += len(everywhere)
        if not call.path:
            name, _, found = everywhere[0]
            if self.exists(call.source, call.shape, name, found) and found is not None:
                self.arguments(call.source, call.shape, call.shape.args, [(name, found)])
            return
        spoken = f"{call.target.rpartition('.')[2]}.{'.'.join(call.path)}"
        if not everywhere:
            self.report.note(call.source, f"{spoken} is not checked: no class of {call.target} is known")
            return
        absent = [name for name, _, found in everywhere if found is None]
        symbols = [(name, found) for name, _, found in everywhere if found is not None and not isinstance(found, Opaque)]
        for name, _, found in everywhere:
            if isinstance(found, Opaque):
                self.report.note(call.source, f"{name}: {found.reason}")
        if len(absent) == len(everywhere):
            self.report.error(
                call.source, f"{spoken} does not exist{self.said(call.shape, spoken)}", f"looked for {', '.join(absent)}"
            )
            return
        if absent:
            some = ", ".join(absent[:3]) + (f" and {len(absent) - 3} more" if len(absent) > 3 else "")
            self.report.note(call.source, f"does not exist, though others of {call.target} do: {some}")
        if symbols and not (len(call.path) == 1 and call.path[0] in self.shelf.types[call.target].members):
            self.arguments(call.source, call.shape, call.shape.args, symbols)

    # ---- arguments

    def arguments(self, where: str, shape: Shape, args: Sequence[ArgSpec], symbols: Sequence[tuple[str, Symbol]]) -> None:
        """Every argument must be listed by one of the symbols, or be accepted by `**kwargs` (noted)."""
        source = self.shelf.source(self.provider)
        signatures = [(name, signature(source, symbol)) for name, symbol in symbols]
        unlisted: dict[str, list[str]] = {}
        for name in dict.fromkeys(
            [*(arg.name for arg in args if arg.name != "**"), *(name.partition(".")[0] for name in shape.when)]
        ):
            self.report.arguments += 1
            wide = next((one.open for _, one in signatures if one.open), "")
            if name in shape.versions:
                self.older(where, shape, name, symbols)
            elif any(name in one.names for _, one in signatures):
                continue
            elif wide:
                unlisted.setdefault(wide, []).append(name)
            else:
                listed = sorted({key for _, one in signatures for key in one.names})
                self.report.error(where, f"{symbols[0][0]} has no argument {name!r}", _remedy(name, listed))
        for reason, names in unlisted.items():
            self.report.note(where, f"{symbols[0][0]}: {', '.join(names)} not listed ({reason})")
        for arg in args:
            if arg.path and arg.name not in shape.versions:
                self.keys(where, source, arg, signatures)
        order = list(shape.order)
        for name, one in signatures:
            if one.order[: len(order)] != order and not one.variadic and (one.order or not one.open):
                real = one.order[: max(3, len(order))]
                self.report.error(where, f"{name}: the positional parameters are {real}, not {order}")

    def older(self, where: str, shape: Shape, name: str, symbols: Sequence[tuple[str, Symbol]]) -> None:
        """An argument that is said to be in a range of versions only."""
        source = self.shelf.source(self.provider, shape.versions[name])
        for dotted, _ in symbols:
            head, *rest = dotted.split(".")
            found = source.follow(source.resolve(head), rest)
            listed = signature(source, found) if found is not None else Signature()
            if name in listed.names or listed.open:
                return
        self.report.error(where, f"{symbols[0][0]} has no argument {name!r} in versions {shape.versions[name]}")

    def keys(self, where: str, source: Source, arg: ArgSpec, signatures: Sequence[tuple[str, Signature]]) -> None:
        """`config.max_tokens`: the key must be one of the options object's, when all that it may be is known."""
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
                if inner is None and known and source.closed(module, annotation, owner):
                    self.report.error(where, f"{name}: {arg.name} has no key {'.'.join(arg.path)!r}", _remedy(key, known))
                if inner is None:
                    return
                module, annotation, owner = inner
            return


def _remedy(name: str, known: Sequence[str]) -> str | None:
    close = difflib.get_close_matches(name, known, n=3)
    return f"did you mean {', '.join(close)}?" if close else (f"it has {', '.join(known[:25])}" if known else None)


def summary(provider: Provider, report: Report, versions: Mapping[str, str]) -> str:
    """One line for one file."""
    against = ", ".join(f"{name} {version}" for name, version in versions.items()) or "nothing"
    counts = f"{report.names} names, {report.arguments} arguments, {len(report.errors)} errors, {len(report.notes)} notes"
    return f"{provider.name}: {counts} against {against}"
