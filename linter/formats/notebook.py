"""Jupyter notebooks: the source of their code cells. Outputs are never read; where they make a file large, they are cut out
before it is parsed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from linter.formats.notebook_text import Scan

MAX_FILE = 20_000_000
"""Bytes of a notebook with its outputs; pictures make up most of that."""
MAX_BYTES = 1_000_000
"""Bytes of what is left without them."""
PYTHON = frozenset({"python", "python2", "python3", "ipython", "ipython3", "py"})
"""What notebooks call Python."""
_OTHER_KERNELS = re.compile(
    r"ir\b|ir\d|julia|scala|spark-?kernel|almond|deno|javascript|tslab|\.net|csharp|fsharp|powershell|bash|ruby|rust|evcxr|java\b|ijava|kotlin|"
    r"gophernotes|gonb|octave|matlab|sas\b|stata|xcpp|xeus-cling|cling|clojure|perl|lua|haskell|ihaskell|sos\b",
    re.IGNORECASE,
)  # fmt: skip
"""Names of kernels that say their language, where the notebook does not."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A code cell."""

    index: int
    """0-based, among all cells of the notebook, text and code alike."""
    text: str
    """Its source; every line ends in a line feed, whatever the file has."""
    language: str
    """Its own language, in lower case; empty: the notebook's."""
    problem: str = ""
    """What is wrong with its source, when there is none."""


@dataclass(frozen=True, slots=True)
class Notebook:
    """What a notebook says."""

    language: str
    """Of its kernel, in lower case; empty when it is not said."""
    cells: tuple[Cell, ...]
    """Only those with code, in their order."""


def read(data: bytes) -> Notebook | str:
    """A notebook of any version of the format with cells (3 and 4), or why it cannot be read. Never raises."""
    if len(data) > MAX_FILE:
        return f"{len(data):,} bytes; notebooks above {MAX_FILE:,} are not read"
    try:
        text = data.decode("utf-8-sig")
        if len(data) > MAX_BYTES:
            short = Scan(text).without_outputs()
            if short is None:
                return "too complex to be read"
            if len(short) > MAX_BYTES:
                return f"{len(short):,} characters without its outputs; notebooks above {MAX_BYTES:,} are not read"
            text = short
        # Numbers mean nothing here, and one of thousands of digits is an error.
        content = json.loads(text, strict=False, parse_int=float)
    except UnicodeDecodeError as error:
        return f"byte 0x{data[error.start]:02x} is not UTF-8"
    except json.JSONDecodeError as error:
        return f"not JSON: {error.msg} (line {error.lineno})"
    except RecursionError:
        return "nested too deeply to be read"
    except (ValueError, MemoryError) as error:
        return f"cannot be read: {error}"
    cells = cells_of(content)
    if cells is None:
        return "not a notebook: it has no cells"
    return Notebook(_language(content), tuple(found for i, cell in enumerate(cells) if (found := _cell(i, cell)) is not None))


def cells_of(content: Any) -> list[Any] | None:
    """All cells of a parsed notebook. Format 3 has them in worksheets, which count on."""
    if not isinstance(content, dict):
        return None
    if isinstance(content.get("cells"), list):
        return list(content["cells"])
    sheets = content.get("worksheets")
    if not isinstance(sheets, list):
        return None
    return [cell for sheet in sheets if isinstance(sheet, dict) for cell in _listed(sheet.get("cells"))]


def _cell(index: int, cell: Any) -> Cell | None:
    if not isinstance(cell, dict) or cell.get("cell_type") != "code":
        return None
    source = cell["source"] if "source" in cell else cell.get("input", "")
    parts = source if isinstance(source, list) else [source]
    language = _word(cell.get("language")) or _word(_inside(cell, "metadata", "vscode", "languageId"))
    if not all(isinstance(part, str) for part in parts):
        return Cell(index, "", language, "its source is no text")
    text = "".join(parts).replace("\r\n", "\n").replace("\r", "\n")
    # Half of a character, as JSON can write it, is none that a parser takes.
    return Cell(index, text.encode("utf-8", "replace").decode(), language)


def _language(content: Any) -> str:
    said = _word(_inside(content, "metadata", "language_info", "name"))
    said = said or _word(_inside(content, "metadata", "kernelspec", "language"))
    if said:
        return said
    kernel = _word(_inside(content, "metadata", "kernelspec", "name"))
    found = _OTHER_KERNELS.match(kernel)
    return found[0] if found is not None else ""


def _inside(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _word(value: Any) -> str:
    return value.strip().lower() if isinstance(value, str) else ""


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
