"""Every word that a rule file may use: clauses of the manifest, attributes of subjects, and what values they can have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import get_args

from linter.check.beside import KINDS as BESIDE
from linter.check.places import ACCELERATORS
from linter.model import manifest as m
from linter.model.architecture import ATTRIBUTES, FlowKind
from linter.model.catalogue import Hosting, SiteKind
from linter.model.rule import Over


class Shape(StrEnum):
    """What the value of a clause is."""

    WORD = "word"
    NUMBER = "number"
    LIST = "list"
    MAPPING = "mapping"


@dataclass(frozen=True, slots=True)
class ClauseWord:
    """A clause that rules may read."""

    shape: Shape
    choices: tuple[str, ...] = ()
    """For a word: the values that it can have."""


def _word(choices: object) -> ClauseWord:
    return ClauseWord(Shape.WORD, tuple(str(one) for one in get_args(choices)))


_LIST, _NUMBER, _MAPPING = ClauseWord(Shape.LIST), ClauseWord(Shape.NUMBER), ClauseWord(Shape.MAPPING)

CLAUSES: Mapping[str, ClauseWord] = {
    "privacy.boundary": _MAPPING,
    "privacy.processors": _LIST,
    "privacy.regions": _LIST,
    "privacy.retention": _word(m.Retention),
    "privacy.logging": _word(m.Logging),
    "deployment.target": _word(m.Target),
    "deployment.hosts": _LIST,
    "deployment.network": _word(m.Network),
    "deployment.accelerator": _word(m.Accelerator),
    "deployment.max_model_parameters": _NUMBER,
    "latency.p50": _NUMBER,
    "latency.p95": _NUMBER,
    "latency.p99": _NUMBER,
    "latency.max_stages": _NUMBER,
    "latency.max_model_calls": _NUMBER,
    "latency.timeout": _word(m.Need),
    "latency.streaming": _word(m.Need),
    "latency.routing": _word(m.Need),
    "cost.per_request": _NUMBER,
    "cost.max_prompt_tokens": _NUMBER,
    "cost.max_output_tokens": _NUMBER,
    "cost.max_retrieved_tokens": _NUMBER,
    "cost.max_agent_steps": _NUMBER,
    "cost.models.allow": _LIST,
    "cost.models.deny": _LIST,
    "cost.caching": _word(m.Need),
    "updates.knowledge": _MAPPING,
    "updates.model_retirement_notice": _NUMBER,
    "control.output.schema": _word(m.Need),
    "control.knowledge_sources": _LIST,
    "control.max_temperature": _NUMBER,
    "control.pinned_models": _word(m.Need),
    "control.tools.allow": _LIST,
    "control.tools.approval": _LIST,
    "control.grounding": _word(m.Need),
    "architecture.mechanisms": _LIST,
}
"""What `archfit.yaml` may declare, as far as rules read it. A test holds it against the manifest's schema."""


@dataclass(frozen=True, slots=True)
class AttributeWord:
    """Something that a predicate may be asked about."""

    meaning: str
    choices: tuple[str | bool, ...] = ()
    """The values that it can have; empty for any."""
    details: tuple[str, ...] = ()
    """Further placeholders that a message about it may use."""


_YES_NO = (True, False)

