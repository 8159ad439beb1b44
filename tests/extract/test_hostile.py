"""Whatever the bytes are, facts come out, and what could not be read is said."""

from __future__ import annotations

import keyword
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from linter.extract.codec import CodecError, dumps
from linter.extract.python import extract
from linter.model.facts import FileFacts, walk
from tests.extract.making import facts_of

TOKENS = [
    *keyword.kwlist, *keyword.softkwlist,
    "x", "y", "self", "f", "0", "1.5", "'a'", "f'{x}'", "b'c'", "...", "(", ")", "[", "]", "{", "}", ":",
    ",", ".", ";", "=", ":=",
    "+=", "->", "*", "**", "+", "-", "@", "|", "==", "<", "#", "é",
    '"""b"""', "\n", "\n    ", "\n        ", "\t", "\\\n", "\0",
]  # fmt: skip
STATEMENTS = [
    "x = {}", "x += {}", "x: int = {}", "x.y = {}", "x[{}] = {}", "x, *y = {}", "del x", "return {}", "x.append({})", "import x",
    "from x import y",
    "if {}:\n    x = {}\nelif {}:\n    y = {}",
    "for x in {}:\n    x = {}\n    continue",
    "while True:\n    x = {}\n    break",
    "with {} as x:\n    y = {}",
    "try:\n    x = {}\nexcept {} as y:\n    raise\nelse:\n    y = {}\nfinally:\n    del x",
    "match {}:\n    case [x, *y] if {}:\n        x = {}\n    case _:\n        pass",
    "def f(x={}, *y, **z) -> {}:\n    global q\n    yield {}",
    "class C({}):\n    x: {} = {}",
    "async def f():\n    async with {} as x:\n        await {}",
    "@f({})\ndef f(): return {}",
]  # fmt: skip
EXPRESSIONS = [
    "x", "1", "'a'", "f(x)", "x.y", "x[0]", "f'{x}{y!r:>{x}}'", "x + 'a'", "x or y", "x if y else 1", "[x, *y]", "{**x, 'a': y}",
    "[x for x in y if x]", "{x: y for x, y in x}", "lambda x, *y: x", "(x := y)", "not x", "-1", "x[1:2]", "x.f().g(y)(x)",
    "'{}'.format(x)", "'%s' % x", "await f(x)", "(yield x)",
]  # fmt: skip


def is_answer(facts: FileFacts) -> bool:
    """Either scopes, or exactly one reason; and the facts can be kept."""
    if not facts.scopes:
        return len(facts.problems) == 1 and bool(facts.problems[0][1])
    try:
        dumps(facts)
    except CodecError:
        return True
    return facts.scopes[0].kind == "module"


@settings(max_examples=150)
@given(st.binary(max_size=200))
@example(b"\xff\xfe")
@example(b"# coding: nonsense\nx = 1\n")
@example(b"# coding: utf-7\nx = 1\n")
@example(b"# coding: rot13\nk = 1\n")
@example(b"\xef\xbb\xbf# coding: latin-1\n")
@example(b"x = '\\N{no such name}'")
def test_any_bytes_give_an_answer(source: bytes) -> None:
    assert is_answer(extract("app.py", source))


@settings(max_examples=200)
@given(st.lists(st.sampled_from(TOKENS), max_size=40).map(" ".join))
def test_any_soup_of_tokens_gives_an_answer(source: str) -> None:
    assert is_answer(extract("app.py", source.encode()))


@st.composite
def programs(draw: st.DrawFn) -> str:
    """Code that parses mostly, in orders that nobody would write."""
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 8))):
        text = draw(st.sampled_from(STATEMENTS))
        while "{}" in text:
            text = text.replace("{}", draw(st.sampled_from(EXPRESSIONS)), 1)
        depth = draw(st.integers(0, 2))
        lines.extend(f"{'    ' * level}def level{level}(x):" for level in range(depth))
        lines.extend("    " * depth + line for line in text.split("\n"))
    return "\n".join(lines) + "\n"


@settings(max_examples=200)
@given(programs())
def test_odd_programs_give_facts_that_hold_together(source: str) -> None:
    facts = extract("app.py", source.encode())
    assert is_answer(facts)
    for number, scope in enumerate(facts.scopes):
        assert scope.index == number
        assert -1 <= scope.parent < number
        for position, one in enumerate(scope.bindings):
            assert one.index == position
            assert all(0 <= before < len(scope.bindings) for before in one.before)
            assert one.scope < len(facts.scopes)
        assert all(0 <= last < len(scope.bindings) for defs in scope.exits.values() for last in defs)
        for site in scope.calls:
            assert all(0 <= loop < len(scope.loops) for loop in site.loops)
            for part in walk(site.call):
                defs = getattr(part, "defs", None) or ()
                assert all(scope.bindings[index].name == getattr(part, "name", "") for index in defs)


