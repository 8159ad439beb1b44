"""What of a repository runs on its own: a notebook has a kernel to itself, and what it sets is set for nobody else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from linter.extract.data import NO_DATA, DataFiles
from linter.extract.versions import NO_VERSIONS, Versions
from linter.link.modules import Modules
from linter.link.program import Program
from linter.model import facts as f
from linter.model.source import Scope as FileScope


def programs(
    files: Sequence[f.FileFacts],
    file_scopes: Mapping[str, FileScope] | None = None,
    external: frozenset[str] = frozenset(),
    data: DataFiles = NO_DATA,
    versions: Versions = NO_VERSIONS,
) -> tuple[Program, ...]:
    """The repository's modules with the notebooks that import them, as one program; then every other notebook as one, with those
    that it runs and the files that it writes. `external`: as in `Modules`."""
    modules = Modules((one.path for one in files if not one.cells), external)
    kernels = _kernels([one for one in files if one.cells], Modules((one.path for one in files), external))
    alone = [group for group in kernels if not any(own for one in group for own in _own(one, modules))]
    apart = {one.path for group in alone for one in group}
    together = [one for one in files if one.path not in apart]
    return tuple(Program(some, file_scopes, external, data, versions) for some in (together, *alone))


def _kernels(notebooks: Sequence[f.FileFacts], modules: Modules) -> list[list[f.FileFacts]]:
    """Notebooks, and the files they write, that share names, in the order of the first of each group."""
    group = {one.path: one.path for one in notebooks}

    def first(path: str) -> str:
        while group[path] != path:
            path = group[path]
        return path

    for one in notebooks:
        others = [modules.ran(one.path, name) for scope in one.scopes for name, level in scope.stars if level == f.RUN]
        for other in (*others, one.notebook):
            if other in group:
                a, b = sorted((first(one.path), first(other)))
                group[b] = a
    found: dict[str, list[f.FileFacts]] = {}
    for one in notebooks:
        found.setdefault(first(one.path), []).append(one)
    return list(found.values())


def _own(notebook: f.FileFacts, modules: Modules) -> Iterator[bool]:
    """For each import, whether it means something of the repository."""
    for scope in notebook.scopes:
        for module, level in scope.stars:
            if level == f.RUN:
                yield modules.ran(notebook.path, module) is not None
                continue
            yield level > 0 or modules.absolute(notebook.path, module) is not None
        for one in scope.bindings:
            if one.kind is f.Kind.IMPORT:
                yield one.level > 0 or modules.absolute(notebook.path, one.method or one.module) is not None
