"""YAML with positions: what is read, where it stands, and what hostile input cannot do."""

from __future__ import annotations

import json
import time
import tracemalloc

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from linter.formats import yaml as reader
from linter.formats.yaml import Limits, read, read_one
from linter.model.place import Place


def value(text: str | bytes) -> object:
    document, problems = read_one(text.encode() if isinstance(text, str) else text, "f.yaml")
    assert problems == ()
    assert document is not None
    return document.value


def problem(text: str | bytes, limits: Limits = Limits()) -> tuple[int | None, str]:
    _, problems = read_one(text.encode() if isinstance(text, str) else text, "f.yaml", limits)
    assert len(problems) == 1, problems
    assert problems[0].file == "f.yaml"
    return problems[0].line, problems[0].message


# ---- scalars are those of YAML 1.2


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("on", "on"),
        ("NO", "NO"),
        ("yes", "yes"),
        ("12:30", "12:30"),
        ("2027-03-31", "2027-03-31"),
        ("1_000", "1_000"),
        ("none", "none"),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("-7", -7),
        ("+7", 7),
        ("0.3", 0.3),
        ("5e-5", 5e-5),
        (".5", 0.5),
        ("1.", 1.0),
        ("-.INF", float("-inf")),
        ("true", True),
        ("False", False),
        ("tRue", "tRue"),
        ("~", None),
        ("null", None),
        ("", None),
        ("'8'", "8"),
        ('"true"', "true"),
        ("!!str 8", "8"),
        ("!!int '8'", 8),
        ("8B", "8B"),
        (".", "."),
        ("-", [None]),
    ],
)
def test_a_scalar_is_what_yaml_1_2_says(written: str, meant: object) -> None:
    if written == "-":
        assert value("a:\n-") == {"a": meant}
        return
    found = value(f"a: {written}")
    assert found == {"a": meant}
    assert isinstance(found, dict)
    assert type(found["a"]) is type(meant)


def test_a_number_of_a_million_digits_stays_a_text() -> None:
    assert value("a: " + "9" * 900_000) == {"a": "9" * 900_000}


def test_keys_are_texts_as_written() -> None:
    assert value("on: 1\n8: 2\ntrue: 3\n~: 4\n") == {"on": 1, "8": 2, "true": 3, "~": 4}


def test_block_texts_and_quotes() -> None:
    assert value('a: |\n  one\n  two\nb: >-\n  three\n  four\nc: "t\\tab"\n') == {
        "a": "one\ntwo\n",
        "b": "three four",
        "c": "t\tab",
    }


def test_a_byte_order_mark_is_no_content() -> None:
    document, _ = read_one(b"\xef\xbb\xbfa: 1", "f.yaml")
    assert document is not None
    assert document.value == {"a": 1}
    assert document.place(("a",)).column == 1


# ---- places


MAP = """\
# a comment
privacy:
  processors: [openai, "azure-openai"]
  boundary:
    regulated:
      - in-process

      - self-hosted   # ours

  text: |
    one
    two

last: 1
"""


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ((), (2, 1, 14, 8)),
        (("privacy",), (2, 1, 12, 8)),
        (("privacy", "processors"), (3, 3, 3, 39)),
        (("privacy", "processors", 0), (3, 16, 3, 22)),
        (("privacy", "processors", 1), (3, 24, 3, 38)),
        (("privacy", "boundary", "regulated"), (5, 5, 8, 20)),
        (("privacy", "boundary", "regulated", 1), (8, 9, 8, 20)),
        (("privacy", "text"), (10, 3, 12, 8)),
        (("last",), (14, 1, 14, 8)),
    ],
)
def test_every_entry_has_its_place(path: tuple[str | int, ...], place: tuple[int, int, int, int]) -> None:
    document, _ = read_one(MAP.encode(), "f.yaml")
    assert document is not None
    assert document.place(path) == Place("f.yaml", *place)


def test_key_and_value_have_places_of_their_own() -> None:
    document, _ = read_one(b"a:\n  key: value\n", "f.yaml")
    assert document is not None
    assert document.key_place(("a", "key")) == Place("f.yaml", 2, 3, 2, 6)
    assert document.value_place(("a", "key")) == Place("f.yaml", 2, 8, 2, 13)


def test_what_is_not_there_has_the_place_of_what_it_would_be_in() -> None:
    document, _ = read_one(b"x: 1\na:\n  b: 1\n", "f.yaml")
    assert document is not None
    assert document.place(("a", "missing", "deeper")).line == 2
    assert document.place(("missing",)).line == 1
    assert document.node(("a", "missing")) is None


