"""What is iterated over through another function, and addresses that Python's own library joins."""

from __future__ import annotations

import pytest

from tests.link.making import trace

IMPORTS = """
import itertools
import os
from urllib.parse import urljoin
import more_itertools
from rich.progress import track
from tqdm import tqdm
from tqdm.auto import tqdm as bar
"""
PACKAGES = frozenset({"tqdm", "rich", "more_itertools"})


def value(source: str, expression: str) -> str:
    """What an expression of a module is."""
    return trace({"app.py": IMPORTS + source}, "app.py", expression, PACKAGES)


@pytest.mark.parametrize(
    ("over", "is_one_of"),
    [
        ("tqdm(['a', 'b'], desc='x')", "'a' | 'b'"),
        ("bar(['a', 'b'])", "'a' | 'b'"),
        ("track(['a'], description='x')", "'a'"),
        ("itertools.chain(['a'], ['b', 'c'])", "'a' | 'b' | 'c'"),
        ("itertools.chain.from_iterable([['a'], ['b']])", "'a' | 'b'"),
        ("more_itertools.flatten([['a'], ['b']])", "'a' | 'b'"),
    ],
)
def test_each_thing_that_is_iterated_over(over: str, is_one_of: str) -> None:
    assert value(f"for model in {over}:\n    print(model)\n", "model") == is_one_of


def test_the_next_one_of_a_cycle() -> None:
    assert value("turns = itertools.cycle(['a', 'b'])\nmodel = next(turns)\nprint(model)\n", "model") == "'a' | 'b'"


def test_batches_hold_the_same_things() -> None:
    assert (
        value("for some in more_itertools.chunked(['a', 'b'], 1):\n    for model in some:\n        print(model)\n", "model")
        == "'a' | 'b'"
    )


@pytest.mark.parametrize(
    ("base", "path", "address"),
    [
        ("'http://a:1'", "'/api/chat'", "'http://a:1/api/chat'"),
        ("'http://a:1/v1/'", "'chat'", "'http://a:1/v1/chat'"),
        ("'http://a:1/v1'", "'/chat'", "'http://a:1/chat'"),
        ("'http://a:1'", "'https://b/c'", "'https://b/c'"),
        ("os.getenv('URL', 'http://a:1/x')", "'/api/chat'", "env URL or 'http://a:1/api/chat'"),
    ],
)
def test_an_address_is_joined_as_python_does_it(base: str, path: str, address: str) -> None:
    assert value(f"url = urljoin({base}, {path})\nprint(url)\n", "url") == address


def test_of_a_base_that_is_not_known_the_end_is() -> None:
    found = value("url = urljoin(os.environ['URL'] + '/', 'api/chat')\nprint(url)\n", "url")
    assert "/api/chat" in found and "//api" not in found
