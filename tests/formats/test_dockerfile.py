"""The variables of Dockerfiles."""

from __future__ import annotations

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
    assert document(TEXT).value == {
        "stages": [
            {"ARG": {"VERSION": "3.12"}},
            {"ENV": {"MODEL": "gpt-4o", "NAME": "two words", "URL": "http://vllm:8000/v1", "OLD": "the old way"}},
            {"ENV": {"EMPTY": "", "ESCAPED": "a b"}},
        ]
    }


def test_each_has_its_line() -> None:
    found = document(TEXT)
    lines = {name: found.place(("stages", 1, "ENV", name)).line for name in ("MODEL", "NAME", "URL", "OLD")}
    assert lines == {"MODEL": 4, "NAME": 4, "URL": 6, "OLD": 7}
    assert found.key_place(("stages", 1, "ENV", "URL")).column == 5


@given(st.binary(max_size=200))
def test_no_bytes_make_it_fail(data: bytes) -> None:
    read(data, "Dockerfile")


@pytest.mark.parametrize(("name", "expected"), [
    ("Dockerfile", True), ("docker/Dockerfile.api", True), ("api.Dockerfile", True), ("Containerfile", True),
    ("Dockerfile.dockerignore", False), ("dockerfile.py", False), ("Dockerfiles.md", False),
])  # fmt: skip
def test_names(name: str, expected: bool) -> None:
    assert is_dockerfile(name) is expected
