"""What files of the environment decide about the sites of the code."""

from __future__ import annotations

from tests.infer.configuration.test_entries import configured
from tests.infer.making import Files, said, sites

CALL = """
import os
from openai import OpenAI

OpenAI().chat.completions.create(model={model}, messages=[])
"""
OPTIONAL = CALL.format(model='os.getenv("MODEL", "gpt-4o")')
REQUIRED = CALL.format(model='os.environ["MODEL"]')
COMPOSE = "services:\n  api:\n    build: .\n    environment:\n      {name}: {value}\n"


def compose(name: str, value: str) -> str:
    """A service of the repository with one variable."""
    return COMPOSE.format(name=name, value=value)


# -- states


def test_an_example_beside_a_default_is_one_of_two_values() -> None:
    assert said({"app.py": OPTIONAL, ".env.example": "MODEL=o3\n"}, "model") == "~o3|gpt-4o"


def test_an_example_alone_is_a_value_among_others() -> None:
    assert said({"app.py": REQUIRED, ".env.example": "MODEL=o3\n"}, "model") == "~o3"


def test_what_is_deployed_is_known_where_the_code_has_no_other_value() -> None:
    assert said({"app.py": REQUIRED, "compose.yml": compose("MODEL", "o3")}, "model") == "o3"
    assert said({"app.py": OPTIONAL, "compose.yml": compose("MODEL", "o3")}, "model") == "~o3|gpt-4o"


def test_what_a_deployment_leaves_open_stays_open() -> None:
    assert said({"app.py": REQUIRED, "compose.yml": compose("MODEL", "${MODEL:-o3}")}, "model") == "~o3"
    assert said({"app.py": REQUIRED, "compose.yml": compose("MODEL", "${MODEL}")}, "model") == "unknown"


def test_two_deployments_give_two_values() -> None:
    files = {"app.py": REQUIRED, "compose.yml": compose("MODEL", "o3"), "compose.prod.yml": compose("MODEL", "o4-mini")}
    assert said(files, "model") == "o4-mini|o3"


def test_a_secret_stays_unknown_with_its_name() -> None:
    pod = (
        "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - env:\n"
        "        - {name: MODEL, valueFrom: {secretKeyRef: {name: models, key: m}}}\n"
    )
    site = sites({"app.py": REQUIRED, "pod.yaml": pod}, "inference")[0]
    assert site.get("model").because == "the environment variable MODEL (from the secret models)"


def test_a_placeholder_leaves_the_variable_unknown() -> None:
    assert said({"app.py": REQUIRED, ".env.example": "MODEL=<your model>\n"}, "model") == "unknown"


# -- addresses that an SDK reads by itself


def served(files: Files) -> str:
    """Provider and hosting of the one call."""
    return said(files, "provider", "hosting")


def test_a_deployment_sends_the_client_to_a_server_of_ones_own() -> None:
    files = {"app.py": OPTIONAL, "compose.yml": compose("OPENAI_BASE_URL", "http://vllm:8000/v1")}
    assert served(files) == "local self-hosted"


def test_an_example_may_send_it_there() -> None:
    assert served({"app.py": OPTIONAL, ".env.example": "OPENAI_BASE_URL=http://localhost:8000/v1\n"}) == (
        "~openai ~self-hosted|external"
    )


def test_the_address_that_it_has_anyway_changes_nothing() -> None:
    assert served({"app.py": OPTIONAL, ".env.example": "OPENAI_BASE_URL=https://api.openai.com/v1\n"}) == "openai external"


def test_an_address_in_the_code_hides_the_variable() -> None:
    code = OPTIONAL.replace("OpenAI()", 'OpenAI(base_url="https://api.openai.com/v1")')
    assert served({"app.py": code, "compose.yml": compose("OPENAI_BASE_URL", "http://vllm:8000/v1")}) == "openai external"


def test_the_variable_of_another_client_says_nothing() -> None:
    files = {"app.py": OPTIONAL, ".env": "AZURE_OPENAI_ENDPOINT=http://localhost:1\nOLLAMA_HOST=http://localhost:2\n"}
    assert served(files) == "openai external"


def test_a_client_of_azure_reads_its_own() -> None:
    code = OPTIONAL.replace("OpenAI", "AzureOpenAI")
    files = {"app.py": code, "compose.yml": compose("OPENAI_BASE_URL", "http://vllm:8000/v1")}
    assert served(files) == "azure-openai cloud-tenant"


def test_a_framework_reads_the_vendors_variable_perhaps() -> None:
    code = 'from langchain_openai import ChatOpenAI\nChatOpenAI(model="o3").invoke("hello")\n'
    files = {"app.py": code, "compose.yml": compose("OPENAI_BASE_URL", "http://vllm:8000/v1")}
    assert served(files) == "~openai ~self-hosted|external"


# -- sites


def test_each_entry_that_decides_something_is_a_site() -> None:
    files = {
        "app.py": OPTIONAL,
        ".env.example": "OPENAI_API_KEY=sk-abc\nMODEL=o3\nOTHER=o3\n",
        "compose.yml": compose("OPENAI_BASE_URL", "${URL:-http://vllm:8000/v1}"),
        "Dockerfile": "FROM python\nENV MODEL=o3\n",
    }
    assert configured(files) == [
        ".env.example:2 MODEL model=o3",
        "Dockerfile:2 ENV MODEL model=o3",
        "compose.yml:5 services.api.environment.OPENAI_BASE_URL endpoint=~http://vllm:8000/v1",
    ]


def test_entries_of_limits_are_none() -> None:
    code = CALL.format(model='"o3", max_tokens=int(os.environ["LIMIT"])')
    assert configured({"app.py": code, ".env": "LIMIT=3\n"}) == []
