"""Text with styles, for people. Who shows it decides whether the styles become colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from linter.report.escape import visible

if TYPE_CHECKING:
    from rich.text import Text

Part = str | tuple[str, str]
"""Text, or text and the name of a style of `STYLES`."""

STYLES = {
    "fail": "bold red", "unknown": "bold yellow", "pass": "green", "quiet": "dim", "strong": "bold", "place": "cyan",
    "caret": "red",
}  # fmt: skip
"""What a style looks like, in the words of rich."""


@dataclass(slots=True)
class Page:
    """Lines of text. Whatever is written is made harmless for a terminal first."""

    parts: list[tuple[str, str]] = field(default_factory=list)
    """Text and style, in order; line breaks are parts of their own."""

    def line(self, *parts: Part) -> None:
        """One line; without parts an empty one."""
        for part in parts:
            text, style = part if isinstance(part, tuple) else (part, "")
            if text:
                self.parts.append((visible(text), style))
        self.parts.append(("\n", ""))

    def styled(self) -> Text:
        """With styles, for rich to show."""
        from rich.text import Text

        return Text.assemble(*((text, STYLES[style] if style else "") for text, style in self.parts))

    def plain(self) -> str:
        """Without styles."""
        return "".join(text for text, _ in self.parts)


def columns(rows: Sequence[tuple[str, ...]], gap: str = "  ") -> list[str]:
    """Rows of texts as lines in which the columns stand below each other."""
    if not rows:
        return []
    widths = [max(len(visible(row[i])) for row in rows) for i in range(len(rows[0]))]
    return [gap.join(visible(text).ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def counted(number: int, one: str, many: str = "") -> str:
    """`1 finding`, `2 findings`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
