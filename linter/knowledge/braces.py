"""`a.{b,c}` -> `a.b`, `a.c`."""

from __future__ import annotations

import re

_INNERMOST = re.compile(r"\{([^{}]*)\}")
_LIMIT = 500


class BraceError(ValueError):
    """The braces do not match, or stand for too many names."""


def expand(text: str) -> tuple[str, ...]:
    """All names that `text` stands for, in their order. Alternatives may be empty (`{,aio.}models`) and nested.

    Raises BraceError for unmatched braces and for more than 500 names.
    """
    done: dict[str, None] = {}
    todo = [text]
    while todo:
        one = todo.pop()
        match = _INNERMOST.search(one)
        if match is None:
            if "{" in one or "}" in one:
                raise BraceError(f"{text!r}: a brace is not closed or not opened")
            done[one] = None
        else:
            choices = match[1].split(",")
            if len(choices) < 2:
                raise BraceError(f"{text!r}: braces need alternatives, as in {{a,b}}")
            todo.extend(one[: match.start()] + choice.strip() + one[match.end() :] for choice in reversed(choices))
        if len(done) + len(todo) > _LIMIT:
            raise BraceError(f"{text!r}: stands for more than {_LIMIT} names")
    return tuple(done)
