"""The architecture is the same however the code is arranged: renamed, wrapped, moved to another module, in any order of files."""

from __future__ import annotations

import keyword
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linter.extract.python import extract
from linter.infer.build import infer
from linter.link.program import Program
from tests.infer.making import architecture, catalogue

extract("first.py", b"")  # raises the recursion limit, which hypothesis would otherwise see change under its hands
infer(Program([extract("first.py", b"x = 1")]), catalogue())

SHOWN = ("provider", "hosting", "endpoint", "model", "max_output", "temperature", "timeout", "stream", "context", "rag")


@dataclass(frozen=True)
class Wish:
    """One client and one call: what the program shall do, however it is written."""

    client: str
    options: str
    model: str
    arguments: str
    names: tuple[str, ...]
    """Identifiers for whatever has to be named."""

    @property
    def made(self) -> str:
        """The construction of the client, without its class."""
        return f"({self.options})"

    @property
    def more(self) -> str:
        """The arguments of the call behind others."""
        return f", {self.arguments}" if self.arguments else ""

    def call(self, client: str, model: str = "") -> str:
        """The call on an expression for the client."""
        return f"{client}.chat.completions.create(model={model or repr(self.model)}, messages={MESSAGES}{self.more})"


MESSAGES = '[{"role": "user", "content": question}]'


def sites_of(files: dict[str, str]) -> list[tuple[object, ...]]:
    """The sites without their places."""
    found = architecture(files).sites
    return sorted(
        (s.kind.value, s.call, *((n, s.get(n).state.value, s.get(n).values, s.get(n).default) for n in SHOWN)) for s in found
    )


def code(*lines: str) -> str:
    return "\n".join(lines) + "\n"


NAMES = st.from_regex(r"[a-z]{2,8}(_[a-z]{1,5})?", fullmatch=True).filter(
    lambda name: (
        not keyword.iskeyword(name) and name not in ("openai", "client", "model", "answer", "self", "question", "options")
    )
)
WISHES = st.builds(
    Wish,
    client=st.sampled_from(["OpenAI", "AsyncOpenAI", "AzureOpenAI"]),
    options=st.sampled_from(
        [
            "",
            "timeout=20",
            'base_url="http://localhost:8000/v1"',
            'base_url="https://api.groq.com/openai/v1", timeout=5',
            "max_retries=0",
        ]
    ),
    model=st.sampled_from(["gpt-4o", "llama-3.1-8b", "o1"]),
    arguments=st.sampled_from(
        ["", "max_tokens=300", "temperature=0", "max_tokens=10, temperature=0.5", "stream=True", "timeout=3"]
    ),
    names=st.lists(NAMES, min_size=5, max_size=5, unique=True).map(tuple),
)


def plain(w: Wish) -> dict[str, str]:
    return {
        "app.py": code(
            f"from openai import {w.client}",
            f"client = {w.client}{w.made}",
            "def answer(question):",
            f"    return {w.call('client')}",
        )
    }


def renamed(w: Wish) -> dict[str, str]:
    a, b, c, *_ = w.names
    return {
        "app.py": code(
            f"from openai import {w.client} as {a}", f"{b} = {a}{w.made}", f"def {c}(question):", f"    return {w.call(b)}"
        )
    }


def through_the_module(w: Wish) -> dict[str, str]:
    a, b, *_ = w.names
    return {
        "app.py": code(
            f"import openai as {a}", f"{b} = {a}.{w.client}{w.made}", "def answer(question):", f"    return {w.call(b)}"
        )
    }


def in_a_factory(w: Wish) -> dict[str, str]:
    a, *_ = w.names
    return {
        "app.py": code(
            f"from openai import {w.client}",
            f"def {a}():",
            f"    return {w.client}{w.made}",
            "def answer(question):",
            f"    return {w.call(a + '()')}",
        )
    }


def in_a_class(w: Wish) -> dict[str, str]:
    a, b, c, d, _ = w.names
    return {
        "app.py": code(
            f"from openai import {w.client}",
            f"class {a.title()}:",
            "    def __init__(self):",
            f"        self.{b} = {w.client}{w.made}",
            f"    def {c}(self, question):",
            f"        return {w.call('self.' + b)}",
            f"{d} = {a.title()}()",
        )
    }


def given_to_a_class(w: Wish) -> dict[str, str]:
    a, b, c, d, _ = w.names
    return {
        "app.py": code(
            f"from openai import {w.client}",
            f"class {a.title()}:",
            f"    def __init__(self, {b}):",
            f"        self.{b} = {b}",
            f"    def {c}(self, question):",
            f"        return {w.call('self.' + b)}",
            f"{d} = {a.title()}({w.client}{w.made})",
        )
    }


