"""Objects of which nothing is known, known by a method that only one class has."""

from __future__ import annotations

import pytest

from tests.link.making import trace_openai

STUDIO = """
    import pickle, queue
    import streamlit as st

    class Studio:
        def __init__(self, label):
            self.label = label

        def make_client(self):
            return OpenAI(timeout=20)
"""


@pytest.mark.parametrize(
    "given",
    [
        "st.session_state.studios[0]",
        "st.session_state['studio']",
        "pickle.load(open('studio.pickle', 'rb'))",
        "jobs.get()",
        "{}[name]",
    ],
)
def test_a_method_that_only_one_class_has_tells_of_which_class_an_object_is(given: str) -> None:
    source = f"""{STUDIO}
    jobs = queue.Queue()

    def run(name):
        studio = {given}
        return ask(studio.make_client())
"""
    assert "openai.OpenAI(timeout=20)" in trace_openai(source, "studio.make_client()")


def test_it_may_be_something_else_as_well() -> None:
    source = f"{STUDIO}\n    def run(studio):\n        return ask(studio.make_client())\n"
    assert trace_openai(source, "studio.make_client()") == "openai.OpenAI(timeout=20) | parameter studio.make_client()"


def test_a_method_of_two_classes_tells_nothing() -> None:
    other = "class Other:\n        def make_client(self):\n            return None"
    source = f"{STUDIO}\n    {other}\n\n    def run(studio):\n        return ask(studio.make_client())\n"
    assert trace_openai(source, "studio.make_client()") == "parameter studio.make_client()"


def test_a_class_with_those_below_it_is_one() -> None:
    other = "class Slow(Studio):\n        def make_client(self):\n            return OpenAI(timeout=90)"
    source = f"{STUDIO}\n    {other}\n\n    def run(studio):\n        return ask(studio.make_client())\n"
    found = trace_openai(source, "studio.make_client()")
    assert found == "openai.OpenAI(timeout=20) | openai.OpenAI(timeout=90) | parameter studio.make_client()"


@pytest.mark.parametrize("name", ["client", "get", "_make_client", "to_bytes"])
def test_names_that_many_things_have_tell_nothing(name: str) -> None:
    source = f"{STUDIO.replace('make_client', name)}\n    def run(studio):\n        return ask(studio.{name}())\n"
    assert trace_openai(source, f"studio.{name}()") == f"parameter studio.{name}()"


def test_an_object_of_a_known_type_is_no_guess() -> None:
    source = f"{STUDIO}\n    import redis\n\n    def run(studio: redis.Redis):\n        return ask(studio.make_client())\n"
    assert "openai" not in trace_openai(source, "studio.make_client()")
