"""`extends`, and what tightening means."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from linter.declare.load import Known, load_manifest
from linter.declare.presets import preset_names, presets_folder, reader_under
from linter.declare.schema import ManifestFile, Model, keys_of, type_at
from linter.declare.tighten import ORDER, loosened, order_of
from linter.model.manifest import Manifest
from linter.model.place import Place

Load = Callable[..., Manifest]
Told = Callable[..., list[str]]


# ---- presets


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_loads_and_says_what_it_is_for(name: str, load: Load) -> None:
    manifest = load(f"extends: [{name}]")
    assert manifest.default.clauses
    text = (presets_folder() / f"{name}.yaml").read_text()
    assert "title:" in text
    assert "relevant to" in text
    assert "complian" not in text.lower()


@pytest.mark.parametrize("name", preset_names())
def test_every_clause_of_a_preset_says_where_it_comes_from(name: str, load: Load) -> None:
    lines = (presets_folder() / f"{name}.yaml").read_text().splitlines()
    assert "references:" in "\n".join(lines)
    for clause in load(f"extends: [{name}]").default.clauses.values():
        if clause.value is not None:
            at = clause.place.line - 1
            # in the line, above it, or at the mapping that it stands in
            above = next((i for i in range(at, -1, -1) if "#" in lines[i]), -1)
            assert above >= 0, clause.path
            assert all(line.startswith("    ") or "#" in line for line in lines[above + 1 : at]), clause.path


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_can_only_be_tightened(name: str, load: Load, told: Told) -> None:
    """Each word of a preset that has a looser one is refused with it."""
    looser = {
        "privacy.retention": "allowed",
        "privacy.logging": "allowed",
        "deployment.network": "online",
        "control.pinned_models": "optional",
        "privacy.processors": "[openai]",
        "privacy.regions": "[eu-central-1, us-east-1]",
        "privacy.boundary.regulated": "[external]",
        "deployment.target": "cloud-api",
    }
    clauses = load(f"extends: [{name}]").default.clauses
    tried = [path for path in looser if path in clauses]
    assert tried
    for path in tried:
        text = looser[path]
        for step in reversed(path.split(".")):
            text = f"{{{step}: {text}}}"
        (one,) = told(f"extends: [{name}]\n{text[1:-1]}")
        assert f"`{path}` allows more than {name}" in one


def test_two_presets_together_are_the_tighter_of_both(load: Load) -> None:
    system = load("extends: [gdpr, eu-residency, air-gapped]").default
    assert system.privacy.boundary["regulated"] == ("in-process", "self-hosted")
    assert system.privacy.regions is not None
    assert "eu-central-1" in system.privacy.regions


def test_what_is_near_the_union_is_not_in_it(load: Load) -> None:
    regions = load("extends: [eu-residency]").default.privacy.regions or ()
    outside = {"eu-west-2", "eu-central-2", "europe-west2", "europe-west6", "uksouth", "switzerlandnorth", "norwayeast", "eu-gb"}
    assert outside.isdisjoint(regions)


def test_a_clause_of_a_preset_is_cited_in_the_preset_and_anchored_where_it_is_extended(load: Load) -> None:
    system = load("\nextends:\n  - air-gapped\n").default
    clause = system.clauses["deployment.network"]
    assert (clause.value, clause.source, clause.place.file) == ("offline", "air-gapped", "rules/presets/air-gapped.yaml")
    assert clause.anchor == Place("archfit.yaml", 4, 5, 4, 15)
    line = (presets_folder() / "air-gapped.yaml").read_text().splitlines()[clause.place.line - 1]
    assert line.startswith("  network: offline")
    assert system.privacy.processors == ()
    assert system.extends == ("air-gapped",)


def test_a_manifest_adds_to_a_preset(load: Load) -> None:
    system = load("extends: [air-gapped]\ndeployment: {target: on-prem, network: offline}").default
    assert system.deployment.target == "on-prem"
    assert system.clauses["deployment.network"].source == "manifest"
    assert system.clauses["privacy.processors"].source == "air-gapped"


def test_an_unknown_preset(told: Told) -> None:
    assert told("extends: [air_gaped]") == ["archfit.yaml:1: there is no preset `air_gaped` (did you mean `air-gapped`?)"]
    (one,) = told("extends: [zzz]")
    assert one.startswith("archfit.yaml:1: there is no preset `zzz` (presets: air-gapped")


# ---- looser than what is extended


@pytest.mark.parametrize(
    ("base", "own", "why"),
    [
        ("privacy: {processors: [a, b]}", "privacy: {processors: [a, c]}", "`c` is added"),
        ("privacy: {boundary: {regulated: [in-process]}}", "privacy: {boundary: {regulated: [external]}}", "`external` is added"),
        ("privacy: {retention: none}", "privacy: {retention: allowed}", "`allowed` instead of `none`"),
        ("deployment: {target: on-prem}", "deployment: {target: edge}", "`edge` instead of `on-prem`"),
        ("deployment: {network: offline}", "deployment: {network: online}", "`online` instead of `offline`"),
        ("deployment: {max_model_parameters: 8B}", "deployment: {max_model_parameters: 70B}", "70B is more than 8B"),
        ("deployment: {hosts: ['*.corp.example']}", "deployment: {hosts: ['*.example']}", "`*.example` is added"),
        ("latency: {p99: 4s}", "latency: {p99: 1m}", "1m is more than 4s"),
        ("latency: {timeout: required}", "latency: {timeout: optional}", "`optional` instead of `required`"),
        ("cost: {per_request: 0.02 USD}", "cost: {per_request: $0.03}", "$0.03 is more than 0.02 USD"),
        ("cost: {models: {allow: [gpt-4*]}}", "cost: {models: {allow: [gpt-*]}}", "`gpt-*` is added"),
        ("updates: {model_retirement_notice: 90d}", "updates: {model_retirement_notice: 30d}", "30d is less than 90d"),
        (
            "updates: {knowledge: {k: {changes: daily}}}",
            "updates: {knowledge: {k: {changes: never}}}",
            "never is more than daily",
        ),
        ("data: {p: {class: regulated}}", "data: {p: {class: internal}}", "`internal` instead of `regulated`"),
        ("data: {p: {class: public, redacted_by: [a.b]}}", "data: {p: {class: public, redacted_by: [a.c]}}", "`a.c` is added"),
        ("control: {tools: {allow: []}}", "control: {tools: {allow: [shell]}}", "`shell` is added"),
        ("architecture: {mechanisms: [prompt]}", "architecture: {mechanisms: [prompt, rag]}", "`rag` is added"),
        ("on_unknown: fail", "on_unknown: report", "`report` instead of `fail`"),
    ],
)
def test_what_is_extended_cannot_be_loosened(told: Told, base: str, own: str, why: str) -> None:
    (one,) = told(f"extends: [base.yaml]\n\n{own}", {"base.yaml": f"version: 1\n{base}\n"})
    assert one.startswith("archfit.yaml:3: `")
    assert f"allows more than base.yaml:2: {why} (" in one


@pytest.mark.parametrize(
    ("base", "own"),
    [
        ("privacy: {processors: [a, b]}", "privacy: {processors: [b]}"),
        ("privacy: {processors: [a]}", "privacy: {processors: []}"),
        ("deployment: {hosts: ['*.corp.example']}", "deployment: {hosts: [llm.corp.example, '*.eu.corp.example']}"),
        ("cost: {models: {allow: [llama-*]}}", "cost: {models: {allow: [llama-3.1-*]}}"),
        ("latency: {p99: 4s}", "latency: {p99: 4000ms}"),
        ("latency: {p99: 4s}", "latency: {p99: 3s, p95: 9h}"),
        ("updates: {model_retirement_notice: 30d}", "updates: {model_retirement_notice: 90d}"),
        ("latency: {timeout: optional}", "latency: {timeout: required}"),
        ("data: {p: {class: internal}}", "data: {p: {class: regulated, redacted_by: [a.b]}}"),
        ("architecture: {because: x}", "architecture: {because: y}"),
    ],
)
def test_what_is_extended_can_be_tightened(told: Told, base: str, own: str) -> None:
    assert told(f"extends: [base.yaml]\n{own}", {"base.yaml": f"version: 1\n{base}\n"}) == []


def test_ways_to_recognise_and_things_to_deny_add_up(load: Load) -> None:
    files = {
        "base.yaml": "version: 1\ncost: {models: {deny: [gpt-4*]}}\ndata: {p: {class: regulated, found_in: {fields: [ssn]}}}\n"
    }
    text = """
    extends: [base.yaml]
    cost: {models: {deny: [o1*]}}
    data: {p: {class: regulated, found_in: {fields: [diagnosis, ssn], tables: [patients]}}}
    """
    system = load(text, files).default
    assert system.cost.models_deny == ("o1*", "gpt-4*")
    assert system.data[0].fields == ("diagnosis", "ssn")
    assert system.data[0].tables == ("patients",)
    denied = system.item("cost.models.deny", "gpt-4*")
    assert denied is not None
    assert (denied.place.file, denied.place.line) == ("base.yaml", 2)


def test_a_provider_is_a_special_case_of_its_hosting(load: Load, told: Told) -> None:
    files = {"base.yaml": "version: 1\nprivacy: {boundary: {regulated: [cloud-tenant]}}\n"}
    text = "extends: [base.yaml]\nprivacy: {boundary: {regulated: [azure-openai]}}"
    known = Known(providers={"azure-openai": ["cloud-tenant"], "openai": ["external"]})
    assert load(text, files, known=known).default.privacy.boundary == {"regulated": ("azure-openai",)}
    assert len(told(text.replace("azure-openai", "openai"), files, known=known)) == 1


def test_of_two_presets_the_tighter_clause_counts(load: Load) -> None:
    files = {
        "a.yaml": """
            version: 1
            latency: {p99: 4s, timeout: required}
            privacy: {processors: [x, y]}
            cost: {models: {allow: [gpt-*], deny: [a]}}
            """,
        "b.yaml": """
            version: 1
            latency: {p99: 2s, timeout: optional}
            privacy: {processors: [y, z]}
            cost: {models: {allow: [gpt-4*], deny: [b]}}
            """,
    }
    for order in ("a.yaml, b.yaml", "b.yaml, a.yaml"):
        system = load(f"extends: [{order}]", files).default
        assert system.latency.p99 == 2.0
        assert system.clauses["latency.p99"].source == "b.yaml"
        assert system.latency.timeout == "required"
        assert system.privacy.processors == ("y",)
        assert system.cost.models_allow == ("gpt-4*",)
        assert set(system.cost.models_deny or ()) == {"a", "b"}


def test_two_presets_that_contradict_each_other(told: Told) -> None:
    files = {"a.yaml": "version: 1\ndeployment: {target: edge}\n", "b.yaml": "version: 1\ndeployment: {target: vpc}\n"}
    (one,) = told("extends: [a.yaml, b.yaml]", files)
    assert one.startswith(
        "b.yaml:2: a.yaml:2 and b.yaml:2 contradict each other: `deployment.target: edge` and `deployment.target: vpc`"
    )


def test_a_system_extends_for_itself(load: Load, told: Told) -> None:
    text = """
    privacy: {processors: [openai]}
    systems:
      - {name: open, paths: [open]}
      - {name: closed, paths: [closed], extends: [air-gapped], privacy: {processors: []}}
    """
    opened, closed = load(text).systems
    assert (opened.deployment.network, closed.deployment.network) == (None, "offline")
    assert (opened.extends, closed.extends) == ((), ("air-gapped",))
    assert len(told(text.replace(", privacy: {processors: []}", ""))) == 1


def test_a_system_cannot_loosen_what_all_extend(told: Told) -> None:
    text = "extends: [air-gapped]\nsystems:\n  - {name: a, paths: [a], deployment: {network: online}}"
    (one,) = told(text)
    assert one.startswith("archfit.yaml:3: `deployment.network` allows more than air-gapped (rules/presets/air-gapped.yaml:")


# ---- files of the repository


def test_files_extend_files(load: Load) -> None:
    files = {
        "org/team.yaml": "version: 1\nextends: [base.yaml]\nlatency: {p99: 2s}\n",
        "org/base.yaml": "version: 1\nlatency: {p99: 4s}\n",
    }
    assert load("extends: [org/team.yaml]", files).default.latency.p99 == 2.0


def test_a_file_cannot_loosen_what_it_extends_either(told: Told) -> None:
    files = {"a.yaml": "version: 1\nextends: [air-gapped]\nprivacy: {processors: [x]}\n"}
    (one,) = told("extends: [a.yaml]", files)
    assert one.startswith("a.yaml:3: `privacy.processors` allows more than air-gapped")


@pytest.mark.parametrize("entry", ["../secrets.yaml", "/etc/passwd.yaml", "a/../../b.yaml", "..\\b.yaml"])
def test_only_files_of_the_repository_are_read(told: Told, entry: str) -> None:
    (one,) = told(f"extends: ['{entry}']")
    assert one.startswith(f"archfit.yaml:1: `{entry}` is not a file of this repository")


def test_a_file_that_is_not_there(told: Told) -> None:
    assert told("extends: [a.yaml]") == [
        "archfit.yaml:1: `a.yaml` cannot be read: there is no such file (correct the path, or take it out)"
    ]


def test_files_that_extend_each_other(told: Told) -> None:
    files = {"a.yaml": "version: 1\nextends: [b.yaml]\n", "b.yaml": "version: 1\nextends: [a.yaml]\n"}
    assert told("extends: [a.yaml]", files) == [
        "b.yaml:2: `a.yaml` extends itself, by way of archfit.yaml -> a.yaml -> b.yaml -> a.yaml (take it out)"
    ]
    assert told("extends: [archfit.yaml]")[0].startswith("archfit.yaml:1: `archfit.yaml` extends itself")


def test_many_files_that_extend_each_other_end(told: Told) -> None:
    files = {f"f{i}.yaml": f"version: 1\nextends: [f{i + 1}.yaml, f{i + 2}.yaml]\n" for i in range(100)}
    assert any("more than 20 files are extended" in one for one in told("extends: [f0.yaml]", files))


def test_errors_in_an_extended_file_come_with_those_of_the_manifest(told: Told) -> None:
    files = {"a.yaml": "version: 1\nprivcy: {}\nwaivers: []\n"}
    found = told("extends: [a.yaml]\nlatncy: {}", files)
    assert [one.split(" (")[0] for one in found] == [
        "archfit.yaml:2: unknown key `latncy`",
        "a.yaml:2: unknown key `privcy`",
        "a.yaml:3: unknown key `waivers`",
    ]


def test_the_reader_does_not_leave_the_repository(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "out.yaml").write_text("x")
    (root / "in.yaml").write_text("y")
    (root / "link.yaml").symlink_to(tmp_path / "out.yaml")
    read = reader_under(root)
    assert read("in.yaml") == b"y"
    for path in ("../out.yaml", "link.yaml", "nothing.yaml", "."):
        with pytest.raises(OSError, match=r"leads out|no such file"):
            read(path)


# ---- an organisation's policy


def test_a_policy_can_only_be_tightened(load: Load, told: Told) -> None:
    policy = (b"version: 1\nextends: [air-gapped]\nlatency: {p99: 4s}\n", "policy.yaml")
    system = load("latency: {p99: 3s}", policy=policy).default
    assert (system.latency.p99, system.deployment.network) == (3.0, "offline")
    assert load("", policy=policy).default.clauses["latency.p99"].source == "policy"
    (one,) = told("latency: {p99: 5s}", policy=policy)
    assert one.startswith("archfit.yaml:1: `latency.p99` allows more than policy (policy.yaml:3): 5s is more than 4s")


# ---- every clause has an order


def leaves(model: type[Model], at: tuple[str, ...] = ()) -> list[str]:
    found = []
    for key in keys_of(model):
        if not at and key in ("version", "system", "systems", "extends", "waivers"):
            continue
        kind = type_at(ManifestFile, (*at, key))
        steps = (*at, key)
        if getattr(kind, "__origin__", None) is dict:
            steps = (*steps, "*")
            kind = type_at(ManifestFile, steps)
        found += leaves(kind, steps) if isinstance(kind, type) and issubclass(kind, Model) else [".".join(steps)]
    return found


def test_every_clause_has_an_order() -> None:
    wanted = {"privacy.boundary.*" if leaf.startswith("privacy.boundary.") else leaf for leaf in leaves(ManifestFile)}
    assert wanted == set(ORDER)
    assert order_of("privacy.boundary.regulated") is ORDER["privacy.boundary.*"]


# ---- a manifest that became looser


def changes(old: str, new: str) -> list[str]:
    def manifest(text: str) -> Manifest:
        return load_manifest(b"version: 1\n" + text.encode())

    return [f"{one.system} {one.path}: {one.what}" for one in loosened(manifest(old), manifest(new))]


WAIVER = "waivers: [{rule: r, paths: [a], reason: b, kind: accepted-risk, owner: o, expires: 2030-01-01}]"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("latency: {p99: 4s}", "latency: {p99: 6s}", ["default latency.p99: 6s is more than 4s"]),
        ("latency: {p99: 4s}", "system: chat", ["chat latency.p99: `latency.p99: 4s` is taken out"]),
        ("cost: {models: {deny: [a, b]}}", "cost: {models: {deny: [a]}}", ["default cost.models.deny: `b` is taken out"]),
        (
            "extends: [air-gapped]\nprivacy: {logging: none}",
            "extends: [air-gapped]",
            ["default privacy.logging: `privacy.logging: none` is taken out"],
        ),
        (
            "data: {p: {class: public}}",
            "data: {p: {class: public, redacted_by: [a.b]}}",
            ["default data.p.redacted_by: `data.p.redacted_by: [a.b]` is added"],
        ),
        ("", WAIVER, ["default waivers: a waiver of `r` is added or changed"]),
        (WAIVER, WAIVER.replace("2030", "2031"), ["default waivers: a waiver of `r` is added or changed"]),
        (WAIVER, WAIVER.replace("reason: b", "reason: better words"), []),
        (WAIVER, "", []),
        ("", "latency: {p99: 4s}", []),
        ("latency: {p99: 4s, timeout: optional}", "latency: {p99: 3s}", []),
        ("architecture: {because: x}", "", []),
        (
            "systems: [{name: a, paths: [a]}, {name: b, paths: [b]}]",
            "systems: [{name: a, paths: [c]}]",
            ["a paths: `a` is taken out", "b systems: the system is no longer declared"],
        ),
    ],
)
def test_a_loosened_manifest(old: str, new: str, told: list[str]) -> None:
    assert changes(old, new) == told


def test_taking_out_a_preset_is_a_loosening() -> None:
    found = changes("extends: [air-gapped]", "")
    assert "default deployment.network: `deployment.network: offline` is taken out" in found
