# ruff: noqa: E501 - code that loads a file stands on one line
"""What code reads from data files of the repository."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.link.making import trace

YAML = "llm:\n  model: gpt-4o\n  url: ${LLM_URL:http://localhost:8000/v1}\nmodels: [a, b]\n"


def read(code: str, expression: str = "settings['llm']['model']", path: str = "app/main.py", **files: str) -> str:
    """The value of an expression in a module, beside `config.yaml`."""
    given = {name.replace("__", "/").replace("_dot_", "."): text for name, text in files.items()} or {"config.yaml": YAML}
    return trace({path: code + f"\nuse({expression})\n", **given}, path, expression)


@pytest.mark.parametrize("load", [
    'import yaml\nwith open("config.yaml") as f:\n    settings = yaml.safe_load(f)',
    'import yaml\nsettings = yaml.load(open("./config.yaml"), Loader=yaml.SafeLoader)',
    'import yaml\nfrom pathlib import Path\nsettings = yaml.safe_load((Path(__file__).parent.parent / "config.yaml").read_text())',
    'import yaml\nfrom pathlib import Path\nsettings = yaml.safe_load(Path(__file__).resolve().parents[1].joinpath("config.yaml").open())',
    'import os, yaml\nHERE = os.path.dirname(os.path.abspath(__file__))\nwith open(os.path.join(HERE, "..", "config.yaml")) as f:\n    settings = yaml.safe_load(f.read())',
    'import os, yaml\nROOT = os.getcwd()\nsettings = yaml.safe_load(open(f"{ROOT}/config.yaml"))',
    'import yaml\ndef load(path="config.yaml"):\n    with open(path, encoding="utf-8") as f:\n        return yaml.safe_load(f)\nsettings = load()',
    'from omegaconf import OmegaConf\nsettings = OmegaConf.load("config.yaml")',
])  # fmt: skip
def test_a_value_stands_in_the_file_that_is_loaded(load: str) -> None:
    assert read(load) == "'gpt-4o'"


def test_json_and_toml() -> None:
    assert (
        read('import json\nsettings = json.load(open("c.json"))', c_dot_json='{\n\t"llm": {"model": "gpt-4o"}\n}') == "'gpt-4o'"
    )
    code = 'import tomllib\nwith open("c.toml", "rb") as f:\n    settings = tomllib.load(f)'
    assert read(code, c_dot_toml='[llm]\nmodel = "gpt-4o"\n') == "'gpt-4o'"


def test_a_variable_inside_of_a_file() -> None:
    code = 'import yaml\nsettings = yaml.safe_load(open("config.yaml"))'
    assert read(code, "settings['llm']['url']") == "env LLM_URL or 'http://localhost:8000/v1'"


def test_a_path_from_the_environment_is_a_doubt() -> None:
    code = 'import os, yaml\nsettings = yaml.safe_load(open(os.environ.get("CONFIG", "config.yaml")))'
    assert read(code).startswith("'gpt-4o' | ")


def test_the_file_beside_the_module_is_meant() -> None:
    code = 'import yaml\nsettings = yaml.safe_load(open("config.yaml"))'
    other = {"b__config_dot_yaml": "llm: {model: other}", "a__config_dot_yaml": "llm: {model: mine}"}
    assert read(code, path="a/main.py", **other) == "'mine'"


def test_a_file_of_that_name_elsewhere_is_a_doubt() -> None:
    code = 'import yaml\nsettings = yaml.safe_load(open("config.yaml"))'
    assert read(code, path="a/main.py", b__config_dot_yaml="llm: {model: other}").startswith("'other' | ")


def test_an_example_stands_for_a_file_that_is_not_kept() -> None:
    code = 'import json\nsettings = json.load(open("config.json"))'
    files = {"main.py": code + "\nuse(settings['llm'])\n", "config-template.json": '{"llm": "gpt-4o"}'}
    found = trace(files, "main.py", "settings['llm']")
    assert found.startswith("'gpt-4o' | ")


def test_a_file_from_elsewhere_on_the_machine_is_not_known() -> None:
    code = 'import yaml\nsettings = yaml.safe_load(open("/etc/app/config.yaml"))'
    assert "gpt-4o" not in read(code)


def test_a_file_that_nobody_can_read_is_a_gap() -> None:
    code = 'import yaml\nsettings = yaml.safe_load(open("config.yaml"))'
    assert "gpt" not in read(code, config_dot_yaml="llm: [unclosed\n")


SETTINGS = """
    from pydantic import BaseModel
    class Llm(BaseModel):
        model: str
        url: str = "http://localhost:11434"
    class Settings(BaseModel):
        llm: Llm
        port: int
        debug: bool = False
"""


def settings(code: str, expression: str, **files: str) -> str:
    given = {name.replace("__", "/").replace("_dot_", "."): text for name, text in files.items()}
    return trace({"app.py": dedent(SETTINGS) + dedent(code) + f"use({expression})\n", **given}, "app.py", expression)


def test_a_dictionary_becomes_the_objects_that_the_fields_say() -> None:
    code = 'import yaml\nsettings = Settings(**yaml.safe_load(open("c.yaml")))\n'
    assert settings(code, "settings.llm.model", c_dot_yaml="llm: {model: qwen3}\nport: 80") == "'qwen3'"
    assert settings(code, "settings.llm.url", c_dot_yaml="llm: {model: qwen3}\nport: 80") == "'http://localhost:11434'"


def test_a_validated_dictionary_too() -> None:
    code = 'import yaml\nsettings = Settings.model_validate(yaml.safe_load(open("c.yaml")))\n'
    assert settings(code, "settings.llm.model", c_dot_yaml="llm: {model: qwen3}\nport: 80") == "'qwen3'"


MERGED = "settings = Settings(**merge(read(p) for p in profiles()))\n"


def test_a_file_fits_a_class_whose_fields_are_its_keys() -> None:
    found = settings(MERGED, "settings.llm.model", conf__a_dot_yaml="llm: {model: qwen3}\nport: 80")
    assert found.startswith("'qwen3' | unknown")


def test_a_mapping_below_the_top_fits_too() -> None:
    found = settings(MERGED, "settings.llm.model", conf__a_dot_yaml="App:\n  llm: {model: qwen3}\n  port: 80")
    assert found.startswith("'qwen3' | unknown")


@pytest.mark.parametrize("content", [
    "llm: {model: qwen3}",  # a field that must be given is missing
    "llm: {model: qwen3}\nport: 80\na: 1\nb: 2\nc: 3",  # mostly something else
    "- 1\n- 2",
    "text",
    "llm: {{ .Values.llm }}\nport: 80",
])  # fmt: skip
def test_a_file_that_does_not_fit_is_not_taken(content: str) -> None:
    assert "qwen3" not in settings(MERGED, "settings.llm.model", conf__a_dot_yaml=content)


def test_two_files_that_fit_are_two_values() -> None:
    files = {"a_dot_yaml": "llm: {model: qwen3}\nport: 80", "b_dot_yaml": "llm: {model: llama3}\nport: 80"}
    found = settings(MERGED, "settings.llm.model", **files)
    assert "'qwen3'" in found
    assert "'llama3'" in found
    assert "unknown" in found


def test_a_file_beside_it_may_say_a_part() -> None:
    """Profiles: `settings.yaml`, and `settings-local.yaml` with what differs."""
    files = {"a_dot_yaml": "llm: {model: qwen3}\nport: 80", "a-local_dot_yaml": "llm: {model: llama3}\ndebug: true"}
    found = settings(MERGED, "settings.llm.model", **files)
    assert "'llama3'" in found
