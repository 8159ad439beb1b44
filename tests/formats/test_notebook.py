"""Notebooks of all versions: what their code cells say, and where in the file it stands."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linter.formats.notebook import MAX_BYTES, MAX_FILE, Notebook, read
from linter.formats.notebook_text import Places, Scan
from tests.notebooks import code, content, notebook, text, written

HEADING = {"cell_type": "heading", "level": 1, "source": ["Title"]}
FIRST = {"cell_type": "code", "input": ["a = 1\n", "b = 2"], "language": "python"}
SECOND = {"cell_type": "code", "input": "c = 3", "language": "python"}
OLD = {"metadata": {"name": "old"}, "nbformat": 3, "worksheets": [{"cells": [HEADING, FIRST]}, {"cells": [SECOND]}]}


def cells(data: bytes) -> list[tuple[int, str]]:
    found = read(data)
    assert isinstance(found, Notebook), found
    return [(cell.index, cell.text) for cell in found.cells]


def language(metadata: dict[str, Any]) -> str:
    found = read(notebook("x", metadata=metadata))
    assert isinstance(found, Notebook)
    return found.language


class TestCells:
    def test_code_cells_are_numbered_among_all_cells(self) -> None:
        assert cells(notebook(text("# Title"), "a = 1\nb = 2", text("more"), "c = 3\n")) == [(1, "a = 1\nb = 2"), (3, "c = 3\n")]

    def test_a_source_may_be_one_text(self) -> None:
        assert cells(written(content({"cell_type": "code", "source": "a = 1\nb = 2"}))) == [(0, "a = 1\nb = 2")]

    def test_worksheets_of_the_old_format_count_on(self) -> None:
        assert cells(written(OLD)) == [(1, "a = 1\nb = 2"), (2, "c = 3")]

    def test_line_ends_of_every_system_are_line_ends(self) -> None:
        assert cells(notebook(code(["a\r\n", "b\rc"]))) == [(0, "a\nb\nc")]

    def test_half_a_character_is_none(self) -> None:
        assert cells(rb'{"cells": [{"cell_type": "code", "source": ["x = \"\ud83d\""]}]}') == [(0, 'x = "?"')]

    def test_a_source_that_is_no_text_is_said_of_its_cell(self) -> None:
        found = read(written(content({"cell_type": "code", "source": [1]}, "x = 1")))
        assert isinstance(found, Notebook)
        assert [(cell.index, cell.problem) for cell in found.cells] == [(0, "its source is no text"), (1, "")]

    @pytest.mark.parametrize("metadata", [{}, {"vscode": None}, {"vscode": {"languageId": "python"}}, "none"])
    def test_what_is_said_of_a_cell_may_be_anything(self, metadata: Any) -> None:
        assert cells(notebook(code("x = 1", metadata=metadata))) == [(0, "x = 1")]

    def test_a_cell_can_have_a_language_of_its_own(self) -> None:
        found = read(notebook(code("ls", metadata={"vscode": {"languageId": "shellscript"}})))
        assert isinstance(found, Notebook)
        assert found.cells[0].language == "shellscript"


class TestLanguage:
    @pytest.mark.parametrize(
        ("metadata", "expected"),
        [
            ({}, ""),
            ({"language_info": {"name": "python"}}, "python"),
            ({"kernelspec": {"name": "ir", "language": "R"}}, "r"),
            ({"language_info": {"name": "julia"}, "kernelspec": {"name": "python3"}}, "julia"),
            ({"kernelspec": {"name": "ir"}}, "ir"),
            ({"kernelspec": {"name": "julia-1.9"}}, "julia"),
            ({"kernelspec": {"name": "conda_pytorch_p310"}}, ""),
            ({"kernelspec": {"name": "javascript"}}, "javascript"),
            ({"kernelspec": []}, ""),
        ],
    )
    def test_the_kernel_says_it(self, metadata: dict[str, Any], expected: str) -> None:
        assert language(metadata) == expected


class TestWhatCannotBeRead:
    @pytest.mark.parametrize(
        ("data", "why"),
        [
            (b"", "not JSON: Expecting value (line 1)"),
            (b'{\n "cells": [\n', "not JSON: Expecting value (line 3)"),
            (b"\xff\xfe", "byte 0xff is not UTF-8"),
            (b"[]", "not a notebook: it has no cells"),
            (b'{"cells": {}}', "not a notebook: it has no cells"),
            (b'{"a":' * 100_000, "nested too deeply to be read"),
            (b"[" * 900_000, "nested too deeply to be read"),
        ],
    )
    def test_the_reason_is_said(self, data: bytes, why: str) -> None:
        assert read(data) == why

    def test_a_merge_conflict_is_not_json(self) -> None:
        data = notebook("x = 1").replace(b' "metadata": {\n', b'<<<<<<< HEAD\n "metadata": {\n')
        assert str(read(data)).startswith("not JSON: ")

    def test_numbers_of_any_length_are_nothing_to_us(self) -> None:
        assert cells(notebook("x = 1").replace(b'"nbformat": 4', b'"nbformat": ' + b"9" * 5000)) == [(0, "x = 1")]


class TestSize:
    picture = "iVBORw0KGgo" * 200_000

    def test_outputs_do_not_count(self) -> None:
        shown = code(
            "plot()", outputs=[{"output_type": "display_data", "data": {"image/png": self.picture, "text/plain": ["]}"]}}]
        )
        attached = {**text("![x](attachment:x.png)"), "attachments": {"x.png": {"image/png": self.picture}}}
        data = notebook(shown, attached, "x = 1", metadata={"widgets": {"state": [self.picture]}})
        assert len(data) > 6 * MAX_BYTES
        assert cells(data) == [(0, "plot()"), (2, "x = 1")]

    def test_sources_do(self) -> None:
        found = read(notebook(f"x = '{self.picture}'"))
        assert isinstance(found, str)
        assert found.endswith("characters without its outputs; notebooks above 1,000,000 are not read")

    def test_a_key_inside_of_a_source_is_none(self) -> None:
        source = f'data = {{"outputs": [1]}}  # {"x" * MAX_BYTES}'
        assert Scan(json.dumps({"source": source})).without_outputs() == json.dumps({"source": source})

    def test_no_notebook_is_too_large_for_its_reason(self) -> None:
        assert read(b" " * (MAX_FILE + 1)) == "20,000,001 bytes; notebooks above 20,000,000 are not read"

    def test_millions_of_small_things_are_given_up(self) -> None:
        assert read(b'{"cells": [' + b"0," * 5_000_000 + b"0]}") == "too complex to be read"


class TestPlaces:
    """Where a character of a cell stands in the file."""

    def at(self, data: bytes, cell: int, line: int, column: int) -> str | None:
        """What stands there, up to the end of the line."""
        found = Places(data.decode()).at(cell, line, column)
        return None if found is None else data.decode().split("\n")[found[0] - 1][found[1] - 1 :]

    def test_every_line_has_its_own(self) -> None:
        data = notebook(text("# Title"), 'import os\nprint("hi")\n', "x = 1")
        assert self.at(data, 1, 1, 1) == r'import os\n",'
        assert self.at(data, 1, 2, 7) == r'\"hi\")\n"'
        assert self.at(data, 2, 1, 5) == '1"'
        assert self.at(data, 0, 1, 1) == '# Title"'

    def test_a_file_of_one_line_has_columns(self) -> None:
        data = json.dumps(content("a = 1\nb = 2")).encode()
        assert (self.at(data, 0, 2, 1) or "").startswith('b = 2"]')

    def test_a_character_may_be_written_in_two_escapes(self) -> None:
        data = json.dumps(content('x = "😀", call()')).encode()
        assert (self.at(data, 0, 1, 10) or "").startswith('call()"')

    def test_a_source_of_one_text_has_lines(self) -> None:
        data = written(content({"cell_type": "code", "source": "a = 1\nb = 2"}))
        assert self.at(data, 0, 2, 1) == 'b = 2"'

    def test_worksheets_count_on(self) -> None:
        data = written(OLD)
        assert self.at(data, 1, 2, 1) == 'b = 2"'
        assert self.at(data, 2, 1, 1) == 'c = 3",'

    def test_behind_the_end_is_the_end(self) -> None:
        assert self.at(notebook("a = 1\nb"), 0, 1, 99) == r'\n",'

    @pytest.mark.parametrize(("cell", "line"), [(0, 3), (0, 0), (1, 1), (7, 1)])
    def test_what_is_not_there_has_no_place(self, cell: int, line: int) -> None:
        assert self.at(notebook("a = 1\nb", {"cell_type": "code"}), cell, line, 1) is None

    def test_of_a_key_that_stands_there_twice_the_last_one_counts(self) -> None:
        data = (
            b'{"cells": [{"cell_type": "code", "source": ["a"]}], "cells": [{"cell_type": "code", "source": "b", "source": "c"}]}'
        )
        assert cells(data) == [(0, "c")]
        assert self.at(data, 0, 1, 1) == 'c"}]}'


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
KEYS = st.sampled_from(["cells", "worksheets", "cell_type", "source", "input", "outputs", "metadata", "language", "x"])
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=20
)
SOURCES = st.text(max_size=20) | st.lists(st.text(alphabet='ab\n\r"\\😀é\t', max_size=8), max_size=4)
CELLS = st.fixed_dictionaries(
    {"cell_type": st.sampled_from(["code", "markdown"])},
    optional={"source": SOURCES | ANYTHING, "input": SOURCES, "outputs": ANYTHING, "metadata": ANYTHING},
)
SHEETS = st.lists(ANYTHING | st.fixed_dictionaries({"cells": st.lists(CELLS | ANYTHING, max_size=3)}), max_size=3)
NOTEBOOKS = st.fixed_dictionaries(
    {}, optional={"cells": st.lists(CELLS | ANYTHING, max_size=4) | ANYTHING, "worksheets": SHEETS, "metadata": ANYTHING}
)


@settings(max_examples=300, deadline=None)
@given(value=NOTEBOOKS | ANYTHING, indent=st.sampled_from([None, 1]), ascii_only=st.booleans())
def test_any_json_is_read_and_every_character_has_the_place_where_it_stands(
    value: Any, indent: int | None, ascii_only: bool
) -> None:
    shown = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    found = read(shown)
    if isinstance(found, str):
        assert found
        return
    whole = shown.decode()
    places = Places(whole)
    lines = whole.split("\n")
    for cell in found.cells:
        for number, line in enumerate(cell.text.split("\n"), 1):
            for column, character in enumerate(line, 1):
                if cell.text == "?" or character == "?":
                    continue
                at = places.at(cell.index, number, column)
                assert at is not None
                there = lines[at[0] - 1][at[1] - 1]
                assert there in (character, "\\")


@settings(max_examples=100, deadline=None)
@given(value=NOTEBOOKS)
def test_without_its_outputs_a_notebook_says_the_same(value: Any) -> None:
    shown = json.dumps(value)
    short = Scan(shown).without_outputs()
    assert short is not None
    assert read(short.encode()) == read(shown.encode())


@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=60) | st.text(alphabet='{}[]":,\\0ae" ', max_size=60).map(str.encode))
def test_no_bytes_are_too_strange(data: bytes) -> None:
    found = read(data)
    assert isinstance(found, Notebook) or found
    words = data.decode("utf-8", "replace")
    Scan(words).without_outputs()
    Places(words).at(0, 1, 1)
