"""What the names of models say about their size."""

from __future__ import annotations

from math import inf

import pytest

from linter.check.sizes import size_of, written


@pytest.mark.parametrize(
    ("name", "billions"),
    [
        ("meta-llama/Llama-3.1-70B-Instruct", 70),
        ("qwen2.5:7b", 7),
        ("qwen2.5:7b-instruct-q4_K_M", 7),
        ("/models/mistral-7b-instruct-v0.2.Q4_K_M.gguf", 7),
        ("/models/llama-2-13b/model.safetensors", 13),
        ("Qwen/Qwen2.5-0.5B", 0.5),
        ("Qwen/Qwen2.5-7B-Instruct-1M", 7),
        ("Qwen/Qwen3-30B-A3B", 30),
        ("bigscience/bloom-7b1", 7.1),
        ("TinyLlama/TinyLlama-1.1B-intermediate-step-1431k-3T", 1.1),
        ("nvidia/Llama-3_3-Nemotron-Super-49B-v1", 49),
        ("facebook/opt-350m", 0.35),
        ("deepseek-r1:671b", 671),
        ("mistralai/Mixtral-8x7B-Instruct-v0.1", 46.7),
        ("meta-llama/Llama-4-Scout-17B-16E-Instruct", 109),
    ],
)
def test_a_size_in_the_name_is_the_size(name: str, billions: float) -> None:
    assert size_of(name).is_exact
    assert size_of(name).least == pytest.approx(billions * 1e9)


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("acme/moe-16x3b", 36, 48),
        ("acme/herd-17B-16E-Instruct", 17, 272),
        ("tencent/Hunyuan-A13B-Instruct", 13, inf),
        ("google/gemma-3n-E4B-it", 4, inf),
        ("org/merge-7b-13b", 7, 13),
    ],
)
def test_of_mixtures_and_other_names_the_size_lies_between_two(name: str, least: float, most: float) -> None:
    found = size_of(name)
    assert (found.least, found.most) == (least * 1e9, most * 1e9)
    assert found.because == f"how many parameters {name} has"


@pytest.mark.parametrize(
    "name", ["qwen2.5", "llama3.2:latest", "microsoft/phi-3-mini-4k-instruct", "all-MiniLM-L6-v2", "BAAI/bge-m3", "gpt2",
             "internlm/internlm2-chat-1_8b", "acme/llama-4bit", "LargeWorldModel/LWM-Text-Chat-1M"]
)  # fmt: skip
def test_a_name_without_a_size_says_nothing(name: str) -> None:
    assert (size_of(name).least, size_of(name).most) == (0, inf)


def test_sizes_are_written_as_people_write_them() -> None:
    assert [written(one) for one in (70e9, 1.5e9, 350e6, 46.7e9)] == ["70B", "1.5B", "350M", "46.7B"]
