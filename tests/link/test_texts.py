"""Texts and collections keep what is known of them."""

from __future__ import annotations

import pytest

from tests.link.making import trace, trace_module


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ('f"gpt-{VERSION}"', "'gpt-4o'"),
        ('f"https://{host}/v1"', "'https://' + host + '/v1'"),
        ('"gpt-" + VERSION', "'gpt-4o'"),
        ('"gpt-" + VERSION + "-mini"', "'gpt-4o-mini'"),
        ('"gpt-{}".format(VERSION)', "'gpt-4o'"),
        ('"gpt-{0}-{1}".format(VERSION, "mini")', "'gpt-4o-mini'"),
        ('"gpt-{v}".format(v=VERSION)', "'gpt-4o'"),
        ('"{{x}}-{}".format(VERSION)', "'{x}-4o'"),
        ('"gpt-%s" % VERSION', "'gpt-4o'"),
        ('"gpt-%s-%s" % (VERSION, "mini")', "'gpt-4o-mini'"),
        ('"gpt-%(v)s" % {"v": VERSION}', "'gpt-4o'"),
        ('"100%% %s" % VERSION', "'100% 4o'"),
        ('"-".join(["gpt", VERSION])', "'gpt-4o'"),
        ('"-".join(("gpt", VERSION, "mini"))', "'gpt-4o-mini'"),
        ('"gpt" "-" "4o"', "'gpt-4o'"),
        ('" gpt-4o ".strip()', "'gpt-4o'"),
        ('"GPT-4o".lower()', "'gpt-4o'"),
        ('"https://x/".rstrip("/") + "/v1"', "'https://x/v1'"),
        ('str("gpt-4o")', "'gpt-4o'"),
        ('("gpt-4o",)[0]', "'gpt-4o'"),
        ('["a", "b"][-1]', "'b'"),
        ('{"fast": "gpt-4o-mini"}["fast"]', "'gpt-4o-mini'"),
        ('{"fast": "gpt-4o-mini"}.get("fast", "x")', "'gpt-4o-mini'"),
        ('{"fast": "a", "good": "b"}[kind]', "'a' | 'b'"),
        ('{"fast": "a", "good": "b"}.get(kind, "c")', "'a' | 'b' | 'c'"),
        ('"a" if late else "b"', "'a' | 'b'"),
        ("1024 * 4", "4096"),
        ("-1", "-1"),
        ("min(4096, limit)", "4096"),
    ],
)
def test_what_is_put_together_from_known_parts_is_known(expression: str, words: str) -> None:
    assert trace_module(f'VERSION = "4o"\nask({expression})\n', expression).replace("builtins.", "") == words


def test_a_text_grows_step_by_step() -> None:
    source = """
        prompt = "Answer "
        prompt += "in one sentence: "
        prompt += question
        ask(prompt)
    """
    assert trace_module(source, "prompt") == "'Answer in one sentence: ' + builtins.question"


def test_an_address_is_built_over_several_modules() -> None:
    files = {
        "settings.py": 'import os\nHOST = os.getenv("LLM_HOST", "localhost")\nPORT = 8000\n',
        "urls.py": 'from settings import HOST, PORT\nBASE = f"http://{HOST}:{PORT}"\n',
        "app.py": 'import urls\nask(urls.BASE + "/v1")\n',
    }
    assert trace(files, "app.py", 'urls.BASE + "/v1"') == "'http://' + (env LLM_HOST or 'localhost') + ':' + 8000 + '/v1'"


# -- dictionaries and lists built step by step


