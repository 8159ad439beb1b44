# ruff: noqa: E501 - the code that is read stands as it is written
"""Configuration classes and the data that fills them: dictionaries become nested objects, profiles lie over each other."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linter.link.schemas import MAX_FILES
from tests.link.making import trace, trace_module

HEAD = """
import os, tomllib, json
import yaml
from dataclasses import dataclass, field
from pydantic import BaseModel, Field
from pydantic_settings import BaseSettings
class Llm(BaseModel):
    model: str = "small"
    url: str = "http://localhost"
class App(BaseModel):
    llm: Llm = Llm()
    port: int = 80
"""


def read(code: str, expression: str, files: dict[str, str] | None = None) -> str:
    """The value of an expression at the end of a module with these classes."""
    return trace({"app.py": f"{HEAD}{dedent(code)}\nuse({expression})\n", **(files or {})}, "app.py", expression)


def inside(code: str, expression: str) -> str:
    """The value of an expression that stands in the code."""
    return trace_module(HEAD + dedent(code), expression)


# -- dictionaries become nested objects


GIVEN = {
    "a dictionary for a field": 'App(llm={"model": "big"})',
    "an object for a field": 'App(llm=Llm(model="big"))',
    "a dictionary for all": 'App(**{"llm": {"model": "big"}})',
    "validated": 'App.model_validate({"llm": {"model": "big"}})',
    "validated, as it was called before": 'App.parse_obj({"llm": {"model": "big"}})',
    "from a variable": "App(**DATA)",
    "a part of a variable": 'App(llm=DATA["llm"])',
    "by dict()": 'App(llm=dict(model="big"))',
}


@pytest.mark.parametrize("made", GIVEN.values(), ids=GIVEN)
def test_a_dictionary_becomes_the_object_that_the_field_says(made: str) -> None:
    code = f'DATA = {{"llm": {{"model": "big"}}}}\napp = {made}'
    assert read(code, "app.llm.model") == "'big'"
    assert read(code, "app.llm.url") == "'http://localhost'"
    assert read(code, "app.port") == "80"


def test_three_levels() -> None:
    code = """
        class Outer(BaseModel):
            app: App
        outer = Outer(**{"app": {"llm": {"model": "big"}, "port": 8080}})
    """
    assert read(code, "outer.app.llm.model") == "'big'"
    assert read(code, "outer.app.port") == "8080"


@pytest.mark.parametrize("kind", ["Llm", "Llm | None", "Optional[Llm]", '"Llm"', "Annotated[Llm, Field()]"])
def test_however_the_field_is_annotated(kind: str) -> None:
    code = f"""
        from typing import Annotated, Optional
        class Other(BaseModel):
            llm: {kind} = None
        other = Other(llm={{"model": "big"}})
    """
    assert read(code, "other.llm.model") == "'big'"


def test_dataclasses_of_dataclasses() -> None:
    code = """
        @dataclass
        class Limits:
            tokens: int = 100
        @dataclass
        class Options:
            limits: Limits = field(default_factory=Limits)
        options = Options(limits=Limits(tokens=300))
        plain = Options()
    """
    assert read(code, "options.limits.tokens") == "300"
    assert read(code, "plain.limits.tokens") == "100"


@pytest.mark.parametrize(
    ("made", "expression", "value"),
    [
        ('Fleet(models=[{"model": "big"}, {"model": "tiny"}])', "app.models[1].model", "'tiny'"),
        ('Fleet(by_name={"a": {"model": "big"}})', 'app.by_name["a"].model', "'big'"),
    ],
)
def test_collections_of_nested_objects(made: str, expression: str, value: str) -> None:
    code = "class Fleet(BaseModel):\n    models: list[Llm] = []\n    by_name: dict[str, Llm] = {}\n"
    assert read(f"{code}app = {made}", expression) == value


def test_a_field_under_another_name_in_the_data() -> None:
    code = """
        class Other(BaseModel):
            model: str = Field("small", alias="modelName")
        other = Other(**{"modelName": "big"})
    """
    assert read(code, "other.model") == "'big'"


# -- what is not known stays open


def test_what_may_come_in_a_dictionary_that_is_spread_is_open() -> None:
    code = "def run(more):\n    app = App(llm={'model': 'big', **more})\n    use(app.llm.model, app.llm.url)\n"
    assert inside(code, "app.llm.model").startswith("'big' | ")
    assert inside(code, "app.llm.url") != "'http://localhost'"


@pytest.mark.parametrize("given_", ["{'model': 'big'} if fast else more", "more or {'model': 'big'}"])
@pytest.mark.parametrize("made", ["Llm(**{0})", "Llm.model_validate({0})"])
def test_a_known_dictionary_beside_an_unknown_one_is_only_possible(made: str, given_: str) -> None:
    found = inside(f"def run(more):\n    data = {given_}\n    llm = {made.format('data')}\n    use(llm.model)\n", "llm.model")
    assert "'big'" in found
    assert found != "'big'"


def test_a_known_dictionary_for_a_function_beside_an_unknown_one_is_only_possible() -> None:
    code = "def ask(model='small'):\n    use(model)\ndef run(more):\n    ask(**({'model': 'big'} if fast else more))\n"
    found = inside(code, "model")
    assert "'big'" in found
    assert found != "'big'"


def test_a_dictionary_that_lacks_the_key_leaves_the_default() -> None:
    assert read("llm = Llm(**({'model': 'big'} if fast else {'url': 'x'}))", "llm.model") == "'big' | 'small'"
    code = "def ask(model='small'):\n    use(model)\nask(**({'model': 'big'} if fast else {}))\n"
    assert inside(code, "model") == "'big' | 'small'"


def test_a_dictionary_of_which_nothing_is_known_leaves_nothing_certain() -> None:
    found = inside("def run(more):\n    llm = Llm(**more)\n    use(llm.model)\n", "llm.model")
    assert found != "'small'"


@pytest.mark.parametrize("path", ['os.environ.get("CONFIG", "c.yaml")', "f\"c-{os.environ.get('STAGE', 'dev')}.yaml\""])
@pytest.mark.parametrize("made", ["App(**{0})", "App.model_validate({0})"])
def test_a_file_that_the_environment_chooses_is_only_possible(made: str, path: str) -> None:
    files = {"c.yaml": "llm: {model: big}", "c-dev.yaml": "llm: {model: big}"}
    found = read(f"app = {made.format(f'yaml.safe_load(open({path}))')}", "app.llm.model", files)
    assert "'big'" in found
    assert found != "'big'"


# -- from files


LOADS = {
    "YAML": ('yaml.safe_load(open("c.yaml"))', {"c.yaml": "llm:\n  model: big\nport: 8080\n"}),
    "JSON": ('json.load(open("c.json"))', {"c.json": '{"llm": {"model": "big"}, "port": 8080}'}),
    "TOML": ('tomllib.load(open("c.toml", "rb"))', {"c.toml": 'port = 8080\n[llm]\nmodel = "big"\n'}),
    "a part of a file": ('yaml.safe_load(open("c.yaml"))["app"]', {"c.yaml": "app:\n  llm: {model: big}\n  port: 8080\n"}),
}


@pytest.mark.parametrize(("load", "files"), LOADS.values(), ids=LOADS)
@pytest.mark.parametrize("made", ["App(**{0})", "App.model_validate({0})", "App.parse_obj({0})"])
def test_a_file_fills_nested_objects(made: str, load: str, files: dict[str, str]) -> None:
    code = f"app = {made.format(load)}"
    assert read(code, "app.llm.model", files) == "'big'"
    assert read(code, "app.llm.url", files) == "'http://localhost'"
    assert read(code, "app.port", files) == "8080"


def test_a_class_that_loads_itself() -> None:
    code = """
        @dataclass
        class Options:
            model: str
            url: str = "http://localhost"
            @classmethod
            def load(cls, path="c.yaml"):
                with open(path) as stream:
                    return cls(**yaml.safe_load(stream))
        options = Options.load()
    """
    assert read(code, "options.model", {"c.yaml": "model: big"}) == "'big'"
    assert read(code, "options.url", {"c.yaml": "model: big"}) == "'http://localhost'"


# -- files that fit a class, where the code's own way cannot be followed


FITTING = """
class Service(BaseModel):
    model: str
    url: str
    port: int = 80
