"""A refresh of the model table: what it takes from its sources, and what it never loses."""

from __future__ import annotations

import json
import os
import subprocess
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from linter.knowledge.models import FILE, ModelTable
from tools.model_clones import deprecations_rss, model_deprecations, models_dev
from tools.model_entries import Entry, SourceError, Table
from tools.model_wheels import anthropic_sdk, genai_prices, litellm
from tools.refresh_models import SOURCES, Records, merge, quarters, render

PRESENT: dict[str, Any] = json.loads((Path(__file__).resolve().parents[2] / FILE).read_text(encoding="utf-8"))
OLD, NEW = date(2026, 1, 1), date(2027, 1, 1)


def prices_of(day: date, *entries: Entry) -> Table:
    return Table("l", f"1.{day:%y%m}", day, entries)


def ids(records: Mapping[str, Mapping[str, object]]) -> set[tuple[str, str]]:
    return {(provider, name) for provider, models in records.items() for name in models}


# ---- what is never lost


def test_no_id_of_the_present_file_is_ever_dropped() -> None:
    """Every source forgets everything but one new model: all ids stay, and so do their retirement days."""
    table = prices_of(NEW, Entry("openai", "gpt-99"))
    records = merge([table], PRESENT)
    assert ids(records) == ids(PRESENT["records"]) | {("openai", "gpt-99")}
    for provider, models in PRESENT["records"].items():
        for name, record in models.items():
            now = records[provider][name]
            assert {key: now.get(key) for key in ("ret", "not_before", "ctx", "in")} == {
                key: record.get(key) for key in ("ret", "not_before", "ctx", "in")
            }
            assert now["gone"]


def test_a_model_that_loses_its_day_with_its_source_keeps_it() -> None:
    said = Table("r", "1", OLD, (Entry("openai", "old", retired=date(2025, 5, 5)),), lists=False)
    before = as_file(merge([prices_of(OLD, Entry("openai", "old", context=100)), said], {}), [said, prices_of(OLD)])
    after = merge([prices_of(NEW, Entry("openai", "old", context=200))], before)["openai"]["old"]
    assert after == {"ctx": 200, "first": "2026-01-01", "ret": {"r": "2025-05-05"}, "src": "lr"}


def test_a_model_that_only_a_deprecation_page_still_names_keeps_its_limits() -> None:
    before = as_file(merge([prices_of(OLD, Entry("openai", "old", context=100))], {}), [prices_of(OLD)])
    page = Table("r", "1", NEW, (Entry("openai", "old", retired=date(2026, 5, 5)),), lists=False)
    after = merge([prices_of(NEW), page], before)["openai"]["old"]
    assert after == {"ctx": 100, "first": "2026-01-01", "gone": "2026-01-01", "ret": {"r": "2026-05-05"}, "src": "r"}


def test_a_price_that_is_taken_back_is_not_kept() -> None:
    before = as_file(merge([prices_of(OLD, Entry("openai", "m", input_price=900.0))], {}), [prices_of(OLD)])
    assert "in" not in merge([prices_of(NEW, Entry("openai", "m"))], before)["openai"]["m"]


def test_a_day_that_its_own_source_takes_back_is_not_kept() -> None:
    dated = prices_of(OLD, Entry("google", "flash", retired=date(2026, 6, 1)))
    before = as_file(merge([dated], {}), [dated])
    assert "ret" not in merge([dated, prices_of(NEW, Entry("google", "flash"))], before)["google"]["flash"]


def test_a_model_that_leaves_the_newest_table_has_the_day_it_was_last_listed() -> None:
    both = Entry("openai", "stays"), Entry("openai", "goes", context=8192, retired=date(2026, 3, 1))
    records = merge([prices_of(OLD, *both), prices_of(NEW, both[0])], {})["openai"]
    assert records["goes"] == {"ctx": 8192, "first": "2026-01-01", "gone": "2026-01-01", "ret": {"l": "2026-03-01"}, "src": "l"}
    assert records["stays"] == {"first": "2026-01-01", "src": "l"}


