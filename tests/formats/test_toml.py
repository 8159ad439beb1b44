"""TOML with positions: the values are tomllib's, the places are read off the lines, and nothing in a file does harm."""

from __future__ import annotations

import time
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linter.extract.python import extract
from linter.formats.toml import read
from linter.formats.tree import Document, Path
from linter.formats.yaml import Limits

extract("first.py", b"")  # raises the recursion limit, as it is in every run: a reader that recurses must not live on that


def document(text: str) -> Document:
    """A file that can be read."""
    found, problems = read(text.encode(), "f.toml")
    assert problems == ()
    assert found is not None
    return found


def problem(text: str | bytes, limits: Limits = Limits()) -> tuple[int | None, str]:
    """Line and message of what is wrong with a file that gives nothing."""
    found, problems = read(text.encode() if isinstance(text, str) else text, "f.toml", limits)
    assert found is None
    assert len(problems) == 1, problems
    assert problems[0].file == "f.toml"
    return problems[0].line, problems[0].message


def key_line(text: str, *path: str | int) -> int:
    """The line on which a key stands."""
    found = document(text)
    assert found.node(path) is not None, path
    return found.key_place(path).line


def written(text: str, *path: str | int) -> str:
    """The key as it stands there."""
    place = document(text).key_place(path)
    return text.split("\n")[place.line - 1][place.column - 1 : place.end_column - 1]


# -- tables


TABLES = """\
# settings
title = "claims"

[llm]
model = "gpt-4o"  # ours
  limit = 300

[llm.retry]
count = 2

[ "quoted name" . inner ]
'single' = true
"""


@pytest.mark.parametrize(
    ("path", "line", "key"),
    [
        (("title",), 2, "title"),
        (("llm",), 4, "llm"),
        (("llm", "model"), 5, "model"),
        (("llm", "limit"), 6, "limit"),
        (("llm", "retry"), 8, "llm.retry"),
        (("llm", "retry", "count"), 9, "count"),
        (("quoted name", "inner", "single"), 12, "'single'"),
    ],
)
def test_every_key_of_a_table_has_its_place(path: Path, line: int, key: str) -> None:
    assert (key_line(TABLES, *path), written(TABLES, *path)) == (line, key)


def test_an_entry_runs_from_its_key_to_the_end_of_its_line() -> None:
    place = document(TABLES).place(("llm", "model"))
    assert (place.line, place.column, place.end_line) == (5, 1, 5)
    assert place.end_column >= len('model = "gpt-4o"')


def test_what_is_not_there_has_the_place_of_what_it_would_be_in() -> None:
    assert document(TABLES).place(("llm", "nothing", "deeper")).line == 4


def test_a_table_that_is_only_named_by_an_inner_one() -> None:
    text = "[a.b.c]\nk = 1\n"
    assert document(text).value == {"a": {"b": {"c": {"k": 1}}}}
    assert key_line(text, "a", "b", "c", "k") == 2


def test_windows_line_ends() -> None:
    assert key_line("[a]\r\nb = 1\r\n\r\n[c]\r\nd = 2\r\n", "c", "d") == 5


# -- arrays of tables


