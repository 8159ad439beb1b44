"""Which of two clauses is the tighter one: presets and policies may only be tightened, and a loosened manifest is a finding.

Needs no validation and no pydantic: it compares clauses.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache

from linter.errors import Problem
from linter.model.glob import name_matches
from linter.model.manifest import Clause, Manifest, SystemManifest, Waiver
from linter.model.place import Place

Providers = Mapping[str, Collection[str]]
"""Provider -> the hostings it can have. It makes `azure-openai` a part of `cloud-tenant`."""


Clauses = Mapping[str, Clause]
"""By path."""


class Tighter(Enum):
    """What makes a clause tighter."""

    LOWER = "a smaller value"
    HIGHER = "a larger value"
    FEWER = "fewer entries"
    MORE = "more entries"
    EXEMPT = "fewer entries, none at all being the tightest"
    SAME = "nothing: it is a fact"
    FREE = "nothing: it is a remark"


Scale = tuple[str, ...]
"""The words that a clause may hold, from the loosest to the tightest."""

_NEED: Scale = ("optional", "required")

ORDER: Mapping[str, Tighter | Scale] = {
    "data.*.class": ("public", "internal", "confidential", "regulated"),
    "data.*.found_in.types": Tighter.MORE,
    "data.*.found_in.fields": Tighter.MORE,
    "data.*.found_in.tables": Tighter.MORE,
    "data.*.found_in.files": Tighter.MORE,
    "data.*.redacted_by": Tighter.EXEMPT,
    "privacy.boundary.*": Tighter.FEWER,
    "privacy.processors": Tighter.FEWER,
    "privacy.regions": Tighter.FEWER,
    "privacy.retention": ("allowed", "none"),
    "privacy.logging": ("allowed", "none"),
    "deployment.target": Tighter.SAME,
    "deployment.hosts": Tighter.FEWER,
    "deployment.network": ("online", "offline"),
    "deployment.accelerator": Tighter.SAME,
    "deployment.max_model_parameters": Tighter.LOWER,
    "latency.p50": Tighter.LOWER,
    "latency.p95": Tighter.LOWER,
    "latency.p99": Tighter.LOWER,
    "latency.max_stages": Tighter.LOWER,
    "latency.max_model_calls": Tighter.LOWER,
    "latency.timeout": _NEED,
    "latency.streaming": _NEED,
    "latency.routing": _NEED,
    "cost.per_request": Tighter.LOWER,
    "cost.max_prompt_tokens": Tighter.LOWER,
    "cost.max_output_tokens": Tighter.LOWER,
    "cost.max_retrieved_tokens": Tighter.LOWER,
    "cost.max_agent_steps": Tighter.LOWER,
    "cost.models.allow": Tighter.FEWER,
    "cost.models.deny": Tighter.MORE,
    "cost.caching": _NEED,
    "updates.knowledge.*.found_in.files": Tighter.MORE,
    "updates.knowledge.*.found_in.tables": Tighter.MORE,
    "updates.knowledge.*.found_in.collections": Tighter.MORE,
    "updates.knowledge.*.changes": Tighter.LOWER,
    "updates.knowledge.*.served_by": Tighter.SAME,
    "updates.knowledge.*.refresh_within": Tighter.LOWER,
    "updates.model_retirement_notice": Tighter.HIGHER,
    "control.output.schema": _NEED,
    "control.knowledge_sources": Tighter.FEWER,
    "control.max_temperature": Tighter.LOWER,
    "control.pinned_models": _NEED,
    "control.tools.allow": Tighter.FEWER,
    "control.tools.approval": Tighter.MORE,
    "control.grounding": _NEED,
    "architecture.mechanisms": Tighter.FEWER,
    "architecture.because": Tighter.FREE,
    "on_unknown": ("report", "fail"),
}


_PATTERNS = tuple((pattern.split("."), order) for pattern, order in ORDER.items())


@dataclass(frozen=True, slots=True)
class Loosening:
    """A way in which a manifest allows more than it did."""

    system: str
    path: str
    what: str
    """In a few words: "raised from 4s to 6s"."""
    old: Clause | None = None
    new: Clause | None = None


@lru_cache(maxsize=1024)
def order_of(path: str) -> Tighter | Scale:
    """How clauses at a path compare. Sections and mappings do not."""
    steps = path.split(".")
    for wanted, order in _PATTERNS:
        if len(wanted) == len(steps) and all(w in ("*", s) for w, s in zip(wanted, steps, strict=True)):
            return order
    return Tighter.FREE


def looser(old: Clause, new: Clause, providers: Providers) -> str | None:
    """In what `new` allows more than `old`, in a few words; None when it does not."""
    order, before, after = order_of(new.path), old.value, new.value
    if before is None or after is None or order is Tighter.FREE or before == after:
        return None
    if isinstance(before, tuple) and isinstance(after, tuple):
        if order is Tighter.MORE:
            gone = [entry for entry in before if entry not in after]
            return f"`{gone[0]}` is taken out" if gone else None
        added = [entry for entry in after if not _covered(entry, before, providers)]
        return f"`{added[0]}` is added" if added else None
    if isinstance(before, (int, float)) and isinstance(after, (int, float)):
        if order is Tighter.HIGHER:
            return f"{new.text} is less than {old.text}" if after < before else None
        return f"{new.text} is more than {old.text}" if after > before else None
    if isinstance(order, tuple) and order.index(str(after)) > order.index(str(before)):
        return None
    return f"`{new.text}` instead of `{old.text}`"


def overlay(base: Clauses, own: Clauses, providers: Providers, problems: list[Problem]) -> dict[str, Clause]:
    """The clauses of a file on top of those it extends. What allows more than it may is a problem at the file's own line."""
    merged = dict(base)
    for path, clause in own.items():
        below = base.get(path)
        merged[path] = clause
        if below is not None and below.value is not None and clause.value is not None:
            if order_of(path) is Tighter.MORE:
                merged[path] = _union(clause, below)
            elif (what := looser(below, clause, providers)) is not None:
                problems.append(
                    Problem(
                        f"`{path}` allows more than {_origin(below)}: {what}",
                        clause.place.file,
                        _line_of_added(clause, below, providers),
                        f"what is extended may only be tightened, and it says `{below.text}`",
                    )
                )
    return merged


