"""Attributes: what is known, what is only possible and what decides it, what is left out, what cannot be told."""

from __future__ import annotations

import pytest

from linter.model.architecture import State
from tests.infer.making import model_call, said, sites, words

HEAD = "import os\nimport httpx\nfrom openai import NOT_GIVEN, OpenAI\n"


def call(client: str = "", **arguments: str) -> str:
    """A module with a client and one call."""
    given = ", ".join(f"{name}={value}" for name, value in {"model": '"gpt-4o"', "messages": "[]", **arguments}.items())
    return (
        f"{HEAD}client = OpenAI({client})\ndef ask(question, limit=None):\n    return client.chat.completions.create({given})\n"
    )


# -- known


@pytest.mark.parametrize(
    ("source", "attribute", "value"),
    [
        (call(), "model", "gpt-4o"),
        (call(), "provider", "openai"),
        (call(), "hosting", "external"),
        (call(max_tokens="300"), "max_output", "300"),
        (call(max_completion_tokens="300"), "max_output", "300"),
        (call(temperature="0"), "temperature", "0"),
        (call(stream="True"), "stream", "True"),
        (call(store="False"), "store", "False"),
        (call(timeout="20"), "timeout", "20"),
        (call("timeout=20"), "timeout", "20"),
        (call("timeout=20", timeout="5"), "timeout", "5"),
        (call("timeout=httpx.Timeout(30, connect=5)"), "timeout", "30"),
        (call("timeout=httpx.Timeout(connect=5, read=40, write=5, pool=5)"), "timeout", "40"),
        (call("max_retries=0"), "retries", "0"),
        (call(response_format='{"type": "json_object"}'), "structured", "True"),
        (call(response_format='{"type": "text"}'), "structured", "False"),
    ],
)
def test_an_argument_is_known(source: str, attribute: str, value: str) -> None:
    assert said(source, attribute) == value


def test_the_second_of_a_pair_of_timeouts_is_that_for_the_answer() -> None:
    body = '{"model": "m", "messages": []}'
    source = f'import requests\nrequests.post("https://api.openai.com/v1/chat/completions", json={body}, timeout=(5, 180))\n'
    assert said(source, "timeout") == "180"


def test_the_nearest_word_counts() -> None:
    source = (
        f"{HEAD}client = OpenAI(timeout=60).with_options(timeout=20)\n"
        'client.chat.completions.create(model="gpt-4o", messages=[], timeout=5)\n'
    )
    assert said(source, "timeout") == "5"
    assert said(source.replace(", timeout=5", ""), "timeout") == "20"


def test_two_possible_values_are_both_known() -> None:
    site = model_call(call(model='"gpt-4o" if fast else "o1"'))
    assert site.get("model").state is State.KNOWN
    assert site.get("model").values == ("gpt-4o", "o1")


def test_two_possible_clients_are_both_known() -> None:
    source = (
        f"{HEAD}client = OpenAI(timeout=5) if fast else OpenAI(timeout=60)\n"
        "client.chat.completions.create(model='gpt-4o', messages=[])\n"
    )
    assert said(source, "timeout") == "5|60"


def test_evidence_leads_from_the_value_to_the_call() -> None:
    site = model_call(
        {
            "settings.py": 'MODEL = "gpt-4o"\n',
            "app.py": (
                "from openai import OpenAI\n"
                "from settings import MODEL\n"
                "OpenAI().chat.completions.create(model=MODEL, messages=[])\n"
            ),
        }
    )
    assert [(step.place.file, step.place.line) for step in site.get("model").evidence] == [("settings.py", 1), ("app.py", 2)]


# -- partial


def test_a_default_that_can_be_overridden_is_partial_and_says_by_what() -> None:
    model = model_call(call(model='os.getenv("MODEL", "gpt-4o")')).get("model")
    assert words(model) == "~gpt-4o"
    assert model.because == "default of environment variable MODEL"


def test_a_value_that_some_callers_leave_out_is_partial() -> None:
    source = f"""{HEAD}client = OpenAI()
def ask(limit=None):
    return client.chat.completions.create(model="gpt-4o", messages=[], max_tokens=limit)
ask()
ask(300)
"""
    limit = model_call(source).get("max_output")
    assert words(limit) == "~300"
    assert limit.because == "it is not set on every way to this call"


def test_a_client_that_is_built_in_one_of_two_ways_may_have_a_timeout() -> None:
    source = (
        f"{HEAD}client = OpenAI() if fast else OpenAI(timeout=60)\nclient.chat.completions.create(model='gpt-4o', messages=[])\n"
    )
    assert said(source, "timeout") == "~60"


