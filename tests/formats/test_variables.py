"""Files that set environment variables: compose, Kubernetes, workflows, images, platforms, and environment files."""

from __future__ import annotations

from textwrap import dedent

import pytest

from linter.formats.data import read_all
from linter.formats.variables import Standing, Variable, VariableFile, is_candidate, variables


def found(file: str, text: str) -> list[Variable | VariableFile]:
    """Everything that a file says about variables."""
    documents, problems = read_all(dedent(text).lstrip("\n").encode(), file)
    assert problems == ()
    return [one for document in documents for one in variables(document)]


def said(file: str, text: str) -> list[str]:
    """Line, name and value of each variable of the repository's own programs; `-` for one that is handed on, with its secret."""
    return [
        f"{one.place.line} {one.name}={one.secret or '-' if one.text is None else one.text}"
        for one in found(file, text)
        if isinstance(one, Variable) and not one.is_foreign
    ]


COMPOSE = """
services:
  api:
    build: {context: ./backend}
    environment:
      - MODEL=gpt-4o
      - OPENAI_API_KEY
    env_file:
      - .env
      - path: deploy/api.env
        required: false
  worker:
    build: .
    environment:
      MODEL: ${MODEL:-gpt-4o-mini}
      WORKERS: 4
      EMPTY:
  model:
    image: ollama/ollama:latest
    environment:
      OLLAMA_HOST: 0.0.0.0
"""


def test_the_services_that_are_built_from_the_repository() -> None:
    assert said("docker-compose.yml", COMPOSE) == [
        "5 MODEL=gpt-4o",
        "6 OPENAI_API_KEY=-",
        "14 MODEL=${MODEL:-gpt-4o-mini}",
        "15 WORKERS=4",
        "16 EMPTY=-",
    ]


def test_a_server_from_elsewhere_has_variables_of_its_own() -> None:
    foreign = [one for one in found("docker-compose.yml", COMPOSE) if isinstance(one, Variable) and one.is_foreign]
    assert [(one.name, one.text) for one in foreign] == [("OLLAMA_HOST", "0.0.0.0")]


def test_a_variable_is_for_the_folder_that_its_service_is_built_from() -> None:
    folders = {(one.key, one.folder) for one in found("docker-compose.yml", COMPOSE) if isinstance(one, Variable)}
    assert ("services.api.environment.MODEL", "backend") in folders
    assert ("services.worker.environment.MODEL", "") in folders


def test_the_files_that_a_service_names() -> None:
    files = [one for one in found("deploy/compose.yaml", COMPOSE) if isinstance(one, VariableFile)]
    assert files == [
        VariableFile("deploy/.env", "deploy/backend"),
        VariableFile("deploy/deploy/api.env", "deploy/backend"),
    ]


@pytest.mark.parametrize(("image", "counts"), [
    ("ghcr.io/acme/assistant:1", True),
    ("acme/assistant", True),
    ("postgres:16", False),
    ("qdrant/qdrant", False),
])  # fmt: skip
def test_an_image_that_is_only_started_is_the_product_unless_it_is_a_known_server(image: str, counts: bool) -> None:
    text = f"services:\n  one:\n    image: {image}\n    environment: {{MODEL: a}}\n"
    assert said("compose.yaml", text) == (["4 MODEL=a"] if counts else [])


def test_kubernetes() -> None:
    text = """
    apiVersion: v1
    kind: ConfigMap
    data:
      MODEL: gpt-4o
      app.yaml: |
        a: 1
    ---
    apiVersion: v1
    kind: Secret
    metadata: {name: keys}
    stringData:
      OPENAI_API_KEY: abc
    ---
    apiVersion: apps/v1
    kind: Deployment
    spec:
      template:
        spec:
          containers:
            - name: api
              env:
                - name: OLLAMA_HOST
                  value: http://ollama:11434
                - name: TOKEN
                  valueFrom: {secretKeyRef: {name: tokens, key: t}}
                - name: NODE
                  valueFrom: {fieldRef: {fieldPath: spec.nodeName}}
    """
    assert said("k8s/app.yaml", text) == ["4 MODEL=gpt-4o", "12 OPENAI_API_KEY=keys", "23 OLLAMA_HOST=http://ollama:11434",
                                          "24 TOKEN=tokens", "26 NODE=-"]  # fmt: skip


def test_a_workflow_that_does_the_work() -> None:
    text = """
    on:
      schedule: [{cron: "0 3 * * *"}]
    env:
      MODEL: gpt-4o
    jobs:
      digest:
        steps:
          - run: python digest.py
            env:
              OPENAI_API_KEY: ${{ secrets.OPENAI }}
              BASE: ${{ vars.BASE }}
    """
    assert said(".github/workflows/digest.yml", text) == [
        "4 MODEL=gpt-4o",
        "10 OPENAI_API_KEY=OPENAI",
        "11 BASE=${{ vars.BASE }}",
    ]


