"""The parts that the two JSON formats have in common."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from linter import __version__
from linter.model.architecture import Attribute, Flow, RequestPath, System
from linter.model.place import Gap, Place, Step
from linter.model.run import Run

Json = dict[str, Any]


def document(name: str, run: Run, content: Mapping[str, Any]) -> Json:
    """A whole document: what every format starts and ends with, around its own content."""
    found = run.architecture
    return {
        "format": name,
        "tool": {"name": "archfit", "version": __version__},
        "revision": found.revision,
        "systems": [system(one) for one in found.systems],
        **content,
        "flows": [flow(one) for one in found.flows],
        "paths": [request_path(one) for one in found.paths],
        "gaps": [gap(one) for one in run.gaps],
        "coverage": {
            "files": found.coverage.files,
            "analysed": found.coverage.analysed,
            "configurations": found.coverage.configurations,
            "skipped": [{"file": one.path, "reason": one.reason} for one in found.coverage.skipped],
        },
    }


def written(document: Json) -> str:
    """The text of a document."""
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def location(place: Place) -> Json:
    """A region. `cell` is null outside of notebooks."""
    return {
        "file": place.file, "line": place.line, "column": place.column, "end_line": place.end_line or place.line,
        "end_column": place.end_column or place.column, "cell": place.cell,
    }  # fmt: skip


def step(one: Step) -> Json:
    """A place and what happens there."""
    return point(one.place, one.what)


def point(place: Place, what: str) -> Json:
    """A place as evidence: file and line are enough, the cell only in notebooks."""
    cell = {} if place.cell is None else {"cell": place.cell}
    return {"file": place.file, "line": place.line, **cell, "what": what}


def attribute(one: Attribute) -> Json:
    """State and values; the rest only where there is something to say."""
    found: Json = {"state": one.state.value, "values": [scalar(value) for value in one.values]}
    if one.because is not None:
        found["because"] = one.because
    if one.default:
        found["default"] = [scalar(value) for value in one.default]
    return found


def scalar(value: object) -> object:
    """A value as JSON has it; numbers that JSON does not have become text."""
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def system(one: System) -> Json:
    """A system with its mechanisms and the ids of its sites."""
    mechanisms = [{"name": mechanism.name, "sites": list(mechanism.sites)} for mechanism in one.mechanisms]
    return {"name": one.name, "paths": list(one.paths), "mechanisms": mechanisms}


def flow(one: Flow) -> Json:
    """A flow, step by step."""
    found: Json = {"kind": one.kind.value, "data": one.data, "to": one.to, "certain": one.certain}
    if one.bounded is not None:
        found["bounded"] = one.bounded
    if one.field:
        found["field"] = one.field
    if one.redacted_by:
        found["redacted_by"] = one.redacted_by
    return {**found, "steps": [step(each) for each in one.steps]}


def request_path(one: RequestPath) -> Json:
    """A request path. `worst_case_seconds` is null when it is unbounded or not known; `because` says which."""
    seconds = one.worst_case_seconds
    found: Json = {
        "entry": step(one.entry), "stages": list(one.stages), "model_calls": one.model_calls,
        "worst_case_seconds": seconds if seconds is not None and math.isfinite(seconds) else None,
    }  # fmt: skip
    return found if one.because is None else {**found, "because": one.because}


def gap(one: Gap) -> Json:
    """What could not be analysed."""
    cell = {} if one.cell is None else {"cell": one.cell}
    return {"stage": one.stage, "file": one.file, "line": one.line, **cell, "reason": one.reason}
