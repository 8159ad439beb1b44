"""Clients and settings that are kept in objects are followed to where they are made."""

from __future__ import annotations

import pytest

from tests.link.making import trace, trace_module

IMPORT = "from openai import OpenAI, AsyncOpenAI\n"


def traced(source: str, expression: str) -> str:
    """In a module that imports OpenAI."""
    return trace({"app.py": IMPORT + _flush(source)}, "app.py", expression)


def _flush(source: str) -> str:
    lines = source.strip("\n").split("\n")
    margin = len(lines[0]) - len(lines[0].lstrip())
    return "\n".join(line[margin:] for line in lines) + "\n"


# -- instances


def test_an_instance_of_a_module_is_used_in_a_function() -> None:
    assert traced("""
        client = OpenAI(timeout=20)
        def ask():
            return client.chat()
    """, "client") == "openai.OpenAI(timeout=20)"


def test_an_instance_of_another_module_is_used_through_its_module() -> None:
    files = {"core.py": IMPORT + "client = OpenAI(timeout=20)\n", "app.py": "import core\ndef ask():\n    core.client.chat()\n"}
    assert trace(files, "app.py", "core.client") == "openai.OpenAI(timeout=20)"


def test_what_init_keeps_is_found_in_other_methods() -> None:
    assert traced("""
        class Service:
            def __init__(self):
                self.client = OpenAI(timeout=20)
            def ask(self):
                return self.client.chat()
    """, "self.client") == "openai.OpenAI(timeout=20)"


def test_what_init_is_given_comes_from_who_makes_the_object() -> None:
    assert traced("""
        class Service:
            def __init__(self, client, model="gpt-4o"):
                self.client = client
                self.model = model
            def ask(self):
                return self.client.chat(self.model)
        service = Service(OpenAI(timeout=20), model="gpt-4o-mini")
        service.ask()
    """, "self.client") == "openai.OpenAI(timeout=20)"


def test_two_objects_of_a_class_keep_their_own_values() -> None:
    source = """
        class Service:
            def __init__(self, model):
                self.model = model
        fast, good = Service("gpt-4o-mini"), Service("gpt-4o")
        ask(fast.model, good.model)
    """
    assert traced(source, "fast.model") == "'gpt-4o-mini'"
    assert traced(source, "good.model") == "'gpt-4o'"


def test_inside_of_the_class_both_are_possible() -> None:
    assert traced("""
        class Service:
            def __init__(self, model):
                self.model = model
            def ask(self):
                return call(self.model)
        Service("gpt-4o-mini").ask()
        Service("gpt-4o").ask()
    """, "self.model") == "'gpt-4o' | 'gpt-4o-mini'"


def test_a_default_counts_when_the_argument_is_left_out() -> None:
    assert traced("""
        class Service:
            def __init__(self, model="gpt-4o"):
                self.model = model
        ask(Service().model)
    """, "Service().model") == "'gpt-4o'"


def test_an_attribute_that_a_base_sets_is_inherited() -> None:
    files = {
        "base.py": IMPORT + "class Base:\n    def __init__(self):\n        self.client = OpenAI(timeout=20)\n",
        "app.py": "from base import Base\nclass Service(Base):\n    def ask(self):\n        return self.client.chat()\n",
    }
    assert trace(files, "app.py", "self.client") == "openai.OpenAI(timeout=20)"


def test_arguments_travel_through_super_init() -> None:
    assert traced("""
        class Base:
            def __init__(self, model, timeout=60):
                self.model = model
                self.timeout = timeout
        class Service(Base):
            def __init__(self, name):
                super().__init__("ft:" + name, timeout=20)
            def ask(self):
                return call(self.model, self.timeout)
        Service("claims").ask()
    """, "self.model") == "'ft:claims'"


def test_the_old_form_of_super_init_counts_too() -> None:
    assert traced("""
        class Base:
            def __init__(self, model):
                self.model = model
        class Service(Base):
            def __init__(self):
                Base.__init__(self, "gpt-4o")
            def ask(self):
                return call(self.model)
    """, "self.model") == "'gpt-4o'"