@pytest.mark.parametrize(
    "steps",
    [
        'options = {"model": "gpt-4o"}',
        'options = dict(model="gpt-4o")',
        'options = {}; options["model"] = "gpt-4o"',
        'options = {"model": "x"}; options["model"] = "gpt-4o"',
        'options = {}; options.update(model="gpt-4o")',
        'options = {}; options.update({"model": "gpt-4o"})',
        'options = {}; options.setdefault("model", "gpt-4o")',
        'base = {"model": "gpt-4o"}; options = {**base, "timeout": 20}',
        'base = {"model": "x"}; options = {**base, "model": "gpt-4o"}',
        'base = {"model": "gpt-4o"}; options = {"timeout": 20} | base',
        'base = {"model": "gpt-4o"}; options = dict(base, timeout=20)',
        'base = {"model": "gpt-4o"}; options = base.copy()',
        'options = dict([("model", "gpt-4o")])',
        'options = {k: v for k, v in [("model", "gpt-4o")]}',
    ],
)
def test_an_entry_is_found_however_the_dictionary_was_built(steps: str) -> None:
    assert trace_module(f'{steps}\nask(options["model"])\n', 'options["model"]') == "'gpt-4o'"


def test_an_entry_of_one_branch_is_only_possible() -> None:
    source = """
        options = {"model": "gpt-4o"}
        if fast:
            options["model"] = "gpt-4o-mini"
        ask(options["model"])
    """
    assert trace_module(source, 'options["model"]') == "'gpt-4o' | 'gpt-4o-mini'"


def test_what_was_removed_is_gone() -> None:
    source = """
        options = {"model": "gpt-4o"}
        options.pop("model")
        ask(options["model"])
    """
    assert "'gpt-4o'" not in trace_module(source, 'options["model"]')


def test_a_popped_entry_is_the_entry() -> None:
    source = """
        def ask(**options):
            return call(options.pop("model", "o1"))
        ask(model="gpt-4o")
    """
    assert trace_module(source, 'options.pop("model", "o1")') == "'gpt-4o'"


def test_settings_in_a_nested_dictionary_of_another_module() -> None:
    files = {
        "config.py": 'CONFIG = {"llm": {"model": "gpt-4o"}}\n',
        "app.py": 'from config import CONFIG\nask(CONFIG["llm"]["model"])\n',
    }
    assert trace(files, "app.py", 'CONFIG["llm"]["model"]') == "'gpt-4o'"


def test_messages_that_grow_are_listed_in_order() -> None:
    source = """
        messages = [{"role": "system", "content": "be brief"}]
        messages.append({"role": "user", "content": question})
        ask(messages)
    """
    assert (
        trace_module(source, "messages")
        == "[{'role': 'system', 'content': 'be brief'}, {'role': 'user', 'content': builtins.question}]"
    )


@pytest.mark.parametrize(
    "expression", ['["a"] + ["b"]', '[*["a"], "b"]', 'list(("a", "b"))', '[x for x in ("a", "b")]', 'list(reversed(["b", "a"]))']
)
def test_lists_put_together_hold_their_items(expression: str) -> None:
    found = trace_module(f"ask({expression})\n", expression)
    assert "'a'" in found
    assert "'b'" in found


def test_a_list_that_is_filled_in_a_loop_holds_what_was_added() -> None:
    source = """
        names = []
        for row in rows:
            names.append("a")
        ask(names)
    """
    assert "'a'" in trace_module(source, "names")


def test_unpacking_takes_each_to_its_name() -> None:
    source = """
        (model, (timeout, _)), *rest = ("gpt-4o", (20, 0)), "a", "b"
        ask(model, timeout)
    """
    assert trace_module(source, "model") == "'gpt-4o'"
    assert trace_module(source, "timeout") == "20"


def test_pairs_of_a_dictionary() -> None:
    source = """
        for name, model in {"fast": "gpt-4o-mini", "good": "gpt-4o"}.items():
            ask(name, model)
    """
    assert trace_module(source, "model") == "'gpt-4o' | 'gpt-4o-mini'"


def test_enumerate_and_zip() -> None:
    source = """
        for number, model in enumerate(["gpt-4o", "o1"]):
            ask(model)
    """
    assert trace_module(source, "model") == "'gpt-4o' | 'o1'"
    source = """
        for model, limit in zip(["gpt-4o"], [20]):
            ask(limit)
    """
    assert trace_module(source, "limit") == "20"
