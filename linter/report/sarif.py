"""`archfit check --format sarif`: SARIF 2.1.0 as GitHub code scanning reads it, and every other reader, too.

GitHub shows every result as an open alert, whatever its `kind` or `suppressions` say. So this holds what fails the run, and
nothing else; what could not be analysed stands in the notifications.
"""

from __future__ import annotations

import json
import os
import posixpath
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sarif_om as om  # type: ignore[import-untyped]

from linter import __version__
from linter.model.finding import Finding, Verdict
from linter.model.place import Gap, Note, Place, Step
from linter.model.run import Run
from linter.report.escape import visible
from linter.report.line_hash import line_hashes
from linter.report.lines import Lines
from linter.report.sarif_model import to_json
from linter.report.sarif_rules import LEVELS, descriptor

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST_RESULTS = 5_000
"""GitHub shows no more, and does not promise to keep the gravest ones."""
_MOST_STEPS = 1_000
_MOST_RELATED = 100
_LINKED = 8
"""Related places that the message links to; GitHub shows only linked ones."""
_MOST_GAPS = 1_000
_ROOT = "%SRCROOT%"


def render(run: Run, *, complete: bool = True) -> str:
    """The document as text. `complete` False: the run is not to be trusted as a whole (gaps, where they are not accepted)."""
    return json.dumps(document(run, complete=complete), ensure_ascii=False, separators=(",", ":")) + "\n"


def document(run: Run, *, complete: bool = True) -> dict[str, Any]:
    """The document as plain values."""
    writer = _Writer(run)
    found: dict[str, Any] = to_json(om.SarifLog(version="2.1.0", schema_uri=SCHEMA, runs=[writer.run(complete)]))
    return found


class _Writer:
    def __init__(self, run: Run) -> None:
        self._run = run
        self._lines = Lines(run.root)
        self._rule_index = {rule.id: index for index, rule in enumerate(run.rules)}
        self._hashes: dict[str, list[str]] = {}

    def run(self, complete: bool) -> Any:
        gravest_first = sorted(self._run.gating, key=lambda finding: finding.severity.rank)
        shown = gravest_first[:MOST_RESULTS]
        rules = [descriptor(rule) for rule in self._run.rules]
        driver = om.ToolComponent(name="archfit", version=__version__, semantic_version=__version__, rules=rules)
        return om.Run(
            tool=om.Tool(driver=driver),
            # One category a project, so that the projects of one repository do not close each other's alerts.
            automation_details=om.RunAutomationDetails(id=f"archfit/{quote(self._run.prefix)}"),
            invocations=[self._invocation(complete, len(gravest_first) - len(shown))],
            original_uri_base_ids={_ROOT: om.ArtifactLocation(description=om.Message(text="The repository's top folder."))},
            column_kind="unicodeCodePoints",
            results=[self._result(finding) for finding in shown],
        )

    def _invocation(self, complete: bool, left_out: int) -> Any:
        notifications = [self._notification(gap) for gap in self._run.gaps[:_MOST_GAPS]]
        more = len(self._run.gaps) - len(notifications)
        if more > 0:
            notifications.append(_note(f"{more:,} more gaps are not listed."))
        notifications.extend(self._noted(note) for note in self._run.result.notes[:_MOST_GAPS])
        if left_out:
            notifications.append(_note(f"{left_out:,} further findings, the least grave ones, are not listed."))
        return om.Invocation(execution_successful=complete, tool_execution_notifications=notifications or None)

    def _noted(self, note: Note) -> Any:
        place = om.Location(physical_location=self._physical(note.place))
        return om.Notification(message=om.Message(text=_sentence(note.what)), level="note", locations=[place])

    def _notification(self, gap: Gap) -> Any:
        message = om.Message(text=f"Not analysed: {_sentence(gap.reason)}")
        if not gap.file:
            return om.Notification(message=message, level="warning")
        if gap.cell is not None:
            message.text += f" ({_in_cell(Place(gap.file, gap.line or 1, cell=gap.cell))})"
        region = None if gap.line is None else self._region(Place(gap.file, max(gap.line, 1), cell=gap.cell))
        place = om.PhysicalLocation(artifact_location=self._artifact(gap.file), region=region)
        return om.Notification(message=message, level="warning", locations=[om.Location(physical_location=place)])

    # ---- results

    def _result(self, finding: Finding) -> Any:
        place = self._anchor(finding)
        related = self._related(finding)
        return om.Result(
            rule_id=finding.rule,
            rule_index=self._rule_index.get(finding.rule, -1),
            level=LEVELS[finding.severity],
            message=om.Message(text=_message(finding)),
            locations=[om.Location(physical_location=self._physical(place))],
            related_locations=related or None,
            code_flows=self._code_flows(finding.steps),
            partial_fingerprints=self._fingerprints(finding, place),
            properties={
                "dimension": finding.dimension,
                "severity": finding.severity.value,
                "system": visible(finding.system),
                **({} if place.cell is None else {"cell": place.cell, "line": place.line}),
            },
        )

    def _anchor(self, finding: Finding) -> Place:
        """A place in a file: GitHub refuses results without one. What concerns the whole repository stands at its clause."""
        if finding.place.file and finding.place.line > 0:
            return finding.place
        if finding.constraint is not None and finding.constraint.place is not None:
            return finding.constraint.place
        return Place(self._run.manifest.file if self._run.manifest is not None else "archfit.yaml", 1)

    def _related(self, finding: Finding) -> list[Any]:
        """The clause first, then the other places, each with a number for the message to link to."""
        places: list[tuple[Place, str]] = []
        if _clause(finding):
            assert finding.constraint is not None
            assert finding.constraint.place is not None
            places.append((finding.constraint.place, f"the clause {finding.constraint.path}: {finding.constraint.text}"))
        places.extend((related.place, related.what) for related in finding.related)
        return [self._location(place, what, number) for number, (place, what) in enumerate(places[:_MOST_RELATED], 1)]

    def _code_flows(self, steps: Sequence[Step]) -> list[Any] | None:
        if not steps:
            return None
        half = _MOST_STEPS // 2
        shown = list(steps) if len(steps) <= _MOST_STEPS else [*steps[:half], *steps[-half:]]
        way = [om.ThreadFlowLocation(location=self._location(step.place, step.what)) for step in shown]
        return [om.CodeFlow(thread_flows=[om.ThreadFlow(locations=way)])]

    def _fingerprints(self, finding: Finding, place: Place) -> dict[str, str]:
        found = {"archfit/v1": finding.fingerprint} if finding.fingerprint else {}
        hashes = self._line_hashes(place.file)
        line = self._lines.physical(place).line
        if line <= len(hashes):
            found["primaryLocationLineHash"] = hashes[line - 1]
        return found

    def _line_hashes(self, file: str) -> list[str]:
        if file not in self._hashes:
            data = self._lines.data(file)
            self._hashes[file] = [] if data is None else line_hashes(data)
        return self._hashes[file]

    # ---- places

    def _location(self, place: Place, what: str, number: int = -1) -> Any:
        cell = "" if place.cell is None else f" ({_in_cell(place)})"
        message = om.Message(text=f"{visible(what) or 'here'}{cell}")
        return om.Location(id=number, physical_location=self._physical(place), message=message)

    def _physical(self, place: Place) -> Any:
        return om.PhysicalLocation(artifact_location=self._artifact(place.file), region=self._region(place))

    def _artifact(self, file: str) -> Any:
        """Relative to the repository, also when a folder of it was scanned; every byte that is special in a URI is escaped."""
        path = posixpath.normpath(self._run.prefix + file) if file else "."
        return om.ArtifactLocation(uri=quote(os.fsencode(path)), uri_base_id=_ROOT)

    def _region(self, place: Place) -> Any:
        """One line, since a pull request shows an alert only if all its lines were changed; with all four numbers, which GitHub
        wants to have. A notebook is shown as the file that it is."""
        place = self._lines.physical(place)
        if place.end_line == place.line and place.end_column > place.column:
            end = place.end_column
        else:
            lines = self._lines.of(place.file)
            end = len(lines[place.line - 1]) + 1 if place.line <= len(lines) else 0
        end = max(end, place.column + 1)
        return om.Region(start_line=place.line, start_column=place.column, end_line=place.line, end_column=end)


