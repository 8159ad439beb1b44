# ruff: noqa: E501 - the code that is read stands as it is written
"""The repository's own model classes: served by what their methods call, never by their name."""

from __future__ import annotations

import pytest

from linter.model.architecture import Site, State
from tests.infer.making import model_call, sites, words

HEAD = """
import json
import os
import boto3
import requests
from anthropic import Anthropic
from langchain_core.embeddings import Embeddings
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.language_models.llms import LLM
from langchain_core.prompts import PromptTemplate
from langchain_ollama import ChatOllama
from langchain_openai import ChatOpenAI
from openai import OpenAI
"""
CHAT = '"messages": [{"role": "user", "content": prompt}]'
LOCAL = f'requests.post("http://localhost:8000/v1/chat/completions", json={{"model": "qwen", {CHAT}}}, timeout=9)'
PUBLIC = f'requests.post("https://api.openai.com/v1/chat/completions", json={{"model": "gpt-4o", {CHAT}}}, timeout=9)'


def own(body: str, base: str = "LLM", name: str = "Own", method: str = "_call") -> str:
    """A class of that base, whose method does something with `prompt`."""
    lines = "\n".join("        " + line for line in body.split("\n"))
    return f"class {name}({base}):\n    def {method}(self, prompt, stop=None, **more):\n{lines}\n"


def used(code: str, use: str = 'Own().invoke("hi")') -> Site:
    """The last call of a model in a module with these classes."""
    return sites(f"{HEAD}{code}\n{use}\n", "inference")[-1]


def serving(site: Site) -> tuple[str, str, str]:
    """Provider, hosting and model, in words."""
    return words(site.get("provider")), words(site.get("hosting")), words(site.get("model"))


BEDROCK = 'boto3.client("bedrock-runtime")'
SERVED = {
    "a request": (f"return {PUBLIC}.json()", ("openai", "external", "gpt-4o")),
    "a request to a server of one's own": (f"return {LOCAL}.json()", ("local", "self-hosted", "qwen")),
    "boto3": (
        f'client = {BEDROCK}\nreturn client.converse(modelId="meta.llama3-8b-instruct-v1:0", messages=[])',
        ("bedrock", "cloud-tenant", "meta.llama3-8b-instruct-v1:0"),
    ),
    "boto3 with a body": (
        f'body = json.dumps({{"inputText": prompt}})\nreturn {BEDROCK}.invoke_model(modelId="amazon.titan-text-lite-v1", body=body)',
        ("bedrock", "cloud-tenant", "amazon.titan-text-lite-v1"),
    ),
    "an endpoint of SageMaker": (
        'runtime = boto3.client("sagemaker-runtime")\n'
        'return runtime.invoke_endpoint(EndpointName="claims", Body=json.dumps({"inputs": prompt}))',
        ("sagemaker", "cloud-tenant", "claims"),
    ),
    "an SDK": (
        'return OpenAI().chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": prompt}])',
        ("openai", "external", "gpt-4o"),
    ),
    "an SDK at an address": (
        'client = OpenAI(base_url="http://vllm:8000/v1")\nreturn client.chat.completions.create(model="qwen", messages=[])',
        ("local", "self-hosted", "qwen"),
    ),
    "a model in the process": (
        'from transformers import pipeline\nreturn pipeline("text-generation", model="gpt2")(prompt)',
        ("huggingface", "in-process", "gpt2"),
    ),
    "another model object": ('return ChatOllama(model="llama3").invoke(prompt)', ("ollama", "self-hosted", "llama3")),
}  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), SERVED.values(), ids=SERVED)
def test_an_own_class_is_served_by_what_its_method_calls(body: str, expected: tuple[str, str, str]) -> None:
    assert serving(used(own(body))) == expected


@pytest.mark.parametrize(("body", "expected"), SERVED.values(), ids=SERVED)
def test_making_one_is_a_client_of_the_same(body: str, expected: tuple[str, str, str]) -> None:
    client = next(one for one in sites(f"{HEAD}{own(body)}llm = Own()\n", "client") if one.via == "langchain-core")
    assert serving(client) == expected


def test_the_limits_of_the_request_are_those_of_the_model() -> None:
    site = used(
        own(f'return requests.post("http://tgi/v1/chat/completions", json={{"model": "m", "max_tokens": 50, {CHAT}}}, timeout=9)')
    )
    assert (words(site.get("timeout")), words(site.get("max_output"))) == ("9", "50")


