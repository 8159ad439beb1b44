"""Gaps come out in a stable order, whether or not they have a line."""

from __future__ import annotations

from linter.extract.python import extract
from linter.home import home
from linter.infer.build import infer
from linter.knowledge.load import load_catalogue
from linter.link.program import Program
from linter.model.place import Gap


def test_gaps_with_and_without_a_line_stand_side_by_side() -> None:
    gaps = (Gap("extract", "app.py", 3, "does not parse"), Gap("discover", "app.py", None, "a dangling link"))
    found = infer(Program([extract("app.py", b"x = 1\n")]), load_catalogue(home()), gaps=gaps)
    assert [gap.line for gap in found.gaps] == [None, 3]
