#!/usr/bin/env python3
"""Runs archfit's own tests, or archfit itself, from a checkout: `python3 dev.py test`, `python3 dev.py check [PATH]`.

Needs Python 3.11 or newer, git, and the package index. What else it needs it installs into .venv: once, and again when
pyproject.toml has changed.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "installed"
"""Says what was installed, so that it is done once."""
USAGE = """\
python3 dev.py test [ARGUMENTS OF PYTEST]    style, types, the architecture's own contracts, and all tests
python3 dev.py check [PATH] [OPTIONS]        archfit check, from this checkout; PATH as seen from where you are"""
CHECKS = {
    "ruff": ["ruff", "check", "--quiet", "--output-format", "concise", "."],
    "mypy": ["mypy", "--no-error-summary"],
}


def main(arguments: Sequence[str]) -> int:
    """The exit code: 0 when everything is well, 2 for a wrong command, otherwise that of what failed."""
    if arguments and arguments[0] == "test":
        return set_up() or test(arguments[1:])
    if arguments and arguments[0] == "check":
        return set_up() or run([str(BIN / "archfit"), *arguments])
    print(USAGE, file=sys.stderr)
    return 2


def test(arguments: Sequence[str]) -> int:
    """Everything is run, whatever fails first. pytest comes last, and so does its closing line; it also runs lint-imports."""
    failed = [name for name, command in CHECKS.items() if run([str(PYTHON), "-m", *command], ROOT)]
    if failed:
        print(f"\n{' and '.join(failed)} failed, see above; the tests follow, but the run has failed.\n", flush=True)
    code = run([str(PYTHON), "-m", "pytest", "--quiet", *arguments], ROOT)
    return code or bool(failed)


def set_up() -> int:
    """Makes .venv with archfit (as it stands in the checkout) and its tools. The exit code of what failed, else 0."""
    if sys.version_info < (3, 11):  # noqa: UP036 - the very thing that is found out here
        return refuse(f"Python 3.11 or newer is needed, and this is {sys.version.split()[0]}")
    if Path(sys.prefix) == VENV:
        return refuse("run it with the Python outside of .venv, which may have to be made anew")
    depends_on = [(ROOT / "pyproject.toml").read_bytes(), sys.version.encode(), str(ROOT).encode()]
    wanted = hashlib.sha256(b"\0".join(depends_on)).hexdigest()
    if PYTHON.exists() and STAMP.is_file() and STAMP.read_text(encoding="utf-8") == wanted:
        return 0
    print("dev.py: installing archfit and its tools into .venv", file=sys.stderr, flush=True)
    if run([sys.executable, "-m", "venv", "--clear", str(VENV)]):
        return refuse(".venv could not be made: Python's modules venv and ensurepip are needed (on Debian: python3-venv)")
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "-qq"]
    if run([*pip, "--editable", f"{ROOT}[dev]"]):
        return refuse("pip could not install what is needed: see above")
    STAMP.write_text(wanted, encoding="utf-8")
    return 0


def run(command: Sequence[str], folder: Path | None = None) -> int:
    """Runs a command and gives its exit code."""
    try:
        return subprocess.run(command, cwd=folder).returncode
    except KeyboardInterrupt:
        return 130


def refuse(why: str) -> int:
    """Says why it cannot go on."""
    print(f"dev.py: {why}", file=sys.stderr)
    return 4


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