service = Service(**merged(profiles()))
"""
BASE = "model: base\nurl: u\nport: 1\n"


def service(**files: str) -> str:
    """The model of a service whose data is put together at run time (`conf__base` is `conf/base.yaml`)."""
    return read(FITTING, "service.model", {f"{name.replace('__', '/')}.yaml": text for name, text in files.items()})


def options_of(found: str) -> set[str]:
    """The alternatives, without the reasons."""
    return set(found.split(" | "))


def test_a_file_whose_keys_are_the_fields_fits() -> None:
    assert options_of(service(conf__base=BASE)) == {"'base'", "unknown"}


def test_profiles_lie_over_the_base() -> None:
    found = options_of(service(conf__base=BASE, conf__local="model: local\nport: 2\n", conf__prod="model: prod\nurl: p\n"))
    assert found == {"'base'", "'local'", "'prod'", "unknown"}


def test_a_profile_in_another_folder_is_somebody_elses() -> None:
    assert options_of(service(conf__base=BASE, other__local="model: local\nport: 2\n")) == {"'base'", "unknown"}


def test_a_profile_with_a_key_that_is_no_field_is_somebody_elses() -> None:
    assert options_of(service(conf__base=BASE, conf__local="model: local\nport: 2\nnope: 1\n")) == {"'base'", "unknown"}


def test_a_secret_of_kubernetes_is_no_file_of_the_class() -> None:
    secret = "apiVersion: v1\nkind: Secret\ndata: {model: Z3B0, url: dQ==, port: ODA=}\n"
    assert "Z3B0" not in service(k8s__secret=secret)


def test_a_part_without_a_base_says_nothing() -> None:
    assert "'local'" not in service(conf__local="model: local\nport: 2\n")


def test_a_profile_below_the_same_key_lies_over_the_base_below_it() -> None:
    found = options_of(service(conf__base="app: {model: base, url: u, port: 1}", conf__local="app: {model: local, port: 2}"))
    assert found == {"'base'", "'local'", "unknown"}


def test_a_nested_class_takes_its_part_of_the_file() -> None:
    code = """
        class Outer(BaseModel):
            service: Llm
            port: int
        outer = Outer(**merged(profiles()))
    """
    found = read(code, "outer.service.model", {"conf/base.yaml": "service: {model: base, url: u}\nport: 1\n"})
    assert options_of(found) >= {"'base'"}
    assert found != "'base'"


def test_where_the_code_says_it_no_file_is_asked() -> None:
    files = {"conf/base.yaml": BASE}
    code = FITTING.replace("**merged(profiles())", "model='own', url=ask_user()")
    assert read(code, "service.model", files) == "'own'"


def test_files_of_a_repository_full_of_data_are_no_configuration() -> None:
    files = {f"conf/c{n}.yaml": BASE for n in range(MAX_FILES + 1)}
    assert "'base'" not in read(FITTING, "service.model", files)


@pytest.mark.parametrize("path", ["package.json", "pyproject.toml", ".github/base.yaml", "mkdocs.yml"])
def test_files_of_tools_are_no_configuration(path: str) -> None:
    text = {"json": '{"model": "base", "url": "u"}', "toml": 'model = "base"\nurl = "u"\n'}.get(path.rpartition(".")[2], BASE)
    assert "'base'" not in read(FITTING, "service.model", {path: text})


# -- settings


SETTINGS = """
class Settings(BaseSettings):
    model: str = "small"
    url: str = "http://localhost"
