"""What is put together elsewhere: registries, dependencies, containers, lazy modules, web frameworks.

However it is done, the call is one of `gpt-4o` at OpenAI with a limit of 20 seconds."""

from __future__ import annotations

import pytest

from tests.infer.making import Files, said

WAYS: dict[str, Files | str] = {
    "a package that imports when asked": {
        "main.py": """
            from app import llm_client
            def ask(question):
                return llm_client().chat.completions.create(model="gpt-4o", messages=[question])
        """,
        "app/__init__.py": """
            import importlib
            _LAZY = {"llm_client": "app.llm", "other": "app.other"}
            def __getattr__(name):
                if name in _LAZY:
                    module = importlib.import_module(_LAZY[name])
                    return getattr(module, name)
                raise AttributeError(name)
        """,
        "app/llm.py": """
            from openai import OpenAI
            def llm_client():
                return OpenAI(timeout=20)
        """,
        "app/other.py": """
            def other():
                return None
        """,
    },
    "a package that imports by name": {
        "main.py": """
            from app import Llm
            def ask(question):
                return Llm().client.chat.completions.create(model="gpt-4o", messages=[question])
        """,
        "app/__init__.py": """
            __all__ = ["Llm", "Store"]
            def __getattr__(name):
                if name == "Llm":
                    from .llm import Llm
                    return Llm
                if name == "Store":
                    from .store import Store
                    return Store
                raise AttributeError(name)
        """,
        "app/llm.py": """
            from openai import OpenAI
            class Llm:
                def __init__(self):
                    self.client = OpenAI(timeout=20)
        """,
        "app/store.py": """
            class Store:
                pass
        """,
    },
    "a class named by a text": {
        "app.py": """
            import importlib
            PATH = "providers.openai_provider.OpenAIProvider"
            def load(path):
                module, _, name = path.rpartition(".")
                return getattr(importlib.import_module(module), name)
            provider = load(PATH)("gpt-4o")
            provider.ask("hi")
        """,
        "providers/openai_provider.py": """
            from openai import OpenAI
            class OpenAIProvider:
                def __init__(self, model):
                    self.model = model
                    self.client = OpenAI(timeout=20)
                def ask(self, question):
                    return self.client.chat.completions.create(model=self.model, messages=[question])
        """,
    },
    "a registry of classes with a decorator": {
        "app.py": """
            from factory import LLMFactory
            llm = LLMFactory.create("openai", model="gpt-4o")
            llm.ask("hi")
        """,
        "factory.py": """
            class LLMFactory:
                _registry = {}
                @classmethod
                def register(cls, name):
                    def inner(wrapped):
                        cls._registry[name] = wrapped
                        return wrapped
                    return inner
                @classmethod
                def create(cls, name, **kwargs):
                    if name not in cls._registry:
                        raise ValueError(name)
                    return cls._registry[name](**kwargs)
        """,
        "providers.py": """
            from openai import OpenAI
            from factory import LLMFactory
            @LLMFactory.register("openai")
            class OpenAIProvider:
                def __init__(self, model):
                    self.model = model
                    self.client = OpenAI(timeout=20)
                def ask(self, question):
                    return self.client.chat.completions.create(model=self.model, messages=[question])
            @LLMFactory.register("other")
            class Other:
                def __init__(self, model):
                    self.model = model
        """,
    },
    "a registry filled by calls": """
        from openai import OpenAI
        _MAKERS = {}
        def register(name, maker):
            _MAKERS[name] = maker
        def make(name, **options):
            maker = _MAKERS.get(name)
            if maker is None:
                raise KeyError(name)
            return maker(**options)
        def make_openai(timeout):
            return OpenAI(timeout=timeout)
        register("openai", make_openai)
        register("none", lambda timeout: None)
        def ask(question):
            return make("openai", timeout=20).chat.completions.create(model="gpt-4o", messages=[question])
    """,
    "a registry of subclasses": """
        from openai import OpenAI
        class Provider:
            registry = {}
            name = ""
            def __init_subclass__(cls, **kwargs):
                super().__init_subclass__(**kwargs)
                cls.registry[cls.name] = cls
        class OpenAIProvider(Provider):
            name = "openai"
            def __init__(self):
                self.client = OpenAI(timeout=20)
        class Nothing(Provider):
            name = "nothing"
        def ask(question):
            provider = Provider.registry["openai"]()
            return provider.client.chat.completions.create(model="gpt-4o", messages=[question])
    """,
    "the state of a session": """
        import streamlit as st
        from openai import OpenAI
        if "client" not in st.session_state:
            st.session_state.client = OpenAI(timeout=20)
        if "model" not in st.session_state:
            st.session_state["model"] = "gpt-4o"
        if prompt := st.chat_input("?"):
            st.session_state.client.chat.completions.create(model=st.session_state["model"], messages=[prompt])
    """,
    "the state of a session by key and by name": """
        import streamlit as st
        from openai import OpenAI
        st.session_state["client"] = OpenAI(timeout=20)
        st.session_state.setdefault("model", "gpt-4o")
        if prompt := st.chat_input("?"):
            st.session_state.client.chat.completions.create(model=st.session_state.model, messages=[prompt])
    """,
    "a cached resource": """
        import streamlit as st
        from openai import OpenAI
        @st.cache_resource(show_spinner=False)
        def client(timeout):
            return OpenAI(timeout=timeout)
        client(20).chat.completions.create(model="gpt-4o", messages=[])
    """,
    "the state of an application": """
        from contextlib import asynccontextmanager
        from fastapi import FastAPI, Request
        from openai import AsyncOpenAI
        @asynccontextmanager
        async def lifespan(app):
            app.state.client = AsyncOpenAI(timeout=20)
            yield
            await app.state.client.close()
        app = FastAPI(lifespan=lifespan)
        @app.post("/ask")
        async def ask(request: Request, question: str):
            client = request.app.state.client
            return await client.chat.completions.create(model="gpt-4o", messages=[question])
    """,
    "a dependency that reads the state": """
        from typing import Annotated
        from fastapi import Depends, FastAPI, Request
        from openai import AsyncOpenAI
        app = FastAPI()
        @app.on_event("startup")
        async def startup():
            app.state.llm = AsyncOpenAI(timeout=20)
        def get_llm(request: Request) -> AsyncOpenAI:
            return request.app.state.llm
        Llm = Annotated[AsyncOpenAI, Depends(get_llm)]
        @app.post("/ask")
        async def ask(question: str, llm: Llm):
            return await llm.chat.completions.create(model="gpt-4o", messages=[question])
    """,
    "a class as a dependency": """
        from fastapi import Depends, FastAPI
        from openai import OpenAI
        app = FastAPI()
        class Service:
            def __init__(self, client: OpenAI = Depends(lambda: OpenAI(timeout=20))):
                self.client = client
            def ask(self, question):
                return self.client.chat.completions.create(model="gpt-4o", messages=[question])
        @app.post("/ask")
        def ask(question: str, service: Service = Depends()):
            return service.ask(question)
    """,
    "a container of providers": {
        "main.py": """
            from containers import Container
            container = Container()
            service = container.service()
            service.ask("hi")
        """,
        "containers.py": """
            from dependency_injector import containers, providers
            from openai import OpenAI
            from service import Service
            class Container(containers.DeclarativeContainer):
                client = providers.Singleton(OpenAI, timeout=20)
                service = providers.Factory(Service, client=client, model="gpt-4o")
        """,
        "service.py": """
            class Service:
                def __init__(self, client, model):
                    self.client = client
                    self.model = model
                def ask(self, question):
                    return self.client.chat.completions.create(model=self.model, messages=[question])
        """,
    },
    "a module of an injector": {
        "main.py": """
            from injector import Injector, Module, inject, provider, singleton
            from openai import OpenAI
            class LlmModule(Module):
                @singleton
                @provider
                def client(self) -> OpenAI:
                    return OpenAI(timeout=20)
            class Service:
                @inject
                def __init__(self, client: OpenAI):
                    self.client = client
                def ask(self, question):
                    return self.client.chat.completions.create(model="gpt-4o", messages=[question])
            Injector([LlmModule()]).get(Service).ask("hi")
        """,
    },
    "what a request carries along": """
        from flask import Flask, g
        from openai import OpenAI
        app = Flask(__name__)
        @app.before_request
        def before():
            g.client = OpenAI(timeout=20)
        @app.route("/ask")
        def ask():
            return g.client.chat.completions.create(model="gpt-4o", messages=[])
    """,
}


@pytest.mark.parametrize("way", WAYS)
def test_the_client_and_the_model_are_found(way: str) -> None:
    assert said(WAYS[way], "provider", "model", "timeout") == "openai gpt-4o 20"