ARRAYS = """\
[[model]]
name = "a"

[[model]]
name = "b"
[model.limits]
tokens = 300

[[model]]
name = "c"

[[model.fallback]]
name = "d"
[[model.fallback]]
name = "e"
[other]
name = "f"
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("model", 0), 1),
        (("model", 0, "name"), 2),
        (("model", 1), 4),
        (("model", 1, "name"), 5),
        (("model", 1, "limits", "tokens"), 7),
        (("model", 2, "name"), 10),
        (("model", 2, "fallback", 0, "name"), 13),
        (("model", 2, "fallback", 1, "name"), 15),
        (("other", "name"), 17),
    ],
)
def test_every_table_of_an_array_has_its_own_keys(path: Path, line: int) -> None:
    assert key_line(ARRAYS, *path) == line


def test_inner_arrays_start_anew_with_each_outer_one() -> None:
    text = "[[a]]\n[[a.b]]\nc = 1\n[[a.b]]\nc = 2\n[[a]]\n[[a.b]]\nc = 3\n"
    assert [key_line(text, "a", 0, "b", 1, "c"), key_line(text, "a", 1, "b", 0, "c")] == [5, 8]


# -- dotted keys, inline tables, lists


def test_dotted_keys() -> None:
    text = 'llm.model = "a"\nllm.limits.tokens = 3\n"x.y".z = 1\n[table]\na.b = 2\n'
    assert document(text).value["llm"] == {"model": "a", "limits": {"tokens": 3}}
    assert [key_line(text, "llm", "model"), key_line(text, "llm", "limits", "tokens")] == [1, 2]
    assert [key_line(text, "x.y", "z"), key_line(text, "table", "a", "b")] == [3, 5]


@pytest.mark.parametrize("path", [("llm", "model"), ("llm", "limits", "tokens"), ("list", 1), ("list", 2, "a")])
def test_what_stands_inside_of_a_line_has_the_place_of_the_line(path: Path) -> None:
    text = 'x = 1\nllm = {model = "a", limits = {tokens = 3}}\nlist = [1, 2, {a = 3}]\n'
    found = document(text)
    assert found.node(path) is not None
    assert found.place(path).line == (2 if path[0] == "llm" else 3)


def test_a_list_over_several_lines() -> None:
    text = 'list = [\n  "a",\n  "b",\n]\nlast = 1\n'
    assert key_line(text, "last") == 5
    assert document(text).place(("list", 1)).line in (1, 3)


def test_lists_in_a_list_are_no_tables() -> None:
    text = 'list = [\n  ["a"],\n  ["b"]\n]\nlast = 1\n[table]\nkey = [\n  ["c"]\n]\nlast = 2\n'
    assert (key_line(text, "last"), key_line(text, "table", "last")) == (5, 10)


# -- long texts


LONG = {
    "a key of another table": 'text = """\nother = 1\n"""\n[table]\nkey = 1\n',
    "a header": 'text = """\n[table]\nkey = 2\n"""\n[table]\nkey = 1\n',
    "a header in single quotes": "text = '''\n[table]\nkey = 2\n'''\n[table]\nkey = 1\n",
    "an array of tables": "[first]\ntext = '''\n[[table]]\n'''\n[table]\nkey = 1\n",
    "quotes inside": 'text = """\na "quoted" text\n[table]\nkey = 2\n"""\n[table]\nkey = 1\n',
    "quotes in a comment": 'x = 1  # """\n[table]\nkey = 1\n',
    "quotes in a text": 'x = \'"""\'\n[table]\nkey = 1\n',
    "all on one line": 'text = """one"""\n[table]\nkey = 1\n',
    "in a list": 'texts = ["""\n[table]\nkey = 2\n""", "b"]\n[table]\nkey = 1\n',
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_what_a_long_text_says_is_no_key(text: str) -> None:
    lines = text.split("\n")
    assert document(text).value["table"] == {"key": 1}
    assert (key_line(text, "table"), key_line(text, "table", "key")) == (
        lines.index("[table]", len(lines) - 3) + 1,
        len(lines) - 1,
    )


def test_a_key_behind_a_long_text_that_looks_like_it() -> None:
    text = 'text = """\nmodel = "x"\n"""\nmodel = "y"\n'
    assert document(text).value["model"] == "y"
    assert key_line(text, "model") == 4


def test_an_array_behind_a_long_text_that_looks_like_it() -> None:
    text = "[first]\ntext = '''\n[[table]]\n'''\n[[table]]\nkey = 1\n"
    assert key_line(text, "table", 0, "key") == 6


# -- values


def test_values_are_those_of_tomllib() -> None:
    text = "a = 0xff\nb = 1_000\nc = inf\nd = [1, [2.5, true]]\ne = '''x'''\nf = \"\\u00e9\"\n"
    assert document(text).value == tomllib.loads(text)


def test_a_day_is_written_out() -> None:
    found = document("day = 2027-03-31\n")
    node = found.node(("day",))
    assert node is not None
    assert (node.value, node.text) == ("2027-03-31", "2027-03-31")


def test_an_empty_file_is_an_empty_table() -> None:
    assert document("").value == {}


# -- what is wrong, with its line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = 1\nb =\n", 2),
        ("a = 1\na = 2\n", 2),
        ("[a]\n[a]\n", 2),
        ("a = 'x\n", 1),
        ("a = 1\nb = 2 c = 3\n", 2),
        ("é = 1\n", 1),
        (b"a = 1\nb = '\xe9'\n", 2),
        (b"a = '\x00'\n", 1),
        ("a = 1\rb = 2\n", 1),
    ],
)
def test_what_is_no_toml_is_a_problem_with_its_line(text: str | bytes, line: int) -> None:
    assert problem(text)[0] == line


def test_a_file_that_is_too_large_is_not_read() -> None:
    assert problem("a = '" + "x" * 2_000_000 + "'") == (1, "the file has 2,000,006 bytes; the limit is 1,000,000")
    assert problem("a = 1", Limits(size=3)) == (1, "the file has 5 bytes; the limit is 3")


# -- hostile input