def test_columns_count_characters_and_lines_are_those_of_an_editor() -> None:
    document, _ = read_one("é: 😀\r\n'a b': [😀, z]\r\nc: '\u2028'\nd: 1\n".encode(), "f.yaml")
    assert document is not None
    assert document.place(("é",)) == Place("f.yaml", 1, 1, 1, 5)
    assert document.place(("a b", 1)) == Place("f.yaml", 2, 12, 2, 13)
    assert document.place(("d",)).line == 4


def test_an_alias_stands_where_it_is_used_and_what_is_in_it_where_it_was_written() -> None:
    document, _ = read_one(b"a: &x\n  k: [1]\nb: *x\n", "f.yaml")
    assert document is not None
    assert document.value == {"a": {"k": [1]}, "b": {"k": [1]}}
    assert document.place(("b",)) == Place("f.yaml", 3, 1, 3, 6)
    assert document.place(("b", "k")).line == 2


def test_the_text_that_was_written_is_kept() -> None:
    document, _ = read_one(b"a: 0.30\nb: '24h'\nc: [1]\n", "f.yaml")
    assert document is not None
    assert [document.text((key,)) for key in "abc"] == ["0.30", "24h", None]


# ---- streams


def test_several_documents() -> None:
    documents, problems = read(b"a: 1\n---\n# nothing\n---\n- b\n", "f.yaml")
    assert [d.value for d in documents] == [{"a": 1}, ["b"]]
    assert problems == ()
    assert documents[1].place((0,)).line == 5


def test_what_was_read_before_an_error_is_kept() -> None:
    documents, problems = read(b"a: 1\n---\nb: [\n", "f.yaml")
    assert [d.value for d in documents] == [{"a": 1}]
    assert [p.line for p in problems] == [4]


def test_one_of_our_own_files_has_one_document_and_no_tags() -> None:
    assert problem("a: 1\n---\nb: 2\n") == (3, "a second document starts here")
    assert problem("a: !Ref x\n") == (1, "the tag `!Ref` has no meaning here")
    assert problem("") == (1, "the file is empty")
    assert problem("# only a comment\n") == (1, "the file is empty")


def test_in_other_peoples_files_a_tag_is_no_error_and_does_nothing() -> None:
    documents, problems = read(b"a: !Ref x\nb: !!python/object/apply:os.system [ls]\n", "f.yaml")
    assert documents[0].value == {"a": "x", "b": ["ls"]}
    assert problems == ()


# ---- merge keys


def test_a_merge_key_takes_over_what_is_not_there() -> None:
    text = b"base: &b {x: 1, y: 1}\nmore: &m {y: 2, z: 2}\nown: {<<: [*b, *m], x: 0}\n"
    document, problems = read_one(text, "f.yaml")
    assert document is not None
    assert document.value["own"] == {"x": 0, "y": 1, "z": 2}
    assert document.place(("own", "z")).line == 2
    assert problems == ()


def test_a_quoted_merge_key_is_a_key() -> None:
    assert value("a: {'<<': 1}") == {"a": {"<<": 1}}


def test_only_mappings_can_be_merged() -> None:
    assert problem("a:\n  <<: [1]\n") == (2, "`<<` merges mappings only")


# ---- what is wrong, with its line


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n", 5, "the key `c` is written twice, first in line 3"),
        ("a:\n\t- b\n", 2, "a tab is used for indentation"),
        ("a: b\n  c: d\n", 2, "not YAML: mapping values are not allowed in this context"),
        (
            "a: [1, 2\nb: 3\n",
            2,
            "not YAML: did not find expected ',' or ']', while parsing a flow sequence that starts in line 1",
        ),
        ("x: 1\na: \x07\n", 2, "not YAML: control characters are not allowed"),
        ("x: {{ value }}\n", 1, "a key must be a plain text"),
        ("x: *nowhere\n", 1, "the alias *nowhere has no anchor &nowhere before it"),
        ("x: &a [*a]\n", 1, "the alias *a stands inside of its own anchor"),
        (b"ok: 1\nx: \xe9\n", 2, "byte 0xe9 is not UTF-8"),
    ],
)
def test_an_error_has_its_line(text: str | bytes, line: int, message: str) -> None:
    assert problem(text) == (line, message)


