"""What the team has declared: the manifest `archfit.yaml`, after validation. Every clause knows where it stands.

In all sections None means *not declared*, which means *not checked*; an empty tuple is a declaration (`processors: []`: nobody).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from linter.model.glob import path_matches, specificity
from linter.model.place import Place

DataClass = Literal["public", "internal", "confidential", "regulated"]
"""From the least to the most sensitive."""
Retention = Literal["none", "allowed"]
Logging = Literal["none", "allowed"]
Target = Literal["cloud-api", "vpc", "on-prem", "edge"]
Network = Literal["offline", "online"]
Accelerator = Literal["none", "gpu", "cuda", "rocm", "mps", "tpu"]
"""`gpu`: one of any make."""
Need = Literal["required", "optional"]
"""`optional` is as good as not declared; a system uses it to lift a default of the whole manifest."""
ServedBy = Literal["retrieval", "prompt", "fine-tune"]
MechanismName = Literal["prompt", "rag", "finetune", "agent", "router"]
OnUnknown = Literal["report", "fail"]
WaiverKind = Literal["accepted-risk", "false-positive"]

NEVER = math.inf
"""Seconds between two changes of what never changes."""

ClauseValue = str | int | float | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Clause:
    """One constraint and where it is written."""

    path: str
    """`privacy.boundary.regulated`, seen from the system."""
    value: ClauseValue
    """Durations and periods in seconds, money in USD, lists as tuples; None for a section, which only holds further clauses."""
    place: Place
    """From the start of the key to the end of the value. `place.file` is relative to the scanned root when `source` is `manifest`
    or a path; for a bundled preset it is the preset's path inside of archfit."""
    source: str = "manifest"
    """`manifest`, the name of a preset, the path of an extended file, or `policy`."""
    text: str = ""
    """The value as it is written (`24h`, `[azure-openai]`); empty for a section."""
    items: tuple[Place, ...] = ()
    """Of a list: the place of each item."""
    via: Place | None = None
    """For a clause of a bundled preset: the entry of `extends` in the repository that brought it in."""

    @property
    def anchor(self) -> Place:
        """The place to point at in the repository."""
        return self.via or self.place

    def __str__(self) -> str:
        return f"{self.path}: {self.text}" if self.text else self.path


@dataclass(frozen=True, slots=True)
class DataDeclaration:
    """A kind of sensitive data, and how to recognise it in code."""

    name: str
    place: Place
    data_class: DataClass
    types: tuple[str, ...] = ()
    """Dotted names of classes, functions, variables."""
    fields: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    """Path patterns, see `linter.model.glob.path_matches`."""
    redacted_by: tuple[str, ...] = ()
    """Dotted names of functions whose result no longer is this data."""


@dataclass(frozen=True, slots=True)
class KnowledgeDeclaration:
    """A body of knowledge that answers draw on, and how it changes."""

    name: str
    place: Place
    files: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    changes: float | None = None
    """Seconds between two changes of the truth; `NEVER`."""
    served_by: ServedBy | None = None
    refresh_within: float | None = None
    """Seconds after a change by which the index must have followed."""


