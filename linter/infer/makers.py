"""Models that a vendor's own service does not have: of the ways of a program that cross, those that cannot be meant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from linter.home import home
from linter.knowledge.models import MAKERS, ModelTable
from linter.model.architecture import Attribute, State
from linter.model.catalogue import Hosting

_CLOSED = ("openai", "anthropic", "google", "voyage", "aws-bedrock")
"""Whose names for models nobody loads in a process, unless one of these offers the model, too."""
_SERVE_OPEN = ("together", "groq", "fireworks", "huggingface", "deepinfra", "novita", "ollama")


def possible(model: Attribute, provider: Attribute, endpoint: Attribute, hosting: Attribute) -> Attribute:
    """Without the models of other makers, where a maker's own service is asked: a factory of several vendors that looks the model
    up in one table never hands Anthropic's to OpenAI. A single certain value stays, since it may be a mistake worth a finding."""
    if not model.values or (model.state is State.KNOWN and len(model.values) == 1):
        return model
    if hosting == Attribute(State.KNOWN, (Hosting.IN_PROCESS.value,)):
        return _without(model, _is_closed, "which model it is")
    if endpoint.state is not State.UNSET or provider.state is not State.KNOWN or len(provider.values) != 1:
        return model
    maker = str(provider.values[0])
    if maker not in MAKERS:
        return model
    return _without(model, lambda table, name: _elsewhere(table, name, maker), f"which of {maker}'s models it is")


def _without(model: Attribute, is_other: Callable[[ModelTable, str], bool], because: str) -> Attribute:
    table = ModelTable.load(home())
    kept = tuple(value for value in model.values if not is_other(table, str(value)))
    if len(kept) == len(model.values):
        return model
    return replace(model, values=kept) if kept else Attribute(State.UNKNOWN, (), model.because or because)


def _is_closed(table: ModelTable, model: str) -> bool:
    """Whether a model is a vendor's, and none of those who serve open weights offers it: nobody else can run it."""
    facts = table.lookup(model)
    return facts is not None and facts.provider in _CLOSED and not any(table.lookup(model, one) for one in _SERVE_OPEN)


def _elsewhere(table: ModelTable, model: str, maker: str) -> bool:
    """Whether a model is another maker's, and not offered by this one."""
    facts = table.lookup(model)
    return facts is not None and facts.provider in MAKERS and facts.provider != maker and table.lookup(model, maker) is None
