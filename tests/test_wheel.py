"""The wheel, as a user gets it: built, installed with its own dependencies, run from somewhere else."""

from __future__ import annotations

import os
import sys
import zipfile
from pathlib import Path

import pytest

from linter import __version__
from tests.making import ROOT, done, environment, run

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)]
    done([sys.executable, "-m", "pip", "wheel", *options, ROOT], folder, environment(folder))
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def archfit(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, in an environment with nothing but the wheel and what it says it depends on."""
    folder = tmp_path_factory.mktemp("installed")
    done([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], folder, environment(folder))
    scripts = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    install = [sys.executable, "-m", "pip", "--python", str(scripts / "python"), "install", "--quiet"]
    done([*install, wheel], folder, environment(folder))
    return scripts / "archfit"


def test_it_holds_the_rules_and_nothing_of_the_workshop(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    rules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "rules").rglob("*") if path.is_file()}
    assert {f"linter/_home/{name}" for name in rules} <= names
    assert "linter/py.typed" in names
    assert {name.split("/")[0] for name in names} == {"linter", f"archfit-{__version__}.dist-info"}
    assert not [name for name in names if "/tests/" in name or name.endswith(".pyc")]


def test_it_says_its_version(archfit: Path, tmp_path: Path) -> None:
    assert done([archfit, "--version"], tmp_path, environment(tmp_path)) == f"archfit {__version__}\n"


def test_it_checks_a_project_from_another_folder(archfit: Path, tmp_path: Path) -> None:
    finished = run([archfit, "check", ROOT / "fixtures" / "claims-assistant"], tmp_path, environment(tmp_path))
    assert finished.returncode == 1, finished.stdout
    assert "regulated-data-in-external-prompt" in finished.stdout
    assert "archfit.yaml:" in finished.stdout


def test_it_brings_its_rules_presets_and_schemas_along(archfit: Path, tmp_path: Path) -> None:
    env = environment(tmp_path)
    assert "missing-timeout" in done([archfit, "rule"], tmp_path, env)
    assert "Why it matters" in done([archfit, "rule", "missing-timeout"], tmp_path, env)
    assert '"$schema"' in done([archfit, "schema"], tmp_path, env)
    assert '"$schema"' in done([archfit, "schema", "check"], tmp_path, env)


def test_it_writes_every_format_with_what_it_depends_on(archfit: Path, tmp_path: Path) -> None:
    project = ROOT / "fixtures" / "claims-assistant"
    for form in ("json", "sarif"):
        finished = run([archfit, "check", "--format", form, project], tmp_path, environment(tmp_path))
        assert finished.returncode == 1, finished.stdout
