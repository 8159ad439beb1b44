"""Dockerfiles: what each stage says, and in which line."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linter.formats.dockerfile import is_dockerfile, read
from linter.formats.tree import Document

TEXT = """\
# comment \\
ARG VERSION=3.12
FROM python:${VERSION} AS base
ENV MODEL=gpt-4o NAME="two words" \\
    # a comment between
    URL=http://vllm:8000/v1
ENV OLD the old way
RUN <<EOF
ENV NOT=this
EOF
FROM base
ARG TAG
ENV EMPTY="" ESCAPED=a\\ b
"""


def document(text: str) -> Document:
    """A file in which nothing is wrong."""
    found, problems = read(text.encode(), "Dockerfile")
    assert problems == ()
    assert found is not None
    return found


def test_variables_stand_in_their_stages() -> None:
    stages = document(TEXT).value["stages"]
    assert [{word: stage[word] for word in ("ARG", "ENV") if word in stage} for stage in stages] == [
        {"ARG": {"VERSION": "3.12"}},
        {"ENV": {"MODEL": "gpt-4o", "NAME": "two words", "URL": "http://vllm:8000/v1", "OLD": "the old way"}},
        {"ENV": {"EMPTY": "", "ESCAPED": "a b"}},
    ]


def test_each_has_its_line() -> None:
    found = document(TEXT)
    lines = {name: found.place(("stages", 1, "ENV", name)).line for name in ("MODEL", "NAME", "URL", "OLD")}
    assert lines == {"MODEL": 4, "NAME": 4, "URL": 6, "OLD": 7}
    assert found.key_place(("stages", 1, "ENV", "URL")).column == 5


STAGES = """\
# syntax=docker/dockerfile:1
ARG BASE=python:3.11
FROM ${BASE} AS build
ENV A=1 B="two words" \\
    # a remark in between
    C=3
RUN <<EOF
FROM nothing
CMD nothing
EOF
FROM --platform=linux/amd64 vllm/vllm-openai:v0.6
ENV OLD style of old
CMD ["--first"]
ENTRYPOINT ["vllm", "serve", \\
  "org/model"]
CMD --second
"""


def test_each_stage_has_its_instructions() -> None:
    found = document(STAGES)
    stages = found.value["stages"]
    assert [stage.get("FROM") for stage in stages] == [None, "${BASE} AS build", "vllm/vllm-openai:v0.6"]
    assert stages[1]["ENV"] == {"A": "1", "B": "two words", "C": "3"}
    assert stages[2]["ENV"] == {"OLD": "style of old"}


def test_the_last_command_counts_with_its_line() -> None:
    found = document(STAGES)
    assert found.value["stages"][2]["CMD"] == "--second"
    assert found.place(("stages", 2, "CMD")).line == 16
    assert found.value["stages"][2]["ENTRYPOINT"] == ["vllm", "serve", "org/model"]
    assert found.place(("stages", 2, "ENTRYPOINT", 2)).line == 15


def test_a_text_of_several_lines_holds_no_instructions() -> None:
    assert "nothing" not in str([s.get("FROM", "") for s in document(STAGES).value["stages"]])


def test_an_empty_dockerfile_has_no_stages() -> None:
    assert document("# nothing\n\n").value == {"stages": []}


def test_of_a_variable_that_is_set_twice_the_last_value_counts() -> None:
    assert document("FROM a\nENV M=one\nENV N=1\nENV M=two\n").value["stages"][0]["ENV"] == {"M": "two", "N": "1"}


def test_an_option_that_a_command_starts_with_is_its_own() -> None:
    stage = document("FROM --platform=linux/amd64 vllm/vllm-openai\nCMD --model org/x --port 80\n").value["stages"][0]
    assert stage == {"FROM": "vllm/vllm-openai", "CMD": "--model org/x --port 80"}


def test_a_command_over_several_lines_leaves_out_remarks() -> None:
    text = "FROM a\nCMD vllm serve \\\n  # a remark\n  org/model\n"
    assert document(text).value["stages"][0]["CMD"].split() == ["vllm", "serve", "org/model"]


def test_an_arithmetic_shift_starts_no_text() -> None:
    stages = document("FROM a\nRUN echo $((1<<n))\nCMD serve\n").value["stages"]
    assert stages[0]["CMD"] == "serve"


def test_many_texts_that_never_end_take_no_time() -> None:
    start = time.perf_counter()
    document("FROM a\n" + "RUN cat <<EOF\n" * 60_000)
    assert time.perf_counter() - start < 5


@given(st.binary(max_size=200))
def test_no_bytes_make_it_fail(data: bytes) -> None:
    read(data, "Dockerfile")


@pytest.mark.parametrize(("name", "expected"), [
    ("Dockerfile", True), ("docker/Dockerfile.api", True), ("api.Dockerfile", True), ("Containerfile", True),
    ("Dockerfile.dockerignore", False), ("dockerfile.py", False), ("Dockerfiles.md", False),
])  # fmt: skip
def test_names(name: str, expected: bool) -> None:
    assert is_dockerfile(name) is expected