def combine(first: Clauses, second: Clauses, providers: Providers, problems: list[Problem]) -> dict[str, Clause]:
    """Two sets that are both extended: the tighter clause of each."""
    merged = dict(first)
    for path, clause in second.items():
        other = first.get(path)
        if other is None or other.value is None or clause.value is None or other.value == clause.value:
            merged.setdefault(path, clause)
            continue
        order = order_of(path)
        if order is Tighter.SAME:
            message = f"{_origin(other)} and {_origin(clause)} contradict each other: `{other}` and `{clause}`"
            anchor = clause.anchor
            problems.append(Problem(message, anchor.file, anchor.line, "extend only one of them"))
        elif order is Tighter.MORE:
            merged[path] = _union(other, clause)
        elif order in (Tighter.FEWER, Tighter.EXEMPT):
            merged[path] = _intersection(other, clause, providers)
        elif looser(clause, other, providers) is not None:
            merged[path] = clause
    return merged


def loosened(old: Manifest, new: Manifest, providers: Providers | None = None) -> tuple[Loosening, ...]:
    """Everything that the new manifest allows and the old one did not."""
    known, found = providers or {}, list[Loosening]()
    after = {system.name: system for system in new.systems}
    for system in old.systems:
        # one system that got another name still is the one system
        counterpart = after.get(system.name) or (new.default if len(old.systems) == len(new.systems) == 1 else None)
        if counterpart is None:
            found.append(Loosening(system.name, "systems", "the system is no longer declared"))
        else:
            found.extend(_loosened_system(system, counterpart, known))
    if len(old.systems) > 1 or len(new.systems) > 1:
        found.extend(_loosened_system(old.default, new.default, known))
    return tuple(dict.fromkeys(found))


