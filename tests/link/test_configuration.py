# ruff: noqa: E501 - code that loads a file stands on one line
"""Configuration of libraries that compose or interpolate: configparser, OmegaConf, Hydra, dotenv_values."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.link.making import trace

INI = "[DEFAULT]\nhost = vllm\n[llm]\nModel = gpt-4o\nurl = http://%(host)s:8000/v1\nlimit = 400\nstream = yes\n"


def ini(expression: str) -> str:
    """An expression over a parser that has read `app.ini`."""
    code = (
        f'import configparser\nconfig = configparser.ConfigParser()\nconfig.read("app.ini")\nvalue = {expression}\nuse(value)\n'
    )
    return trace({"main.py": code, "app.ini": INI}, "main.py", "value")


@pytest.mark.parametrize(("expression", "value"), [
    ('config["llm"]["model"]', "'gpt-4o'"),
    ('config["llm"]["Model"]', "'gpt-4o'"),
    ('config["llm"].get("model")', "'gpt-4o'"),
    ('config.get("llm", "model")', "'gpt-4o'"),
    ('config.get("llm", "url")', "'http://vllm:8000/v1'"),
    ('config.getint("llm", "limit")', "400"),
    ('config.getboolean("llm", "stream")', "True"),
    ('config.get("llm", "other", fallback="o3")', "'o3'"),
])  # fmt: skip
def test_a_parser_holds_what_it_has_read(expression: str, value: str) -> None:
    assert ini(expression) == value


def test_a_parser_of_an_object() -> None:
    code = """
    import configparser

    class Settings:
        def __init__(self, path="app.ini"):
            self.config = configparser.ConfigParser()
            self.config.read(path)

        def model(self):
            return self.config.get("llm", "model")

    value = Settings().model()
    use(value)
    """
    assert trace({"main.py": dedent(code), "app.ini": INI}, "main.py", "value") == "'gpt-4o'"


def test_a_parser_that_reads_nothing_of_the_repository_is_not_known() -> None:
    code = 'import configparser\nconfig = configparser.ConfigParser()\nconfig.read("/etc/app.ini")\nvalue = config["llm"]["model"]\nuse(value)\n'
    assert "gpt" not in trace({"main.py": code, "app.ini": INI}, "main.py", "value")


def test_an_example_of_the_file_that_a_parser_reads_is_a_doubt() -> None:
    code = 'import configparser\nconfig = configparser.ConfigParser()\nconfig.read("app.ini")\nvalue = config.get("llm", "model")\nuse(value)\n'
    assert trace({"main.py": code, "app.example.ini": INI}, "main.py", "value").startswith("'gpt-4o' | ")


@pytest.mark.parametrize("written", ["MODEL_NAME", "YOUR_MODEL_NAME", "<MODEL_NAME>"])
def test_an_entry_that_only_says_what_belongs_there_is_no_value(written: str) -> None:
    code = 'import configparser\nconfig = configparser.ConfigParser()\nconfig.read("app.ini")\nvalue = config.get("llm", "model_name")\nuse(value)\n'
    assert trace({"main.py": code, "app.ini": f"[llm]\nmodel_name = {written}\n"}, "main.py", "value") == "unknown"


def test_an_entry_that_names_another_entry() -> None:
    code = 'from omegaconf import OmegaConf\nconfig = OmegaConf.load("c.yaml")\nvalue = config.url\nuse(value)\n'
    text = "host: vllm\nserver: {port: 8000}\nurl: http://${host}:${server.port}/${oc.env:VERSION,v1}\n"
    assert trace({"main.py": code, "c.yaml": text}, "main.py", "value") == "'http://vllm:' + 8000 + '/' + (env VERSION or 'v1')"


def test_entries_that_name_each_other_and_entries_that_are_not_there() -> None:
    code = 'from omegaconf import OmegaConf\nconfig = OmegaConf.load("c.yaml")\nvalue = config.a\nuse(value)\n'
    assert "again" in trace({"main.py": code, "c.yaml": "a: ${b}\nb: ${a}\n"}, "main.py", "value")
    assert trace({"main.py": code, "c.yaml": "a: ${b.c}\n"}, "main.py", "value") == "unknown"


def test_the_values_of_an_environment_file() -> None:
    code = 'from dotenv import dotenv_values\nconfig = dotenv_values(".env")\nvalue = config["MODEL"]\nuse(value)\n'
    assert trace({"main.py": code, ".env": "MODEL=gpt-4o\n"}, "main.py", "value") == "'gpt-4o'"


HYDRA = {
    "main.py": """
        import hydra

        @hydra.main(version_base=None, config_path="conf", config_name="config")
        def main(cfg):
            use(cfg.model.name, cfg.dataset, cfg.trainer.epochs)
    """,
    "conf/config.yaml": "defaults:\n  - model: small\n  - trainer/fast@trainer\n  - _self_\ndataset: data/train.json\n",
    "conf/model/small.yaml": "name: gpt2\nsize: 1\n",
    "conf/trainer/fast.yaml": "epochs: 1\n",
}


def test_a_configuration_is_composed_of_its_groups() -> None:
    assert trace(HYDRA, "main.py", "cfg.dataset") == "'data/train.json'"
    assert trace(HYDRA, "main.py", "cfg.model.name") == "'gpt2'"
    assert trace(HYDRA, "main.py", "cfg.trainer.epochs") == "1"


def test_where_a_group_has_other_files_somebody_can_choose_one() -> None:
    assert trace(HYDRA | {"conf/model/big.yaml": "name: gpt2-xl\n"}, "main.py", "cfg.model.name") == "'gpt2' | unknown"


def test_the_file_itself_comes_last_where_it_says_so() -> None:
    own = HYDRA["conf/config.yaml"] + "model: {name: mine}\n"
    assert trace(HYDRA | {"conf/config.yaml": own}, "main.py", "cfg.model.name") == "'mine'"
    assert trace(HYDRA | {"conf/config.yaml": own.replace("  - _self_\n", "")}, "main.py", "cfg.model.name") == "'gpt2' | 'mine'"


def test_a_file_for_the_whole_configuration() -> None:
    files = HYDRA | {"conf/model/small.yaml": "# @package _global_\nmodel: {name: o3}\n"}
    assert trace(files, "main.py", "cfg.model.name") == "'o3'"


def test_a_configuration_that_is_composed_by_a_call() -> None:
    code = 'from hydra import compose, initialize\nwith initialize(config_path="conf"):\n    cfg = compose(config_name="config")\nuse(cfg.model.name)\n'
    assert trace(HYDRA | {"main.py": code}, "main.py", "cfg.model.name") == "'gpt2'"


def test_groups_that_name_each_other_end() -> None:
    files = HYDRA | {"conf/model/small.yaml": "defaults: [/model: small, ../config]\nname: gpt2\n"}
    assert "gpt2" in trace(files, "main.py", "cfg.model.name")
