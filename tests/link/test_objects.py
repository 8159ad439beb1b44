"""What is kept in objects and classes is followed to where it is made."""

from __future__ import annotations

import pytest

from tests.link.making import IMPORT, trace, trace_module, trace_openai


def test_an_instance_of_a_module_is_used_in_a_function() -> None:
    source = """
        client = OpenAI(timeout=20)
        def ask():
            return client.chat()
    """
    assert trace_openai(source, "client") == "openai.OpenAI(timeout=20)"


def test_an_instance_of_another_module_is_used_through_its_module() -> None:
    files = {"core.py": IMPORT + "client = OpenAI(timeout=20)\n", "app.py": "import core\ndef ask():\n    core.client.chat()\n"}
    assert trace(files, "app.py", "core.client") == "openai.OpenAI(timeout=20)"


def test_what_init_keeps_is_found_in_other_methods() -> None:
    source = """
        class Service:
            def __init__(self):
                self.client = OpenAI(timeout=20)
            def ask(self):
                return self.client.chat()
    """
    assert trace_openai(source, "self.client") == "openai.OpenAI(timeout=20)"


def test_what_init_is_given_comes_from_who_makes_the_object() -> None:
    source = """
        class Service:
            def __init__(self, client, model="gpt-4o"):
                self.client = client
                self.model = model
            def ask(self):
                return self.client.chat(self.model)
        service = Service(OpenAI(timeout=20), model="gpt-4o-mini")
        service.ask()
    """
    assert trace_openai(source, "self.client") == "openai.OpenAI(timeout=20)"


def test_two_objects_of_a_class_keep_their_own_values() -> None:
    source = """
        class Service:
            def __init__(self, model):
                self.model = model
        fast, good = Service("gpt-4o-mini"), Service("gpt-4o")
        ask(fast.model, good.model)
    """
    assert trace_openai(source, "fast.model") == "'gpt-4o-mini'"
    assert trace_openai(source, "good.model") == "'gpt-4o'"


def test_inside_of_the_class_both_are_possible() -> None:
    source = """
        class Service:
            def __init__(self, model):
                self.model = model
            def ask(self):
                return call(self.model)
        Service("gpt-4o-mini").ask()
        Service("gpt-4o").ask()
    """
    assert trace_openai(source, "self.model") == "'gpt-4o' | 'gpt-4o-mini'"


def test_a_default_counts_when_the_argument_is_left_out() -> None:
    source = """
        class Service:
            def __init__(self, model="gpt-4o"):
                self.model = model
        ask(Service().model)
    """
    assert trace_openai(source, "Service().model") == "'gpt-4o'"


def test_an_attribute_that_a_base_sets_is_inherited() -> None:
    files = {
        "base.py": IMPORT + "class Base:\n    def __init__(self):\n        self.client = OpenAI(timeout=20)\n",
        "app.py": "from base import Base\nclass Service(Base):\n    def ask(self):\n        return self.client.chat()\n",
    }
    assert trace(files, "app.py", "self.client") == "openai.OpenAI(timeout=20)"


def test_arguments_travel_through_super_init() -> None:
    source = """
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
    """
    assert trace_openai(source, "self.model") == "'ft:claims'"


def test_the_old_form_of_super_init_counts_too() -> None:
    source = """
        class Base:
            def __init__(self, model):
                self.model = model
        class Service(Base):
            def __init__(self):
                Base.__init__(self, "gpt-4o")
            def ask(self):
                return call(self.model)
    """
    assert trace_openai(source, "self.model") == "'gpt-4o'"


def test_super_init_through_two_levels() -> None:
    source = """
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
    """
    assert trace_openai(source, "C().model") == "'gpt-4o'"


def test_a_method_sets_an_attribute_for_another() -> None:
    source = """
        class Service:
            def connect(self):
                self.client = OpenAI(timeout=20)
            def ask(self):
                self.client.chat()
    """
    assert trace_openai(source, "self.client") == "openai.OpenAI(timeout=20)"


def test_an_attribute_that_is_none_at_first() -> None:
    source = """
        class Service:
            client = None
            def ask(self):
                if self.client is None:
                    self.client = OpenAI(timeout=20)
                return self.client.chat()
    """
    assert trace_openai(source, "self.client") == "None | openai.OpenAI(timeout=20)"


def test_an_attribute_set_from_outside() -> None:
    source = """
        class Service:
            def ask(self):
                return self.client.chat()
        service = Service()
        service.client = OpenAI(timeout=20)
    """
    assert trace_openai(source, "self.client") == "openai.OpenAI(timeout=20)"


