# ruff: noqa: E501 - the code that is read stands as it is written
"""What objects are built from, however that is written down: parts that calls add, dictionaries that describe, options that are
set later, conditions on what stands inside."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linter.knowledge.catalogue import Catalogue
from linter.model.architecture import Site, State
from tests.infer.making import catalogue, catalogue_of, kinds, model_call, sites, words

HAYSTACK = """
from haystack import AsyncPipeline, Pipeline
from haystack.components.embedders import OpenAIDocumentEmbedder
from haystack.components.generators import OpenAIGenerator
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever
from haystack.components.writers import DocumentWriter
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.generators.ollama import OllamaGenerator
store = InMemoryDocumentStore()
"""


def last_call(source: str) -> Site:
    """The call of a model that stands last."""
    return sites(source, "inference")[-1]


def served(site: Site) -> set[tuple[str, str]]:
    """Who serves it, and where, on each of its ways."""
    return set(site.served)


# -- calls that add parts


ADDED = {
    "right below": 'p = Pipeline()\np.add_component("llm", OllamaGenerator(model="llama3"))\np.run({})',
    "by name": 'p = Pipeline()\np.add_component(name="llm", instance=OllamaGenerator(model="llama3"))\np.run({})',
    "from a variable": 'p = Pipeline()\nllm = OllamaGenerator(model="llama3")\np.add_component("llm", llm)\np.run({})',
    "in another function": (
        'def fill(p):\n    p.add_component("llm", OllamaGenerator(model="llama3"))\n'
        "def build():\n    p = Pipeline()\n    fill(p)\n    return p\nbuild().run({})"
    ),
    "in a factory": (
        'def build():\n    p = Pipeline()\n    p.add_component("llm", OllamaGenerator(model="llama3"))\n    return p\nbuild().run({})'
    ),
    "in a cached factory": (
        "from functools import lru_cache\n@lru_cache\ndef build():\n    p = Pipeline()\n"
        '    p.add_component("llm", OllamaGenerator(model="llama3"))\n    return p\ndef ask(q):\n    return build().run({})'
    ),
    "on self": (
        "class App:\n    def __init__(self):\n        self.p = Pipeline()\n"
        '        self.p.add_component("llm", OllamaGenerator(model="llama3"))\n    def ask(self):\n        return self.p.run({})'
    ),
    "on self in another method": (
        "class App:\n    def __init__(self):\n        self.p = Pipeline()\n        self._fill()\n    def _fill(self):\n"
        '        self.p.add_component("llm", OllamaGenerator(model="llama3"))\n    def ask(self):\n        return self.p.run({})'
    ),
    "on self by a helper": (
        'def fill(p):\n    p.add_component("llm", OllamaGenerator(model="llama3"))\n'
        "class App:\n    def __init__(self):\n        self.p = Pipeline()\n        fill(self.p)\n"
        "    def ask(self):\n        return self.p.run({})"
    ),
    "in a loop over pairs": (
        'p = Pipeline()\nfor name, one in [("llm", OllamaGenerator(model="llama3"))]:\n    p.add_component(name, one)\np.run({})'
    ),
    "in a loop over a dictionary": (
        'p = Pipeline()\nparts = {"llm": OllamaGenerator(model="llama3")}\n'
        "for name, one in parts.items():\n    p.add_component(name, one)\np.run({})"
    ),
    "on an asynchronous pipeline": (
        'p = AsyncPipeline()\np.add_component("llm", OllamaGenerator(model="llama3"))\nasync def ask():\n    return await p.run_async({})'
    ),
    "under another name": ('p = Pipeline()\nadd = p.add_component\nadd("llm", OllamaGenerator(model="llama3"))\np.run({})'),
    "under two names": ('p = Pipeline()\nq = p\nq.add_component("llm", OllamaGenerator(model="llama3"))\np.run({})'),
}


@pytest.mark.parametrize("code", ADDED.values(), ids=ADDED)
def test_a_part_that_a_call_adds_is_a_part(code: str) -> None:
    site = model_call(f"{HAYSTACK}{code}\n")
    assert (words(site.get("model")), words(site.get("hosting"))) == ("llama3", "self-hosted")


def test_a_part_that_another_module_adds() -> None:
    files = {
        "build.py": f'{HAYSTACK}pipeline = Pipeline()\npipeline.add_component("r", InMemoryBM25Retriever(document_store=store))\n',
        "more.py": "from build import pipeline\nfrom haystack.components.generators import OpenAIGenerator\n"
        'pipeline.add_component("llm", OpenAIGenerator(model="gpt-4o"))\n',
        "app.py": "import more\nfrom build import pipeline\npipeline.run({})\n",
    }
    site = model_call(files)
    assert (words(site.get("model")), words(site.get("rag"))) == ("gpt-4o", "True")


def test_two_pipelines_keep_their_parts() -> None:
    first, second = sites(
        HAYSTACK
        + 'a = Pipeline()\nb = Pipeline()\na.add_component("llm", OllamaGenerator(model="llama3"))\n'
        + 'b.add_component("llm", OpenAIGenerator(model="gpt-4o"))\na.run({})\nb.run({})\n',
        "inference",
    )
    assert (words(first.get("model")), words(second.get("model"))) == ("llama3", "gpt-4o")


def test_a_factory_that_is_called_twice_makes_two_pipelines() -> None:
    first, second = sites(
        HAYSTACK
        + 'def build(llm):\n    p = Pipeline()\n    p.add_component("llm", llm)\n    return p\n'
        + 'build(OllamaGenerator(model="llama3")).run({})\nbuild(OpenAIGenerator(model="gpt-4o")).run({})\n',
        "inference",
    )
    assert (words(first.get("model")), words(second.get("model"))) == ("llama3", "gpt-4o")


def what_the_last_line_does(source: str) -> list[str]:
    """The kinds of sites on the last line."""
    line = f"{source.rstrip().count(chr(10)) + 1} "
    return [one.removeprefix(line) for one in kinds(source) if one.startswith(line)]


@pytest.mark.parametrize(
    ("parts", "does"),
    [
        (["OpenAIDocumentEmbedder()", "DocumentWriter(document_store=store)"], ["ingest", "embedding"]),
        (["InMemoryBM25Retriever(document_store=store)"], ["retrieval"]),
        (["InMemoryBM25Retriever(document_store=store)", 'OpenAIGenerator(model="gpt-4o")'], ["inference", "retrieval"]),
        ([], []),
        (["Cleaner()"], []),
    ],
)
def test_what_a_pipeline_does_is_said_by_its_parts(parts: list[str], does: list[str]) -> None:
    added = "".join(f'p.add_component("c{n}", {one})\n' for n, one in enumerate(parts))
    assert what_the_last_line_does(f"{HAYSTACK}p = Pipeline()\n{added}p.run({{}})\n") == does


def test_two_models_in_one_pipeline_are_both_asked() -> None:
    site = model_call(
        HAYSTACK
        + 'p = Pipeline()\np.add_component("a", OllamaGenerator(model="llama3"))\n'
        + 'p.add_component("b", OpenAIGenerator(model="gpt-4o"))\np.run({})\n'
    )
    assert served(site) == {("ollama", "self-hosted"), ("openai", "external")}


def test_one_of_two_models_that_are_added() -> None:
    site = model_call(
        HAYSTACK
        + 'p = Pipeline()\np.add_component("a", OllamaGenerator(model="llama3") if local else OpenAIGenerator(model="gpt-4o"))\np.run({})\n'
    )
    assert served(site) == {("ollama", "self-hosted"), ("openai", "external")}


def test_a_part_that_is_not_known_may_retrieve() -> None:
    site = model_call(
        HAYSTACK
        + 'def run(part):\n    p = Pipeline()\n    p.add_component("x", part)\n'
        + '    p.add_component("llm", OllamaGenerator(model="llama3"))\n    return p.run({})\n'
    )
    assert site.get("rag").state is State.UNKNOWN
    assert "parameter part" in (site.get("rag").because or "")


KERNEL = """
from semantic_kernel import Kernel
from semantic_kernel.connectors.ai.open_ai import AzureChatCompletion, OpenAIChatCompletion
class App:
    def __init__(self):
        self.kernel = Kernel()
        self._services()
    def _services(self):
        self.kernel.add_service(AzureChatCompletion(deployment_name="d", endpoint="https://c.openai.azure.com"))
    async def ask(self):
        return await self.kernel.invoke_prompt("hi")
