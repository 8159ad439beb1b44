"""What a file is for, and which folders are not the team's own code, told by names alone."""

from __future__ import annotations

from collections.abc import Iterable
from posixpath import dirname

from linter.model.source import Scope

_TEST_FOLDERS = frozenset({"test", "tests", "__tests__", "testdata", "e2e"})
_EXAMPLE_FOLDERS = frozenset({"example", "examples", "sample", "samples", "tutorial", "tutorials", "cookbook", "cookbooks"})
_DOCS_FOLDERS = frozenset({"doc", "docs", "documentation"})

_INSTALLED = {
    "site-packages": "installed packages",
    "node_modules": "installed packages",
    ".venv": "a virtual environment",
    "__pycache__": "compiled code",
    "__pypackages__": "installed packages",
    ".tox": "test environments",
    ".nox": "test environments",
    ".eggs": "installed packages",
    ".git": "git's own files",
}
_COPIED = frozenset({"_vendor", "_vendored", "vendored", "third_party", "third-party", "thirdparty"})
_BUILT = {"build": "build output", "dist": "build output", "venv": "a virtual environment", "env": "a virtual environment"}
"""Only where git does not say what is the team's own: a package may well be called `build`."""
_GENERATED_ENDS = ("_pb2.py", "_pb2_grpc.py")


def scope_of(path: str) -> Scope:
    """What a file (relative to the root) is for. A test stays a test inside of examples, and an example inside of the documentation."""
    *folders, name = path.lower().split("/")
    if name in ("conftest.py", "tests.py") or name.startswith("test_") or name.endswith("_test.py"):
        return Scope.TEST
    if not _TEST_FOLDERS.isdisjoint(folders):
        return Scope.TEST
    if not _EXAMPLE_FOLDERS.isdisjoint(folders):
        return Scope.EXAMPLE
    return Scope.PRODUCT if _DOCS_FOLDERS.isdisjoint(folders) else Scope.DOCS


def generated(path: str) -> str | None:
    """Why a file is taken to be written by a program; None when it is not."""
    return "generated from a protocol description" if path.endswith(_GENERATED_ENDS) else None


class Foreign:
    """Folders whose code is not the team's own."""

    def __init__(self, paths: Iterable[str], tracked: bool) -> None:
        """`paths`: every file that was found. `tracked`: git has listed them."""
        self._paths = frozenset(paths)
        self._names = {**_INSTALLED, **({} if tracked else _BUILT)}
        self._environments = {dirname(path) for path in self._paths if path.rpartition("/")[2] == "pyvenv.cfg"}
        self._known: dict[str, tuple[str, str] | None] = {"": None}

    def folder_of(self, path: str) -> tuple[str, str] | None:
        """The outermost foreign folder that a file is in, and what it is; None when there is none."""
        return self._look(dirname(path))

    def _look(self, folder: str) -> tuple[str, str] | None:
        if folder not in self._known:
            self._known[folder] = self._look(dirname(folder)) or self._own(folder)
        return self._known[folder]

    def _own(self, folder: str) -> tuple[str, str] | None:
        name = folder.rpartition("/")[2].lower()
        why = self._names.get(name)
        if folder in self._environments:
            why = "a virtual environment"
        # A shop has vendors too: a package of that name is code of the team.
        elif name in _COPIED or (name == "vendor" and f"{folder}/__init__.py" not in self._paths):
            why = "a copy of other projects' code"
        return (folder, why) if why else None
