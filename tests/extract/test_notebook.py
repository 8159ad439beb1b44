"""The code cells of a notebook are one module; what cannot be read costs its own cell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from linter.extract.cache import Cache
from linter.extract.codec import dumps, loads
from linter.extract.notebook import extract
from linter.extract.pool import read_facts
from linter.model import facts as f
from linter.model.place import Gap
from linter.model.source import FileKind, Scope, SourceFile
from tests.notebooks import code, content, notebook, text, written


def facts_of(*cells: str | dict[str, Any]) -> f.FileFacts:
    """The facts of a notebook in which every cell can be read."""
    facts = extract("nb.ipynb", notebook(*cells))
    assert facts.problems == ()
    return facts


def calls(facts: f.FileFacts) -> dict[str, tuple[int | None, int, int]]:
    """Cell, line and column of each call, by the name that is called."""
    return {
        site.call.func.name: (*facts.locate(site.call.span[0]), site.call.span[1])
        for scope in facts.scopes
        for site in scope.calls
        if isinstance(site.call.func, f.Name)
    }


def problems(*cells: str | dict[str, Any]) -> list[str]:
    facts = extract("nb.ipynb", notebook(*cells))
    located = ((facts.locate(line or 0), why) for line, why in facts.problems)
    return [f"[{cell}]:{line} {why}" for (cell, line), why in located]


class TestPlaces:
    def test_lines_count_inside_of_a_cell(self) -> None:
        found = calls(facts_of("first()\n\nsecond()", text("# prose"), "third()\n", "", "  # nothing", "x = 1; fourth()"))
        assert found == {"first": (0, 1, 1), "second": (0, 3, 1), "third": (2, 1, 1), "fourth": (5, 1, 8)}

    def test_columns_count_characters(self) -> None:
        assert calls(facts_of('"größe"', '"grüße", call()')) == {"call": (1, 1, 10)}

    def test_a_cell_that_is_indented_as_a_whole_keeps_its_columns(self) -> None:
        assert calls(facts_of("x = 1", "# see\n\n    first()\n    second()\nthird()")) == {
            "first": (1, 3, 5), "second": (1, 4, 5), "third": (1, 5, 1),
        }  # fmt: skip

    def test_lines_in_front_of_the_shell_count(self) -> None:
        assert calls(facts_of("%%time\n!pip install x\ncall()", "%time timed()")) == {"call": (0, 3, 1), "timed": (1, 1, 7)}

    def test_what_is_said_about_an_encoding_means_nothing(self) -> None:
        assert calls(facts_of('# -*- coding: latin-1 -*-\n"größe", call()')) == {"call": (0, 2, 10)}

    def test_what_waits_at_the_top_may_wait(self) -> None:
        assert calls(facts_of("await call()", "async with other() as x:\n    pass")) == {"call": (0, 1, 7), "other": (1, 1, 12)}


class TestNames:
    """`exits`: what a cell leaves behind."""

    def test_a_name_goes_on_from_cell_to_cell(self) -> None:
        facts = facts_of("x = 1", "use(x)", "x = 2", "use(x)")
        used = [site.call.args[0].value for site in facts.scopes[0].calls]
        assert [name.defs for name in used if isinstance(name, f.Name)] == [(0,), (1,)]

    def test_each_cell_leaves_what_it_has_changed(self) -> None:
        facts = facts_of("x = 1\ny = 1", "z = 1", "x = 2")
        assert [(cell.index, cell.exits) for cell in facts.cells] == [
            (0, {"x": (0,), "y": (1,)}), (1, {"z": (2,)}), (2, {"x": (3,)}),
        ]  # fmt: skip

    def test_a_cell_that_stops_does_not_stop_the_next(self) -> None:
        facts = facts_of("x = 1\nraise SystemExit", "x = 2", "use(x)")
        used = facts.scopes[0].calls[0].call.args[0].value
        assert isinstance(used, f.Name)
        assert used.defs == (1,)


class TestGaps:
    def test_a_cell_that_does_not_parse_costs_that_cell_only(self) -> None:
        cells = ("first()", "x = 1\nx = = 2", "third()")
        facts = extract("nb.ipynb", notebook(*cells))
        assert sorted(calls(facts)) == ["first", "third"]
        (told,) = problems(*cells)
        assert told.startswith("[1]:2 does not parse as Python 3.")

    def test_a_cell_ends_where_it_ends(self) -> None:
        told = problems("x = (1,", "2)", 'y = """', '"""', "z = 1 \\", "call()")
        assert [one.split(" ")[0] for one in told] == ["[0]:1", "[1]:1", "[2]:1", "[3]:1", "[4]:1"]

    def test_the_line_is_that_of_the_cell_when_it_is_indented(self) -> None:
        (told,) = problems("  x = 1\n  y = = 2")
        assert told.startswith("[0]:2 ")

    def test_a_source_that_is_no_text(self) -> None:
        assert problems(code([1]), "x = 1") == ["[0]:1 its source is no text"]  # type: ignore[list-item]

    def test_a_nul_byte(self) -> None:
        assert problems("x = '\0'") == ["[0]:1 not a text file: it contains a NUL byte"]

    def test_deep_code_costs_its_cell(self) -> None:
        facts = extract("nb.ipynb", notebook("(" * 5_000 + ")" * 5_000, "call()"))
        assert calls(facts) == {"call": (1, 1, 1)}
        assert len(facts.problems) == 1

    def test_a_file_that_is_no_notebook(self) -> None:
        assert extract("nb.ipynb", b"{").problems[0][1].startswith("not JSON: ")


class TestOtherLanguages:
    def test_a_notebook_for_another_kernel_is_not_ours(self) -> None:
        facts = extract("nb.ipynb", notebook("x <- 1", metadata={"kernelspec": {"name": "ir", "language": "R"}}))
        assert (facts.scopes, facts.problems, facts.foreign) == ((), (), "a notebook for r")

    def test_nor_is_a_cell(self) -> None:
        shell = code("ls -la", metadata={"vscode": {"languageId": "shellscript"}})
        assert calls(facts_of(shell, "call()")) == {"call": (1, 1, 1)}

    @pytest.mark.parametrize("cell", ["%md\n# A title, and *more*", "%sql\nselect a b from c", "%sh\nls -la"])
    def test_a_cell_of_databricks_is_no_gap(self, cell: str) -> None:
        assert calls(facts_of(cell, "call()")) == {"call": (1, 1, 1)}

    def test_a_script_for_the_shell_is_no_gap(self) -> None:
        assert calls(facts_of("%%bash\nls | wc -l", "%%writefile app.py\nhidden()", "call()")) == {"call": (2, 1, 1)}

    def test_a_notebook_without_code_is_an_empty_module(self) -> None:
        facts = facts_of(text("# nothing"))
        assert [scope.kind for scope in facts.scopes] == ["module"]


class TestKept:
    """Facts of notebooks in the cache."""

    def test_they_come_back_as_they_were(self) -> None:
        for facts in (facts_of("x = 1", "def f(): return x"), extract("a", notebook("x = = 1")), extract("a", b"[]")):
            again = loads(dumps(facts), "nb.ipynb")
            assert [(c.index, c.line, c.exits) for c in again.cells] == [(c.index, c.line, c.exits) for c in facts.cells]
            assert (again.problems, again.foreign) == (facts.problems, facts.foreign)

    def test_the_same_bytes_may_be_a_notebook_or_a_module(self, tmp_path: Path) -> None:
        kinds = {"a.ipynb": FileKind.NOTEBOOK, "b.py": FileKind.PYTHON}
        data = notebook("call()").replace(b"null", b"0")
        for name in kinds:
            (tmp_path / name).write_bytes(data)
        files = [SourceFile(name, kind, Scope.PRODUCT, len(data), str(tmp_path)) for name, kind in kinds.items()]
        for _ in range(2):
            with Cache(tmp_path / "cache") as cache:
                read = read_facts(files, 1, cache)
            assert [len(one.cells) for one in read.files] == [1, 0]

    def test_files_that_cells_are_written_to_come_back_too(self, tmp_path: Path) -> None:
        data = notebook("x = 1", "%%writefile lib/a.py\ncall(\n    y)", "%%writefile b.py\n\n= 2")
        (tmp_path / "nb.ipynb").write_bytes(data)
        files = [SourceFile("nb.ipynb", FileKind.NOTEBOOK, Scope.PRODUCT, len(data), str(tmp_path))]
        for _ in range(2):
            with Cache(tmp_path / "cache") as cache:
                read = read_facts(files, 1, cache)
            assert [(one.path, one.notebook) for one in read.files] == [
                ("nb.ipynb", ""), ("nb.ipynb/lib/a.py", "nb.ipynb"), ("nb.ipynb/b.py", "nb.ipynb"),
            ]  # fmt: skip
            assert calls(read.files[1]) == {"call": (1, 2, 1)}
            assert [(gap.file, gap.cell, gap.line) for gap in read.gaps] == [("nb.ipynb", 2, 3)]

    def test_gaps_name_the_cell_and_other_languages_are_left_out(self, tmp_path: Path) -> None:
        (tmp_path / "a.ipynb").write_bytes(notebook("x = 1", "= 2"))
        (tmp_path / "r.ipynb").write_bytes(notebook("x <- 1", metadata={"language_info": {"name": "R"}}))
        files = [SourceFile(name, FileKind.NOTEBOOK, Scope.PRODUCT, 1, str(tmp_path)) for name in ("a.ipynb", "r.ipynb")]
        read = read_facts(files, 1, None)
        assert [str(gap) for gap in read.gaps] == ["a.ipynb[cell 1]:1"]
        assert [(one.path, one.reason) for one in read.skipped] == [("r.ipynb", "a notebook for r")]
        assert [one.path for one in read.files] == ["a.ipynb"]
        assert isinstance(read.gaps[0], Gap)


LINES = st.sampled_from(
    [
        "x = 1",
        "def f():",
        "    return x",
        "%pip install a",
        "!ls",
        "'''",
        "(",
        ")",
        "x?",
        "%%bash",
        "%%time",
        "if x:",
        "",
        "é = '😀'",
        "\\",
    ]
)
SOURCES = st.lists(LINES, max_size=6).map("\n".join) | st.text(max_size=40)


@settings(max_examples=200, deadline=None)
@given(sources=st.lists(SOURCES, max_size=5))
@example(sources=["%%time\n%%bash\nx"])
@example(sources=["   "])
@example(sources=["  # only a comment"])
@example(sources=["\f x = 1"])
@example(sources=["\ufeffcall()"])
def test_any_text_in_cells_gives_facts_and_costs_no_other_cell(sources: list[str]) -> None:
    facts = extract("nb.ipynb", written(content(*(code([source]) for source in sources), "last_call()")))
    assert facts.scopes
    assert calls(facts)["last_call"] == (len(sources), 1, 1)
    assert loads(dumps(facts), "nb.ipynb").cells[-1].index == len(sources)
    located = [facts.locate(line) for line, _ in facts.problems if line is not None]
    for cell, line in located:
        assert cell is not None
        assert 1 <= line <= sources[cell].replace("\r\n", "\n").replace("\r", "\n").count("\n") + 2


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=100) | st.text(max_size=100).map(str.encode))
def test_any_bytes_give_facts_or_a_reason(data: bytes) -> None:
    facts = extract("nb.ipynb", data)
    assert facts.scopes or facts.problems or facts.foreign
