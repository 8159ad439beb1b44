"""A factory of several vendors that looks the model up in one table hands each vendor only its own."""

from __future__ import annotations

import pytest

from tests.infer.making import sites, words

FACTORY = """
    import os
    from enum import StrEnum
    from langchain_anthropic import ChatAnthropic
    from langchain_openai import ChatOpenAI
    class OpenAIName(StrEnum):
        SMALL = "gpt-4o-mini"
        LARGE = "gpt-4o"
    class AnthropicName(StrEnum):
        HAIKU = "claude-3-5-haiku-20241022"
    TABLE = {name: name.value for name in OpenAIName} | {AnthropicName.HAIKU: "claude-3-5-haiku-20241022"}
    def make(name, base=None):
        model = TABLE.get(name)
        if name in OpenAIName:
            return ChatOpenAI(model=model)
        if base:
            return ChatOpenAI(model=model, base_url=os.environ["GATEWAY"])
        return ChatAnthropic(model=model)
"""


@pytest.mark.parametrize(
    ("line", "models"),
    [
        ("ChatOpenAI(model=model)", "gpt-4o-mini|gpt-4o"),
        ("ChatAnthropic(model=model)", "claude-3-5-haiku-20241022"),
        ("base_url", "gpt-4o-mini|gpt-4o|claude-3-5-haiku-20241022"),
    ],
)
def test_each_vendor_gets_its_own_models(line: str, models: str) -> None:
    number = next(n for n, text in enumerate(FACTORY.split("\n"), 1) if line in text)
    site = next(one for one in sites(FACTORY, "client") if one.place.line == number)
    assert words(site.get("model")).removeprefix("~") == models


def test_a_single_model_of_another_maker_is_told_as_it_stands() -> None:
    source = """
        from openai import OpenAI
        OpenAI().chat.completions.create(model="claude-3-5-haiku-20241022", messages=[])
    """
    assert words(sites(source, "inference")[0].get("model")) == "claude-3-5-haiku-20241022"


def test_what_is_loaded_in_the_process_is_no_vendors_model() -> None:
    code = """
        from langchain_huggingface import HuggingFaceEmbeddings
        from langchain_openai import OpenAIEmbeddings
        def make(kind, model):
            if kind == "openai":
                return OpenAIEmbeddings(model=model)
            return HuggingFaceEmbeddings(model_name=model)
        hosted = make("openai", "text-embedding-3-small")
        own = make("local", "BAAI/bge-small-en-v1.5")
    """
    found = {one.via: words(one.get("model")) for one in sites(code, "embedding")}
    assert found["langchain-huggingface"] == "BAAI/bge-small-en-v1.5"
