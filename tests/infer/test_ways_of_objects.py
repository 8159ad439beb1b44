"""Clients and models that objects hold: constructors, properties, singletons, records, builders.

However it is done, the call is one of `gpt-4o` at OpenAI with a limit of 20 seconds."""

from __future__ import annotations

import pytest

from tests.infer.making import Files, said

WAYS: dict[str, Files | str] = {
    "an object that is called": """
        from openai import OpenAI
        class Chat:
            def __init__(self, model, timeout):
                self.model = model
                self.client = OpenAI(timeout=timeout)
            def __call__(self, question):
                return self.client.chat.completions.create(model=self.model, messages=[question])
        chat = Chat("gpt-4o", 20)
        chat("hello")
    """,
    "a client made on entering": """
        from openai import AsyncOpenAI
        class Session:
            async def __aenter__(self):
                self.client = AsyncOpenAI(timeout=20)
                return self
            async def __aexit__(self, *exc):
                await self.client.close()
            async def ask(self, question):
                return await self.client.chat.completions.create(model="gpt-4o", messages=[question])
        async def main():
            async with Session() as session:
                await session.ask("hi")
    """,
    "a property that makes the client when it is first asked": """
        from openai import OpenAI
        class Service:
            def __init__(self, model="gpt-4o"):
                self._client = None
                self._model = model
            @property
            def client(self):
                if self._client is None:
                    self._client = OpenAI(timeout=20)
                return self._client
            def ask(self, question):
                return self.client.chat.completions.create(model=self._model, messages=[question])
        Service().ask("hi")
    """,
    "a client that a setup method makes": """
        from openai import OpenAI
        class Worker:
            client: OpenAI | None = None
            def setup(self):
                self.client = OpenAI(timeout=20)
            def run(self, question):
                if (client := self.client) is None:
                    raise RuntimeError("call setup first")
                return client.chat.completions.create(model="gpt-4o", messages=[question])
    """,
    "a singleton with an accessor": """
        from openai import OpenAI
        class Llm:
            _instance = None
            @classmethod
            def get_instance(cls):
                if cls._instance is None:
                    cls._instance = cls("gpt-4o")
                return cls._instance
            def __init__(self, model):
                self.model = model
                self.client = OpenAI(timeout=20)
            def ask(self):
                return self.client.chat.completions.create(model=self.model, messages=[])
        Llm.get_instance().ask()
    """,
    "a singleton by its metaclass": """
        from openai import OpenAI
        class Singleton(type):
            _instances = {}
            def __call__(cls, *args, **kwargs):
                if cls not in cls._instances:
                    cls._instances[cls] = super().__call__(*args, **kwargs)
                return cls._instances[cls]
        class Llm(metaclass=Singleton):
            def __init__(self, model="gpt-4o"):
                self.model = model
                self.client = OpenAI(timeout=20)
        Llm().client.chat.completions.create(model=Llm().model, messages=[])
    """,
    "a singleton by a decorator": """
        from openai import OpenAI
        def singleton(cls):
            instances = {}
            def get(*args, **kwargs):
                if cls not in instances:
                    instances[cls] = cls(*args, **kwargs)
                return instances[cls]
            return get
        @singleton
        class Llm:
            def __init__(self, model):
                self.model = model
                self.client = OpenAI(timeout=20)
            def ask(self):
                return self.client.chat.completions.create(model=self.model, messages=[])
        Llm("gpt-4o").ask()
    """,
    "settings in an object inside of another": """
        from dataclasses import dataclass, field
        from openai import OpenAI
        @dataclass
        class LlmConfig:
            model: str = "gpt-4o"
            timeout: int = 20
        @dataclass
        class Config:
            llm: LlmConfig = field(default_factory=LlmConfig)
        class Llm:
            def __init__(self, config: Config):
                self.config = config
                self.client = OpenAI(timeout=config.llm.timeout)
            def ask(self):
                return self.client.chat.completions.create(model=self.config.llm.model, messages=[])
        Llm(Config()).ask()
    """,
    "a mixin that makes the client": """
        from openai import OpenAI
        class ClientMixin:
            timeout = 60
            @property
            def client(self):
                return OpenAI(timeout=self.timeout)
        class Service(ClientMixin):
            timeout = 20
            def ask(self, q):
                return self.client.chat.completions.create(model="gpt-4o", messages=[q])
    """,
    "a parameter typed by a protocol": """
        from typing import Protocol
        from openai import OpenAI
        class Llm(Protocol):
            def ask(self, q: str) -> str: ...
        class OpenAIBackend:
            def __init__(self, model="gpt-4o"):
                self.model = model
                self.client = OpenAI(timeout=20)
            def ask(self, q):
                return self.client.chat.completions.create(model=self.model, messages=[q])
        def run(llm: Llm, q):
            return llm.ask(q)
        run(OpenAIBackend(), "hi")
    """,
    "a named tuple of clients": """
        from collections import namedtuple
        from openai import OpenAI
        Clients = namedtuple("Clients", ["chat", "model"])
        clients = Clients(chat=OpenAI(timeout=20), model="gpt-4o")
        clients.chat.chat.completions.create(model=clients.model, messages=[])
    """,
    "constructors that work together": """
        from openai import OpenAI
        class Named:
            def __init__(self, name="x", **kwargs):
                super().__init__(**kwargs)
                self.name = name
        class Chat:
            def __init__(self, model="o1", timeout=60):
                self.model = model
                self.client = OpenAI(timeout=timeout)
        class Bot(Named, Chat):
            def __init__(self):
                super().__init__(name="bot", model="gpt-4o", timeout=20)
            def ask(self, q):
                return self.client.chat.completions.create(model=self.model, messages=[q])
        Bot().ask("hi")
    """,
    "a class of attrs": """
        import attrs
        from openai import OpenAI
        @attrs.define
        class Chat:
            model: str = "gpt-4o"
            client: OpenAI = attrs.field(factory=lambda: OpenAI(timeout=20))
            def ask(self, q):
                return self.client.chat.completions.create(model=self.model, messages=[q])
        Chat().ask("hi")
    """,
    "a private attribute of a model": """
        from openai import OpenAI
        from pydantic import BaseModel, PrivateAttr
        class Chat(BaseModel):
            model: str = "gpt-4o"
            timeout: int = 20
            _client: OpenAI = PrivateAttr()
            def model_post_init(self, context):
                self._client = OpenAI(timeout=self.timeout)
            def ask(self, q):
                return self._client.chat.completions.create(model=self.model, messages=[q])
        Chat().ask("hi")
    """,
    "an import for the type checker only": {
        "app.py": """
            from __future__ import annotations
            from typing import TYPE_CHECKING
            from clients import make
            if TYPE_CHECKING:
                from openai import OpenAI
            class App:
                client: OpenAI
                def __init__(self):
                    self.client = make()
                def ask(self, question):
                    return self.client.chat.completions.create(model="gpt-4o", messages=[question])
        """,
        "clients.py": """
            def make():
                from openai import OpenAI
                return OpenAI(timeout=20)
        """,
    },
    "a client that goes through two constructors": {
        "main.py": """
            from openai import OpenAI
            from service import Service
            from repo import Repo
            def build():
                client = OpenAI(timeout=20)
                repo = Repo(client, model="gpt-4o")
                return Service(repo)
            build().run("hi")
        """,
        "service.py": """
            from repo import Repo
            class Service:
                def __init__(self, repo: Repo):
                    self.repo = repo
                def run(self, question):
                    return self.repo.ask(question)
        """,
        "repo.py": """
            class Repo:
                def __init__(self, client, model):
                    self._client = client
                    self._model = model
                def ask(self, question):
                    return self._client.chat.completions.create(model=self._model, messages=[question])
        """,
    },
    "a property of an enumeration's member": """
        from enum import Enum
        from openai import OpenAI
        class Model(Enum):
            FAST = ("gpt-4o", 20)
            SLOW = ("o1", 60)
            @property
            def id(self):
                return self.value[0]
        def ask(q):
            return OpenAI(timeout=20).chat.completions.create(model=Model.FAST.id, messages=[q])
    """,
    "settings in a class that inherits": {
        "config.py": """
            class Config:
                MODEL = "gpt-4o-mini"
                TIMEOUT = 20
            class ProductionConfig(Config):
                MODEL = "gpt-4o"
        """,
        "app.py": """
            from openai import OpenAI
            from config import ProductionConfig as settings
            client = OpenAI(timeout=settings.TIMEOUT)
            def ask(q):
                return client.chat.completions.create(model=settings.MODEL, messages=[q])
        """,
    },
}


@pytest.mark.parametrize("way", WAYS)
def test_the_client_and_the_model_are_found(way: str) -> None:
    assert said(WAYS[way], "provider", "model", "timeout") == "openai gpt-4o 20"
