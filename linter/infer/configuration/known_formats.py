"""The repository's configuration files -> sites, and how the system runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from posixpath import dirname, join, normpath

from linter.extract.data import DataFiles
from linter.formats import paths
from linter.infer.configuration.filler import Filler
from linter.infer.configuration.format_sites import ConfigSites
from linter.infer.configuration.operations import operations
from linter.infer.configuration.recogniser import Config, Recogniser
from linter.infer.configuration.sayings import Said, Sayings
from linter.knowledge.catalogue import Catalogue
from linter.link.deployment import Deployment
from linter.model.architecture import Site
from linter.model.formats import Meaning
from linter.model.operations import Operations
from linter.model.place import Gap


@dataclass(frozen=True, slots=True)
class Configured:
    """What the configuration files say."""

    sites: tuple[Site, ...]
    """Sorted by place."""
    operations: Operations
    gaps: frozenset[Gap]
    files: frozenset[str]
    """Those that have one of the formats."""


def configured(files: DataFiles, catalogue: Catalogue, code: Sequence[Site] = ()) -> Configured:
    """Reads every file that has one of the known formats. `code`: the sites that were found in the code; they show which
    databases hold something for a model."""
    recogniser = Recogniser(files, catalogue.formats)
    sayings = Sayings(catalogue, Filler(recogniser, Deployment(files.variables)))
    maker = ConfigSites(catalogue)
    read: list[tuple[Config, Sequence[Said]]] = []
    sites: list[Site] = []
    configs = recogniser.all()
    parts = _parts(configs)
    for config in configs:
        said = [one for one in sayings.of(config) if one.meaning is not Meaning.RESOURCE or config.file not in parts]
        read.append((config, said))
        sites.extend(maker.of(config, said, files.scope(config.file)))
    sites.extend(maker.used((*code, *sites)))
    sites.sort(key=lambda site: site.place)
    return Configured(tuple(sites), operations(read), frozenset(recogniser.gaps), frozenset(config.file for config in configs))


def _parts(configs: Sequence[Config]) -> frozenset[str]:
    """Bicep files that others take in: what they make is decided there."""
    return frozenset(
        normpath(join(dirname(config.file), str(hit.path[-1])))
        for config in configs
        if config.reading.syntax == "bicep"
        for hit in paths.find(config.document, ("module", "*"))
    )
