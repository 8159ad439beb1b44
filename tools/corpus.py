"""Measures how right archfit is: maps labelled repositories, and holds the sites against what reviewers found in them.

    python -m tools.corpus [open|held|all] [--repos FOLDER] [--verbose] [--json OUT] [NAME ...]

Labels are in `fixtures/corpus/`, whose README says what they mean. Each repository is fetched at the commit that was labelled; a
folder FOLDER/OWNER__NAME that is there already is used as it is, so that a second run needs no network. NAME is OWNER/NAME, or
the name alone. Nothing of the repositories is executed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from linter.declare.load import find_manifest
from linter.declare.suggest import did_you_mean
from linter.errors import ArchfitError, Problem, UsageError
from linter.extract.cache import default_folder
from linter.pipeline import Options, run
from linter.report import map_json
from linter.report.files import write_file
from tools.corpus_clones import other_commit, provide
from tools.corpus_files import HALVES, Corpus, Half, read_corpus
from tools.corpus_labels import Label
from tools.corpus_report import head, mistakes, row, sums
from tools.corpus_score import Score, found_sites, score, tally

LABELS = Path(__file__).resolve().parents[1] / "fixtures" / "corpus"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Returns 0 when everything was scored, 1 when a repository could not be, 2 for wrong usage or labels."""
    options = _arguments(arguments)
    try:
        corpus = read_corpus(options.labels)
        chosen = choose(corpus, options.what)
        repos = options.repos or _default_repos()
    except ArchfitError as error:
        _tell(error)
        return 2
    failed = False
    scores: dict[Half, list[Score]] = {}
    width = max((len(label.name) for labels in chosen.values() for label in labels), default=0)
    for half, labels in chosen.items():
        print(head(f"{half} half", width), flush=True)
        scores[half] = []
        for label in labels:
            try:
                one = scored(label, repos, options.json)
            except ArchfitError as error:
                print(f"{label.name:<{width}} not scored", flush=True)
                _tell(error)
                failed = True
                continue
            scores[half].append(one)
            print(row(label.name, tally([one]).total, width), flush=True)
            if options.verbose:
                print("".join(f"  {line}\n" for line in mistakes(one)), end="", flush=True)
        if scores[half]:
            print(f"\n{sums(half, scores[half])}\n", flush=True)
    if all(scores.values()) and len(scores) > 1:
        print(sums("both", [one for half in scores.values() for one in half]))
    return 1 if failed else 0


def choose(corpus: Corpus, words: Sequence[str]) -> Mapping[Half, Sequence[Label]]:
    """What the words of the command line ask for: a half or `all`, then names. Names alone are looked for in both halves; no word
    at all is the open half. Raises UsageError for names that are not there."""
    which, names = (words[0], words[1:]) if words and words[0] in (*HALVES, "all") else ("all" if words else "open", words)
    halves = {half: labels for half, labels in corpus.halves.items() if which in (half, "all")}
    if not names:
        return halves
    known = {key: label for labels in halves.values() for label in labels for key in _keys(label)}
    wrong = [name for name in names if name.lower() not in known]
    if wrong:
        where = "corpus" if which == "all" else f"{which} half"
        raise UsageError(*(Problem(f"no `{name}` in the {where}", remedy=did_you_mean(name, known)) for name in wrong))
    asked = {known[name.lower()].name for name in names}
    narrowed = {half: [label for label in labels if label.name in asked] for half, labels in halves.items()}
    return {half: labels for half, labels in narrowed.items() if labels}


def scored(label: Label, repos: Path, output: Path | None = None) -> Score:
    """Fetches a repository where it is not there, maps it without a manifest, and scores the map, which is also written to
    `output`/OWNER__NAME.json. Raises ArchfitError."""
    folder = provide(label, repos)
    if find_manifest(folder) is not None:
        raise UsageError(Problem("has a manifest, and the labels are about the code alone", str(folder), remedy="remove it"))
    cache = default_folder(os.environ, sys.platform, folder)
    found = run(Options(folder, date.today(), check=False, cache=cache))
    moved = other_commit(label, folder, found.architecture.revision)
    if moved is not None:
        raise UsageError(moved)
    text = map_json.render(found)
    if output is not None:
        write_file(output / f"{label.name}.json", text)
    document: dict[str, Any] = json.loads(text)
    return score(label, found_sites(document))


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        usage="python -m tools.corpus [open|held|all] [--repos FOLDER] [--verbose] [--json OUT] [NAME ...]", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("what", nargs="*", metavar="NAME", help="after the half, if one is given; all of it by default")
    parser.add_argument("--repos", type=Path, metavar="FOLDER", help="where the repositories are; by default in the user's cache")
    parser.add_argument("--verbose", action="store_true", help="list each miss, false site and wrong attribute")
    parser.add_argument("--json", type=Path, metavar="OUT", help="a folder for the maps, as OWNER__NAME.json")
    parser.add_argument("--labels", type=Path, default=LABELS, metavar="FOLDER", help="other label files than those of archfit")
    options = parser.parse_intermixed_args(arguments)
    if options.json is not None:
        try:
            options.json.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            parser.error(f"{options.json}: {error.strerror or error}")
    return options


def _keys(label: Label) -> set[str]:
    return {name.lower() for name in (label.name, label.repo, label.repo.partition("/")[2])}


def _default_repos() -> Path:
    cache = default_folder(os.environ, sys.platform, LABELS)
    if cache is None:
        raise UsageError(Problem("there is no folder for caches", remedy="say with --repos where the repositories are to go"))
    return cache / "corpus"


def _tell(error: ArchfitError) -> None:
    print("\n".join(str(problem) for problem in error.problems), file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
