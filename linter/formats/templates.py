"""Templates of YAML (Helm, Jinja): read as the YAML that they look like, with marks where something is filled in."""

from __future__ import annotations

import re

MARK, LAST = "\ue000", "\ue001"
"""Stand for the characters of an expression. Private ones: nobody writes them, and YAML allows them."""

# A tag holds no beginning of another one, so that one which never ends costs no more than its own length.
_TAG = re.compile(r"\{\{(?:[^{}]|\{(?!\{)|\}(?!\}))*\}\}|\{%(?:(?!\{%|%\}).)*%\}|\{#(?:(?!\{#|#\}).)*#\}", re.DOTALL)
_REMARK = re.compile(r"\{\{-?\s*/\*|\{#")
_LONGEST_LINE = 2_000
"""Characters beside a tag that are looked at."""
_VISIBLE = re.compile(r"[^\n]")
_MARKS = re.compile(rf"{MARK}[{MARK}\s]*{LAST}")


def is_template(text: str) -> bool:
    """Whether anything is to be filled in."""
    return "{{" in text or "{%" in text


def plain(text: str) -> str:
    """A text of the same length and lines that has no template in it. What makes whole lines, or steers which are there, is
    blank; what stands inside of a line is marked."""
    text = text.replace(MARK, "?").replace(LAST, "?")
    out: list[str] = []
    end = 0
    for tag in _TAG.finditer(text):
        out.append(text[end : tag.start()])
        blank = _is_blank(text, tag)
        out.append(_VISIBLE.sub(" ", tag[0]) if blank else _VISIBLE.sub(MARK, tag[0])[:-1] + LAST)
        end = tag.end()
    out.append(text[end:])
    return "".join(out)


def expressions(text: str, start: int, end: int) -> list[str]:
    """What is filled in between two offsets of a text, in its order, without the braces: one for each mark that `plain` makes."""
    tags = (tag for tag in _TAG.finditer(text, start, end) if not _is_blank(text, tag))
    return [tag[0].strip("{}-").strip() for tag in tags]


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


def _is_blank(text: str, tag: re.Match[str]) -> bool:
    """Whether it is a remark, or nothing but such tags stands on its lines: then it makes whole lines, not a value."""
    if _REMARK.match(tag[0]):
        return True
    first, last = max(tag.start() - _LONGEST_LINE, 0), min(tag.end() + _LONGEST_LINE, len(text))
    start, end = text.rfind("\n", first, tag.start()) + 1, text.find("\n", tag.end(), last)
    if (not start and first) or (end < 0 and last < len(text)):
        return False
    before, after = text[start : tag.start()], text[tag.end() : end if end >= 0 else last]
    return not _TAG.sub("", before).strip() and not _TAG.sub("", after).strip()