@dataclass(frozen=True, slots=True)
class Privacy:
    boundary: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Data class -> hostings and providers it may go to. A class that is not a key has no boundary."""
    processors: tuple[str, ...] | None = None
    """Providers that may receive anything at all."""
    regions: tuple[str, ...] | None = None
    retention: Retention | None = None
    logging: Logging | None = None


@dataclass(frozen=True, slots=True)
class Deployment:
    target: Target | None = None
    hosts: tuple[str, ...] | None = None
    """Name patterns, see `linter.model.glob.name_matches`."""
    network: Network | None = None
    accelerator: Accelerator | None = None
    max_model_parameters: int | None = None


@dataclass(frozen=True, slots=True)
class Latency:
    p50: float | None = None
    """Seconds, as are the next two."""
    p95: float | None = None
    p99: float | None = None
    max_stages: int | None = None
    max_model_calls: int | None = None
    timeout: Need | None = None
    streaming: Need | None = None
    routing: Need | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    per_request: float | None = None
    """USD."""
    max_prompt_tokens: int | None = None
    max_output_tokens: int | None = None
    max_retrieved_tokens: int | None = None
    max_agent_steps: int | None = None
    models_allow: tuple[str, ...] | None = None
    """Name patterns."""
    models_deny: tuple[str, ...] | None = None
    caching: Need | None = None


@dataclass(frozen=True, slots=True)
class Updates:
    knowledge: tuple[KnowledgeDeclaration, ...] = ()
    model_retirement_notice: float | None = None
    """Seconds."""


@dataclass(frozen=True, slots=True)
class Control:
    output_schema: Need | None = None
    knowledge_sources: tuple[str, ...] | None = None
    """Names of `updates.knowledge`."""
    max_temperature: float | None = None
    pinned_models: Need | None = None
    tools_allow: tuple[str, ...] | None = None
    tools_approval: tuple[str, ...] | None = None
    """Tools that may only run after a person has agreed."""
    grounding: Need | None = None


@dataclass(frozen=True, slots=True)
class DeclaredArchitecture:
    mechanisms: tuple[MechanismName, ...] | None = None
    because: str | None = None


@dataclass(frozen=True, slots=True)
class Waiver:
    """An exception that somebody answers for, until a day."""

    rule: str
    paths: tuple[str, ...]
    reason: str
    kind: WaiverKind
    owner: str
    expires: date | None
    """The last day on which it holds; None when the date is malformed."""
    expires_text: str
    place: Place

    def inactive(self, today: date) -> str | None:
        """Why it does not hold on a day; None when it does."""
        if self.expires is None:
            return f"its expiry `{self.expires_text}` is not a date (YYYY-MM-DD)"
        return f"it expired on {self.expires.isoformat()}" if today > self.expires else None

    def covers(self, rule: str, path: str) -> bool:
        """Whether it is about this rule and this file; `inactive` says whether it counts."""
        return rule == self.rule and any(path_matches(pattern, path) for pattern in self.paths)


@dataclass(frozen=True, slots=True)
class SystemManifest:
    """The constraints of one deployable unit, with presets and the manifest's defaults worked in."""

    name: str
    paths: tuple[str, ...]
    """Path patterns of the files it owns."""
    place: Place
    """Where it is named."""
    extends: tuple[str, ...] = ()
    data: tuple[DataDeclaration, ...] = ()
    privacy: Privacy = Privacy()
    deployment: Deployment = Deployment()
    latency: Latency = Latency()
    cost: Cost = Cost()
    updates: Updates = Updates()
    control: Control = Control()
    architecture: DeclaredArchitecture = DeclaredArchitecture()
    on_unknown: OnUnknown = "report"
    waivers: tuple[Waiver, ...] = ()
    clauses: Mapping[str, Clause] = field(default_factory=dict)
    """By path: sections, mappings, and every clause with a value."""

    def clause(self, path: str) -> Clause | None:
        """The clause at a path: `privacy`, `privacy.processors`, `updates.knowledge.hr-policies.changes`, or one item of a list,
        `privacy.processors[0]`. None when it is not declared."""
        found = self.clauses.get(path)
        if found is None and path.endswith("]"):
            parent, _, index = path[:-1].rpartition("[")
            return self._item(parent, int(index)) if index.isdecimal() else None
        return found

    def item(self, path: str, value: str) -> Clause | None:
        """The item of the list at `path` that reads `value`; None when there is no such item."""
        clause = self.clauses.get(path)
        if clause is None or not isinstance(clause.value, tuple) or value not in clause.value:
            return None
        return self._item(path, clause.value.index(value))

    def _item(self, path: str, index: int) -> Clause | None:
        clause = self.clauses.get(path)
        if clause is None or not isinstance(clause.value, tuple) or index >= len(clause.value):
            return None
        value = clause.value[index]
        return Clause(f"{path}[{index}]", value, clause.items[index], clause.source, value, via=clause.via)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The whole of `archfit.yaml`."""

    file: str
    systems: tuple[SystemManifest, ...]
    """As declared; exactly one when the manifest describes one system."""
    default: SystemManifest
    """What holds for a file that no system owns: the sections that stand outside of `systems`."""
    version: int = 1

    def system_of(self, path: str) -> SystemManifest:
        """The system that owns a file: the one whose path pattern names the most folders on the way to it."""
        best, depth = self.default, -1
        for system in self.systems:
            for pattern in system.paths:
                if specificity(pattern) > depth and path_matches(pattern, path):
                    best, depth = system, specificity(pattern)
        return best
