"""Sites of files, of which each entry is one, however many have found it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from linter.model.architecture import Site
from linter.model.place import Place


def by_place(sites: Iterable[Site]) -> list[Site]:
    """One site for each entry: of several the first one, with what the others say besides."""
    found: dict[Place, Site] = {}
    for site in sites:
        found[site.place] = _both(found.get(site.place), site)
    return list(found.values())


def joined(read_by_code: Iterable[Site], said_by_format: Iterable[Site]) -> list[Site]:
    """One site for each entry, by file and line: what the code makes of it goes first, and the format tells the rest."""
    found: dict[tuple[str, int], Site] = {}
    extra: list[Site] = []
    for site in read_by_code:
        if found.setdefault((site.place.file, site.place.line), site) is not site:
            extra.append(site)
    for site in said_by_format:
        key = (site.place.file, site.place.line)
        found[key] = _both(found.get(key), site)
    return [*found.values(), *extra]


def _both(first: Site | None, other: Site) -> Site:
    return other if first is None else replace(first, attributes={**other.attributes, **first.attributes})
