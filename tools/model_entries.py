"""The nouns of the model table's refresh: what a source says of one model, and one source's table at one time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

# names that sources use -> the names that archfit's provider files use
PROVIDERS = {
    "text-completion-openai": "openai",
    "azure": "azure-openai",
    "azure-text": "azure-openai",
    "azure-ai": "azure-openai",
    "azure-cognitive-services": "azure-openai",
    "aws": "aws-bedrock",
    "aws bedrock": "aws-bedrock",
    "bedrock": "aws-bedrock",
    "bedrock-converse": "aws-bedrock",
    "bedrock-mantle": "aws-bedrock",
    "amazon-bedrock": "aws-bedrock",
    "vertex": "vertex-ai",
    "google vertex": "vertex-ai",
    "google-vertex": "vertex-ai",
    "google-vertex-anthropic": "vertex-ai",
    "gemini": "google",
    "palm": "google",
    "cohere-chat": "cohere",
    "codestral": "mistral",
    "text-completion-codestral": "mistral",
    "fireworks-ai": "fireworks",
    "together-ai": "together",
    "togetherai": "together",
    "x-ai": "xai",
    "moonshotai": "moonshot",
    "moonshotai-cn": "moonshot",
    "z-ai": "zai",
    "zhipuai": "zhipu",
    "dashscope": "alibaba",
    "alibaba-cn": "alibaba",
    "minimax-cn": "minimax",
    "voyageai": "voyage",
    "novita-ai": "novita",
    "cloudflare-workers-ai": "cloudflare",
    "snowflake-cortex": "snowflake",
    "vercel": "vercel-ai-gateway",
    "text-completion-inception": "inception",
}
_FAMILY = re.compile(r"^(vertex-ai|fireworks-ai)-.*$")  # LiteLLM's `vertex_ai-anthropic_models`
_ID = re.compile(r"[\w@./:+*-]+")


class SourceError(Exception):
    """A source could not be had or read; the message says which, why, and what to do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What one table says of one model. Prices are US dollars per million tokens."""

    provider: str
    id: str
    """Lower case, as the provider's API takes it, without a gateway's prefix."""
    context: int | None = None
    max_output: int | None = None
    input_price: float | None = None
    output_price: float | None = None
    retired: date | None = None
    """The shutdown date that the table gives."""
    not_before: date | None = None
    """The earliest date at which it may be shut down; no commitment."""
    deprecated: bool = False
    """Called deprecated, or gone without a date."""
    alias_of: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One source as it was on one day."""

    key: str
    """One letter; the header of the snapshot says which source it stands for."""
    version: str
    as_of: date
    entries: tuple[Entry, ...]
    lists: bool = True
    """It means to list every model in service, so that an absence says something."""


def provider_name(name: str) -> str:
    """A source's name of a provider -> the snapshot's."""
    plain = name.strip().lower().replace("_", "-")
    plain = _FAMILY.sub(r"\1", plain)
    return PROVIDERS.get(plain, plain)


def valid_id(text: str) -> bool:
    """Whether it can be an id at all: tables also hold headings and sentences."""
    return bool(_ID.fullmatch(text))


def once(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The first entry of each provider and id."""
    seen: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        if entry.provider and valid_id(entry.id):
            seen.setdefault((entry.provider, entry.id), entry)
    return tuple(seen.values())


def iso(text: object) -> date | None:
    """`2026-10-23`, a date, or nothing."""
    if isinstance(text, date):
        return text
    try:
        return date.fromisoformat(str(text).strip()[:10])
    except ValueError:
        return None


def tokens(number: object) -> int | None:
    """A positive number of tokens; tables also hold words and zeros."""
    if isinstance(number, bool) or not isinstance(number, int | float) or number <= 0:
        return None
    return int(number)


def prices(inward: object, outward: object) -> tuple[float | None, float | None]:
    """Dollars per million. Both zero means that the table does not know, or that nothing is sold by the token."""
    found = tuple(
        round(float(price), 6) if isinstance(price, int | float) and not isinstance(price, bool) and price >= 0 else None for price in (inward, outward)
    )
    return (None, None) if not any(found) else (found[0], found[1])
