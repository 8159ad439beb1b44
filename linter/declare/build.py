"""Clauses by path -> the sections of a system. No validation, hence no pydantic: stored manifests are built here as well."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from linter.model.manifest import (
    Clause,
    Control,
    Cost,
    DataDeclaration,
    DeclaredArchitecture,
    Deployment,
    KnowledgeDeclaration,
    Latency,
    Privacy,
    SystemManifest,
    Updates,
    Waiver,
)
from linter.model.place import Place

EVERYTHING = ("**",)
"""The path patterns of a system that owns every file."""


def build_system(
    name: str,
    *,
    paths: tuple[str, ...],
    place: Place,
    extends: tuple[str, ...],
    clauses: Mapping[str, Clause],
    waivers: tuple[Waiver, ...],
) -> SystemManifest:
    """A system from its validated clauses (seconds, USD, tuples)."""

    def get(path: str) -> Any:
        clause = clauses.get(path)
        return None if clause is None else clause.value

    def entries(path: str) -> list[str]:
        """The names right below a mapping."""
        depth = path.count(".") + 1
        return [p.rpartition(".")[2] for p in clauses if p.startswith(path + ".") and p.count(".") == depth]

    def section(key: str, *fields: str) -> dict[str, Any]:
        return {field: get(f"{key}.{field}") for field in fields}

    return SystemManifest(
        name=name,
        paths=paths,
        place=place,
        extends=extends,
        data=tuple(
            DataDeclaration(
                name=kind,
                place=clauses[f"data.{kind}"].place,
                data_class=get(f"data.{kind}.class"),
                redacted_by=get(f"data.{kind}.redacted_by") or (),
                types=get(f"data.{kind}.found_in.types") or (),
                fields=get(f"data.{kind}.found_in.fields") or (),
                tables=get(f"data.{kind}.found_in.tables") or (),
                files=get(f"data.{kind}.found_in.files") or (),
            )
            for kind in entries("data")
        ),
        privacy=Privacy(
            boundary={level: get(f"privacy.boundary.{level}") for level in entries("privacy.boundary")},
            **section("privacy", "processors", "regions", "retention", "logging"),
        ),
        deployment=Deployment(**section("deployment", "target", "hosts", "network", "accelerator", "max_model_parameters")),
        latency=Latency(
            **section("latency", "p50", "p95", "p99", "max_stages", "max_model_calls", "timeout", "streaming", "routing")
        ),
        cost=Cost(
            models_allow=get("cost.models.allow"),
            models_deny=get("cost.models.deny"),
            **section(
                "cost",
                "per_request",
                "max_prompt_tokens",
                "max_output_tokens",
                "max_retrieved_tokens",
                "max_agent_steps",
                "caching",
            ),
        ),
        updates=Updates(
            knowledge=tuple(
                KnowledgeDeclaration(
                    name=kind,
                    place=clauses[f"updates.knowledge.{kind}"].place,
                    files=get(f"updates.knowledge.{kind}.found_in.files") or (),
                    tables=get(f"updates.knowledge.{kind}.found_in.tables") or (),
                    collections=get(f"updates.knowledge.{kind}.found_in.collections") or (),
                    **section(f"updates.knowledge.{kind}", "changes", "served_by", "refresh_within"),
                )
                for kind in entries("updates.knowledge")
            ),
            model_retirement_notice=get("updates.model_retirement_notice"),
        ),
        control=Control(
            output_schema=get("control.output.schema"),
            tools_allow=get("control.tools.allow"),
            tools_approval=get("control.tools.approval"),
            **section("control", "knowledge_sources", "max_temperature", "pinned_models", "grounding"),
        ),
        architecture=DeclaredArchitecture(**section("architecture", "mechanisms", "because")),
        on_unknown=get("on_unknown") or "report",
        waivers=waivers,
        clauses=clauses,
    )