@settings(max_examples=60)
@given(programs())
def test_the_same_bytes_give_the_same_facts(source: str) -> None:
    assert dumps(extract("app.py", source.encode())) == dumps(extract("app.py", source.encode()))


# -- what is made to break a reader


DEEP = {
    "brackets": "(" * 5000 + ")" * 5000,
    "lists": "x = " + "[" * 90 + "]" * 90,
    "calls": "x = " + "f(" * 80 + ")" * 80,
    "attributes": "x = a" + ".b" * 20_000,
    "method chain": "x = a" + ".b()" * 20_000,
    "sum": "x = " + " + ".join(["a"] * 20_000),
    "mixed operators": "x = " + " + a * ".join(["a"] * 3_000),
    "or": "x = " + " or ".join(["a"] * 20_000),
    "comparison": "x = " + " < ".join(["a"] * 20_000),
    "ternaries": "x = " + "a if b else " * 2_000 + "c",
    "lambdas": "x = " + "lambda: " * 2_000 + "0",
    "minus": "x = " + "-" * 5_000 + "1",
    "elifs": "if a:\n  x = 0\n" + "".join(f"elif a == {i}:\n  x = {i}\n" for i in range(3_000)),
    "functions": "\n".join("  " * i + f"def f{i}():" for i in range(60)) + "\n" + "  " * 60 + "pass",
    "ifs": "\n".join(" " * i + "if a:" for i in range(95)) + "\n" + " " * 95 + "pass",
    "quoted annotation": 'x: "' + "List[" * 3_000 + "]" * 3_000 + '"',
    "f-strings": "x = f'" + "{a}" * 5_000 + "'",
    "targets": "(" * 80 + "x" + ",)" * 80 + " = y",
    "subscripts": "x" + "[0]" * 3_000 + " = 1",
    "mutation chain": "x" + ".y()" * 3_000 + ".append(1)",
    "decorators": "@a\n" * 3_000 + "def f(): pass",
    "patterns": "match x:\n  case " + "[" * 60 + "y" + "]" * 60 + ": pass",
}  # fmt: skip


@pytest.mark.parametrize("shape", DEEP)
def test_deep_code_gives_facts_or_a_reason(shape: str) -> None:
    facts = extract("app.py", DEEP[shape].encode())
    assert (
        facts.scopes
        or facts.problems[0][1] in ("nested too deeply to be read", "too complex for the parser")
        or "parse" in facts.problems[0][1]
    )


def test_a_nul_byte_makes_it_no_text() -> None:
    assert extract("app.py", b"x = 1\n\0\n").problems[0][1] == "not a text file: it contains a NUL byte"


def test_a_file_in_another_encoding_than_it_says_cannot_be_decoded() -> None:
    assert extract("app.py", b"x = '\xe4'\n").problems[0][1].startswith("cannot be decoded: ")


def test_an_unknown_encoding_cannot_be_decoded() -> None:
    assert extract("app.py", b"# coding: klingon\nx = 1\n").problems[0][1].startswith("cannot be decoded: ")


def test_a_syntax_error_is_said_with_its_line_and_the_python_that_read_it() -> None:
    version = ".".join(str(part) for part in sys.version_info[:2])
    line, reason = extract("app.py", b"x = 1\nprint 'python 2'\n").problems[0]
    assert line == 2
    assert reason.startswith(f"does not parse as Python {version}: ")


@pytest.mark.parametrize("source", ["", "\n", "# only a comment\n", '"""Only a docstring."""\n', "\f", "\ufeff"])
def test_a_file_without_code_has_an_empty_module(source: str) -> None:
    facts = extract("app.py", source.encode())
    assert facts.problems == ()
    assert [scope.kind for scope in facts.scopes] == ["module"]


def test_a_number_of_a_hundred_thousand_digits_is_a_reason_or_a_value() -> None:
    assert is_answer(extract("app.py", b"x = " + b"9" * 100_000))
    assert is_answer(extract("app.py", b"x = 0x" + b"f" * 100_000))


def test_a_text_of_a_megabyte_is_kept_whole() -> None:
    value = facts_of(f"x = '{'a' * 1_000_000}'").scopes[0].bindings[0].value
    assert len(getattr(value, "value", "")) == 1_000_000


def test_a_list_of_a_hundred_thousand_numbers_is_cut_and_says_so() -> None:
    value = facts_of(f"x = [{', '.join('1' for _ in range(100_000))}]").scopes[0].bindings[0].value
    assert value is not None
    assert len(value.parts()) < 10_000
    assert "more items" in getattr(value.parts()[-1].parts()[0], "what", "")


def test_a_warning_of_the_parser_is_nobodys_business() -> None:
    facts_of("x = '\\d'\nassert (x, 'always true')\n1 is 1\n")
