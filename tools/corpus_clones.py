"""Gets the labelled repositories at their commits: fetched by git, never built or run."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

from linter.errors import ArchfitError, Problem
from tools.corpus_labels import Label

HOST = "https://github.com/"
_TIMEOUT = 1800  # seconds for one repository

# No hooks, be it from the user's template; the very bytes of the commit, on every system
_GIT = ("git", "-c", f"core.hooksPath={os.devnull}", "-c", "core.fsmonitor=false", "-c", "core.autocrlf=false", "-c", "gc.auto=0")
# Large files are no code, and who is asked for a password has given a wrong name
_ENVIRONMENT = {"GIT_LFS_SKIP_SMUDGE": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


class CloneError(ArchfitError):
    """A repository cannot be had at its commit."""

    exit_code = 1


def provide(label: Label, folder: Path, host: str = HOST) -> Path:
    """The folder `OWNER__NAME` with the repository. One that is there already is used as it is; a new one is fetched from
    `host` + `OWNER/NAME`: this commit alone, without its history. Raises CloneError, and then leaves nothing behind."""
    target = folder / label.name
    if target.exists():
        return target
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".fetching-", ignore_cleanup_errors=True) as temporary:
            new = Path(temporary) / label.name
            _git(folder, "init", "--quiet", "--template=", str(new))
            _git(new, "fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", host + label.repo, label.commit)
            _git(new, "checkout", "--quiet", "--detach", label.commit)
            new.rename(target)
    except OSError as error:
        raise CloneError(Problem(f"cannot be fetched: {error.strerror or error}", label.repo)) from None
    except subprocess.TimeoutExpired:
        raise CloneError(Problem(f"git needs more than {_TIMEOUT} seconds", label.repo)) from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.strip().splitlines() or [f"git ended with {error.returncode}"]
        remedy = f"or put the repository at {label.commit} into {target}"
        raise CloneError(Problem(f"cannot be fetched: {said[-1]}", label.repo, remedy=remedy)) from None
    return target


def other_commit(label: Label, folder: Path, revision: str | None) -> Problem | None:
    """What is wrong when a folder is a clone of its own that stands at another commit than the labels are about."""
    if revision in (None, label.commit) or not (folder / ".git").exists():
        return None
    return Problem(f"is at commit {revision}, and the labels are about {label.commit}", str(folder), remedy="remove the folder")


def _git(folder: Path, *arguments: str) -> None:
    environment = {**os.environ, **_ENVIRONMENT}
    subprocess.run(
        [*_GIT, *arguments], cwd=folder, env=environment, check=True, timeout=_TIMEOUT,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace",
    )  # fmt: skip
