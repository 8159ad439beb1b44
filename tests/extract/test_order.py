"""Facts come in the order of the code, the same in every process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from linter.extract.codec import dumps
from linter.extract.python import extract
from linter.model import facts as f
from tests.extract.making import facts_of

ROOT = Path(__file__).resolve().parents[2]
SOURCE = """
def outer():
    global one, two, three, four
    for i in rows:
        one, two, three, four, five = six = i
        try:
            seven = eight = {nine for nine in five}
        except Error:
            seven = one
    return five, seven, eight
"""


def test_scopes_come_as_a_reader_meets_them() -> None:
    facts = facts_of("""
        f = lambda: 0
        class A:
            def a(self):
                def inner(): ...
        def b(): ...
    """)
    assert [scope.qualname for scope in facts.scopes] == ["", "<lambda>", "A", "b", "A.a", "A.a.inner"]


def test_calls_come_as_python_runs_them() -> None:
    facts = facts_of("a(b(), c=d())(e()).f(g())\n")
    names = [func.name for site in facts.scopes[0].calls if isinstance(func := site.call.func, f.Name | f.Attr)]
    assert names == ["b", "d", "a", "e", "g", "f"]


def test_the_loops_around_a_call_are_told_outermost_first() -> None:
    facts = facts_of("""
        for a in first:
            while second:
                [call(c) for c in third]
    """)
    module = facts.scopes[0]
    site = next(site for site in module.calls)
    assert [getattr(module.loops[i].over, "name", "") for i in site.loops] == ["first", "second", "third"]


def test_the_order_does_not_hang_on_the_hashes_of_names() -> None:
    program = (
        "from linter.extract.codec import dumps\n"
        "from linter.extract.python import extract\n"
        f"print(dumps(extract('a.py', {SOURCE!r}.encode())))\n"
    )
    here = dumps(extract("a.py", SOURCE.encode()))
    for seed in ("1", "2"):
        env = {**os.environ, "PYTHONHASHSEED": seed}
        there = subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, env=env, capture_output=True, text=True, check=True
        ).stdout.strip()
        assert there == here
