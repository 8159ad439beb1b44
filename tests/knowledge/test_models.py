"""What archfit knows of models, asked as code spells them.

Days and prices are those of the bundled table: when a refresh changes one, read what the sources say before the test follows.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linter.errors import InternalError
from linter.knowledge.models import FILE, FORMAT, ModelFacts, ModelTable

TABLE = ModelTable.load()


def facts(model: str, provider: str | None = None) -> ModelFacts:
    found = TABLE.lookup(model, provider)
    assert found is not None, model
    return found


def small(path: Path, records: dict[str, Any]) -> ModelTable:
    """A table of two sources, read on 2026-01-01 (old) and 2026-06-01 (new)."""
    sources = {
        "o": {"name": "Old", "read": {"2026-01-01": "1"}},
        "n": {"name": "New", "read": {"2026-02-01": "1", "2026-06-01": "2"}},
    }
    path.joinpath("rules").mkdir()
    path.joinpath(FILE).write_text(json.dumps({"format": FORMAT, "as_of": "2026-06-01", "records": records, "sources": sources}))
    return ModelTable.load(path)


# ---- retirements


@pytest.mark.parametrize(
    ("model", "day"),
    [
        ("text-davinci-003", date(2024, 1, 4)),
        ("gpt-3.5-turbo-0613", date(2024, 9, 13)),
        ("gpt-3.5-turbo-0301", date(2024, 9, 13)),
        ("gpt-4-32k", date(2025, 6, 6)),
        ("claude-2.1", date(2025, 7, 21)),
        ("claude-instant-1.2", date(2024, 11, 6)),
        ("claude-3-opus-20240229", date(2026, 1, 5)),
        ("gemini-1.5-pro-001", date(2025, 5, 24)),
    ],
)
def test_a_model_that_was_shut_down_has_its_day(model: str, day: date) -> None:
    found = facts(model)
    assert found.retired == day
    assert not found.announced
    assert f"{day} according to " in found.told


@pytest.mark.parametrize("model", ["gpt-4o", "text-embedding-ada-002", "text-embedding-3-small", "claude-sonnet-5"])
def test_a_model_that_no_source_calls_retired_is_not(model: str) -> None:
    assert facts(model).retired is None


def test_where_sources_differ_the_latest_day_counts_and_all_are_told() -> None:
    codex = facts("code-davinci-002")
    assert codex.retired == date(2024, 1, 4)
    assert [word.day for word in codex.retirements] == [date(2024, 1, 4), date(2023, 3, 23)]
    assert codex.told == "2024-01-04 according to deprecations.info; 2023-03-23 according to modeldeprecations.dev"


def test_gemini_1_5_pro_is_gone_from_the_gemini_api_and_from_vertex_on_different_days() -> None:
    assert facts("gemini-1.5-pro-002", "vertex-ai").retired == date(2025, 9, 24)
    assert facts("models/gemini-1.5-pro").retired != facts("gemini-1.5-pro-002", "vertex-ai").retired


def test_an_earliest_possible_day_is_no_retirement() -> None:
    flash = facts("gemini-2.5-flash", "google")
    assert (flash.retired, flash.not_before) == (None, date(2026, 10, 16))
    assert flash.told.startswith("not before 2026-10-16 according to ")


def test_a_day_of_deprecation_is_no_day_of_retirement() -> None:
    command = facts("command-r", "cohere")  # deprecated on 2025-09-15, and still answering
    assert command.retired is None
    assert "LiteLLM" in command.deprecated_by


def test_a_model_that_is_merely_no_longer_listed_is_not_called_retired() -> None:
    instant = facts("claude-instant-1")
    assert instant.retired is None
    assert instant.gone_since == instant.as_of == date(2025, 7, 1)


def test_a_firm_day_that_only_repeats_an_earliest_possible_one_is_not_believed(tmp_path: Path) -> None:
    table = small(
        tmp_path,
        {
            "openai": {
                "repeated": {"src": "no", "first": "2026-01-01", "ret": {"n": "2026-05-01"}, "not_before": {"o": "2026-05-01"}},
                "postponed": {"src": "no", "first": "2026-01-01", "ret": {"o": "2026-05-01"}, "not_before": {"n": "2026-09-01"}},
                "advanced": {"src": "no", "first": "2026-01-01", "ret": {"n": "2026-05-01"}, "not_before": {"o": "2026-09-01"}},
            }
        },
    )
    found = {name: table.lookup(name) for name in ("repeated", "postponed", "advanced")}
    assert {name: one and one.retired for name, one in found.items()} == {
        "repeated": None,
        "postponed": None,
        "advanced": date(2026, 5, 1),
    }
    assert {name: one and one.not_before for name, one in found.items()} == {
        "repeated": date(2026, 5, 1),
        "postponed": date(2026, 9, 1),
        "advanced": None,
    }


def test_a_day_after_the_last_reading_was_announced_not_seen(tmp_path: Path) -> None:
    table = small(tmp_path, {"openai": {"later": {"src": "n", "first": "2026-02-01", "ret": {"n": "2026-06-02"}}}})
    later = table.lookup("later")
    assert later is not None
    assert later.announced
    assert later.told == "2026-06-02 according to New"
    assert later.as_of == date(2026, 6, 1)


# ---- names


@pytest.mark.parametrize(
    ("spelled", "provider", "model"),
    [
        ("gpt-4o", "openai", "gpt-4o"),
        ("GPT-4o", "openai", "gpt-4o"),
        ("openai/gpt-4o", "openai", "gpt-4o"),
        ("openai:gpt-4o", "openai", "gpt-4o"),
        ("azure/gpt-4o", "azure-openai", "gpt-4o"),
        ("azure_openai:gpt-4o", "azure-openai", "gpt-4o"),
        ("models/gemini-1.5-flash", "google", "gemini-1.5-flash"),
        ("gemini/gemini-1.5-flash", "google", "gemini-1.5-flash"),
        ("publishers/google/models/gemini-1.5-flash", "vertex-ai", "gemini-1.5-flash"),
        ("vertex_ai/claude-3-5-sonnet@20240620", "vertex-ai", "claude-3-5-sonnet@20240620"),
        ("claude-3-5-sonnet@20240620", "vertex-ai", "claude-3-5-sonnet@20240620"),
        ("bedrock/anthropic.claude-v2:1", "aws-bedrock", "anthropic.claude-v2:1"),
        ("arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-v2:1", "aws-bedrock", "anthropic.claude-v2:1"),
        ("sa.anthropic.claude-3-5-sonnet-20240620-v1:0", "aws-bedrock", "anthropic.claude-3-5-sonnet-20240620-v1:0"),
        ("ft:gpt-3.5-turbo-0301:acme::8abc", "openai", "gpt-3.5-turbo-0301"),
        ("ft:gpt-3.5-turbo-0613:acme::8abc", "openai", "ft:gpt-3.5-turbo-0613"),
        ("openrouter/openai/gpt-4o", "openrouter", "openai/gpt-4o"),
    ],
)
def test_every_spelling_finds_the_model(spelled: str, provider: str, model: str) -> None:
    found = facts(spelled)
    assert (found.provider, found.id) == (provider, model)


def test_a_regional_profile_goes_with_its_model() -> None:
    profile = facts("us.anthropic.claude-3-5-sonnet-20240620-v1:0", "aws-bedrock")
    assert profile.retired == facts("anthropic.claude-3-5-sonnet-20240620-v1:0", "aws-bedrock").retired == date(2026, 7, 30)


def test_a_fine_tuned_model_outlives_its_base() -> None:
    assert facts("ft:gpt-3.5-turbo-0613:acme::8abc").retired == date(2026, 10, 23)
    assert facts("gpt-3.5-turbo-0613").retired == date(2024, 9, 13)


def test_each_cloud_has_its_own_schedule() -> None:
    assert facts("gpt-4o-2024-05-13", "openai").retired != facts("gpt-4o-2024-05-13", "azure-openai").retired


def test_the_names_that_provider_files_use_are_understood() -> None:
    assert facts("gpt-4o", "azure").provider == facts("gpt-4o", "azure-openai").provider == "azure-openai"
    assert facts("gemini-1.5-flash", "google-gemini").provider == "google"
    assert facts("gemini-1.5-flash", "google-vertex").provider == facts("gemini-1.5-flash", "vertex").provider == "vertex-ai"


@pytest.mark.parametrize(
    ("model", "provider"),
    [
        ("gpt-4o-2099-01-01", None),
        ("gpt-4o-2024-05-13-mine", None),
        ("my-deployment", "azure-openai"),
        ("gpt-4o", "anthropic"),
        ("gpt-4o", "vllm"),
        ("gpt", None),
        ("", None),
        ("openai/", None),
    ],
)
def test_what_is_not_in_the_table_is_unknown(model: str, provider: str | None) -> None:
    assert TABLE.lookup(model, provider) is None


def test_dated_and_undated_ids_are_kept_apart() -> None:
    assert facts("gpt-4o-2024-05-13").id == "gpt-4o-2024-05-13"
    assert facts("gpt-4o-2024-05-13").retired is not None
    assert facts("gpt-4o").retired is None


def test_an_id_of_several_providers_tells_only_what_they_agree_on(tmp_path: Path) -> None:
    table = small(
        tmp_path,
        {
            "groq": {"llama": {"src": "n", "first": "2026-02-01", "ctx": 8192, "max": 100, "in": 1, "ret": {"n": "2026-03-01"}}},
            "together": {"llama": {"src": "o", "first": "2026-01-01", "ctx": 8192, "max": 200, "in": 2}},
        },
    )
    found = table.lookup("llama")
    assert found is not None
    assert (found.provider, found.context_window) == (None, 8192)
    assert found.max_output is None
    assert found.input_price is None
    assert found.retired is None
    assert found.sources == ("New", "Old")
    at_groq = table.lookup("llama", "groq")
    assert at_groq is not None
    assert (at_groq.input_price, at_groq.retired) == (1, date(2026, 3, 1))


@given(
    st.text() | st.text("abcdefgpt/:@.-_0123456789", max_size=40),
    st.none() | st.text() | st.sampled_from(["openai", "aws-bedrock", "vertex-ai"]),
)
def test_no_text_makes_a_question_fail(model: str, provider: str | None) -> None:
    TABLE.lookup(model, provider)
    TABLE.is_alias(model, provider)


# ---- limits and prices


def test_limits_and_prices_are_per_request_and_per_million_tokens() -> None:
    four = facts("gpt-4o-2024-08-06")
    assert (four.context_window, four.max_output) == (128_000, 16_384)
    assert (four.input_price, four.output_price) == (2.5, 10)
    assert facts("text-embedding-3-small").input_price == 0.02


def test_a_model_without_a_price_is_not_free() -> None:
    assert facts("llama3:8b", "ollama").input_price is None


# ---- aliases


@pytest.mark.parametrize(
    "model", ["gpt-4o", "openai/gpt-4", "claude-3-5-sonnet-latest", "claude-sonnet-4-5", "llama3:latest", "gemini-1.5-pro"]
)
def test_an_id_that_stands_for_changing_snapshots_is_an_alias(model: str) -> None:
    assert TABLE.is_alias(model) is True


@pytest.mark.parametrize(
    "model",
    [
        "gpt-4o-2024-05-13",
        "azure/gpt-4-0613",
        "gpt-4-1106-vision-preview",
        "claude-3-opus-20240229",
        "claude-3-5-sonnet@20240620",
        "us.anthropic.claude-3-5-sonnet-20240620-v1:0",
        "bedrock/anthropic.claude-v2:1",
        "amazon.nova-lite-v1:0",
        "mistral-large-2407",
        "command-r-08-2024",
        "gemini-2.5-pro-preview-05-06",
        "text-embedding-ada-002",
        "ft:gpt-4o-mini-2024-07-18:acme::8abc",
    ],
)
def test_an_id_with_a_date_or_a_version_is_pinned(model: str) -> None:
    assert TABLE.is_alias(model) is False


@pytest.mark.parametrize("model", ["llama3-70b-8192", "mixtral-8x7b-32768", "my-own-model", "whisper-1", ""])
def test_an_id_that_tells_neither_is_left_open(model: str) -> None:
    assert TABLE.is_alias(model) is None


# ---- the file


def records() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for provider, models in TABLE.data["records"].items():
        for name, record in models.items():
            yield provider, name, record


def test_every_record_can_be_asked_for() -> None:
    sources = set(TABLE.data["sources"])
    for provider, name, record in records():
        assert set(record) <= {"alias", "ctx", "dep", "first", "gone", "in", "max", "not_before", "out", "ret", "src"}
        assert record["src"]
        assert {*record["src"], *record.get("ret", {}), *record.get("not_before", {}), *record.get("dep", "")} <= sources
        found = TABLE.lookup(name, provider)
        assert found is not None
        assert found.provider == provider
        assert all(price is None or 0 <= price <= 1_000 for price in (found.input_price, found.output_price))
        assert found.context_window is None or found.context_window > 0


def test_the_file_stays_small_and_has_one_record_a_line() -> None:
    text = TABLE.path.read_text(encoding="utf-8")
    assert len(text.encode()) < 1_500_000
    lines = text.splitlines()
    assert len(lines) < 1.05 * sum(1 for _ in records()) + 300
    assert max(map(len, lines)) < 1000


def test_the_table_is_read_at_the_first_question_and_fast(tmp_path: Path) -> None:
    table = ModelTable.load(tmp_path)  # there is no file, and nobody has asked yet
    with pytest.raises(InternalError, match="the model table cannot be read"):
        table.lookup("gpt-4o")
    taken = []
    for _ in range(5):
        fresh = ModelTable(TABLE.path)
        begin = time.process_time()
        fresh.lookup("gpt-4o")
        taken.append(time.process_time() - begin)
    assert min(taken) < 0.030  # 10 ms where it was measured; machines differ


def test_a_file_of_another_format_is_refused(tmp_path: Path) -> None:
    tmp_path.joinpath("rules").mkdir()
    tmp_path.joinpath(FILE).write_text('{"format": "archfit-models/99"}')
    with pytest.raises(InternalError, match="not of the format"):
        ModelTable.load(tmp_path).lookup("gpt-4o")
