"""A call behind a test of a parameter: only what leads there counts."""

from __future__ import annotations

import pytest

from linter.model.architecture import State
from tests.infer.making import sites, words

HEAD = """
import os
from enum import StrEnum
from anthropic import Anthropic
from langchain_anthropic import ChatAnthropic
from langchain_openai import ChatOpenAI
from openai import OpenAI

class OpenAIName(StrEnum):
    FAST = "gpt-4o-mini"
    BEST = "gpt-4o"

class ClaudeName(StrEnum):
    BEST = "claude-sonnet-4-5"

MODELS = {OpenAIName.FAST: "gpt-4o-mini", OpenAIName.BEST: "gpt-4o", ClaudeName.BEST: "claude-sonnet-4-5"}
"""
BY_TABLE = """
def make(name):
    model = MODELS[name]
    if name in OpenAIName:
        return ChatOpenAI(model=model)
    if name in ClaudeName:
        return ChatAnthropic(model=model)
    raise ValueError(name)
"""
BY_PAIR = """
def ask(provider, model, prompt):
    if provider == "openai":
        return OpenAI().chat.completions.create(model=model, messages=[{"role": "user", "content": prompt}])
    return Anthropic().messages.create(model=model, max_tokens=100, messages=[{"role": "user", "content": prompt}])
"""


def models(code: str, kind: str = "client") -> list[set[str]]:
    """The models of each site of a kind, as far as they are known."""
    return [{str(v) for v in site.get("model").values} for site in sites(HEAD + code, kind)]


@pytest.mark.parametrize(
    "name", ["name", "os.environ['MODEL']", "request.json['model']", "OpenAIName.FAST if cheap else ClaudeName.BEST"]
)
def test_a_table_gives_what_the_test_before_it_lets_through(name: str) -> None:
    openai, claude = models(f"{BY_TABLE}\ndef handle(name, request, cheap):\n    return make({name})\n")
    assert openai and openai <= {"gpt-4o-mini", "gpt-4o"}
    assert claude == {"claude-sonnet-4-5"}


def test_each_caller_brings_its_own_model() -> None:
    calls = 'ask("openai", "gpt-4o", "hi")\nask("anthropic", "claude-sonnet-4-5", "hi")\n'
    assert models(BY_PAIR + calls, "inference") == [{"gpt-4o"}, {"claude-sonnet-4-5"}]


def test_a_provider_that_nobody_knows_leaves_the_model_of_every_caller() -> None:
    calls = 'ask(os.environ["A"], "gpt-4o", "hi")\nask(os.environ["B"], "o1", "hi")\n'
    assert models(BY_PAIR + calls, "inference")[0] == {"gpt-4o", "o1"}


def test_a_call_that_no_caller_reaches_is_there_and_claims_no_model_of_others() -> None:
    found = sites(HEAD + BY_PAIR + 'ask("openai", "gpt-4o", "hi")\nask("openai", "o1", "hi")\n', "inference")[-1]
    assert words(found.get("provider")) == "anthropic"
    assert found.get("model").state is State.UNKNOWN


def test_objects_of_an_own_class_are_told_apart_by_what_they_were_made_with() -> None:
    code = """
class Chat:
    def __init__(self, provider, model):
        if provider == "openai":
            self.llm = ChatOpenAI(model=model)
        else:
            self.llm = ChatAnthropic(model=model)

fast = Chat("openai", "gpt-4o-mini")
good = Chat("anthropic", "claude-sonnet-4-5")
"""
    assert models(code) == [{"gpt-4o-mini"}, {"claude-sonnet-4-5"}]
