"""Entries of files that are no code, and what they decide: config sites."""

from __future__ import annotations

from linter.model.architecture import State
from tests.infer.making import Files, sites, words

CALL = """
import yaml
from openai import OpenAI

config = yaml.safe_load(open("config.yaml"))
client = OpenAI(base_url=config["llm"]["url"], api_key=config["llm"]["key"])
client.chat.completions.create(model=config["llm"]["model"], messages=[], max_tokens=config["llm"]["limit"])
"""
CONFIG = "llm:\n  model: gpt-4o\n  url: http://vllm:8000/v1\n  key: abc\n  limit: 400\nother: gpt-4o\n"


def configured(files: Files) -> list[str]:
    """Place, key, and what each config site decides."""
    found = sites(files, "config")
    return [f"{s.place} {s.call} {' '.join(f'{n}={words(a)}' for n, a in s.attributes.items())}" for s in found]


def test_an_entry_that_decides_a_model_or_an_address_is_a_site() -> None:
    assert configured({"app.py": CALL, "config.yaml": CONFIG}) == [
        "config.yaml:2 llm.model model=gpt-4o",
        "config.yaml:3 llm.url endpoint=http://vllm:8000/v1",
    ]


def test_an_entry_that_two_sites_read_is_one_site() -> None:
    again = CALL + 'client.chat.completions.create(model=config["llm"]["model"], messages=[])\n'
    assert len(configured({"app.py": again, "config.yaml": CONFIG})) == 2


def test_it_says_its_value_and_where_it_has_its_effect() -> None:
    model = sites({"app.py": CALL, "config.yaml": CONFIG}, "config")[0]
    assert model.value == "gpt-4o"
    assert [str(step.place) for step in model.evidence] == ["app.py:7"]


def test_an_entry_that_names_a_variable_leaves_it_open() -> None:
    config = CONFIG.replace("gpt-4o", "${MODEL:gpt-4o-mini}", 1)
    assert configured({"app.py": CALL, "config.yaml": config})[0] == "config.yaml:2 llm.model model=~gpt-4o-mini"


def test_an_empty_entry_decides_nothing() -> None:
    assert len(configured({"app.py": CALL, "config.yaml": CONFIG.replace("http://vllm:8000/v1", '""')})) == 1


def test_one_entry_can_decide_two_things() -> None:
    code = """
    import yaml
    from langchain_openai import ChatOpenAI

    config = yaml.safe_load(open("config.yaml"))
    ChatOpenAI(model=config["name"], base_url=config["name"]).invoke("hello")
    """
    assert configured({"app.py": code, "config.yaml": "name: http://a/b\n"}) == [
        "config.yaml:1 name endpoint=http://a/b model=http://a/b"
    ]


TEMPLATE = """
Parameters:
  ModelId: {Type: String, Default: gpt-4o}
Resources:
  Ask:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: ask/
      Environment: {Variables: {MODEL: !Ref ModelId}}
"""
ASK = "import os\nfrom openai import OpenAI\nOpenAI().chat.completions.create(model=os.environ['MODEL'], messages=[])\n"


def test_the_default_of_a_parameter_of_a_template_may_be_overridden() -> None:
    files = {"ask/main.py": ASK, "template.yaml": TEMPLATE}
    (entry,) = sites(files, "config")
    (call,) = sites(files, "inference")
    for one in (entry, call):
        assert one.get("model").values == ("gpt-4o",)
        assert one.get("model").state is State.PARTIAL
        assert "the parameter ModelId" in str(one.get("model").because)
