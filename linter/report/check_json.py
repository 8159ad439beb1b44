"""`archfit check --format json`: findings and verdicts, format `archfit-check/1`."""

from __future__ import annotations

from typing import Any

from linter.model.finding import Constraint, Finding
from linter.model.run import Run
from linter.report import shapes
from linter.report.shapes import Json
from linter.report.summary import dimensions, systems

FORMAT = "archfit-check/1"


def render(run: Run) -> str:
    """The document as text."""
    return shapes.written(document(run))


def document(run: Run) -> Json:
    """The document; `schemas/archfit-check-1.json` describes it."""
    gating = frozenset(id(finding) for finding in run.gating)
    content: dict[str, Any] = {
        "manifest": None if run.manifest is None else run.manifest.file,
        "findings": [_finding(finding, id(finding) in gating) for finding in run.result.findings],
        "outcomes": [
            {
                "rule": one.rule, "dimension": one.dimension, "system": one.system, "verdict": one.verdict.value,
                "subjects": one.subjects, "because": one.because,
            }
            for one in run.result.outcomes
        ],
        "summary": [
            {
                "system": system, "dimension": one.name, "verdict": one.verdict.value, "findings": one.failures,
                "questions": one.questions, "waived": one.waived, "elsewhere": one.elsewhere,
            }
            for system in systems(run) for one in dimensions(run, system)
        ],
        "notes": [str(note) for note in run.result.notes],
    }  # fmt: skip
    return shapes.document(FORMAT, run, content)


def _finding(one: Finding, gates: bool) -> Json:
    return {
        "rule": one.rule,
        "verdict": one.verdict.value,
        "severity": one.severity.value,
        "dimension": one.dimension,
        "system": one.system,
        "scope": one.scope.value,
        "gates": gates,
        "location": shapes.location(one.place),
        "message": one.message,
        "settle": one.settle or None,
        "fix": one.fix or None,
        "constraint": None if one.constraint is None or not one.constraint.path else _constraint(one.constraint),
        "evidence": [shapes.step(step) for step in one.steps],
        "related": [shapes.point(related.place, related.what) for related in one.related],
        "fingerprint": one.fingerprint,
        "waived_by": one.waived_by,
    }


def _constraint(one: Constraint) -> Json:
    place = one.place
    return {
        "path": one.path, "text": one.text, "file": None if place is None else place.file,
        "line": None if place is None else place.line,
    }  # fmt: skip
