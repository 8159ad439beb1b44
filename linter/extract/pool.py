"""Many files -> their facts: from the cache, in this process or in several, always the same facts in the same order."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from linter.extract.cache import Cache, stat_signature
from linter.extract.task import Answer, Task, as_text, facts_of, from_text
from linter.model.facts import FileFacts
from linter.model.place import Gap
from linter.model.source import SkippedFile, SourceFile

WORTH_PROCESSES = 3_000_000
"""Bytes to extract from which on starting processes pays."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What reading gave."""

    files: tuple[FileFacts, ...]
    """In the order that was asked for; without those that could not be read."""
    gaps: tuple[Gap, ...]
    extracted: int
    """How many did not come from the cache."""
    skipped: tuple[SkippedFile, ...] = ()
    """Those that turned out not to be Python: notebooks of other languages."""


def read_facts(files: Sequence[SourceFile], jobs: int, cache: Cache | None) -> Facts:
    """The facts of every file. `jobs`: how many processes at most; more than one is used only when there is much to do. A file
    that cannot be read, or whose reading kills its process, is a gap and costs no other file."""
    known: dict[str, FileFacts] = {}
    gaps: list[Gap] = []
    tasks = list(_unknown(files, cache, known, gaps))
    full = {file.path: _full(file) for file in files}
    for task, facts, text in _answers(tasks, jobs, cache is not None):
        if facts is None:
            gaps.append(Gap("extract", task.path, None, str(text)))
            continue
        known[task.path] = facts
        if cache is not None and text is not None:
            cache.add(full[task.path], task.signature, task.key, text)
    found = (known[file.path] for file in files if file.path in known)
    in_order = tuple(one for facts in found for one in (facts, *facts.modules))
    gaps.extend(_gap(one, line, why) for one in in_order for line, why in one.problems)
    gaps.sort(key=Gap.where)
    skipped = tuple(SkippedFile(one.path, one.foreign) for one in in_order if one.foreign)
    return Facts(tuple(one for one in in_order if not one.foreign), tuple(gaps), len(tasks), skipped)


def _unknown(files: Iterable[SourceFile], cache: Cache | None, known: dict[str, FileFacts], gaps: list[Gap]) -> Iterator[Task]:
    """The files that must be extracted; the others go to `known`."""
    for file in files:
        full = _full(file)
        before = None if cache is None else stat_signature(full)
        if cache is not None and before is not None and _known(file.path, cache.by_signature(full, before), known):
            continue
        try:
            with open(full, "rb") as stream:
                source = stream.read()
        except OSError as error:
            gaps.append(Gap("extract", file.path, None, f"cannot be read: {error.strerror or error}"))
            continue
        key = b"" if cache is None else cache.key(source, file.kind)
        if cache is not None and _known(file.path, cache.by_key(key), known):
            cache.add(full, before, key, None)
            continue
        yield Task(file.path, source, before, key)


def _gap(facts: FileFacts, line: int | None, why: str) -> Gap:
    cell, line = (None, None) if line is None else facts.locate(line)
    return Gap("extract", facts.notebook or facts.path, line, why, cell)


def _known(path: str, text: str | None, known: dict[str, FileFacts]) -> bool:
    facts = None if text is None else from_text(text, path)
    if facts is not None:
        known[path] = facts
    return facts is not None


def _answers(tasks: Sequence[Task], jobs: int, to_keep: bool) -> Iterator[Answer]:
    if jobs > 1 and sum(len(task.source) for task in tasks) > WORTH_PROCESSES:
        from linter.extract.workers import in_processes  # most runs need no processes, and not what makes them

        yield from in_processes(tasks, jobs)
        return
    for task in tasks:
        facts = facts_of(task.path, task.source)
        if isinstance(facts, str):
            yield task, None, facts
        else:
            yield task, facts, as_text(facts) if to_keep else None


def _full(file: SourceFile) -> str:
    return os.path.join(file.root, file.path)
