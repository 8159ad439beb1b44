"""Did you mean."""

from __future__ import annotations

import re
from collections.abc import Iterable

_LONGEST = 60
"""Characters: a longer word is no misspelling, and comparing it costs."""


def closest(word: str, known: Iterable[str], likeness: float = 0.7) -> str | None:
    """The known word that was probably meant, or None. `maxStages` and `max stages` are near to `max_stages`. `likeness`: how
    much of the two has to be the same, from 0 to 1."""
    import difflib  # only needed for a wrong word

    if not 1 < len(word) <= _LONGEST:
        return None
    by_shape = {_shape(one): one for one in sorted(known, reverse=True)}
    found = difflib.get_close_matches(_shape(word), list(by_shape), n=1, cutoff=likeness)
    return by_shape[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A remedy for a wrong word, or None when no known one is near."""
    found = closest(word, known)
    return f"did you mean `{found}`?" if found else None


def _shape(word: str) -> str:
    return re.sub(r"[\s_-]", "", word).casefold()