def test_a_workflow_that_tests_says_nothing() -> None:
    assert said(".github/workflows/test.yml", "on: [push, pull_request]\nenv: {MODEL: fake}\njobs: {}\n") == []


def test_an_image_and_its_arguments() -> None:
    text = "FROM python\nARG MODEL=gpt-4o\nARG OTHER=1\nENV MODEL=$MODEL HOST=http://a\n"
    assert said("Dockerfile", text) == ["4 MODEL=gpt-4o", "4 HOST=http://a"]


def test_platforms() -> None:
    render = "services:\n  - envVars:\n      - key: MODEL\n        value: gpt-4o\n      - key: KEY\n        sync: false\n"
    assert said("render.yaml", render) == ["4 MODEL=gpt-4o", "5 KEY=-"]
    assert said("app.yaml", "runtime: python312\nenv_variables:\n  MODEL: gpt-4o\n") == ["3 MODEL=gpt-4o"]
    container = '{\n  "containerEnv": {"MODEL": "gpt-4o"}\n}\n'
    assert said(".devcontainer/devcontainer.json", container) == ["2 MODEL=gpt-4o"]


@pytest.mark.parametrize(("file", "standing"), [
    (".env", Standing.LOCAL), ("docker.env", Standing.LOCAL), (".env.production", Standing.LOCAL),
    (".env.example", Standing.EXAMPLE), ("env.sample", Standing.EXAMPLE), ("env.example.watsonx", Standing.EXAMPLE),
])  # fmt: skip
def test_how_much_an_environment_file_says(file: str, standing: Standing) -> None:
    assert [one.standing for one in found(file, "A=1\n") if isinstance(one, Variable)] == [standing]


def test_an_environment_of_tests_says_nothing() -> None:
    assert found(".env.test", "A=1\n") == []


@pytest.mark.parametrize("text", ["- a\n", "services: [a]\n", "services: {a: b}\n", "services: {a: {build: 3, environment: 4}}\n",
                                  "apiVersion: v1\nkind: ConfigMap\ndata: x\n",
                                  "apiVersion: v1\nkind: Pod\nspec: {env: [1, {name: 2}]}\n",
                                  "env_variables: [1]\n", "envVars: [{key: 1}, 2]\n"])  # fmt: skip
def test_other_shapes_do_no_harm(text: str) -> None:
    assert said("docker-compose.yml", text) == []


def test_the_names_that_are_looked_into() -> None:
    names = [".env", "Dockerfile", "docker-compose.prod.yml", ".github/workflows/a.yml", "config.yaml", "compose.json"]
    assert [name for name in names if is_candidate(name)] == names[:4]


TEMPLATE = """
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  ModelId: {Type: String, Default: anthropic.claude-3-haiku-20240307-v1:0}
  Key: {Type: String}
Globals:
  Function:
    Environment:
      Variables: {LOG_LEVEL: INFO}
Resources:
  Ask:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/ask/
      Environment:
        Variables:
          MODEL_ID: !Ref ModelId
          REGION: !Sub ${AWS::Region}
          API_KEY: {Ref: Key}
          TABLE: !Ref Table
          PLAIN: fixed
  Table: {Type: AWS::DynamoDB::Table}
"""


def test_a_template_of_functions() -> None:
    assert said("infra/template.yaml", TEMPLATE) == [
        "8 LOG_LEVEL=INFO",
        "3 MODEL_ID=anthropic.claude-3-haiku-20240307-v1:0",
        "17 REGION=-",
        "18 API_KEY=-",
        "19 TABLE=-",
        "20 PLAIN=fixed",
    ]


def test_a_parameter_can_be_chosen_when_a_template_is_deployed() -> None:
    given = {one.name: one for one in found("infra/template.yaml", TEMPLATE) if isinstance(one, Variable)}
    assert given["MODEL_ID"].chosen == "the parameter ModelId"
    assert given["PLAIN"].chosen == ""


def test_a_function_has_its_own_code() -> None:
    given = {one.name: one.folder for one in found("infra/template.yaml", TEMPLATE) if isinstance(one, Variable)}
    assert (given["PLAIN"], given["LOG_LEVEL"]) == ("infra/src/ask", "infra")


SERVERLESS = """
service: bot
provider:
  name: aws
  environment:
    MODEL: ${env:MODEL, 'gpt-4o'}
    API_KEY: ${ssm:/bot/key}
functions:
  ask:
    handler: ask.handler
    environment: {TEMPERATURE: 0.2}
"""


def test_functions_of_the_serverless_framework() -> None:
    assert said("serverless.yml", SERVERLESS) == ["5 MODEL=gpt-4o", "6 API_KEY=-", "10 TEMPERATURE=0.2"]


@pytest.mark.parametrize(
    "text", ["Resources: [1]", "Resources: {A: {Type: [x]}}", "Resources: {A: {Type: AWS::X, Properties: 3}}"]
)
def test_a_template_that_is_none_sets_nothing(text: str) -> None:
    assert said("template.yaml", text + "\n") == []