def test_super_init_through_two_levels() -> None:
    assert traced("""
        class A:
            def __init__(self, model):
                self.model = model
        class B(A):
            def __init__(self, model):
                super().__init__(model)
        class C(B):
            def __init__(self):
                super().__init__("gpt-4o")
        ask(C().model)
    """, "C().model") == "'gpt-4o'"


def test_a_method_sets_an_attribute_for_another() -> None:
    assert traced("""
        class Service:
            def connect(self):
                self.client = OpenAI(timeout=20)
            def ask(self):
                self.client.chat()
    """, "self.client") == "openai.OpenAI(timeout=20)"


def test_an_attribute_that_is_none_at_first() -> None:
    assert traced("""
        class Service:
            client = None
            def ask(self):
                if self.client is None:
                    self.client = OpenAI(timeout=20)
                return self.client.chat()
    """, "self.client") == "None | openai.OpenAI(timeout=20)"


def test_an_attribute_set_from_outside() -> None:
    assert traced("""
        class Service:
            def ask(self):
                return self.client.chat()
        service = Service()
        service.client = OpenAI(timeout=20)
    """, "self.client") == "openai.OpenAI(timeout=20)"


def test_class_attributes() -> None:
    assert traced("""
        class Service:
            MODEL = "gpt-4o"
            def ask(self):
                return call(self.MODEL)
    """, "self.MODEL") == "'gpt-4o'"
    assert traced("""
        class Config:
            MODEL = "gpt-4o"
        ask(Config.MODEL)
    """, "Config.MODEL") == "'gpt-4o'"


def test_a_subclass_overrides_a_class_attribute() -> None:
    assert traced("""
        class Base:
            model = "gpt-4o"
        class Fast(Base):
            model = "gpt-4o-mini"
        ask(Fast().model)
    """, "Fast().model") == "'gpt-4o-mini'"


def test_in_a_base_class_the_values_of_all_subclasses_are_possible() -> None:
    assert traced("""
        class Base:
            model = "gpt-4o"
            def ask(self):
                return call(self.model)
        class Fast(Base):
            model = "gpt-4o-mini"
    """, "self.model") == "'gpt-4o' | 'gpt-4o-mini'"


@pytest.mark.parametrize("decorator", ["property", "cached_property", "functools.cached_property"])
def test_properties(decorator: str) -> None:
    assert traced(f"""
        import functools
        from functools import cached_property
        class Service:
            @{decorator}
            def client(self):
                return OpenAI(timeout=20)
            def ask(self):
                return self.client.chat()
    """, "self.client") == "openai.OpenAI(timeout=20)"


def test_an_abstract_method_is_what_its_subclasses_do() -> None:
    assert traced("""
        from abc import ABC, abstractmethod
        class Base(ABC):
            @abstractmethod
            def make(self): ...
            def ask(self):
                return self.make().chat()
        class Service(Base):
            def make(self):
                return OpenAI(timeout=20)
    """, "self.make()") == "openai.OpenAI(timeout=20)"


def test_static_and_class_methods() -> None:
    source = """
        class Service:
            model = "gpt-4o"
            @staticmethod
            def make(timeout):
                return OpenAI(timeout=timeout)
            @classmethod
            def name(cls):
                return cls.model
        ask(Service.make(20), Service.name())
    """
    assert traced(source, "Service.make(20)") == "openai.OpenAI(timeout=20)"
    assert traced(source, "Service.name()") == "'gpt-4o'"


def test_a_class_method_as_constructor() -> None:
    assert traced("""
        class Service:
            def __init__(self, model):
                self.model = model
            @classmethod
            def fast(cls):
                return cls("gpt-4o-mini")
        ask(Service.fast().model)
    """, "Service.fast().model") == "'gpt-4o-mini'"


def test_a_method_that_returns_self() -> None:
    assert traced("""
        class Builder:
            def __init__(self):
                self.model = "gpt-4o"
            def verbose(self):
                return self
        ask(Builder().verbose().model)
    """, "Builder().verbose().model") == "'gpt-4o'"


def test_an_object_that_is_called() -> None:
    assert traced("""
        class Ask:
            def __init__(self, model):
                self.model = model
            def __call__(self, question):
                return self.model
        ask = Ask("gpt-4o")
        show(ask("hello"))
    """, 'ask("hello")') == "'gpt-4o'"


