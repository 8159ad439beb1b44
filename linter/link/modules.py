"""Which file an import means: relative imports, source roots, several roots in one repository."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from posixpath import dirname, join, normpath

from linter.model.facts import RUN


class Modules:
    """The importable files of a repository."""

    def __init__(self, paths: Iterable[str], external: frozenset[str] = frozenset()) -> None:
        """`external`: top-level names of known third-party packages, which a folder of the same name does not shadow
        unless it is a package at a source root."""
        self._files = frozenset(paths)
        self._external = external
        self._folders: set[str] = set()
        self._ends: dict[str, list[str]] = defaultdict(list)
        for path in sorted(self._files):
            folder = dirname(path)
            while folder not in self._folders:
                self._folders.add(folder)
                folder = dirname(folder)
            stem = _stem(path).removesuffix("/__init__")
            self._ends[stem.rsplit("/", 1)[-1]].append(path)
        self._known: dict[tuple[str, str], str | None] = {}

    def is_library(self, name: str) -> bool:
        """Whether it is the top-level name of a known third-party package."""
        return name in self._external

    def is_package(self, folder: str) -> bool:
        return f"{folder}/__init__.py".lstrip("/") in self._files

    def name_of(self, path: str) -> str:
        """The dotted name of a file, counted from its source root."""
        parts = _stem(path).split("/")
        folder = dirname(path)
        depth = 1
        while folder and self.is_package(folder):
            depth += 1
            folder = dirname(folder)
        # Folders without `__init__.py` are namespace packages in most applications, `src` is not.
        while folder and folder.rsplit("/", 1)[-1] not in ("src", "lib"):
            depth += 1
            folder = dirname(folder)
        name = parts[-depth:]
        return ".".join(name[:-1] if name[-1] == "__init__" and len(name) > 1 else name)

    def relative(self, origin: str, module: str, level: int) -> str | None:
        """The file or folder that `from ..module` in `origin` means."""
        folder = dirname(origin)
        for _ in range(level - 1):
            folder = dirname(folder)
        return self._at(folder, module.split(".") if module else [], namespaces=True)

    def absolute(self, origin: str, module: str) -> str | None:
        """The file or folder that `import module` in `origin` means; None when it is not in the repository."""
        key = (dirname(origin), module)
        if key not in self._known:
            self._known[key] = self._search(origin, module.split("."))
        return self._known[key]

    def star(self, origin: str, module: str, level: int) -> str | None:
        """The file whose names `from module import *` in `origin` takes in."""
        if level == RUN:
            return self.ran(origin, module)
        return self.relative(origin, module, level) if level else self.absolute(origin, module)

    def ran(self, origin: str, path: str) -> str | None:
        """The script or notebook that `%run path` in `origin` means; both may go without their ending."""
        whole = normpath(join(dirname(origin), path))
        return next((one for one in (whole, f"{whole}.py", f"{whole}.ipynb") if one in self._files and one != origin), None)

    def beside(self, origin: str, module: str, member: str) -> str | None:
        """The package, file or folder of a name that a known third-party package has as well, in a folder above `origin`: it is
        meant where it defines what is imported, or has a file of that name."""
        folder = dirname(origin)
        while folder and "." not in module and module in self._external:
            if not self.is_package(folder):
                found = self._at(folder, [module], namespaces=f"{folder}/{module}/{member}.py" in self._files)
                if found is not None and found != origin:
                    return found
            folder = dirname(folder)
        return None

    def submodule(self, path: str, name: str) -> str | None:
        """`name` inside the package whose `__init__.py` or folder is `path`."""
        if path.endswith("__init__.py"):
            return self._at(dirname(path), [name], namespaces=True)
        return None if path.endswith(".py") else self._at(path, [name], namespaces=True)

    def _at(self, folder: str, parts: list[str], namespaces: bool) -> str | None:
        base = "/".join([folder, *parts] if folder else parts)
        for candidate in ([f"{base}.py"] if parts else []) + [f"{base}/__init__.py" if base else "__init__.py"]:
            if candidate in self._files:
                return candidate
        return base if namespaces and base and base in self._folders else None

    def _search(self, origin: str, parts: list[str]) -> str | None:
        foreign = parts[0] in self._external
        inner: list[str] = []
        folder = dirname(origin)
        while True:
            if self.is_package(folder):
                inner.append(folder)
            else:
                found = self._at(folder, parts, namespaces=not foreign)
                # A file deeper down that has the whole of a longer name is meant: `agents.planner` beside `backend/main.py`.
                if found is not None and found != origin and (not foreign or len(parts) > 1 or self._at_root(folder)):
                    return found
            if not folder:
                break
            folder = dirname(folder)
        if foreign:
            return None
        return self._by_ending(origin, parts) or self._in_packages(origin, parts, inner)

    def _at_root(self, folder: str) -> bool:
        return folder == "" or folder.rsplit("/", 1)[-1] in ("src", "lib")

    def _by_ending(self, origin: str, parts: list[str]) -> str | None:
        """A root that is none of the folders above: the file of the repository whose path ends like the import does."""
        ends = ("/".join(parts) + ".py", "/".join(parts) + "/__init__.py")
        found = []
        for path in self._ends.get(parts[-1], ()):
            for end in ends:
                root = path.removesuffix(end)
                if path.endswith("/" + end) and path != origin and not self.is_package(root.rstrip("/")):
                    found.append(path)
        if not found:
            return None
        return max(found, key=lambda path: (_common(path, origin), -len(path)))

    def _in_packages(self, origin: str, parts: list[str], folders: list[str]) -> str | None:
        """A script that is started inside its package."""
        for folder in folders:
            found = self._at(folder, parts, namespaces=False)
            if found is not None and found != origin:
                return found
        return None


def _stem(path: str) -> str:
    return path.removesuffix(".py").removesuffix(".ipynb")


def _common(one: str, other: str) -> int:
    count = 0
    for a, b in zip(one.split("/"), other.split("/"), strict=False):
        if a != b:
            break
        count += 1
    return count
