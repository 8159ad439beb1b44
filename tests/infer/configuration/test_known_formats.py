"""Configuration files: what decides is a site at the line that decides it, and bad input is a gap."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from textwrap import dedent

import pytest

from linter.infer.configuration.joining import joined
from linter.infer.configuration.known_formats import Configured, configured
from linter.model.architecture import Attribute, Site, State
from linter.model.catalogue import SiteKind
from tests.infer.making import architecture, catalogue
from tests.link.making import data_files


def read(files: Mapping[str, str]) -> Configured:
    return configured(data_files(files), catalogue())


def site(files: Mapping[str, str]) -> Site:
    [one] = read(files).sites
    return one


def reasons(files: Mapping[str, str]) -> list[str]:
    return [f"{gap.file}:{gap.line}: {gap.reason}" for gap in sorted(read(files).gaps, key=lambda gap: gap.line or 0)]


def compose(*lines: str) -> dict[str, str]:
    return {"compose.yaml": "services:\n  a:\n" + "".join(f"    {line}\n" for line in lines)}


# -- images


@pytest.mark.parametrize(
    "image",
    ["qdrant/qdrant", "qdrant/qdrant:v1", "docker.io/qdrant/qdrant:v1", "localhost:5000/qdrant/qdrant@sha256:00", "QDRANT/qdrant",
     "${REGISTRY}/qdrant/qdrant:v1", "qdrant/qdrant:${TAG:?no tag}"],
)  # fmt: skip
def test_an_image_is_known_with_any_registry_and_tag(image: str) -> None:
    one = site(compose(f"image: {image}"))
    assert (one.call, one.via, one.get("provider").values, one.get("hosting").values) == (
        "services.a.image", "docker-compose", ("qdrant",), ("self-hosted",),
    )  # fmt: skip


@pytest.mark.parametrize("image", ["acme/qdrant", "qdrant/qdrant-web", "${IMAGE}", "postgres:16", "my-vllm", "null"])
def test_an_image_that_only_looks_like_one_is_none(image: str) -> None:
    assert read(compose(f"image: {image}")).sites == ()


ELASTIC = compose("image: elasticsearch:8.15.0")


def test_a_database_for_many_things_counts_where_the_code_keeps_vectors_in_it() -> None:
    uses = "from langchain_elasticsearch import ElasticsearchStore\nstore = ElasticsearchStore(index_name='a', es_url='http://a:9200')\n"
    logs = "from elasticsearch import Elasticsearch\nlogs = Elasticsearch('http://a:9200')\n"
    for code, kinds in ((uses, [SiteKind.CONFIG]), (logs, [])):
        found = architecture({**ELASTIC, "app.py": code}).sites
        assert [one.kind for one in found if one.place.file == "compose.yaml"] == kinds


# -- where a value comes from


def test_a_default_of_the_environment_is_partial_and_names_the_variable() -> None:
    model = site(compose("command: vllm serve ${MODEL:-org/m}")).get("model")
    assert (model.state, model.values, model.because) == (State.PARTIAL, ("org/m",), "the environment variable MODEL")
    model = site(compose("command: vllm serve $MODEL")).get("model")
    assert (model.state, model.values, model.because) == (State.UNKNOWN, (), "the environment variable MODEL")


@pytest.mark.parametrize("text", ["${ssm:/model}", "$(params.MODEL)", "${{ vars.MODEL }}", "org/${self:custom.name}"])
def test_an_expression_is_no_name_of_a_model(text: str) -> None:
    model = site(compose(f"command: vllm serve '{text}'")).get("model")
    assert (model.state, model.values) == (State.UNKNOWN, ())


def test_a_variable_of_terraform_is_decided_at_its_default() -> None:
    files = {
        "infra/main.tf": 'resource "aws_bedrockagent_agent" "a" {\n  foundation_model = var.model\n}\n',
        "infra/variables.tf": '\nvariable "model" {\n  default = "${local.family}-v1"\n}\nlocals {\n  family = "titan"\n}\n',
        "other/variables.tf": 'variable "model" {\n  default = "wrong"\n}\n',
    }
    one = site(files)
    assert (str(one.place), one.get("model").values, one.get("model").state) == (
        "infra/variables.tf:3",
        ("titan-v1",),
        State.PARTIAL,
    )
    assert [str(step.place) for step in one.evidence] == ["infra/variables.tf:3", "infra/main.tf:2"]
    assert str(site({**files, "infra/terraform.tfvars": 'model = "nova"\n'}).place) == "infra/terraform.tfvars:1"


def test_a_value_of_a_chart_is_partial_and_what_the_chart_does_not_say_unknown() -> None:
    template = """
        apiVersion: apps/v1
        kind: Deployment
        spec:
          containers:
          - image: vllm/vllm-openai
            args: ["--model", "{{ .Values.model }}"]
    """
    for values, state in (("model: org/m\n", State.PARTIAL), ("other: 1\n", State.UNKNOWN)):
        found = read({"c/templates/a.yaml": template, "c/values.yaml": values}).sites
        assert [s.get("model").state for s in found if "model" in s.attributes] == [state]


def test_an_option_in_a_text_of_several_lines_has_its_own_line() -> None:
    text = "services:\n  a:\n    image: vllm/vllm-openai\n    command: >\n      --host 0.0.0.0\n      --model org/m\n"
    assert [one.place.line for one in read({"compose.yaml": text}).sites] == [3, 6]


def test_passwords_in_addresses_are_not_kept() -> None:
    text = "model_list:\n- litellm_params: {model: openai/m, api_base: 'http://user:secret@vllm:8000/v1'}\n"
    assert "secret" not in repr(read({"config.yaml": text}).sites)


# -- who serves it


@pytest.mark.parametrize(
    ("params", "provider", "hosting"),
    [
        ("{model: gpt-4o}", "openai", "external"),
        ("{model: azure/x, api_base: os.environ/A}", "azure-openai", "cloud-tenant"),
        ("{model: openai/x, api_base: 'http://10.0.0.7:8000'}", "local", "self-hosted"),
        ("{model: openai/x, api_base: 'https://api.groq.com/openai/v1'}", "groq", "external"),
        ("{model: ollama/x, api_base: 'http://ollama:11434'}", "ollama", "self-hosted"),
        ("{model: x, custom_llm_provider: bedrock}", "bedrock", "cloud-tenant"),
        ("{model: openai/x, api_base: os.environ/A}", "", ""),
        ("{model: openai/x, api_base: 'https://llm.example.com'}", "", ""),
        ("{model: some-model}", "", ""),
    ],
)
def test_the_address_the_word_or_the_prefix_tells_who_serves_a_model(params: str, provider: str, hosting: str) -> None:
    found = read({"config.yaml": f"model_list:\n- litellm_params: {params}\n"}).sites
    one = next(one for one in found if "model" in one.attributes)
    assert ("".join(map(str, one.get("provider").values)), "".join(map(str, one.get("hosting").values))) == (provider, hosting)


def test_each_model_of_a_list_has_its_own_settings() -> None:
    text = """
        model_list:
        - litellm_params: {model: gpt-4o, timeout: 5}
        - litellm_params: {model: gpt-4o-mini}
        litellm_settings: {request_timeout: 60}
    """
    assert [one.get("timeout").values for one in read({"c.yaml": text}).sites] == [(5,), (60,)]


def test_placeholders_and_empty_values_decide_nothing() -> None:
    text = "".join(f"- litellm_params: {{model: {value}}}\n" for value in ("''", "null", "<model>", "your-model", "'...'"))
    assert read({"c.yaml": f"model_list:\n{text}"}).sites == ()


def test_an_entry_that_the_code_reads_is_one_site_with_what_both_say() -> None:
    [said] = read(compose("image: qdrant/qdrant")).sites
    by_code = replace(said, via="app", attributes={"provider": Attribute(State.KNOWN, ("acme",))})
    [one] = joined([by_code], [said])
    assert (one.via, one.get("provider").values, one.get("hosting").values) == ("app", ("acme",), ("self-hosted",))


# -- how the system runs


def test_schedules_and_limits_are_facts_and_no_sites() -> None:
    found = architecture(
        {
            ".github/workflows/a.yml": "on: {schedule: [{cron: '0 3 * * *'}]}\njobs: {a: {steps: [{run: python ingest.py}]}}\n",
            "Procfile": "web: gunicorn app:app -t 60 -w 3\n",
            "gunicorn.conf.py": "import os\ntimeout = int(os.environ.get('T', '90'))\nworkers = 2\n",
            "dags/load.py": dedent("""
                import os
                from airflow.decorators import dag

                @dag(schedule=os.environ.get("CRON", "@daily"))
                def load_index(): ...

                @dag(schedule=None)
                def by_hand(): ...
            """),
        }
    )
    assert found.sites == ()
    assert [(str(s.place), s.expression, s.runs, s.by) for s in found.operations.schedules] == [
        (".github/workflows/a.yml:1", "0 3 * * *", ("python ingest.py",), "github-workflow"),
        ("dags/load.py:5", "@daily", ("load_index",), "airflow"),
    ]
    assert [(s.place.file, s.server, s.timeout, s.workers) for s in found.operations.servers] == [
        ("Procfile", "gunicorn", 60, 3), ("gunicorn.conf.py", "gunicorn", 90, 2),
    ]  # fmt: skip


# -- bad input


def bomb() -> str:
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    return "services: {}\na0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "\n".join(levels) + "\n"


@pytest.mark.parametrize(
    ("file", "text", "reason"),
    [
        ("compose.yaml", bomb(), "compose.yaml:7: aliases and merge keys add more than 100,000 values"),
        ("compose.yaml", "services: " + "[" * 5_000, "compose.yaml:1: nested deeper than 100 levels"),
        ("compose.yaml", "services:\n\t- a\n", "compose.yaml:2: a tab is used for indentation"),
        ("compose.yaml", "\0\1services", "compose.yaml:1: not a text file: it contains a NUL byte"),
        ("compose.yaml", "\0\1\2", "compose.yaml:None: not a text file, although its name is that of docker-compose"),
        (
            "compose.yaml",
            "services: {}\n" + "a: 1\n" * 300_000,
            "compose.yaml:None: 1,500,013 bytes; files above 1,000,000 are not read",
        ),
        (
            "compose.yaml",
            "services:\n  a: {image: x}\n  a: {image: y}\n",
            "compose.yaml:3: the key `a` is written twice, first in line 2",
        ),
        ("main.tf", 'resource "a" "b" {\n  c = \n', "main.tf:1: not HCL in parts"),
    ],
    ids=["bomb", "deep", "tab", "binary", "only binary", "large", "twice", "hcl"],
)
def test_a_file_that_cannot_be_read_is_a_gap_with_its_reason(file: str, text: str, reason: str) -> None:
    start = time.perf_counter()
    assert reasons({file: text})[0] == reason
    assert time.perf_counter() - start < 5


def test_a_file_that_has_no_known_format_is_no_gap() -> None:
    assert reasons({"notes.yaml": "a: [1\n", "b.json": "{", "x.toml": "= ="}) == []


def test_a_large_file_whose_name_says_nothing_is_a_data_set_and_no_gap() -> None:
    large = "model_list: []\n" + "a: 1\n" * 300_000
    assert reasons({"train.yaml": large, "data/train.json": large}) == []


def test_references_that_lead_to_themselves_end() -> None:
    text = 'locals {\n  a = local.b\n  b = local.a\n}\nresource "aws_bedrockagent_agent" "x" {\n  foundation_model = local.a\n}\n'
    assert site({"main.tf": text}).get("model").state is State.UNKNOWN


def test_a_template_that_is_no_yaml_is_read_as_far_as_it_can_be() -> None:
    text = """
        apiVersion: v1
        kind: Pod
        metadata:
          name: {{ if .Values.x }}
          {{- else }}
          {{- .Values.name }}-a
          {{- end }}
          other: b
        spec:
          containers:
          - {name: a, image: ollama/ollama}
    """
    found = read({"templates/a.yaml": text})
    assert [one.get("provider").values for one in found.sites] == [("ollama",)]
