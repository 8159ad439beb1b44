"""How a system runs, as files beside its code say: plain facts, which the rules hold against the manifest."""

from __future__ import annotations

from dataclasses import dataclass

from linter.model.place import Place


@dataclass(frozen=True, slots=True, order=True)
class Schedule:
    """Something that runs by the clock: an index refresh, a training, an evaluation."""

    place: Place
    expression: str
    """As written: a cron expression (`0 3 * * *`), `@daily`, `rate(1 hour)`; empty when it is not known."""
    runs: tuple[str, ...] = ()
    """Commands or names of functions that it starts, as far as they are known."""
    by: str = ""
    """What starts it, by the name of the format: `github-workflow`, `kubernetes`, `airflow`."""


@dataclass(frozen=True, slots=True, order=True)
class ServerLimit:
    """What a web server or a function platform allows a request."""

    place: Place
    server: str
    """`gunicorn`, `uvicorn`, `lambda` …"""
    timeout: float | None = None
    """Seconds after which a request, or its worker, is ended; 0 switches that off. None: it is not said."""
    workers: int | None = None


@dataclass(frozen=True, slots=True, order=True)
class AcceleratorRequest:
    """A container that asks for GPUs or the like."""

    place: Place
    resource: str
    """`nvidia.com/gpu`, `nvidia`, `google.com/tpu` …"""
    count: int | None = None
    """None: all that there are, or not known."""


@dataclass(frozen=True, slots=True, order=True)
class RegionChoice:
    """A cloud's region."""

    place: Place
    region: str
    provider: str = ""
    """Of what is made there, where that is known."""


@dataclass(frozen=True, slots=True, order=True)
class FallbackChoice:
    """Models that take over from others at a gateway."""

    place: Place
    model: str
    """The one that fails; `*` for any."""
    takes_over: tuple[str, ...]
    fails: tuple[Place, ...] = ()
    """Where the file describes the one that fails; empty for any."""
    described: tuple[tuple[str, Place], ...] = ()
    """Name -> place, for each of those that take over and that the file describes."""


@dataclass(frozen=True, slots=True, order=True)
class BudgetLimit:
    """What a gateway allows to be spent."""

    place: Place
    amount: float
    period: str = ""
    """As written (`30d`); empty when it is not said."""


@dataclass(frozen=True, slots=True, order=True)
class BuildCommand:
    """What is run when an image is built."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Operations:
    """All of that, each sorted by place."""

    schedules: tuple[Schedule, ...] = ()
    servers: tuple[ServerLimit, ...] = ()
    accelerators: tuple[AcceleratorRequest, ...] = ()
    regions: tuple[RegionChoice, ...] = ()
    fallbacks: tuple[FallbackChoice, ...] = ()
    budgets: tuple[BudgetLimit, ...] = ()
    builds: tuple[BuildCommand, ...] = ()
