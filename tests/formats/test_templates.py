"""Templates are read as the YAML that they look like."""

from __future__ import annotations

import pytest

from linter.formats import templates
from linter.formats.reading import read


def value(text: str) -> object:
    reading = read(text.encode(), "chart/templates/a.yaml")
    assert reading.is_template
    return reading.documents[0].value


def test_what_steers_is_left_out_and_both_branches_are_there() -> None:
    assert value("a: 1\n{{- if .Values.on }}\nb: 2\n{{- else }}\nc: 3\n{{- end }}\n") == {"a": 1, "b": 2, "c": 3}


def test_whole_lines_that_are_filled_in_leave_their_key_empty() -> None:
    assert value('labels:\n  {{- include "x" . | nindent 2 }}\nname: n\n') == {"labels": None, "name": "n"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: {{ .Values.x }}\n", [None]),
        ('a: "{{ .x }}/{{ .y }}:1"\n', [None, "/", None, ":1"]),
        ("a: '{{ .x }}{{ .y }}'\n", [None, None]),
        ("a: {{ x }}-{% if y %}z{% endif %}\n", [None, "-", None, "z", None]),
        ("a: b{{/* remark */}}\n", ["b"]),
    ],
)
def test_what_is_filled_in_is_marked(text: str, expected: list[str | None]) -> None:
    held = value(text)
    assert isinstance(held, dict)
    assert [piece and piece.strip() for piece in templates.pieces(held["a"]) if piece is None or piece.strip()] == expected


def test_lines_stay_where_they_are() -> None:
    text = '{{/* a\nlong\nremark */}}\na: {{ if x }}1{{ end }}\nb: {{ printf "%s"\n  .y }}\nc: 2\n'
    assert len(templates.plain(text)) == len(text)
    document = read(text.encode(), "a.yaml").documents[0]
    assert [document.place((key,)).line for key in ("a", "b", "c")] == [4, 5, 7]


def test_a_line_that_is_no_yaml_until_it_is_filled_in_is_left_out_and_told() -> None:
    text = "name: {{ if .x }}\n{{- .y }}\n{{- else }}\n{{- .z }}-secret\n{{- end }}\nkey: 1\n"
    reading = read(text.encode(), "a.yaml")
    assert list(reading.documents[0].value) == ["name", "key"]
    assert [(one.line, one.message) for one in reading.problems] == [(4, "this line is left out, since it is no YAML")]


def test_words_of_an_expression_are_kept() -> None:
    text = 'a: "{{ .Values.a | quote }}:{{- $.Values.b -}}"\n{{ end }}\nb: {{ .c }}\n'
    assert templates.expressions(text, 3, text.index("b:")) == [".Values.a | quote", "$.Values.b"]


@pytest.mark.parametrize(
    "text",
    [
        "{{" * 20_000,
        "a: {{ b\n",
        "}}" * 20_000,
        "{%" * 20_000,
        "{{ a " * 5_000 + "}}",
        "{{a}}" * 60_000,
        "\ue000" * 90_000 + "\ue001{{",
    ],
)
def test_braces_that_never_end_are_no_trouble(text: str) -> None:
    read(text.encode(), "a.yaml")
