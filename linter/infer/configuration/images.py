"""Container images -> whose server they start."""

from __future__ import annotations

from linter.infer.scalars import HOLE
from linter.knowledge.catalogue import Catalogue
from linter.model.formats import ImageSpec


def names(image: str) -> tuple[str, ...]:
    """The names of an image without tag and digest: with its registry, and without it. None where the name is not known."""
    text = image.strip().partition("@")[0].partition(" ")[0]
    head, slash, last = text.rpartition("/")
    name = f"{head}{slash}{last.partition(':')[0]}".lower()
    first, slash, rest = name.partition("/")
    is_registry = bool(slash) and ("." in first or ":" in first or first == "localhost" or HOLE in first)
    short = rest if is_registry else name
    found = [name, short, short.removeprefix("library/")]
    return tuple(dict.fromkeys(one for one in found if one and HOLE not in one))


def image_of(image: str, catalogue: Catalogue) -> ImageSpec | None:
    """What a vendor's file says of an image; None for one that nobody knows."""
    return next((spec for name in names(image) if (spec := catalogue.images.get(name)) is not None), None)