"""


def test_a_service_that_is_added_serves() -> None:
    site = model_call(KERNEL)
    assert (words(site.get("provider")), words(site.get("hosting"))) == ("azure-openai", "cloud-tenant")


# -- dictionaries that describe an object


LLAMA = '{"provider": "ollama", "config": {"model": "llama3"}}'
GPT = '{"provider": "openai", "config": {"model": "gpt-4o"}}'


def memory(code: str, config: str = "config") -> Site:
    """What keeping something in a memory asks that was described by `config`."""
    return model_call(f'import os\nfrom mem0 import Memory\n{code}\nm = Memory.from_config({config})\nm.add("x", user_id="a")\n')


DESCRIBED = {
    "at once": (f'config = {{"llm": {LLAMA}}}', "config"),
    "in the call": ("", f'{{"llm": {LLAMA}}}'),
    "by keyword": ("", f'config_dict={{"llm": {LLAMA}}}'),
    "by dict()": ("", 'dict(llm=dict(provider="ollama", config=dict(model="llama3")))'),
    "from parts": (f'llm = {LLAMA}\nconfig = {{"llm": llm}}', "config"),
    "step by step": (f'config = {{}}\nconfig["llm"] = {LLAMA}', "config"),
    "written over": (f'config = {{"llm": {GPT}}}\nconfig["llm"] = {LLAMA}', "config"),
    "updated": (f'config = {{"llm": {GPT}}}\nconfig.update({{"llm": {LLAMA}}})', "config"),
    "merged": (f'base = {{"llm": {GPT}}}\nconfig = {{**base, "llm": {LLAMA}}}', "config"),
    "by a function": (f'def config():\n    return {{"llm": {LLAMA}}}', "config()"),
    "written over further in": (f'config = {{"llm": {GPT}}}\nconfig["llm"]["provider"] = "ollama"\nconfig["llm"]["config"]["model"] = "llama3"', "config"),
    "added further in": ('config = {"llm": {"provider": "ollama", "config": {}}}\nconfig["llm"]["config"]["model"] = "llama3"', "config"),
}  # fmt: skip


@pytest.mark.parametrize(("code", "config"), DESCRIBED.values(), ids=DESCRIBED)
def test_a_dictionary_describes_the_model(code: str, config: str) -> None:
    site = memory(code, config)
    assert (words(site.get("provider")), words(site.get("hosting")), words(site.get("model"))) == (
        "ollama",
        "self-hosted",
        "llama3",
    )


def test_a_file_describes_the_model() -> None:
    files = {
        "c.yaml": "llm:\n  provider: ollama\n  config:\n    model: llama3\n",
        "app.py": 'import yaml\nfrom mem0 import Memory\nm = Memory.from_config(yaml.safe_load(open("c.yaml")))\nm.add("x", user_id="a")\n',
    }  # fmt: skip
    site = model_call(files)
    assert (words(site.get("provider")), words(site.get("model"))) == ("ollama", "llama3")


@pytest.mark.parametrize(
    ("code", "config"),
    [
        (f'a, b = {{"llm": {LLAMA}}}, {{"llm": {GPT}}}', "a if local else b"),
        ("", f'{{"llm": {LLAMA} if local else {GPT}}}'),
        (f'config = {{"llm": {LLAMA}}}\nif cloud:\n    config["llm"] = {GPT}', "config"),
    ],
)
def test_one_of_two_descriptions_is_one_or_the_other(code: str, config: str) -> None:
    site = memory(code, config)
    assert served(site) == {("ollama", "self-hosted"), ("openai", "external")}
    assert set(site.get("model").values) == {"llama3", "gpt-4o"}


def test_a_description_that_is_not_known_is_open() -> None:
    site = model_call(
        'from mem0 import Memory\ndef run(config):\n    m = Memory.from_config(config)\n    m.add("x", user_id="a")\n'
    )
    for name in ("provider", "hosting", "model"):
        assert site.get(name).state is State.UNKNOWN


def test_what_may_be_in_a_dictionary_that_is_spread_is_open() -> None:
    site = model_call(
        f'from mem0 import Memory\ndef run(more):\n    m = Memory.from_config({{"llm": {LLAMA}, **more}})\n    m.add("x", user_id="a")\n'
    )
    assert site.get("hosting").state is not State.KNOWN


def test_a_part_that_is_not_described_is_the_default() -> None:
    site = memory('config = {"embedder": {"provider": "ollama", "config": {"model": "nomic"}}}')
    assert words(site.get("provider")) == "openai"


def test_each_of_several_described_models_has_its_address() -> None:
    site = model_call("""
        from autogen import AssistantAgent, UserProxyAgent
        models = [{"model": "gpt-4o"}, {"model": "llama3", "base_url": "http://localhost:11434/v1"}]
        assistant = AssistantAgent("a", llm_config={"config_list": models})
        UserProxyAgent("u").initiate_chat(assistant, message="hi")
    """)
    assert set(site.get("model").values) == {"gpt-4o", "llama3"}
    assert {"external", "self-hosted"} <= set(site.get("hosting").values) or site.get("hosting").state is not State.KNOWN


# -- options that are set later


LATER = {
    "an address": ('client.base_url = "http://localhost:8000/v1"', "hosting", "self-hosted"),
    "a time": ("client.timeout = 5", "timeout", "5"),
    "retries": ("client.max_retries = 0", "retries", "0"),
}
PLACES = {
    "below": "{0}",
    "in a branch": "if local:\n    {0}",
    "in a function": "def setup():\n    {0}",
    "by a helper": "def setup(c):\n    c{1}\nsetup(client)",
}


@pytest.mark.parametrize(("code", "name", "value"), LATER.values(), ids=LATER)
@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_what_is_set_on_a_client_later_may_hold(code: str, name: str, value: str, place: str) -> None:
    where = place.format(code, code.removeprefix("client"))
    site = model_call(
        f'from openai import OpenAI\nclient = OpenAI()\n{where}\nclient.chat.completions.create(model="m", messages=[])\n'
    )
    found = site.get(name)
    assert value in [str(one) for one in found.values] or found.state is State.UNKNOWN


def test_what_is_set_on_another_client_does_not_hold() -> None:
    site = model_call("""
        from openai import OpenAI
        client = OpenAI()
        other = OpenAI()
        other.base_url = "http://localhost:8000/v1"
        client.chat.completions.create(model="m", messages=[])
    """)
    assert (words(site.get("hosting")), words(site.get("provider"))) == ("external", "openai")


def test_an_address_that_is_set_later_and_not_known_is_open() -> None:
    site = model_call("""
        from openai import OpenAI
        def run(url):
            client = OpenAI()
            client.base_url = url
            return client.chat.completions.create(model="m", messages=[])
    """)
    assert site.get("hosting").state is not State.KNOWN


MODEL = 'from langchain_openai import ChatOpenAI\nllm = ChatOpenAI(model="gpt-4o")\n{0}\nllm.invoke("hi")\n'


@pytest.mark.parametrize(
    ("code", "name", "value"),
    [
        ("llm.temperature = 0.9", "temperature", 0.9),
        ("llm.max_tokens = 300", "max_output", 300),
        ('llm.openai_api_base = "http://localhost:8000/v1"', "hosting", "self-hosted"),
        ('llm.model_name = "o1"', "model", "o1"),
        ("def heat():\n    llm.temperature = 0.9", "temperature", 0.9),
        ("class A:\n    def __init__(self):\n        self.llm = llm\n    def heat(self):\n        self.llm.temperature = 0.9", "temperature", 0.9),
        ("for one in [llm]:\n    one.temperature = 0.9", "temperature", 0.9),
    ],
)  # fmt: skip
def test_what_is_set_on_a_model_later_may_hold(code: str, name: str, value: object) -> None:
    assert value in model_call(MODEL.format(code)).get(name).values


def test_options_that_are_made_empty_and_then_filled() -> None:
    site = model_call("""
        from vllm import LLM, SamplingParams
        options = SamplingParams()
        options.temperature = 0.9
        options.max_tokens = 5
        LLM(model="m").generate("hi", options)
    """)
    assert (words(site.get("temperature")), words(site.get("max_output"))) == ("0.9", "5")


def test_an_option_that_is_set_over_another_may_be_either() -> None:
    site = model_call("""
        from google import genai
        from google.genai import types
        options = types.GenerateContentConfig(temperature=0)
        options.temperature = 0.7
        genai.Client().models.generate_content(model="gemini-2.0-flash", contents="hi", config=options)
    """)
    assert 0.7 in site.get("temperature").values


def test_an_option_of_a_dictionary_that_is_written_over() -> None:
    site = model_call("""
        from google import genai
        options = {"temperature": 0}
        options["temperature"] = 0.7
        genai.Client().models.generate_content(model="gemini-2.0-flash", contents="hi", config=options)
    """)
    assert words(site.get("temperature")) == "0.7"


# -- conditions on keys that stand further in


NESTED = """
provider: acme
packages: {pypi: [acme], import: [acme]}
types:
  Client: {new: [acme.Client], site: client, hosting: external, order: [options], args: {options.timeout: timeout}}
  LocalClient:
    new: [acme.Client]
    when: {options.server.kind: [local, "own-*"]}
    is: Client
    provider: acme-local
    hosting: self-hosted
