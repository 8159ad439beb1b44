"""Names in the manifest that mean nothing in the repository. A misspelt one must not look like data that goes nowhere."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from linter.declare.suggest import closest
from linter.infer.flows.mentions import keys, said
from linter.link.program import Program
from linter.link.trace import Tracer
from linter.model import facts as f
from linter.model.architecture import Coverage
from linter.model.glob import path_matches
from linter.model.manifest import Manifest
from linter.model.place import Gap, Note, Place
from linter.model.values import ModuleValue, ScopeValue, Value, core

_KEYS = re.compile(r"data\.[^.]+\.(?:found_in\.(types|fields|tables|files)|redacted_by)")
_MOST_REMEDIES = 20
"""Wrong names for which the nearest right one is looked for."""
_SURE = 0.8
"""How much of two names is the same where one of them certainly is the other, misspelt."""
_CODE = (".py", ".ipynb", "/")


class Led(Enum):
    """Where a dotted name leads in one program."""

    TO_SOMETHING = "something"
    TO_MODULE = "module"
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class _Declared:
    """One item of a list in the manifest."""

    path: str
    key: str
    """names, fields, tables, files"""
    text: str
    place: Place


def led(tracer: Tracer, manifest: Manifest | None) -> dict[str, Led]:
    """Where each dotted name that is declared leads in a program."""
    return {one.text: _led(tracer, one.text) for one in _declared(manifest) if one.key == "names" and "." in one.text}


def nowhere(
    programs: Sequence[Program],
    manifest: Manifest | None,
    leads: Sequence[Mapping[str, Led]],
    listed: Collection[str] | None,
    coverage: Coverage | None,
    gaps: Sequence[Gap],
) -> tuple[Note, ...]:
    """A note for each declared name that leads nowhere, in the order of the manifest.

    `leads`: for each program, as `led` says. `listed`: the paths of all files of the repository; None, when that is not known.
    What could not be read, by `coverage` and `gaps`, may hold anything.
    """
    declared = _declared(manifest)
    if not declared:
        return ()
    unread = {gap.file for gap in gaps} | {one.path for one in (coverage.skipped if coverage is not None else ())}
    search = _Search(programs, leads, listed, frozenset(unread), declared)
    found = [Note(one.place, f"{one.path}: {what}") for one in declared if (what := search.missing(one))]
    return tuple(sorted(found, key=lambda note: note.place))


def _declared(manifest: Manifest | None) -> list[_Declared]:
    """What the team has written, each item once: systems share what is declared for all. Presets and policies are for
    many repositories."""
    found: dict[tuple[Place, str], _Declared] = {}
    for system in () if manifest is None else (manifest.default, *manifest.systems):
        for path, clause in system.clauses.items():
            key = _KEYS.fullmatch(path)
            if key is None or clause.via is not None or clause.source == "policy" or not isinstance(clause.value, tuple):
                continue
            kind = "names" if key[1] in (None, "types") else key[1]
            for text, place in zip(clause.value, clause.items, strict=True):
                found.setdefault((place, text), _Declared(path, kind, text, place))
    return list(found.values())


class _Search:
    """Looks for declared names in all programs of a repository."""

    def __init__(
        self,
        programs: Sequence[Program],
        leads: Sequence[Mapping[str, Led]],
        listed: Collection[str] | None,
        unread: frozenset[str],
        declared: Sequence[_Declared],
    ) -> None:
        self._programs = programs
        self._leads = leads
        self._listed = listed
        self._unread = unread
        self._remedies = 0
        self._words = {one: word for one in declared if (word := self._word(one))}
        self._said = said(programs, frozenset(self._words.values()), frozenset(one.place.file for one in declared))

    def missing(self, one: _Declared) -> str:
        """What is to be told of a name; empty when it leads somewhere, or may do."""
        if one.key == "names" and (one.text.endswith(".*") or "." in one.text):
            return self._of_dotted(one.text)
        if one not in self._words or self._words[one] in self._said:
            return ""
        if one.key == "files":
            return f"{one.text} matches no file of the repository, and no path in the code{self._as_far()}"
        if one.key == "tables":
            return f"nothing in the code names a table {one.text}{self._as_far()}{self._remedy(one.text, self._tables)}"
        if one.key == "fields":
            # Columns of a table need not be named in the code; one that is nearly another name is misspelt.
            remedy = self._remedy(one.text, self._fields, _SURE)
            return f"nothing in the code is called {one.text}{remedy}" if remedy else ""
        return f"nothing in the code is called {one.text}{self._as_far()}{self._remedy(one.text, self._definitions)}"

    def _word(self, one: _Declared) -> str:
        """The word that the code would say, if it meant a name; empty where that cannot be told."""
        if one.key == "names":
            return "" if "." in one.text else one.text.lower()
        if one.key != "files":
            return one.text.rpartition(".")[2].lower()
        if self._listed is None or any(path_matches(one.text, path) for path in self._listed):
            return ""
        fixed = [part for part in one.text.split("/") if part.strip(".") and "*" not in part and "?" not in part]
        return fixed[-1].lower() if fixed else ""

    def _as_far(self) -> str:
        return ", as far as it could be read" if any(path.endswith(_CODE) for path in self._unread) else ""

    # -- dotted names

    def _of_dotted(self, name: str) -> str:
        if name.endswith(".*"):
            return f"{name} is taken for no pattern: name each class, function or variable"
        top = name.partition(".")[0]
        found = [one[name] for one in self._leads]
        if Led.TO_SOMETHING in found or self._is_unread(name):
            return ""
        if not self._is_own(top):
            # A library that the code does not use is no mistake; a name that is nearly that of a folder is.
            meant = None if top in self._imported | self._packages else closest(top, self._packages, _SURE)
            return "" if meant is None else f"{name}: no package {top} is there or imported (did you mean `{meant}`?)"
        if Led.TO_MODULE in found:
            return f"{name} is a module: name the classes, functions or variables in it"
        return f"{name} is not in the code{self._remedy(name, self._definitions)}"

    def _is_own(self, top: str) -> bool:
        """Whether a name that begins so is counted from a folder of the repository, and is none of a library."""
        for program in self._programs:
            library = top in self._imported or program.modules.is_library(top)
            for path, dotted in program.names.items():
                if dotted == top or dotted.startswith(f"{top}."):
                    return True
                if f".{top}." in f".{dotted}." and (not library or program.modules.absolute(path, top) is not None):
                    return True
        return False

    def _is_unread(self, name: str) -> bool:
        """Whether the module may be one of the files that could not be read."""
        parts = name.split(".")
        ends = tuple(f"/{'/'.join(parts[:cut])}{end}" for cut in range(1, len(parts)) for end in (".py", "/__init__.py", "/"))
        return any(f"/{path}".endswith(ends) for path in self._unread)

    # -- what was probably meant

    def _remedy(self, name: str, known: Mapping[str, list[str]], likeness: float = 0.7) -> str:
        """The name whose end is nearest; of several, the one that has most of the way to it in common."""
        self._remedies += 1
        meant = closest(name.rpartition(".")[2], known, likeness) if self._remedies <= _MOST_REMEDIES else None
        if meant is None:
            return ""
        way = set(name.split("."))
        return f" (did you mean `{max(known[meant], key=lambda one: len(way.intersection(one.split('.'))))}`?)"

    @cached_property
    def _packages(self) -> frozenset[str]:
        return frozenset(part for program in self._programs for dotted in program.names.values() for part in dotted.split("."))

    @cached_property
    def _imported(self) -> frozenset[str]:
        return frozenset(name.partition(".")[0] for program in self._programs for name in program.imports)

    @cached_property
    def _definitions(self) -> dict[str, list[str]]:
        """The dotted names of classes and functions, by their ends."""
        found: dict[str, list[str]] = defaultdict(list)
        for program, file, scope in self._scopes():
            if scope.kind in ("class", "function") and file.scopes[scope.parent].kind in ("module", "class"):
                found[scope.name].append(program.dotted(file.path, scope))
        return found

    @cached_property
    def _fields(self) -> dict[str, list[str]]:
        bound = (one.name for one in self._of_classes() if one.kind is not f.Kind.SCOPE)
        return {name: [name] for name in (*bound, *keys(self._programs))}

    @cached_property
    def _tables(self) -> dict[str, list[str]]:
        named = (bound.value for bound in self._of_classes() if "table" in bound.name)
        return {one.value: [one.value] for one in named if isinstance(one, f.Const) and isinstance(one.value, str)}

    def _of_classes(self) -> Iterator[f.Binding]:
        return (bound for _, _, scope in self._scopes() if scope.kind == "class" for bound in scope.bindings)

    def _scopes(self) -> Iterator[tuple[Program, f.FileFacts, f.Scope]]:
        for program in self._programs:
            for file in program.files.values():
                yield from ((program, file, scope) for scope in file.scopes)


def _led(tracer: Tracer, name: str) -> Led:
    """Counted from any source root."""
    parts = name.split(".")
    is_module = False
    for cut in range(len(parts) - 1, 0, -1):
        module = ".".join(parts[:cut])
        for path, dotted in tracer.program.names.items():
            if dotted != module and not dotted.endswith(f".{module}"):
                continue
            tracer.ask(tracer.program.frame(path, 0))
            found = tracer.of_module(path, parts[cut], Place(path, 1))
            if isinstance(found, ModuleValue):
                is_module = is_module or cut + 1 == len(parts)
            elif _takes_all(tracer, path) if found is None else _has(tracer, core(found), parts[cut + 1 :]):
                return Led.TO_SOMETHING
    return Led.TO_MODULE if is_module else Led.NOWHERE


def _takes_all(tracer: Tracer, path: str) -> bool:
    """Whether a module imports everything from somewhere outside."""
    modules = tracer.program.modules
    return any(
        (modules.relative(path, name, level) if level else modules.absolute(path, name)) is None
        for name, level in tracer.program.scope(path, 0).stars
    )


def _has(tracer: Tracer, found: Value, rest: Sequence[str]) -> bool:
    """Whether something has a member of that name; only of the repository's own functions and classes that can be told."""
    if not rest or not isinstance(found, ScopeValue):
        return True
    if found.kind != "class" or tracer.classes.outside(found):
        return found.kind == "class"
    program = tracer.program
    for cls in tracer.classes.mro(found):
        bindings = program.scope(cls.file, cls.scope).bindings
        if any(bound.name == rest[0] for bound in bindings) or (cls.file, cls.scope, rest[0]) in program.attribute_writes:
            return True
    return False