def test_a_second_refresh_changes_nothing() -> None:
    tables = [prices_of(OLD, Entry("openai", "a", input_price=0.5)), prices_of(NEW, Entry("openai", "b", output_price=2.0))]
    once = merge(tables, {})
    assert render(merge(tables, as_file(once, tables)), tables, NEW) == render(once, tables, NEW)


def test_the_present_file_is_what_the_tool_writes() -> None:
    """Nobody edits it by hand: the next refresh would undo it."""
    tables = [
        Table(key, version, date.fromisoformat(day), ())
        for key, source in PRESENT["sources"].items()
        for day, version in source["read"].items()
    ]
    path = Path(__file__).resolve().parents[2] / FILE
    assert render(PRESENT["records"], tables, date.fromisoformat(PRESENT["as_of"])) == path.read_text(encoding="utf-8")
    assert {key: set(source) for key, source in PRESENT["sources"].items()} == {
        key: {*source, "read"} for key, source in SOURCES.items()
    }


def as_file(records: Records, tables: list[Table]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(render(records, tables, max(table.as_of for table in tables)))
    return found


# ---- what the words mean


def test_a_day_that_others_call_the_deprecation_is_no_retirement() -> None:
    notice = date(2025, 9, 15)
    others = Table("r", "1", NEW, (Entry("cohere", "command", deprecated=True, deprecated_on=notice),), lists=False)
    record = merge([prices_of(NEW, Entry("cohere", "command", retired=notice)), others], {})["cohere"]["command"]
    assert "ret" not in record
    assert record["dep"] == "lr"


def test_who_lists_a_model_today_is_believed_before_who_once_did() -> None:
    other = Table("g", "1", NEW, (Entry("openai", "old", context=16_000, input_price=1.0),))
    once = prices_of(OLD, Entry("openai", "old", context=4_000, max_output=10))
    record = merge([once, prices_of(NEW), other], {})["openai"]["old"]
    assert (record["ctx"], record["max"], record["in"]) == (16_000, 10, 1)


def test_the_tables_are_sampled_each_quarter() -> None:
    assert quarters(date(2024, 8, 1)) == [date(2024, 1, 1), date(2024, 4, 1), date(2024, 7, 1)]


# ---- the sources


def wheel(scratch: Path, name: str, version: str, files: Mapping[str, str], day: date = NEW) -> None:
    folder = scratch / name / f"newest-{day}"
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / f"{name.replace('-', '_')}-{version}-py3-none-any.whl", "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)


def test_litellm_keys_become_the_providers_own_ids(tmp_path: Path) -> None:
    prices = {"input_cost_per_token": 2.5e-06, "output_cost_per_token": 1e-05}
    data = {
        "sample_spec": {"litellm_provider": "openai"},
        "gpt-4o": {"litellm_provider": "openai", "max_input_tokens": 128000, "max_output_tokens": 16384, **prices},
        "azure/eu/gpt-4o": {"litellm_provider": "azure", "deprecation_date": "2027-04-14"},
        "vertex_ai/claude-3-opus@20240229": {"litellm_provider": "vertex_ai-anthropic_models"},
        "bedrock/us-west-2/6-month-commitment/anthropic.claude-v1": {"litellm_provider": "bedrock", "max_tokens": 8191},
        "azure/low/1024-x-1024/gpt-image-1": {"litellm_provider": "azure"},
        "1024-x-1024/50-steps/bedrock/amazon.nova-canvas-v1:0": {"litellm_provider": "bedrock"},
        "tavily/search": {"litellm_provider": "tavily", "mode": "search"},
        "ollama/llama2": {"litellm_provider": "ollama", "input_cost_per_token": 0.0, "output_cost_per_token": 0.0},
        "wandb/glm": {"litellm_provider": "wandb", "input_cost_per_token": 0.055, "deprecation_date": "2098-12-31"},
    }
    wheel(tmp_path, "litellm", "9.9.9", {"litellm/model_prices_and_context_window_backup.json": json.dumps(data)})
    table = litellm(tmp_path, NEW, newest=True)
    assert table is not None
    assert (table.version, table.as_of, table.lists) == ("9.9.9", NEW, True)
    assert set(table.entries) == {
        Entry("openai", "gpt-4o", 128000, 16384, 2.5, 10.0),
        Entry("azure-openai", "eu/gpt-4o", retired=date(2027, 4, 14)),
        Entry("vertex-ai", "claude-3-opus@20240229"),
        Entry("aws-bedrock", "anthropic.claude-v1", 8191),
        Entry("azure-openai", "gpt-image-1"),
        Entry("aws-bedrock", "amazon.nova-canvas-v1:0"),
        Entry("ollama", "llama2"),
        Entry("wandb", "glm"),
    }


def test_the_anthropic_sdk_is_read_and_not_run(tmp_path: Path) -> None:
    files = {
        "anthropic/resources/messages.py": 'raise SystemExit\nDEPRECATED_MODELS = {"claude-1.3": "November 6th, 2024"}\n',
        "anthropic/_data/deprecated_models.py": 'DEPRECATED_MODELS: Dict[str, str] = {"claude-2.1": "July 21st, 2025"}\n',
    }
    wheel(tmp_path, "anthropic", "1.0", files)
    table = anthropic_sdk(tmp_path, NEW, newest=True)
    assert {entry.id: entry.retired for entry in table.entries} == {
        "claude-1.3": date(2024, 11, 6),
        "claude-2.1": date(2025, 7, 21),
    }
    assert not table.lists


def test_a_day_in_a_new_form_is_an_error_and_not_left_out(tmp_path: Path) -> None:
    wheel(tmp_path, "anthropic", "1.0", {"anthropic/a.py": 'DEPRECATED_MODELS = {"claude-1.3": "soon"}\n'})
    with pytest.raises(SourceError, match="writes a day as 'soon'"):
        anthropic_sdk(tmp_path, NEW, newest=True)


def test_genai_prices_gives_exact_names_and_the_price_of_the_day(tmp_path: Path) -> None:
    text = """
providers = [Provider(id='x-ai', models=[
    ModelInfo(
        id='grok-9', deprecated=True, context_window=1000,
        match=ClauseOr(or_=[ClauseEquals(equals='grok-9'), ClauseStartsWith(starts_with='grok-9-')]),
        prices=[
            ConditionalPrice(prices=ModelPrice(input_mtok=Decimal('5'), output_mtok=Decimal('9'))),
            ConditionalPrice(
                constraint=StartDateConstraint(start_date=datetime.date(2026, 2, 1)),
                prices=ModelPrice(
                    input_mtok=TieredPrices(base=Decimal('3'), tiers=[Tier(start=1, price=Decimal('6'))]),
                    output_mtok=Decimal('7'),
                ),
            ),
            ConditionalPrice(
                constraint=StartDateConstraint(start_date=datetime.date(2099, 1, 1)), prices=ModelPrice(input_mtok=Decimal('1'))
            ),
        ],
    ),
])]
"""
    wheel(tmp_path, "genai-prices", "1.0", {"genai_prices/data.py": text})
    assert genai_prices(tmp_path, NEW).entries == (Entry("xai", "grok-9", 1000, None, 3.0, 7.0, deprecated=True),)


def clone(path: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path.joinpath(name).parent.mkdir(parents=True, exist_ok=True)
        path.joinpath(name).write_text(text)
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_COMMITTER_DATE": "2026-05-05T12:00:00Z"}
    for command in ("init -q", "add .", "-c user.name=n -c user.email=e@example.org commit -qm m --date 2026-05-05T12:00:00Z"):
        subprocess.run(["git", *command.split()], cwd=path, check=True, env=env)
    return path


def test_models_dev_takes_limits_from_the_makers_file(tmp_path: Path) -> None:
    files = {
        "models/maker/m1.toml": "[limit]\ncontext = 1_000\noutput = 100\n",
        "providers/groq/models/maker/m1.toml": """
            base_model = "maker/m1"
            status = "deprecated"
            cost = {input = 1.5, output = 2}
        """,
        "providers/some-reseller/models/m1.toml": 'base_model = "maker/m1"\n',
        "providers/openai/models/embed-1.toml": "[limit]\ncontext = 8\noutput = 1_536\n",
    }
    table = models_dev(clone(tmp_path, files))
    assert table.as_of == date(2026, 5, 5)
    assert set(table.entries) == {Entry("groq", "maker/m1", 1000, 100, 1.5, 2.0, deprecated=True), Entry("openai", "embed-1", 8)}


def test_pages_that_give_the_earliest_day_do_not_make_a_retirement(tmp_path: Path) -> None:
    def row(provider: str, model: str, shutdown: str, seen: str = "2026-05-01", deprecated: str = "2026-04-01") -> dict[str, str]:
        return {
            "provider": provider,
            "model_id": model,
            "shutdown_date": shutdown,
            "deprecation_date": deprecated,
            "last_observed": seen,
        }

    rows = [
        row("OpenAI", "ft-gpt-4", "2026-10-23"),
        row("Google", "gemini-9", "2026-10-16"),
        row("Google", "gemini-8", "2026-04-16"),
        row("Azure", "gpt-4o", "2026-03-31"),
        row("Cohere", "command", ""),
        row("OpenAI", "Agent Builder", "2026-10-23"),
    ]
    entries = {entry.id: entry for entry in deprecations_rss(clone(tmp_path, {"data.json": json.dumps(rows)})).entries}
    day = date(2026, 4, 1)
    assert entries == {
        "ft:gpt-4": Entry("openai", "ft:gpt-4", retired=date(2026, 10, 23), deprecated_on=day),
        "gemini-9": Entry("google", "gemini-9", not_before=date(2026, 10, 16), deprecated_on=day),
        "gemini-8": Entry("google", "gemini-8", retired=date(2026, 4, 16), deprecated_on=day),
        "gpt-4o": Entry("azure-openai", "gpt-4o", not_before=date(2026, 3, 31), deprecated_on=day),
        "command": Entry("cohere", "command", deprecated=True, deprecated_on=day),
    }


def test_the_catalogue_tells_announced_from_earliest_days(tmp_path: Path) -> None:
    files = {
        "models/c.yaml": """
            {provider: anthropic, model: c-20250514, aliases: [c-0, c-20250101], status: retired, shutdown_on: 2026-06-15}
        """,
        "models/g.yaml": "{provider: google, model: g, status: active, earliest_shutdown_on: 2026-10-16}",
        "models/h.yaml": "{provider: google, model: h, status: retired}",
    }
    entries = {entry.id: entry for entry in model_deprecations(clone(tmp_path, files)).entries}
    dated = Entry("anthropic", "c-20250514", retired=date(2026, 6, 15))
    assert entries == {
        "c-20250514": dated,
        "c-0": replace(dated, id="c-0", alias_of="c-20250514"),
        "c-20250101": replace(dated, id="c-20250101"),
        "g": Entry("google", "g", not_before=date(2026, 10, 16)),
        "h": Entry("google", "h", deprecated=True),
    }


def test_a_folder_that_is_no_clone_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"is no clone that holds data\.json"):
        deprecations_rss(tmp_path)


def test_what_is_written_can_be_asked(tmp_path: Path) -> None:
    table = prices_of(NEW, Entry("openai", "gpt-99", 10, 5, 1.25, 2.0, retired=date(2028, 1, 1)))
    tmp_path.joinpath("rules").mkdir()
    tmp_path.joinpath(FILE).write_text(render(merge([table], {}), [table], NEW), encoding="utf-8")
    found = ModelTable.load(tmp_path).lookup("gpt-99")
    assert found is not None
    assert (found.context_window, found.max_output, found.input_price, found.output_price) == (10, 5, 1.25, 2)
    assert (found.told, found.announced) == ("2028-01-01 according to LiteLLM", True)
