"""Classes that are dictionaries."""

from __future__ import annotations

from tests.link.making import trace_module

CONFIG = """
import os
class Config(dict):
    def __init__(self, path, **defaults):
        super().__init__(**defaults)
    def get(self, key):
        return os.getenv(key) or super().get(key)
config = Config("a.txt", **{"MODEL": "gpt-4o"})
"""


def test_an_entry_that_the_constructor_was_given() -> None:
    assert trace_module(CONFIG + 'use(config["MODEL"])', 'config["MODEL"]') == "'gpt-4o'"


def test_an_own_get_looks_into_the_dictionary_below() -> None:
    assert trace_module(CONFIG + 'use(config.get("MODEL"))', 'config.get("MODEL")') == "env MODEL or 'gpt-4o'"


def test_without_a_constructor_of_its_own() -> None:
    code = 'class Config(dict):\n    pass\nconfig = Config({"model": "gpt-4o"}, top=3)\nuse(config.get("model"), config["top"])'
    assert trace_module(code, 'config.get("model")') == "'gpt-4o'"
    assert trace_module(code, 'config["top"]') == "3"


def test_what_is_put_in_under_an_unknown_key_may_be_any_value() -> None:
    code = CONFIG.replace(
        "super().__init__(**defaults)", "super().__init__(**defaults)\n        for k, v in read(path):\n            self[k] = v"
    )
    assert trace_module(code + 'use(config["MODEL"])', 'config["MODEL"]').startswith("'gpt-4o' | unknown")
