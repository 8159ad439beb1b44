"""How the system runs, in words and as JSON: one line for each schedule, limit, accelerator, region, fallback, budget."""

from __future__ import annotations

from collections.abc import Iterator

from linter.model.operations import Operations, ServerLimit
from linter.model.place import Place
from linter.report import shapes
from linter.report.escape import shortened
from linter.report.page import Page, columns, counted
from linter.report.shapes import Json

_LONGEST = 100
"""Characters of what is told about one of them."""


def section(page: Page, operations: Operations) -> None:
    """The section of the map for people; nothing where nothing is known."""
    rows = [(kind, str(place), shortened(said, _LONGEST)) for kind, place, said in _lines(operations)]
    if rows:
        page.line(("operations", "strong"))
        for text in columns(rows):
            page.line(f"  {text}")
        page.line()


def _lines(operations: Operations) -> Iterator[tuple[str, Place, str]]:
    for schedule in operations.schedules:
        runs = f", runs {'; '.join(schedule.runs)}" if schedule.runs else ""
        by = f" ({schedule.by})" if schedule.by else ""
        yield "schedule", schedule.place, f"{schedule.expression or 'not known'}{by}{runs}"
    for server in operations.servers:
        yield "server limit", server.place, f"{server.server}: {_limits(server)}"
    for asked in operations.accelerators:
        count = "all, or not known how many" if asked.count is None else str(asked.count)
        yield "accelerator", asked.place, f"{asked.resource}: {count}"
    for region in operations.regions:
        yield "region", region.place, f"{region.region} ({region.provider})" if region.provider else region.region
    for fallback in operations.fallbacks:
        model = "any model" if fallback.model == "*" else fallback.model
        yield "fallback", fallback.place, f"{model} → {', '.join(fallback.takes_over)}"
    for budget in operations.budgets:
        yield "budget", budget.place, f"{budget.amount:g}" + (f" in {budget.period}" if budget.period else "")


def _limits(server: ServerLimit) -> str:
    said = []
    if server.timeout is not None:
        said.append(f"a request may take {server.timeout:g} s" if server.timeout else "a request may take any time")
    if server.workers is not None:
        said.append(counted(server.workers, "worker"))
    return ", ".join(said)


def as_json(operations: Operations) -> Json:
    """The value of `operations`: a list of each kind, in the order of files and lines."""
    return {
        "schedules": [
            {"location": shapes.location(one.place), "expression": one.expression or None, "runs": list(one.runs), "by": one.by}
            for one in operations.schedules
        ],
        "servers": [
            {
                "location": shapes.location(one.place), "server": one.server, "timeout": shapes.scalar(one.timeout),
                "workers": one.workers,
            }
            for one in operations.servers
        ],
        "accelerators": [
            {"location": shapes.location(one.place), "resource": one.resource, "count": one.count}
            for one in operations.accelerators
        ],
        "regions": [
            {"location": shapes.location(one.place), "region": one.region, "provider": one.provider or None}
            for one in operations.regions
        ],
        "fallbacks": [
            {"location": shapes.location(one.place), "model": one.model, "takes_over": list(one.takes_over)}
            for one in operations.fallbacks
        ],
        "budgets": [
            {"location": shapes.location(one.place), "amount": shapes.scalar(one.amount), "period": one.period or None}
            for one in operations.budgets
        ],
    }  # fmt: skip
