# ruff: noqa: E501 - the code that is read stands as it is written
"""Each word of rules/providers/README.md that says more than a call: it is read as written, and a wrong use is an error."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from linter.knowledge.catalogue import Catalogue
from linter.knowledge.fields import SHAPE_KEYS
from linter.knowledge.read import _CALL_KEYS, _ENDPOINT_KEYS, _FILE_KEYS, _TYPE_KEYS, ENV_MEANINGS, KINDS, RESULTS
from linter.model.catalogue import Endpoint, Hosting, Role, SiteKind

Load = Callable[..., Catalogue]
Problems = Callable[..., list[str]]

README = (Path(__file__).parents[2] / "rules" / "providers" / "README.md").read_text(encoding="utf-8")
HEAD = """\
provider: acme
packages: {pypi: [acme], import: [acme]}
"""
TYPES = (
    "types:\n  Client: {new: [acme.Client]}\n  Model: {new: [acme.Model], kind: llm, args: {provider: provider, name: model}}\n"
)


@pytest.fixture
def acme(load: Load) -> Callable[[str], Catalogue]:
    """The catalogue of one file, behind its two first lines."""
    return lambda text: load(acme=HEAD + text)


@pytest.fixture
def wrong(problems: Problems) -> Callable[[str], list[str]]:
    """What is said about one file, behind its two first lines; each with the file and a line in it."""

    def said(text: str) -> list[str]:
        found = problems(acme=HEAD + text)
        lines = (HEAD + text).count("\n") + 1
        for one in found:
            place = re.match(r"rules/providers/acme\.yaml:(\d+): ", one)
            assert place is not None and 3 <= int(place[1]) <= lines, one
        return found

    return said


# -- the README names what can be said


@pytest.mark.parametrize("word", sorted(_FILE_KEYS | _TYPE_KEYS | _CALL_KEYS | _ENDPOINT_KEYS | SHAPE_KEYS))
def test_every_key_stands_in_the_readme(word: str) -> None:
    assert re.search(rf"\b{word}\b", README)


@pytest.mark.parametrize("words", [KINDS, RESULTS - {"trimmed"}, ENV_MEANINGS, {role.value for role in Role}], ids=["kinds", "results", "env", "roles"])  # fmt: skip
def test_every_value_stands_in_the_readme(words: set[str]) -> None:
    assert [word for word in sorted(words) if not re.search(rf"\b{word}\b", README)] == []


def test_every_key_of_the_example_in_the_readme_is_read(load: Load) -> None:
    """What the README shows can be said."""
    example = README.split("```yaml\n")[1].split("```")[0]
    named = set(re.findall(r"^(\w+):", example, re.M))
    assert named <= _FILE_KEYS
    for block, keys in (("types:", _TYPE_KEYS), ("calls:", _CALL_KEYS)):
        part = example.split(f"\n{block}\n")[1].split("\ncalls:\n")[0]
        assert set(re.findall(r"^ {4}(\w+):", part, re.M)) <= keys


# -- endpoints


def endpoint(found: Catalogue) -> Endpoint:
    assert len(found.endpoints) == 1
    return found.endpoints[0]


def test_an_endpoint_names_what_stands_in_its_path(acme: Callable[[str], Catalogue]) -> None:
    one = endpoint(acme('endpoints:\n  - {path: "/models/<model>:generate", site: inference, args: {contents: prompt}}\n'))
    assert (one.path, one.shape.site) == ("/models/<model>:generate", SiteKind.INFERENCE)
    assert [(arg.name, arg.role) for arg in one.shape.args] == [("contents", Role.PROMPT)]


def test_an_endpoint_has_conditions_on_its_body(acme: Callable[[str], Catalogue]) -> None:
    one = endpoint(acme('endpoints:\n  - {path: /run, site: inference, when: {task: [chat, "text-*"], input.messages: "*"}}\n'))
    assert one.shape.when == {"task": ("chat", "text-*"), "input.messages": ("*",)}


def test_an_endpoint_says_who_answers(acme: Callable[[str], Catalogue]) -> None:
    one = endpoint(
        acme('endpoints:\n  - {path: ":8080/run", site: inference, provider: own, hosting: self-hosted, sets: {stream: true}}\n')
    )
    assert (one.shape.provider, one.shape.hosting, one.shape.sets) == ("own", Hosting.SELF_HOSTED, {"stream": True})


def test_braces_of_a_path_are_several_endpoints(acme: Callable[[str], Catalogue]) -> None:
    found = acme('endpoints:\n  - {path: "{/a,/b}/<model>", site: embedding}\n').endpoints
    assert [one.path for one in found] == ["/a/<model>", "/b/<model>"]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{path: '/models/<modell>', site: inference}", "'modell' is no role (did you mean 'model'?)"),
        ("{path: '/models/<model name>', site: inference}", "model name"),
        ("{path: /run, site: inferense}", "'inferense' is not a site kind (did you mean 'inference'?)"),
        ("{path: /run, site: parts}", "parts"),
        ("{path: /run}", "`path` and `site` are needed"),
        ("{site: inference}", "`path` and `site` are needed"),
        ("{path: 3, site: inference}", "path must be"),
        ("{path: '/{run', site: inference}", "a brace is not closed"),
        ("{path: /run, site: inference, returns: self}", "'returns' is no key of an endpoint"),
        ("{path: /run, site: inference, when: [task]}", "when must be a mapping"),
        ("{path: /run, site: inference, when: {task: {is: chat}}}", "a condition needs a value or a list of values"),
        ("{path: /run, site: inference, hosting: cloud}", "'cloud' is not a hosting"),
        ("{path: /run, site: inference, args: {body: llm as Nobody}}", "there is no type 'Nobody'"),
        ("text", "an endpoint must be a mapping"),
    ],
)  # fmt: skip
def test_a_wrong_endpoint_is_an_error(wrong: Callable[[str], list[str]], entry: str, said: str) -> None:
    assert any(said in one for one in wrong(f"endpoints:\n  - {entry}\n"))


# -- dictionaries that describe objects


def test_an_argument_describes_an_object(acme: Callable[[str], Catalogue]) -> None:
    call = acme(f"{TYPES}calls:\n  - {{call: acme.run, args: {{config.llm: llm as Model}}}}\n").function("acme.run")
    assert call is not None
    (arg,) = call.shape.args
    assert (arg.name, arg.path, arg.role, arg.type) == ("config", ("llm",), Role.LLM, "acme.Model")


def test_the_described_type_may_stand_in_another_file(load: Load) -> None:
    other = "provider: other\npackages: {pypi: [other], import: [other]}\ncalls:\n  - {call: other.run, args: {llm: llm as acme.Model}}\n"
    call = load(acme=HEAD + TYPES, other=other).function("other.run")
    assert call is not None and [arg.type for arg in call.shape.args] == ["acme.Model"]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{call: acme.run, args: {llm: llm as Modell}}", "there is no type 'Modell' (did you mean 'Model'?)"),
        ("{call: acme.run, args: {llm: 'llm as '}}", "llm as"),
        ("{call: acme.run, args: {llm: lm as Model}}", "'lm' is no role (did you mean 'llm'?)"),
        ("{call: acme.run, args: {name: model as Model}}", "model as"),
        ("{call: Client.run, args: {llm: llm as model}}", "there is no type 'model'"),
    ],
)
def test_a_wrong_description_is_an_error(wrong: Callable[[str], list[str]], entry: str, said: str) -> None:
    assert any(said in one for one in wrong(f"{TYPES}calls:\n  - {entry}\n"))


def test_a_wrong_description_on_a_type_is_an_error(wrong: Callable[[str], list[str]]) -> None:
    (said,) = wrong("types:\n  Client: {new: [acme.Client], args: {config: llm as Modell}}\n")
    assert "there is no type 'Modell'" in said


# -- calls that add parts, calls that set globals, sites of parts


def test_a_call_adds_to_its_receiver(acme: Callable[[str], Catalogue]) -> None:
    found = acme(
        f"{TYPES}calls:\n  - {{call: 'Client.{{add,connect}}', args: {{one: part}}, adds: true}}\n  - {{call: Client.run}}\n"
    )
    assert found.adders_of("acme.Client") == (("add",), ("connect",))
    assert [call.adds for call in found.calls_on("acme.Client", ("add",))] == [True]
    assert [call.adds for call in found.calls_on("acme.Client", ("run",))] == [False]


def test_a_sub_type_is_added_to_in_the_same_way(acme: Callable[[str], Catalogue]) -> None:
    found = acme(TYPES + "  Sub: {new: [acme.Sub], is: Client}\ncalls:\n  - {call: Client.add, args: {one: part}, adds: true}\n")
    assert found.adders_of("acme.Sub") == (("add",),)


def test_a_call_may_say_that_it_does_not_add(acme: Callable[[str], Catalogue]) -> None:
    found = acme(f"{TYPES}calls:\n  - {{call: Client.add, adds: false}}\n")
    assert found.adders_of("acme.Client") == ()


@pytest.mark.parametrize("value", ["yes", "[one]", "1", "{one: part}"])
def test_adding_is_true_or_false(wrong: Callable[[str], list[str]], value: str) -> None:
    assert any("adds" in one for one in wrong(f"{TYPES}calls:\n  - {{call: Client.add, adds: {value}}}\n"))


def test_a_function_has_no_receiver_to_add_to(wrong: Callable[[str], list[str]]) -> None:
    assert any("adds" in one for one in wrong("calls:\n  - {call: acme.add, args: {one: part}, adds: true}\n"))


GLOBALS = "globals: {acme.settings.lm: llm}\n"


def test_a_call_sets_a_global(acme: Callable[[str], Catalogue]) -> None:
    found = acme(f"{GLOBALS}calls:\n  - {{call: acme.configure, order: [lm], sets_global: {{lm: acme.settings.lm}}}}\n")
    assert found.globals == {"acme.settings.lm": Role.LLM}
    (setter,) = found.setters["acme.settings.lm"]
    assert (setter.target, setter.shape.sets_global) == ("acme.configure", {"lm": "acme.settings.lm"})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{GLOBALS}calls:\n  - {{call: acme.configure, sets_global: {{lm: acme.settings.llm}}}}\n", "acme.settings.llm"),
        (f"{GLOBALS}calls:\n  - {{call: acme.configure, sets_global: [lm]}}\n", "sets_global must be a mapping"),
        (f"{GLOBALS}calls:\n  - {{call: acme.configure, sets_global: {{lm: 3}}}}\n", "sets_global must be a text"),
        ("globals: {acme.settings.lm: lm}\n", "'lm' is no role (did you mean 'llm'?)"),
        ("globals: [acme.settings.lm]\n", "globals must be a mapping"),
        ("globals: {'acme settings': llm}\n", "acme settings"),
        ("globals: {amce.settings.lm: llm}\n", "amce.settings.lm"),
    ],
)
def test_a_wrong_global_is_an_error(wrong: Callable[[str], list[str]], text: str, said: str) -> None:
    assert any(said in one for one in wrong(text))


def test_a_site_of_its_parts(acme: Callable[[str], Catalogue]) -> None:
    found = acme(f"{TYPES}calls:\n  - {{call: Client.run, site: parts}}\n").call_on("acme.Client", ("run",))
    assert found is not None and (found.shape.by_parts, found.shape.site) == (True, None)


@pytest.mark.parametrize("word", ["part", "none", "[parts]"])
def test_a_site_that_is_none_is_an_error(wrong: Callable[[str], list[str]], word: str) -> None:
    assert any("site kind" in one for one in wrong(f"{TYPES}calls:\n  - {{call: Client.run, site: {word}}}\n"))


# -- constants, data files, collected methods


def test_constants_are_known_under_all_their_names(acme: Callable[[str], Catalogue]) -> None:
    found = acme("constants: {'acme.{,urls.}BASE': 'https://api.acme.ai', acme.LIMIT: 300, acme.RATE: 0.5}\n")
    assert found.constants == {
        "acme.BASE": "https://api.acme.ai",
        "acme.urls.BASE": "https://api.acme.ai",
        "acme.LIMIT": 300,
        "acme.RATE": 0.5,
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("constants: {acme.BASE: [a]}\n", "a constant has a text or a number"),
        ("constants: {acme.BASE: {a: b}}\n", "a constant has a text or a number"),
        ("constants: {acme.BASE: null}\n", "a constant has a text or a number"),
        ("constants: {acme.BASE: true}\n", "a constant has a text or a number"),
        ("constants: [acme.BASE]\n", "constants must be a mapping"),
        ("constants: {'acme.{BASE': a}\n", "a brace is not closed"),
        ("constants: {'acme base': a}\n", "acme base"),
        ("constants: {amce.BASE: a}\n", "amce.BASE"),
    ],
)
def test_a_wrong_constant_is_an_error(wrong: Callable[[str], list[str]], text: str, said: str) -> None:
    assert any(said in one for one in wrong(text))


def test_a_decorator_loads_data_files(acme: Callable[[str], Catalogue]) -> None:
    found = acme("loads: {acme.project.Base: {agents_config: config/agents.yaml, tasks_config: config/tasks.yaml}}\n")
    assert found.loads == {"acme.project.Base": {"agents_config": "config/agents.yaml", "tasks_config": "config/tasks.yaml"}}


def test_a_decorator_collects_methods(acme: Callable[[str], Catalogue]) -> None:
    assert acme("collects: {acme.project.agent: agents}\n").collects == {"acme.project.agent": "agents"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("loads: {acme.Base: [agents_config]}\n", "loads.acme.Base must be a mapping"),
        ("loads: {acme.Base: agents.yaml}\n", "loads.acme.Base must be a mapping"),
        ("loads: {acme.Base: {agents_config: 3}}\n", "loads.acme.Base must be a text"),
        ("loads: [acme.Base]\n", "loads must be a mapping"),
        ("loads: {'acme Base': {a: b.yaml}}\n", "'acme Base' is no dotted name"),
        ("loads: {amce.Base: {a: b.yaml}}\n", "amce.Base"),
        ("collects: {acme.agent: [agents]}\n", "collects must be a text"),
        ("collects: {acme.agent: 3}\n", "collects must be a text"),
        ("collects: [acme.agent]\n", "collects must be a mapping"),
        ("collects: {'acme agent': agents}\n", "'acme agent' is no dotted name"),
        ("collects: {amce.agent: agents}\n", "amce.agent"),
    ],
)
def test_a_wrong_decorator_is_an_error(wrong: Callable[[str], list[str]], text: str, said: str) -> None:
    assert any(said in one for one in wrong(text))


# -- words for providers


def test_the_words_of_an_sdk_for_providers(acme: Callable[[str], Catalogue]) -> None:
    found = acme(
        "providers:\n  azure: {provider: azure-openai, hosting: cloud-tenant}\n"
        "  '{local,own}': {provider: ollama, hosting: self-hosted}\n  plain: openai\n"
    )
    assert found.alias("acme", "azure") == ("azure-openai", Hosting.CLOUD_TENANT)
    assert found.alias("acme", "local") == found.alias("acme", "own") == ("ollama", Hosting.SELF_HOSTED)
    assert found.alias("acme", "plain") == ("openai", None)
    assert found.alias("acme", "other") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("providers: {azure: {provider: a, hosting: cloud}}\n", "'cloud' is not a hosting"),
        ("providers: {azure: {provider: a, host: external}}\n", "'host' is no key of providers (did you mean 'hosting'?)"),
        ("providers: {azure: {hosting: external}}\n", "provider"),
        ("providers: {azure: 3}\n", "providers must be a mapping"),
        ("providers: [azure]\n", "providers must be a mapping"),
    ],
)
def test_a_wrong_word_for_a_provider_is_an_error(wrong: Callable[[str], list[str]], text: str, said: str) -> None:
    assert any(said in one for one in wrong(text))


# -- defaults, members, results, conditions


def test_a_default_may_be_an_object(acme: Callable[[str], Catalogue]) -> None:
    found = acme("types:\n  Model: {kind: llm}\n  Engine: {new: [acme.Engine], defaults: [{llm: acme.Model, top_k: 3}]}\n")
    (default,) = found.type("acme.Engine").shape.defaults
    assert default.values == {"llm": "acme.Model", "top_k": 3}


@pytest.mark.parametrize("role", ["llm", "embedder"])
def test_a_default_object_of_no_known_type_is_an_error(wrong: Callable[[str], list[str]], role: str) -> None:
    text = f"types:\n  Model: {{kind: llm}}\n  Engine: {{new: [acme.Engine], defaults: [{{{role}: acme.Modell}}]}}\n"
    assert any("acme.Modell" in one for one in wrong(text))


def test_any_other_member(acme: Callable[[str], Catalogue]) -> None:
    found = acme("types:\n  Client: {new: [acme.Client], members: {chat: Chat, '*': Any}}\n  Chat: {}\n  Any: {}\n")
    assert found.member("acme.Client", "chat") == "acme.Chat"
    assert found.member("acme.Client", "whatever") == "acme.Any"
    assert found.member("acme.Client", "_private") is None


def test_every_other_keyword(acme: Callable[[str], Catalogue]) -> None:
    call = acme("calls:\n  - {call: acme.run, args: {model: model, '**': prompt}}\n").function("acme.run")
    assert call is not None and [(arg.name, arg.role) for arg in call.shape.args] == [("model", Role.MODEL), ("**", Role.PROMPT)]


def test_a_condition_on_a_nested_key(acme: Callable[[str], Catalogue]) -> None:
    call = acme("calls:\n  - {call: acme.run, when: {body.input.kind: chat}}\n").function("acme.run")
    assert call is not None and call.shape.when == {"body.input.kind": ("chat",)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("types:\n  Client: {new: [acme.Client], members: {'*': Nobody}}\n", "members.*: there is no type 'Nobody'"),
        ("types:\n  Client: {new: [acme.Client], kind: writter}\n", "'writter' is not a kind (did you mean 'writer'?)"),
        ("types:\n  Client: {new: [acme.Client], also: [ingst]}\n", "'ingst' is not a site kind (did you mean 'ingest'?)"),
        ("types:\n  Client: {new: [acme.Client], sets: {strem: true}}\n", "'strem' is no role (did you mean 'stream'?)"),
        ("types:\n  Client: text\n", "type Client must be a mapping"),
        ("calls:\n  - {call: acme.run, result: document}\n", "'document' is not a result (did you mean 'documents'?)"),
        ("calls:\n  - {call: acme.run, args: {'*': prompt}}\n", "'*' is no argument"),
        ("calls:\n  - {call: acme.run, args: [model]}\n", "args must be a mapping"),
        ("calls:\n  - {call: acme.run, when: {kind: {is: x}}}\n", "a condition needs a value or a list of values"),
        ("calls:\n  - {call: acme.run, returns: [Client, '']}\n", "there is no type 'Client'"),
        ("calls:\n  - {call: acme.run, order: [1]}\n", "order must be a text"),
        ("calls:\n  - text\n", "a call must be a mapping"),
        ("versions: '<1'\n", "versions must be a mapping"),
        ("versions: {acme.old: new}\n", "'new' is no version range"),
        ("examples: [a]\n", "examples must be a text"),
        ("env: {ACME_URL: address}\n", "'address' is not a meaning"),
    ],
)
def test_a_wrong_word_is_an_error(wrong: Callable[[str], list[str]], text: str, said: str) -> None:
    assert any(said in one for one in wrong(text))


def test_one_mistake_is_said_once(wrong: Callable[[str], list[str]]) -> None:
    assert len(wrong("calls:\n  - {call: acme.run, args: {model: null}}\n")) == 1


def test_every_wrong_word_of_a_file_is_said_at_once(wrong: Callable[[str], list[str]]) -> None:
    found = wrong(
        "constants: {acme.BASE: [a]}\n"
        "loads: {acme.Base: x}\n"
        "collects: {acme.agent: 3}\n"
        "providers: {azure: 3}\n"
        "globals: {acme.lm: lm}\n"
        "calls:\n  - {call: acme.run, args: {a: llm as Nobody}}\n"
        "endpoints:\n  - {path: '/<modell>', site: inference}\n"
    )
    lines = [int(one.split(":")[1]) for one in found]
    assert (lines, len(set(lines))) == (sorted(lines), 7)


def test_a_variable_can_be_the_address_of_another_provider_or_a_switch(acme: Callable[[str], Catalogue]) -> None:
    known = acme("env: {ACME_URL: endpoint, OTHER_URL: {endpoint: other}, ACME_TRACE: {tracing: [acme]}}\n")
    assert [(one.name, one.meaning, one.provider, one.packages) for one in known.variables] == [
        ("ACME_URL", "endpoint", "acme", ()),
        ("OTHER_URL", "endpoint", "other", ()),
        ("ACME_TRACE", "tracing", "acme", ("acme",)),
    ]
