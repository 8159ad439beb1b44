"""Reads `fixtures/corpus/`: all label files and their split, with everything that is wrong in them told at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import ValidationError

from linter.declare.explain import explain
from linter.declare.schema import Model
from linter.declare.suggest import did_you_mean
from linter.errors import ArchfitError, Problem
from linter.formats.yaml import read_one
from tools.corpus_labels import Label, Split

SPLIT = "split.yaml"

Half = Literal["open", "held"]
HALVES: tuple[Half, ...] = ("open", "held")


class LabelError(ArchfitError):
    """A label file or the split is wrong."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Corpus:
    """All label files, in the order of the split."""

    halves: dict[Half, tuple[Label, ...]]


M = TypeVar("M", bound=Model)


def read_corpus(folder: Path) -> Corpus:
    """Reads a folder of label files with its split. Raises LabelError with everything that is wrong in all of them."""
    problems: list[Problem] = []
    labels: dict[str, Label | None] = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.name != SPLIT:
            labels[path.stem] = label = _read(path, Label, problems)
            problems.extend(_contradictions(label, path) if label is not None else ())
    split = _read(folder / SPLIT, Split, problems)
    problems.extend(_unevenly_split(split, labels) if split is not None else ())
    if problems or split is None:
        raise LabelError(*problems)
    return Corpus({half: tuple(filter(None, map(labels.get, getattr(split, half)))) for half in HALVES})


def _read(path: Path, kind: type[M], problems: list[Problem]) -> M | None:
    try:
        document, found = read_one(path.read_bytes(), path.name)
    except OSError as error:
        problems.append(Problem(f"cannot be read: {error.strerror or error}", str(path)))
        return None
    problems.extend(found)
    if document is None:
        return None
    if not isinstance(document.value, dict):
        problems.append(Problem("is no mapping of keys", path.name, 1))
        return None
    try:
        return kind.model_validate(document.value)
    except ValidationError as error:
        problems.extend(explain(one, document, kind) for one in error.errors(include_url=False))
        return None


def _contradictions(label: Label, path: Path) -> Iterator[Problem]:
    if label.name != path.stem:
        yield Problem(f"is about {label.repo}", path.name, remedy=f"name the file {label.name}.yaml")
    for name, count in Counter(site.id for site in label.sites).items():
        if count > 1:
            yield Problem(f"{count} sites have the id `{name}`", path.name, remedy="give each its own")


def _unevenly_split(split: Split, labels: dict[str, Label | None]) -> Iterator[Problem]:
    named = Counter((*split.open, *split.held))
    for name, count in named.items():
        if count > 1:
            yield Problem(f"`{name}` is named {count} times", SPLIT, remedy="a repository belongs to one half, once")
        if name not in labels:
            yield Problem(f"there is no label file `{name}.yaml`", SPLIT, remedy=did_you_mean(name, labels))
    for name in sorted(set(labels) - set(named)):
        yield Problem("belongs to neither half", f"{name}.yaml", remedy=f"add it to {SPLIT}")
