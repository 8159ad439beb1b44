"""Raw requests to model endpoints are sites: by their address, or by what is in their body."""

from __future__ import annotations

import pytest

from tests.infer.making import kinds, model_call, said, sites, words

BODY = '{"model": "llama3", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 50, "temperature": 0}'


@pytest.mark.parametrize(
    "request_",
    [
        "requests.post({url}, json={body}, timeout=20)",
        "requests.post(url={url}, data=json.dumps({body}), timeout=20)",
        "requests.request('POST', {url}, json={body}, timeout=20)",
        "requests.Session().post({url}, json={body}, timeout=20)",
        "httpx.post({url}, json={body}, timeout=20)",
        "httpx.Client(timeout=20).post({url}, json={body})",
        "httpx.Client(base_url='http://localhost:8000', timeout=20).post('/v1/chat/completions', json={body})",
        "httpx.stream('POST', {url}, json={body}, timeout=20)",
        "urllib.request.urlopen(urllib.request.Request({url}, data=json.dumps({body}).encode()), timeout=20)",
    ],
)
def test_a_request_to_a_known_path_is_an_inference(request_: str) -> None:
    call = request_.format(url='"http://localhost:8000/v1/chat/completions"', body=BODY)
    site = model_call(f"import json, requests, httpx, urllib.request\n{call}\n")
    assert site.via == "http"
    assert (
        " ".join(words(site.get(name)) for name in ("model", "max_output", "temperature", "hosting")) == "llama3 50 0 self-hosted"
    )


def test_an_asynchronous_request_of_aiohttp() -> None:
    site = model_call(f"""
        import aiohttp
        async def ask():
            async with aiohttp.ClientSession() as session:
                async with session.post("http://localhost:11434/api/chat", json={BODY}) as reply:
                    return await reply.json()
    """)
    assert words(site.get("hosting")) == "self-hosted"
    assert words(site.get("model")) == "llama3"


@pytest.mark.parametrize(
    ("url", "provider", "hosting"),
    [
        ("https://api.openai.com/v1/chat/completions", "openai", "external"),
        ("https://api.anthropic.com/v1/messages", "anthropic", "external"),
        ("http://localhost:11434/api/generate", "ollama", "self-hosted"),
        ("http://ollama:11434/api/chat", "ollama", "self-hosted"),
        (
            "https://contoso.openai.azure.com/openai/deployments/x/chat/completions?api-version=2024-02-01",
            "azure-openai",
            "cloud-tenant",
        ),
        ("https://generativelanguage.googleapis.com/v1beta/models/gemini-pro:generateContent", "google", "external"),
    ],
)
def test_the_address_tells_who_serves(url: str, provider: str, hosting: str) -> None:
    site = model_call(f'import requests\nrequests.post("{url}", json={BODY})\n')
    assert (words(site.get("provider")), words(site.get("hosting"))) == (provider, hosting)


def test_the_address_may_be_put_together() -> None:
    source = f"""
        import os, requests
        BASE = os.environ.get("LLM_URL", "http://localhost:8000")
        def ask(path="/v1/chat/completions"):
            return requests.post(f"{{BASE}}/v1/chat/completions", json={BODY})
    """
    assert said(source, "hosting") == "~self-hosted"


def test_a_body_that_is_built_step_by_step() -> None:
    source = """
        import requests
        def ask(question):
            body = {"model": "llama3"}
            body["messages"] = [{"role": "user", "content": question}]
            body.update(max_tokens=50)
            return requests.post("http://localhost:8000/v1/chat/completions", json=body)
    """
    assert said(source, "model", "max_output") == "llama3 50"


@pytest.mark.parametrize(
    "body",
    [
        '{"model": "llama3", "messages": []}',
        '{"model": "llama3", "prompt": "hi"}',
        '{"prompt": "hi", "max_tokens": 50}',
        '{"inputs": "hi", "max_new_tokens": 50}',
        '{"inputs": "hi", "parameters": {"max_new_tokens": 50}}',
    ],
)
def test_a_body_with_a_prompt_is_an_inference_wherever_it_goes(body: str) -> None:
    model_call(f"import os, requests\nrequests.post(os.environ['URL'], json={body})\n")


@pytest.mark.parametrize(
    "call",
    [
        'requests.post("https://api.stripe.com/v1/charges", json={"amount": 5})',
        'requests.get("https://example.com/chat")',
        'requests.post("https://hooks.slack.com/services/x", json={"text": "hi", "messages": []})',
        'requests.post(url, json={"model": "Golf", "year": 2020})',
        'requests.post(url, json={"messages": ["a"]})',
        "requests.post(url, json=payload)",
        'requests.post("https://example.com/api/search", json={"prompt": "x"})',
    ],
)
def test_other_requests_are_no_sites(call: str) -> None:
    assert kinds(f"import requests\ndef f(url, payload):\n    return {call}\n") == []


def test_embeddings_over_http_are_embeddings() -> None:
    assert kinds(
        "import requests\n"
        'requests.post("https://api.openai.com/v1/embeddings", json={"model": "text-embedding-3-small", "input": "a"})\n'
    ) == ["2 embedding"]


def test_a_wrapper_around_requests_is_followed() -> None:
    source = """
        import requests
        class Llm:
            def __init__(self, base):
                self.base = base
            def _post(self, path, body):
                return requests.post(self.base + path, json=body, timeout=20)
            def ask(self, question):
                return self._post("/v1/chat/completions", {"model": "llama3", "messages": [question]})
        Llm("http://localhost:8000").ask("hi")
    """
    assert said(source, "model", "hosting", "timeout") == "llama3 self-hosted 20"


def test_a_helper_that_gets_as_well_as_posts_asks_only_where_it_posts() -> None:
    source = """
        import requests

        class Client:
            base = "https://api.openai.com/v1"

            def send(self, method, path, body=None):
                if method == "GET":
                    return requests.get(f"{self.base}{path}", headers={})
                return requests.post(f"{self.base}{path}", json=body)

            def ask(self, turns):
                return self.send("POST", "/chat/completions", {"model": "gpt-4o", "messages": turns})

            def models(self):
                return self.send("GET", "/models")
    """
    assert [one.call for one in sites(source, "inference")] == ["requests.post"]


def test_a_body_with_a_message_and_a_history_asks_a_model() -> None:
    body = '{"model": "command-r", "message": text, "chat_history": turns}'
    source = f"import requests\ndef ask(url, text, turns):\n    return requests.post(url, json={body})\n"
    assert [one.get("model").values for one in sites(source, "inference")] == [("command-r",)]
    other = '{"model": "T-1000", "message": text}'
    assert sites(source.replace(body, other), "inference") == []


def test_each_of_several_addresses_has_its_own_answerer() -> None:
    code = """
        import requests
        def ask(url, prompt):
            return requests.post(url, json={"model": "m", "messages": [{"role": "user", "content": prompt}]})
        ask("https://api.openai.com/v1/chat/completions", "a")
        ask("http://localhost:11434/v1/chat/completions", "b")
    """
    [call] = sites(code, "inference")
    pairs = {(way["provider"].values, way["hosting"].values) for way in call.ways}
    assert pairs == {(("openai",), ("external",)), (("ollama",), ("self-hosted",))}
