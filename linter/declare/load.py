"""`archfit.yaml`, from bytes to the frozen nouns of `linter.model.manifest`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linter.declare.build import EVERYTHING, build_system
from linter.declare.presets import Extensions, Reader, reader_under
from linter.declare.references import Known, unknown_names
from linter.declare.tighten import combine, overlay
from linter.errors import ManifestError, Problem
from linter.model.manifest import Clause, Manifest, SystemManifest

if TYPE_CHECKING:
    from linter.declare.schema import ManifestFile
    from linter.declare.source import Source
    from linter.formats.tree import Document
    from linter.formats.tree import Path as Steps

MANIFEST = "archfit.yaml"
DEFAULT_NAME = "default"
"""Of a system that nobody has named."""

__all__ = ["DEFAULT_NAME", "MANIFEST", "Known", "find_manifest", "json_schema", "load_manifest", "read_manifest"]


def find_manifest(root: Path) -> Path | None:
    """The manifest of a repository, None when it has none. Raises ManifestError for what looks like one and would not be read."""
    path = root / MANIFEST
    if path.is_file():
        return path
    for name in ("archfit.yml", ".archfit.yaml", ".archfit.yml"):
        if (root / name).is_file():
            raise ManifestError(Problem("the manifest has another name", name, 1, f"rename it to {MANIFEST}"))
    return None


def read_manifest(root: Path, *, known: Known | None = None, policy: tuple[bytes, str] | None = None) -> Manifest | None:
    """The manifest of a repository, None when it has none. Raises ManifestError; otherwise see `load_manifest`."""
    path = find_manifest(root)
    if path is None:
        return None
    read = reader_under(root)
    try:
        data = read(path.name)
    except OSError as error:
        raise ManifestError(Problem(f"cannot be read: {error.strerror or error}", path.name)) from None
    return load_manifest(data, path.name, read=read, known=known, policy=policy)


def load_manifest(
    data: bytes,
    file: str = MANIFEST,
    *,
    read: Reader | None = None,
    known: Known | None = None,
    policy: tuple[bytes, str] | None = None,
) -> Manifest:
    """Validates a manifest.

    `file`: its path from the root, for places; `read`: gives the other files of the repository that it extends; `known`: names of
    providers and rules to hold its words against; `policy`: content and name of a trusted file of the organisation, which the
    manifest may only tighten. Raises ManifestError with all problems, in the order of the lines; nothing else.
    """
    from linter.declare.schema import ManifestFile, PresetFile  # pydantic only when a manifest is validated
    from linter.declare.source import read_source

    problems: list[Problem] = []
    known = known or Known()
    extensions = Extensions(read, known.providers or {}, problems)
    trusted: dict[str, Clause] = {}
    if policy is not None and (organisation := read_source(*policy, PresetFile, "policy", problems)) is not None:
        below = extensions.base(organisation.extends())
        trusted = overlay(below, organisation.clauses(), extensions.providers, problems)
    source = read_source(data, file, ManifestFile, "manifest", problems)
    manifest = None
    if source is not None:
        manifest = _assemble(source, trusted, extensions, known)
    if problems or manifest is None:
        raise ManifestError(*_in_order(problems, file))
    return manifest


def json_schema() -> dict[str, Any]:
    """The JSON Schema of `archfit.yaml`, for editors."""
    from linter.declare.schema import json_schema as schema

    return schema()


def _assemble(source: Source[ManifestFile], trusted: dict[str, Clause], extensions: Extensions, known: Known) -> Manifest:
    model, document, problems = source.model, source.document, extensions.problems
    file = document.file
    problems.extend(_forms(document))
    own = source.clauses()
    base = combine(trusted, extensions.base(source.extends(), (file,)), extensions.providers, problems)
    shared_waivers = source.waivers(model.waivers)
    named = ("system",) if model.system else ("version",)
    default = build_system(
        model.system or DEFAULT_NAME,
        paths=EVERYTHING,
        place=document.place(named),
        extends=tuple(model.extends or ()),
        clauses=overlay(base, own, extensions.providers, problems),
        waivers=shared_waivers,
    )
    systems: list[SystemManifest] = []
    for i, one in enumerate(model.systems or ()):
        at = ("systems", i)
        below = combine(base, extensions.base(source.extends(one, at), (file,)), extensions.providers, problems)
        clauses = overlay(below, own | source.clauses(one, at), extensions.providers, problems)
        systems.append(
            build_system(
                one.name,
                paths=tuple(one.paths),
                place=document.place((*at, "name")),
                extends=(*default.extends, *(one.extends or ())),
                clauses=clauses,
                waivers=shared_waivers + source.waivers(one.waivers, at),
            )
        )
    manifest = Manifest(file, tuple(systems) or (default,), default, model.version)
    written = _written_knowledge(document)
    for system in (default, *systems):
        problems.extend(unknown_names(system, known, written))
    return manifest


def _written_knowledge(document: Document) -> frozenset[str | int]:
    """The names in `updates.knowledge`, also those whose declaration is wrong and is told as such."""
    systems = document.node(("systems",))
    places: list[Steps] = [(), *(("systems", i) for i in (systems.children if systems else ()))]
    found = (document.node((*at, "updates", "knowledge")) for at in places)
    return frozenset(name for node in found if node for name in node.children)


def _forms(document: Document) -> Iterator[Problem]:
    """The two forms exclude each other, and systems have different names. Looks at what is written, valid or not."""
    if document.node(("system",)) and document.node(("systems",)):
        line = max(document.place((key,)).line for key in ("system", "systems"))
        remedy = "`system` names the only one; in `systems` each has a `name`"
        yield Problem("`system` and `systems` exclude each other", document.file, line, remedy)
    systems = document.node(("systems",))
    first: dict[str, int] = {}
    for i in systems.children if systems else ():
        name, line = document.text(("systems", i, "name")), document.place(("systems", i, "name")).line
        if name and name in first:
            message = f"two systems have the name `{name}`, the other one in line {first[name]}"
            yield Problem(message, document.file, line, "give each its own name")
        first.setdefault(name or "", line)


def _in_order(problems: list[Problem], file: str) -> list[Problem]:
    """Each problem once, those of the manifest first, by line."""
    return sorted(dict.fromkeys(problems), key=lambda p: (p.file != file, p.file or "", p.line is None, p.line))
