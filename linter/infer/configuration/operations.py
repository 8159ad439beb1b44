"""Configurations -> how the system runs: schedules, limits of servers, accelerators, regions, fallbacks, budgets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from linter.formats.tree import Node
from linter.infer.configuration.recogniser import Config
from linter.infer.configuration.sayings import Said
from linter.infer.scalars import HOLE
from linter.model.formats import Meaning
from linter.model.operations import (
    AcceleratorRequest,
    BudgetLimit,
    BuildCommand,
    FallbackChoice,
    Operations,
    RegionChoice,
    Schedule,
    ServerLimit,
)

_LONGEST = 200
"""Characters of a command that are kept."""
_LONGEST_SCRIPT = 5_000
"""The same for a script that builds an image."""


def operations(configs: Iterable[tuple[Config, Sequence[Said]]]) -> Operations:
    """Everything of that kind that the configurations say, sorted by place."""
    parts = [_of(config, said) for config, said in configs]
    return merged(parts)


def merged(parts: Sequence[Operations]) -> Operations:
    """All of them together, each once."""
    return Operations(
        tuple(sorted({one for part in parts for one in part.schedules})),
        tuple(sorted({one for part in parts for one in part.servers}, key=lambda one: one.place)),
        tuple(sorted({one for part in parts for one in part.accelerators}, key=lambda one: one.place)),
        tuple(sorted({one for part in parts for one in part.regions})),
        tuple(sorted({one for part in parts for one in part.fallbacks})),
        tuple(sorted({one for part in parts for one in part.budgets})),
        tuple(sorted({one for part in parts for one in part.builds})),
    )


def _of(config: Config, said: Sequence[Said]) -> Operations:
    by_meaning: dict[Meaning, list[Said]] = {}
    for one in said:
        by_meaning.setdefault(one.meaning, []).append(one)
    return Operations(
        schedules=tuple(_schedules(config, by_meaning)),
        servers=tuple(_servers(config, by_meaning)),
        accelerators=tuple(
            AcceleratorRequest(one.place, one.provider or str(one.hit.path[-1]), _whole(one))
            for one in by_meaning.get(Meaning.ACCELERATORS, ())
        ),
        regions=tuple(
            RegionChoice(one.place, one.filled.text, one.provider or config.format.provider)
            for one in by_meaning.get(Meaning.REGION, ())
            if one.filled.is_known and one.filled.text
        ),
        fallbacks=tuple(
            _described(one, by_meaning.get(Meaning.MODEL, ()), config)
            for fallback in by_meaning.get(Meaning.FALLBACK, ())
            for one in _fallbacks(config, fallback)
        ),
        budgets=tuple(_budgets(by_meaning)),
        builds=tuple(BuildCommand(one.place, text) for one in by_meaning.get(Meaning.BUILDS, ()) if (text := _script(one))),
    )


def _schedules(config: Config, said: dict[Meaning, list[Said]]) -> Iterator[Schedule]:
    for one in said.get(Meaning.SCHEDULE, ()):
        if not one.filled.text:
            continue
        runs = [
            text for other in said.get(Meaning.RUNS, ()) if one.hit.belongs_to(other.hit) is not None for text in _commands(other)
        ]
        expression = one.filled.text if one.filled.is_known else ""
        yield Schedule(one.place, expression, tuple(dict.fromkeys(runs)), config.format.name)


def _commands(said: Said) -> list[str]:
    """The lines of a script, or the words of a list as one."""
    node = said.node
    if node is not None and isinstance(node.value, list):
        return [" ".join(str(word) for word in node.value)[:_LONGEST]]
    lines = [line.strip() for line in said.filled.text.replace(HOLE, "…").splitlines()]
    return [line[:_LONGEST] for line in lines if line and not line.startswith("#")]


def _servers(config: Config, said: dict[Meaning, list[Said]]) -> Iterator[ServerLimit]:
    """Timeout and workers of one server belong together."""
    found: dict[tuple[object, ...], ServerLimit] = {}
    for one in (*said.get(Meaning.SERVER_TIMEOUT, ()), *said.get(Meaning.WORKERS, ())):
        number = one.number if one.filled.is_known else None
        if number is None:
            continue
        server = one.provider or config.format.name
        key = (server, one.hit.path[:-1])
        limit = found.get(key) or ServerLimit(one.place, server)
        if one.meaning is Meaning.SERVER_TIMEOUT:
            found[key] = replace(limit, timeout=number)
        else:
            found[key] = replace(limit, workers=int(number))
    yield from found.values()


def _fallbacks(config: Config, said: Said) -> Iterator[FallbackChoice]:
    """`[{model: [others]}]`, or a plain list that is there for every model."""
    node = said.node
    if node is None:
        return
    path = said.hit.path
    items = [((*path, key), e.node) for key, e in node.children.items()] if isinstance(node.value, list) else [(path, node)]
    plain = tuple(one.value for _, one in items if isinstance(one.value, str))
    if plain:
        yield FallbackChoice(said.place, "*", plain)
    for where, one in items:
        if isinstance(one.value, dict):
            for model, entry in one.children.items():
                yield FallbackChoice(config.document.place((*where, model)), str(model), _names(entry.node))


def _described(fallback: FallbackChoice, models: Sequence[Said], config: Config) -> FallbackChoice:
    """With the places where the file describes the models, by the names that it gives them beside."""
    fails = tuple(one.place for one in models if _is_called(config, one, fallback.model))
    named = ((name, one.place) for name in fallback.takes_over for one in models if _is_called(config, one, name))
    return replace(fallback, fails=fails, described=tuple(named))


def _is_called(config: Config, said: Said, name: str) -> bool:
    """Whether the element of the list in which a model stands names itself so: `{model_name: fast, params: {model: …}}`."""
    at = next((i for i in range(len(said.hit.path) - 1, -1, -1) if isinstance(said.hit.path[i], int)), None)
    item = None if at is None else config.document.node(said.hit.path[: at + 1])
    return item is not None and any(entry.node.value == name for entry in item.children.values())


def _script(said: Said) -> str:
    """As it is written, with its variables."""
    written = said.node.value if said.node is not None else said.filled.value
    return written[:_LONGEST_SCRIPT] if isinstance(written, str) else ""


def _names(node: Node) -> tuple[str, ...]:
    values = node.value if isinstance(node.value, list) else [node.value]
    return tuple(str(one["model"]) if isinstance(one, dict) and "model" in one else str(one) for one in values if one is not None)


def _budgets(said: dict[Meaning, list[Said]]) -> Iterator[BudgetLimit]:
    for one in said.get(Meaning.BUDGET, ()):
        amount = one.number if one.filled.is_known else None
        if amount is None:
            continue
        periods = [p for p in said.get(Meaning.BUDGET_PERIOD, ()) if p.hit.path[:-1] == one.hit.path[:-1]]
        yield BudgetLimit(one.place, amount, periods[0].filled.text if periods else "")


def _whole(said: Said) -> int | None:
    number = said.number if said.filled.is_known else None
    return None if number is None else int(number)
