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
    """The repository's modules with the notebooks that import them, as one program; then every other notebook as one. `external`:
    as in `Modules`."""
    modules = Modules((one.path for one in files if not one.cells), external)
    alone = [one for one in files if one.cells and not any(_own(one, modules))]
    apart = {one.path for one in alone}
    together = [one for one in files if one.path not in apart]
    return tuple(Program(some, file_scopes, external, data, versions) for some in (together, *([one] for one in alone)))


def _own(notebook: f.FileFacts, modules: Modules) -> Iterator[bool]:
    """For each import, whether it means something of the repository."""
    for scope in notebook.scopes:
        for module, level in scope.stars:
            yield level > 0 or modules.absolute(notebook.path, module) is not None
        for one in scope.bindings:
            if one.kind is f.Kind.IMPORT:
                yield one.level > 0 or modules.absolute(notebook.path, one.method or one.module) is not None
