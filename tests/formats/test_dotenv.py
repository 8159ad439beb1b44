"""Environment files: names and values as the usual loaders read them, with the place of each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linter.formats.dotenv import is_dotenv, read
from linter.formats.tree import Document
from linter.model.place import Place


def document(text: str) -> Document:
    """A file in which nothing is wrong."""
    found, problems = read(text.encode(), ".env")
    assert problems == ()
    assert found is not None
    return found


@pytest.mark.parametrize(("line", "value"), [
    ("MODEL=gpt-4o", "gpt-4o"),
    ("export MODEL=gpt-4o", "gpt-4o"),
    ("  MODEL = gpt-4o  ", "gpt-4o"),
    ('MODEL="gpt-4o"', "gpt-4o"),
    ("MODEL='gpt-4o' # the big one", "gpt-4o"),
    ("MODEL=gpt-4o # the big one", "gpt-4o"),
    ("MODEL=gpt#4o", "gpt#4o"),
    ("MODEL=# the big one", ""),
    ("MODEL= # the big one", ""),
    ("MODEL=", ""),
    ('MODEL="a \\"b\\" \\n c"', 'a "b" \n c'),
    ("MODEL='a \\n b'", "a \\n b"),
    ('MODEL="a # b"', "a # b"),
    ("MODEL=${OTHER:-gpt-4o}", "${OTHER:-gpt-4o}"),
    ('MODEL="not closed', '"not closed'),
    ("MODEL=a=b", "a=b"),
    ("MODEL=größe", "größe"),
])  # fmt: skip
def test_a_line_is_a_name_and_a_value(line: str, value: str) -> None:
    assert document(line + "\n").value == {"MODEL": value}


def test_comments_and_empty_lines_are_nothing() -> None:
    assert document("# MODEL=a\n\n  # B=c\nA=1\r\n").value == {"A": "1"}


def test_a_value_over_several_lines() -> None:
    found = document('KEY="first\nsecond"\nMODEL=gpt-4o\n')
    assert found.value == {"KEY": "first\nsecond", "MODEL": "gpt-4o"}
    assert found.place(("MODEL",)).line == 3


def test_of_a_repeated_name_the_last_one_counts() -> None:
    found = document("MODEL=a\nMODEL=b\n")
    assert (found.value, found.place(("MODEL",)).line) == ({"MODEL": "b"}, 2)


def test_the_place_of_a_key_and_of_a_value() -> None:
    found = document("# a comment\nexport MODEL='gpt-4o' # b\n")
    assert found.key_place(("MODEL",)) == Place(".env", 2, 8, 2, 13)
    assert found.value_place(("MODEL",)) == Place(".env", 2, 14, 2, 22)


def test_a_line_that_is_no_variable_is_a_problem_and_costs_that_line() -> None:
    found, problems = read(b"A=1\nhello world\nB=2\n", ".env")
    assert found is not None
    assert found.value == {"A": "1", "B": "2"}
    assert [(one.line, one.message) for one in problems] == [(2, "neither a variable nor a comment")]


def test_a_binary_is_a_problem() -> None:
    found, problems = read(b"A=1\0", ".env")
    assert (found, problems[0].message) == (None, "not a text file: it contains a NUL byte")


def test_too_many_variables_are_a_problem() -> None:
    found, problems = read(b"".join(b"A%d=1\n" % n for n in range(6_000)), ".env")
    assert (found, problems[0].message) == (None, "more than 5,000 variables")


@given(st.binary(max_size=200))
def test_no_bytes_make_it_fail(data: bytes) -> None:
    read(data, ".env")


@pytest.mark.parametrize("name", [
    ".env", ".env.example", ".env_example", "docker.env", "env.sample", "env.example.watsonx", "a/b/.env.local", ".envrc", "env",
])  # fmt: skip
def test_names_of_environment_files(name: str) -> None:
    assert is_dotenv(name)


@pytest.mark.parametrize("name", ["env.py", "environment.yml", "env.py.mako", "venv", ".env.md", "setup_env.sh", "env/app.txt"])
def test_names_of_other_files(name: str) -> None:
    assert not is_dotenv(name)