@pytest.mark.parametrize("base", ["LLM", "BaseChatModel"])
@pytest.mark.parametrize("method", ["_call", "_generate", "_acall", "_agenerate"])
def test_whichever_method_asks(base: str, method: str) -> None:
    assert serving(used(own(f"return {PUBLIC}", base, method=method))) == ("openai", "external", "gpt-4o")


WAYS = {
    "in a method of its own": own("return self._ask(prompt)\ndef unused(self): ...").replace(
        "        def unused", "    def unused"
    )
    + f"    def _ask(self, prompt):\n        return {PUBLIC}\n",
    "in a base of the repository": own(f"return {PUBLIC}", name="Base") + "class Own(Base):\n    pass\n",
    "in a base that a subclass hands a prompt to": own(f"return {PUBLIC}", name="Base")
    + own("return super()._call(prompt.strip())", base="Base"),
    "by a client that is a field": "class Own(LLM):\n    client: OpenAI = None\n"
    "    def __init__(self, **more):\n        super().__init__(**more)\n        self.client = OpenAI()\n"
    '    def _call(self, prompt, **more):\n        return self.client.chat.completions.create(model="gpt-4o", messages=[prompt])\n',
    "by a client of the module": "client = OpenAI()\n"
    + own('return client.chat.completions.create(model="gpt-4o", messages=[])'),
    "in a closure": own(f"def ask():\n    return {PUBLIC}\nreturn ask()"),
    "in a helper of the module": f"def ask(prompt):\n    return {PUBLIC}\n" + own("return ask(prompt)"),
}


@pytest.mark.parametrize("code", WAYS.values(), ids=WAYS)
def test_however_the_class_comes_to_its_call(code: str) -> None:
    assert serving(used(code)) == ("openai", "external", "gpt-4o")


USES = {
    "a pipe": '(PromptTemplate.from_template("{q}") | Own()).invoke({"q": "hi"})',
    "a chain": "from langchain.chains import LLMChain\nLLMChain(llm=Own(), prompt=p).run('hi')",
    "an agent": "from langgraph.prebuilt import create_react_agent\ncreate_react_agent(Own(), []).invoke({})",
    "a variable of an object": "class App:\n    def __init__(self):\n        self.llm = Own()\n    def ask(self):\n        return self.llm.invoke('hi')",
    "an annotation": "def ask(llm: Own):\n    return llm.invoke('hi')\nask(Own())",
}  # fmt: skip


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_wherever_the_own_class_is_used(use: str) -> None:
    assert serving(used(own(f"return {PUBLIC}"), use)) == ("openai", "external", "gpt-4o")


LLAMA = """
import requests
from llama_index.core import Settings, VectorStoreIndex
from llama_index.core.llms import CustomLLM
class Own(CustomLLM):
    def complete(self, prompt, **more):
        return requests.post("http://localhost:8000/v1/completions", json={"model": "qwen", "prompt": prompt})
index = VectorStoreIndex.from_documents(docs)
"""


@pytest.mark.parametrize("use", ["index.as_query_engine(llm=Own())", "Settings.llm = Own()\nindex.as_query_engine()"])
def test_an_own_model_of_an_engine(use: str) -> None:
    """It is never the framework's default, and best what its class calls."""
    site = sites(LLAMA + use.replace("index.as", "engine = index.as") + '\nengine.query("hi")\n', "inference")[-1]
    assert serving(site) == ("local", "self-hosted", "qwen")


def test_an_own_embedding_class_is_served_by_its_request() -> None:
    found = sites(
        HEAD
        + """
class Own(Embeddings):
    def embed_documents(self, texts):
        return requests.post("https://api.openai.com/v1/embeddings", json={"model": "text-embedding-3-small", "input": texts})
    def embed_query(self, text):
        return self.embed_documents([text])[0]
Own().embed_query("hi")
""",
        "embedding",
    )
    assert {serving(one) for one in found} == {("openai", "external", "text-embedding-3-small")}


# -- several vendors


def test_a_class_with_two_vendors_has_both() -> None:
    site = used(own(f"if self.local:\n    return {LOCAL}\nreturn {PUBLIC}"))
    assert set(site.served) == {("local", "self-hosted"), ("openai", "external")}
    assert set(site.get("model").values) == {"qwen", "gpt-4o"}
    assert len(site.get("provider").values) == 2


