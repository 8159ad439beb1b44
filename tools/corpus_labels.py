"""What a label file of `fixtures/corpus/` may say, and the split; the README there explains every key.

People write these files, so the models are strict: a key or a word that they do not know is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, PlainValidator, model_validator

from linter.declare.schema import Model, Text
from linter.model.glob import path_matches

Scalar = str | int | float | bool
Kind = Literal[
    "inference", "client", "embedding", "rerank", "vector_store", "retrieval", "ingest", "finetune", "egress", "config"
]  # fmt: skip
Context = Literal["fixed", "caller-sized", "unbounded-history", "bounded-history", "retrieved", "whole-document", "dynamic"]
Dimension = Literal["data privacy", "deployment target", "latency", "cost", "update frequency", "degree of control"]

_CALLER = re.compile(r"([^:]+):([1-9]\d*)")


# ---- values


def _scalars(value: Any) -> tuple[Scalar, ...]:
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(one, (str, int, float)) and one != "" for one in values):
        raise ValueError("neither a text, a number, true or false, nor a list of them")
    return tuple(values)


def _quantities(value: Any) -> tuple[Scalar, ...]:
    values = _scalars(value)
    if any(isinstance(one, bool) or (isinstance(one, str) and one not in ("unset", "dynamic")) for one in values):
        raise ValueError("neither a number nor `unset` nor `dynamic`")
    return values


def _flag(value: Any) -> bool | str:
    if isinstance(value, bool):
        return value
    if value == "dynamic":
        return "dynamic"
    raise ValueError("neither true nor false nor `dynamic`")


def _caller(text: str) -> str:
    if not _CALLER.fullmatch(text):
        raise ValueError(f"`{text}` is no place; write it as `app/llm.py:42`")
    return text


def _repository(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9_.-]+", text) or text.endswith(("/.", "/..")):
        raise ValueError(f"`{text}` is no repository; write it as `owner/name`")
    return text


def _commit(text: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{40}", text):
        raise ValueError(f"`{text}` is no commit; write all 40 hexadecimal digits")
    return text


Line = Annotated[int, Field(ge=1)]
Scalars = Annotated[tuple[Scalar, ...], PlainValidator(_scalars)]
Quantities = Annotated[tuple[Scalar, ...], PlainValidator(_quantities)]
Flag = Annotated[bool | str, PlainValidator(_flag)]


# ---- places


class Spot(Model):
    """Lines of a file; in a notebook they count inside of the cell."""

    file: Text
    line: Line
    end_line: Line | None = None
    cell: Annotated[int, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.end_line is not None and self.end_line < self.line:
            raise ValueError(f"ends in line {self.end_line}, before it starts")
        return self

    def covers(self, file: str, line: int, cell: int | None = None, slack: int = 0) -> bool:
        """Whether a line is one of these, or at most `slack` lines away. A cell that only one side names is no difference."""
        if file != self.file or (None not in (cell, self.cell) and cell != self.cell):
            return False
        return any(first - slack <= line <= last + slack for first, last in self.spans())

    def spans(self) -> list[tuple[int, int]]:
        """First and last lines."""
        return [(self.line, self.end_line or self.line)]


class Remark(Spot):
    """A place, and in words what it is."""

    why: Text

    @model_validator(mode="before")
    @classmethod
    def _whole_sentence(cls, value: Any) -> Any:
        # In `{why: a mock, never called}` YAML takes what follows the comma for a key without a value.
        if not isinstance(value, dict) or not isinstance(value.get("why"), str):
            return value
        rest = [key for key, given in value.items() if given is None and key not in cls.model_fields]
        kept = {key: given for key, given in value.items() if key not in rest}
        return {**kept, "why": ", ".join([value["why"], *rest])}


class Debatable(Remark):
    """What one careful reviewer would list and another would not."""

    kind: Kind
    also_kinds: list[Kind] = Field(default_factory=list)


class Hazard(Model):
    """What a reviewer would flag."""

    dimension: Dimension
    file: Text
    line: Line
    what: Text


class LabelledSite(Spot):
    """One place that makes the architecture, as a reviewer sees it."""

    id: Text
    kind: Kind
    also_kinds: list[Kind] = Field(default_factory=list)
    role: Literal["client", "call"] | None = None
    alt_lines: list[Line] = Field(default_factory=list)
    optional: bool = False
    callers: list[Annotated[Text, AfterValidator(_caller)]] = Field(default_factory=list)
    via: Text | None = None
    provider: Scalars | None = None
    hosting: Literal["external", "cloud-tenant", "self-hosted", "in-process", "dynamic"] | None = None
    model: Scalars | None = None
    store: Text | None = None
    dataset: Scalars | None = None
    max_output: Quantities | None = None
    timeout: Literal["set", "unset", "dynamic"] | None = None
    temperature: Quantities | None = None
    top_k: Quantities | None = None
    structured: Flag | None = None
    stream: Flag | None = None
    context: Context | None = None
    rag: Flag | None = None
    in_loop: bool | None = None
    data: list[Text] = Field(default_factory=list)
    key: Text | None = None
    value: Scalars | None = None
    idioms: list[Text] = Field(default_factory=list)
    note: Text | None = None

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds that are right for it: building an embedding model is also building a client."""
        own = {self.kind, *self.also_kinds}
        return frozenset(own | {"client"} if self.kind == "embedding" and self.role == "client" else own)

    def spans(self) -> list[tuple[int, int]]:
        """Also the other lines that are as good."""
        return [*super().spans(), *((line, line) for line in self.alt_lines)]

    def said(self, attribute: str) -> tuple[Scalar, ...]:
        """What the label says about an attribute; nothing when it leaves it open."""
        value = getattr(self, attribute)
        return () if value is None else value if isinstance(value, tuple) else (value,)


# ---- files


class ScopePatterns(Model):
    """The part of the repository that was labelled completely."""

    include: Annotated[list[Text], Field(min_length=1)]
    exclude: list[Text] = Field(default_factory=list)

    def takes_in(self, path: str) -> bool:
        """Whether a file belongs to it."""
        return any(path_matches(one, path) for one in self.include) and not any(path_matches(one, path) for one in self.exclude)


class Label(Model):
    """One label file."""

    repo: Annotated[Text, AfterValidator(_repository)]
    commit: Annotated[Text, AfterValidator(_commit)]
    scope: ScopePatterns
    summary: Text
    mechanisms: list[Literal["prompt", "rag", "finetune", "agent", "router"]]
    sites: list[LabelledSite]
    ambiguous: list[Debatable] = Field(default_factory=list)
    negatives: list[Remark]
    hazards: list[Hazard] = Field(default_factory=list)

    @property
    def name(self) -> str:
        """`OWNER__NAME`: of the label file, and of the folder with the repository."""
        return self.repo.replace("/", "__")

    def callers(self) -> Iterator[Spot]:
        """The places that call a labelled site through its wrapper."""
        for text in (caller for site in self.sites for caller in site.callers):
            file, _, line = text.rpartition(":")
            yield Spot(file=file, line=int(line))


class Split(Model):
    """`split.yaml`: looked at while the engine is worked on, or only scored."""

    open: list[Text]
    held: list[Text]
