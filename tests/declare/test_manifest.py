"""The manifest of the documentation says what it says, and every clause can be cited."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from datetime import date
from pathlib import Path

import pytest

from linter.declare.load import find_manifest, load_manifest, read_manifest
from linter.declare.stored import from_json, to_json
from linter.errors import ManifestError
from linter.model.manifest import (
    NEVER,
    Control,
    Cost,
    DataDeclaration,
    DeclaredArchitecture,
    Deployment,
    KnowledgeDeclaration,
    Latency,
    Manifest,
    Privacy,
    SystemManifest,
    Waiver,
)
from linter.model.place import Place

Load = Callable[..., Manifest]

EXAMPLE = Path(__file__).with_name("example.yaml").read_bytes()
DAY = 86400.0


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    return load_manifest(EXAMPLE, "archfit.yaml", read=lambda path: {"policies/base.yaml": b"version: 1\n"}[path])


@pytest.fixture(scope="module")
def system(manifest: Manifest) -> SystemManifest:
    return manifest.systems[0]


# ---- the full example


def test_one_system_owns_everything(manifest: Manifest, system: SystemManifest) -> None:
    assert manifest.systems == (manifest.default,)
    assert (system.name, system.paths, system.place.line) == ("claims-assistant", ("**",), 2)
    assert manifest.system_of("deep/down/x.py") is system
    assert system.extends == ("policies/base.yaml",)
    assert system.on_unknown == "report"


def test_data(system: SystemManifest) -> None:
    assert system.data == (
        DataDeclaration(
            name="patient-record",
            place=Place("archfit.yaml", 6, 3, 13, 85),
            data_class="regulated",
            types=("app.models.Patient",),
            fields=("ssn", "diagnosis", "date_of_birth"),
            tables=("patients", "encounters"),
            files=("data/claims/**",),
            redacted_by=("app.privacy.scrub", "presidio_anonymizer.AnonymizerEngine.anonymize"),
        ),
    )


def test_the_gates(system: SystemManifest) -> None:
    assert system.privacy == Privacy(
        boundary={
            "regulated": ("in-process", "self-hosted"),
            "confidential": ("in-process", "self-hosted", "azure-openai"),
        },
        processors=("azure-openai",),
        regions=("westeurope", "eu-central-1"),
        retention="none",
        logging="none",
    )
    assert system.deployment == Deployment(
        target="on-prem",
        hosts=("*.corp.example", "localhost"),
        network="offline",
        accelerator="none",
        max_model_parameters=8_000_000_000,
    )


def test_the_trade_offs(system: SystemManifest) -> None:
    assert system.latency == Latency(
        p99=4.0, max_stages=4, max_model_calls=2, timeout="required", streaming="required", routing="required"
    )
    assert system.cost == Cost(
        per_request=0.02,
        max_prompt_tokens=8000,
        max_output_tokens=1024,
        max_retrieved_tokens=4000,
        max_agent_steps=10,
        models_allow=("llama-3.1-*",),
        models_deny=("gpt-4*",),
        caching="required",
    )
    assert system.updates.model_retirement_notice == 90 * DAY
    assert system.updates.knowledge == (
        KnowledgeDeclaration(
            name="hr-policies",
            place=Place("archfit.yaml", 50, 5, 54, 26),
            files=("kb/hr/**",),
            tables=("policies",),
            collections=("hr",),
            changes=7 * DAY,
            served_by="retrieval",
            refresh_within=DAY,
        ),
    )
    assert system.control == Control(
        output_schema="required",
        knowledge_sources=("hr-policies",),
        max_temperature=0.3,
        pinned_models="required",
        tools_allow=("search_policies",),
        tools_approval=("send_email",),
        grounding="required",
    )
    assert system.architecture == DeclaredArchitecture(
        mechanisms=("prompt", "rag"),
        because="Policies change weekly and records may not leave: self-hosted RAG, no fine-tune.",
    )


def test_the_waiver(system: SystemManifest) -> None:
    assert system.waivers == (
        Waiver(
            rule="missing-timeout",
            paths=("scripts/**",),
            reason="One-off migration scripts",
            kind="accepted-risk",
            owner="platform-team",
            expires=date(2027, 3, 31),
            expires_text="2027-03-31",
            place=Place("archfit.yaml", 71, 5, 76, 24),
        ),
    )


# ---- citing


@pytest.mark.parametrize(
    ("path", "line", "text"),
    [
        ("privacy", 15, ""),
        ("privacy.boundary", 16, ""),
        ("privacy.boundary.regulated", 17, "[in-process, self-hosted]"),
        ("privacy.boundary.regulated[1]", 17, "self-hosted"),
        ("privacy.processors", 19, "[azure-openai]"),
        ("deployment.max_model_parameters", 29, "8B"),
        ("latency.p99", 32, "4s"),
        ("cost.per_request", 40, "0.02 USD"),
        ("cost.models.deny[0]", 45, "gpt-4*"),
        ("updates.knowledge.hr-policies", 50, ""),
        ("updates.knowledge.hr-policies.changes", 52, "weekly"),
        ("updates.model_retirement_notice", 55, "90d"),
        ("control.output.schema", 58, "required"),
        ("data.patient-record.found_in.fields[2]", 10, "date_of_birth"),
        ("on_unknown", 69, "report"),
    ],
)
def test_a_clause_can_be_cited(system: SystemManifest, path: str, line: int, text: str) -> None:
    clause = system.clause(path)
    assert clause is not None
    assert (clause.path, clause.place.line, clause.text, clause.source) == (path, line, text, "manifest")
    assert clause.anchor == clause.place


def test_the_place_of_a_list_item_is_the_item(system: SystemManifest) -> None:
    clause = system.item("privacy.boundary.confidential", "azure-openai")
    assert clause is not None
    assert clause.path == "privacy.boundary.confidential[2]"
    line = EXAMPLE.decode().splitlines()[clause.place.line - 1]
    assert line[clause.place.column - 1 : clause.place.end_column - 1] == "azure-openai"


def test_what_is_not_declared_is_no_clause(system: SystemManifest) -> None:
    for path in ("latency.p50", "privacy.processors[7]", "privacy.processors[x]", "latency.p99[0]", "nothing", "nothing[0]", ""):
        assert system.clause(path) is None
    assert system.item("privacy.processors", "openai") is None


def test_a_clause_reads_like_the_manifest(system: SystemManifest) -> None:
    assert str(system.clauses["latency.p99"]) == "latency.p99: 4s"
    assert str(system.clauses["latency"]) == "latency"


# ---- not declared is not checked


def test_nothing_has_to_be_declared(load: Load) -> None:
    manifest = load("")
    assert manifest.default.name == "default"
    assert manifest.default.clauses == {}
    assert manifest.default.privacy == Privacy()
    assert manifest.default.on_unknown == "report"


def test_nobody_is_a_declaration(load: Load) -> None:
    assert load("privacy: {processors: []}").default.privacy.processors == ()
    assert load("privacy: {regions: [a]}").default.privacy.processors is None


def test_a_section_that_is_commented_out_is_not_declared(load: Load) -> None:
    assert load("privacy:\n#  processors: []\nwaivers:\nextends:\ndata:\n").default.clauses == {}


def test_quantities_in_other_spellings(load: Load) -> None:
    system = load(
        """
        latency: {p50: PT1.5S, p95: 2500ms}
        cost: {per_request: $0.5}
        deployment: {max_model_parameters: 1000000}
        updates: {knowledge: {law: {changes: never, refresh_within: P3M}, prices: {changes: 36h}}}
        """
    ).default
    assert (system.latency.p50, system.latency.p95) == (1.5, 2.5)
    assert system.cost.per_request == 0.5
    assert system.deployment.max_model_parameters == 1_000_000
    law, prices = system.updates.knowledge
    assert (law.changes, law.refresh_within, prices.changes) == (NEVER, 90 * DAY, 1.5 * DAY)


def test_merge_keys_and_anchors(load: Load) -> None:
    system = load("control: &c {grounding: required}\nlatency: {timeout: required}").default
    assert system.control.grounding == "required"
    system = load("cost: {models: {allow: &some [a, b]}}\nprivacy: {processors: *some}").default
    assert system.privacy.processors == ("a", "b")
    clause = system.clause("privacy.processors")
    assert clause is not None
    assert clause.place.line == 3


# ---- several systems


SEVERAL = """
privacy: {processors: [azure-openai], retention: none}
latency: {p99: 4s}
waivers: [{rule: r, paths: [x], reason: b, kind: false-positive, owner: o, expires: 2030-01-01}]
systems:
  - name: chat
    paths: [services/chat/**]
    latency: {p99: 2s, timeout: required}
    on_unknown: fail
  - name: batch
    paths: [services, "jobs/*.py"]
    privacy: {processors: [azure-openai, cohere]}
    waivers: [{rule: s, paths: [y], reason: b, kind: accepted-risk, owner: o, expires: 2030-01-01}]
"""


def test_the_nearest_system_owns_a_file(load: Load) -> None:
    manifest = load(SEVERAL)
    owners = {
        path: manifest.system_of(path).name
        for path in ("services/chat/app.py", "services/chatter.py", "services/x/y.py", "jobs/a.py", "jobs/deep/a.py", "README.md")
    }
    assert owners == {
        "services/chat/app.py": "chat",
        "services/chatter.py": "batch",
        "services/x/y.py": "batch",
        "jobs/a.py": "batch",
        "jobs/deep/a.py": "default",
        "README.md": "default",
    }


def test_sections_outside_of_systems_are_their_defaults(load: Load) -> None:
    chat, batch = load(SEVERAL).systems
    assert chat.privacy == Privacy(processors=("azure-openai",), retention="none")
    assert chat.latency == Latency(p99=2.0, timeout="required")
    assert (chat.on_unknown, batch.on_unknown) == ("fail", "report")
    assert batch.privacy == Privacy(processors=("azure-openai", "cohere"), retention="none")
    assert batch.latency == Latency(p99=4.0)


def test_a_clause_of_a_system_stands_in_the_system(load: Load) -> None:
    chat, batch = load(SEVERAL).systems
    assert [s.clauses["latency.p99"].place.line for s in (chat, batch)] == [9, 4]
    assert batch.clauses["privacy.processors"].place.line == 13
    assert (chat.place.line, batch.place.line) == (7, 11)


def test_waivers_of_all_and_of_one(load: Load) -> None:
    manifest = load(SEVERAL)
    assert [[w.rule for w in system.waivers] for system in (manifest.default, *manifest.systems)] == [["r"], ["r"], ["r", "s"]]


# ---- waivers


def waiver(load: Load, expires: str) -> Waiver:
    text = f"waivers: [{{rule: r, paths: [scripts], reason: b, kind: accepted-risk, owner: o, expires: {expires}}}]"
    return load(text).default.waivers[0]


def test_a_waiver_holds_until_the_end_of_its_last_day(load: Load) -> None:
    one = waiver(load, "2027-03-31")
    assert one.inactive(date(2027, 3, 31)) is None
    assert one.inactive(date(2027, 4, 1)) == "it expired on 2027-03-31"


@pytest.mark.parametrize("written", ["2027-13-01", "2027-02-30", "soon", "20270331", "never", "31.3.2027", "2027-W01-1", "0.5"])
def test_a_malformed_date_makes_a_waiver_inactive_and_nothing_else(load: Load, written: str) -> None:
    one = waiver(load, written)
    assert one.expires is None
    assert one.inactive(date(2020, 1, 1)) == f"its expiry `{written}` is not a date (YYYY-MM-DD)"


def test_what_a_waiver_covers(load: Load) -> None:
    one = waiver(load, "2027-03-31")
    assert one.covers("r", "scripts/a.py")
    assert not one.covers("r", "app/a.py")
    assert not one.covers("other", "scripts/a.py")


# ---- the nouns


def test_a_manifest_cannot_be_changed(system: SystemManifest) -> None:
    with pytest.raises(FrozenInstanceError):
        system.privacy.retention = "allowed"  # type: ignore[misc]


def test_a_manifest_can_be_stored_and_sent_to_a_worker(manifest: Manifest, load: Load) -> None:
    for one in (manifest, load(SEVERAL), load("updates: {knowledge: {law: {changes: never}}}"), load("extends: [air-gapped]")):
        assert from_json(to_json(one)) == one
        assert pickle.loads(pickle.dumps(one)) == one


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": 0}', '{"format": 1}', '{"format": 1, "default": {}}', "null"])
def test_what_is_no_stored_manifest_is_made_anew(text: str) -> None:
    assert from_json(text) is None


def test_reading_a_stored_manifest_needs_no_parser(manifest: Manifest) -> None:
    code = (
        "import sys; from linter.declare.stored import from_json; import linter.declare.load; "
        "assert from_json(sys.stdin.read()); print([m for m in ('pydantic', 'yaml', 'difflib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], input=to_json(manifest), capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# ---- the file


def test_a_repository_without_a_manifest(tmp_path: Path) -> None:
    assert find_manifest(tmp_path) is None
    assert read_manifest(tmp_path) is None


def test_the_manifest_of_a_repository(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "base.yaml").write_text("version: 1\nlatency: {p99: 3s}\n")
    (tmp_path / "archfit.yaml").write_text("version: 1\nextends: [policies/base.yaml]\n")
    manifest = read_manifest(tmp_path)
    assert manifest is not None
    assert manifest.default.latency.p99 == 3.0
    assert manifest.default.clauses["latency.p99"].place == Place("policies/base.yaml", 2, 11, 2, 18)
    assert manifest.default.clauses["latency.p99"].source == "policies/base.yaml"


@pytest.mark.parametrize("name", ["archfit.yml", ".archfit.yaml"])
def test_a_manifest_with_another_name_is_not_overlooked(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("version: 1\n")
    with pytest.raises(ManifestError, match=r"rename it to archfit\.yaml"):
        find_manifest(tmp_path)


def test_a_manifest_that_is_a_link_out_of_the_repository_is_not_read(tmp_path: Path) -> None:
    root = tmp_path / "repository"
    root.mkdir()
    (tmp_path / "secret.yaml").write_text("password: hunter2\n")
    (root / "archfit.yaml").symlink_to(tmp_path / "secret.yaml")
    with pytest.raises(ManifestError) as refused:
        read_manifest(root)
    assert str(refused.value) == "archfit.yaml: cannot be read: it leads out of the repository"
