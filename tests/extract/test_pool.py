"""Many files at once: the same facts in the same order, however many processes read them, and whatever is in one of them."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from linter.extract import pool, python, task, workers
from linter.extract.codec import dumps
from linter.extract.pool import Facts, read_facts
from linter.model.facts import FileFacts
from linter.model.source import FileKind, Scope, SourceFile

forking = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that inherit the test's changes")


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[SourceFile]:
    """Twelve files, enough to be worth processes."""
    monkeypatch.setattr(pool, "WORTH_PROCESSES", 0)
    monkeypatch.setattr(workers, "_CHUNK", 60)
    found = []
    for number in range(12):
        (tmp_path / f"f{number:02}.py").write_text(f"value_{number} = call_{number}('text')\n")
        found.append(SourceFile(f"f{number:02}.py", FileKind.PYTHON, Scope.PRODUCT, 40, str(tmp_path)))
    return found


def texts(facts: Facts) -> list[tuple[str, str]]:
    return [(one.path, dumps(one)) for one in facts.files]


def test_any_number_of_processes_gives_the_same(files: list[SourceFile]) -> None:
    alone = read_facts(files, 1, None)
    assert texts(read_facts(files, 2, None)) == texts(alone)
    assert texts(read_facts(files, 3, None)) == texts(alone)


def test_few_files_start_no_process(files: list[SourceFile], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "WORTH_PROCESSES", 3_000_000)
    monkeypatch.setattr(workers, "in_processes", lambda *_: pytest.fail("a process was started"))
    assert len(read_facts(files, 8, None).files) == 12


def die_on(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = python.extract

    def extract(name: str, source: bytes) -> FileFacts:
        if name == path:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(name, source)

    monkeypatch.setattr(task, "extract", extract)


@forking
def test_a_file_that_kills_its_process_costs_no_other_file(files: list[SourceFile], monkeypatch: pytest.MonkeyPatch) -> None:
    die_on("f05.py", monkeypatch)
    found = read_facts(files, 2, None)
    assert [one.path for one in found.files] == [file.path for file in files if file.path != "f05.py"]
    assert [(gap.file, gap.reason) for gap in found.gaps] == [("f05.py", "reading it ends the process that does it")]


@forking
def test_so_do_all_of_them(files: list[SourceFile], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task, "extract", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    found = read_facts(files[:3], 2, None)
    assert found.files == ()
    assert len(found.gaps) == 3


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_mistake_of_archfit_in_one_file_is_a_gap(files: list[SourceFile], monkeypatch: pytest.MonkeyPatch, jobs: int) -> None:
    real = python.extract

    def extract(name: str, source: bytes) -> FileFacts:
        if name == "f03.py":
            raise KeyError("oops")
        return real(name, source)

    monkeypatch.setattr(task, "extract", extract)
    found = read_facts(files, jobs, None)
    assert len(found.files) == 11
    assert found.gaps[0].reason == "archfit failed on this file, please report it: KeyError: 'oops'"


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_cannot_be_read_or_parsed_is_a_gap(files: list[SourceFile], tmp_path: Path, jobs: int) -> None:
    (tmp_path / "f01.py").unlink()
    (tmp_path / "f02.py").write_bytes(b"\0")
    (tmp_path / "f04.py").write_text("x = 0x" + "f" * 5000 + "\n")  # facts that text cannot hold
    found = read_facts(files, jobs, None)
    assert [(gap.file, gap.reason.split(":")[0]) for gap in found.gaps] == [
        ("f01.py", "cannot be read"), ("f02.py", "not a text file"),
    ]  # fmt: skip
    assert [one.path for one in found.files if not one.scopes] == ["f02.py"]
    assert found.files[3].path == "f04.py"
