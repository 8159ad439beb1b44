"""What is known about models: context windows, prices, retirements. One bundled snapshot, `rules/models.json`; no network."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from linter.errors import InternalError, Problem
from linter.home import home
from linter.knowledge.model_ids import broader, moves, parameters_of, pinned, provider_name, readings, snapshot_of

__all__ = ["FILE", "ModelFacts", "ModelTable", "Retirement", "parameters_of"]

FILE = "rules/models.json"
FORMAT = "archfit-models/1"

# an id without a provider is first taken for the maker's own
MAKERS = (
    "openai", "anthropic", "google", "mistral", "cohere", "deepseek", "xai", "voyage", "ai21", "perplexity", "moonshot", "zai",
    "minimax", "alibaba",
)  # fmt: skip
_GATEWAYS = ("", "litellm")  # the id itself says whose model it is
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Retirement:
    """One source's word on when a model goes."""

    day: date
    source: str
    as_of: date
    """When the source was last read. A later `day` was announced, not seen."""
    firm: bool = True
    """False: the earliest possible day, which binds nobody."""


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What the table knows of one model at one provider. What it does not know is None, and means *unknown*."""

    id: str
    """The table's id: lower case, without a gateway's prefix."""
    provider: str | None
    """None: several providers offer the id, and only what they agree on is told."""
    retired: date | None
    """The shutdown day that a source gives: in the past, the model is retired; in the future, it is to be. Where sources differ,
    the latest day. None when there is none, or when it is only the earliest possible one."""
    context_window: int | None
    """Tokens of the largest input that a request may hold; for some models, input and output together."""
    max_output: int | None
    """Tokens."""
    input_price: float | None
    """US dollars per million tokens, the base rate: no batches, caches or long-context tiers."""
    output_price: float | None
    sources: tuple[str, ...]
    as_of: date
    """When the newest of the sources was read, or the day a dropped model was last listed."""
    retirements: tuple[Retirement, ...] = ()
    """All words on its retirement, the latest day first."""
    not_before: date | None = None
    """The earliest possible retirement, where no firm day is known."""
    deprecated_by: tuple[str, ...] = ()
    """Sources that call it deprecated, or gone without a day."""
    gone_since: date | None = None
    """No table lists it as in service since this day, on which one last did. No proof of retirement."""
    first_seen: date | None = None

    @property
    def announced(self) -> bool:
        """Whether `retired` was still ahead when its sources were last read: they tell a plan, not an event."""
        days = [word for word in self.retirements if word.firm and word.day == self.retired]
        return bool(days) and all(word.as_of < word.day for word in days)

    @property
    def told(self) -> str:
        """All words on its retirement, to stand behind "retired on": `2024-09-13 according to LiteLLM`; empty without any."""
        by_day: dict[str, list[str]] = {}
        for word in self.retirements:
            by_day.setdefault(f"{'' if word.firm else 'not before '}{word.day}", []).append(word.source)
        return "; ".join(f"{day} according to {' and '.join(sources)}" for day, sources in by_day.items())


class ModelTable:
    """The snapshot. It is read at the first question."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def load(cls, root: Path | None = None) -> ModelTable:
        """The table below `root`, the folder that holds `rules/` (archfit's own when left out). Reads nothing yet.

        Any question raises InternalError when the file is missing or damaged.
        """
        return _table((root or home()) / FILE)

    @cached_property
    def data(self) -> dict[str, Any]:
        """The file's content, as `tools/refresh_models.py` wrote it."""
        try:
            data = json.loads(self.path.read_bytes())
        except (OSError, ValueError) as error:
            problem = Problem(f"the model table cannot be read: {error}", FILE, remedy="install archfit again")
            raise InternalError(problem) from error
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise InternalError(Problem(f"the model table is not of the format {FORMAT}", FILE, remedy="install archfit again"))
        return data

    @property
    def as_of(self) -> date:
        """The day on which the snapshot was made."""
        return date.fromisoformat(self.data["as_of"])

    def lookup(self, model_id: str, provider: str | None = None) -> ModelFacts | None:
        """The facts about `model_id` at `provider`, or None when the table has no such model there. No text makes it raise.

        `provider` is a name as in the provider files; None (or a gateway such as LiteLLM) lets the id itself say it, by a prefix
        or by being the maker's own. Dated and undated ids are different models; a vendor's and a cloud's are, too.
        """
        where = provider_name(provider or "")
        found = self._find(model_id, None if where in _GATEWAYS else where)
        if found is None:
            return None
        owner, name = found
        if owner is not None:
            return self._facts(owner, name, self._records[owner][name])
        return self._agreed(name, [one for one, models in self._records.items() if name in models])

    def is_alias(self, model_id: str, provider: str | None = None) -> bool | None:
        """Whether the id moves from snapshot to snapshot (`gpt-4o`), or is one (`gpt-4o-2024-05-13`). None: cannot tell.

        An undated id moves when the table lists dated snapshots of it, at the same provider.
        """
        where = provider_name(provider or "")
        owner_told = None if where in _GATEWAYS else where
        names = [name for _, name in readings(model_id, owner_told, self._records)]
        if any(map(moves, names)):
            return True
        if any(map(pinned, names)):
            return False
        found = self._find(model_id, owner_told)
        if found is None:
            return None
        owner, name = found
        listed: Iterable[Mapping[str, Record]] = self._records.values() if owner is None else [self._records[owner]]
        known = any("alias" in models.get(name, {}) or any(snapshot_of(name, other) for other in models) for models in listed)
        return True if known else None

    @property
    def _records(self) -> Mapping[str, Mapping[str, Record]]:
        records: Mapping[str, Mapping[str, Record]] = self.data["records"]
        return records

    def _find(self, model_id: str, provider: str | None) -> tuple[str | None, str] | None:
        """Provider and id of the table; no provider when several have the id and none is its maker."""
        records = self._records
        for owner, name in readings(model_id, provider, records):
            if owner is not None:
                if name in records.get(owner, {}):
                    return owner, name
                continue
            maker = next((one for one in MAKERS if name in records.get(one, {})), None)
            owners = [maker] if maker else [one for one, models in records.items() if name in models]
            if owners:
                return (owners[0] if len(owners) == 1 else None), name
        return None

    def _facts(self, owner: str | None, name: str, record: Record) -> ModelFacts:
        words = self._words(record)
        above = broader(owner or "", name)
        if not words and above:  # what ends the model ends its regional profiles and versions
            words = self._words(self._records[owner or ""].get(above, {}))
        firm = max((word for word in words if word.firm), key=lambda word: word.day, default=None)
        soft = max((word for word in words if not word.firm), key=lambda word: word.day, default=None)
        if firm and soft and soft.day >= firm.day and (soft.day == firm.day or soft.as_of >= firm.as_of):
            firm = None  # the firm word repeats, or is older than, the one that says it binds nobody
        gone = date.fromisoformat(record["gone"]) if "gone" in record else None
        return ModelFacts(
            id=name, provider=owner, retired=firm.day if firm else None,
            context_window=record.get("ctx"), max_output=record.get("max"),
            input_price=record.get("in"), output_price=record.get("out"),
            sources=tuple(self._source(key) for key in record["src"]),
            as_of=gone or max(self._read_on(key) for key in record["src"]),
            retirements=words, not_before=soft.day if soft and not firm else None,
            deprecated_by=tuple(self._source(key) for key in record.get("dep", "")),
            gone_since=gone, first_seen=date.fromisoformat(record["first"]) if "first" in record else None,
        )  # fmt: skip

    def _words(self, record: Record) -> tuple[Retirement, ...]:
        words = [
            Retirement(date.fromisoformat(day), self._source(key), self._read_on(key), firm)
            for kind, firm in (("ret", True), ("not_before", False))
            for key, day in record.get(kind, {}).items()
        ]
        return tuple(sorted(words, key=lambda word: (-word.day.toordinal(), word.source)))

    def _agreed(self, name: str, owners: list[str]) -> ModelFacts:
        """One id that several providers offer: the limits that all agree on. Prices and dates are each provider's own."""
        records = [self._records[owner][name] for owner in owners]
        same: dict[str, Any] = {"src": sorted({key for record in records for key in record["src"]})}
        for key in ("ctx", "max"):
            told = {record[key] for record in records if key in record}
            if len(told) == 1:
                same[key] = told.pop()
        return self._facts(None, name, same)

    def _source(self, key: str) -> str:
        return str(self.data["sources"][key]["name"])

    def _read_on(self, key: str) -> date:
        return date.fromisoformat(max(self.data["sources"][key]["read"]))


@lru_cache(maxsize=8)
def _table(path: Path) -> ModelTable:
    return ModelTable(path)
