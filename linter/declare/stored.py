"""A validated manifest as JSON and back, so that it can be kept: reading it needs neither YAML nor pydantic.

What is kept is what was written: places, texts, the clauses by path. The sections are built anew. A waiver's date is judged when
it is asked for, never here, so that a kept manifest does not keep an expired waiver alive.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from linter.declare.build import build_system
from linter.model.manifest import Clause, Manifest, SystemManifest, Waiver
from linter.model.place import Place

FORMAT = 1
"""To be raised with every change of what is stored."""


def to_json(manifest: Manifest) -> str:
    """The whole manifest as one text."""
    content = {
        "format": FORMAT,
        "file": manifest.file,
        "version": manifest.version,
        "default": _system(manifest.default),
        "systems": None if manifest.systems == (manifest.default,) else [_system(one) for one in manifest.systems],
    }
    return json.dumps(content, separators=(",", ":"))


def from_json(text: str) -> Manifest | None:
    """The manifest again; None when the text is not of this format, so that it is to be made anew."""
    try:
        content = json.loads(text)
        if content["format"] != FORMAT:
            return None
        default = _read_system(content["default"])
        systems = (default,) if content["systems"] is None else tuple(_read_system(one) for one in content["systems"])
        return Manifest(content["file"], systems, default, content["version"])
    except (ValueError, KeyError, TypeError, IndexError):
        return None


def _system(system: SystemManifest) -> dict[str, Any]:
    return {
        "name": system.name,
        "paths": system.paths,
        "place": _place(system.place),
        "extends": system.extends,
        "clauses": [
            [c.path, c.value, _place(c.place), c.source, c.text, [_place(p) for p in c.items], c.via and _place(c.via)]
            for c in system.clauses.values()
        ],
        "waivers": [
            [w.rule, w.paths, w.reason, w.kind, w.owner, w.expires and w.expires.isoformat(), w.expires_text, _place(w.place)]
            for w in system.waivers
        ],
    }


def _read_system(stored: dict[str, Any]) -> SystemManifest:
    clauses = {}
    for path, value, place, source, text, items, via in stored["clauses"]:
        frozen = tuple(value) if isinstance(value, list) else value
        clauses[path] = Clause(path, frozen, Place(*place), source, text, tuple(Place(*p) for p in items), via and Place(*via))
    waivers = tuple(
        Waiver(rule, tuple(paths), reason, kind, owner, expires and date.fromisoformat(expires), text, Place(*place))
        for rule, paths, reason, kind, owner, expires, text, place in stored["waivers"]
    )
    return build_system(
        stored["name"],
        paths=tuple(stored["paths"]),
        place=Place(*stored["place"]),
        extends=tuple(stored["extends"]),
        clauses=clauses,
        waivers=waivers,
    )


def _place(place: Place) -> list[Any]:
    return [place.file, place.line, place.column, place.end_line, place.end_column]
