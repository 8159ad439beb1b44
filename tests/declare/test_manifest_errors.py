"""What is wrong in a manifest: every error at once, each with its line and, where possible, what was meant."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linter.declare.load import Known, load_manifest
from linter.declare.schema import ManifestFile, homes
from linter.errors import ManifestError, Problem

Told = Callable[..., list[str]]


def errors(data: bytes) -> tuple[Problem, ...]:
    with pytest.raises(ManifestError) as refused:
        load_manifest(data)
    assert refused.value.exit_code == 2
    return refused.value.problems


def error(data: bytes) -> str:
    (one,) = errors(data)
    return str(one)


# ---- the file as a whole


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "archfit.yaml:1: the file is empty"),
        (b"\n# nothing yet\n", "archfit.yaml:1: the file is empty"),
        (b"- version: 1\n", "archfit.yaml:1: no manifest, but a list"),
        (b"hello\n", "archfit.yaml:1: no manifest, but the text `hello`"),
        (b"version: 1\nsystem: caf\xe9\n", "archfit.yaml:2: byte 0xe9 is not UTF-8 (save the file as UTF-8)"),
        (b"version: 1\nprivacy:\n\tretention: none\n", "archfit.yaml:3: a tab is used for indentation (YAML allows spaces only)"),
        (b"version: 1\nprivacy: {\n", "archfit.yaml:3: not YAML: did not find expected node content"),
        (b"version: 1\ndata: " + b"{a: " * 200, "archfit.yaml:2: nested deeper than 100 levels"),
        (b"[" * 100_000, "archfit.yaml:1: nested deeper than 100 levels"),
        (b"version: 1\n---\nversion: 1\n", "archfit.yaml:3: a second document starts here"),
        (b"version: 1\nprivacy: {}\nprivacy: {}\n", "archfit.yaml:3: the key `privacy` is written twice, first in line 2"),
        (b"system: x\n", "archfit.yaml:1: `version` is missing (add `version: 1`)"),
        (b"version: 2\n", "archfit.yaml:1: this archfit reads version 1 of the format, not `2` (write `version: 1`)"),
        (b"version: '1'\n", "archfit.yaml:1: this archfit reads version 1 of the format, not the text `1` (write `version: 1`)"),
        (b"version: true\n", "archfit.yaml:1: this archfit reads version 1"),
    ],
)
def test_the_file_as_a_whole(data: bytes, message: str) -> None:
    assert error(data).startswith(message)


def test_an_alias_bomb_is_refused_at_once() -> None:
    lines = ["version: 1", "a0: &a0 [" + "x, " * 9 + "]"]
    lines += [f"a{i}: &a{i} [" + f"*a{i - 1}, " * 9 + "]" for i in range(1, 12)]
    assert error("\n".join(lines).encode()) == "archfit.yaml:7: aliases and merge keys add more than 100,000 values"


# ---- keys


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("privcy: {}", "1: unknown key `privcy` (did you mean `privacy`?)"),
        ("privacy:\n  procesors: [a]", "2: unknown key `procesors` in `privacy` (did you mean `processors`?)"),
        ("latency: {maxStages: 4}", "1: unknown key `maxStages` in `latency` (did you mean `max_stages`?)"),
        ("latency: {max-stages: 4}", "1: unknown key `max-stages` in `latency` (did you mean `max_stages`?)"),
        ("processors: [a]", "1: unknown key `processors` (it belongs in `privacy`)"),
        ("control: {max_stages: 4}", "1: unknown key `max_stages` in `control` (it belongs in `latency`)"),
        ("procesors: [a]", "1: unknown key `procesors` (did you mean `privacy.processors`?)"),
        ("found_in: {}", "1: unknown key `found_in` (it belongs in `data.<name>` or `updates.knowledge.<name>`)"),
        (
            "privacy: {zzz: 1}",
            "1: unknown key `zzz` in `privacy` (known here: boundary, processors, regions, retention, logging)",
        ),
        ("on: push", "1: unknown key `on` (known here:"),
        ("data: {p: {clas: public, class: public}}", "1: unknown key `clas` in `data.p` (did you mean `class`?)"),
        ("privacy: {boundary: {regulatd: []}}", "1: unknown key `regulatd` in `privacy.boundary` (did you mean `regulated`?)"),
        (
            "systems:\n- name: a\n  paths: [a]\n  privacy: {loging: none}",
            "4: unknown key `loging` in `systems[0].privacy` (did you mean",
        ),
        ("'" + "k" * 500 + "': 1", "1: unknown key `" + "k" * 59 + "…` (known here:"),
    ],
)
def test_an_unknown_key(told: Told, text: str, message: str) -> None:
    (one,) = told(text)
    assert one.startswith("archfit.yaml:" + message)


# ---- shapes


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("privacy: [a]", "1: `privacy` must be a mapping of keys, not a list"),
        ("data: [a]", "1: `data` must be a mapping of names, not a list"),
        ("data: {p: regulated}", "1: `data.p` must be a mapping of keys, not the text `regulated`"),
        ("privacy:\n  processors: openai", "2: `privacy.processors` must be a list, not the text `openai` (write `[openai]`)"),
        ("privacy: {processors: {a: b}}", "1: `privacy.processors` must be a list, not a mapping"),
        ("privacy: {processors: [8]}", '1: `privacy.processors[0]` must be text, not `8` (write "8" in quotes)'),
        ("privacy: {processors: ['']}", "1: `privacy.processors[0]` is empty"),
        (
            "privacy: {processors: [a, ]}\nlatency: {max_stages: '4'}",
            "2: `latency.max_stages` must be a whole number, not the text `4`",
        ),
        ("latency: {max_stages: 4.5}", "1: `latency.max_stages` must be a whole number, not `4.5`"),
        ("latency: {max_stages: true}", "1: `latency.max_stages` must be a whole number, not `true`"),
        ("latency: {max_stages: -1}", "1: `latency.max_stages` must be at least 0, not `-1`"),
        (
            "cost: {max_prompt_tokens: 8_000}",
            "1: `cost.max_prompt_tokens` must be a whole number, not the text `8_000` (write `8000` wi",
        ),
        ("control: {max_temperature: hot}", "1: `control.max_temperature` must be a number, not the text `hot`"),
        ("control: {output: required}", "1: `control.output` must be a mapping of keys, not the text `required`"),
        ("system: 5", '1: `system` must be text, not `5` (write "5" in quotes)'),
        ("extends: air-gapped", "1: `extends` must be a list, not the text `air-gapped` (write `[air-gapped]`)"),
        ("privacy: {regions: }", "1: `privacy.regions` has no value (write `[]` for none, or remove the key)"),
        ("latency: {p99: }", "1: `latency.p99` has no value (fill it in, or remove it)"),
        ("privacy:\n  processors:\n    - a\n    -\n", "4: `privacy.processors[1]` has no value (fill it in, or remove it)"),
        ("systems: []", "1: `systems` is empty"),
    ],
)
def test_a_wrong_shape(told: Told, text: str, message: str) -> None:
    (one,) = told(text)
    assert one.startswith("archfit.yaml:" + message)


# ---- values, section by section


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("data: {p: {}}", "1: `class` is missing in `data.p` (add `class: public | internal | confidential | regulated`)"),
        (
            "data: {p: {class: secret}}",
            "1: `data.p.class` must be `public`, `internal`, `confidential` or `regulated`, not `secret`",
        ),
        ("data: {a.b: {class: public}}", "1: `a.b` is no name; a name has letters, digits, `-` and `_`"),
        (
            "data: {p: {class: public, found_in: {types: [app/m.py]}}}",
            "1: `data.p.found_in.types[0]`: `app/m.py` is not a dotted name",
        ),
        ("data: {p: {class: public, found_in: {files: [/etc]}}}", "1: `data.p.found_in.files[0]`: `/etc` is not a path inside"),
        (
            "data: {p: {class: public, found_in: {files: [a/../../b]}}}",
            "1: `data.p.found_in.files[0]`: `a/../../b` is not a path inside",
        ),
        (
            "data: {p: {class: public, found_in: {files: ['*.{py,ts}']}}}",
            "1: `data.p.found_in.files[0]`: `*.{py,ts}` holds braces",
        ),
        ("privacy: {retention: never}", "1: `privacy.retention` must be `none` or `allowed`, not `never`"),
        ("privacy: {logging: off}", "1: `privacy.logging` must be `none` or `allowed`, not `off`"),
        (
            "privacy: {boundary: {internal: [inprocess]}}",
            "1: `privacy.boundary.internal`: `inprocess` is no hosting (did you mean `in-process`?)",
        ),
        ("privacy: {processors: [self-hosted]}", "1: `privacy.processors`: `self-hosted` is a hosting, not a provider"),
        (
            "deployment: {target: onprem}",
            "1: `deployment.target` must be `cloud-api`, `vpc`, `on-prem` or `edge`, not `onprem` (did you mean `on-prem`?)",
        ),
        (
            "deployment: {hosts: ['https://a.b/c']}",
            "1: `deployment.hosts[0]`: `https://a.b/c` is an address (write the host name alone",
        ),
        ("deployment: {hosts: ['a.b:80']}", "1: `deployment.hosts[0]`: `a.b:80` has a port"),
        ("deployment: {network: no}", "1: `deployment.network` must be `offline` or `online`, not `no`"),
        ("deployment: {max_model_parameters: 8x7B}", "1: `deployment.max_model_parameters`: `8x7B` is no number of parameters"),
        ("latency: {p99: 4}", "1: `latency.p99`: `4` has no unit (write `4s` for seconds, or use ms, m, h, d, w)"),
        (
            "latency: {p99: 12:30}",
            "1: `latency.p99`: `12:30` can be read in two ways (write hours, minutes and seconds as in `12h30m`",
        ),
        ("latency: {timeout: yes}", "1: `latency.timeout` must be `required` or `optional`, not `yes`"),
        ("cost: {per_request: 0.02}", "1: `cost.per_request`: `0.02` has no currency (write `0.02 USD`)"),
        ("cost: {per_request: 0.02 EUR}", "1: `cost.per_request`: `0.02 EUR` is not in USD"),
        (
            "updates: {knowledge: {k: {changes: often}}}",
            "1: `updates.knowledge.k.changes`: `often` is none of hourly, daily, weekly",
        ),
        ("updates: {knowledge: {k: {refresh_within: 7}}}", "1: `updates.knowledge.k.refresh_within`: `7` has no unit"),
        (
            "updates: {knowledge: {k: {served_by: finetune}}}",
            "1: `updates.knowledge.k.served_by` must be `retrieval`, `prompt` or `fine-tune`, ",
        ),
        ("updates: {model_retirement_notice: 0d}", "1: `updates.model_retirement_notice`: `0d` is no time at all"),
        ("control: {max_temperature: -0.1}", "1: `control.max_temperature` must be at least 0"),
        ("control: {knowledge_sources: [kb]}", "1: `control.knowledge_sources`: `kb` is not declared in `updates.knowledge`"),
        (
            "architecture: {mechanisms: [RAG]}",
            "1: `architecture.mechanisms[0]` must be `prompt`, `rag`, `finetune`, `agent` or `router`, not `RAG` (did",
        ),
        ("on_unknown: ignore", "1: `on_unknown` must be `report` or `fail`, not `ignore`"),
    ],
)
def test_a_wrong_value(told: Told, text: str, message: str) -> None:
    (one,) = told(text)
    assert one.startswith("archfit.yaml:" + message)


def test_a_misspelt_knowledge_source(told: Told) -> None:
    text = """
    updates:
      knowledge: {hr-policies: {changes: weekly}}
    control:
      knowledge_sources:
        - hr-policies
        - hr_polices
    """
    (one,) = told(text)
    assert one.startswith("archfit.yaml:6: `control.knowledge_sources`: `hr_polices` is not declared in `updates.knowledge`")
    assert one.endswith("(did you mean `hr-policies`?)")


def test_a_source_whose_declaration_is_wrong_is_told_once(told: Told) -> None:
    text = "updates: {knowledge: {kb: weekly}}\ncontrol: {knowledge_sources: [kb]}"
    assert told(text) == ["archfit.yaml:1: `updates.knowledge.kb` must be a mapping of keys, not the text `weekly`"]


def test_everything_that_a_waiver_needs(told: Told) -> None:
    found = told("waivers:\n  - rule: r\n    paths: []\n    kind: accepted\n    expires:\n")
    assert [one.removeprefix("archfit.yaml:").partition(" (")[0] for one in found] == [
        "2: `reason` is missing in `waivers[0]`",
        "2: `owner` is missing in `waivers[0]`",
        "3: `waivers[0].paths` is empty",
        "4: `waivers[0].kind` must be `accepted-risk` or `false-positive`, not `accepted`",
        "5: `waivers[0].expires` has no value",
    ]


# ---- systems


def test_the_two_forms_exclude_each_other(told: Told) -> None:
    (one,) = told("system: a\nsystems:\n  - {name: b, paths: [b]}\n")
    assert one.startswith("archfit.yaml:2: `system` and `systems` exclude each other")


def test_systems_need_a_name_and_paths_and_not_the_same_name(told: Told) -> None:
    text = """
    systems:
      - name: chat
        paths: [a]
      - paths: [b]
      - name: chat
    """
    assert told(text) == [
        "archfit.yaml:4: `name` is missing in `systems[1]` (add `name: …`)",
        "archfit.yaml:5: `paths` is missing in `systems[2]` (add `paths: …`)",
        "archfit.yaml:5: two systems have the name `chat`, the other one in line 2 (give each its own name)",
    ]


# ---- words that name something outside of the manifest


KNOWN = Known(providers={"openai": ["external"], "azure-openai": ["cloud-tenant"]}, rules=["missing-timeout"])


def test_providers_and_rules_are_held_against_what_is_known(told: Told) -> None:
    text = """
    privacy:
      processors: [azure-opnai, openai, in-process]
      boundary:
        regulated: [in-process, azur-openai, zzz]
    waivers:
      - {rule: missing-timeouts, paths: [a], reason: b, kind: false-positive, owner: c, expires: 2030-01-01}
    """
    assert [one.partition(": ")[2].partition(" (")[0] for one in told(text, known=KNOWN)] == [
        "`privacy.processors`: `azure-opnai` is not a known provider",
        "`privacy.processors`: `in-process` is a hosting, not a provider",
        "`privacy.boundary.regulated`: `azur-openai` is neither a hosting nor a known provider",
        "`privacy.boundary.regulated`: `zzz` is neither a hosting nor a known provider",
        "there is no rule `missing-timeouts`",
    ]
    assert told(text, known=KNOWN)[0].endswith("(did you mean `azure-openai`?)")


def test_without_knowledge_a_providers_name_is_taken_as_it_is(told: Told) -> None:
    assert told("privacy: {processors: [somebody], boundary: {public: [somebody]}}") == []


# ---- all at once


def test_ten_errors_are_told_at_once_in_the_order_of_the_lines(told: Told) -> None:
    text = """
    privacy:
      procesors: [a]
      retention: never
    deployment:
      target: onprem
      target: moon
    latency:
      p99: 12:30
      max_stages: "4"
    cost: {per_request: 0.02}
    control:
      knowledge_sources: [kb]
    architecture:
      mechanisms: rag
    waivers:
      - {rule: r, paths: [a], reason: b, kind: false-positive, expires: 2030-01-01}
    extends: [airgapped]
    """
    found = told(text)
    assert [int(one.split(":")[1]) for one in found] == [2, 3, 6, 6, 8, 9, 10, 12, 14, 16, 17]
    assert found[-1] == "archfit.yaml:17: there is no preset `airgapped` (did you mean `air-gapped`?)"


def test_a_flood_of_errors_is_cut(told: Told) -> None:
    found = told("\n".join(f"k{i}: 1" for i in range(5000)))
    assert len(found) == 101
    assert found[-1] == "archfit.yaml: and 4,900 more errors"


# ---- whatever the bytes are


def only_manifest_errors(data: bytes) -> None:
    try:
        load_manifest(data)
    except ManifestError as refused:
        assert refused.problems
        assert all(problem.file for problem in refused.problems)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_manifest_or_a_manifest_error(data: bytes) -> None:
    only_manifest_errors(data)
    only_manifest_errors(b"version: 1\n" + data)


_WORDS = [*(key for key, _ in homes(ManifestFile)), "name", "paths", "rule", "reason", "kind", "owner", "expires"]
_WORDS += ["air-gapped", "none", "required", "weekly", "24h", "8B", "rag", "a/b.yaml", "../x", "<<"]
_word = st.sampled_from(_WORDS)
_leaf = _word | st.sampled_from(
    ["", "~", "1", "-3", "0.5", ".nan", ".inf", "true", "'x'", "[]", "{}", "12:30", "0.02 USD", "9" * 30, "\u2028"]
)
_flow = st.recursive(
    _leaf,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: "[" + ", ".join(items) + "]")
        | st.lists(st.tuples(_word, inner), max_size=3).map(lambda pairs: "{" + ", ".join(f"{k}: {v}" for k, v in pairs) + "}")
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.lists(st.tuples(_word, _flow), max_size=6))
def test_any_shape_gives_a_manifest_or_a_manifest_error(pairs: list[tuple[str, str]]) -> None:
    only_manifest_errors("\n".join(["version: 1", *(f"{key}: {value}" for key, value in pairs)]).encode())
