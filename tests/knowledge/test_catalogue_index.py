"""What the stages ask the catalogue."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from linter.knowledge.catalogue import Catalogue
from linter.model.catalogue import Hosting, Role, SiteKind

OPENAI = """
provider: openai
packages: {pypi: [openai], import: [openai]}
hosts:
  api.openai.com: external
  "*.openai.azure.com": {provider: azure-openai, hosting: cloud-tenant}
  "*-aiplatform.googleapis.com": {provider: vertex, hosting: cloud-tenant}
  bedrock-runtime.*.amazonaws.com: {provider: bedrock, hosting: cloud-tenant}
  localhost:11434: {provider: ollama, hosting: self-hosted}
env: {OPENAI_API_KEY: secret, OPENAI_BASE_URL: endpoint}
models: {azure/: {provider: azure-openai, hosting: cloud-tenant}, azure/gpt: nobody, ollama/: ollama}
globals: {"openai.{api_base,base_url}": endpoint}
types:
  Client:
    new: ["openai.{,Async}OpenAI"]
    named: [openai.BaseClient]
    site: client
    hosting: external
    order: [api_key]
    args: {base_url: endpoint, timeout: timeout, timeout_ms: timeout/ms}
    members: {chat: Chat}
  AzureClient:
    new: [openai.AzureOpenAI]
    is: Client
    provider: azure-openai
    hosting: cloud-tenant
    order: []
    args: {azure_endpoint: endpoint}
  VertexClient:
    new: [openai.OpenAI]
    when: {vertexai: true}
    is: Client
    provider: vertex
  Chat: {}
  Mute: {new: [openai.Mute], is: Client, site: none}
calls:
  - call: Client.{embeddings,beta.embeddings}.create
    site: embedding
    args: {input: documents, "input[kind=title]": query, options.size: dimensions}
  - {call: Client.with_options, returns: self}
  - {call: Chat.completions.create, site: inference, result: completion}
  - {call: Chat.__call__, site: inference}
  - {call: openai.patch, returns: =client}
  - {call: openai.load, returns: [Client, "", =client]}
  - {call: openai.run, when: {mode: [fast, "v*"]}, site: embedding}
  - {call: openai.run, site: inference}
"""

FRAME = """
provider: ""
packages: {pypi: [frame], import: [frame]}
types:
  Model: {new: [frame.AzureModel], is: openai.AzureClient, kind: llm}
