"""The way through the program: discover → extract → link → infer → check."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TypeVar

from linter.check.load import load_rules
from linter.check.run import check
from linter.declare.load import Known, load_manifest, read_manifest
from linter.declare.presets import reader_under
from linter.discover.files import Discovery, discover
from linter.errors import ArchfitError, ManifestError, NothingAnalysedError, Problem, UsageError
from linter.extract.cache import Cache
from linter.extract.data import DataFiles
from linter.extract.pool import read_facts
from linter.extract.versions import Versions
from linter.home import home
from linter.infer.build import infer
from linter.knowledge.catalogue import Catalogue
from linter.knowledge.load import load_catalogue
from linter.knowledge.models import ModelTable
from linter.knowledge.personal_data import load_words
from linter.link.apart import programs
from linter.model.architecture import Coverage
from linter.model.finding import CheckResult, Finding
from linter.model.manifest import Manifest
from linter.model.personal import Vocabulary
from linter.model.place import Gap
from linter.model.rule import Rule
from linter.model.run import Run, Timing
from linter.model.source import FileKind, SkippedFile
from linter.report import draft as drafts

_MOST_JOBS = 8
"""More processes than this only wait for the one that puts the facts together."""
_SHOWN_GAPS = 20
_DRAFT_WAIVERS = 90
"""Days after which the waivers of a draft expire."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Options:
    """What to look at, and how."""

    root: Path
    """The folder to scan."""
    today: date
    """Decides which waivers hold and which models are retired."""
    check: bool = True
    """False: infer only."""
    manifest: Path | None = None
    """Instead of `archfit.yaml` in the root."""
    rules: tuple[Path, ...] = ()
    """Folders with rules of the organisation."""
    jobs: int = 0
    """Processes at most; 0: one a processor."""
    cache: Path | None = None
    """The folder of the cache; None: nothing is kept."""
    untracked: bool = True
    """Also files that are new in the working tree. A commit hook judges what is tracked."""
    suggest: bool = False
    """Also guess what may be sensitive data, by its names; for a draft."""


@dataclass(frozen=True, slots=True)
class _Declared:
    """What is known before anything is scanned."""

    catalogue: Catalogue
    rules: tuple[Rule, ...]
    manifest: Manifest | None
    words: Vocabulary | None = None


def run(options: Options) -> Run:
    """Scans a folder.

    Raises UsageError for a folder that does not exist, NothingAnalysedError when there was nothing to analyse, and ManifestError,
    RuleError or ProviderError, with every problem of all these files, before anything is scanned. Whatever is wrong with one
    scanned file is a gap of the result.
    """
    root = _root(options.root)
    clock = _Clock()
    with _no_collector():
        with clock("declare"):
            declared = _declared(options, root)
        with clock("discover"):
            found = discover(root, untracked=options.untracked)
        with clock("extract"), Cache(options.cache) if options.cache else nullcontext() as cache:
            read = read_facts(found.files, options.jobs or _processors(), cache)
        analysed = sum(bool(file.scopes) and not file.notebook for file in read.files)
        gaps = (*found.gaps, *read.gaps)
        if found.files and not analysed:
            raise _nothing(options.root, found, gaps, read.skipped)
        with clock("link"):
            scopes = {file.path: file.scope for file in found.files}
            data = DataFiles.of(found.data)
            notebooks = (file for file in found.files if file.kind is FileKind.NOTEBOOK)
            versions = Versions.of((*found.dependencies, *notebooks))
            program, *beside = programs(read.files, scopes, declared.catalogue.import_names, data, versions)
        with clock("infer"):
            coverage = Coverage(found.seen, analysed, tuple(sorted((*found.skipped, *read.skipped))))
            architecture = infer(
                program, declared.catalogue, declared.manifest, beside=beside,
                gaps=gaps, coverage=coverage, revision=found.revision, name=root.name,
                listed=found.listed, words=declared.words,
            )  # fmt: skip
        if not analysed and not architecture.coverage.configurations:
            raise _nothing(options.root, found, architecture.gaps, read.skipped)
        with clock("check"):
            result = CheckResult()
            if options.check:
                result = check(architecture, declared.manifest, declared.rules, ModelTable.load(home()), options.today)
    return Run(str(root), architecture, result, declared.manifest, declared.rules, found.prefix, tuple(clock.timings))