def test_a_class_with_two_sdks_has_both() -> None:
    site = used(
        own(
            'if self.vendor == "a":\n    return Anthropic().messages.create(model="claude-3-haiku-20240307", max_tokens=9, messages=[])\n'
            'return OpenAI().chat.completions.create(model="gpt-4o", messages=[])'
        )
    )
    assert set(site.get("provider").values) == {"openai", "anthropic"}
    assert set(site.get("model").values) == {"gpt-4o", "claude-3-haiku-20240307"}


def test_a_known_vendor_beside_an_address_that_is_not_known_is_only_possible() -> None:
    site = used(
        own(
            f'if self.other:\n    return requests.post(os.environ["URL"] + "/v1/chat/completions", json={{"model": "m", {CHAT}}})\nreturn {PUBLIC}'
        )
    )
    assert words(site.get("hosting")) == "~external"
    assert "environment variable URL" in (site.get("hosting").because or "")


def test_two_own_classes_keep_their_own() -> None:
    code = own(f"return {PUBLIC}", name="Public") + own(f"return {LOCAL}", name="Local")
    assert serving(used(code, 'Public().invoke("hi")')) == ("openai", "external", "gpt-4o")
    assert serving(used(code, 'Local().invoke("hi")')) == ("local", "self-hosted", "qwen")
    either = used(code, '(Public() if cloud else Local()).invoke("hi")')
    assert set(either.served) == {("openai", "external"), ("local", "self-hosted")}


def test_an_address_that_each_object_is_given() -> None:
    code = (
        "class Own(LLM):\n    url: str\n    def _call(self, prompt, **more):\n"
        f'        return requests.post(self.url + "/v1/chat/completions", json={{"model": "m", {CHAT}}})\n'
    )
    site = used(code, 'Own(url="http://localhost:8000").invoke("hi")\nOwn(url="https://api.openai.com").invoke("hi")')
    assert "external" in site.get("hosting").values


# -- a class of a vendor that does something else


OVERRIDDEN = {
    "public instead of local": (f"class Own(ChatOllama):\n    def _generate(self, prompt, **more):\n        return {PUBLIC}\n", "external"),
    "local instead of public": (f"class Own(ChatOpenAI):\n    def _generate(self, prompt, **more):\n        return {LOCAL}\n", "self-hosted"),
    "an SDK instead of the own": (
        "class Own(ChatOllama):\n    def _generate(self, prompt, **more):\n"
        '        return OpenAI().chat.completions.create(model="gpt-4o", messages=prompt)\n',
        "external",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("code", "hosting"), OVERRIDDEN.values(), ids=OVERRIDDEN)
def test_a_subclass_of_a_vendors_class_that_asks_somebody_else(code: str, hosting: str) -> None:
    assert hosting in used(code, 'Own(model="m").invoke("hi")').get("hosting").values


def test_a_subclass_that_only_adds_to_what_the_vendor_does() -> None:
    code = (
        "class Own(ChatOpenAI):\n    def _generate(self, messages, **more):\n"
        '        requests.post("https://audit.corp.example/log", json={"text": str(messages)})\n'
        "        return super()._generate(messages, **more)\n"
    )
    assert serving(used(code, 'Own(model="gpt-4o").invoke("hi")')) == ("openai", "external", "gpt-4o")


# -- only a name


def test_the_name_of_a_class_says_nothing_about_who_serves_it() -> None:
    for name in ("OpenAILLM", "ChatAnthropic", "OllamaChat", "AzureOpenAI"):
        site = used(own("return transport(prompt)", name=name), f'{name}(model="gpt-4o").invoke("hi")')
        assert site.get("provider").state is State.UNKNOWN
        assert site.get("hosting").state is State.UNKNOWN


@pytest.mark.parametrize("name", ["ChatOpenAI", "OpenAI", "Anthropic", "OllamaClient", "LLM"])
def test_a_class_without_a_base_that_only_has_a_vendors_name_is_nothing(name: str) -> None:
    code = (
        f"class {name}:\n    def __init__(self, model):\n        self.model = model\n"
        f'    def invoke(self, prompt):\n        return prompt\n{name}(model="gpt-4o").invoke("hi")\n'
    )
    assert sites(code) == []


def test_an_own_class_that_asks_nobody_known_is_open() -> None:
    site = model_call(f'{HEAD}{own("return secret_sauce(prompt)")}Own().invoke("hi")\n')
    assert site.get("provider").state is State.UNKNOWN
    assert site.get("provider").because
