# ruff: noqa: E501 - the code that is read stands as it is written
"""Data files by the end of their name: JSON is read with the places of its keys, and nothing that is in a file does harm."""

from __future__ import annotations

import json
import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linter.extract.python import extract
from linter.formats.data import format_of, read
from linter.formats.tree import Document
from linter.formats.yaml import Limits
from linter.model.place import Place

extract("first.py", b"")  # raises the recursion limit, as it is in every run: a reader that recurses must not live on that


def document(text: str | bytes, file: str = "f.json") -> Document:
    """A file that can be read."""
    found, problems = read(text.encode() if isinstance(text, str) else text, file)
    assert problems == ()
    assert found is not None
    return found


def problem(text: str | bytes, file: str = "f.json", limits: Limits = Limits()) -> tuple[int | None, str]:
    """Line and message of what is wrong with a file that gives nothing."""
    found, problems = read(text.encode() if isinstance(text, str) else text, file, limits)
    assert found is None
    assert len(problems) == 1, problems
    assert problems[0].file == file
    return problems[0].line, problems[0].message


# -- values


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[]",
        '"text"',
        "3",
        '{"a": 1, "b": -2.5, "c": 1e5, "d": 1E-3, "e": true, "f": false, "g": null}',
        '{"a": {"b": {"c": []}}, "d": [{"e": 1}, [2, [3]]]}',
        '{"a":1,"b":"x:y","c":"a, b","d":"[not a list]","e":"{no}","f":"# no comment","g":"- no item"}',
        '{"true": 1, "null": 2, "3": 3, "": 4, "a b": 5, "<<": 6, "&a": 7, "*a": 8, "!t": 9, "%x": 10}',
        '{"<<": {"a": 1}, "b": 2}',
        '{"a": "true", "b": "null", "c": "3", "d": "~", "e": "yes", "f": "0x10", "g": "1_000", "h": "2020-01-01"}',
        r'{"a": "\"quoted\"", "b": "back\\slash", "c": "sl\/ash", "d": "\b\f\n\r\t", "e": "\u00e9\u20ac", "f": "\ud83d\ude00"}',
        '{"a": "é€😀", "é": "日本"}',
        '\n\n{\n\t"a":\t[\n\t\t1,\n\t\t2\n\t]\n}\n',
        '{\r\n  "a": 1\r\n}\r\n',
        '{"' + "k" * 2_000 + '": 1}',
        '{"a": "' + "x" * 100_000 + '"}',
        '{"a": "x  y   z", "b": " x ", "c": ""}',
    ],
)
def test_a_json_file_holds_what_json_says(text: str) -> None:
    assert document(text).value == json.loads(text)


UNUSUAL = {
    "next line": "\x85",
    "line separator": "\u2028",
    "paragraph separator": "\u2029",
    "delete": "\x7f",
    "byte order mark": "\ufeff",
    "zero width space": "\u200b",
    "no-break space": "\xa0",
}


@pytest.mark.parametrize("character", UNUSUAL.values(), ids=UNUSUAL)
def test_an_unusual_character_stays_what_it_is(character: str) -> None:
    for text in ("x{0}y", "{0}", "x {0} y", "x{0}", "{0}{0}y"):
        value = {"a": text.format(character), "b": 1}
        assert document(json.dumps(value, ensure_ascii=False)).value == value


def test_a_byte_order_mark_is_no_content() -> None:
    assert document(b'\xef\xbb\xbf{"a": 1}').value == {"a": 1}


def test_of_a_repeated_key_the_last_one_counts() -> None:
    assert document('{"a": 1, "a": 2}').value == {"a": 2}


def test_the_end_of_a_name_decides_how_a_file_is_read() -> None:
    assert [format_of(f) for f in ("a.yaml", "a.yml", "a.json", "a.toml")] == ["yaml", "yaml", "json", "toml"]
    assert [format_of(f) for f in ("setup.cfg", ".env.example", "Dockerfile.api", "a.py")] == [
        "ini",
        "dotenv",
        "dockerfile",
        None,
    ]
    assert document("a: 1\nb: [x]\n", "f.yaml").value == document("a: 1\nb: [x]\n", "f.yml").value == {"a": 1, "b": ["x"]}
    assert document("a = 1\nb = ['x']\n", "f.toml").value == {"a": 1, "b": ["x"]}