def _loosened_system(old: SystemManifest, new: SystemManifest, providers: Providers) -> Iterator[Loosening]:
    for pattern in old.paths:
        if pattern not in new.paths and "**" not in new.paths:
            yield Loosening(new.name, "paths", f"`{pattern}` is taken out")
    for path, before in old.clauses.items():
        after, order = new.clauses.get(path), order_of(path)
        if before.value is None or order is Tighter.FREE:
            continue
        lifted = isinstance(order, tuple) and before.value == order[0]  # it never asked for anything
        if after is None and order is not Tighter.EXEMPT and not lifted:
            yield Loosening(new.name, path, f"`{before}` is taken out", before)
        elif after is not None and (what := looser(before, after, providers)) is not None:
            yield Loosening(new.name, path, what, before, after)
    for path, after in new.clauses.items():
        if path not in old.clauses and order_of(path) is Tighter.EXEMPT and after.value:
            yield Loosening(new.name, path, f"`{after}` is added", None, after)
    known = {_content(waiver) for waiver in old.waivers}
    for waiver in new.waivers:
        if _content(waiver) not in known:
            yield Loosening(new.name, "waivers", f"a waiver of `{waiver.rule}` is added or changed")


def _content(waiver: Waiver) -> tuple[object, ...]:
    return waiver.rule, waiver.paths, waiver.kind, waiver.expires_text


def _origin(clause: Clause) -> str:
    return f"{clause.source} ({clause.place})" if clause.source not in (clause.place.file, "manifest") else str(clause.place)


def _covered(entry: str, allowed: tuple[str, ...], providers: Providers) -> bool:
    if any(entry == pattern or _pattern_covers(pattern, entry) for pattern in allowed):
        return True
    hostings = providers.get(entry)
    return bool(hostings) and all(hosting in allowed for hosting in hostings or ())


def _pattern_covers(pattern: str, entry: str) -> bool:
    """Whether `pattern` takes in all that `entry`, itself a pattern, does. A star in `entry` is tried as nothing and as much."""
    return all(name_matches(pattern, entry.replace("*", filler)) for filler in ("", "\0" * 40))


def _line_of_added(clause: Clause, below: Clause, providers: Providers) -> int:
    if isinstance(clause.value, tuple) and isinstance(below.value, tuple):
        for entry, place in zip(clause.value, clause.items, strict=True):
            if not _covered(entry, below.value, providers):
                return place.line
    return clause.place.line


def _union(first: Clause, second: Clause) -> Clause:
    """`first` with those entries of `second` that it does not have."""
    more = [(e, p) for e, p in zip(_values(second), second.items, strict=True) if e not in _values(first)]
    return _with_entries(first, [*zip(_values(first), first.items, strict=True), *more])


def _intersection(first: Clause, second: Clause, providers: Providers) -> Clause:
    """What both allow; an entry of the one may be a special case of an entry of the other."""
    both = _union(_allowed_by(first, second, providers), _allowed_by(second, first, providers))
    return second if both.value == second.value else both


def _allowed_by(clause: Clause, other: Clause, providers: Providers) -> Clause:
    pairs = zip(_values(clause), clause.items, strict=True)
    return _with_entries(clause, [(entry, place) for entry, place in pairs if _covered(entry, _values(other), providers)])


def _with_entries(clause: Clause, entries: Sequence[tuple[str, Place]]) -> Clause:
    values = tuple(entry for entry, _ in entries)
    return replace(clause, value=values, items=tuple(place for _, place in entries), text=f"[{', '.join(values)}]")


def _values(clause: Clause) -> tuple[str, ...]:
    return clause.value if isinstance(clause.value, tuple) else ()
