"""The command line, as people and jobs use it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result

from linter import __version__, pipeline
from linter.cli import cli

APP = """\
from openai import OpenAI

client = OpenAI()

def ask(question):
    return client.chat.completions.create(model="gpt-4o-2024-08-06", messages=[{"role": "user", "content": question}])
"""
FAILING = "version: 1\nsystem: helpdesk\nprivacy:\n  processors: [azure-openai]\n"
PASSING = "version: 1\nsystem: helpdesk\nprivacy:\n  processors: [openai]\n"
HERE = Path(__file__).parents[1]

Archfit = Callable[..., Result]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project that calls OpenAI, which its manifest does not allow."""
    folder = tmp_path / "helpdesk"
    folder.mkdir()
    (folder / "llm.py").write_text(APP)
    (folder / "archfit.yaml").write_text(FAILING)
    return folder


@pytest.fixture
def archfit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Archfit:
    """Runs the command."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    monkeypatch.delenv("PRE_COMMIT", raising=False)

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(cli, [str(argument) for argument in arguments])

    return run


def fail(*_: object, **__: object) -> None:
    """A bug."""
    raise KeyError("oops")


class TestExitCodes:
    def test_0_nothing_fails(self, archfit: Archfit, root: Path) -> None:
        (root / "archfit.yaml").write_text(PASSING)
        result = archfit("check", root)
        assert (result.exit_code, result.stderr) == (0, "")
        assert "  privacy       pass" in result.stdout

    @pytest.mark.parametrize("form", ["text", "json", "sarif"])
    def test_1_findings_whatever_the_format(self, archfit: Archfit, root: Path, form: str) -> None:
        result = archfit("check", root, "--format", form)
        assert (result.exit_code, result.stderr) == (1, "")
        assert "undeclared-processor" in result.stdout

    def test_findings_become_0_for_a_job_that_uploads(self, archfit: Archfit, root: Path) -> None:
        result = archfit("check", root, "--format", "sarif", "--exit-zero")
        assert result.exit_code == 0
        assert json.loads(result.stdout)["runs"][0]["results"]

    @pytest.mark.parametrize(
        "arguments", [["check", "--nonsense"], ["nonsense"], ["check", "a", "b"], ["map", "--format", "sarif"]]
    )
    def test_2_wrong_usage(self, archfit: Archfit, arguments: list[str]) -> None:
        assert archfit(*arguments).exit_code == 2

    def test_2_a_folder_that_is_not_there(self, archfit: Archfit, root: Path) -> None:
        result = archfit("check", root / "nowhere")
        assert result.exit_code == 2
        assert result.stderr == f"archfit: {root / 'nowhere'}: there is no such folder\n"

    def test_2_a_wrong_manifest_with_every_mistake_and_its_line(self, archfit: Archfit, root: Path) -> None:
        (root / "archfit.yaml").write_text("version: 1\nprivacy:\n  procesors: []\nlatency:\n  timeout: always\n")
        result = archfit("check", root)
        assert result.exit_code == 2
        assert "archfit: archfit.yaml:3: " in result.stderr
        assert "archfit: archfit.yaml:5: " in result.stderr
        assert "did you mean" in result.stderr
        assert result.stdout == ""

    def test_2_a_wrong_rule(self, archfit: Archfit, root: Path, tmp_path: Path) -> None:
        (tmp_path / "mine" / "cost").mkdir(parents=True)
        (tmp_path / "mine" / "cost" / "x.md").write_text("no front matter")
        result = archfit("check", root, "--rules", tmp_path / "mine")
        assert result.exit_code == 2
        assert "x.md" in result.stderr

    def test_3_nothing_was_analysed(self, archfit: Archfit, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        result = archfit("check", tmp_path / "empty")
        assert result.exit_code == 3
        assert "nothing was analysed" in result.stderr

    def test_4_gaps_when_strict(self, archfit: Archfit, root: Path) -> None:
        (root / "archfit.yaml").write_text(PASSING)
        (root / "broken.py").write_text("def (:\n")
        assert archfit("check", root).exit_code == 0
        result = archfit("check", root, "--strict")
        assert result.exit_code == 4
        assert "broken.py:1: does not parse" in result.stderr
        assert archfit("map", root, "--strict").exit_code == 4

    def test_4_a_bug_without_a_traceback(self, archfit: Archfit, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pipeline, "infer", fail)
        result = archfit("check", root, "--format", "sarif")
        assert result.exit_code == 4
        assert result.stdout == ""
        assert "KeyError: 'oops'" in result.stderr
        assert "this is a bug in archfit" in result.stderr
        assert "Traceback" not in result.stderr
        assert "Traceback" in archfit("check", root, "--verbose").stderr

    def test_an_interrupt_is_not_a_finding(self, archfit: Archfit, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def interrupted(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(pipeline, "infer", interrupted)
        assert archfit("check", root).exit_code == 130


class TestOutput:
    def test_into_a_file(self, archfit: Archfit, root: Path, tmp_path: Path) -> None:
        target = tmp_path / "out.sarif"
        result = archfit("check", root, "--format", "sarif", "--output", target)
        assert (result.exit_code, result.stdout) == (1, "")
        assert json.loads(target.read_text())["version"] == "2.1.0"
        assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["out.sarif"]

    def test_a_failure_leaves_no_result_of_an_earlier_run(
        self, archfit: Archfit, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        target = tmp_path / "out.sarif"
        (root / "archfit.yaml").write_text(PASSING)
        archfit("check", root, "--format", "sarif", "--output", target)
        assert target.exists()
        monkeypatch.setattr(pipeline, "infer", fail)
        assert archfit("check", root, "--format", "sarif", "--output", target).exit_code == 4
        assert not target.exists()

    def test_a_strict_failure_is_written_as_one(self, archfit: Archfit, root: Path) -> None:
        (root / "broken.py").write_text("def (:\n")
        result = archfit("check", root, "--format", "sarif", "--strict")
        assert json.loads(result.stdout)["runs"][0]["invocations"][0]["executionSuccessful"] is False

    def test_a_place_that_cannot_be_written(self, archfit: Archfit, root: Path, tmp_path: Path) -> None:
        result = archfit("check", root, "--output", tmp_path / "no" / "such" / "folder.txt")
        assert result.exit_code == 2
        assert "cannot be written" in result.stderr

    def test_json_is_what_the_schema_says(self, archfit: Archfit, root: Path) -> None:
        for command, name in (("check", "check"), ("map", "map")):
            document = json.loads(archfit(command, root, "--format", "json").stdout)
            jsonschema.validate(document, json.loads(archfit("schema", name).stdout))

    def test_a_manifest_is_what_its_schema_says(self, archfit: Archfit) -> None:
        schema = json.loads(archfit("schema").stdout)
        jsonschema.validate({"version": 1, "system": "helpdesk", "privacy": {"processors": ["openai"]}}, schema)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({"version": 1, "privacy": {"procesors": []}}, schema)

    def test_no_colours_in_a_pipe(self, archfit: Archfit, root: Path) -> None:
        assert "\x1b" not in archfit("check", root).stdout

    @pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
    @pytest.mark.parametrize(("refused", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
    def test_colours_on_a_terminal_unless_refused(self, root: Path, refused: dict[str, str], coloured: bool) -> None:
        import pty

        ours, theirs = pty.openpty()
        environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"} | {"TERM": "xterm"} | refused
        command = [sys.executable, "-m", "linter", "check", str(root), "--no-cache"]
        subprocess.run(command, stdout=theirs, cwd=HERE, env=environment, check=False)
        os.close(theirs)
        seen = os.read(ours, 100_000).decode()
        os.close(ours)
        assert "undeclared-processor" in seen
        assert ("\x1b[" in seen) is coloured

    def test_a_reader_that_goes_away_is_no_error(self, root: Path) -> None:
        arguments = [sys.executable, "-m", "linter", "check", str(root), "--no-cache"]
        command = subprocess.Popen(arguments, cwd=HERE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert command.stdout is not None
        assert command.stderr is not None
        command.stdout.close()
        assert command.stderr.read() == b""
        command.stderr.close()
        assert command.wait() == 1


class TestCommands:
    def test_map_shows_what_is_there(self, archfit: Archfit, root: Path) -> None:
        result = archfit("map", root)
        assert result.exit_code == 0
        assert "helpdesk\n  prompt    1 site\n" in result.stdout
        assert "inference  openai.OpenAI.chat.completions.create" in result.stdout

    def test_rule_lists_and_explains(self, archfit: Archfit) -> None:
        assert "  missing-timeout " in archfit("rule").stdout
        text = archfit("rule", "missing-timeout").stdout
        assert text.startswith("# missing-timeout: ")
        for heading in ("What it does", "Why it matters", "Example", "Use instead", "Known limits"):
            assert f"## {heading}\n" in text

    def test_a_rule_that_is_not_there(self, archfit: Archfit) -> None:
        result = archfit("rule", "mising-timeout")
        assert result.exit_code == 2
        assert result.stderr == "archfit: there is no rule `mising-timeout` (did you mean `missing-timeout`?)\n"

    def test_init_then_check_is_clean(self, archfit: Archfit, root: Path) -> None:
        (root / "archfit.yaml").unlink()
        result = archfit("init", root)
        assert result.exit_code == 0
        assert "archfit.yaml is written" in result.stderr
        assert archfit("check", root).exit_code == 0

    def test_init_guesses_sensitive_data_when_asked(self, archfit: Archfit, root: Path) -> None:
        (root / "models.py").write_text("from pydantic import BaseModel\nclass Claim(BaseModel):\n    ssn: str\n")
        assert "# guess: official identity number\n" in archfit("init", root, "--suggest", "--output", "-").stdout
        assert "guess" not in archfit("init", root, "--output", "-").stdout

    def test_init_overwrites_nothing(self, archfit: Archfit, root: Path) -> None:
        result = archfit("init", root)
        assert result.exit_code == 2
        assert "is there already" in result.stderr
        assert (root / "archfit.yaml").read_text() == FAILING

    def test_init_prints_when_asked(self, archfit: Archfit, root: Path) -> None:
        assert "processors: [openai]" in archfit("init", root, "--output", "-").stdout

    def test_the_cache_is_the_users_and_can_be_refused(self, archfit: Archfit, root: Path, tmp_path: Path) -> None:
        archfit("check", root, "--no-cache")
        assert not (tmp_path / "caches").exists()
        archfit("check", root)
        assert (tmp_path / "caches" / "archfit").is_dir()
        assert sorted(path.name for path in root.iterdir()) == ["archfit.yaml", "llm.py"]

    def test_a_commit_hook_judges_what_is_tracked(self, archfit: Archfit, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for command in (["init", "-q"], ["add", "archfit.yaml"]):
            subprocess.run(["git", "-C", str(root), *command], check=True)
        assert archfit("check", root).exit_code == 1
        monkeypatch.setenv("PRE_COMMIT", "1")
        assert archfit("check", root).exit_code == 3  # the only Python file is a scratch file

    def test_help_names_the_exit_codes(self, archfit: Archfit) -> None:
        for arguments in (["--help"], ["check", "--help"]):
            text = archfit(*arguments).stdout
            assert "  3  nothing was analysed\n" in text


class TestStart:
    """A hook that starts slowly is switched off."""

    HEAVY = ("pydantic", "libcst", "rich", "jsonschema", "yaml", "sarif_om", "attr", "multiprocessing", "sqlite3", "asyncio")

    def imported(self, *arguments: str) -> set[str]:
        command = [sys.executable, "-X", "importtime", "-m", "linter", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, cwd=HERE, check=False)
        return {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines() if "|" in line}

    @pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["check", "--help"]])
    def test_nothing_heavy_is_imported_for_nothing(self, arguments: list[str]) -> None:
        assert not self.imported(*arguments) & set(self.HEAVY)

    def test_a_check_imports_only_what_it_needs(self, root: Path) -> None:
        (root / "archfit.yaml").unlink()
        needless = {"pydantic", "libcst", "rich", "jsonschema", "sarif_om", "multiprocessing"}
        assert not self.imported("check", str(root), "--no-cache") & needless

    def test_version(self, archfit: Archfit) -> None:
        assert archfit("--version").stdout == f"archfit {__version__}\n"
