"""What a deployment file leaves to the environment, to the container around it, or to who installs the chart."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent

import pytest

from linter.infer.configuration.known_formats import configured
from linter.model.architecture import Site, State
from tests.infer.making import architecture, catalogue
from tests.link.making import data_files


def sites(files: Mapping[str, str]) -> list[Site]:
    return list(configured(data_files({name: dedent(text).lstrip("\n") for name, text in files.items()}), catalogue()).sites)


def models(files: Mapping[str, str]) -> list[str]:
    """Place, state and values of each model."""
    found = [site for site in sites(files) if "model" in site.attributes]
    return [f"{s.place} {s.get('model').state.value} {'|'.join(map(str, s.get('model').values))}" for s in found]


COMPOSE = "services:\n  a:\n    image: vllm/vllm-openai\n    command: --model {}\n"


# -- compose takes what it fills in from the files of the environment beside it


def test_the_environment_file_beside_the_compose_file() -> None:
    files = {"compose.yaml": COMPOSE.format("${MODEL}"), ".env": "# model\nMODEL=org/m\n"}
    assert models(files) == [".env:2 partial org/m"]
    [one] = [site for site in sites(files) if "model" in site.attributes]
    assert one.get("model").because == "what the environment variable MODEL is set to"
    assert [str(step.place) for step in one.evidence] == [".env:2", "compose.yaml:4"]


def test_an_example_stands_beside_the_default() -> None:
    files = {"compose.yaml": COMPOSE.format("${MODEL:-org/n}"), ".env.example": "MODEL=org/m\n"}
    assert models(files) == [".env.example:1 partial org/m", "compose.yaml:4 partial org/n"]


def test_a_part_of_a_text_can_be_each_of_its_values() -> None:
    files = {"compose.yaml": COMPOSE.format("org/${SIZE:-7b}-chat"), ".env.example": "SIZE=70b\n"}
    assert models(files) == ["compose.yaml:4 partial org/70b-chat|org/7b-chat"]


@pytest.mark.parametrize(
    "files",
    [
        {"web/.env": "MODEL=org/m\n"},
        {".env": "MODEL=your-model-here\n"},
        {".env": "MODEL=\n"},
        {".env.test": "MODEL=org/m\n"},
        {"other.yaml": "services:\n  b:\n    build: .\n    environment: {MODEL: org/m}\n"},
    ],
)
def test_what_is_no_value_for_compose(files: dict[str, str]) -> None:
    [found] = models({"compose.yaml": COMPOSE.format("${MODEL}"), **files})
    assert found == "compose.yaml:4 unknown "


def test_the_variables_of_a_service_are_for_its_container_alone() -> None:
    text = """
        services:
          a:
            image: vllm/vllm-openai
            environment: {MODEL: org/m}
            entrypoint: ["/bin/sh", "-c", "vllm serve %s"]
    """
    assert models({"compose.yaml": text % "$$MODEL"}) == ["compose.yaml:4 known org/m"]
    assert models({"compose.yaml": text % "$MODEL"}) == ["compose.yaml:5 unknown "]


def test_what_a_container_is_given_from_the_environment() -> None:
    text = """
        services:
          a:
            image: vllm/vllm-openai
            environment: ["MODEL=${CHAT_MODEL:-org/n}"]
            entrypoint: sh -c "vllm serve $${MODEL}"
    """
    assert models({"compose.yaml": text, ".env": "CHAT_MODEL=org/m\n"}) == [
        ".env:1 partial org/m",
        "compose.yaml:4 partial org/n",
    ]


def test_several_addresses_that_a_variable_can_be_say_together_who_serves_a_model() -> None:
    config = "model_list:\n- litellm_params: {model: openai/m, api_base: os.environ/BASE}\n"
    said = sites(
        {"config.yaml": config, ".env": "BASE=http://vllm:8000/v1\n", ".env.example": "BASE=https://api.groq.com/openai/v1\n"}
    )
    [model] = [site for site in said if "model" in site.attributes]
    assert (model.get("provider").state, set(model.get("provider").values)) == (State.PARTIAL, {"local", "groq"})
    assert set(model.get("hosting").values) == {"self-hosted", "external"}


def test_a_key_is_shown_by_nobody() -> None:
    files = {"compose.yaml": COMPOSE.format("${API_KEY}"), ".env": "API_KEY=sk-123\n"}
    assert "sk-123" not in repr(sites(files))


# -- gateways, Kubernetes, images


def test_a_gateway_reads_what_its_own_container_is_given() -> None:
    files = {
        "config.yaml": "model_list:\n- litellm_params: {model: os.environ/MODEL}\n",
        "compose.yaml": "services:\n  proxy:\n    image: ghcr.io/berriai/litellm:main\n    environment: {MODEL: gpt-4o}\n",
    }
    assert models(files) == ["compose.yaml:4 partial gpt-4o"]


def test_a_container_of_kubernetes_names_its_own_variables() -> None:
    text = """
        apiVersion: apps/v1
        kind: Deployment
        spec:
          containers:
          - image: vllm/vllm-openai
            args: ["--model", "$(MODEL)"]
            env:
            - {name: MODEL, %s}
          - image: proxy
            env:
            - {name: MODEL, value: wrong}
    """
    assert models({"a.yaml": text % "value: org/m"}) == ["a.yaml:8 known org/m"]
    [one] = [s for s in sites({"a.yaml": text % "valueFrom: {secretKeyRef: {name: llm, key: m}}"}) if "model" in s.attributes]
    assert one.get("model").because == "the environment variable MODEL (from the secret llm)"


def test_the_variable_of_an_image_can_be_set_by_who_starts_it() -> None:
    assert models({"Dockerfile": "FROM vllm/vllm-openai\nENV MODEL=org/m\nCMD vllm serve $MODEL\n"}) == [
        "Dockerfile:2 partial org/m"
    ]


# -- charts


CHART = {
    "chart/Chart.yaml": "name: c\n",
    "chart/values.yaml": "model: org/small\n",
    "chart/values-prod.yaml": "model: org/large\n",
    "chart/templates/a.yaml": """
        apiVersion: apps/v1
        kind: Deployment
        spec:
          containers:
          - image: vllm/vllm-openai
            args: ["--model", "{{ .Values.model }}"]
    """,
}


@pytest.mark.parametrize(
    ("file", "script", "found"),
    [
        ("deploy.sh", "helm upgrade --install c ./chart -f chart/values-prod.yaml", "org/large|org/small"),
        ("deploy.sh", "helm install c chart --values=chart/values-prod.yaml --set model=org/set", "org/set|org/small"),
        ("ops/deploy.sh", "helm upgrade c \\\n  ../chart \\\n  -f ../chart/values-prod.yaml \\\n  --wait", "org/large|org/small"),
        ("Makefile", "deploy:\n\thelm upgrade --install c chart --set replicas=2,model=org/set", "org/set|org/small"),
        (".github/workflows/ci.yml", "steps:\n- run: |\n    helm template chart --set model=org/set", "org/set|org/small"),
        ("deploy.sh", "helm install c chart --set model=$MODEL", "org/small"),
        ("deploy.sh", "helm install c chart -f secrets.yaml", "org/small"),
        ("deploy.sh", "helm install c bitnami/nginx --set model=org/set", "org/small"),
        ("deploy.sh", "echo helm", "org/small"),
        ("deploy.sh", "helm install '", "org/small"),
    ],
)  # fmt: skip
def test_the_values_that_a_chart_is_installed_with(file: str, script: str, found: str) -> None:
    assert models({**CHART, file: script + "\n"}) == [f"chart/templates/a.yaml:6 partial {found}"]


# -- together with the code


def test_the_same_line_is_one_entry_for_the_code_and_for_compose() -> None:
    files = {
        ".env": "MODEL=org/m\n",
        "compose.yaml": COMPOSE.format("${MODEL}"),
        "app.py": "import os\nimport openai\nopenai.OpenAI().embeddings.create(model=os.environ['MODEL'], input='')\n",
    }
    found = [site for site in architecture(files).sites if site.place.file == ".env"]
    assert [(str(site.place), site.get("model").values) for site in found] == [(".env:1", ("org/m",))]
