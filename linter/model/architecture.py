"""The inferred architecture: sites, flows, request paths, mechanisms, systems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from linter.model.catalogue import ErrandKind, SiteKind
from linter.model.operations import Operations
from linter.model.personal import Guess
from linter.model.place import Gap, Note, Place, Step
from linter.model.source import Scope, SkippedFile


class State(StrEnum):
    """How well an attribute is known."""

    KNOWN = "known"
    PARTIAL = "partial"
    """Some values are known; others are possible, and `because` says what decides."""
    UNSET = "unset"
    """Certainly left out: what the SDK does then is in `default`."""
    UNKNOWN = "unknown"


Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Attribute:
    """A property of a site. Never a bare value: its state comes with it."""

    state: State
    values: tuple[Scalar, ...] = ()
    because: str | None = None
    """For `partial` and `unknown`: what decides, by name."""
    default: tuple[Scalar, ...] = ()
    """For `unset`: what the SDK does when the argument is left out; several when that depends on a version nobody pinned."""
    evidence: tuple[Step, ...] = ()
    by_default: bool = False
    """For `partial`: all that is open is an environment variable, and the values are what holds while it is not set."""

    @property
    def is_certain(self) -> bool:
        return self.state is State.KNOWN or self.state is State.UNSET


UNSET = Attribute(State.UNSET)

ATTRIBUTES = (
    "provider",
    "hosting",
    "endpoint",
    "region",
    "model",
    "max_output",
    "timeout",
    "retries",
    "temperature",
    "structured",
    "stream",
    "top_k",
    "store",
    "steps",
    "dimensions",
    "collection",
    "stored_at",
    "revision",
    "offline",
    "remote_code",
    "device",
    "untraced",
    "dataset",
    "context",
    "rag",
)
"""All attributes that a site can have, in the order in which they are shown. Rules may name these and no others."""


def site_id(place: Place, kind: SiteKind) -> str:
    """The id of the site of a kind at a place: `app.py:3:5:inference`; in a notebook the cell is in it, too."""
    return f"{place}:{place.column}:{kind.value}"


@dataclass(frozen=True, slots=True)
class Fallback:
    """What takes over from a model that fails."""

    place: Place
    name: str
    """As the code calls it: a model, or a class."""
    provider: Attribute
    hosting: Attribute


@dataclass(frozen=True, slots=True)
class Implied:
    """What a framework takes by itself because it is given nothing."""

    what: str
    """`model` or `embedding model`"""
    provider: Attribute
    hosting: Attribute


@dataclass(frozen=True, slots=True)
class Errand:
    """A call that makes no part of the architecture, and that privacy or the deployment depend on all the same."""

    kind: ErrandKind
    place: Place
    scope: Scope
    call: str
    attributes: Mapping[str, Attribute]
    function: str = ""
    client: Place | None = None
    """As of a site."""


@dataclass(frozen=True, slots=True)
class Site:
    """One place where the LLM architecture is made."""

    id: str
    kind: SiteKind
    place: Place
    scope: Scope
    via: str
    """The SDK or framework (the name of its provider file), `http` for a raw request."""
    call: str
    """Dotted name of what is called; of a config site the key of its entry."""
    confidence: str
    """`certain`: the object was followed to where it is built; `likely`: its type is only annotated."""
    attributes: Mapping[str, Attribute]
    also: tuple[SiteKind, ...] = ()
    """Further kinds of the same expression."""
    function: str = ""
    """Dotted name of the function that it stands in."""
    client: Place | None = None
    """Where the client or model that it uses is built, when that is one place."""
    evidence: tuple[Step, ...] = ()
    served: tuple[tuple[str, str], ...] = ()
    """(provider, hosting) of each way that the call can go; empty texts where one is not known."""
    ways: tuple[Mapping[str, Attribute], ...] = ()
    """The attributes of each of these ways, where they differ: what belongs together. `attributes` has all of them in one."""
    value: Scalar = None
    """Of a config site: the value of the entry, whose key is `call`."""
    fallbacks: tuple[Fallback, ...] = ()
    """What takes over when the model that is asked fails."""
    implied: tuple[Implied, ...] = ()
    """What it works with because nothing was said."""

    def get(self, name: str) -> Attribute:
        """An attribute; `unset` when the site has none of that name."""
        return self.attributes.get(name, UNSET)


class FlowKind(StrEnum):
    """What it is that flows."""

    SENSITIVE_DATA = "sensitive-data"
    KNOWLEDGE = "knowledge"
    """Declared knowledge into a prompt, an index or a training run."""
    HISTORY = "history"
    RETRIEVAL = "retrieval"


@dataclass(frozen=True, slots=True)
class Flow:
    """The way data takes from a source to a site."""

    kind: FlowKind
    data: str
    """The declared name (`patient-record`, `hr-policies`), or what it is (`messages`)."""
    to: str
    """Id of the site."""
    steps: tuple[Step, ...]
    """From the source to the site."""
    certain: bool = True
    """False when a step is only possible: a call that may or may not hand the data on."""
    bounded: bool | None = None
    """For histories: whether its size is limited; None when that cannot be told."""
    field: str = ""
    """The attribute or column that is sensitive, where one is."""
    redacted_by: str = ""
    """Set when a redactor stands between; such a flow is shown, and no rule reports it."""


@dataclass(frozen=True, slots=True)
class RequestPath:
    """From an entry point through the sites that run for one request, in order."""

    entry: Step
    stages: tuple[str, ...]
    model_calls: int
    worst_case_seconds: float | None
    """None: unbounded or not known."""
    because: str | None = None


@dataclass(frozen=True, slots=True)
class Mechanism:
    """What a system really uses, with the sites that prove it."""

    name: str
    """prompt, rag, finetune, agent, router"""
    sites: tuple[str, ...]
    certain: bool = True
    """False: there are parts of it (documents are retrieved), and it could not be seen that they meet."""


@dataclass(frozen=True, slots=True)
class System:
    """One deployable unit."""

    name: str
    paths: tuple[str, ...]
    """Globs of the files that it owns; empty for everything."""
    mechanisms: tuple[Mechanism, ...]
    sites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was looked at."""

    files: int
    """Python files and notebooks."""
    analysed: int
    skipped: tuple[SkippedFile, ...] = ()
    configurations: int = 0
    """Files of a known configuration format that were read."""


@dataclass(frozen=True, slots=True)
class Architecture:
    """Everything that was inferred."""

    systems: tuple[System, ...]
    sites: tuple[Site, ...]
    flows: tuple[Flow, ...]
    paths: tuple[RequestPath, ...]
    gaps: tuple[Gap, ...]
    coverage: Coverage
    revision: str | None = None
    index: Mapping[str, Site] = field(default_factory=dict)
    """Sites by id, those of `logs` too."""
    logs: tuple[Site, ...] = ()
    """Calls that log what the manifest declares as sensitive. They are no part of the architecture."""
    operations: Operations = field(default_factory=Operations)
    """How the system runs, as files beside the code say."""
    errands: tuple[Errand, ...] = ()
    """Sorted by place."""
    nowhere: tuple[Note, ...] = ()
    """Names in the manifest that mean nothing in the repository: no flow begins or ends there."""
    guesses: tuple[Guess, ...] = ()
    """What may be sensitive data, by its names; empty unless somebody asked for it."""

    def site(self, site_id: str) -> Site:
        """A site by its id. Raises KeyError."""
        return self.index[site_id]
