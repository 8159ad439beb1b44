"""pydantic's errors in the words of the manifest, with the line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.declare.schema import Model, choices_at, homes, keys_at
from linter.declare.suggest import closest, did_you_mean
from linter.errors import Problem
from linter.formats.tree import Document, Path

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_WANTED = {
    "model_type": "a mapping of keys",
    "dict_type": "a mapping of names",
    "list_type": "a list",
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
}


def explain(error: ErrorDetails, document: Document, model: type[Model]) -> Problem:
    """One error of one file as a problem with line and, where possible, what was meant."""
    path: Path = tuple(step for step in error["loc"] if step != "[key]")
    kind, value = error["type"], error["input"]
    if kind == "extra_forbidden":
        return _unknown_key(document, model, path)
    if kind == "missing":
        return _missing_key(document, model, path)
    where, place = dotted(path), document.value_place(path)
    remedy = None
    if kind in _WANTED:
        message = f"`{where}` must be {_WANTED[kind]}, not {_named(value)}" if where else f"no manifest, but {_named(value)}"
        remedy = _other_shape(kind, value, document.text(path))
    elif kind == "literal_error":
        message, remedy = _not_a_choice(where, value, model, path)
    elif kind == "string_pattern_mismatch":
        word = str(path[-1] if "[key]" in error["loc"] else value)
        message = f"{_quoted(word)} is no name; a name has letters, digits, `-` and `_`"
        place = document.key_place(path) if "[key]" in error["loc"] else place
    elif kind == "greater_than_equal":
        message = f"`{where}` must be at least {error['ctx']['ge']}, not {_named(value)}"
    elif kind in ("string_too_short", "too_short"):
        message = f"`{where}` is empty"
    elif kind == "value_error":
        text, _, remedy = str(error["ctx"]["error"]).partition("; ")
        message = f"`{where}`: {text}"
    else:
        message = f"`{where}`: {error['msg'][:1].lower()}{error['msg'][1:]}, not {_named(value)}"
    return Problem(message, document.file, place.line, remedy or None)


def dotted(path: Path) -> str:
    """`privacy.processors[0]`"""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else ("." if text else "") + _cut(step)
    return text


def _unknown_key(document: Document, model: type[Model], path: Path) -> Problem:
    key, parent = str(path[-1]), path[:-1]
    known = list(keys_at(model, parent))
    near = did_you_mean(key, known)
    if near is None:
        elsewhere = sorted({home for name, home in homes(model) if name == key and home})
        word = None if elsewhere else closest(key, {name for name, home in homes(model) if home})
        if elsewhere:
            near = "it belongs in " + " or ".join(f"`{home}`" for home in elsewhere)
        elif word is not None:
            near = "did you mean " + " or ".join(sorted(f"`{home}.{name}`" for name, home in homes(model) if name == word)) + "?"
        else:
            near = "known here: " + ", ".join(known) if known else None
    within = f" in `{dotted(parent)}`" if parent else ""
    return Problem(f"unknown key {_quoted(key)}{within}", document.file, document.key_place(path).line, near)


def _missing_key(document: Document, model: type[Model], path: Path) -> Problem:
    key, parent = str(path[-1]), path[:-1]
    within = f" in `{dotted(parent)}`" if parent else ""
    example = " | ".join(choices_at(model, path)) or "…"
    return Problem(f"`{key}` is missing{within}", document.file, document.place(parent).line, f"add `{key}: {example}`")


def _not_a_choice(where: str, value: Any, model: type[Model], path: Path) -> tuple[str, str | None]:
    choices = choices_at(model, path)
    if where == "version":
        return f"this archfit reads version 1 of the format, not {_named(value)}", "write `version: 1`"
    wanted = ", ".join(f"`{choice}`" for choice in choices[:-1]) + f" or `{choices[-1]}`"
    shown = _quoted(value) if isinstance(value, str) else _named(value)
    return f"`{where}` must be {wanted}, not {shown}", did_you_mean(_scalar(value), choices)


def _other_shape(kind: str, value: Any, text: str | None) -> str | None:
    if kind == "list_type" and text is not None and text:
        return f"write `[{_cut(text)}]`"
    if kind == "string_type" and text is not None:
        return f'write "{_cut(text)}" in quotes'
    if kind in ("int_type", "float_type") and isinstance(value, str):
        bare = value.replace("_", "").replace(",", "")
        return f"write `{_cut(bare)}` without quotes" if bare.replace(".", "", 1).isdecimal() else None
    return None


def _named(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, str):
        return f"the text {_quoted(value)}"
    return _quoted(_scalar(value))


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _quoted(text: str) -> str:
    return f"`{_cut(text)}`"


def _cut(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
