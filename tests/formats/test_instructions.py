"""Dockerfiles, Modelfiles and Procfiles, with the lines of what they say."""

from __future__ import annotations

from linter.formats.instructions import read_dockerfile, read_modelfile, read_procfile

DOCKERFILE = """\
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
    document = read_dockerfile(DOCKERFILE, "Dockerfile")
    stages = document.value["stages"]
    assert [stage.get("FROM") for stage in stages] == [None, "${BASE} AS build", "vllm/vllm-openai:v0.6"]
    assert stages[1]["ENV"] == {"A": "1", "B": "two words", "C": "3"}
    assert stages[2]["ENV"] == {"OLD": "style of old"}


def test_the_last_command_counts_with_its_line() -> None:
    document = read_dockerfile(DOCKERFILE, "Dockerfile")
    assert document.value["stages"][2]["CMD"] == "--second"
    assert document.place(("stages", 2, "CMD")).line == 16
    assert document.value["stages"][2]["ENTRYPOINT"] == ["vllm", "serve", "org/model"]
    assert document.place(("stages", 2, "ENTRYPOINT", 2)).line == 15


def test_a_text_of_several_lines_holds_no_instructions() -> None:
    assert "nothing" not in str([s.get("FROM", "") for s in read_dockerfile(DOCKERFILE, "Dockerfile").value["stages"]])


def test_an_empty_dockerfile_has_no_stages() -> None:
    assert read_dockerfile("# nothing\n\n", "Dockerfile").value == {}


def test_a_modelfile_has_its_parameters_as_numbers() -> None:
    text = 'FROM llama3.1\nPARAMETER temperature 0.3\nparameter num_predict 128\nPARAMETER stop "a"\nPARAMETER stop "b"\n'
    document = read_modelfile(text + 'SYSTEM """\nFROM here on\n"""\nADAPTER ./x.gguf\n', "Modelfile")
    assert document.value["FROM"] == "llama3.1"
    assert document.value["PARAMETER"] == {"temperature": 0.3, "num_predict": 128, "stop": ["a", "b"]}
    assert document.value["ADAPTER"] == "./x.gguf"
    assert document.place(("PARAMETER", "num_predict")).line == 3


def test_a_long_text_that_never_ends_is_read_to_the_end() -> None:
    assert read_modelfile('FROM a\nSYSTEM """\nFROM b', "Modelfile").value["FROM"] == "a"


def test_a_procfile_has_one_command_a_process() -> None:
    document = read_procfile("# remark\nweb: gunicorn app:app -w 2\nworker : celery\n\nnonsense\n", "Procfile")
    assert document.value == {"web": "gunicorn app:app -w 2", "worker": "celery"}
    assert document.place(("worker",)).line == 3
