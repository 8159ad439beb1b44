"""A wrong provider file is an error that says where, what and what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from linter.errors import ProviderError
from linter.knowledge.catalogue import Catalogue
from linter.knowledge.load import load_catalogue

Problems = Callable[..., list[str]]

HEAD = """
provider: openai
packages: {pypi: [openai], import: [openai]}
"""


def only(found: list[str]) -> str:
    assert len(found) == 1, found
    return found[0]


def test_a_misspelt_key_comes_with_file_line_and_the_right_word(problems: Problems) -> None:
    text = only(problems(openai=HEAD + "types:\n  Client:\n    new: [openai.OpenAI]\n    hostng: external\n"))
    assert text == "rules/providers/openai.yaml:6: 'hostng' is no key of type Client (did you mean 'hosting'?)"


def test_a_misspelt_role_comes_with_the_right_one(problems: Problems) -> None:
    text = only(problems(openai=HEAD + "types:\n  Client: {new: [openai.OpenAI], args: {timeout: timeot}}\n"))
    assert text.startswith("rules/providers/openai.yaml:4: 'timeot' is no role") and "did you mean 'timeout'?" in text


def test_every_problem_of_every_file_is_said_at_once(problems: Problems) -> None:
    found = problems(
        openai=HEAD + "types:\n  Client: {new: [openai.OpenAI], kind: lm, site: clint}\n",
        ollama="provider: ollama\npackages: {pypi: [ollama], import: [ollama]}\nhosts: {localhost: mine}\n",
    )
    assert [text.partition(" ")[0] for text in found] == [
        "rules/providers/ollama.yaml:3:", "rules/providers/openai.yaml:4:", "rules/providers/openai.yaml:4:",
    ]  # fmt: skip


def test_a_type_that_does_not_exist_is_named(problems: Problems) -> None:
    found = problems(openai=HEAD + "types:\n  Client: {new: [openai.OpenAI]}\n  Azure: {new: [openai.Azure], is: Clint}\n")
    assert only(found) == "rules/providers/openai.yaml:5: is: there is no type 'Clint' (did you mean 'Client'?)"


def test_a_type_of_another_file_that_does_not_exist_is_named(problems: Problems) -> None:
    text = only(problems(openai=HEAD + "calls:\n  - {call: openai.run, returns: langchain.Chain}\n"))
    assert "returns: there is no type 'langchain.Chain'" in text


def test_types_that_inherit_from_each_other_are_refused(problems: Problems) -> None:
    found = problems(openai=HEAD + "types:\n  A: {new: [openai.A], is: B}\n  B: {new: [openai.B], is: A}\n")
    assert "inherits from itself: openai.A -> openai.B -> openai.A" in only(found)


def test_a_call_on_a_misspelt_type_is_not_taken_for_a_function(problems: Problems) -> None:
    found = problems(openai=HEAD + "types:\n  Client: {new: [openai.OpenAI]}\ncalls:\n  - call: Clinet.chat.create\n")
    assert only(found).endswith("is neither a type of this file nor below its import names (did you mean 'Client'?)")


def test_a_constructor_outside_of_the_import_names_is_refused(problems: Problems) -> None:
    text = only(problems(openai=HEAD + "types:\n  Client: {new: [opneai.OpenAI]}\n"))
    assert "'opneai.OpenAI' is not below the file's import names (did you mean 'openai'?)" in text


def test_one_name_cannot_mean_two_things(problems: Problems) -> None:
    found = problems(openai=HEAD + "types:\n  A: {new: [openai.OpenAI]}\n  B: {new: [openai.OpenAI]}\n")
    assert "'openai.OpenAI' stands already at rules/providers/openai.yaml:4" in only(found)


def test_one_host_cannot_be_hosted_in_two_ways(problems: Problems) -> None:
    found = problems(
        a="provider: a\npackages: {pypi: [], import: []}\nhosts: {api.a.com: external}\n",
        b="provider: b\npackages: {pypi: [], import: []}\nhosts: {api.a.com: {provider: a, hosting: self-hosted}}\n",
    )
    assert only(found) == "rules/providers/b.yaml:3: 'api.a.com' is said differently at rules/providers/a.yaml:3"


def test_a_repeated_key_is_refused(problems: Problems) -> None:
    assert "twice" in only(problems(openai=HEAD + "provider: again\n"))


def test_text_that_is_no_yaml_is_refused_with_its_line(problems: Problems) -> None:
    assert problems(openai=HEAD + "types: [\n")[0].startswith("rules/providers/openai.yaml:")


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("types: {client: {new: [openai.A]}}", "'client' is no type name"),
        ("types: [Client]", "types must be a mapping"),
        ("calls: {a: b}", "calls must be a list"),
        ("calls: [{site: inference}]", "`call` is missing"),
        ("calls: [{call: openai.a.*}]", "a wildcard is not supported"),
        ("calls: [{call: 'openai.{a'}]", "a brace is not closed"),
        ("calls: [{call: openai.a, returns: self}]", "`self` needs a call on a type"),
        ("calls: [{call: openai.a, versions: new}]", "'new' is no version range"),
        ("calls: [{call: openai.a, args: {'messages[role]': prompt}}]", "'messages[role]' is no argument"),
        ("calls: [{call: openai.a, args: {wait: timeout/days}}]", "'days' is no unit"),
        ("calls: [{call: openai.a, defaults: [{tiemout: 3}]}]", "'tiemout' is no role"),
        ("hosts: {'https://api.a.com': external}", "is no host name"),
        ("env: {OPENAI_API_KEY: password}", "'password' is not a meaning"),
        ("models: {azure/: {hosting: cloud-tenant}}", "`provider` is missing"),
        ("verified: {openai: 3.5}", "verified.openai must be a text (quote it)"),
    ],
)
def test_each_kind_of_mistake_is_called_by_its_name(problems: Problems, entry: str, said: str) -> None:
    assert any(said in text for text in problems(openai=HEAD + entry + "\n"))


def test_provider_and_packages_are_needed(problems: Problems) -> None:
    found = problems(openai="env: {OPENAI_API_KEY: secret}\n")
    assert [("`provider` is missing" in text, "`packages` is missing" in text) for text in found] == [
        (True, False),
        (False, True),
    ]


def test_versions_are_those_of_a_package_of_the_file(problems: Problems) -> None:
    found = problems(a="provider: a\npackages: {pypi: [acme-core], import: [acme], versions: [acme-cor]}\n")
    said = "packages.versions: there is no package 'acme-cor' (did you mean 'acme-core'?)"
    assert only(found) == f"rules/providers/a.yaml:2: {said}"


def test_an_installation_without_provider_files_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ProviderError, match="no provider files"):
        load_catalogue(tmp_path)


def test_a_right_file_loads(load: Callable[..., Catalogue]) -> None:
    assert load(openai=HEAD).providers["openai"].pypi == ("openai",)