def test_of_several_documents_the_first_one_is_meant() -> None:
    assert document("a: 1\n---\na: 2\n", "f.yaml").value == {"a": 1}


# -- places


SPACES = '{\n  "llm": {\n    "model": "gpt-4o",\n    "limits": [1, {"tokens": 300}]\n  },\n  "last": 1\n}\n'


@pytest.mark.parametrize(
    ("path", "key", "whole"),
    [
        ((), (1, 1), (1, 1, 7, 2)),
        (("llm",), (2, 3), (2, 3, 5, 4)),
        (("llm", "model"), (3, 5), (3, 5, 3, 22)),
        (("llm", "limits", 1, "tokens"), (4, 20), (4, 20, 4, 33)),
        (("last",), (6, 3), (6, 3, 6, 12)),
    ],
)
def test_every_key_of_json_has_its_place(
    path: tuple[str | int, ...], key: tuple[int, int], whole: tuple[int, int, int, int]
) -> None:
    found = document(SPACES)
    assert (found.key_place(path).line, found.key_place(path).column) == key
    assert found.place(path) == Place("f.json", *whole)


def test_tabs_move_nothing() -> None:
    found = document(SPACES.replace("  ", "\t"))
    assert found.key_place(("llm", "model")) == Place("f.json", 3, 3, 3, 10)
    assert found.key_place(("last",)) == Place("f.json", 6, 2, 6, 8)


@pytest.mark.parametrize("escape", [r"\"", r"\\", r"\/", r"\n", r"\t", r"\u00e9", "é", "😀"])
def test_plain_escapes_move_nothing(escape: str) -> None:
    found = document(f'{{\n  "a": "{escape}",\n  "b{escape}": 1,\n  "c": 2\n}}')
    assert found.key_place(("c",)) == Place("f.json", 4, 3, 4, 6)
    assert [found.key_place((key,)).line for key in found.value] == [2, 3, 4]


def test_a_file_with_other_escapes_is_read_without_places() -> None:
    """Two escapes for one character are none that YAML knows: the first line stands for every key."""
    found = document('{\n  "a": "\\ud83d\\ude00",\n  "b": {"c": [1]}\n}')
    assert found.value == {"a": "😀", "b": {"c": [1]}}
    assert found.node(("b", "c", 0)) is not None
    assert found.place(("b", "c")).line == 1


def test_what_is_not_there_has_the_place_of_what_it_would_be_in() -> None:
    found = document(SPACES)
    assert found.node(("llm", "nothing")) is None
    assert found.place(("llm", "nothing", "deeper")).line == 2


# -- what is wrong


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{"a": 1} // a comment', 1),
        ('{"a": 1}\n{"a": 2}\n', 2),
        ('{\n  "a": [1, 2\n', 3),
        ('{"a": }}', 1),
        (b'{"a": 1,\n "b": "\xe9"}', 2),
        ('{"a": 1}'.encode("utf-16"), 1),
    ],
)
def test_what_is_no_json_is_a_problem_with_its_line(text: str | bytes, line: int) -> None:
    assert problem(text)[0] == line


def test_a_file_that_is_too_large_is_not_read() -> None:
    for file in ("f.json", "f.yaml", "f.toml"):
        assert problem(b'"' + b"x" * 2_000_000 + b'"', file)[1] == "the file has 2,000,002 bytes; the limit is 1,000,000"
    assert problem('{"a": "\\ud83d\\ude00"}', limits=Limits(size=5))[1] == "the file has 21 bytes; the limit is 5"


# -- hostile input