def _clause(finding: Finding) -> bool:
    return finding.constraint is not None and bool(finding.constraint.path) and finding.constraint.place is not None


def _message(finding: Finding) -> str:
    """What is wrong, the clause it breaks and the other places as links, and what to do."""
    parts = [_sentence(finding.message)]
    if finding.place.cell is not None:
        parts.append(f"In {_in_cell(finding.place)}.")
    first = 1
    if _clause(finding):
        assert finding.constraint is not None
        clause = _link(finding.constraint.path.partition("[")[0], 1)
        parts.append(f"It breaks {clause}." if finding.verdict is Verdict.FAIL else f"Whether it keeps {clause} cannot be told.")
        first = 2
    links = [_link(_name(one.place), number) for number, one in enumerate(finding.related[:_LINKED], first)]
    if links:
        more = len(finding.related) - len(links)
        parts.append(f"See also {', '.join(links)}{f' and {more:,} more' if more else ''}.")
    if finding.settle:
        parts.append(_sentence(finding.settle))
    if finding.fix:
        parts.append(_sentence(finding.fix))
    return " ".join(parts)


def _link(text: str, number: int) -> str:
    """A link to a related location. Brackets inside would need escapes, which not every reader knows."""
    return f"[{visible(text).replace('[', '(').replace(']', ')')}]({number})"


def _name(place: Place) -> str:
    return f"{Path(place.file).name} {f'line {place.line}' if place.cell is None else _in_cell(place)}"


def _in_cell(place: Place) -> str:
    return f"cell {place.cell}, line {place.line}"


def _sentence(text: str) -> str:
    text = _text(text).strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _text(text: str) -> str:
    """Text from the repository must not make links of its own."""
    return visible(text).replace("](", "] (")


def _note(text: str) -> Any:
    return om.Notification(message=om.Message(text=text), level="note")