HOSTILE = {
    "lists": "a = " + "[" * 100_000,
    "closed lists": "a = " + "[" * 100_000 + "]" * 100_000,
    "inline tables": "a = " + "{a = " * 100_000 + "1" + "}" * 100_000,
    "a little too deep": "a = " + "[" * 150 + "]" * 150,
    "a dotted key": ".".join(["a"] * 3_000) + " = 1",
    "a dotted table": "[" + ".".join(["a"] * 3_000) + "]",
    "a dotted array": "[[" + ".".join(["a"] * 3_000) + "]]",
    "a dotted key in a table": "x = {" + ".".join(["a"] * 3_000) + " = 1}",
    "quoted dotted keys": ".".join(['"a"'] * 3_000) + " = 1",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_deep_nesting_is_a_problem(text: str) -> None:
    line, message = problem(text)
    assert (line, "deep" in message) == (1, True)


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "9" * 5_000,
        "a = 0x" + "f" * 5_000,
        "a = 1e" + "9" * 5_000,
        "a = -" + "9" * 900_000,
        "a = [" + "9" * 4_301 + "]",
        "a = {b = " + "9" * 4_301 + "}",
    ],
    ids=["digits", "hexadecimal digits", "an exponent", "very many digits", "in a list", "in a table"],
)
def test_a_number_without_end_does_no_harm(text: str) -> None:
    started = time.process_time()
    found, problems = read(text.encode(), "f.toml")
    assert found is not None or problems
    assert time.process_time() - started < 2


LARGE = {
    "keys": "\n".join(f"k{n} = 1" for n in range(60_000)),
    "tables": "\n".join(f"[t{n}]\nk = 1" for n in range(30_000)),
    "arrays of tables": "[[t]]\nk = 1\n" * 60_000,
    "dotted keys": "\n".join(f"a.b{n} = 1" for n in range(50_000)),
    "one word": "a = '" + "x" * 900_000 + "'",
    "one bare word": "x" * 900_000,
    "quotes": "a = '" + '"' * 900_000 + "'",
    "brackets": "[" * 900_000,
}


@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE)
def test_a_large_file_takes_no_more_than_seconds(text: str) -> None:
    started = time.process_time()
    found, problems = read(text.encode(), "f.toml")
    assert found is not None or problems
    assert time.process_time() - started < 15


@settings(max_examples=300)
@given(
    st.binary(max_size=200) | st.text(alphabet="ab=.[]{}\"'#,\n\r\t 0123456789-_:TZeE+x\\u", max_size=80).map(str.encode),
)
def test_reading_never_raises(data: bytes) -> None:
    found, problems = read(data, "f.toml")
    lines = data.count(b"\n") + data.count(b"\r") + 1
    assert all(one.line is not None and 1 <= one.line <= lines for one in problems)
    assert found is None or 1 <= found.place(()).line <= lines


# -- always


_NAMES = st.from_regex(r"[A-Za-z_-][A-Za-z0-9_-]{0,6}", fullmatch=True)
_SCALARS = (
    st.integers(-(2**63), 2**63 - 1) | st.booleans() | st.text(st.characters(codec="ascii", categories=["L", "N", "P", "Zs"]))
)
_TABLES = st.recursive(
    st.dictionaries(_NAMES, _SCALARS, max_size=3),
    lambda inner: st.dictionaries(_NAMES, _SCALARS | inner | st.lists(inner, min_size=1, max_size=3), max_size=3),
    max_leaves=8,
)
Table = dict[str, object]


def as_toml(table: Table, path: tuple[str, ...] = ()) -> list[str]:
    """A table as the lines of a file: its own keys first, then the tables in it."""
    lines = [f"{name} = {literal(value)}" for name, value in table.items() if not isinstance(value, dict | list)]
    for name, value in table.items():
        inner = (*path, name)
        if isinstance(value, dict):
            lines += [f"[{'.'.join(inner)}]", *as_toml(value, inner)]
        elif isinstance(value, list):
            for one in value:
                lines += [f"[[{'.'.join(inner)}]]", *as_toml(one, inner)]
    return lines


def literal(value: object) -> str:
    """A scalar as it is written."""
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value).lower() if isinstance(value, bool) else str(value)


def scalars(value: object, path: Path = ()) -> list[tuple[Path, object]]:
    """Every scalar with its path."""
    if isinstance(value, dict):
        return [one for key, child in value.items() for one in scalars(child, (*path, key))]
    if isinstance(value, list):
        return [one for key, child in enumerate(value) for one in scalars(child, (*path, key))]
    return [(path, value)]


@settings(max_examples=200)
@given(_TABLES)
def test_whatever_is_written_is_read_back_and_stands_on_its_line(table: Table) -> None:
    text = "\n".join(as_toml(table)) + "\n"
    found = document(text)
    assert found.value == table
    lines = text.split("\n")
    for path, value in scalars(table):
        place = found.key_place(path)
        assert lines[place.line - 1] == f"{path[-1]} = {literal(value)}"
        assert lines[place.line - 1][place.column - 1 : place.end_column - 1] == path[-1]
