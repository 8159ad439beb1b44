"""Words in the manifest that name something else: knowledge, providers, hostings, rules."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from linter.declare.suggest import closest, did_you_mean
from linter.declare.tighten import Providers
from linter.errors import Problem
from linter.model.catalogue import Hosting
from linter.model.manifest import Clause, SystemManifest

_HOSTINGS = tuple(hosting.value for hosting in Hosting)


@dataclass(frozen=True, slots=True)
class Known:
    """The names that exist outside of the manifest. What is None is not checked."""

    providers: Providers | None = None
    """Provider -> the hostings it can have."""
    rules: Collection[str] | None = None


def unknown_names(system: SystemManifest, known: Known, written: Collection[str | int] = ()) -> Iterator[Problem]:
    """Everything in a system's clauses and waivers that names nothing; a bundled preset's words are not the user's to correct.
    `written`: names of knowledge that are declared, if wrongly."""
    yield from _knowledge(system, written)
    for path, clause in system.clauses.items():
        if clause.via is None and path.startswith(("privacy.boundary.", "privacy.processors")):
            yield from _destinations(clause, known.providers, "boundary" in path)
    for waiver in system.waivers:
        if known.rules is not None and waiver.rule not in known.rules:
            remedy = did_you_mean(waiver.rule, known.rules) or "`archfit rule` lists the rules"
            yield Problem(f"there is no rule `{waiver.rule}`", waiver.place.file, waiver.place.line, remedy)


def _knowledge(system: SystemManifest, written: Collection[str | int]) -> Iterator[Problem]:
    declared = [one.name for one in system.updates.knowledge]
    for name, line, file in _items(system.clauses.get("control.knowledge_sources")):
        if name not in declared and name not in written:
            remedy = did_you_mean(name, declared) or "declare it there, with where it is found"
            yield Problem(f"`control.knowledge_sources`: `{name}` is not declared in `updates.knowledge`", file, line, remedy)


def _destinations(clause: Clause, providers: Providers | None, hostings: bool) -> Iterator[Problem]:
    for name, line, file in _items(clause):
        where = f"`{clause.path}`: `{name}`"
        if name in _HOSTINGS:
            if not hostings:
                remedy = "name the third parties; hostings are for `privacy.boundary`"
                yield Problem(f"{where} is a hosting, not a provider", file, line, remedy)
        elif providers is not None and name not in providers:
            words = [*providers, *(_HOSTINGS if hostings else ())]
            what = "neither a hosting nor a known provider" if hostings else "not a known provider"
            remedy = did_you_mean(name, words) or "write the provider's name as `archfit map` shows it, or add a provider file"
            yield Problem(f"{where} is {what}", file, line, remedy)
        elif providers is None and hostings and (meant := closest(name, _HOSTINGS)) is not None:
            yield Problem(f"{where} is no hosting", file, line, f"did you mean `{meant}`?")


def _items(clause: Clause | None) -> Iterator[tuple[str, int, str]]:
    if clause is not None and isinstance(clause.value, tuple):
        for value, place in zip(clause.value, clause.items, strict=True):
            yield value, place.line, place.file
