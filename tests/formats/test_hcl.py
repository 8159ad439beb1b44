"""Terraform's language, with the lines of what it says."""

from __future__ import annotations

import pytest

from linter.formats import hcl
from linter.formats.yaml import Limits

TEXT = """\
locals {
  region = "eu-west-1"
}

resource "aws_x" "one" {
  name = "${local.region}-a"
  size = 3
  on   = true
  who  = var.who
  tags = { "k" = 1, other = ["a", null] }
  part {
    text = <<-EOT
      é
    EOT
  }
}

resource "aws_x" "two" {}
resource "aws_y" "three" {
  rule { a = 1 }
  rule { a = 2 }
}
"""


def value(text: str) -> dict[str, object]:
    document, problems = hcl.read(text.encode(), "main.tf")
    assert document is not None and problems == ()
    found: dict[str, object] = document.value
    return found


def test_blocks_stand_below_their_type_and_labels() -> None:
    assert value(TEXT)["resource"] == {
        "aws_x": {
            "one": {
                "name": "${local.region}-a", "size": 3, "on": True, "who": "${var.who}", "tags": {"k": 1, "other": ["a", None]},
                "part": {"text": "      é"},
            },
            "two": {},
        },
        "aws_y": {"three": {"rule": [{"a": 1}, {"a": 2}]}},
    }  # fmt: skip


def test_each_value_has_its_line() -> None:
    document, _ = hcl.read(TEXT.encode(), "main.tf")
    assert document is not None
    lines = [document.place(path).line for path in (("resource", "aws_x", "one"), ("resource", "aws_x", "one", "who"))]
    assert lines == [5, 9]
    assert document.place(("resource", "aws_y", "three", "rule", 1, "a")).line == 21
    assert document.value_place(("resource", "aws_x", "one", "who")).column == 10


def test_what_is_broken_is_told_with_its_line_and_the_rest_is_read() -> None:
    document, [problem] = hcl.read(b'a "b" {\n  c = 1\n}\nd = = 2\n', "main.tf")
    assert document is not None and document.value["a"] == {"b": {"c": 1}}
    assert (problem.message, problem.line) == ("not HCL in parts", 4)


@pytest.mark.parametrize("data", [b"\xff\xfe", b"a = " + b"[" * 20_000, b"a {" * 20_000, b"\0" * 100, b'"' * 999])
def test_hostile_bytes_never_raise(data: bytes) -> None:
    hcl.read(data, "main.tf")


def test_a_file_above_the_limit_is_not_read() -> None:
    document, [problem] = hcl.read(b"a = 1\n" * 100, "main.tf", Limits(size=100))
    assert document is None and "the limit is 100" in problem.message


def test_without_the_extra_a_file_is_a_problem_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hcl, "_parser", lambda: None)
    document, [problem] = hcl.read(b"a = 1\n", "main.tf")
    assert document is None and problem.remedy == "install archfit[iac]"
