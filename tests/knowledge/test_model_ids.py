"""What an id tells by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linter.knowledge.model_ids import parameters_of, provider_name, snapshot_of


@pytest.mark.parametrize(
    ("model", "billions"),
    [
        ("llama-3.1-8b", 8.0),
        ("meta-llama/Llama-3.1-70B-Instruct", 70.0),
        ("7B", 7.0),
        ("llama3:8b", 8.0),
        ("llama3-70b-8192", 70.0),
        ("llama-2-7b-chat.Q4_K_M.gguf", 7.0),
        ("deepseek-coder-6.7b", 6.7),
        ("Qwen2.5-0.5B", 0.5),
        ("accounts/fireworks/models/qwen2p5-coder-3b", 3.0),
        ("fireworks/qwen1p5-1p8b", 1.8),
        ("bloom-7b1", 7.1),
        ("smollm2-360m", 0.36),
        ("glm-4-9b-chat-1m", 9.0),
        ("Qwen3-Max-2.4T", 2400.0),
    ],
)
def test_the_number_of_parameters_stands_in_the_name(model: str, billions: float) -> None:
    assert parameters_of(model) == pytest.approx(billions)


@pytest.mark.parametrize(
    ("model", "billions"),
    [
        ("Mixtral-8x7B-Instruct-v0.1", 46.7),
        ("mixtral-8x22b", 140.6),
        ("some-moe-16x3b", 48.0),
        ("qwen3-30b-a3b", 30.0),
        ("Llama-4-Scout-17B-16E-Instruct", 109.0),
    ],
)
def test_all_experts_of_a_mixture_count(model: str, billions: float) -> None:
    assert parameters_of(model) == pytest.approx(billions)


@pytest.mark.parametrize(
    "model", ["gpt-4o", "claude-3-5-sonnet", "text-embedding-3-small", "gemma-3n-e4b", "model-8bit", "some-17b-64e", "bge-m3", ""]
)
def test_a_name_without_a_number_of_parameters_tells_none(model: str) -> None:
    assert parameters_of(model) is None


@given(st.text() | st.text("0123456789xbmtpe.-", max_size=60))
def test_any_text_has_a_positive_number_or_none(model: str) -> None:
    number = parameters_of(model)
    assert number is None or number > 0


def test_providers_have_one_name() -> None:
    assert {provider_name(name) for name in ("azure", "Azure", "azure_ai", "azure-openai", "azure_openai")} == {"azure-openai"}
    assert {provider_name(name) for name in ("bedrock", "aws-bedrock", "bedrock_converse", "AWS Bedrock")} == {"aws-bedrock"}
    assert {provider_name(name) for name in ("vertex_ai-anthropic_models", "vertex", "Google Vertex")} == {"vertex-ai"}
    assert provider_name("some_new_vendor") == "some-new-vendor"


def test_a_snapshot_is_the_name_with_a_date_behind_it() -> None:
    assert snapshot_of("gpt-4o", "gpt-4o-2024-05-13")
    assert snapshot_of("claude-3-5-sonnet", "claude-3-5-sonnet@20240620")
    assert not snapshot_of("gpt-4o", "gpt-4o-mini-2024-07-18")
    assert not snapshot_of("gpt-4o", "gpt-4o")
