"""What the name of a model tells."""

from __future__ import annotations

import pytest

from linter.check.modelnames import Telling, is_fixed_revision, is_local, is_pinned

NO, YES = Telling(False), Telling(True)


@pytest.mark.parametrize(
    "name", ["/opt/models/qwen", "./model", "../x", "~/weights", "C:\\models\\x", "weights/llama.gguf", "llama.Q4.gguf", "a/b/c"]
)
def test_a_path_is_local(name: str) -> None:
    assert is_local(name).answer is True


@pytest.mark.parametrize(
    "name", ["Qwen/Qwen2.5-1.5B-Instruct", "all-MiniLM-L6-v2", "https://huggingface.co/org/model", "hf.co/org/model/file.gguf"]
)
def test_an_id_of_a_hub_is_not_local(name: str) -> None:
    assert is_local(name).answer is False


def test_a_relative_path_of_two_parts_may_be_an_id() -> None:
    told = is_local("models/llama")
    assert told.answer is None
    assert told.because == "whether models/llama is a folder or an id"


def hosted(name: str, provider: str = "openai", alias: bool | None = None) -> bool | None:
    return is_pinned(name, provider=provider, hosting="external", revision=NO, alias=alias).answer


def test_the_table_of_models_knows_aliases_and_snapshots() -> None:
    assert hosted("gpt-4o", alias=True) is False
    assert hosted("gpt-4o-2024-08-06", alias=False) is True


@pytest.mark.parametrize(
    "name",
    [
        "claude-opus-4-6",
        "claude-sonnet-4-10",
        "anthropic.claude-sonnet-4-6",
        "claude-opus-5",
        "gemini-2.5-flash",
        "models/gemini-2.5-flash-lite",
    ],
)
def test_ids_of_vendors_that_no_longer_date_them_are_pinned(name: str) -> None:
    assert hosted(name, alias=True) is True


@pytest.mark.parametrize("name", ["claude-sonnet-4-5", "claude-opus-4-1", "gemini-2.0-flash", "gemini-1.5-pro"])
def test_older_ids_without_a_date_move(name: str) -> None:
    assert hosted(name, alias=True) is False


def test_a_preview_is_swapped_without_notice() -> None:
    assert hosted("gemini-3-pro-preview", "google") is False


def test_an_open_model_of_a_host_may_or_may_not_be_replaced() -> None:
    told = is_pinned("llama-3.1-8b-instant", provider="groq", hosting="external", revision=NO, alias=None)
    assert told == Telling(None, "whether groq replaces llama-3.1-8b-instant without notice")


def test_a_fine_tuned_model_is_its_own_snapshot() -> None:
    assert hosted("ft:gpt-4o-mini-2024-07-18:acme::abc", alias=True) is True


def test_a_deployment_of_azure_does_not_tell() -> None:
    told = is_pinned("triage", provider="azure-openai", hosting="cloud-tenant", revision=NO, alias=None)
    assert told.answer is None
    assert "deployment triage" in told.because


def test_a_server_of_ones_own_does_not_tell() -> None:
    assert is_pinned("qwen2.5-7b", provider="vllm", hosting="self-hosted", revision=NO, alias=None).answer is None


@pytest.mark.parametrize(
    ("name", "pinned"),
    [("llama3.1", False), ("llama3.1:latest", False), ("llama3.1:8b-instruct-q4_0", True), ("registry.local/x/llama:8b", True)],
)
def test_ollama_needs_a_tag(name: str, pinned: bool) -> None:
    assert is_pinned(name, provider="ollama", hosting="self-hosted", revision=NO, alias=None).answer is pinned


def test_a_hub_id_is_as_pinned_as_its_revision() -> None:
    assert is_pinned("org/model", provider="huggingface", hosting="in-process", revision=NO, alias=None).answer is False
    assert is_pinned("org/model", provider="huggingface", hosting="in-process", revision=YES, alias=None).answer is True
    assert is_pinned("/opt/model", provider="huggingface", hosting="in-process", revision=NO, alias=None).answer is True


@pytest.mark.parametrize(
    ("revision", "fixed"),
    [("989aa7980e4cf806f80c7fef2b1adb7bc71aa306", True), ("v1.0", True), ("main", False), ("Latest", False)],
)
def test_a_branch_is_no_fixed_revision(revision: str, fixed: bool) -> None:
    assert is_fixed_revision(revision).answer is fixed