def test_a_singleton_made_by_new() -> None:
    assert traced("""
        class Holder:
            _instance = None
            def __new__(cls):
                if cls._instance is None:
                    cls._instance = super().__new__(cls)
                    cls._instance.client = OpenAI(timeout=20)
                return cls._instance
        Holder().client.chat()
    """, "Holder().client") == "openai.OpenAI(timeout=20)"


def test_a_class_that_hands_out_something_else() -> None:
    assert traced("""
        class Client:
            shared = None
            def __new__(cls):
                if cls.shared is None:
                    cls.shared = OpenAI(timeout=20)
                return cls.shared
        Client().chat()
    """, "Client()") == "openai.OpenAI(timeout=20)"


def test_an_attribute_looked_up_by_a_known_name() -> None:
    source = """
        class Service:
            def __init__(self):
                self.client = OpenAI(timeout=20)
        service = Service()
        use(getattr(service, "client"), getattr(service, "model", "gpt-4o"), getattr(service, name))
    """
    assert traced(source, 'getattr(service, "client")') == "openai.OpenAI(timeout=20)"
    assert "'gpt-4o'" in traced(source, 'getattr(service, "model", "gpt-4o")')
    assert traced(source, "getattr(service, name)") == "unknown"


def test_setattr_with_a_known_name() -> None:
    assert traced("""
        class Service: ...
        service = Service()
        setattr(service, "client", OpenAI(timeout=20))
        service.client.chat()
    """, "service.client") == "openai.OpenAI(timeout=20)"


def test_a_wrapper_class_hands_on_unknown_attributes() -> None:
    assert traced("""
        class Wrapper:
            def __init__(self, inner):
                self._inner = inner
            def __getattr__(self, name):
                return getattr(self._inner, name)
        client = Wrapper(OpenAI(timeout=20))
        client.chat()
    """, "client.chat") == "openai.OpenAI(timeout=20).chat"


def test_a_typed_parameter_of_an_own_class_is_any_object_of_it() -> None:
    assert traced("""
        class Service:
            def __init__(self):
                self.client = OpenAI(timeout=20)
        def ask(service: Service):
            return service.client.chat()
    """, "service.client") == "openai.OpenAI(timeout=20)"


# -- factories


def test_a_factory_function() -> None:
    assert traced("""
        def make(timeout=20):
            return OpenAI(timeout=timeout)
        make().chat()
        make(timeout=5).chat()
    """, "make()") == "openai.OpenAI(timeout=20)"


def test_a_factory_with_branches_gives_alternatives() -> None:
    assert traced("""
        def make(fast):
            if fast:
                return OpenAI(timeout=5)
            return AsyncOpenAI(timeout=60)
        make(flag).chat()
    """, "make(flag)") == "openai.AsyncOpenAI(timeout=60) | openai.OpenAI(timeout=5)"


@pytest.mark.parametrize("decorator", ["lru_cache", "lru_cache(maxsize=1)", "functools.cache", "st.cache_resource"])
def test_a_cached_factory(decorator: str) -> None:
    assert traced(f"""
        import functools
        import streamlit as st
        from functools import lru_cache
        @{decorator}
        def get_client():
            return OpenAI(timeout=20)
        get_client().chat()
    """, "get_client()") == "openai.OpenAI(timeout=20)"


def test_a_lazy_singleton_with_global() -> None:
    assert traced("""
        _client = None
        def get_client():
            global _client
            if _client is None:
                _client = OpenAI(timeout=20)
            return _client
        get_client().chat()
    """, "get_client()") == "None | openai.OpenAI(timeout=20)"


def test_a_global_that_an_init_function_sets_in_another_module() -> None:
    files = {
        "state.py": IMPORT + "client = None\ndef init():\n    global client\n    client = OpenAI(timeout=20)\n",
        "app.py": "import state\ndef ask():\n    state.client.chat()\n",
    }
    assert trace(files, "app.py", "state.client") == "None | openai.OpenAI(timeout=20)"


def test_a_module_attribute_set_from_outside() -> None:
    files = {"state.py": "client = None\n", "app.py": IMPORT + "import state\nstate.client = OpenAI(timeout=20)\ndef ask():\n    state.client.chat()\n"}
    assert trace(files, "app.py", "state.client") == "None | openai.OpenAI(timeout=20)"


