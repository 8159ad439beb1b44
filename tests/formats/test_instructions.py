"""Modelfiles and Procfiles, with the lines of what they say."""

from __future__ import annotations

from linter.formats.instructions import read_modelfile, read_procfile


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
