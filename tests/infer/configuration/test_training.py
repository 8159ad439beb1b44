"""Files that say how a model is trained are the mechanism `finetune`, with their data sets."""

from __future__ import annotations

import pytest

from linter.model.architecture import Architecture, FlowKind, State
from linter.model.catalogue import SiteKind
from tests.infer.making import architecture

AXOLOTL = "base_model: org/base\ndatasets:\n- path: org/notes\n- path: data/tariff.jsonl\noutput_dir: out\nnum_epochs: 1\n"
LLAMAFACTORY = "model_name_or_path: org/base\nstage: sft\nfinetuning_type: lora\ntemplate: llama3\ndataset: org/notes\n"
TORCHTUNE = "model: {_component_: torchtune.models.llama3.llama3_8b}\ndataset: {_component_: x, source: org/notes}\n"
TRL = "model_name_or_path: org/base\ndataset_name: org/notes\nlearning_rate: 1.0e-5\n"


def mechanisms(found: Architecture) -> list[str]:
    return [one.name for system in found.systems for one in system.mechanisms]


@pytest.mark.parametrize("text", [AXOLOTL, LLAMAFACTORY, TORCHTUNE, TRL])
def test_a_training_file_is_the_mechanism(text: str) -> None:
    found = architecture({"train.yaml": text})
    assert mechanisms(found) == ["finetune"]
    [site] = [one for one in found.sites if SiteKind.FINETUNE in one.also]
    assert site.kind is SiteKind.CONFIG
    assert site.get("dataset").state is State.KNOWN
    assert "org/notes" in site.get("dataset").values


def test_a_file_for_serving_the_trained_model_is_none() -> None:
    serving = (
        "model_name_or_path: org/base\nadapter_name_or_path: out\ntemplate: llama3\nfinetuning_type: lora\ninfer_backend: vllm\n"
    )
    found = architecture({"serve.yaml": serving})
    assert [site.kind for site in found.sites] == [SiteKind.CONFIG]
    assert mechanisms(found) == []


MANIFEST = """
version: 1
system: x
data:
  patient: {class: regulated, found_in: {files: ["train/patients.jsonl"]}}
updates:
  knowledge:
    tariff: {found_in: {files: ["data/**"]}, changes: weekly, served_by: retrieval}
    other: {found_in: {files: ["org/notes.txt"]}, changes: weekly}
"""


def test_declared_knowledge_that_a_training_file_names_flows_into_the_model() -> None:
    [flow] = architecture({"train.yaml": AXOLOTL}, MANIFEST).flows
    assert (flow.kind, flow.data) == (FlowKind.KNOWLEDGE, "tariff")
    assert [(str(step.place), step.what) for step in flow.steps] == [
        ("train.yaml:4", "tariff: data/tariff.jsonl"),
        ("train.yaml:1", "base_model is trained on it"),
    ]


def test_declared_data_beside_the_training_file() -> None:
    text = AXOLOTL.replace("org/notes", "patients.jsonl")
    assert [flow.data for flow in architecture({"train/a.yaml": text}, MANIFEST).flows] == ["patient", "tariff"]
