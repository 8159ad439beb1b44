"""Holds the sites that archfit found against the labels of a repository.

A site is right when it stands on the lines of a label (or one line beside them) and has one of its kinds. Each label takes one
site; a second one at the same place is no mistake. Debatable places and the callers of labelled wrappers are neither required nor
punished. Attributes are judged on the sites that are right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

from linter.model.architecture import State
from linter.model.place import Place
from tools.corpus_labels import Kind, Label, LabelledSite, Remark, Scalar, Spot

KINDS: tuple[str, ...] = get_args(Kind)
ATTRIBUTES = ("provider", "hosting", "model", "max_output", "timeout", "structured", "rag")
"""Those that are judged."""
_JUDGED_KINDS = frozenset({"inference", "client", "embedding", "vector_store"})

_NEAR_SITE = 1
"""Lines that a site may stand beside its label: a decorator or an opening bracket is a matter of taste."""
_NEAR_CALLER = 1
_NEAR_DEBATABLE = 2

_SYNONYMS = {
    "azure-openai": ("azure", "azureopenai"),
    "bedrock": ("aws-bedrock",),
    "google": ("gemini", "google-genai"),
    "llama.cpp": ("llama-cpp", "llamacpp"),
    "local": ("huggingface", "in-process", "sentence-transformers", "transformers"),
    "vertex": ("vertex-ai", "vertexai"),
}
"""Labels name who serves a model, provider files sometimes the library that does it: the same word for both."""
_PROVIDERS = {other: name for name, others in _SYNONYMS.items() for other in others}


# ---- what archfit says


@dataclass(frozen=True, slots=True)
class Stated:
    """An attribute of a found site."""

    state: State
    values: tuple[Scalar | None, ...] = ()

    def __str__(self) -> str:
        return " ".join([self.state.value, *map(str, self.values)])


_NOT_STATED = Stated(State.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Found:
    """A site that archfit found."""

    kind: str
    place: Place
    call: str
    attributes: Mapping[str, Stated]


def found_sites(document: Mapping[str, Any]) -> tuple[Found, ...]:
    """The sites of what `archfit map --format json` writes, in its order."""
    return tuple(_found(site) for site in document["sites"])


def _found(site: Mapping[str, Any]) -> Found:
    at = site["location"]
    attributes = {
        name: Stated(State(site[name]["state"]), tuple(site[name]["values"])) for name in ATTRIBUTES if name in site
    }  # fmt: skip
    return Found(site["kind"], Place(at["file"], at["line"], cell=at["cell"]), site["call"], attributes)


# ---- the score


@dataclass(frozen=True, slots=True)
class Judgement:
    """One attribute of a site that is right."""

    attribute: str
    label: LabelledSite
    found: Found
    right: bool

    @property
    def stated(self) -> Stated:
        """What archfit says."""
        return self.found.attributes.get(self.attribute, _NOT_STATED)


@dataclass(frozen=True, slots=True)
class Score:
    """One repository."""

    label: Label
    hits: tuple[LabelledSite, ...]
    """Required and found."""
    false: tuple[Found, ...]
    missed: tuple[LabelledSite, ...]
    judgements: tuple[Judgement, ...]
    lookalikes: tuple[Remark, ...]
    """Those that archfit took for a site."""


def score(label: Label, sites: Sequence[Found]) -> Score:
    """Compares the sites of a repository, in the order of the map, with its labels."""
    taken: dict[int, Found] = {}
    false: list[Found] = []
    callers = tuple(label.callers())
    for one in sites:
        if not label.scope.takes_in(one.place.file):
            continue
        fitting = _fitting(label.sites, one)
        free = [i for i in fitting if i not in taken]
        if free:
            taken[free[0]] = one
        elif not fitting and not _tolerated(label, callers, one.place):
            false.append(one)
    required = [(i, site) for i, site in enumerate(label.sites) if not site.optional]
    return Score(
        label,
        hits=tuple(site for i, site in required if i in taken),
        false=tuple(false),
        missed=tuple(site for i, site in required if i not in taken),
        judgements=tuple(one for i in sorted(taken) for one in _judged(label.sites[i], taken[i])),
        lookalikes=tuple(one for one in label.negatives if any(one.covers(*_where(site.place)) for site in sites)),
    )


def _fitting(labels: Sequence[LabelledSite], one: Found) -> list[int]:
    """The labels that a site can be, by index: those on its line, or else those right beside it."""
    for slack in (0, _NEAR_SITE):
        fitting = [i for i, site in enumerate(labels) if one.kind in site.kinds and site.covers(*_where(one.place), slack)]
        if fitting:
            return fitting
    return []


def _tolerated(label: Label, callers: Iterable[Spot], place: Place) -> bool:
    where = _where(place)
    debatable = any(one.covers(*where, _NEAR_DEBATABLE) for one in label.ambiguous)
    return debatable or any(one.covers(*where, _NEAR_CALLER) for one in callers)


def _where(place: Place) -> tuple[str, int, int | None]:
    return place.file, place.line, place.cell


def _judged(label: LabelledSite, found: Found) -> Iterator[Judgement]:
    for name in ATTRIBUTES if label.kind in _JUDGED_KINDS else ():
        wanted = label.said(name)
        if wanted:
            yield Judgement(name, label, found, is_right(name, wanted, found.attributes.get(name, _NOT_STATED)))


def is_right(name: str, wanted: Sequence[Scalar], stated: Stated) -> bool:
    """Whether what archfit states about an attribute is what the label wants.

    `dynamic` is right when archfit cannot tell, or sees several values; `set` when it knows a value, whichever; a flag by its
    value, and no statement is no. Of several values all have to be there; one is enough when archfit says that there are more,
    and one hosting always is.
    """
    want = {_plain(name, value) for value in wanted}
    values = [_plain(name, value) for value in stated.values]
    has_value = stated.state in (State.KNOWN, State.PARTIAL)
    if want == {"dynamic"}:
        return stated.state in (State.UNKNOWN, State.PARTIAL) or len(values) > 1
    if want == {"unset"}:
        return stated.state is State.UNSET
    if want == {"set"}:
        return has_value
    if name in ("structured", "rag"):
        return (want == {"true"}) == (has_value and "true" in values)
    common = want.intersection(values)
    return common == want or (bool(common) and (name == "hosting" or stated.state is State.PARTIAL))


def _plain(name: str, value: Scalar | None) -> str:
    """A value without what is only spelling."""
    text = str(value).strip().lower().replace("_", "-")
    return _PROVIDERS.get(text, text) if name == "provider" else text


# ---- sums


@dataclass(frozen=True, slots=True)
class Counts:
    """Sites that are right, false, or missed."""

    right: int = 0
    false: int = 0
    missed: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.right + other.right, self.false + other.false, self.missed + other.missed)

    @property
    def precision(self) -> float | None:
        """The share of what was found that is right; None when nothing was found."""
        return _share(self.right, self.right + self.false)

    @property
    def recall(self) -> float | None:
        """The share of what is there that was found; None when nothing is there."""
        return _share(self.right, self.right + self.missed)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of both."""
        return _share(2 * self.right, 2 * self.right + self.false + self.missed)


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums over repositories."""

    kinds: Mapping[str, Counts] = field(default_factory=dict)
    attributes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """How many are right, and how many were judged."""
    lookalikes: tuple[int, int] = (0, 0)
    """How many were taken for a site, and how many there are."""

    @property
    def total(self) -> Counts:
        """All kinds together."""
        return sum(self.kinds.values(), Counts())


def tally(scores: Iterable[Score]) -> Tally:
    """Adds up: a hit and a miss count for the kind of the label, a false site for its own."""
    scores = tuple(scores)
    right = Counter[str](site.kind for one in scores for site in one.hits)
    missed = Counter[str](site.kind for one in scores for site in one.missed)
    false = Counter(site.kind for one in scores for site in one.false)
    judgements = [one for score in scores for one in score.judgements]
    judged = Counter(one.attribute for one in judgements)
    correct = Counter(one.attribute for one in judgements if one.right)
    return Tally(
        {kind: Counts(right[kind], false[kind], missed[kind]) for kind in KINDS},
        {name: (correct[name], judged[name]) for name in ATTRIBUTES},
        (sum(len(one.lookalikes) for one in scores), sum(len(one.label.negatives) for one in scores)),
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
