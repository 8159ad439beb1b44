# ruff: noqa: E501 - one shape of code reads best on one line
"""However the code is made, an answer comes in bounded time: nothing doubles with each branch, each step or each call."""

from __future__ import annotations

import time

import pytest

from tests.infer.making import architecture, catalogue

SECONDS = 4
"""Of the processor: far more than any of them takes; a doubling takes minutes."""
MANIFEST = """
version: 1
system: claims
data:
  patient-record:
    class: regulated
    found_in: {types: [app.Patient], fields: [ssn], tables: [patients], files: ["data/**"]}
"""
HEAD = """
from openai import OpenAI
client = OpenAI()
class Patient:
    ssn: str
    name: str
def ask(text, model="gpt-4o", **options):
    return client.chat.completions.create(model=model, messages=[{"role": "user", "content": text}], **options)
"""


def branches(count: int, line: str) -> str:
    """A body in which each line stands in a branch of its own; `{i}` is its number."""
    return "".join(f"    if q.a{i}:\n        {line.format(i=i)}\n" for i in range(count))


def steps(count: int, line: str) -> str:
    return f"    {line}\n" * count


SHAPES = {
    "a model name that grows in branches": "def f(q):\n    m = 'a'\n" + branches(22, "m = m + '{i}'") + "    ask('hi', m)\n",
    "a query that grows in branches": "def f(q, db):\n    sql = 'SELECT * FROM patients WHERE 1'\n" + branches(22, "sql += ' AND a{i}'")
    + "    ask(str(db.execute(sql).fetchall()))\n",
    "a prompt that grows in branches": "def f(q, p: Patient):\n    s = 'x'\n" + branches(22, "s += f'{{p.name}} {i}'") + "    ask(s + p.ssn)\n",
    "a list that grows in branches": "def f(q, p: Patient):\n    s = []\n" + branches(22, "s.append(p.name)") + "    ask(' '.join(s))\n",
    "options that grow in branches": "def f(q):\n    o = {}\n" + branches(17, "o['k{i}'] = o.get('k')") + "    ask('hi', **o)\n",
    "a value that many attempts change": "def f(q):\n    s = q\n"
    + "".join(f"    try:\n        s = g{i}(s)\n    except Error:\n        s = s + 'x'\n" for i in range(40)) + "    ask(s)\n",
    "a text added to itself": "def f(q):\n    s = 'a'\n" + steps(22, "s = s + s") + "    ask('hi', s)\n",
    "a text formatted into itself": "def f(q):\n    s = 'a'\n" + steps(22, "s = f'{s}{s}'") + "    ask('hi', s)\n",
    "a text replaced by more": "def f(q):\n    s = 'a'\n" + steps(22, "s = s.replace('a', 'aa')") + "    ask('hi', s)\n",
    "a list added to itself": "def f(q):\n    s = ['a']\n" + steps(22, "s = s + s") + "    ask(str(s))\n",
    "a list that takes itself twice": "def f(q):\n    s = ['a']\n" + steps(22, "s = [*s, *s]") + "    ask(str(s))\n",
    "a list extended by itself": "def f(q):\n    s = ['a']\n" + steps(22, "s.extend(s)") + "    ask(str(s))\n",
    "a dictionary that takes itself twice": "def f(q):\n    s = {'a': 1}\n" + steps(20, "s = {**s, **s}") + "    ask(str(s))\n",
    "a pair of itself": "def f(q):\n    s = (1, 2)\n" + steps(60, "s = (s, s)") + "    ask(str(s[0][1]))\n",
    "a huge number": "def f(q):\n    n = 10\n" + steps(60, "n = n * n") + "    ask(str(n ** 1000) + 'a' * n + '9'.zfill(10 ** 12))\n",
    "calls of functions that call twice": "def d(x):\n    return x + x\ndef f(q):\n    s = q\n" + steps(40, "s = d(s)") + "    ask(s)\n",
    "functions that call two others": "".join(f"def f{i}(x):\n    return f{i * 7 % 200}(x) or f{i * 13 % 200}(x)\n" for i in range(200)) + "ask(f0('hi'))\n",
    "classes that make each other": "".join(
        f"class C{i}:\n    def __init__(self):\n        self.n = C{(i + 1) % 100}()\n        self.p = C{i * 3 % 100}()\n"
        "    def run(self):\n        return self.n.run() or self.p.run()\n" for i in range(100)
    ) + "ask(C0().run())\n",
    "hundreds of subclasses": "class B:\n    model = 'a'\n    def run(self):\n        return ask('hi', self.model)\n"
    + "".join(f"class C{i}(B):\n    model = 'm{i}'\n" for i in range(500)),
    "hundreds of callers": "".join(f"def f{i}(x):\n    return ask(x, 'm{i}')\n" for i in range(500)),
    "hundreds of places that change one list": "turns = []\n" + "".join(f"def f{i}(x):\n    turns.append(x)\n" for i in range(500)) + "ask(str(turns))\n",
    "decorators around decorated functions": "def d(work):\n    def w(*a):\n        return work(*a)\n    return w\ndef f0(x):\n    return x\n"
    + "".join(f"@d\ndef f{i}(x):\n    return f{i - 1}(x)\n" for i in range(1, 200)) + "ask(f199('hi'))\n",
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_an_answer_comes_in_time(shape: str) -> None:
    catalogue()
    start = time.process_time()
    architecture({"app.py": HEAD + SHAPES[shape]}, MANIFEST)
    assert time.process_time() - start < SECONDS


def test_what_is_cut_is_not_certain() -> None:
    """Six choices of two are sixty-four models; some are shown, and it is said that there are more."""
    source = HEAD + "def f(q):\n    m = 'a'\n" + branches(6, "m = m + '{i}'") + "    ask('hi', m)\n"
    model = next(site for site in architecture(source).sites if site.kind.value == "inference").get("model")
    assert model.values
    assert model.because is not None
    assert "possible values" in model.because
