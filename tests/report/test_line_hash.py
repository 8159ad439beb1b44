"""The fingerprint that GitHub computes for a line, so that an upload with and without it agrees."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linter.report.line_hash import line_hashes

END = "c129715d7a2bc9a3:1"
"""Of the empty line at the end of a file."""


@pytest.mark.parametrize(
    ("source", "hashes"),
    [
        (b"", [END]),
        (b" a\nb\n  \tc\n", ["52668e89249e7477:1", "9ed7939040abc6c0:1", "3791504be0bd17cc:1", END]),
        (b"x = 1\r\nx = 1\r\n", ["87c133c3324ef59b:1", "8e00d41f0ebba6bf:1", END]),
        ("é😀\n".encode(), ["16a367e7bde89037:1", END]),
    ],
)
def test_the_values_that_github_computes(source: bytes, hashes: list[str]) -> None:
    assert line_hashes(source) == hashes


def test_lines_that_are_followed_by_the_same_are_counted() -> None:
    block = b"same\n" + b"#" * 120 + b"\n"
    first, _, second, *_ = line_hashes(block * 2)
    assert first.split(":")[0] == second.split(":")[0]
    assert (first[-2:], second[-2:]) == (":1", ":2")


_TEXT = st.text(alphabet="ab \tä😀\n", max_size=300)


@given(text=_TEXT, end=st.sampled_from(["\r\n", "\r"]))
def test_line_ends_do_not_matter(text: str, end: str) -> None:
    assert line_hashes(text.replace("\n", end).encode()) == line_hashes(text.encode())


@given(text=_TEXT)
def test_blanks_do_not_matter(text: str) -> None:
    assert line_hashes(text.replace("a", " a\t").encode()) == line_hashes(text.encode())


@given(text=_TEXT)
def test_there_is_one_for_every_line(text: str) -> None:
    assert len(line_hashes(text.encode())) == text.count("\n") + 1


@given(source=st.binary(max_size=200))
def test_any_bytes_have_one(source: bytes) -> None:
    assert line_hashes(source)
