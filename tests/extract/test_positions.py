"""Where something stands: lines and columns are those that an editor shows, whatever the encoding."""

from __future__ import annotations

import pytest

from linter.extract.python import extract
from linter.model import facts as f


def call_spans(source: bytes) -> dict[str, f.Span]:
    """The region of each call, by the name that is called."""
    facts = extract("app.py", source)
    assert facts.problems == ()
    return {
        site.call.func.name: site.call.span
        for scope in facts.scopes
        for site in scope.calls
        if isinstance(site.call.func, f.Name)
    }


def test_lines_and_columns_count_from_one_and_the_end_is_exclusive() -> None:
    assert call_spans(b"x = 1\ny = call(a,\n         b)\n") == {"call": (2, 5, 3, 12)}


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ('"grüße", call()', 10),
        ('"患者記録", call()', 9),
        ('"\N{GRINNING FACE}", call()', 6),
        ('"e\N{COMBINING ACUTE ACCENT}", call()', 7),
        ("größe = call()", 9),
    ],
)
def test_columns_count_characters(line: str, column: int) -> None:
    assert call_spans(line.encode()) == {"call": (1, column, 1, column + 6)}


def test_a_tab_is_one_column() -> None:
    assert call_spans(b"if x:\n\tcall()\n") == {"call": (2, 2, 2, 8)}


def test_a_byte_order_mark_takes_no_column() -> None:
    assert call_spans(b"\xef\xbb\xbfcall()\n") == {"call": (1, 1, 1, 7)}


def test_a_byte_order_mark_before_a_line_that_is_not_ascii_takes_no_column() -> None:
    assert call_spans(b"\xef\xbb\xbf" + 'x = "ü"; call()\n'.encode()) == {"call": (1, 10, 1, 16)}


def test_columns_of_a_latin_1_file_are_those_of_its_characters() -> None:
    assert call_spans('# -*- coding: latin-1 -*-\n"größe", call()\n'.encode("latin-1")) == {"call": (2, 10, 2, 16)}


def test_texts_of_a_latin_1_file_are_decoded() -> None:
    facts = extract("app.py", '# coding: latin-1\nmodel = "größe"\n'.encode("latin-1"))
    value = facts.scopes[0].bindings[0].value
    assert isinstance(value, f.Const)
    assert value.value == "größe"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_ending_ends_a_line(end: str) -> None:
    source = f'first = "ü"{end}second = 2{end}call("ü", inner())'.encode()
    assert call_spans(source) == {"call": (3, 1, 3, 19), "inner": (3, 11, 3, 18)}


def test_a_form_feed_ends_no_line() -> None:
    assert call_spans('x = "ü"\n\f\ny = "ü"; call()\n'.encode()) == {"call": (3, 10, 3, 16)}


def test_a_line_separator_inside_of_a_text_ends_no_line() -> None:
    assert call_spans('x = "\N{LINE SEPARATOR}ü", call()\n'.encode()) == {"call": (1, 11, 1, 17)}


def test_a_continued_line_counts_as_it_is_written() -> None:
    assert call_spans(b"x = \\\n    call()\n") == {"call": (2, 5, 2, 11)}


def test_a_call_in_an_f_string_stands_where_it_is_written() -> None:
    assert call_spans('x = f"grüße {call()}"\n'.encode()) == {"call": (1, 14, 1, 20)}


def test_an_annotation_in_quotes_stands_where_the_quotes_are() -> None:
    facts = extract("app.py", b'def f(x: "Client") -> None: ...\n')
    note = facts.scopes[1].params[0].annotation
    assert note is not None
    assert note.span == (1, 10, 1, 18)


def test_a_chain_begins_where_its_first_name_does() -> None:
    source = b"(\n    client\n    .chat\n    .create(a)\n)\n"
    facts = extract("app.py", source)
    assert facts.scopes[0].calls[0].call.span == (2, 5, 4, 15)


def test_a_decorated_function_begins_at_its_own_line() -> None:
    facts = extract("app.py", b"@a\n@b()\ndef f(): ...\n")
    assert facts.scopes[1].span[:2] == (3, 1)
