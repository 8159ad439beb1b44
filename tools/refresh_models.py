"""Builds `rules/models.json`, the snapshot of model facts that archfit ships.

    python -m tools.refresh_models --models-dev DIR --deprecations DIR --model-deprecations DIR [--scratch DIR]

The wheels are fetched with pip (26 or newer), the three DIRs are clones of the repositories that `SOURCES` names. Nothing of them
is executed. LiteLLM and the Anthropic SDK are also read as they were at the beginning of each quarter since 2024, since their
tables drop what has been retired. No id of the present file is ever dropped: one that no source names any more stays as it is,
with the day on which it was last listed; so does a retirement day whose source no longer names the model.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from linter.knowledge.models import FILE, FORMAT
from tools.model_clones import deprecations_rss, model_deprecations, models_dev
from tools.model_entries import Entry, SourceError, Table
from tools.model_wheels import anthropic_sdk, genai_prices, litellm

_GITHUB = "https://github.com/"
SOURCES: Mapping[str, Mapping[str, str]] = {
    key: {"name": name, "url": _GITHUB + url, "licence": licence, "by": by}
    for key, name, url, licence, by in (
        ("a", "Anthropic SDK", "anthropics/anthropic-sdk-python", "Apache-2.0", "Anthropic"),
        ("d", "modeldeprecations.dev", "mnfst/modeldeprecations.dev", "MIT", "modeldeprecations.dev contributors, 2026"),
        ("g", "genai-prices", "pydantic/genai-prices", "MIT", "Pydantic Services Inc., 2025 to present"),
        ("l", "LiteLLM", "BerriAI/litellm", "MIT", "Berri AI, 2023"),
        ("m", "models.dev", "anomalyco/models.dev", "MIT", "models.dev, 2025"),
        ("r", "deprecations.info", "deprecations/deprecations-rss", "MIT", "François Leblanc, 2025"),
    )
}
_ORDER = "lmgard"  # whose limits and prices count first
_LISTING = frozenset("lmg")  # those that mean to list every model in service
_ABOUT = (
    "Facts about models, gathered from the open tables under `sources`, with thanks to those who keep them. ctx, max: tokens;"
    " in, out: US dollars per million tokens; ret: the shutdown day that a source gives; not_before: the earliest possible day,"
    " no commitment; dep: called deprecated, without a day; alias: the snapshot it stands for; src: the sources that name it;"
    " first: first seen; gone: no table lists it any more, one last did on that day (no proof of retirement)."
    " Made by tools/refresh_models.py."
)
Record = dict[str, Any]
Records = dict[str, dict[str, Record]]


def merge(tables: Sequence[Table], present: Mapping[str, Any]) -> Records:
    """A record for each provider and id of the tables and of the present file. A source's later table replaces its earlier."""
    newest = {table.key: table.as_of for table in sorted(tables, key=lambda table: table.as_of)}
    said: dict[tuple[str, str], list[tuple[Table, Entry]]] = defaultdict(list)
    for table in sorted(tables, key=lambda table: table.as_of):
        for entry in table.entries:
            said[entry.provider, entry.id].append((table, entry))
    records: Records = defaultdict(dict)
    for (provider, name), words in said.items():
        records[provider][name] = _record(words, newest)
    for provider, old in present.get("records", {}).items():
        for name, record in old.items():
            records[provider][name] = _keep(records[provider].get(name), record, present["as_of"])
    return records


def _keep(record: Record | None, old: Record, as_of: str) -> Record:
    """What the present file has of a model and its sources have dropped. What a source now says otherwise is not kept."""
    if record is None:
        return {"gone": as_of, **old}
    kept = dict(record)
    for name in ("ret", "not_before"):
        days = {key: day for key, day in old.get(name, {}).items() if key not in record["src"]}
        if days:
            kept[name] = {**days, **record.get(name, {})}
            kept["src"] = "".join(sorted({*kept["src"], *days}))
    kept["first"] = min(record["first"], old["first"])
    if "gone" in record or not _LISTING & set(record["src"]):  # else today's tables say all there is to say
        for name in ("ctx", "max", "in", "out"):
            if name in old:
                kept.setdefault(name, old[name])
        if _LISTING & set(old["src"]):
            kept.setdefault("gone", old.get("gone", as_of))
    return kept


