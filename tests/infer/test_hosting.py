"""Who answers: by the address where one is given, else by what the class is for."""

from __future__ import annotations

import pytest

from linter.model.architecture import Attribute, State
from tests.infer.making import model_call, sites, words

CALL = 'client.chat.completions.create(model="gpt-4o", messages=[])\n'


def openai_at(base_url: str) -> tuple[str, str]:
    """Hosting and provider of a call through OpenAI's client with that address."""
    site = model_call(
        f"import os\nfrom openai import OpenAI\ndef ask(host):\n    client = OpenAI(base_url={base_url})\n    return {CALL}"
    )
    return words(site.get("hosting")), words(site.get("provider"))


@pytest.mark.parametrize(
    "address",
    [
        "http://localhost:8000/v1", "http://127.0.0.1:8000", "http://0.0.0.0:8000", "http://[::1]:8000/v1", "http://10.1.2.3/v1", "http://192.168.0.7",
        "http://172.16.5.4:11434", "http://host.docker.internal:9000/v1", "http://vllm:8000/v1", "http://vllm.svc.cluster.local/v1",
        "https://llm.internal/v1", "https://models.corp.local", "http://user:pw@10.0.0.1:80/v1", "http://LOCALHOST:8000", "http://ollama/v1",
        "http://[fd00::1]/v1", "http://169.254.1.1/v1",
    ],
)  # fmt: skip
def test_a_private_address_is_self_hosted(address: str) -> None:
    assert openai_at(repr(address)) == ("self-hosted", "local")


@pytest.mark.parametrize(
    ("address", "provider"),
    [
        ("https://api.openai.com/v1", "openai"),
        ("https://api.deepseek.com", "deepseek"),
        ("https://api.groq.com/openai/v1", "groq"),
        ("https://api.mistral.ai/v1", "mistral"),
        ("https://openrouter.ai/api/v1", "openrouter"),
        ("https://API.OpenAI.com/v1", "openai"),
    ],
)
def test_the_host_of_a_vendor_is_external_whatever_the_class(address: str, provider: str) -> None:
    assert openai_at(repr(address)) == ("external", provider)


def test_the_host_of_a_tenant_is_in_the_tenant() -> None:
    assert openai_at('"https://contoso.openai.azure.com/openai/v1/"') == ("cloud-tenant", "azure-openai")


def test_a_public_host_that_nobody_knows_is_a_question() -> None:
    site = model_call(f'from openai import OpenAI\nclient = OpenAI(base_url="https://llm.acme-tools.com/v1")\n{CALL}')
    assert site.get("hosting").state is State.UNKNOWN
    assert site.get("hosting").because == "who runs llm.acme-tools.com"


def test_a_public_address_without_a_name_is_a_question() -> None:
    assert openai_at('"http://8.8.8.8:8000/v1"') == ("unknown", "unknown")


@pytest.mark.parametrize(
    "address",
    [
        "https://localhost.evil.com/v1",
        "https://api.openai.com.evil.com/v1",
        "https://evil.com/?x=localhost",
        "https://10.0.0.1.evil.com",
        "https://localhost@evil.com/v1",
        "https://notopenai.azure.com.evil.com",
    ],
)
def test_a_name_that_only_contains_a_known_one_is_not_it(address: str) -> None:
    assert openai_at(repr(address)) == ("unknown", "unknown")


# -- parts of the address are open


@pytest.mark.parametrize(
    ("address", "hosting"),
    [
        ('f"https://{host}.openai.azure.com"', "cloud-tenant"),
        ('"https://" + host + ".openai.azure.com/openai"', "cloud-tenant"),
        ('"https://{}.openai.azure.com".format(host)', "cloud-tenant"),
        ('"https://%s.openai.azure.com" % host', "cloud-tenant"),
        ('f"http://{host}.svc.cluster.local:8000/v1"', "self-hosted"),
        ('f"http://{host}.internal/v1"', "self-hosted"),
        ('f"http://localhost:{host}/v1"', "self-hosted"),
        ('f"https://api.openai.com/{host}"', "external"),
        ('f"{host}/v1"', "unknown"),
        ('f"http://{host}/v1"', "unknown"),
        ('f"https://{host}.com/v1"', "unknown"),
        ('f"http://{host}:8000/v1"', "unknown"),
        ("host", "unknown"),
    ],
)
def test_the_end_of_a_host_decides_as_far_as_it_is_known(address: str, hosting: str) -> None:
    assert openai_at(address)[0] == hosting


@pytest.mark.parametrize(
    ("address", "hosting"),
    [
        ('os.getenv("URL", "http://localhost:8000/v1")', "~self-hosted"),
        ('os.getenv("URL", "https://api.openai.com/v1")', "~external"),
        ('os.environ["URL"]', "unknown"),
        ('os.getenv("URL") or "http://localhost:8000"', "~self-hosted"),
        ("f\"http://{os.getenv('HOST', 'localhost')}:8000\"", "~self-hosted"),
    ],
)
def test_an_address_from_the_environment_is_as_sure_as_its_default(address: str, hosting: str) -> None:
    assert openai_at(address)[0] == hosting


