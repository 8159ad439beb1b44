"""`archfit init --suggest`: what may be sensitive data, as a part of the manifest that is commented out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from linter.model.personal import Guess, Named
from linter.report.escape import visible

MOST = 40
"""Kinds of data that are told; more would not be read."""
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off"})
_COLUMN = 60
_HEAD = """\
# What may be sensitive data: a guess from the names of classes, fields and tables alone. Nobody has looked at what they hold, nor
# for data that is called something else. It is commented out, since `archfit check` follows what is declared, and may find
# something. Read each entry, correct it, and take the `# ` off in front of `data:` and of what is right.
#"""
_NOTHING = """\
# No class, field or table of the code has a name that sensitive data often has. What the code really handles is another question:
# `data:` is where it is declared.
"""


def suggested(guesses: Sequence[Guess]) -> str:
    """The section as text, each line a comment. Without the marks it is the manifest's section `data`."""
    if not guesses:
        return _NOTHING
    lines = ["data:"]
    for one in guesses[:MOST]:
        lines.extend(_entry(one))
    if len(guesses) > MOST:
        lines.append(f"  # … and {len(guesses) - MOST:,} more, which are not shown")
    return "\n".join([_HEAD, *(f"# {line}" for line in lines)]) + "\n"


def _entry(one: Guess) -> Iterator[str]:
    whole = "" if one.fields else "; by the name of the class, with everything in it"
    yield _beside(f"  {scalar(one.name)}:", f"guess: {', '.join(one.reasons)}{whole}")
    yield f"    class: {one.data_class}"
    yield "    found_in:"
    for key, named in (("types", one.types), ("fields", one.fields), ("tables", one.tables)):
        if named:
            yield f"      {key}:"
            yield from (_item(each) for each in named)


def _item(named: Named) -> str:
    return _beside(f"        - {scalar(named.name)}", ": ".join(filter(None, (visible(str(named.place)), named.reason))))


def _beside(text: str, comment: str) -> str:
    return f"{text.ljust(_COLUMN)}  # {comment}"


def scalar(text: str) -> str:
    """A text that YAML reads as this text."""
    return text if _PLAIN.fullmatch(text) and text.lower() not in _WORDS else quoted(text)


def quoted(text: str) -> str:
    """The same between quotes."""
    return json.dumps(text)