def test_a_generator_that_is_depended_on() -> None:
    assert traced("""
        from fastapi import Depends
        def get_client():
            with OpenAI(timeout=20) as client:
                yield client
        def ask(question, client=Depends(get_client)):
            return client.chat()
    """, "client") == "openai.OpenAI(timeout=20)"


def test_an_annotated_dependency() -> None:
    assert traced("""
        from typing import Annotated
        from fastapi import Depends
        def get_client():
            return OpenAI(timeout=20)
        def ask(question, client: Annotated[OpenAI, Depends(get_client)]):
            return client.chat()
    """, "client") == "openai.OpenAI(timeout=20)"


def test_a_dict_of_constructors() -> None:
    source = """
        MAKERS = {"sync": OpenAI, "async": AsyncOpenAI}
        MAKERS["sync"]().chat()
        MAKERS[kind]().chat()
    """
    assert traced(source, 'MAKERS["sync"]()') == "openai.OpenAI()"
    assert traced(source, "MAKERS[kind]()") == "openai.AsyncOpenAI() | openai.OpenAI()"


def test_a_registry_that_decorators_fill() -> None:
    assert traced("""
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
    """, 'REGISTRY["openai"]()') == "openai.OpenAI(timeout=20)"


@pytest.mark.parametrize("word", ["with", "async with"])
def test_with_gives_the_client(word: str) -> None:
    assert traced(f"""
        async def ask():
            {word} AsyncOpenAI(timeout=20) as client:
                return client.chat()
    """, "client") == "openai.AsyncOpenAI(timeout=20)"


def test_a_context_manager_made_by_a_decorator() -> None:
    assert traced("""
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
    """, "c") == "openai.OpenAI(timeout=20)"


def test_a_context_manager_made_by_a_class() -> None:
    assert traced("""
        class Session:
            def __enter__(self):
                self.client = OpenAI(timeout=20)
                return self.client
            def __exit__(self, *args): ...
        with Session() as c:
            c.chat()
    """, "c") == "openai.OpenAI(timeout=20)"


def test_a_context_manager_that_enters_itself() -> None:
    assert traced("""
        class Session:
            def __init__(self):
                self.client = OpenAI(timeout=20)
            def __enter__(self):
                return self
        with Session() as s:
            s.client.chat()
    """, "s.client") == "openai.OpenAI(timeout=20)"


def test_clients_unpacked_from_a_tuple() -> None:
    source = """
        def make():
            return OpenAI(timeout=20), AsyncOpenAI(timeout=60)
        sync, other = make()
        sync.chat(other.chat())
    """
    assert traced(source, "sync") == "openai.OpenAI(timeout=20)"
    assert traced(source, "other") == "openai.AsyncOpenAI(timeout=60)"


def test_each_client_of_a_list() -> None:
    assert traced("""
        for client in [OpenAI(timeout=20), AsyncOpenAI(timeout=60)]:
            client.chat()
    """, "client") == "openai.AsyncOpenAI(timeout=60) | openai.OpenAI(timeout=20)"


# -- fields


def test_fields_of_a_dataclass() -> None:
    source = """
        from dataclasses import dataclass, field
        @dataclass
        class Config:
            model: str = "gpt-4o"
            stop: list = field(default_factory=list)
            temperature: float = field(default=0.2)
        ask(Config().model, Config("gpt-4o-mini").model, Config(model="o1").model, Config().temperature)
    """
    assert traced(source, "Config().model") == "'gpt-4o'"
    assert traced(source, 'Config("gpt-4o-mini").model') == "'gpt-4o-mini'"
    assert traced(source, 'Config(model="o1").model') == "'o1'"
    assert traced(source, "Config().temperature") == "0.2"


def test_a_default_factory_makes_the_value() -> None:
    assert traced("""
        from dataclasses import dataclass, field
        @dataclass
        class Service:
            client: OpenAI = field(default_factory=lambda: OpenAI(timeout=20))
        Service().client.chat()
    """, "Service().client") == "openai.OpenAI(timeout=20)"


