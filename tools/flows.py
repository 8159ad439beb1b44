"""Measures how right archfit follows sensitive data: labelled repositories, each with the manifest of its privacy officer.

    python -m tools.flows [--repos FOLDER] [--verbose] [NAME ...]

`fixtures/corpus/flows/OWNER__NAME/` holds `archfit.yaml` and `flows.yaml` (see the README of the corpus). A label counts as
found when archfit has a flow of the same data to the same line; what is labelled as certain, and archfit only asks, is counted
apart. What archfit is certain of and no label has is listed, to be read against the code. FOLDER/OWNER__NAME holds the
repository at the labelled commit; nothing of it is executed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from linter.model.architecture import Architecture, Flow, FlowKind
from linter.model.catalogue import SiteKind
from linter.pipeline import Options, run

LABELS = Path(__file__).resolve().parents[1] / "fixtures" / "corpus" / "flows"
_Spot = tuple[str, str, int]
"""Data, file, line."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One repository, scored."""

    name: str
    found: tuple[_Spot, ...]
    missed: tuple[_Spot, ...]
    doubted: tuple[_Spot, ...]
    """Labelled as certain, and archfit only asks."""
    false: tuple[_Spot, ...]
    """Certain flows to a place that a reviewer ruled out."""
    unlisted: tuple[_Spot, ...]
    """Certain flows that no label speaks of."""
    seconds: float


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns 0."""
    parser = argparse.ArgumentParser(usage="python -m tools.flows [--repos FOLDER] [--verbose] [NAME ...]", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--repos", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args(arguments)
    outcomes: list[Outcome] = []
    for folder in sorted(LABELS.iterdir()):
        chosen = not options.names or any(name.replace("/", "__") in folder.name for name in options.names)
        if chosen and (options.repos / folder.name).is_dir() and (folder / "flows.yaml").is_file():
            outcomes.append(scored(folder, options.repos / folder.name))
            _print(outcomes[-1], options.verbose)
    found, missed = sum(len(o.found) for o in outcomes), sum(len(o.missed) for o in outcomes)
    false, unlisted = sum(len(o.false) for o in outcomes), sum(len(o.unlisted) for o in outcomes)
    print(f"{len(outcomes)} repositories: {found} of {found + missed} flows found, {false} false, {unlisted} not labelled")
    return 0


def scored(labels: Path, repository: Path) -> Outcome:
    """Infers the flows of a repository under its manifest, and holds them against the labels."""
    said: dict[str, Any] = yaml.safe_load((labels / "flows.yaml").read_text(encoding="utf-8"))
    began = time.perf_counter()
    architecture = run(Options(repository, date.today(), check=False, manifest=labels / "archfit.yaml")).architecture
    seconds = time.perf_counter() - began
    certain = {spot for flow, spot in _spots(architecture) if flow.certain}
    possible = {spot for _, spot in _spots(architecture)}
    wanted = {_spot(one): bool(one.get("certain", True)) for one in said.get("flows") or ()}
    ruled_out = {_spot(one) for one in said.get("not_flows") or ()}
    debated = {_spot(one) for one in said.get("ambiguous") or ()}
    known = {*wanted, *ruled_out, *debated}
    ends = {spot for flow, spot in _spots(architecture) if flow.certain and spot in set(_ends(architecture, flow))}
    return Outcome(
        labels.name,
        tuple(sorted(spot for spot in wanted if spot in possible)),
        tuple(sorted(spot for spot in wanted if spot not in possible)),
        tuple(sorted(spot for spot, sure in wanted.items() if sure and spot in possible - certain)),
        tuple(sorted(ends & ruled_out)),
        tuple(sorted(ends - known)),
        seconds,
    )


def _spots(architecture: Architecture) -> Iterator[tuple[Flow, _Spot]]:
    """Each flow with the places that count as its end: of data that a store embeds also the call that hands it to the store, of a
    training set also the upload."""
    for flow in architecture.flows:
        if flow.kind is FlowKind.SENSITIVE_DATA and not flow.redacted_by:
            site = architecture.site(flow.to)
            steps = flow.steps if site.kind is SiteKind.FINETUNE else flow.steps[-2:]
            places = [site.place, *(step.place for step in steps)]
            for place in places:
                yield flow, (flow.data, place.file, place.line)


def _ends(architecture: Architecture, flow: Flow) -> Iterator[_Spot]:
    """The place of the sink itself."""
    last = flow.steps[-1].place if flow.steps else architecture.site(flow.to).place
    yield flow.data, last.file, last.line


def _spot(label: dict[str, Any]) -> _Spot:
    return str(label["data"]), str(label["to"]["file"]), int(label["to"]["line"])


def _print(outcome: Outcome, verbose: bool) -> None:
    total = len(outcome.found) + len(outcome.missed)
    counts = f"{len(outcome.false)} false, {len(outcome.unlisted)} not labelled, {len(outcome.doubted)} only asked"
    print(f"{outcome.name:<50} {len(outcome.found):>3} of {total:<3} found; {counts}; {outcome.seconds:.1f} s", flush=True)
    for what in ("missed", "doubted", "false", "unlisted") if verbose else ():
        for data, file, line in getattr(outcome, what):
            print(f"    {what:<9} {data:<24} {file}:{line}")


if __name__ == "__main__":
    sys.exit(main())
