"""archfit's own architecture, checked on every run as archfit checks that of others."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from importlinter.cli import lint_imports_command

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
MODULES = {path.relative_to(ROOT).as_posix(): ast.parse(path.read_bytes()) for path in sorted((ROOT / "linter").rglob("*.py"))}
IMPORT_NAMES = {"pyyaml": {"yaml"}, "attrs": {"attr", "attrs"}, "pydantic": {"pydantic", "pydantic_core"}}
"""Where a distribution's import name is another than its own, with `-` for `_`."""

OUTSIDE = {
    "print", "input", "exit", "quit", "sys.exit", "sys.argv", "sys.stdin", "sys.stdout", "sys.stderr",
    "os.environ", "os.getenv", "os._exit", "warnings.warn", "logging.getLogger",
}  # fmt: skip
MAY = {
    # The environment of the git that it starts: emptied, but for what Windows cannot start a program without.
    "linter/discover/git.py": {"os.environ"},
    # The same for the Python that it starts.
    "linter/extract/newer_syntax.py": {"os.environ"},
    # The program of that Python: it answers through its output.
    "linter/extract/leveller.py": {"sys.stdin", "sys.stdout"},
}
EXECUTES = {"eval", "exec", "compile", "__import__", "importlib.import_module", "os.system", "urllib.request"}
"""Nothing of a scanned repository is executed, and nothing is fetched."""


def used(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Names and dotted names, with their lines; what is imported by name counts as its full name."""
    full: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            full.update({alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names})
        elif isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield full.get(node.id, node.id), node.lineno
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{full.get(node.value.id, node.value.id)}.{node.attr}", node.lineno


def imported(tree: ast.Module) -> Iterator[str]:
    """Top-level names of what is imported, wherever in the module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def test_the_stages_keep_their_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    result = CliRunner().invoke(lint_imports_command, ["--no-cache"])
    assert result.exit_code == 0, result.output


def test_only_the_command_line_prints_reads_the_environment_or_exits() -> None:
    found = [
        f"{path}:{line}: {name}"
        for path, tree in MODULES.items()
        if path != "linter/cli.py"
        for name, line in used(tree)
        if name in OUTSIDE - MAY.get(path, set())
    ]
    assert not found


def test_nothing_is_executed_that_is_read() -> None:
    found = [f"{path}:{line}: {name}" for path, tree in MODULES.items() for name, line in used(tree) if name in EXECUTES]
    assert not found


def test_what_is_imported_is_what_is_declared_as_a_dependency() -> None:
    declared: dict[str, set[str]] = {}
    extras = PROJECT["project"]["optional-dependencies"]
    for requirement in [*PROJECT["project"]["dependencies"], *extras["iac"]]:
        name = requirement.partition(">")[0].strip()
        declared[name] = IMPORT_NAMES.get(name, {name.replace("-", "_")})
    third_party = {name for tree in MODULES.values() for name in imported(tree)} - sys.stdlib_module_names - {"linter"}
    assert third_party - {name for names in declared.values() for name in names} == set()
    assert [name for name, names in declared.items() if not names & third_party] == []


def test_the_two_python_versions_that_are_named_agree() -> None:
    least = PROJECT["project"]["requires-python"].removeprefix(">=")
    assert PROJECT["tool"]["mypy"]["python_version"] == least
    assert PROJECT["tool"]["ruff"]["target-version"] == "py" + least.replace(".", "")