def test_of_a_repeated_key_the_last_one_counts() -> None:
    document, problems = read_one(b"a: 1\na: 2\n", "f.yaml")
    assert document is not None
    assert document.value == {"a": 2}
    assert len(problems) == 1


def test_all_repeated_keys_are_told_at_once() -> None:
    _, problems = read_one(b"a: 1\na: 2\nb: 1\nb: 2\nb: 3\n", "f.yaml")
    assert [p.line for p in problems] == [2, 4, 5]


# ---- hostile input


def bomb(levels: int, width: int = 9) -> str:
    lines = ["a0: &a0 [" + ", ".join("x" * width) + "]"]
    for i in range(1, levels):
        lines.append(f"a{i}: &a{i} [" + ", ".join([f"*a{i - 1}"] * width) + "]")
    return "\n".join(lines)


def test_an_alias_bomb_takes_neither_time_nor_memory() -> None:
    tracemalloc.start()
    started = time.process_time()
    line, message = problem(bomb(12))
    spent, (_, peak) = time.process_time() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert message == "aliases and merge keys add more than 100,000 values"
    assert line == 6
    assert spent < 0.5
    assert peak < 5_000_000


def test_aliases_are_shared_not_copied() -> None:
    document, problems = read_one(bomb(12).encode(), "f.yaml", Limits(expansion=10**30))
    assert problems == ()
    assert document is not None
    assert document.value["a11"][0] is document.value["a11"][8]
    assert document.root.size > 9**12


def test_a_merge_bomb_is_stopped() -> None:
    lines = ["a0: &a0 {k: 1}"] + [f"a{i}: &a{i} {{<<: *a{i - 1}, k{i}: 1}}" for i in range(1, 900)]
    assert problem("\n".join(lines))[1] == "aliases and merge keys add more than 100,000 values"


def test_too_many_aliases_are_stopped() -> None:
    assert problem("a: &a 1\nb: [" + "*a, " * 1001 + "]\n") == (2, "more than 1,000 aliases")


@pytest.mark.parametrize("unit", ["[", "{", "- ", "? ", "[{a: "])
def test_deep_nesting_is_stopped_before_it_can_harm(unit: str) -> None:
    assert problem(unit * 50_000) == (1, "nested deeper than 100 levels")


def test_aliases_cannot_hide_depth() -> None:
    lines = ["a0: &a0 [x]"] + [f"a{i}: &a{i} [*a{i - 1}]" for i in range(1, 200)]
    assert problem("\n".join(lines)) == (99, "nested deeper than 100 levels with its aliases written out")


def test_a_file_that_is_too_large_is_not_read() -> None:
    assert problem("a: " + "x" * 1_000_000) == (1, "the file has 1,000,003 bytes; the limit is 1,000,000")
    assert problem("a: 1", Limits(size=3)) == (1, "the file has 4 bytes; the limit is 3")


@settings(deadline=None)
@given(st.binary(max_size=300) | st.text(alphabet="ab:-?[]{}&*!|>'\"#%@`\t\n <0.~,", max_size=120).map(str.encode))
def test_reading_never_raises(data: bytes) -> None:
    documents, problems = read(data, "f.yaml")
    lines = data.count(b"\n") + data.count(b"\r") + 1
    assert all(p.line is not None and 1 <= p.line <= lines for p in problems)
    assert all(1 <= d.place(()).line <= lines for d in documents)


_plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
_trees = st.recursive(
    _plain, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=12
)


@settings(deadline=None)
@given(_trees)
def test_what_is_written_is_read_back(tree: object) -> None:
    text = json.dumps(tree)  # JSON is YAML 1.2; escaped, it has no character that YAML does not allow
    if "\\ud" in text or "\\u007f" in text or "Infinity" in text:
        return
    document, problems = read_one(text.encode(), "f.yaml")
    if document is None:
        assert tree is None or problems
        return
    assert document.value == tree


@pytest.mark.parametrize("text", [MAP, "a: &x {k: |\n  t\n }\nb: *x\n", "- 1\n- [a, 'b']\n", bomb(3), "a: {<<: {b: 1}}"])
def test_without_libyaml_the_result_is_the_same(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = read(text.encode(), "f.yaml")
    monkeypatch.setattr(reader, "_Loader", yaml.SafeLoader)
    slow = read(text.encode(), "f.yaml")
    assert [d.value for d in slow[0]] == [d.value for d in fast[0]]
    assert [d.place(()) for d in slow[0]] == [d.place(()) for d in fast[0]]
    assert [p.line for p in slow[1]] == [p.line for p in fast[1]]