def draft(options: Options) -> str:
    """A manifest for a folder that has none: what the code does today is declared, and nothing that would fail.

    A clause that does not hold is left out; a finding that no clause is the reason of is waived for a while, in plain sight. With
    `options.suggest` it also holds what may be sensitive data: commented out, since nobody has looked at it yet.
    """
    found = run(replace(options, check=False))
    rules = known_rules(options.rules)
    without: set[str] = set()
    waived: list[Finding] = []
    expires = options.today + timedelta(days=_DRAFT_WAIVERS)
    while True:
        text = drafts.render(found.architecture, without=without, waived=waived, expires=expires, suggest=options.suggest)
        manifest = load_manifest(text.encode())
        result = check(found.architecture, manifest, rules, ModelTable.load(home()), options.today)
        gating = replace(found, result=result, manifest=manifest).gating
        paths = [one.constraint.path for one in gating if one.constraint is not None]
        broken = {clause for clause in drafts.CLAUSES if any(path.startswith(clause) for path in paths)} - without
        new = [one for one in gating if one not in waived]
        if not new:
            return text
        if broken:
            without |= broken
        else:
            waived.extend(new)


def known_rules(folders: tuple[Path, ...] = ()) -> tuple[Rule, ...]:
    """The rules of archfit and of further folders, sorted by id. Raises RuleError."""
    return load_rules(home(), folders)


# ---- before the scan


def _root(path: Path) -> Path:
    if path.is_dir():
        return path.resolve()
    if path.exists():
        raise UsageError(Problem("is a file", str(path), remedy="give the folder of the project"))
    raise UsageError(Problem("there is no such folder", str(path)))


def _declared(options: Options, root: Path) -> _Declared:
    """Everything that somebody has written for archfit; the mistakes in all of it are told at once."""
    errors: list[ArchfitError] = []
    catalogue = _kept(_catalogue, errors)
    rules = _kept(lambda: known_rules(options.rules) if options.check else (), errors)
    names = frozenset(rule.id for rule in rules) if rules else None
    known = Known(None if catalogue is None else _providers(catalogue), names)
    manifest = _kept(lambda: _manifest(options.manifest, root, known), errors)
    words = _kept(lambda: load_words(home()), errors) if options.suggest else None
    if errors:
        raise type(errors[0])(*(problem for error in errors for problem in error.problems))
    assert catalogue is not None
    assert rules is not None
    return _Declared(catalogue, rules, manifest, words)


@cache
def _catalogue() -> Catalogue:
    """Read once a process: nobody changes archfit's own files while it runs."""
    return load_catalogue(home())


def _kept(load: Callable[[], T], errors: list[ArchfitError]) -> T | None:
    try:
        return load()
    except ArchfitError as error:
        errors.append(error)
        return None


def _manifest(given: Path | None, root: Path, known: Known) -> Manifest | None:
    if given is None:
        return read_manifest(root, known=known)
    # Shown as seen from the root, so that a report can point at it.
    shown = Path(os.path.relpath(given.resolve(), root)).as_posix()
    try:
        data = given.read_bytes()
    except OSError as error:
        raise ManifestError(Problem(f"cannot be read: {error.strerror or error}", str(given))) from None
    return load_manifest(data, shown, read=reader_under(root), known=known)


def _providers(catalogue: Catalogue) -> dict[str, set[str]]:
    """Every provider that a provider file names, with the hostings it can have."""
    found: dict[str, set[str]] = {}
    for one in catalogue.providers.values():
        shapes = [*(spec.shape for spec in one.types), *(call.shape for call in one.calls)]
        said = [*one.hosts.values(), *((shape.provider, shape.hosting) for shape in shapes)]
        said.extend((provider, one.model_hosting.get(prefix)) for prefix, provider in one.models.items())
        for provider, hosting in [(one.provider, None), *said]:
            if provider:
                found.setdefault(provider, set()).update([hosting.value] if hosting is not None else [])
    return found


# ---- around the scan


def _nothing(root: Path, found: Discovery, gaps: tuple[Gap, ...], foreign: tuple[SkippedFile, ...]) -> NothingAnalysedError:
    none = f"none of {found.seen:,} Python files and notebooks could be analysed"
    seen = none if found.seen else "there is no Python file or notebook in it, and no configuration of a known format"
    problems = [Problem(f"nothing was analysed: {seen}", str(root), remedy="a wrong path must not look like a clean project")]
    problems.extend(Problem(one.reason, one.path) for one in (*found.skipped, *foreign)[:_SHOWN_GAPS])
    problems.extend(Problem(gap.reason, gap.file, gap.line) for gap in gaps[:_SHOWN_GAPS])
    return NothingAnalysedError(*problems)


def _processors() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return min(len(affinity(0)) if affinity is not None else os.cpu_count() or 1, _MOST_JOBS)


@contextmanager
def _no_collector() -> Iterator[None]:
    """Facts are many small objects that live to the end; looking for garbage among them takes half of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Clock:
    def __init__(self) -> None:
        self.timings: list[Timing] = []

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.timings.append(Timing(stage, time.perf_counter() - start))
