"""Fields of dataclasses, named tuples, models and enumerations are what was put into them."""

from __future__ import annotations

from tests.link.making import trace_module, trace_openai


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
    assert trace_openai(source, "Config().model") == "'gpt-4o'"
    assert trace_openai(source, 'Config("gpt-4o-mini").model') == "'gpt-4o-mini'"
    assert trace_openai(source, 'Config(model="o1").model') == "'o1'"
    assert trace_openai(source, "Config().temperature") == "0.2"


def test_a_default_factory_makes_the_value() -> None:
    source = """
        from dataclasses import dataclass, field
        @dataclass
        class Service:
            client: OpenAI = field(default_factory=lambda: OpenAI(timeout=20))
        Service().client.chat()
    """
    assert trace_openai(source, "Service().client") == "openai.OpenAI(timeout=20)"


def test_a_field_that_post_init_sets() -> None:
    source = """
        from dataclasses import dataclass, field
        @dataclass
        class Service:
            timeout: int = 20
            client: OpenAI = field(init=False)
            def __post_init__(self):
                self.client = OpenAI(timeout=self.timeout)
        Service().client.chat()
    """
    assert trace_openai(source, "Service().client") == "openai.OpenAI(timeout=20)"


def test_fields_that_a_base_dataclass_declares_come_first() -> None:
    source = """
        from dataclasses import dataclass
        @dataclass
        class Base:
            model: str
        @dataclass
        class Config(Base):
            timeout: int = 20
        ask(Config("gpt-4o", 5).timeout)
    """
    assert trace_openai(source, 'Config("gpt-4o", 5).timeout') == "5"


def test_a_replaced_field() -> None:
    source = """
        from dataclasses import dataclass, replace
        @dataclass(frozen=True)
        class Config:
            model: str = "gpt-4o"
        ask(replace(Config(), model="o1").model)
    """
    assert trace_openai(source, 'replace(Config(), model="o1").model') == "'o1'"


def test_fields_of_a_named_tuple() -> None:
    source = """
        from collections import namedtuple
        from typing import NamedTuple
        class Config(NamedTuple):
            model: str = "gpt-4o"
            timeout: int = 20
        ask(Config("o1").model, Config().timeout)
    """
    assert trace_openai(source, 'Config("o1").model') == "'o1'"
    assert trace_openai(source, "Config().timeout") == "20"


def test_a_named_tuple_is_unpacked() -> None:
    source = """
        from typing import NamedTuple
        class Config(NamedTuple):
            model: str = "gpt-4o"
            timeout: int = 20
        name, limit = Config("o1")
        ask(name)
    """
    assert trace_openai(source, "name") == "'o1'"


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
    assert trace_openai(source, 'Config(key="k").model') == "'gpt-4o'"
    assert trace_openai(source, 'Config(model="o1", key="k").model') == "'o1'"
    assert trace_openai(source, 'Config(key="k").temperature') == "0.2"
    assert trace_openai(source, 'Config(key="k").timeout') == "20"


def test_the_code_of_a_request_body_is_not_known() -> None:
    """A default that a caller may override is only one of the possible values."""
    source = """
        from pydantic import BaseModel
        class Body(BaseModel):
            model: str = "gpt-4o"
        def ask(body: Body):
            return call(body.model)
    """
    found = trace_openai(source, "body.model")
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
    assert trace_openai(source, "Model.FAST") == "'gpt-4o-mini'"
    assert trace_openai(source, "Model.GOOD.value") == "'gpt-4o'"
    assert trace_openai(source, "Short.O1") == "'o1'"
    assert trace_openai(source, 'Model["FAST"]') == "'gpt-4o-mini'"
    assert trace_openai(source, 'Model("gpt-4o")') == "'gpt-4o'"


def test_the_name_of_an_enum_member_is_not_its_value() -> None:
    source = """
        from enum import Enum
        class Model(Enum):
            FAST = "gpt-4o-mini"
        ask(Model.FAST.name)
    """
    assert trace_openai(source, "Model.FAST.name") == "'FAST'"


def test_a_simple_namespace() -> None:
    source = """
        from types import SimpleNamespace
        config = SimpleNamespace(model="gpt-4o")
        ask(config.model)
    """
    assert trace_openai(source, "config.model") == "'gpt-4o'"


def test_nothing_is_known_about_an_object_from_outside() -> None:
    assert trace_module("def ask(service):\n    return call(service.model)\n", "service.model") == "parameter service.model"
