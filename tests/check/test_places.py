"""Devices, hosts and regions, as they are written in code and in files."""

from __future__ import annotations

import pytest

from linter.check.places import accelerator, host, profile, regions_in
from linter.model.architecture import Scalar


@pytest.mark.parametrize(
    ("device", "make"),
    [
        ("cuda", "cuda"), ("cuda:1", "cuda"), ("CPU", "cpu"), ("auto", "cpu"), ("mps", "mps"), (0, "gpu"), (-1, "cpu"),
        ("0", "gpu"), (True, "gpu"), (False, "cpu"),
        ("nvidia.com/gpu", "nvidia"), ("amd.com/gpu", "rocm"), (None, "cpu"), ("warp-drive", None),
    ],
)  # fmt: skip
def test_a_device_is_of_a_make(device: Scalar, make: str | None) -> None:
    assert accelerator(device) == make


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://api.openai.com/v1", "api.openai.com"),
        ("postgresql+psycopg://user:secret@db.corp.example:5432/kb", "db.corp.example"),
        ("qdrant", "qdrant"),
        ("http://localhost:8000/v1", None),
        ("http://127.0.0.1:11434", None),
        ("./index", None),
        ("/var/lib/index.db", None),
        (":memory:", None),
        ("sqlite:///kb.db", None),
        ("5432", None),
    ],
)
def test_a_host_is_what_is_reached_over_a_network(address: str, name: str | None) -> None:
    assert host(address) == name


@pytest.mark.parametrize(
    ("name", "regions"),
    [
        ("bedrock-runtime.eu-central-1.amazonaws.com", ("eu-central-1",)),
        ("europe-west4-aiplatform.googleapis.com", ("europe-west4",)),
        ("swedencentral.api.cognitive.microsoft.com", ("swedencentral",)),
        ("eu.api.openai.com", ("eu",)),
        ("us-south.ml.cloud.ibm.com", ("us-south",)),
        ("bedrock-runtime.us-east-1.amazonaws.com", ("us-east-1",)),
        ("us.cloud.langfuse.com", ("us",)),
        ("datadoghq.eu", ()),
        ("claims.openai.azure.com", ()),
        ("api.openai.com", ()),
    ],
)
def test_some_host_names_say_a_region(name: str, regions: tuple[str, ...]) -> None:
    assert regions_in([name]) == regions


def test_an_inference_profile_stands_for_a_part_of_the_world() -> None:
    assert profile("eu.anthropic.claude-sonnet-4-20250514-v1:0") == "eu"
    assert profile("global.anthropic.claude-sonnet-4-5-20250929-v1:0") == "global"
    assert profile("arn:aws:bedrock:eu-central-1:123456789012:inference-profile/us.amazon.nova-pro-v1:0") == "us"
    assert profile("anthropic.claude-3-haiku-20240307-v1:0") is None