"""


@pytest.fixture
def catalogue(load: Callable[..., Catalogue]) -> Catalogue:
    return load(openai=OPENAI, frame=FRAME)


def test_a_constructor_leads_to_its_type(catalogue: Catalogue) -> None:
    spec = catalogue.constructor("openai.AsyncOpenAI")
    assert spec is not None and (spec.name, spec.shape.provider, spec.shape.hosting) == (
        "openai.Client",
        "openai",
        Hosting.EXTERNAL,
    )
    assert catalogue.constructor("openai.Nothing") is None


def test_conditions_come_before_the_type_without_one(catalogue: Catalogue) -> None:
    assert [spec.name for spec in catalogue.constructors("openai.OpenAI")] == ["openai.VertexClient", "openai.Client"]
    assert [call.shape.site for call in catalogue.functions("openai.run")] == [SiteKind.EMBEDDING, SiteKind.INFERENCE]
    assert catalogue.functions("openai.run")[0].shape.when == {"mode": ("fast", "v*")}


def test_a_name_for_annotations_is_no_constructor(catalogue: Catalogue) -> None:
    spec = catalogue.annotation("openai.BaseClient")
    assert spec is not None and spec.name == "openai.Client"
    assert catalogue.constructors("openai.BaseClient") == ()


def test_a_sub_type_inherits_what_it_does_not_say_itself(catalogue: Catalogue) -> None:
    azure = catalogue.type("openai.AzureClient")
    assert azure.shape.site is SiteKind.CLIENT and azure.shape.provider == "azure-openai" and azure.shape.order == ()
    assert {arg.name for arg in azure.shape.args} == {"azure_endpoint", "base_url", "timeout", "timeout_ms"}
    assert catalogue.type("openai.Mute").shape.site is None


def test_a_framework_takes_provider_and_hosting_from_the_type_that_it_wraps(catalogue: Catalogue) -> None:
    spec = catalogue.constructor("frame.AzureModel")
    assert spec is not None and (spec.shape.provider, spec.shape.hosting, spec.kind) == (
        "azure-openai",
        Hosting.CLOUD_TENANT,
        "llm",
    )
    assert catalogue.is_a("frame.Model", "openai.Client")
    assert catalogue.ancestors("frame.Model") == ("frame.Model", "openai.AzureClient", "openai.Client")


def test_calls_are_found_through_bases_and_members(catalogue: Catalogue) -> None:
    for path in (("embeddings", "create"), ("beta", "embeddings", "create")):
        call = catalogue.call_on("frame.Model", path)
        assert call is not None and call.shape.site is SiteKind.EMBEDDING and call.shape.provider is None
    chat = catalogue.call_on("openai.AzureClient", ("chat", "completions", "create"))
    assert chat is not None and chat.result == "completion"
    assert catalogue.call_on("openai.Chat", ("__call__",)) is not None
    assert catalogue.call_on("openai.Client", ("create",)) is None
    assert catalogue.member("openai.AzureClient", "chat") == "openai.Chat" and catalogue.member("openai.Client", "x") is None


def test_arguments_say_where_the_value_stands_and_in_which_unit(catalogue: Catalogue) -> None:
    call = catalogue.call_on("openai.Client", ("embeddings", "create"))
    assert call is not None
    assert [(arg.name, arg.path, arg.where, arg.role) for arg in call.shape.args] == [
        ("input", (), None, Role.DOCUMENTS),
        ("input", (), ("kind", "title"), Role.QUERY),
        ("options", ("size",), None, Role.DIMENSIONS),
    ]
    scales = {arg.name: arg.scale for arg in catalogue.type("openai.Client").shape.args}
    assert scales == {"base_url": 1.0, "timeout": 1.0, "timeout_ms": 0.001}


def test_results_are_types_the_receiver_an_argument_or_a_tuple(catalogue: Catalogue) -> None:
    options = catalogue.call_on("openai.Client", ("with_options",))
    patch, many = catalogue.function("openai.patch"), catalogue.function("openai.load")
    assert options is not None and options.returns == "self"
    assert patch is not None and patch.returns == "=client" and patch.shape.provider == "openai"
    assert many is not None and (many.returns, many.unpacks) == (None, ("openai.Client", "", "=client"))


@pytest.mark.parametrize(
    ("name", "served"),
    [
        ("api.openai.com", ("openai", Hosting.EXTERNAL)),
        ("API.OpenAI.com:443", ("openai", Hosting.EXTERNAL)),
        ("contoso.openai.azure.com", ("azure-openai", Hosting.CLOUD_TENANT)),
        ("a.b.openai.azure.com", ("azure-openai", Hosting.CLOUD_TENANT)),
        ("openai.azure.com", None),
        ("evil-api.openai.com", None),
        ("api.openai.com.evil.example", None),
        ("bedrock-runtime.eu-west-1.amazonaws.com", ("bedrock", Hosting.CLOUD_TENANT)),
        ("bedrock-runtime.amazonaws.com", None),
        ("europe-west4-aiplatform.googleapis.com", ("vertex", Hosting.CLOUD_TENANT)),
        ("localhost:11434", ("ollama", Hosting.SELF_HOSTED)),
        ("localhost", None),
        ("localhost:8080", None),
    ],
)
def test_hosts_match_exactly_by_sub_domain_or_by_label(catalogue: Catalogue, name: str, served: object) -> None:
    assert catalogue.host(name) == served


def test_the_longest_prefix_of_a_model_id_decides(catalogue: Catalogue) -> None:
    assert catalogue.model_prefix("openai", "azure/claims") == ("azure-openai", Hosting.CLOUD_TENANT)
    assert catalogue.model_prefix("openai", "azure/gpt-4o") == ("nobody", None)
    assert catalogue.model_prefix("openai", "gpt-4o") is None and catalogue.model_prefix("frame", "azure/a") is None


def test_the_hosting_of_a_provider_is_told_when_all_agree(catalogue: Catalogue) -> None:
    assert catalogue.hosting_of("bedrock") is Hosting.CLOUD_TENANT
    assert catalogue.hosting_of("vertex") is None, "its type inherits `external`, its host says otherwise"
    assert catalogue.hosting_of("nobody") is None


def test_names_for_the_prefilter_are_the_last_segments(catalogue: Catalogue) -> None:
    assert catalogue.leaf_names >= {"OpenAI", "AsyncOpenAI", "AzureModel", "create", "with_options", "run", "api_base"}
    assert "__call__" not in catalogue.leaf_names
    assert catalogue.import_names == {"openai", "frame"}


def test_environment_and_module_variables_have_a_meaning(catalogue: Catalogue) -> None:
    assert catalogue.env["OPENAI_BASE_URL"] == ("openai", "endpoint")
    assert catalogue.globals == {"openai.api_base": Role.ENDPOINT, "openai.base_url": Role.ENDPOINT}
