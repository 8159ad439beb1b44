"""Models that a vendor's own service does not have: of the ways of a program that cross, those that cannot be meant."""

from __future__ import annotations

from dataclasses import replace

from linter.home import home
from linter.knowledge.models import MAKERS, ModelTable
from linter.model.architecture import Attribute, State


def possible(model: Attribute, provider: Attribute, endpoint: Attribute) -> Attribute:
    """Without the models of other makers, where a maker's own service is asked: a factory of several vendors that looks the model
    up in one table never hands Anthropic's to OpenAI. A single certain value stays, since it may be a mistake worth a finding."""
    if endpoint.state is not State.UNSET or provider.state is not State.KNOWN or len(provider.values) != 1:
        return model
    maker = str(provider.values[0])
    if maker not in MAKERS or not model.values or (model.state is State.KNOWN and len(model.values) == 1):
        return model
    table = ModelTable.load(home())
    kept = tuple(value for value in model.values if not _elsewhere(table, str(value), maker))
    if len(kept) == len(model.values):
        return model
    if kept:
        return replace(model, values=kept)
    return Attribute(State.UNKNOWN, (), model.because or f"which of {maker}'s models it is")


def _elsewhere(table: ModelTable, model: str, maker: str) -> bool:
    """Whether a model is another maker's, and not offered by this one."""
    facts = table.lookup(model)
    return facts is not None and facts.provider in MAKERS and facts.provider != maker and table.lookup(model, maker) is None