DEEP = {
    "lists": "[" * 100_000,
    "closed lists": "[" * 100_000 + "]" * 100_000,
    "objects": '{"a":' * 100_000,
    "closed objects": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "a little too deep": "[" * 150 + "]" * 150,
    "deep, with an escape that YAML has not": '{"x": "\\ud83d\\ude00", "a": ' * 150 + "1" + "}" * 150,
    "tabs": "\t[" * 100_000,
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_deep_nesting_is_a_problem(text: str) -> None:
    assert problem(text) == (1, "nested deeper than 100 levels")


def bomb(levels: int, width: int = 9) -> str:
    """An object whose values are the one before, nine times."""
    lines = ['"a0": &a0 [' + ", ".join("1" * width) + "]"]
    lines.extend(f'"a{i}": &a{i} [' + ", ".join([f"*a{i - 1}"] * width) + "]" for i in range(1, levels))
    return "{" + ",\n".join(lines) + "}"


@pytest.mark.parametrize("file", ["f.json", "f.yaml"])
def test_an_alias_bomb_takes_neither_time_nor_memory(file: str) -> None:
    tracemalloc.start()
    started = time.process_time()
    line, message = problem(bomb(20), file)
    spent, (_, peak) = time.process_time() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (line, message) == (6, "aliases and merge keys add more than 100,000 values")
    assert spent < 1
    assert peak < 5_000_000


@pytest.mark.parametrize(
    "text",
    [
        '{"a": ' + "9" * 5_000 + "}",
        '{"a": 0x' + "f" * 5_000 + "}",
        '{"a": 1e' + "9" * 5_000 + "}",
        '{"a": -' + "9" * 900_000 + "}",
        '{"a": "\\ud83d\\ude00", "b": ' + "9" * 5_000 + "}",
        '{"a": "\\ud83d"}',
        '{"a": NaN, "b": Infinity, "c": -Infinity}',
        "\0",
        '{"\0": 1}',
        '{"a": "\\u0000"}',
    ],
)
def test_strange_numbers_and_characters_do_no_harm(text: str) -> None:
    started = time.process_time()
    found, problems = read(text.encode(), "f.json")
    assert found is not None or problems
    assert time.process_time() - started < 2


@settings(max_examples=300)
@given(
    data=st.binary(max_size=200) | st.text(alphabet='{}[]",:0123456789.eE+-truefalsn\\u/*&!#=\' \t\n\r\0', max_size=80).map(str.encode),
    file=st.sampled_from(["f.json", "f.yaml", "f.yml", "f.toml"]),
)  # fmt: skip
def test_reading_never_raises(data: bytes, file: str) -> None:
    found, problems = read(data, file)
    lines = data.count(b"\n") + data.count(b"\r") + 1
    assert all(one.line is not None and 1 <= one.line <= lines for one in problems)
    assert found is None or 1 <= found.place(()).line <= lines


# -- always


_NUMBERS = st.integers(-(10**300), 10**300) | st.floats(allow_nan=False, allow_infinity=False)
_TEXTS = st.text(
    st.characters(codec="utf-8", exclude_characters="\x85\u2028\u2029")
)  # line breaks for YAML: they have a test above
_TREES = st.recursive(
    st.none() | st.booleans() | _NUMBERS | _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4),
    max_leaves=12,
)


def paths(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every path into a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(one for key, child in inner for one in paths(child, (*path, key)))]


@settings(max_examples=300)
@given(tree=_TREES, escaped=st.booleans(), indent=st.sampled_from([None, 2, "\t"]))
def test_whatever_json_value_there_is_it_is_read_as_json_reads_it(tree: object, escaped: bool, indent: int | str | None) -> None:
    text = json.dumps(tree, ensure_ascii=escaped, indent=indent)
    found, problems = read(text.encode(), "f.json")
    assert problems == ()
    if tree is None:
        return
    assert found is not None
    assert found.value == json.loads(text)
    assert type(found.value) is type(json.loads(text))


@settings(max_examples=200)
@given(tree=_TREES, indent=st.sampled_from([None, 2, "\t"]))
def test_every_value_of_a_json_file_can_be_found_and_has_a_place(tree: object, indent: int | str | None) -> None:
    text = json.dumps(tree, indent=indent)
    found, _ = read(text.encode(), "f.json")
    lines = text.count("\n") + 1
    for path in paths(tree) if found is not None else ():
        assert found is not None
        assert found.node(path) is not None
        assert 1 <= found.place(path).line <= found.place(path).end_line <= lines


@settings(max_examples=200)
@given(tree=st.dictionaries(st.from_regex("[a-z]{1,6}", fullmatch=True), _TREES, min_size=1, max_size=4))
def test_a_key_stands_where_it_is_written(tree: dict[str, object]) -> None:
    text = json.dumps(tree, indent=2)
    if "\\ud" in text or "\\u" in text:
        return  # these are read without places
    found = document(text)
    lines = text.split("\n")
    for key in tree:
        place = found.key_place((key,))
        assert lines[place.line - 1][place.column - 1 : place.end_column - 1] == json.dumps(key)