_PLAIN = {
    "hosting": AttributeWord("who runs it", tuple(one.value for one in Hosting)),
    "timeout": AttributeWord("seconds that one try may take"),
    "structured": AttributeWord("whether an output shape is enforced", _YES_NO),
    "stream": AttributeWord("whether the answer is streamed", _YES_NO),
    "store": AttributeWord("whether the provider keeps the exchange", _YES_NO),
    "offline": AttributeWord("whether only local files are read", _YES_NO),
    "remote_code": AttributeWord("whether code of the model's repository may run", _YES_NO),
    "untraced": AttributeWord("whether a framework that sends traces by itself is told not to", _YES_NO),
    "rag": AttributeWord("whether retrieved content reaches the prompt", _YES_NO),
}
_OF_SITE: Mapping[str, AttributeWord] = {
    **{name: _PLAIN.get(name, AttributeWord(name.replace("_", " "))) for name in ATTRIBUTES},
    "networked": AttributeWord("whether it is reached over a network", _YES_NO),
    "local_model": AttributeWord("whether the model is a file or folder on disk, not an id that is looked up", _YES_NO),
    "pinned": AttributeWord("whether the model can only change together with the code", _YES_NO),
    "parameters": AttributeWord("how many parameters the model has", details=("size",)),
    "accelerator": AttributeWord("the make of accelerator that is needed", tuple(ACCELERATORS)),
    "baked_in": AttributeWord("whether what is loaded is fetched when an image is built", _YES_NO),
    "named": AttributeWord("whether a model is named, be it through a variable", _YES_NO),
    "served": AttributeWord("who runs a store, shown by the name of the provider", tuple(one.value for one in Hosting)),
    "host": AttributeWord("the host that is talked to"),
    "located": AttributeWord("the region that it is served from"),
    "kept": AttributeWord("whether the provider keeps what it is sent, shown by its name", _YES_NO),
    "trusts": AttributeWord("whether code of the model's repository is executed, shown by its name", _YES_NO),
    "implied": AttributeWord("whether the framework chose the model itself, as it was given none", _YES_NO),
    "traced": AttributeWord("whether prompts and answers are sent to a tracing service", _YES_NO, ("service",)),
    "as_bounded": AttributeWord(
        "whether it is inside of every boundary that what it stands in for is in", _YES_NO, ("class", "allowed")
    ),
    "retired": AttributeWord("whether the model is switched off by now", _YES_NO, ("retired_on", "snapshot")),
}
ATTRIBUTES_OF: Mapping[Over, Mapping[str, AttributeWord]] = {
    Over.SITE: _OF_SITE,
    Over.FLOW: {
        **_OF_SITE,
        "data": AttributeWord("the name of the data or knowledge"),
        "class": AttributeWord("how sensitive the data is", tuple(get_args(m.DataClass))),
        "inside_boundary": AttributeWord("whether data of this class may go there", _YES_NO, ("allowed",)),
        "bounded": AttributeWord("whether the size of the history is limited", _YES_NO),
        "changes": AttributeWord("time between two changes of the knowledge"),
        "served_by": AttributeWord("the mechanism that is declared for the knowledge", tuple(get_args(m.ServedBy))),
    },
    Over.MECHANISM: {"name": AttributeWord("the mechanism", tuple(get_args(m.MechanismName)))},
    Over.CLAUSE: {
        "value": AttributeWord("one item of the list"),
        "in_use": AttributeWord("whether the architecture has the mechanism", _YES_NO),
    },
}
"""What rules may ask about each kind of subject. A flow has the attributes of the site that it ends in, too."""

KINDS_OF: Mapping[Over, tuple[str, ...]] = {
    Over.SITE: (*(one.value for one in SiteKind), *BESIDE),
    Over.FLOW: tuple(one.value for one in FlowKind),
    Over.MECHANISM: (),
    Over.CLAUSE: (),
}

PLACEHOLDERS: Mapping[Over, tuple[str, ...]] = {
    Over.SITE: ("call", "client", "value", "default", "declared"),
    Over.FLOW: ("call", "client", "value", "default", "declared", "field", "cut"),
    Over.MECHANISM: ("value", "declared", "call"),
    Over.CLAUSE: ("value", "declared"),
}
"""What messages may name besides the attributes: the call, the client that it goes through, the values that break the rule, what
the SDK does when an argument is left out, the clause as it is written, the sensitive field, and where a redactor would help."""
OF_FAILURES = frozenset({"value", "default"})
"""Placeholders that an `unknown` sentence cannot use."""