def test_a_client_that_may_be_somebody_elses_is_partial() -> None:
    source = f"""{HEAD}
def ask(client=None):
    client = client or OpenAI(timeout=20)
    return client.chat.completions.create(model="gpt-4o", messages=[])
"""
    site = model_call(source)
    assert words(site.get("hosting")) == "~external"
    assert site.confidence == "likely"


# -- unset


@pytest.mark.parametrize("value", ["None", "NOT_GIVEN", "openai.NOT_GIVEN", "openai.omit"])
def test_an_explicit_nothing_is_as_good_as_left_out(value: str) -> None:
    assert said("import openai\n" + call(max_tokens=value), "max_output") == "unset"


def test_what_the_sdk_does_without_the_argument_is_its_default() -> None:
    timeout = model_call(call()).get("timeout")
    assert timeout.state is State.UNSET
    assert timeout.default == (600,)


def test_a_timeout_of_none_is_no_default_but_no_limit() -> None:
    timeout = model_call(call("timeout=None")).get("timeout")
    assert timeout.state is State.UNSET
    assert timeout.values == (None,)
    assert timeout.because == "it is None, which switches the limit off"


# -- unknown


@pytest.mark.parametrize(
    ("model", "because"),
    [
        ('os.environ["MODEL"]', "the environment variable MODEL"),
        ('os.getenv("MODEL")', "the environment variable MODEL"),
        ("question", "the parameter question of app.ask"),
        ("pick()", "what pick() returns"),
        ('os.environ["MODEL"] + "-latest"', "the environment variable MODEL"),
        ('f"ft:{question}"', "the parameter question of app.ask"),
    ],
)
def test_what_cannot_be_told_says_what_decides_it(model: str, because: str) -> None:
    found = model_call(call(model=model)).get("model")
    assert found.state is State.UNKNOWN
    assert because in (found.because or "").replace("builtins.", "")


def test_arguments_from_a_spread_that_is_not_known_may_set_anything() -> None:
    source = (
        f"{HEAD}client = OpenAI()\n"
        "def ask(options):\n"
        "    return client.chat.completions.create(model='gpt-4o', messages=[], **options)\n"
    )
    assert said(source, "max_output") == "unknown"
    assert said(source, "model") == "gpt-4o"


def test_arguments_from_a_known_spread_are_known() -> None:
    source = f"{HEAD}OPTIONS = dict(model='gpt-4o', max_tokens=300)\nOpenAI().chat.completions.create(messages=[], **OPTIONS)\n"
    assert said(source, "model", "max_output", "temperature") == "gpt-4o 300 unset"


def test_a_client_that_is_only_annotated_may_have_a_timeout() -> None:
    source = f"{HEAD}def ask(client: OpenAI):\n    return client.chat.completions.create(model='gpt-4o', messages=[])\n"
    assert said(source, "timeout") == "unknown"


# -- parts


def test_a_framework_takes_the_model_from_its_part() -> None:
    source = """
        from langchain_core.prompts import ChatPromptTemplate
        from langchain_openai import ChatOpenAI
        chain = ChatPromptTemplate.from_template("{q}") | ChatOpenAI(model="gpt-4o", temperature=0, timeout=20)
        chain.invoke({"q": "hi"})
    """
    assert said(source, "model", "temperature", "timeout", "provider") == "gpt-4o 0 20 openai"


def test_a_vector_store_does_not_serve_the_model() -> None:
    """The index stands in the process; the answer comes from the vendor that the framework takes when none is named."""
    site = model_call("""
        from llama_index.core import SimpleDirectoryReader, VectorStoreIndex
        index = VectorStoreIndex.from_documents(SimpleDirectoryReader("data").load_data())
        index.as_query_engine().query("hi")
    """)
    assert words(site.get("hosting")) == "external"
    assert words(site.get("provider")) == "openai"


def test_a_class_method_as_constructor_keeps_the_class() -> None:
    store = sites("""
        from langchain_community.vectorstores import FAISS
        def build(documents, embedder):
            return FAISS.from_documents(documents, embedder)
    """)[0]
    assert words(store.get("hosting")) == "in-process"
    assert words(store.get("provider")) == "faiss"


def test_what_is_no_text_is_no_name_of_a_model() -> None:
    source = """
        from openai import OpenAI

        def ask(key):
            return OpenAI().chat.completions.create(model={"a": "gpt-4o", "b": True, "c": 80}[key], messages=[])
    """
    assert set(sites(source, "inference")[0].get("model").values) == {"gpt-4o"}
