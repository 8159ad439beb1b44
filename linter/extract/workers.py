"""Extraction in several processes. A file that kills its process costs no other file."""

from __future__ import annotations

import gc
import signal
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from linter.extract.task import Answer, Task, as_text, facts_of, from_text

_CHUNK = 250_000
"""Bytes of one piece of work."""

_Work = list[tuple[str, bytes]]
_Results = list[tuple[bool, str | None]]
"""For each file whether there are facts, and the facts as text or why there are none. None: a text cannot hold them."""


def in_processes(tasks: Sequence[Task], jobs: int) -> Iterator[Answer]:
    """The facts of all tasks, with so many processes at work."""
    lost: list[Task] = []
    with ProcessPoolExecutor(jobs, initializer=_start) as pool:
        waiting = [(chunk, _submit(pool, chunk)) for chunk in _chunks(tasks)]
        for chunk, future in waiting:
            try:
                results = None if future is None else future.result()
            except BrokenProcessPool:
                results = None
            if results is None:
                lost.extend(chunk)
            else:
                yield from _received(chunk, results)
    yield from _one_by_one(lost)


def _one_by_one(tasks: Sequence[Task]) -> Iterator[Answer]:
    """A process has died and took the waiting files with it. Which one it was shows when they are read one at a time."""
    todo = list(reversed(tasks))
    while todo:
        with ProcessPoolExecutor(1, initializer=_start) as pool:
            while todo:
                task = todo.pop()
                try:
                    results = pool.submit(_work, [(task.path, task.source)]).result()
                except BrokenProcessPool:
                    yield task, None, "reading it ends the process that does it"
                    break
                yield from _received([task], results)


def _chunks(tasks: Iterable[Task]) -> Iterator[list[Task]]:
    chunk: list[Task] = []
    size = 0
    for task in tasks:
        chunk.append(task)
        size += len(task.source)
        if size >= _CHUNK:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _submit(pool: ProcessPoolExecutor, chunk: Sequence[Task]) -> Future[_Results] | None:
    try:
        return pool.submit(_work, [(task.path, task.source) for task in chunk])
    except BrokenProcessPool:
        return None


def _start() -> None:
    """In a new worker. Facts are no cyclic garbage, and an interrupt is for the main process to tell."""
    gc.disable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _work(work: _Work) -> _Results:
    """Runs in a worker."""
    results: _Results = []
    for path, source in work:
        facts = facts_of(path, source)
        results.append((False, facts) if isinstance(facts, str) else (True, as_text(facts)))
    return results


def _received(chunk: Sequence[Task], results: _Results) -> Iterator[Answer]:
    for task, (worked, text) in zip(chunk, results, strict=True):
        if not worked:
            yield task, None, text
        elif text is None:
            facts = facts_of(task.path, task.source)
            yield (task, None, facts) if isinstance(facts, str) else (task, facts, None)
        else:
            yield task, from_text(text, task.path), text