def test_class_attributes() -> None:
    source = """
        class Service:
            MODEL = "gpt-4o"
            def ask(self):
                return call(self.MODEL)
    """
    assert trace_openai(source, "self.MODEL") == "'gpt-4o'"
    source = """
        class Config:
            MODEL = "gpt-4o"
        ask(Config.MODEL)
    """
    assert trace_openai(source, "Config.MODEL") == "'gpt-4o'"


def test_a_subclass_overrides_a_class_attribute() -> None:
    source = """
        class Base:
            model = "gpt-4o"
        class Fast(Base):
            model = "gpt-4o-mini"
        ask(Fast().model)
    """
    assert trace_openai(source, "Fast().model") == "'gpt-4o-mini'"


def test_in_a_base_class_the_values_of_all_subclasses_are_possible() -> None:
    source = """
        class Base:
            model = "gpt-4o"
            def ask(self):
                return call(self.model)
        class Fast(Base):
            model = "gpt-4o-mini"
    """
    assert trace_openai(source, "self.model") == "'gpt-4o' | 'gpt-4o-mini'"


@pytest.mark.parametrize("decorator", ["property", "cached_property", "functools.cached_property"])
def test_properties(decorator: str) -> None:
    source = f"""
        import functools
        from functools import cached_property
        class Service:
            @{decorator}
            def client(self):
                return OpenAI(timeout=20)
            def ask(self):
                return self.client.chat()
    """
    assert trace_openai(source, "self.client") == "openai.OpenAI(timeout=20)"


def test_an_abstract_method_is_what_its_subclasses_do() -> None:
    source = """
        from abc import ABC, abstractmethod
        class Base(ABC):
            @abstractmethod
            def make(self): ...
            def ask(self):
                return self.make().chat()
        class Service(Base):
            def make(self):
                return OpenAI(timeout=20)
    """
    assert trace_openai(source, "self.make()") == "openai.OpenAI(timeout=20)"


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
    assert trace_openai(source, "Service.make(20)") == "openai.OpenAI(timeout=20)"
    assert trace_openai(source, "Service.name()") == "'gpt-4o'"


def test_a_class_method_as_constructor() -> None:
    source = """
        class Service:
            def __init__(self, model):
                self.model = model
            @classmethod
            def fast(cls):
                return cls("gpt-4o-mini")
        ask(Service.fast().model)
    """
    assert trace_openai(source, "Service.fast().model") == "'gpt-4o-mini'"


def test_a_method_that_returns_self() -> None:
    source = """
        class Builder:
            def __init__(self):
                self.model = "gpt-4o"
            def verbose(self):
                return self
        ask(Builder().verbose().model)
    """
    assert trace_openai(source, "Builder().verbose().model") == "'gpt-4o'"


def test_an_object_that_is_called() -> None:
    source = """
        class Ask:
            def __init__(self, model):
                self.model = model
            def __call__(self, question):
                return self.model
        ask = Ask("gpt-4o")
        show(ask("hello"))
    """
    assert trace_openai(source, 'ask("hello")') == "'gpt-4o'"


def test_a_singleton_made_by_new() -> None:
    source = """
        class Holder:
            _instance = None
            def __new__(cls):
                if cls._instance is None:
                    cls._instance = super().__new__(cls)
                    cls._instance.client = OpenAI(timeout=20)
                return cls._instance
        Holder().client.chat()
    """
    assert trace_openai(source, "Holder().client") == "openai.OpenAI(timeout=20)"


def test_a_class_that_hands_out_something_else() -> None:
    source = """
        class Client:
            shared = None
            def __new__(cls):
                if cls.shared is None:
                    cls.shared = OpenAI(timeout=20)
                return cls.shared
        Client().chat()
    """
    assert trace_openai(source, "Client()") == "openai.OpenAI(timeout=20)"


def test_an_attribute_looked_up_by_a_known_name() -> None:
    source = """
        class Service:
            def __init__(self):
                self.client = OpenAI(timeout=20)
        service = Service()
        use(getattr(service, "client"), getattr(service, "model", "gpt-4o"), getattr(service, name))
    """
    assert trace_openai(source, 'getattr(service, "client")') == "openai.OpenAI(timeout=20)"
    assert "'gpt-4o'" in trace_openai(source, 'getattr(service, "model", "gpt-4o")')
    assert trace_openai(source, "getattr(service, name)") == "unknown"


