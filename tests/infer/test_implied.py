"""What a framework takes by itself because it is given nothing."""

from __future__ import annotations

import pytest

from tests.infer.making import sites, words

INDEX = """
    from llama_index.core import Settings, VectorStoreIndex
    from llama_index.embeddings.ollama import OllamaEmbedding
    from llama_index.llms.ollama import Ollama
    def ask(documents, question, embedder):
        index = VectorStoreIndex.from_documents(documents)
        return index.as_query_engine().query(question)
"""


def implied(code: str) -> list[str]:
    """`line what: provider`"""
    return [f"{site.place.line} {one.what}: {words(one.provider)}" for site in sites(code) for one in site.implied]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("", ""), ["6 embedding model: openai", "7 model: openai"]),
        (("def ask", 'Settings.llm = Ollama(model="llama3.1")\n    def ask'), ["7 embedding model: openai"]),
        (("(documents)\n", '(documents, embed_model=OllamaEmbedding(model_name="nomic"))\n'), ["7 model: openai"]),
        (("(documents)\n", "(documents, embed_model=embedder)\n"), ["7 model: openai"]),
    ],
)
def test_what_is_not_given_is_the_frameworks(change: tuple[str, str], said: list[str]) -> None:
    assert implied(INDEX.replace(*change)) == said


def test_a_vendors_own_sdk_asks_the_vendor() -> None:
    code = """
        from agents import Agent, Runner
        def ask(question):
            return Runner.run_sync(Agent(name="Helper"), question)
    """
    assert implied(code) == []
