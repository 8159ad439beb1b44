"""INI files, as `configparser` reads them."""

from __future__ import annotations

import configparser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linter.formats.ini import read
from linter.formats.tree import Document

TEXT = """\
[DEFAULT]
host = localhost
[llm]
Model: gpt-4o
url = http://%(host)s:8000/v1
share = 100%%
long = first
    second
; a comment
[db]
host=db
empty =
"""


def document(text: str) -> Document:
    """A file in which nothing is wrong."""
    found, problems = read(text.encode(), "app.ini")
    assert problems == ()
    assert found is not None
    return found


def test_it_is_what_configparser_makes_of_it() -> None:
    known = configparser.ConfigParser()
    known.read_string(TEXT)
    found = document(TEXT).value
    for name in known.sections():
        assert {option: value for option, value in found[name].items() if option.islower()} == dict(known[name])


def test_places_are_those_of_the_option_that_counts() -> None:
    found = document(TEXT)
    assert found.place(("llm", "model")).line == 4
    assert found.place(("llm", "host")).line == 2
    assert found.place(("db", "host")).line == 11
    assert (found.place(("llm", "long")).line, found.place(("llm", "long")).end_line) == (7, 8)


@pytest.mark.parametrize(("text", "line"), [("model = gpt-4o\n", 1), ("[a]\nb = 1\nnothing\n", 3)])
def test_what_is_no_ini_file_is_a_problem(text: str, line: int) -> None:
    found, problems = read(text.encode(), "app.ini")
    assert found is None
    assert [(one.line, one.message) for one in problems] == [(line, "not an INI file: neither a section nor an option")]


def test_options_that_name_each_other_end() -> None:
    text = "[a]\n" + "x = " + "%(x)s" * 50 + "\ny = %(z)s\nz = %(y)s\n"
    assert len(str(document(text).value)) < 10_000_000


@given(st.binary(max_size=200))
def test_no_bytes_make_it_fail(data: bytes) -> None:
    read(data, "app.ini")