settings = Settings()
"""


def test_settings_take_the_file_for_their_default() -> None:
    found = read(SETTINGS, "settings.model", {"conf/base.yaml": "model: base\nurl: u\n"})
    assert found == "env MODEL or 'base' | 'small'"


def test_settings_without_a_file_keep_their_own_default() -> None:
    assert read(SETTINGS, "settings.model") == "env MODEL or 'small'"


def test_what_the_code_gives_settings_comes_first() -> None:
    code = SETTINGS.replace("Settings()", 'Settings(model="own")')
    assert read(code, "settings.model", {"conf/base.yaml": "model: base\nurl: u\n"}) == "'own'"


# -- always


_KEYS = st.from_regex(r"[a-z]{2,8}", fullmatch=True).map(lambda name: f"f_{name}")
_LEAVES = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=8).map(lambda text: f"x{text}")


@given(values=st.dictionaries(_KEYS, _LEAVES, min_size=1, max_size=5), defaults=st.dictionaries(_KEYS, _LEAVES, max_size=5), how=st.sampled_from(["(**{0})", ".model_validate({0})"]))  # fmt: skip
def test_whatever_a_class_is_given_a_field_has_that_value_or_its_default(
    values: dict[str, str], defaults: dict[str, str], how: str
) -> None:
    fields = "".join(f"    {name}: str = {defaults.get(name, 'none')!r}\n" for name in {**values, **defaults})
    code = f"from pydantic import BaseModel\nclass C(BaseModel):\n{fields}c = C{how.format(values)}\n"
    for name in {**values, **defaults}:
        expected = values.get(name, defaults.get(name, "none"))
        assert trace_module(f"{code}use(c.{name})\n", f"c.{name}") == repr(expected)
