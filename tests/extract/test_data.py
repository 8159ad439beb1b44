"""Data files that are too large: a gap for who needs one, and silence for who only looks whether it matters."""

from __future__ import annotations

from pathlib import Path

import pytest

from linter.extract.data import MAX_BYTES, DataFiles
from linter.model.source import FileKind, Scope, SourceFile

NAME = "train.yaml"
REASON = "1,000,001 bytes; files above 1,000,000 are not read"


@pytest.fixture
def files(tmp_path: Path) -> DataFiles:
    (tmp_path / NAME).write_bytes(b"#" * (MAX_BYTES + 1))
    return DataFiles.of([SourceFile(NAME, FileKind.CONFIG, Scope.PRODUCT, MAX_BYTES + 1, str(tmp_path))])


def test_one_that_the_code_reads_is_a_gap(files: DataFiles) -> None:
    assert files.document(NAME) is None
    assert [(gap.file, gap.reason) for gap in files.gaps] == [(NAME, REASON)]


def test_one_whose_bytes_are_needed_is_a_gap(files: DataFiles) -> None:
    assert files.raw(NAME) is None
    assert [(gap.file, gap.reason) for gap in files.gaps] == [(NAME, REASON)]


def test_one_that_may_matter_is_none(files: DataFiles) -> None:
    assert (files.glance(NAME), files.documents(NAME), files.mentions(NAME, b"#")) == (None, (), False)
    assert files.gaps == set()


def test_one_that_has_grown_since_it_was_found_is_not_read_to_its_end(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"#" * (3 * MAX_BYTES))
    grown = DataFiles.of([SourceFile(NAME, FileKind.CONFIG, Scope.PRODUCT, 10, str(tmp_path))])
    assert len(grown.raw(NAME) or b"") == MAX_BYTES + 1
    assert grown.document(NAME) is None
