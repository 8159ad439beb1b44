"""Bytes that are a text, and bytes that are none."""

from __future__ import annotations

from linter.errors import Problem
from linter.formats.text import lenient, strict


def test_a_mark_at_the_start_is_no_part_of_the_text() -> None:
    data = b"\xef\xbb\xbfa: 1"
    assert (strict(data, "a.yaml", 100), lenient(data, "a.yaml", 100)) == ("a: 1", "a: 1")


def test_what_is_not_utf8_has_its_line() -> None:
    assert strict(b"a\nb\xff", "a.toml", 100) == Problem("byte 0xff is not UTF-8", "a.toml", 2, "save the file as UTF-8")
    assert lenient(b"a\nb\xff", "Dockerfile", 100) == "a\nb\N{REPLACEMENT CHARACTER}"


def test_what_is_too_large_says_the_limit() -> None:
    expected = Problem("the file has 1,001 bytes; the limit is 1,000", "a", 1)
    assert (strict(b"x" * 1_001, "a", 1_000), lenient(b"x" * 1_001, "a", 1_000)) == (expected, expected)


def test_a_binary_is_no_text() -> None:
    assert lenient(b"\x7fELF\0", "Dockerfile", 100) == Problem("not a text file: it contains a NUL byte", "Dockerfile", 1)
