"""What git says about a folder: its files, and the commit. Nothing that the scanned repository configures is started."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

_TIMEOUT = 30
"""Seconds. Listing the largest known repositories takes one or two."""

# A repository's own configuration can name programs (a file system monitor, hooks, transports). Listing needs none of
# them, which is also why a repository that belongs to somebody else (a container's checkout) may be listed.
_SAFE = (
    "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.pager=cat", "-c", "core.askPass=",
    "-c", "credential.helper=", "-c", "protocol.allow=never", "-c", "safe.directory=*", "-c", "safe.bareRepository=explicit",
    "-c", "core.quotePath=false", "--no-pager", "--literal-pathspecs",
)  # fmt: skip
_ENVIRONMENT = {
    "LC_ALL": "C",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_ALLOW_PROTOCOL": "none",
}


class Git:
    """git in one folder. Every question is answered with None when git is missing, fails, or takes too long."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._program = _program(root)

    def files(self, untracked: bool) -> list[str] | None:
        """The tracked files below the folder, relative to it, sorted; with `untracked` also the new ones that are not ignored.
        Names are decoded as the file system does it."""
        which = ("--cached", "--others", "--exclude-standard") if untracked else ("--cached",)
        output = self._ask("ls-files", "-z", *which)
        return None if output is None else sorted({os.fsdecode(name) for name in output.split(b"\0") if name})

    def revision(self) -> str | None:
        """The commit that is checked out."""
        output = self._ask("rev-parse", "--verify", "--quiet", "HEAD")
        return None if output is None else output.decode("ascii", "replace").strip() or None

    def prefix(self) -> str | None:
        """The way from the repository's top folder to this one: empty, or ending in a slash."""
        output = self._ask("rev-parse", "--show-prefix")
        return None if output is None else os.fsdecode(output).removesuffix("\n")

    def _ask(self, *arguments: str) -> bytes | None:
        if self._program is None:
            return None
        try:
            done = subprocess.run(
                [self._program, *_SAFE, "-C", str(self._root), *arguments],
                env=_environment(), stdin=subprocess.DEVNULL, capture_output=True, timeout=_TIMEOUT, check=False,
            )  # fmt: skip
        except (OSError, ValueError, subprocess.SubprocessError):
            return None
        return done.stdout if done.returncode == 0 else None


def _program(root: Path) -> str | None:
    """git's absolute path; never one inside of the folder that is looked at (Windows searches the current folder first)."""
    found = shutil.which("git")
    if found is None:
        return None
    path = Path(found).resolve()
    return None if path.is_relative_to(root) else str(path)


def _environment() -> dict[str, str]:
    if os.name != "nt":
        return _ENVIRONMENT
    return {**_ENVIRONMENT, **{name: os.environ[name] for name in ("SYSTEMROOT", "TEMP") if name in os.environ}}
