"""What the README shows and says is what archfit does. `python -m tests.test_readme` writes its example anew."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from linter.cli import EXIT_CODES, check, cli
from linter.declare.load import load_manifest
from tests.making import ROOT

README = ROOT / "README.md"
TEXT = README.read_text(encoding="utf-8")
SHOWN = [
    ("regulated-data-in-external-prompt", "claims/llm.py"),
    ("missing-timeout", "claims/llm.py"),
    ("dynamic-knowledge-in-fine-tune", "training/finetune.py"),
]
"""Findings of the example: rule, file. No counts, which would change with every new rule."""
_EXPECTATION = re.compile(r"\s*# (error|unknown|todo-error|site|sites): .*")
_EXAMPLE = re.compile(r"(?<=```text\n).*?(?=```)", re.DOTALL)


def example() -> str:
    """A part of the real output for fixtures/claims-assistant."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "claims-assistant"
        shutil.copytree(ROOT / "fixtures" / "claims-assistant", root, ignore=shutil.ignore_patterns("__pycache__"))
        for path in root.rglob("*.py"):
            kept = [_EXPECTATION.sub("", line) for line in path.read_text(encoding="utf-8").splitlines()]
            path.write_text("\n".join(kept) + "\n", encoding="utf-8")
        output = CliRunner().invoke(cli, ["check", "--no-cache", str(root)]).output
    paragraphs = output.split("\n\n")
    findings = [one for rule, file in SHOWN for one in paragraphs if re.match(rf"\w+ {rule}: .*\n +{file}:", one)]
    assert len(findings) == len(SHOWN), output
    return "\n⋮\n".join(["$ archfit check fixtures/claims-assistant", *findings]) + "\n⋮\n"


def rows(heading: str) -> list[str]:
    """The first column of a table, by the heading of that column, without the marks."""
    table = re.search(rf"^\| {heading} \|.*\n\|[-|]+\n((?:\|.*\n)+)", TEXT, re.MULTILINE)
    assert table is not None
    return [line.split("|")[1].strip().strip("`") for line in table[1].splitlines()]


def test_the_example_is_what_archfit_says() -> None:
    shown = _EXAMPLE.search(TEXT)
    assert shown is not None
    assert shown[0] == example(), "write it anew: python -m tests.test_readme"


def test_every_command_is_told() -> None:
    assert sorted(row.split()[1] for row in rows("command")) == sorted(cli.commands)


def test_every_exit_code_is_told_as_the_command_tells_it() -> None:
    told = re.findall(r"^ +(\d)  (.+)$", EXIT_CODES, re.MULTILINE)
    table = re.findall(r"^\| (\d) \| (.+) \|$", TEXT, re.MULTILINE)
    assert [(code, text.replace("`", "")) for code, text in table] == told


def test_every_format_is_told() -> None:
    (option,) = [one for one in check.params if "--format" in one.opts]
    assert isinstance(option.type, click.Choice)
    assert sorted(rows("format")) == sorted(option.type.choices)


def test_the_manifest_is_accepted() -> None:
    (manifest,) = re.findall(r"```yaml\n(version:.*?)```", TEXT, re.DOTALL)
    assert load_manifest(manifest.encode()).default.name == "claims-assistant"


def test_ci_runs_what_the_readme_says() -> None:
    *_, last = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert last == "exec python3 dev.py test"
    assert "\npython3 dev.py test " in TEXT


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_lead_somewhere(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert [link for link in re.findall(r"\]\(([^)#:]+)\)", text) if not (ROOT / link).exists()] == []


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_files_that_are_named_exist(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    named = re.findall(r"`((?:linter|rules|tests|tools|fixtures)/[\w./-]+)`", text)
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


if __name__ == "__main__":
    README.write_text(_EXAMPLE.sub(lambda _: example(), TEXT, count=1), encoding="utf-8")
