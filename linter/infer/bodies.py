"""Bodies of requests: what the keys of one say of the model that is asked, where the address does not tell it."""

from __future__ import annotations

import re
from collections.abc import Mapping as Map

from linter.infer.scalars import HOLE, list_items, spell
from linter.model.catalogue import ArgSpec, Role, Shape, SiteKind
from linter.model.values import Constant, Mapping, Value, core

_PROMPTS = ("messages", "message", "prompt", "inputs", "contents", "input")
_BESIDE_MESSAGE = {"chat_history", "preamble", "temperature", "max_tokens"}
_LIMITS = ("max_tokens", "max_new_tokens", "max_completion_tokens", "num_predict", "max_output_tokens")
_TEXTS = ("input", "inputs", "texts", "text", "prompt", "content", "sentences")
_DOCUMENTS = ("documents", "texts", "passages", "docs")
_RANKS = ("top_n", "top_k", "return_documents", "model")
_EMBEDDERS = re.compile(r"embed|\bbge-(?!rerank)|\bgte-|\be5-|minilm|ada-002", re.IGNORECASE)
"""Model ids that name what the model is for."""
_NO_EMBEDDING = {"voice", "stream", "tools", "messages", "instructions", "max_tokens", "max_output_tokens", "query"}


def asked(payload: Mapping) -> Shape | None:
    """What a body asks for, told by its keys and by the name of its model; None when that is no model's business."""
    keys = _keys(payload)
    if _is_rerank(keys):
        docs = tuple(ArgSpec(k, Role.DOCUMENTS) for k in _DOCUMENTS if k in keys)
        top = tuple(ArgSpec(k, Role.TOP_K) for k in ("top_n", "top_k") if k in keys)
        return Shape((*_model(keys), ArgSpec("query", Role.QUERY), *docs, *top), site=SiteKind.RERANK)
    if _is_embedding(payload, keys):
        texts = tuple(ArgSpec(k, Role.DOCUMENTS) for k in _TEXTS if k in keys)
        return Shape((*_model(keys), *texts), site=SiteKind.EMBEDDING)
    return Shape(_guessed(payload), site=SiteKind.INFERENCE) if _is_generation(payload) else None


def _is_rerank(keys: set[str]) -> bool:
    """A query and documents, and nothing besides or what rerankers are told."""
    if "query" not in keys or not keys & set(_DOCUMENTS) or keys & {"messages", "prompt"}:
        return False
    return len(keys) == 2 or bool(keys & set(_RANKS))


def _is_embedding(payload: Mapping, keys: set[str]) -> bool:
    """Texts for a model that is called after what it does."""
    if not keys & set(_TEXTS) or keys & _NO_EMBEDDING:
        return False
    if {"texts", "input_type"} <= keys:
        return True  # Cohere's protocol
    model = next((v for k, v in payload.entries if _name(k) == "model"), None)
    names = [] if model is None else [s for s in spell(model)[0] if isinstance(s, str) and s.strip(HOLE)]
    return bool(names) and all(_EMBEDDERS.search(name) for name in names)


def _model(keys: set[str]) -> tuple[ArgSpec, ...]:
    return (ArgSpec("model", Role.MODEL),) if "model" in keys else ()


def _name(key: Value) -> object:
    known = core(key)
    return known.value if isinstance(known, Constant) else None


def _keys(payload: Mapping) -> set[str]:
    return {str(c.value) for k, _ in payload.entries for c in (core(k),) if isinstance(c, Constant)}


def _nested(payload: Mapping) -> Map[str, Mapping]:
    """The options that some servers want one level down: `{"inputs": …, "parameters": {"max_new_tokens": 50}}`."""
    inner = ((_name(k), core(v)) for k, v in payload.entries)
    return {str(key): value for key, value in inner if key in ("parameters", "options") and isinstance(value, Mapping)}


def _is_generation(payload: Mapping) -> bool:
    """A body with a model and messages, or with a prompt and an output limit, asks a model to generate."""
    keys = _keys(payload) | {key for inner in _nested(payload).values() for key in _keys(inner)}
    asks = "model" in keys and (bool(keys & {"messages", "prompt"}) or ("message" in keys and bool(keys & _BESIDE_MESSAGE)))
    limits = bool(keys & {"prompt", "inputs", "messages"}) and bool(keys & set(_LIMITS))
    return asks or limits or _is_chat(payload)


def _is_chat(payload: Mapping) -> bool:
    """`{"messages": [{"role": …, "content": …}]}` and an option of a model."""
    if not _keys(payload) & {"temperature", "top_p", "stream", "response_format", "tools"}:
        return False
    messages = next((v for k, v in payload.entries if isinstance(c := core(k), Constant) and c.value == "messages"), None)
    turns = [] if messages is None else [core(one) for one in list_items(messages)]
    return any(isinstance(one, Mapping) and {"role", "content"} <= _keys(one) for one in turns)


def _guessed(payload: Mapping) -> tuple[ArgSpec, ...]:
    keys = _keys(payload)
    roles = {"model": Role.MODEL, "temperature": Role.TEMPERATURE, "stream": Role.STREAM, "response_format": Role.STRUCTURED}
    found = [ArgSpec(k, r) for k, r in roles.items() if k in keys]
    found.extend(ArgSpec(k, Role.PROMPT) for k in _PROMPTS if k in keys)
    found.extend(ArgSpec(k, Role.MAX_OUTPUT) for k in _LIMITS if k in keys)
    for outer, inner in _nested(payload).items():
        found.extend(ArgSpec(outer, Role.MAX_OUTPUT, (k,)) for k in _LIMITS if k in _keys(inner))
        found.extend(ArgSpec(outer, Role.TEMPERATURE, (k,)) for k in ("temperature",) if k in _keys(inner))
    return tuple(found)
