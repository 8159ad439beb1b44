"""Text of scanned repositories, made harmless for where it is shown."""

from __future__ import annotations

import re

# C0 and C1 controls, the marks that reorder text on screen, invisible marks that could hide it, and what is no character at all.
_UNSEEN = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]")


def visible(text: str) -> str:
    """One line, in which every character that a terminal would act upon or hide is written as an escape."""
    return _UNSEEN.sub(_escape, text).replace("\t", " ")


def shortened(text: str, most: int) -> str:
    """At most so many characters, cut at the end."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
