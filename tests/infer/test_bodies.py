# ruff: noqa: E501 - the code that is read stands as it is written
"""Requests to addresses that nobody knows: the keys of the body, and the name of the model, say what is asked for."""

from __future__ import annotations

import pytest

from tests.infer.making import sites, words

RERANKS = [
    '{"model": "bge-reranker-v2-m3", "query": q, "documents": docs, "top_n": 5}',
    '{"query": q, "documents": docs, "return_documents": False}',
    '{"model": "x", "query": q, "passages": docs}',
    '{"query": q, "docs": list(docs)}',
]
EMBEDS = [
    '{"model": "nomic-embed-text", "input": texts}',
    '{"model": "BAAI/bge-m3", "texts": texts}',
    '{"model": os.getenv("MODEL", "intfloat/e5-base"), "inputs": texts}',
    '{"model": "text-embedding-3-small", "input": texts, "dimensions": 256}',
    '{"texts": texts, "input_type": "search_document"}',
]
NEITHER = [
    '{"query": q, "limit": 5}',
    '{"query": q, "documents": docs, "session": "a"}',
    '{"model": "tts-1", "input": text, "voice": "alloy"}',
    '{"model": "omni-moderation-latest", "input": text}',
    '{"model": "Golf", "text": "a car"}',
    '{"model": os.environ["MODEL"], "input": texts}',
]


def found(body: str) -> list[str]:
    """Kinds of the sites of one request."""
    return [
        site.kind.value
        for site in sites(
            f"import os\nimport requests\ndef ask(url, q, docs, texts, text):\n    return requests.post(url, json={body}).json()\n"
        )
    ]


@pytest.mark.parametrize("body", RERANKS)
def test_a_query_with_documents_is_reranking(body: str) -> None:
    assert found(body) == ["rerank"]


@pytest.mark.parametrize("body", EMBEDS)
def test_texts_for_a_model_that_is_called_after_embedding(body: str) -> None:
    assert found(body) == ["embedding"]


@pytest.mark.parametrize("body", NEITHER)
def test_another_body_is_none(body: str) -> None:
    assert found(body) == []


def test_who_serves_it_is_unknown_and_the_model_known() -> None:
    site = sites(
        "import httpx\ndef rank(url, q, docs):\n    return httpx.post(url, json={'model': 'bge-reranker-v2-m3', 'query': q, 'documents': docs, 'top_n': 5})\n"
    )[0]
    assert [words(site.get(name)) for name in ("provider", "hosting", "model", "top_k")] == [
        "unknown",
        "unknown",
        "bge-reranker-v2-m3",
        "5",
    ]


def test_a_joined_address_is_read() -> None:
    source = 'import os, requests\nfrom urllib.parse import urljoin\nBASE = os.getenv("OLLAMA_URL", "http://localhost:11434")\nrequests.post(urljoin(BASE, "/api/embed"), json={"model": "m", "input": "a"})\n'
    site = sites(source)[0]
    assert (site.kind.value, words(site.get("endpoint"))) == ("embedding", "~http://localhost:11434/api/embed")


def test_a_body_that_is_made_bytes_in_two_steps() -> None:
    source = """
        import json, urllib.request
        def payload(text, key):
            return {"texts": [text], "input_type": "search_document"}, {"Authorization": key}
        def embed(url, text, key):
            data, headers = payload(text, key)
            body = str.encode(json.dumps(data))
            return urllib.request.urlopen(urllib.request.Request(url, body, headers)).read()
    """
    assert [site.kind.value for site in sites(source)] == ["embedding"]
