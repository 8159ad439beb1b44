"""A small project on disk, and the run about it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from linter.model.finding import CheckResult, Finding
from linter.model.place import Note, Place
from linter.model.run import Run, Timing
from tests.report.sample import FILES, OUTCOMES, RULES, architecture, leak, question, timeout

UNUSED = Note(Place("archfit.yaml", 9, 3), "the waiver of missing-cache covers nothing: remove it")


@pytest.fixture
def make_run(tmp_path: Path) -> Callable[..., Run]:
    """Writes the project and gives the run about it, with these findings."""

    def make(*findings: Finding, **changes: object) -> Run:
        for name, text in FILES.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8", newline="")
        result = CheckResult(findings, OUTCOMES, (UNUSED,))
        values: dict[str, object] = {
            "root": str(tmp_path), "architecture": architecture(), "result": result, "rules": RULES,
            "timings": (Timing("discover", 0.01), Timing("extract", 0.2)),
        }  # fmt: skip
        return Run(**{**values, **changes})  # type: ignore[arg-type]

    return make


@pytest.fixture
def run(make_run: Callable[..., Run]) -> Run:
    """Two failures and a question."""
    return make_run(leak(), timeout(), question())
