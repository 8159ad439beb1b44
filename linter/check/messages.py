"""A rule's sentences, filled with the names of one place."""

from __future__ import annotations

import re
from collections.abc import Iterable

from linter.check.conditions import Failure
from linter.check.derived import read
from linter.check.readings import Reading, Value
from linter.check.subjects import Context, Subject
from linter.check.vocabulary import ATTRIBUTES_OF
from linter.model.architecture import Flow, Scalar
from linter.model.manifest import Clause
from linter.model.rule import Term

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_LONGEST = 80
"""Characters of one value in a message; the rest is in the code."""


def sentence(variants: tuple[tuple[str, str], ...], term: Term | None) -> str:
    """The variant for what failed, by its attribute or predicate; else the first one."""
    texts = dict(variants)
    said = "" if term is None else texts.get(term.attribute) or texts.get(term.predicate)
    return said or texts.get("") or next(iter(texts.values()), "")


def fill(
    template: str,
    subject: Subject,
    context: Context,
    *,
    failure: Failure | None = None,
    clause: Clause | None = None,
    client: str = "",
) -> str:
    """A sentence with its placeholders filled. `client`: what is built at the place where the client is made."""

    def value(match: re.Match[str]) -> str:
        return _placeholder(match[1], subject, context, failure, clause, client)

    return PLACEHOLDER.sub(value, template)


def _placeholder(
    name: str, subject: Subject, context: Context, failure: Failure | None, clause: Clause | None, client: str
) -> str:
    call = subject.site.call if subject.site is not None else ""
    attribute = failure.term.attribute if failure is not None else ""
    if failure is not None and name in failure.reading.details:
        of_value = f"{name} of {failure.values[0].shown}" if len(failure.values) == 1 else name
        return failure.reading.details.get(of_value) or failure.reading.details[name]
    if name == "call":
        return call
    if name == "client":
        return client or call
    if name == "declared":
        return clause.text if clause is not None else ""
    if name == "value" and failure is not None:
        return listed(failure.values, attribute)
    if name == "default":
        return default(failure.reading.default if failure is not None else (), attribute)
    if name == "field":
        return subject.flow.field if subject.flow is not None else ""
    if name == "cut":
        return _cut(subject.flow) if subject.flow is not None else ""
    if name not in ATTRIBUTES_OF[subject.over]:  # a detail that only failures have
        return "…"
    reading = failure.reading if failure is not None and attribute == name else read(subject, name, context)
    if failure is not None and _same_source(attribute, name) and failure.values:
        return listed(failure.values, name)
    return _known(reading, name)


_BECOMES_TEXT = ("put into a", "joined into a", "turned into JSON")


def _cut(flow: Flow) -> str:
    """The place at which a redactor ends a flow: where the data becomes text, else where it was last handed on."""
    way = [step for step in flow.steps[:-1] if step.place.file]
    found = next((step for step in way if step.what.startswith(_BECOMES_TEXT)), way[-1] if way else flow.steps[-1])
    return f"{found.place.file}:{found.place.line}"


def _same_source(judged: str, named: str) -> bool:
    """Whether a message that names an attribute means the very values that were judged."""
    return judged == named or (named == "model" and judged in ("local_model", "pinned", "retired"))


def _known(reading: Reading, name: str) -> str:
    if reading.values:
        return listed(reading.values, name)
    return f"({reading.because})" if reading.because else "unknown"


def listed(values: Iterable[Value], name: str) -> str:
    """`openai`, `openai and groq`, `a, b and c`."""
    texts = list(dict.fromkeys(spelled(v.shown, name) for v in values))
    return " and ".join(filter(None, (", ".join(texts[:-1]), texts[-1]))) if texts else "unknown"


def default(values: tuple[Scalar, ...], name: str) -> str:
    """What the SDK does when an argument is left out."""
    texts = list(dict.fromkeys(spelled(v, name) for v in values))
    if not texts:
        return "not known"
    return texts[0] if len(texts) == 1 else " or ".join(texts) + ", depending on its version"


_SECONDS = frozenset({"timeout"})


def spelled(value: Scalar, name: str) -> str:
    """A value as people write it, with its unit."""
    if value is None:
        return "no limit" if name in ("timeout", "max_output") else "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:g} s" if name in _SECONDS else f"{value:.12g}"
    return value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…"


def settled_by(reasons: Iterable[str]) -> str:
    """What would answer a question, without repeating itself."""
    return "; ".join(dict.fromkeys(reason for reason in reasons if reason))
