"""Tiny repositories, and the architecture that is inferred from them with the shipped provider files."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent

from linter.declare.load import load_manifest
from linter.extract.python import extract
from linter.infer.build import infer
from linter.knowledge.catalogue import Catalogue
from linter.knowledge.load import load_catalogue
from linter.link.program import Program
from linter.model.architecture import Architecture, Attribute, Flow, Site, State
from linter.model.catalogue import SiteKind
from tests.link.making import data_files

ROOT = Path(__file__).resolve().parents[2]
MODULE = "app.py"
Files = Mapping[str, str]


@cache
def catalogue() -> Catalogue:
    """The shipped provider files, read once."""
    return load_catalogue(ROOT)


def catalogue_of(**providers: str) -> Catalogue:
    """A catalogue of provider files that the test writes: `catalogue_of(acme="provider: acme …")`."""
    with TemporaryDirectory() as folder:
        target = Path(folder, "rules", "providers")
        target.mkdir(parents=True)
        for name, text in providers.items():
            target.joinpath(f"{name}.yaml").write_text(dedent(text).lstrip("\n"), encoding="utf-8")
        return load_catalogue(Path(folder))


def architecture(files: Files | str, manifest: str = "", known: Catalogue | None = None) -> Architecture:
    """The architecture of a repository; a text is one of a single file. `known`: other provider files than the shipped ones."""
    known = known or catalogue()
    sources = {MODULE: files} if isinstance(files, str) else files
    facts = [extract(path, dedent(source).encode()) for path, source in sources.items() if path.endswith(".py")]
    assert [one.problems for one in facts if one.problems] == []
    declared = load_manifest(dedent(manifest).encode()) if manifest else None
    return infer(Program(facts, external=known.import_names, data=data_files(sources)), known, declared)


def sites(files: Files | str, kind: str = "", known: Catalogue | None = None) -> list[Site]:
    """The sites in the order of files and lines, all or those of a kind."""
    return [one for one in architecture(files, known=known).sites if not kind or one.kind is SiteKind(kind)]


def kinds(files: Files | str) -> list[str]:
    """Line and kind of each site, `3 inference`."""
    return [f"{one.place.line} {kind.value}" for one in architecture(files).sites for kind in (one.kind, *one.also)]


def model_call(files: Files | str, known: Catalogue | None = None) -> Site:
    """The one call of a model that there is."""
    found = sites(files, "inference", known)
    assert len(found) == 1, [str(one.place) for one in found]
    return found[0]


def said(files: Files | str, *names: str) -> str:
    """Attributes of the one call of a model, in words."""
    site = model_call(files)
    return " ".join(words(site.get(name)) for name in names)


def words(attribute: Attribute) -> str:
    """`gpt-4o`; `~gpt-4o` when it is one of the possible values; `unset`; `unknown`."""
    values = "|".join("none" if value is None else str(value) for value in attribute.values)
    return {State.KNOWN: values, State.PARTIAL: f"~{values}"}.get(attribute.state, attribute.state.value)


def flows(files: Files | str, manifest: str, kind: str = "sensitive-data") -> list[Flow]:
    """The flows of a kind."""
    return [one for one in architecture(files, manifest).flows if one.kind.value == kind]
