"""Functions, registries and context managers that make clients give the clients."""

from __future__ import annotations

import pytest

from tests.link.making import IMPORT, trace, trace_openai


def test_a_factory_function() -> None:
    source = """
        def make(timeout=20):
            return OpenAI(timeout=timeout)
        make().chat()
        make(timeout=5).chat()
    """
    assert trace_openai(source, "make()") == "openai.OpenAI(timeout=20)"


def test_a_factory_with_branches_gives_alternatives() -> None:
    source = """
        def make(fast):
            if fast:
                return OpenAI(timeout=5)
            return AsyncOpenAI(timeout=60)
        make(flag).chat()
    """
    assert trace_openai(source, "make(flag)") == "openai.AsyncOpenAI(timeout=60) | openai.OpenAI(timeout=5)"


@pytest.mark.parametrize("decorator", ["lru_cache", "lru_cache(maxsize=1)", "functools.cache", "st.cache_resource"])
def test_a_cached_factory(decorator: str) -> None:
    source = f"""
        import functools
        import streamlit as st
        from functools import lru_cache
        @{decorator}
        def get_client():
            return OpenAI(timeout=20)
        get_client().chat()
    """
    assert trace_openai(source, "get_client()") == "openai.OpenAI(timeout=20)"


def test_a_lazy_singleton_with_global() -> None:
    source = """
        _client = None
        def get_client():
            global _client
            if _client is None:
                _client = OpenAI(timeout=20)
            return _client
        get_client().chat()
    """
    assert trace_openai(source, "get_client()") == "None | openai.OpenAI(timeout=20)"


def test_a_global_that_an_init_function_sets_in_another_module() -> None:
    files = {
        "state.py": IMPORT + "client = None\ndef init():\n    global client\n    client = OpenAI(timeout=20)\n",
        "app.py": "import state\ndef ask():\n    state.client.chat()\n",
    }
    assert trace(files, "app.py", "state.client") == "None | openai.OpenAI(timeout=20)"


def test_a_module_attribute_set_from_outside() -> None:
    files = {
        "state.py": "client = None\n",
        "app.py": IMPORT + "import state\nstate.client = OpenAI(timeout=20)\ndef ask():\n    state.client.chat()\n",
    }
    assert trace(files, "app.py", "state.client") == "None | openai.OpenAI(timeout=20)"


def test_a_generator_that_is_depended_on() -> None:
    source = """
        from fastapi import Depends
        def get_client():
            with OpenAI(timeout=20) as client:
                yield client
        def ask(question, client=Depends(get_client)):
            return client.chat()
    """
    assert trace_openai(source, "client") == "openai.OpenAI(timeout=20)"


def test_an_annotated_dependency() -> None:
    source = """
        from typing import Annotated
        from fastapi import Depends
        def get_client():
            return OpenAI(timeout=20)
        def ask(question, client: Annotated[OpenAI, Depends(get_client)]):
            return client.chat()
    """
    assert trace_openai(source, "client") == "openai.OpenAI(timeout=20)"


def test_a_dict_of_constructors() -> None:
    source = """
        MAKERS = {"sync": OpenAI, "async": AsyncOpenAI}
        MAKERS["sync"]().chat()
        MAKERS[kind]().chat()
    """
    assert trace_openai(source, 'MAKERS["sync"]()') == "openai.OpenAI()"
    assert trace_openai(source, "MAKERS[kind]()") == "openai.AsyncOpenAI() | openai.OpenAI()"


def test_a_registry_that_decorators_fill() -> None:
    source = """
        REGISTRY = {}
        def register(name):
            def wrap(make):
                REGISTRY[name] = make
                return make
            return wrap
        @register("openai")
        def make_openai():
            return OpenAI(timeout=20)
        REGISTRY["openai"]().chat()
    """
    assert trace_openai(source, 'REGISTRY["openai"]()') == "openai.OpenAI(timeout=20)"


@pytest.mark.parametrize("word", ["with", "async with"])
def test_with_gives_the_client(word: str) -> None:
    source = f"""
        async def ask():
            {word} AsyncOpenAI(timeout=20) as client:
                return client.chat()
    """
    assert trace_openai(source, "client") == "openai.AsyncOpenAI(timeout=20)"


def test_a_context_manager_made_by_a_decorator() -> None:
    source = """
        from contextlib import contextmanager
        @contextmanager
        def session():
            client = OpenAI(timeout=20)
            try:
                yield client
            finally:
                client.close()
        with session() as c:
            c.chat()
    """
    assert trace_openai(source, "c") == "openai.OpenAI(timeout=20)"


def test_a_context_manager_made_by_a_class() -> None:
    source = """
        class Session:
            def __enter__(self):
                self.client = OpenAI(timeout=20)
                return self.client
            def __exit__(self, *args): ...
        with Session() as c:
            c.chat()
    """
    assert trace_openai(source, "c") == "openai.OpenAI(timeout=20)"


def test_a_context_manager_that_enters_itself() -> None:
    source = """
        class Session:
            def __init__(self):
                self.client = OpenAI(timeout=20)
            def __enter__(self):
                return self
        with Session() as s:
            s.client.chat()
    """
    assert trace_openai(source, "s.client") == "openai.OpenAI(timeout=20)"


def test_clients_unpacked_from_a_tuple() -> None:
    source = """
        def make():
            return OpenAI(timeout=20), AsyncOpenAI(timeout=60)
        sync, other = make()
        sync.chat(other.chat())
    """
    assert trace_openai(source, "sync") == "openai.OpenAI(timeout=20)"
    assert trace_openai(source, "other") == "openai.AsyncOpenAI(timeout=60)"


def test_each_client_of_a_list() -> None:
    source = """
        for client in [OpenAI(timeout=20), AsyncOpenAI(timeout=60)]:
            client.chat()
    """
    assert trace_openai(source, "client") == "openai.AsyncOpenAI(timeout=60) | openai.OpenAI(timeout=20)"
