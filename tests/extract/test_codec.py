"""Facts that went through the cache are the facts that were written."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linter.extract.codec import CodecError, dumps, loads
from linter.extract.python import extract
from linter.model.facts import Call, FileFacts

REAL_FILES = sorted(
    path for folder in (Path(os.__file__).parent, Path(__file__).parents[2] / "linter") for path in folder.rglob("*.py")
    if "site-packages" not in path.parts and "test" not in path.parts and path.stat().st_size < 60_000
)  # fmt: skip

extract("first.py", b"")  # raises the recursion limit, which hypothesis would otherwise see change under its hands


def same(one: object, other: object) -> bool:
    """Equal in every field, and shared where it was shared: an expression that two facts have in common is one object again."""
    twins: dict[int, object] = {}
    stack: list[tuple[Any, Any]] = [(one, other)]
    while stack:
        left, right = stack.pop()
        if type(left) is not type(right):
            return False
        if is_dataclass(left):
            if id(left) in twins:
                if twins[id(left)] is not right:
                    return False
                continue
            twins[id(left)] = right
            stack.extend((getattr(left, field.name), getattr(right, field.name)) for field in fields(left))
        elif isinstance(left, tuple):
            if len(left) != len(right):
                return False
            stack.extend(zip(left, right, strict=True))
        elif isinstance(left, dict):
            if list(left) != list(right):
                return False
            stack.extend((left[key], right[key]) for key in left)
        elif left != right and repr(left) != repr(right):  # not a number is not itself
            return False
    return True


def round_trip(facts: FileFacts) -> FileFacts:
    return loads(dumps(facts), facts.path)


@settings(max_examples=60, deadline=None)
@given(path=st.sampled_from(REAL_FILES))
def test_real_code_comes_back_as_it_was(path: Path) -> None:
    facts = extract("app.py", path.read_bytes())
    assert same(round_trip(facts), facts)


@settings(max_examples=60, deadline=None)
@given(path=st.sampled_from(REAL_FILES), data=st.data())
def test_so_does_code_with_lines_missing(path: Path, data: st.DataObject) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    start = data.draw(st.integers(0, len(lines)))
    end = data.draw(st.integers(start, len(lines)))
    facts = extract("app.py", b"".join(lines[:start] + lines[end:]))
    assert same(round_trip(facts), facts)


@pytest.mark.parametrize(
    "source",
    [
        "", "x = 1e999\ny = -0.0\nz = float('nan')\n", "name = '\\ud800'\n", "grüße = '😀'\n", "big = 0x" + "f" * 400 + "\n",
        "def f(*a, b: 'int' = 1, **k) -> str:\n    global g\n    g = lambda: a\n    return [x for x in a if x][1:2]\n",
        "from os import *\nimport a.b, c as d\n", "not python at all (",
    ],
)  # fmt: skip
def test_unusual_code(source: str) -> None:
    facts = extract("app.py", source.encode("utf-8", "surrogatepass"))
    assert same(round_trip(facts), facts)


def test_a_call_that_is_bound_is_the_same_object_as_the_call_in_the_list_of_calls() -> None:
    scope = round_trip(extract("app.py", b"client = OpenAI(timeout=3)\n")).scopes[0]
    assert isinstance(scope.bindings[0].value, Call)
    assert scope.bindings[0].value is scope.calls[0].call


def test_the_same_bytes_under_another_path_are_the_same_entry() -> None:
    text = dumps(extract("a.py", b"x = 1\n"))
    assert text == dumps(extract("b.py", b"x = 1\n"))
    assert loads(text, "c.py").path == "c.py"


def test_a_number_that_cannot_be_written_is_refused_rather_than_changed() -> None:
    with pytest.raises(CodecError):
        dumps(extract("app.py", b"huge = 0x" + b"f" * 5000))


@pytest.mark.parametrize("text", ["", "{}", "[]", "[1,2]", "null", "[999,[],[],[[],[],[],[]],[[],[],[],[],[]],[],[],[]]", "\x00"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(CodecError):
        loads(text, "app.py")


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_damaged_text_is_refused_or_gives_facts_but_nothing_else(data: st.DataObject) -> None:
    whole = json.loads(dumps(extract("app.py", b"def f(a):\n    b = g(a, c=1)\n    return b.d['e']\n")))
    part: Any = whole
    while isinstance(part, list) and part and data.draw(st.booleans() if part is not whole else st.just(True)):
        index = data.draw(st.integers(0, len(part) - 1))
        if not isinstance(part[index], list) or not part[index]:
            part[index] = data.draw(st.one_of(st.none(), st.integers(-5, 10_000), st.text(max_size=3), st.just([])))
            break
        part = part[index]
    with contextlib.suppress(CodecError):
        assert isinstance(loads(json.dumps(whole), "app.py"), FileFacts)
