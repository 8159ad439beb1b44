"""Variables that switch tracing on: prompts leave without a line of code."""

from __future__ import annotations

import pytest

from tests.infer.configuration.test_entries import configured
from tests.infer.making import sites, words
from tests.infer.test_environment import OPTIONAL, compose

TRACED = 'from langchain_core.prompts import PromptTemplate\nfrom langchain_openai import ChatOpenAI\nChatOpenAI().invoke("a")\n'


@pytest.mark.parametrize(("file", "text", "line"), [
    (".env", "A=1\nLANGSMITH_TRACING=true\n", 2),
    (".env.example", "LANGCHAIN_TRACING_V2=true\n", 1),
    ("compose.yml", compose("LANGSMITH_TRACING", '"true"'), 5),
    ("Dockerfile", "FROM python\nENV LANGSMITH_TRACING=true\n", 2),
])  # fmt: skip
def test_a_switch_that_traces_is_where_prompts_leave(file: str, text: str, line: int) -> None:
    found = sites({"app.py": TRACED, file: text}, "egress")
    assert [(one.place.line, words(one.get("provider")), words(one.get("hosting"))) for one in found] == [
        (line, "langsmith", "external")
    ]


@pytest.mark.parametrize(
    "text", ["LANGSMITH_TRACING=false\n", "LANGSMITH_TRACING=\n", "# LANGSMITH_TRACING=true\n", "X_TRACING=true\n"]
)
def test_a_switch_that_is_off_is_none(text: str) -> None:
    assert sites({"app.py": TRACED, ".env": text}, "egress") == []


def test_a_switch_that_nothing_reads_is_none() -> None:
    assert sites({"app.py": OPTIONAL, ".env": "LANGSMITH_TRACING=true\n"}, "egress") == []


def test_the_address_beside_a_switch_tells_where_it_goes() -> None:
    found = sites({"app.py": TRACED, ".env": "LANGSMITH_TRACING=true\nLANGSMITH_ENDPOINT=http://langsmith:1984\n"}, "egress")
    assert [words(one.get("hosting")) for one in found] == ["self-hosted"]


def test_a_switch_in_a_data_file_that_the_program_puts_into_its_environment_is_an_entry() -> None:
    code = (
        TRACED + "import os, yaml\nfor key, value in yaml.safe_load(open('c.yaml')).items():\n    os.environ[key] = str(value)\n"
    )
    config = "LANGCHAIN_TRACING_V2: 'true'\nLANGCHAIN_ENDPOINT: https://api.smith.langchain.com\n"
    assert configured({"app.py": code, "c.yaml": config}) == [
        "c.yaml:1 LANGCHAIN_TRACING_V2 endpoint=https://api.smith.langchain.com provider=langsmith hosting=external",
        "c.yaml:2 LANGCHAIN_ENDPOINT endpoint=https://api.smith.langchain.com",
    ]
