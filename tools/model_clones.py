"""Reads the tables of model facts that are kept in git repositories, from clones that are at hand."""

from __future__ import annotations

import io
import json
import re
import subprocess
import tarfile
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from linter.knowledge.model_ids import pinned, provider_name
from tools.model_entries import Entry, SourceError, Table, iso, once, prices, tokens

# models.dev also lists some hundred resellers; these are the providers that code is written against. Not Hugging Face: the name
# mostly stands for weights that run in-process, where a router's prices and dates do not hold
_SOLD_BY = {
    "openai", "anthropic", "google", "google-vertex", "google-vertex-anthropic", "amazon-bedrock", "azure",
    "azure-cognitive-services", "mistral", "cohere", "groq", "togetherai", "fireworks-ai", "deepseek", "xai",
    "openrouter", "perplexity", "alibaba", "alibaba-cn", "moonshotai", "moonshotai-cn", "zai", "zhipuai", "minimax",
    "minimax-cn", "nvidia", "deepinfra", "cerebras", "databricks", "snowflake-cortex", "github-models",
    "github-copilot", "vercel", "ollama-cloud", "upstage", "nebius", "novita-ai", "ovhcloud", "scaleway", "stepfun",
    "siliconflow", "baseten", "cloudflare-workers-ai", "llama", "sap-ai-core", "v0", "morph", "inception", "friendli",
    "digitalocean", "io-net", "wandb",
}  # fmt: skip


def _files(clone: Path, *paths: str) -> tuple[str, date, dict[str, bytes]]:
    """Commit, its day, and the files below `paths` at the clone's HEAD. Raises SourceError."""
    git = ["git", "-C", str(clone)]
    try:
        head = subprocess.run([*git, "log", "-1", "--format=%H %cs"], capture_output=True, check=True).stdout.decode().split()
        packed = subprocess.run([*git, "archive", "HEAD", *paths], capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        cause = error.stderr.decode(errors="replace").strip() if isinstance(error, subprocess.CalledProcessError) else str(error)
        raise SourceError(f"{clone} is no clone that holds {' and '.join(paths)}: {cause}") from error
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        files = {one.name: (archive.extractfile(one) or io.BytesIO()).read() for one in archive if one.isfile()}
    return head[0][:12], date.fromisoformat(head[1]), files


def models_dev(clone: Path) -> Table:
    """models.dev: a TOML file for each model of each provider; some refer to a file of the model's maker for the rest."""
    version, as_of, files = _files(clone, "providers", "models")
    entries = []
    for name in sorted(files):
        match = re.fullmatch(r"providers/([^/]+)/models/(.+)\.toml", name)
        if match is None or match[1] not in _SOLD_BY:
            continue
        own = tomllib.loads(files[name].decode())
        base = tomllib.loads(files.get(f"models/{own.get('base_model')}.toml", b"").decode())
        limit, cost = {**base.get("limit", {}), **own.get("limit", {})}, own.get("cost", {})
        largest, longest = tokens(limit.get("context")), tokens(limit.get("output"))
        if "embed" in match[2] or (largest and longest and longest > largest):
            longest = None  # of an embedding model, it is the vector's length
        sold = prices(cost.get("input"), cost.get("output"))
        model = Entry(provider_name(match[1]), match[2].lower(), largest, longest, *sold)
        entries.append(replace(model, deprecated=own.get("status") == "deprecated"))
    return Table("m", version, as_of, once(entries))


def deprecations_rss(clone: Path) -> Table:
    """deprecations.info: what the providers' own deprecation pages said when they were last read."""
    version, as_of, files = _files(clone, "data.json")
    listed: list[Mapping[str, Any]] = json.loads(files["data.json"])
    return Table("r", version, as_of, once(_rss_entry(one) for one in listed), lists=False)


def _rss_entry(one: Mapping[str, Any]) -> Entry:
    provider, name = provider_name(one["provider"]), str(one["model_id"]).lower()
    if provider == "openai" and name.startswith("ft-"):
        name = "ft:" + name.removeprefix("ft-")
    day, seen = iso(one.get("shutdown_date")), iso(one.get("last_observed"))
    # Google publishes the earliest possible day; Azure's rows are one a model, with the day of its first version that goes
    soft = day is not None and (provider == "azure-openai" or (provider == "google" and (seen is None or day > seen)))
    return Entry(
        provider, name, retired=None if soft else day, not_before=day if soft else None, deprecated=day is None,
        deprecated_on=iso(one.get("deprecation_date")),
    )  # fmt: skip


def model_deprecations(clone: Path) -> Table:
    """modeldeprecations.dev: a YAML file a model, which keeps announced days and earliest possible days apart."""
    version, as_of, files = _files(clone, "models")
    found = [entry for name in sorted(files) if name.endswith(".yaml") for entry in _catalogue_entry(yaml.safe_load(files[name]))]
    return Table("d", version, as_of, once(found), lists=False)


def _catalogue_entry(model: Mapping[str, Any]) -> Iterator[Entry]:
    if model["provider"] == "bedrock":  # names of the models, not the ids that Bedrock takes
        return
    provider, name = provider_name(model["provider"]), str(model["model"]).lower()
    facts = Entry(
        provider, name, retired=iso(model.get("shutdown_on")), not_before=iso(model.get("earliest_shutdown_on")),
        deprecated=model["status"] != "active" and "shutdown_on" not in model, deprecated_on=iso(model.get("deprecated_on")),
    )  # fmt: skip
    yield facts
    for alias in (str(alias).lower() for alias in model.get("aliases", ())):
        # an "alias" there is any id that shares the page; it stands for the other one only when it leaves out the date
        yield replace(facts, id=alias, alias_of=name if pinned(name) and not pinned(alias) else "")
