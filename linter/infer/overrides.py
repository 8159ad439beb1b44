"""What an SDK reads by itself, where a call does not say it: a variable of its module, or one of the environment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from linter.infer.chain import Chain
from linter.infer.things import Things
from linter.model.catalogue import EnvSpec, Role
from linter.model.values import Symbol, Value, core, literal


def address(things: Things, chain: Chain, providers: Callable[[], frozenset[str]]) -> Value | None:
    """The address that is set where the SDK reads it; None for none. `providers`: who serves the call without it."""
    files = _files(chain)
    found = _of_module(things, chain, files) or _written(things, files, "endpoint")
    return found if found is not None else from_files(things, chain, "endpoint", providers)


def elsewhere(things: Things, chain: Chain, meaning: str, providers: Callable[[], frozenset[str]]) -> Value | None:
    """What else an SDK reads for a meaning that the call leaves open: a variable that the program sets for all, or one of the
    environment. None: nothing of the repository says it."""
    files = _heeding(things, chain, meaning)
    for dotted, role in things.catalogue.globals.items():
        if role.value == meaning and _owned(things, dotted, files):
            values = things.assigned(dotted, chain.match.made.place)
            if values:
                return values[-1]
    return _written(things, files, meaning) or from_files(things, chain, meaning, providers)


def variables(things: Things, chain: Chain, meaning: str, providers: Callable[[], frozenset[str]]) -> tuple[str, ...]:
    """The names of the variables of the environment that an SDK reads for a meaning, when these providers serve the call."""
    files = _heeding(things, chain, meaning)
    specs = [spec for spec in things.catalogue.variables if spec.meaning == meaning and spec.file in files]
    served = providers() if specs else frozenset()
    return tuple(spec.name for spec in specs if _counts(spec, files, served))


def _owned(things: Things, dotted: str, files: frozenset[str]) -> bool:
    known = things.catalogue.providers
    return any(dotted.startswith(f"{one}.") for file in files if file in known for one in known[file].imports)


def _heeding(things: Things, chain: Chain, meaning: str) -> frozenset[str]:
    """The provider files whose variables count for a call: those of its makers, and those that name the packages of these."""
    files, known = _files(chain), things.catalogue.providers
    packages = {one for file in files if file in known for one in known[file].imports}
    others = (s.file for s in things.catalogue.variables if s.meaning == meaning and not packages.isdisjoint(s.packages))
    return files | frozenset(others)


def from_files(things: Things, chain: Chain, meaning: str, providers: Callable[[], frozenset[str]]) -> Value | None:
    """What a file of the repository sets a variable to that the SDK reads. A variable of the vendor counts for other SDKs, too,
    with a doubt: most of them read it."""
    environment, place, files = things.tracer.environment, chain.match.made.place, _heeding(things, chain, meaning)
    specs = [s for s in things.catalogue.variables if s.meaning == meaning and environment.is_set(s.name)]
    if not specs:
        return None
    served = providers()
    for spec in sorted((s for s in specs if _counts(s, files, served)), key=lambda s: s.file not in files):
        value = environment.variable(place, spec.name, None)
        if value.given:
            return value if spec.file in files else replace(value, deployed=False)
    return None


def _counts(spec: EnvSpec, files: frozenset[str], served: frozenset[str]) -> bool:
    """Whether a variable is one of those who serve the call. One SDK can have several clients, each with its own variable."""
    if spec.file in files:
        return not spec.provider or not served or spec.provider in served
    return bool(spec.provider) and served == {spec.provider}


def _files(chain: Chain) -> frozenset[str]:
    return frozenset(made.file for makers in chain.all() for made in makers)


def _of_module(things: Things, chain: Chain, files: frozenset[str]) -> Value | None:
    catalogue, place = things.catalogue, chain.match.made.place
    imports = [i for file in files if file in catalogue.providers for i in catalogue.providers[file].imports]
    for dotted, role in catalogue.globals.items():
        owner, _, name = dotted.rpartition(".")
        if role is not Role.ENDPOINT or name not in things.tracer.program.foreign_writes:
            continue
        if any(dotted.startswith(f"{one}.") for one in imports):
            value = things.tracer.member(Symbol(place, owner), name, place)
            if not isinstance(core(value), Symbol):
                return value
    return None


def _written(things: Things, files: frozenset[str], meaning: str) -> Value | None:
    """What the program puts into the environment for the SDK."""
    names = {spec.name for spec in things.catalogue.variables if spec.meaning == meaning and spec.file in files}
    return next((value for name, value in _writes(things) if name in names), None)


def _writes(things: Things) -> Iterator[tuple[object, Value]]:
    tracer, program = things.tracer, things.tracer.program
    for entry in program.foreign_writes.get("environ", ()):
        args = entry.write.args
        if entry.write.method in ("setitem", "setdefault") and len(args) == 2 and tracer.callers_count(entry.file):
            frame = program.frame(entry.file, entry.scope)
            yield literal(tracer.value(args[0].value, frame)), tracer.value(args[1].value, frame)
