"""Dotted names of the manifest: what they are called where they are defined, and whether something has one of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from linter.link.trace import Tracer
from linter.model.manifest import Manifest
from linter.model.place import Place
from linter.model.values import ScopeValue, Symbol, core


class Names:
    """Declared names, and what they are called where they are defined: a package hands on what its modules define."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        self._defined: dict[tuple[str, ...], tuple[str, ...]] = {}

    def has(self, name: str, declared: tuple[str, ...]) -> bool:
        """Whether a dotted name is one of those declared."""
        if declared not in self._defined:
            real = (defined for one in declared for defined in definitions(self._tracer, one))
            self._defined[declared] = tuple(dict.fromkeys((*declared, *real)))
        return _named(name, self._defined[declared])


def definitions(tracer: Tracer, name: str) -> Iterator[str]:
    """What a dotted name of the manifest is called where it is defined. It may be counted from any source root."""
    program = tracer.program
    parts = name.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        module, member, rest = ".".join(parts[:cut]), parts[cut], parts[cut + 1 :]
        for path, dotted_name in program.names.items():
            if dotted_name == module or dotted_name.endswith("." + module):
                tracer.ask(program.frame(path, 0))
                found = tracer.of_module(path, member, Place(path, 1))
                for one in rest:
                    found = None if found is None else tracer.member(found, one, Place(path, 1))
                known = None if found is None else core(found)
                if isinstance(known, ScopeValue | Symbol):
                    yield known.name


def declared_functions(tracer: Tracer, manifest: Manifest | None) -> frozenset[str]:
    """The functions of the repository that are declared as a source or as a redactor, by the names they have there."""
    systems = () if manifest is None else (manifest.default, *manifest.systems)
    names = {name for system in systems for data in system.data for name in (*data.types, *data.redacted_by)}
    return frozenset(real for name in sorted(names) for real in definitions(tracer, name))


def _named(name: str, wanted: Sequence[str]) -> bool:
    """Whether a dotted name is one of those declared. The two may be counted from different source roots."""
    return any(name == one or name.endswith("." + one) or (one.endswith("." + name) and "." in name) for one in wanted)
