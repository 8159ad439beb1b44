"""Waivers of the manifest, applied to findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from linter.model.finding import Finding
from linter.model.manifest import Manifest, Waiver
from linter.model.place import Note


def active(waivers: Sequence[Waiver], rule: str, file: str, today: date) -> Waiver | None:
    """The waiver that holds for a rule and a file today."""
    return next((w for w in waivers if w.covers(rule, file) and w.inactive(today) is None), None)


def waive(found: Sequence[Finding], manifest: Manifest | None, today: date) -> tuple[list[Finding], tuple[Note, ...]]:
    """The findings, those that a waiver covers marked with its reason; and a note for every waiver that expired, is malformed, or
    covers nothing."""
    if manifest is None:
        return list(found), ()
    by_system: dict[str, tuple[Waiver, ...]] = {s.name: s.waivers for s in (manifest.default, *manifest.systems)}
    used: set[Waiver] = set()
    marked: list[Finding] = []
    for finding in found:
        waivers = by_system.get(finding.system, ())
        used.update(w for w in waivers if w.covers(finding.rule, finding.place.file))
        waiver = active(waivers, finding.rule, finding.place.file, today)
        marked.append(finding if waiver is None else replace(finding, waived_by=waiver.reason))
    return marked, tuple(_notes(by_system, used, today))


def _notes(by_system: dict[str, tuple[Waiver, ...]], used: set[Waiver], today: date) -> list[Note]:
    known = sorted({w for waivers in by_system.values() for w in waivers}, key=lambda w: (w.place, w.rule))
    notes: list[Note] = []
    for waiver in known:
        what = f"the waiver of {waiver.rule} ({', '.join(waiver.paths)}; owner {waiver.owner})"
        why = waiver.inactive(today)
        if why is not None:
            effect = (
                "; what it covered is reported again" if waiver in used else ", and there is nothing left that it would cover"
            )
            notes.append(Note(waiver.place, f"{what} does not count: {why}{effect}"))
        elif waiver not in used:
            notes.append(Note(waiver.place, f"{what} covers nothing: remove it"))
    return notes
