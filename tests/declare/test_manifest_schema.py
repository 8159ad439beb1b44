"""The JSON Schema that editors take."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from linter.declare.load import json_schema
from linter.declare.presets import preset_names, presets_folder
from linter.declare.schema import PresetFile
from linter.formats.yaml import read_one

SCHEMA = json_schema()
VALIDATOR = Draft202012Validator(SCHEMA)


def value(text: bytes) -> Any:
    document, problems = read_one(text, "f.yaml")
    assert document is not None
    assert problems == ()
    return document.value


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_the_full_example_is_valid() -> None:
    assert list(VALIDATOR.iter_errors(value(Path(__file__).with_name("example.yaml").read_bytes()))) == []


def objects(node: Any) -> list[dict[str, Any]]:
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    found = [one for child in inner for one in objects(child)]
    return [*found, node] if isinstance(node, dict) and node.get("type") == "object" else found


def test_every_object_is_closed_and_every_key_described() -> None:
    for one in objects(SCHEMA):
        assert one["additionalProperties"] is False
        for key, described in one.get("properties", {}).items():
            assert described["description"].endswith("."), key


@pytest.mark.parametrize(
    "text",
    [
        "privacy: {procesors: []}",
        "privacy: {retention: never}",
        "privacy: {retention: null}",
        "latency: {p99: 4}",
        "latency: {p99: '12:30'}",
        "cost: {per_request: '0.02'}",
        "cost: {max_prompt_tokens: -1}",
        "deployment: {max_model_parameters: 8x7B}",
        "data: {a.b: {class: public}}",
        "data: {p: {}}",
        "updates: {knowledge: {k: {changes: often}}}",
        "waivers: [{rule: r}]",
        "systems: []",
        "{system: a, systems: [{name: a, paths: [a]}]}",
    ],
)
def test_an_editor_tells_what_the_loader_would(text: str) -> None:
    content = {"version": 1, **value(text.encode())}
    assert not VALIDATOR.is_valid(content)


@pytest.mark.parametrize("name", preset_names())
def test_presets_have_a_schema_of_their_own(name: str) -> None:
    content = value((presets_folder() / f"{name}.yaml").read_bytes())
    assert PresetFile.model_validate(content).title
