"""Declared data and knowledge that a training configuration names as its data set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from posixpath import dirname, join, normpath

from linter.infer.flows.sources import covers
from linter.model.architecture import Flow, FlowKind, Site
from linter.model.catalogue import SiteKind
from linter.model.manifest import Manifest
from linter.model.place import Step


def training_flows(sites: Iterable[Site], manifest: Manifest | None) -> Iterator[Flow]:
    """A flow for each body of data or knowledge whose files a configuration trains a model on. `sites`: of configurations."""
    declared = [] if manifest is None else [
        *((FlowKind.SENSITIVE_DATA, one.name, one.files) for system in manifest.systems for one in system.data),
        *((FlowKind.KNOWLEDGE, one.name, one.files) for system in manifest.systems for one in system.updates.knowledge),
    ]  # fmt: skip
    for site in sites:
        if SiteKind.FINETUNE not in site.also:
            continue
        for kind, name, files in dict.fromkeys(declared):
            steps = [one for one in site.get("dataset").evidence if any(covers(files, path) for path in _paths(one))]
            if steps:
                start = Step(steps[0].place, f"{name}: {steps[0].what}")
                yield Flow(kind, name, site.id, (start, Step(site.place, f"{site.call} is trained on it")))


def _paths(step: Step) -> tuple[str, ...]:
    """What a path can mean: from the folder in which the training is started, which is mostly the root, or beside the file."""
    return step.what, normpath(join(dirname(step.place.file), step.what))