def test_without_the_variable_the_client_goes_to_its_vendor() -> None:
    """`OpenAI(base_url=None)` is the public API: with the variable unset, that is what happens."""
    hosting = model_call(f'import os\nfrom openai import OpenAI\nclient = OpenAI(base_url=os.getenv("URL"))\n{CALL}').get(
        "hosting"
    )
    assert words(hosting) == "~external"
    assert "environment variable URL" in (hosting.because or "")


def test_one_of_two_addresses() -> None:
    hosting = openai_at('"http://localhost:8000" if host else "https://api.openai.com/v1"')[0]
    assert set(hosting.split("|")) == {"self-hosted", "external"}


# -- by class


@pytest.mark.parametrize(
    ("source", "provider", "hosting"),
    [
        ("from openai import OpenAI\nOpenAI().chat.completions.create(model='gpt-4o', messages=[])\n", "openai", "external"),
        (
            "from openai import AzureOpenAI\nAzureOpenAI(azure_endpoint=E).chat.completions.create(model='x', messages=[])\n",
            "azure-openai",
            "cloud-tenant",
        ),
        (
            (
                "import anthropic\n"
                "anthropic.Anthropic().messages.create(model='claude-3-haiku-20240307', messages=[], max_tokens=1)\n"
            ),
            "anthropic",
            "external",
        ),
        (
            "import anthropic\nanthropic.AnthropicBedrock().messages.create(model='x', messages=[], max_tokens=1)\n",
            "bedrock",
            "cloud-tenant",
        ),
        ("import ollama\nollama.chat(model='llama3.1', messages=[])\n", "ollama", "self-hosted"),
        ("from vllm import LLM\nLLM(model='meta-llama/Llama-3.1-8B').generate('hi')\n", "vllm", "in-process"),
        ("from transformers import pipeline\npipeline('text-generation', model='gpt2')('hi')\n", "huggingface", "in-process"),
        ("from llama_cpp import Llama\nLlama(model_path='m.gguf')('hi')\n", "llama.cpp", "in-process"),
        ("import boto3\nboto3.client('bedrock-runtime').converse(modelId='m', messages=[])\n", "bedrock", "cloud-tenant"),
        ("import litellm\nlitellm.completion(model='ollama/llama3', messages=[])\n", "ollama", "self-hosted"),
        ("import litellm\nlitellm.completion(model='azure/x', messages=[])\n", "azure-openai", "cloud-tenant"),
        ("from langchain_ollama import ChatOllama\nChatOllama(model='llama3').invoke('hi')\n", "ollama", "self-hosted"),
    ],
)
def test_a_class_says_who_serves(source: str, provider: str, hosting: str) -> None:
    site = sites(source, "inference")[-1]
    assert (words(site.get("provider")), words(site.get("hosting"))) == (provider, hosting)


def test_a_gateway_whose_model_is_not_known_may_be_anybody() -> None:
    hosting = model_call("import litellm\ndef ask(name):\n    return litellm.completion(model=name, messages=[])\n").get(
        "hosting"
    )
    assert hosting.state is State.UNKNOWN
    assert "the parameter name" in (hosting.because or "")


def test_an_address_that_the_program_sets_for_the_sdk() -> None:
    """`os.environ["OPENAI_BASE_URL"] = …` redirects every client that is built without an address."""
    found = model_call(
        "import os\n"
        "from openai import OpenAI\n"
        'os.environ["OPENAI_BASE_URL"] = "http://localhost:8000/v1"\n'
        "client = OpenAI()\n"
        f"{CALL}"
    ).get("hosting")
    assert words(found) in ("self-hosted", "unknown") or words(found).startswith("~")


def test_a_module_variable_that_the_sdk_reads() -> None:
    found = model_call("""
        import openai
        openai.api_base = "http://localhost:8000/v1"
        openai.ChatCompletion.create(model="x", messages=[])
    """).get("hosting")
    assert words(found) in ("self-hosted", "unknown") or words(found).startswith("~")


def test_an_unknown_hosting_names_who_decides() -> None:
    found: Attribute = model_call(
        f'import os\nfrom openai import OpenAI\nclient = OpenAI(base_url=os.environ["LLM_URL"])\n{CALL}'
    ).get("hosting")
    assert found.because == "the environment variable LLM_URL"


def test_a_store_of_which_only_some_ways_lie_on_the_disk() -> None:
    source = """
        import os
        from qdrant_client import QdrantClient
        def options():
            said = {"url": os.getenv("URL"), "path": os.getenv("FOLDER")}
            return {key: value for key, value in said.items() if value is not None}
        client = QdrantClient(**options())
    """
    store = sites(source, "vector_store")[0]
    assert words(store.get("hosting")) == "~in-process|self-hosted"
