"""Places in notebooks: people see cell and line, code scanning the line of the file."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from linter.model.finding import Finding, Related
from linter.model.place import Gap, Place, Step
from linter.model.run import Run
from linter.report import check_json, check_text, sarif
from linter.report.lines import Lines
from tests.notebooks import notebook, text
from tests.report.sample import architecture, timeout

CELLS = (text("# Ask"), "from openai import OpenAI\n\nclient = OpenAI(\n    api_key='x')\n", 'print("é")')
PLACE = Place("nb.ipynb", 3, 10, 4, 17, cell=1)
SCHEMAS = Path(__file__).parents[2] / "linter" / "report" / "schemas"
MakeRun = Callable[..., Run]


@pytest.fixture
def finding(tmp_path: Path) -> Finding:
    (tmp_path / "nb.ipynb").write_bytes(notebook(*CELLS))
    later = Place("nb.ipynb", 1, 1, 1, 11, cell=2)
    return replace(timeout(), place=PLACE, related=(Related(later, "it goes on"),), steps=(Step(later, "a step"),))


def line_of(root: Path, number: int) -> str:
    return (root / "nb.ipynb").read_text(encoding="utf-8").split("\n")[number - 1]


class TestLines:
    def test_a_place_becomes_the_line_of_the_file(self, tmp_path: Path, finding: Finding) -> None:
        found = Lines(str(tmp_path)).physical(PLACE)
        line = line_of(tmp_path, found.line)
        assert (found.end_line, found.cell) == (found.line, None)
        assert line[found.column - 1 : found.end_column - 1] == "OpenAI("

    def test_columns_are_those_of_the_file(self, tmp_path: Path, finding: Finding) -> None:
        found = Lines(str(tmp_path)).physical(Place("nb.ipynb", 1, 7, 1, 10, cell=2))
        assert line_of(tmp_path, found.line)[found.column - 1 : found.end_column - 1] == r"\"é\""

    @pytest.mark.parametrize(
        "place", [Place("nb.ipynb", 99, cell=1), Place("nb.ipynb", 1, cell=0), Place("gone.ipynb", 1, cell=0)]
    )
    def test_what_is_gone_is_the_first_line(self, tmp_path: Path, finding: Finding, place: Place) -> None:
        if place == Place("nb.ipynb", 1, cell=0):
            assert "# Ask" in line_of(tmp_path, Lines(str(tmp_path)).physical(place).line)
        else:
            assert Lines(str(tmp_path)).physical(place) == Place(place.file, 1)

    def test_other_places_stay(self, tmp_path: Path) -> None:
        assert Lines(str(tmp_path)).physical(Place("a.py", 3, 4)) == Place("a.py", 3, 4)


class TestText:
    def test_the_line_of_the_cell_is_shown(self, make_run: MakeRun, finding: Finding) -> None:
        shown = check_text.render(make_run(finding)).plain()
        assert "  nb.ipynb[cell 1]:3:10\n  3 | client = OpenAI(\n    |          ^^^^^^^\n" in shown
        assert "nb.ipynb[cell 2]:1 it goes on" in shown

    def test_a_gap_names_its_cell(self, make_run: MakeRun) -> None:
        gap = Gap("extract", "nb.ipynb", 2, "does not parse", cell=4)
        shown = check_text.render(make_run(architecture=replace(architecture(), gaps=(gap,)))).plain()
        assert "  nb.ipynb[cell 4]:2  does not parse\n" in shown


def test_json_has_cell_and_line(make_run: MakeRun, finding: Finding) -> None:
    gap = Gap("extract", "nb.ipynb", 2, "does not parse", cell=4)
    document = json.loads(check_json.render(make_run(finding, architecture=replace(architecture(), gaps=(gap,)))))
    jsonschema.validate(document, json.loads((SCHEMAS / "archfit-check-1.json").read_text(encoding="utf-8")))
    location = document["findings"][0]["location"]
    assert (location["line"], location["cell"]) == (3, 1)
    assert document["gaps"] == [{"stage": "extract", "file": "nb.ipynb", "line": 2, "cell": 4, "reason": "does not parse"}]


class TestSarif:
    def result(self, run: Run) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(sarif.render(run))["runs"][0]["results"][0]
        return found

    def test_the_region_is_one_that_can_be_shown(self, make_run: MakeRun, finding: Finding, tmp_path: Path) -> None:
        region = self.result(make_run(finding))["locations"][0]["physicalLocation"]["region"]
        line = line_of(tmp_path, region["startLine"])
        assert region["endLine"] == region["startLine"]
        assert line[region["startColumn"] - 1 : region["endColumn"] - 1] == "OpenAI("

    def test_cell_and_line_are_told(self, make_run: MakeRun, finding: Finding) -> None:
        found = self.result(make_run(finding))
        assert " In cell 1, line 3. " in found["message"]["text"]
        assert "[nb.ipynb cell 2, line 1](2)" in found["message"]["text"]
        assert (found["properties"]["cell"], found["properties"]["line"]) == (1, 3)
        step = found["codeFlows"][0]["threadFlows"][0]["locations"][0]["location"]
        assert step["message"]["text"] == "a step (cell 2, line 1)"

    def test_the_fingerprint_is_that_of_the_line_of_the_file(self, make_run: MakeRun, finding: Finding) -> None:
        one = self.result(make_run(finding))["partialFingerprints"]["primaryLocationLineHash"]
        other = replace(finding, place=replace(PLACE, line=1, end_line=1))
        assert one != self.result(make_run(other))["partialFingerprints"]["primaryLocationLineHash"]

    def test_a_gap_stands_on_its_line(self, make_run: MakeRun, finding: Finding, tmp_path: Path) -> None:
        gap = Gap("extract", "nb.ipynb", 3, "does not parse", cell=1)
        run = make_run(architecture=replace(architecture(), gaps=(gap,)))
        note, *_ = json.loads(sarif.render(run))["runs"][0]["invocations"][0]["toolExecutionNotifications"]
        assert note["message"]["text"] == "Not analysed: does not parse. (cell 1, line 3)"
        assert "client = OpenAI(" in line_of(tmp_path, note["locations"][0]["physicalLocation"]["region"]["startLine"])