calls:
  - {call: Client.run, when: {body.input.messages: "*"}, site: inference, order: [body], args: {body.model: model}}
  - {call: Client.run, when: {body.input.texts: "*"}, site: embedding, order: [body], args: {body.model: model}}
"""


@cache
def nested() -> Catalogue:
    """A client that is told by a dictionary in a dictionary where it goes, and by another what it does."""
    return catalogue_of(acme=NESTED)


@pytest.mark.parametrize(
    ("options", "hosting"),
    [
        ('{"server": {"kind": "local"}}', "self-hosted"),
        ('{"server": {"kind": "own-7"}}', "self-hosted"),
        ('{"server": {"kind": "cloud"}}', "external"),
        ('{"server": {}}', "external"),
        ("{}", "external"),
        ("None", "external"),
        ('dict(server=dict(kind="local"))', "self-hosted"),
        ('{**{"server": {"kind": "local"}}, "timeout": 5}', "self-hosted"),
    ],
)
def test_a_nested_key_decides_which_type_it_is(options: str, hosting: str) -> None:
    found = sites(f"import acme\nacme.Client({options})\n", known=nested())
    assert [words(one.get("hosting")) for one in found] == [hosting]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ('{"model": "m", "input": {"messages": ["hi"]}}', ["inference"]),
        ('{"model": "m", "input": {"texts": ["hi"]}}', ["embedding"]),
        ('{"model": "m", "input": {"messages": None, "texts": ["hi"]}}', ["embedding"]),
        ('{"model": "m", "input": {"rows": ["hi"]}}', []),
        ('{"model": "m"}', []),
        ('{"model": "m", "messages": ["hi"]}', []),
    ],
)
def test_a_nested_key_decides_what_a_call_does(body: str, kind: list[str]) -> None:
    found = sites(f"import acme\nclient = acme.Client()\nclient.run({body})\n", known=nested())
    assert [one.kind.value for one in found if one.kind.value != "client"] == kind


@pytest.mark.parametrize("body", ['{"input": {"messages": turns}}', '{"input": {"messages": [turns, 1]}}'])
def test_a_nested_key_that_is_given_is_given_whatever_it_is(body: str) -> None:
    source = f"import acme\nclient = acme.Client()\ndef run(turns):\n    return client.run({body})\n"
    assert [one.kind.value for one in sites(source, "inference", nested())] == ["inference"]


# -- always


_PARTS = ('OllamaGenerator(model="llama3")', 'OpenAIGenerator(model="gpt-4o")', "InMemoryBM25Retriever(document_store=store)")


@settings(max_examples=40)
@given(chosen=st.lists(st.sampled_from(_PARTS), max_size=4), helper=st.booleans())
def test_whatever_is_added_the_pipeline_does_what_its_parts_do(chosen: list[str], helper: bool) -> None:
    catalogue()
    add = "def add(p, name, one):\n    p.add_component(name, one)\n" if helper else ""
    lines = [f'add(p, "c{n}", {one})' if helper else f'p.add_component("c{n}", {one})' for n, one in enumerate(chosen)]
    source = HAYSTACK + add + "p = Pipeline()\n" + "".join(line + "\n" for line in lines) + "p.run({})\n"
    models = {"llama3"} if _PARTS[0] in chosen else set()
    models |= {"gpt-4o"} if _PARTS[1] in chosen else set()
    found = sites(source, "inference")
    assert {value for one in found for value in one.get("model").values} == models
    assert all((one.get("rag").values == (True,)) is (_PARTS[2] in chosen) for one in found)


# -- names that packages share


@pytest.mark.parametrize("package", ["google.cloud import firestore", "google.cloud import storage as firestore"])
def test_a_class_of_the_same_name_in_a_shared_package_is_another_one(package: str) -> None:
    source = f"from {package}\nfrom google import genai\nfirestore.Client()\nclient = genai.Client()\n"
    assert [one.place.line for one in sites(source, "client")] == [4]


def test_a_class_under_a_further_path_of_its_own_package_is_the_same() -> None:
    assert len(sites("from google.genai.somewhere import Client\nclient = Client()\n", "client")) == 1