def _record(words: Sequence[tuple[Table, Entry]], newest: Mapping[str, date]) -> Record:
    last = {table.key: (table, entry) for table, entry in words}
    listed = [key for key, (table, _) in last.items() if table.lists and table.as_of == newest[key]]
    dates = [table.as_of for table, _ in words if table.lists]
    record: Record = {"first": min(dates or [table.as_of for table, _ in words]).isoformat(), "src": "".join(sorted(last))}
    if dates and not listed:
        record["gone"] = max(dates).isoformat()
    # who lists it today is asked before those whose word is old
    for key in sorted(last, key=lambda key: (key not in listed, _ORDER.index(key))):
        entry = last[key][1]
        told = {"ctx": entry.context, "max": entry.max_output, "in": entry.input_price, "out": entry.output_price}
        for name, value in told.items():
            if value is not None:
                record.setdefault(name, int(value) if value == int(value) else value)
        if entry.alias_of:
            record["alias"] = entry.alias_of
    entries = {key: entry for key, (_, entry) in last.items()}
    # LiteLLM has one field for both; where others tell the days apart, a day of deprecation is no day of retirement
    notices = {entry.deprecated_on for entry in entries.values() if entry.deprecated_on not in (entry.retired, entry.not_before)}
    early = {key for key, entry in entries.items() if entry.retired and not entry.deprecated_on and entry.retired in notices}
    retired = {key: entry.retired.isoformat() for key, entry in entries.items() if entry.retired and key not in early}
    not_before = {key: entry.not_before.isoformat() for key, entry in entries.items() if entry.not_before}
    deprecated = "".join(sorted(early | {key for key, entry in entries.items() if entry.deprecated}))
    ends = {"ret": retired, "not_before": not_before, "dep": deprecated}
    return {**record, **{name: value for name, value in ends.items() if value}}


def render(records: Records, tables: Sequence[Table], as_of: date) -> str:
    """The file's text: one record a line, everything sorted."""
    sources: dict[str, dict[str, Any]] = {key: dict(facts) for key, facts in SOURCES.items()}
    for table in sorted(tables, key=lambda table: table.as_of):
        sources[table.key].setdefault("read", {})[table.as_of.isoformat()] = table.version
    header = {"about": _ABOUT, "as_of": as_of.isoformat(), "format": FORMAT}
    lines = ["{", *(f"{_json(key)}:{_json(value)}," for key, value in sorted(header.items())), '"records":{']
    providers = sorted(provider for provider in records if records[provider])
    for provider in providers:
        lines.append(f"{_json(provider)}:{{")
        lines += _items(records[provider])
        lines.append("}" if provider == providers[-1] else "},")
    lines += ["},", '"sources":{', *_items(sources), "}", "}"]
    return "\n".join(lines) + "\n"


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _items(mapping: Mapping[str, object]) -> Iterator[str]:
    keys = sorted(mapping)
    return (f"{_json(key)}:{_json(mapping[key])}{'' if key == keys[-1] else ','}" for key in keys)


def quarters(until: date) -> list[date]:
    """The first days of the quarters since 2024, before the day `until`."""
    days = (date(year, month, 1) for year in range(2024, until.year + 1) for month in (1, 4, 7, 10))
    return [day for day in days if day < until]


def read_tables(scratch: Path, today: date, clones: Mapping[str, Path]) -> list[Table]:
    """Every table of every source. A release that was the newest on several days is read once. Raises SourceError."""
    tables: list[Table] = []
    for read in (litellm, anthropic_sdk):
        seen: set[str] = set()
        for day in [*quarters(today), today]:
            table = read(scratch, day, day == today)
            if table is not None and (table.version not in seen or day == today):
                seen.add(table.version)
                tables.append(table)
    tables.append(genai_prices(scratch, today))
    tables += [models_dev(clones["models_dev"]), deprecations_rss(clones["deprecations"])]
    return [*tables, model_deprecations(clones["model_deprecations"])]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Returns 0, or 2 when a source cannot be read."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="refresh_models", description=__doc__, formatter_class=raw)
    for option, key in (("--models-dev", "m"), ("--deprecations", "r"), ("--model-deprecations", "d")):
        parser.add_argument(option, type=Path, required=True, metavar="DIR", help=f"a clone of {SOURCES[key]['url']}")
    scratch, today = Path(tempfile.gettempdir()) / "archfit-models", date.today()
    parser.add_argument("--scratch", type=Path, default=scratch, help="where wheels are kept")
    parser.add_argument("--file", type=Path, default=Path(__file__).resolve().parents[1] / FILE)
    parser.add_argument("--today", type=date.fromisoformat, default=today, metavar="DAY", help="the day of the newest releases")
    options = parser.parse_args(arguments)
    present: dict[str, Any] = json.loads(options.file.read_text(encoding="utf-8")) if options.file.exists() else {}
    try:
        tables = read_tables(options.scratch, options.today, vars(options))
    except SourceError as error:
        print(error, file=sys.stderr)
        return 2
    records = merge(tables, present)
    options.file.write_text(render(records, tables, options.today), encoding="utf-8")
    for table in tables:
        name, dated = SOURCES[table.key]["name"], sum(entry.retired is not None for entry in table.entries)
        print(f"{name:22} {table.version:14} {table.as_of}  {len(table.entries):5} models, {dated:4} with a day")
    every = [record for one in records.values() for record in one.values()]
    dated = sum("ret" in record for record in every)
    print(f"{options.file}: {len(every)} records of {len(records)} providers, {dated} with a retirement day")
    return 0


if __name__ == "__main__":
    sys.exit(main())