def test_a_field_that_post_init_sets() -> None:
    assert traced("""
        from dataclasses import dataclass, field
        @dataclass
        class Service:
            timeout: int = 20
            client: OpenAI = field(init=False)
            def __post_init__(self):
                self.client = OpenAI(timeout=self.timeout)
        Service().client.chat()
    """, "Service().client") == "openai.OpenAI(timeout=20)"


def test_fields_that_a_base_dataclass_declares_come_first() -> None:
    assert traced("""
        from dataclasses import dataclass
        @dataclass
        class Base:
            model: str
        @dataclass
        class Config(Base):
            timeout: int = 20
        ask(Config("gpt-4o", 5).timeout)
    """, 'Config("gpt-4o", 5).timeout') == "5"


def test_a_replaced_field() -> None:
    assert traced("""
        from dataclasses import dataclass, replace
        @dataclass(frozen=True)
        class Config:
            model: str = "gpt-4o"
        ask(replace(Config(), model="o1").model)
    """, 'replace(Config(), model="o1").model') == "'o1'"


def test_fields_of_a_named_tuple() -> None:
    source = """
        from collections import namedtuple
        from typing import NamedTuple
        class Config(NamedTuple):
            model: str = "gpt-4o"
            timeout: int = 20
        ask(Config("o1").model, Config().timeout)
    """
    assert traced(source, 'Config("o1").model') == "'o1'"
    assert traced(source, "Config().timeout") == "20"


def test_a_named_tuple_is_unpacked() -> None:
    assert traced("""
        from typing import NamedTuple
        class Config(NamedTuple):
            model: str = "gpt-4o"
            timeout: int = 20
        name, limit = Config("o1")
        ask(name)
    """, "name") == "'o1'"


def test_fields_of_a_pydantic_model() -> None:
    source = """
        from pydantic import BaseModel, Field
        class Config(BaseModel):
            model: str = "gpt-4o"
            temperature: float = Field(0.2, ge=0)
            timeout: int = Field(default=20)
            key: str
        ask(Config(key="k").model, Config(model="o1", key="k").model, Config(key="k").temperature, Config(key="k").timeout)
    """
    assert traced(source, 'Config(key="k").model') == "'gpt-4o'"
    assert traced(source, 'Config(model="o1", key="k").model') == "'o1'"
    assert traced(source, 'Config(key="k").temperature') == "0.2"
    assert traced(source, 'Config(key="k").timeout') == "20"


def test_the_code_of_a_request_body_is_not_known() -> None:
    """A default that a caller may override is only one of the possible values."""
    found = traced("""
        from pydantic import BaseModel
        class Body(BaseModel):
            model: str = "gpt-4o"
        def ask(body: Body):
            return call(body.model)
    """, "body.model")
    assert found != "'gpt-4o'"
    assert "'gpt-4o'" in found


def test_enums() -> None:
    source = """
        from enum import Enum, StrEnum
        class Model(str, Enum):
            FAST = "gpt-4o-mini"
            GOOD = "gpt-4o"
        class Short(StrEnum):
            O1 = "o1"
        ask(Model.FAST, Model.GOOD.value, Short.O1, Model["FAST"], Model("gpt-4o"))
    """
    assert traced(source, "Model.FAST") == "'gpt-4o-mini'"
    assert traced(source, "Model.GOOD.value") == "'gpt-4o'"
    assert traced(source, "Short.O1") == "'o1'"
    assert traced(source, 'Model["FAST"]') == "'gpt-4o-mini'"
    assert traced(source, 'Model("gpt-4o")') == "'gpt-4o'"


def test_the_name_of_an_enum_member_is_not_its_value() -> None:
    assert traced("""
        from enum import Enum
        class Model(Enum):
            FAST = "gpt-4o-mini"
        ask(Model.FAST.name)
    """, "Model.FAST.name") == "'FAST'"


def test_a_simple_namespace() -> None:
    assert traced("""
        from types import SimpleNamespace
        config = SimpleNamespace(model="gpt-4o")
        ask(config.model)
    """, "config.model") == "'gpt-4o'"


def test_nothing_is_known_about_an_object_from_outside() -> None:
    assert trace_module("def ask(service):\n    return call(service.model)\n", "service.model") == "parameter service.model"
