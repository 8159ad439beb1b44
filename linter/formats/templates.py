"""Templates of YAML (Helm, Jinja): read as the YAML that they look like, with marks where something is filled in."""

from __future__ import annotations

import re

MARK, LAST = "\ue000", "\ue001"
"""Stand for the characters of an expression. Private ones: nobody writes them, and YAML allows them."""

_TAG = re.compile(r"\{\{(?:[^{}]|\{(?!\{)|\}(?!\}))*\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_CONTROL = re.compile(
    r"\{\{-?\s*(?:/\*|if\b|else\b|end\b|range\b|with\b|define\b|block\b|template\b|\$\w+\s*:?=|break\b|continue\b)|\{%|\{#"
)
_VISIBLE = re.compile(r"[^\n]")
_MARKS = re.compile(rf"{MARK}[{MARK}\s]*{LAST}")


def is_template(text: str) -> bool:
    """Whether anything is to be filled in."""
    return "{{" in text or "{%" in text


def plain(text: str) -> str:
    """A text of the same length and lines that has no template in it: what steers is blank, what is filled in is marked."""
    out: list[str] = []
    end = 0
    for tag in _TAG.finditer(text):
        out.append(text[end : tag.start()])
        steers = _CONTROL.match(tag[0]) is not None or _is_alone(text, tag.start(), tag.end())
        out.append(_VISIBLE.sub(" ", tag[0]) if steers else _VISIBLE.sub(MARK, tag[0])[:-1] + LAST)
        end = tag.end()
    out.append(text[end:])
    return "".join(out)


def expressions(written: str) -> list[str]:
    """What is filled in, in its order, without the braces: of the text as it was before `plain`."""
    tags = (tag[0] for tag in _TAG.finditer(written))
    return [tag.strip("{}-").strip() for tag in tags if not _CONTROL.match(tag)]


def pieces(value: str) -> list[str | None]:
    """A value that `plain` has marked, in parts: texts, and None for each expression."""
    found: list[str | None] = []
    end = 0
    for mark in _MARKS.finditer(value):
        if mark.start() > end:
            found.append(value[end : mark.start()])
        found.append(None)
        end = mark.end()
    if end < len(value):
        found.append(value[end:])
    return found


def _is_alone(text: str, start: int, end: int) -> bool:
    """Whether nothing else stands on the lines of a tag: then it makes whole lines, not a value."""
    before = text[text.rfind("\n", 0, start) + 1 : start]
    newline = text.find("\n", end)
    after = text[end : newline if newline >= 0 else len(text)]
    return not _TAG.sub("", before).strip() and not _TAG.sub("", after).strip()
