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
    ".ipynb_checkpoints": "checkpoints of notebooks",
    "__pypackages__": "installed packages",
    ".tox": "test environments",
    ".nox": "test environments",
    ".eggs": "installed packages",
    ".git": "git's own files",
}
_COPIED = frozenset({"_vendor", "_vendored", "vendored", "third_party", "third-party", "thirdparty"})
_BUILT = {"build": "build output", "dist": "build output", "venv": "a virtual environment", "env": "a virtual environment"}
"""Only where git does not say what is the team's own: a package may well be called `build`."""
_INFRASTRUCTURE_NAMES = ("dockerfile", "containerfile", "modelfile", "procfile", "makefile")
_INFRASTRUCTURE_ENDS = (".tf", ".tfvars", ".dockerfile", ".modelfile", ".bicep", ".sh", ".template")
_GENERATED_ENDS = ("_pb2.py", "_pb2_grpc.py")


def scope_of(path: str) -> Scope:
    """What a file (relative to the root) is for. A test inside of examples is a test, an example inside of docs an example."""
    *folders, name = path.lower().split("/")
    if name in ("conftest.py", "tests.py") or name.startswith("test_") or name.endswith("_test.py"):
        return Scope.TEST
    if not _TEST_FOLDERS.isdisjoint(folders):
        return Scope.TEST
    if not _EXAMPLE_FOLDERS.isdisjoint(folders):
        return Scope.EXAMPLE
    return Scope.PRODUCT if _DOCS_FOLDERS.isdisjoint(folders) else Scope.DOCS


def is_infrastructure(path: str) -> bool:
    """Whether a file says how the system is built or run, in a syntax of its own: `Dockerfile.gpu`, `main.tf`."""
    name = path.rpartition("/")[2].lower()
    return name.endswith(_INFRASTRUCTURE_ENDS) or name.partition(".")[0].partition("-")[0] in _INFRASTRUCTURE_NAMES


def generated(path: str) -> str | None:
    """Why a file is taken to be written by a program; None when it is not."""
    return "generated from a protocol description" if path.endswith(_GENERATED_ENDS) else None


def installed(name: str) -> str | None:
    """What is in a folder of that name where git does not say what is the team's own; None when it may be code."""
    return {**_INSTALLED, **_BUILT}.get(name.lower())


class Foreign:
    """Folders whose code is not the team's own, in a list of files."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = frozenset(paths)
        self._environments = {dirname(path) for path in self._paths if path.rpartition("/")[2] == "pyvenv.cfg"}
        self._known: dict[str, tuple[str, str] | None] = {}

    def folder_of(self, path: str) -> tuple[str, str] | None:
        """The outermost foreign folder that a file is in, and what it is; None when there is none."""
        folder = dirname(path)
        if folder not in self._known:
            self._known[folder] = self._look(folder)
        return self._known[folder]

    def _look(self, folder: str) -> tuple[str, str] | None:
        end = folder.find("/")
        while folder:
            above = folder if end < 0 else folder[:end]
            why = self._own(above)
            if why is not None:
                return above, why
            if end < 0:
                break
            end = folder.find("/", end + 1)
        return None

    def _own(self, folder: str) -> str | None:
        name = folder.rpartition("/")[2].lower()
        if folder in self._environments:
            return "a virtual environment"
        # A shop has vendors too: a package of that name is code of the team.
        if name in _COPIED or (name == "vendor" and f"{folder}/__init__.py" not in self._paths):
            return "a copy of other projects' code"
        return _INSTALLED.get(name)
