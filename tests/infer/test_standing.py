"""What stands for all calls of an SDK: switches and regions of the environment, and variables of its module."""

from __future__ import annotations

import pytest

from linter.model.architecture import State
from tests.infer.making import Files, sites, words

MODEL = """
    from transformers import AutoModelForCausalLM
    model = AutoModelForCausalLM.from_pretrained("Qwen/Qwen2.5-1.5B-Instruct")
"""


def offline(files: Files | str) -> str:
    [client] = sites(files, "client")
    return words(client.get("offline"))


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (MODEL, "unset"),
        ('\n    import os\n    os.environ["HF_HUB_OFFLINE"] = "1"\n' + MODEL, "True"),
        ('\n    import os\n    os.environ["TRANSFORMERS_OFFLINE"] = "0"\n' + MODEL, "False"),
        ({"app.py": MODEL, "Dockerfile": "FROM python:3.12\nENV HF_HUB_OFFLINE=1\n"}, "True"),
        ({"app.py": MODEL, "compose.yaml": "services:\n  app:\n    build: .\n    environment: {HF_HUB_OFFLINE: '0'}\n"}, "False"),
    ],
)
def test_the_environment_keeps_a_loader_from_downloading(files: Files | str, said: str) -> None:
    assert offline(files).removeprefix("~") == said


def test_an_argument_says_more_than_the_environment() -> None:
    text = MODEL.replace('Instruct")', 'Instruct", local_files_only=False)')
    assert offline('\n    import os\n    os.environ["HF_HUB_OFFLINE"] = "1"\n' + text) == "False"


BEDROCK = """
    import boto3
    client = boto3.client("bedrock-runtime")
"""


def test_a_region_that_nothing_says_is_decided_by_the_variables_of_the_sdk() -> None:
    [client] = sites(BEDROCK, "client")
    region = client.get("region")
    assert (region.state, region.because) == (State.UNSET, "the environment variable AWS_REGION or AWS_DEFAULT_REGION")


def test_a_file_that_deploys_the_program_says_the_region() -> None:
    [client] = sites({"app.py": BEDROCK, "Dockerfile": "FROM python:3.12\nENV AWS_REGION=eu-central-1\n"}, "client")
    assert words(client.get("region")).removeprefix("~") == "eu-central-1"


def test_a_variable_of_another_service_of_the_same_sdk_does_not_decide() -> None:
    [client] = sites("import anthropic\nclient = anthropic.Anthropic()", "client")
    assert client.get("region").because is None


AGENT = """
    import agents
    from agents import Agent, Runner
    agent = Agent(name="Helper", model="gpt-4o-2024-08-06")
    def ask(question):
        return Runner.run_sync(agent, question).final_output
"""


@pytest.mark.parametrize(
    ("line", "untraced", "store"),
    [
        ("", "unset", "unset"),
        ("agents.set_tracing_disabled(True)", "True", "unset"),
        ("agents.set_tracing_disabled(False)", "False", "unset"),
        ('agents.set_default_openai_api("chat_completions")', "unset", "unknown"),
    ],
)
def test_a_framework_is_told_once_for_all_calls(line: str, untraced: str, store: str) -> None:
    [call] = sites(AGENT.replace("    agent = ", f"    {line}\n    agent = "), "inference")
    assert (words(call.get("untraced")), words(call.get("store"))) == (untraced, store)
    assert call.get("untraced").default == (("openai",) if untraced == "unset" else ())
