"""What the name of a model tells by itself: a path or an id, and whether the name can come to mean another model."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PATH = re.compile(r"(?:[./~\\]|[A-Za-z]:[\\/]|file:)")
_WEIGHTS = (".gguf", ".ggml", ".safetensors", ".bin", ".pt", ".pth", ".onnx", ".ckpt")
_HUB = re.compile(r"(?:https?://)?(?:huggingface\.co|hf\.co)/", re.IGNORECASE)
_FOLDERS = frozenset(
    {"model", "models", "weights", "checkpoint", "checkpoints", "output", "outputs", "artifacts", "data", "local"}
)
"""First folders of a relative path that nobody would take for the name of an organisation."""

_RUN = re.compile(r"(?:checkpoint|ckpt|epoch|step|run)[-_]?\d+")
"""Folders that a training run makes."""

_COMMIT = re.compile(r"[0-9a-f]{7,40}", re.IGNORECASE)
_BRANCHES = frozenset({"main", "master", "head", "latest", "dev"})
_TRYOUT = re.compile(r"-(?:preview|exp|experimental)$")
"""Vendors swap what stands behind these without notice."""
_RELEASE = re.compile(
    r"claude-[a-z]+-(?:4-(?:[6-9]|[1-9]\d)|(?:[5-9]|[1-9]\d)(?:-\d{1,2})?)|gemini-(?:2\.5|[3-9](?:\.\d)?)-[a-z]+(?:-lite)?"
)
"""Vendors that stopped dating ids: since Claude 4.6 and Gemini 2.5 the plain id is one release that does not change."""


@dataclass(frozen=True, slots=True)
class Telling:
    """Yes, no, or why a name does not tell."""

    answer: bool | None
    because: str = ""


def is_local(name: str) -> Telling:
    """Whether a name is a file or folder on disk (True) or an id that is looked up on a hub (False)."""
    if _HUB.match(name):
        return Telling(False)
    if _PATH.match(name) or name.lower().endswith(_WEIGHTS) or name.count("/") > 1 or "\\" in name:
        return Telling(True)
    first = name.partition("/")[0].lower()
    if (first in _FOLDERS or _RUN.fullmatch(first)) and "/" in name:
        return Telling(None, f"whether {name} is a folder or an id")
    return Telling(False)


def is_pinned(name: str, *, provider: str, hosting: str, revision: Telling, alias: bool | None) -> Telling:
    """Whether the name always means the same model.

    `revision`: what a revision argument beside the name says, for ids of a hub. `alias`: whether the table of models knows the id
    as one that moves (True) or as a snapshot (False).
    """
    if name.startswith("ft:"):
        return Telling(True)
    if provider == "ollama":
        tag = name.rpartition("/")[2].partition(":")[2]
        return Telling(bool(tag) and tag != "latest")
    if hosting == "in-process":
        return Telling(True) if is_local(name).answer else revision
    if provider == "azure-openai":
        return Telling(None, f"which version the deployment {name} serves")
    if hosting == "self-hosted":
        return Telling(None, f"which revision of {name} the server serves")
    short = re.split(r"[/:]|(?<=[a-z])\.(?=[a-z])", name.lower())[-1]  # without gateway, region and vendor
    if _RELEASE.fullmatch(short):
        return Telling(True)
    if alias is not None:
        return Telling(not alias)
    return (
        Telling(False)
        if _TRYOUT.search(short)
        else Telling(None, f"whether {provider or 'the provider'} replaces {name} without notice")
    )


def is_fixed_revision(revision: str) -> Telling:
    """Whether a revision of a hub repository stays what it is: a commit or a tag does, a branch does not."""
    if _COMMIT.fullmatch(revision):
        return Telling(True)
    return Telling(revision.lower() not in _BRANCHES)
