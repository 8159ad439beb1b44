"""What the tests of the frame share: a copy of the checkout, and git in a repository of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_IDENTITY = {
    "GIT_AUTHOR_NAME": "A Tester",
    "GIT_AUTHOR_EMAIL": "a@corp.example",
    "GIT_COMMITTER_NAME": "A Tester",
    "GIT_COMMITTER_EMAIL": "a@corp.example",
}
_PRIVATE = ("GIT_", "PRE_COMMIT", "PYTHON", "VIRTUAL_ENV")


def environment(home: Path) -> dict[str, str]:
    """The environment of a program that may neither see the user's git configuration nor write into the user's caches."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_PRIVATE)}
    # But for that of pip, so that what dev.py has just downloaded is not downloaded again.
    downloads = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pip"
    own = {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "XDG_CACHE_HOME": str(home / "cache"),
    }
    return {"PIP_CACHE_DIR": str(downloads), **kept, **_IDENTITY, **own}


def run(command: Sequence[str | Path], folder: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """The finished process, whatever its exit code; the output holds what went to stderr, too."""
    return subprocess.run(command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)


def done(command: Sequence[str | Path], folder: Path, env: dict[str, str]) -> str:
    """The output of a command that must succeed."""
    finished = run(command, folder, env)
    assert finished.returncode == 0, finished.stdout
    return finished.stdout


def copy_of_the_checkout(target: Path) -> None:
    """The working tree as it would be committed: tracked files as they are now, and new ones that are not ignored."""
    # A checkout may belong to another user than the one who tests it.
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