def in_two_modules(w: Wish) -> dict[str, str]:
    a, b, c, *_ = w.names
    return {
        f"{a}.py": code(f"from openai import {w.client}", f"{b} = {w.client}{w.made}"),
        f"{c}.py": code(f"from {a} import {b}", "def answer(question):", f"    return {w.call(b)}"),
    }


def in_a_package(w: Wish) -> dict[str, str]:
    a, b, c, d, _ = w.names
    return {
        f"{a}/__init__.py": f"from .{b} import {c}\n",
        f"{a}/{b}.py": code(f"from openai import {w.client}", f"def {c}():", f"    return {w.client}{w.made}"),
        f"{a}/{d}.py": code(f"from . import {c}", "def answer(question):", f"    return {w.call(c + '()')}"),
    }


def with_a_constant(w: Wish) -> dict[str, str]:
    a, b, *_ = w.names
    return {
        f"{b}.py": f"{a.upper()} = {w.model!r}\n",
        "app.py": code(
            f"from openai import {w.client}",
            f"import {b}",
            f"client = {w.client}{w.made}",
            "def answer(question):",
            f"    return {w.call('client', f'{b}.{a.upper()}')}",
        ),
    }


def with_options_in_a_dictionary(w: Wish) -> dict[str, str]:
    name = w.names[0].upper()
    return {
        "app.py": code(
            f"from openai import {w.client}",
            f"client = {w.client}(**dict{w.made})",
            f"{name} = dict(model={w.model!r}{w.more})",
            "def answer(question):",
            f"    return client.chat.completions.create(messages={MESSAGES}, **{name})",
        )
    }


def behind_a_wrapper(w: Wish) -> dict[str, str]:
    a, b, *_ = w.names
    return {
        "app.py": code(
            f"from openai import {w.client}",
            f"from {b} import {a}",
            f"client = {w.client}{w.made}",
            "def answer(question):",
            f"    return {a}(client, question, {w.model!r}{w.more})",
        ),
        f"{b}.py": code(
            f"def {a}(client, question, model, **options):",
            f"    return client.chat.completions.create(model=model, messages={MESSAGES}, **options)",
        ),
    }


ARRANGEMENTS: list[Callable[[Wish], dict[str, str]]] = [
    renamed, through_the_module, in_a_factory, in_a_class, given_to_a_class, in_two_modules, in_a_package, with_a_constant,
    with_options_in_a_dictionary, behind_a_wrapper,
]  # fmt: skip


@pytest.mark.parametrize("arrange", ARRANGEMENTS, ids=lambda one: one.__name__)
@settings(max_examples=25)
@given(wish=WISHES)
def test_the_sites_are_the_same_however_the_code_is_arranged(arrange: Callable[[Wish], dict[str, str]], wish: Wish) -> None:
    assert sites_of(arrange(wish)) == sites_of(plain(wish))


@settings(max_examples=40)
@given(wish=WISHES, arrange=st.sampled_from([in_two_modules, in_a_package, with_a_constant, behind_a_wrapper]), data=st.data())
def test_the_order_of_files_does_not_matter(wish: Wish, arrange: Callable[[Wish], dict[str, str]], data: st.DataObject) -> None:
    files = arrange(wish)
    shuffled = {path: files[path] for path in data.draw(st.permutations(sorted(files)))}
    assert architecture(shuffled) == architecture(files)


@settings(max_examples=25)
@given(wish=WISHES, arrange=st.sampled_from(ARRANGEMENTS))
def test_other_files_change_nothing(wish: Wish, arrange: Callable[[Wish], dict[str, str]]) -> None:
    noise = {
        "zz_other.py": ("import json\n"
"class Shop:\n"
"    def __init__(self, client):\n"
"        self.client = client\n"
"    def answer(self, question):\n"
"        return self.client.chat(question)\n"),
        "zz_tools/__init__.py": "", "zz_tools/openai_prices.py": "client = {'gpt-4o': 1}\ndef answer(question): ...\n",
    }  # fmt: skip
    assert sites_of({**arrange(wish), **noise}) == sites_of(arrange(wish))


@settings(max_examples=25)
@given(wish=WISHES, arrange=st.sampled_from([plain, *ARRANGEMENTS]))
def test_the_same_files_give_the_same_architecture(wish: Wish, arrange: Callable[[Wish], dict[str, str]]) -> None:
    assert architecture(arrange(wish)) == architecture(arrange(wish))