def test_setattr_with_a_known_name() -> None:
    source = """
        class Service: ...
        service = Service()
        setattr(service, "client", OpenAI(timeout=20))
        service.client.chat()
    """
    assert trace_openai(source, "service.client") == "openai.OpenAI(timeout=20)"


def test_a_wrapper_class_hands_on_unknown_attributes() -> None:
    source = """
        class Wrapper:
            def __init__(self, inner):
                self._inner = inner
            def __getattr__(self, name):
                return getattr(self._inner, name)
        client = Wrapper(OpenAI(timeout=20))
        client.chat()
    """
    assert trace_openai(source, "client.chat") == "openai.OpenAI(timeout=20).chat"


def test_a_typed_parameter_of_an_own_class_is_any_object_of_it() -> None:
    source = """
        class Service:
            def __init__(self):
                self.client = OpenAI(timeout=20)
        def ask(service: Service):
            return service.client.chat()
    """
    assert trace_openai(source, "service.client") == "openai.OpenAI(timeout=20)"


def test_a_property_with_a_setter_gives_what_its_getter_gives() -> None:
    source = """
        class Model:
            def __init__(self):
                self._model = "gpt-4o"
            @property
            def model(self):
                return self._model
            @model.setter
            def model(self, value):
                if value:
                    self._model = value
        ask(Model().model)
    """
    assert "'gpt-4o'" in trace_module(source, "Model().model")


@pytest.mark.parametrize(
    "run",
    [
        "asyncio.get_running_loop().run_in_executor(None, make, 'gpt-4o')",
        "bot.loop.run_in_executor(None, functools.partial(make, 'gpt-4o'))",
        "asyncio.to_thread(make, 'gpt-4o')",
        "ThreadPoolExecutor().submit(make, 'gpt-4o').result()",
    ],
)
def test_what_a_function_gives_that_runs_elsewhere(run: str) -> None:
    source = f"""
        import asyncio, functools
        from concurrent.futures import ThreadPoolExecutor
        def make(name):
            return name
        def go(bot):
            ask({run})
    """
    assert trace_module(source, run) == "'gpt-4o'"


def test_a_namespace_of_several_objects_has_the_attributes_of_all() -> None:
    source = """
        import argparse
        from dataclasses import dataclass
        @dataclass
        class A:
            model: str = "gpt-4o"
        @dataclass
        class B:
            seed: int = 1
        args = argparse.Namespace(**vars(A()), **vars(B()))
        ask(args.model)
    """
    assert trace_module(source, "args.model") == "'gpt-4o'"


BASE = """
class Base:
    model = ""
    def __init__(self, model=None):
        self.model = model or self.model
"""
OWN = """
class Own(Base):
    model = "own"
    def ask(self):
        return use(self.model)
"""


@pytest.mark.parametrize(
    ("code", "holds"),
    [
        (BASE + OWN + 'Own("given").ask()', {"'own'", "'given'"}),
        (BASE + OWN + "Own(model=MODEL).ask()\nMODEL = 'given'", {"'own'", "'given'"}),
        (BASE + OWN + '    def __init__(self, m):\n        super().__init__(m)\nOwn("given").ask()', {"'own'", "'given'"}),
        (BASE + OWN + "    def __init__(self):\n        pass\nOwn().ask()", {"'own'"}),
    ],
    ids=["in the base's constructor", "by name", "handed on", "a constructor of its own"],
)
def test_what_a_base_puts_into_an_attribute_stands_over_the_body_of_the_class(code: str, holds: set[str]) -> None:
    assert set(trace_module(code, "self.model").split(" | ")) == holds


@pytest.mark.parametrize(
    ("targets", "expression"),
    [
        ("st.session_state.fast, st.session_state.slow", "st.session_state.slow"),
        ("app.fast, app.slow", "app.slow"),
        ('kept["fast"], kept["slow"]', 'kept["slow"]'),
        ("(app.fast, app.slow), app.name", "app.slow"),
    ],
)
@pytest.mark.parametrize("called", [True, False])
def test_attributes_and_items_get_their_share_of_what_is_unpacked(targets: str, expression: str, called: bool) -> None:
    pair = "(OpenAI(timeout=1), OpenAI(timeout=20))"
    value = "both()" if called else pair
    source = f"""
        import streamlit as st

        class App:
            pass

        def both():
            return {pair}

        app, kept = App(), {{}}
        {targets} = {f"({value}, 'x')" if targets.endswith("name") else value}
        ask({expression})
    """
    assert trace_openai(source, expression) == "openai.OpenAI(timeout=20)"
