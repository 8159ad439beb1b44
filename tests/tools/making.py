"""Label files for the tests of the corpus tool."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

import yaml

from tools.corpus_labels import Label

HEAD = {
    "repo": "acme/bot",
    "commit": "0123456789abcdef0123456789abcdef01234567",
    "scope": {"include": ["**"]},
    "summary": "A bot.",
    "mechanisms": ["prompt"],
    "negatives": [],
}


def labelled(text: str = "sites: []") -> Label:
    """A label file with this in it."""
    return Label.model_validate({**HEAD, **yaml.safe_load(dedent(text))})


def corpus_in(folder: Path, labels: Mapping[str, str], split: str) -> Path:
    """A new folder with label files and their split."""
    folder.mkdir()
    for name, text in labels.items():
        (folder / f"{name}.yaml").write_text(dedent(text), encoding="utf-8")
    (folder / "split.yaml").write_text(split, encoding="utf-8")
    return folder
