"""Small architectures, manifests and rules, made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from textwrap import dedent
from typing import Any

from linter.declare.load import load_manifest
from linter.model.architecture import (
    Architecture,
    Attribute,
    Coverage,
    Fallback,
    Flow,
    FlowKind,
    Implied,
    Mechanism,
    Scalar,
    Site,
    State,
    System,
)  # fmt: skip
from linter.model.catalogue import SiteKind
from linter.model.finding import CheckResult, Finding
from linter.model.manifest import Manifest
from linter.model.place import Gap, Place, Step
from linter.model.source import Scope


def known(*values: Scalar, evidence: tuple[Step, ...] = ()) -> Attribute:
    return Attribute(State.KNOWN, values, evidence=evidence)


def partial(*values: Scalar, because: str = "default of environment variable MODEL") -> Attribute:
    return Attribute(State.PARTIAL, values, because)


def unset(*default: Scalar) -> Attribute:
    return Attribute(State.UNSET, default=default)


def unknown(because: str = "the environment variable MODEL") -> Attribute:
    return Attribute(State.UNKNOWN, because=because)


def at(file: str, line: int, column: int = 1) -> Place:
    return Place(file, line, column, line, column + 10)


def site(
    kind: str = "inference", file: str = "app/llm.py", line: int = 10, *, client: Place | None = None,
    scope: Scope = Scope.PRODUCT, call: str = "openai.OpenAI.chat.completions.create", function: str = "app.llm.ask",
    ways: tuple[dict[str, Attribute], ...] = (), fallbacks: tuple[Fallback, ...] = (), implied: tuple[Implied, ...] = (),
    **attributes: Any,
) -> Site:  # fmt: skip
    """A call of OpenAI's API, unless attributes say otherwise."""
    given = {"provider": known("openai"), "hosting": known("external"), **attributes}
    place = at(file, line, 5)
    return Site(
        f"{file}:{line}:{kind}", SiteKind(kind), place, scope, "openai", call, "certain", given, function=function, client=client,
        ways=ways, fallbacks=fallbacks, implied=implied,
    )  # fmt: skip


TIMEOUT = "latency: {timeout: required}"
CLIENT = at("app/client.py", 4, 10)


def client(line: int = 4, **attributes: Any) -> Site:
    """The client that is built at `CLIENT`."""
    made = site("client", "app/client.py", line, call="openai.OpenAI", function="app.client", **attributes)
    return replace(made, place=at("app/client.py", line, 10))


def only(result: CheckResult) -> Finding:
    """The one finding that there is."""
    assert len(result.findings) == 1, [str(f.place) for f in result.findings]
    return result.findings[0]


def flow(target: Site, data: str = "patient-record", kind: str = "sensitive-data", *, certain: bool = True,
         bounded: bool | None = None, redacted_by: str = "", field: str = "") -> Flow:  # fmt: skip
    steps = (Step(at("app/records.py", 3), f"{data} is read"), Step(target.place, "goes into the prompt"))
    return Flow(FlowKind(kind), data, target.id, steps, certain, bounded, field, redacted_by)


def architecture(
    *sites: Site, flows: Sequence[Flow] = (), mechanisms: dict[str, list[Site]] | None = None, gaps: Sequence[Gap] = ()
) -> Architecture:
    """One system with everything in it; `mechanisms` is what it proves to use."""
    used = tuple(Mechanism(name, tuple(s.id for s in proof)) for name, proof in (mechanisms or {}).items())
    system = System("shop", (), used, tuple(s.id for s in sites))
    return Architecture((system,), sites, tuple(flows), (), tuple(gaps), Coverage(1, 1), index={s.id: s for s in sites})


def manifest(text: str = "") -> Manifest:
    """A manifest; `version: 1` is added, and a system's name where there is none."""
    body = dedent(text).lstrip("\n")
    named = "" if "system:" in body or "systems:" in body else "system: shop\n"
    return load_manifest(f"version: 1\n{named}{body}".encode())


@dataclass(frozen=True)
class Record:
    retired: date | None = None


@dataclass(frozen=True)
class FakeModels:
    """A table of models of 1 August 2026."""

    records: dict[str, Record] = field(default_factory=dict)
    aliases: dict[str, bool] = field(default_factory=dict)
    as_of: date = date(2026, 8, 1)

    def lookup(self, model_id: str, provider: str | None = None) -> Record | None:
        return self.records.get(model_id)

    def is_alias(self, model_id: str, provider: str | None = None) -> bool | None:
        return self.aliases.get(model_id)


RULE = """\
---
id: no-wild-calls
title: Call of a model that runs wild
dimension: cost
severity: low
confidence: high
references: {}
check:
  each: site
  kind: inference
  must: {hosting: self-hosted}
message: "{call} runs wild"
fix: "Tame {call}"
---

## What it does

Looks for wild calls.

## Why it matters

They run.

## Example

```python
wild()  # error: [no-wild-calls]
```

## Use instead

```python
tame()
```

## Known limits

None is known.
"""
