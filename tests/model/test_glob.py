"""Patterns of paths and names."""

from __future__ import annotations

import time

import pytest

from linter.model.glob import name_matches, path_matches, specificity


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("scripts/**", "scripts/a.py"),
        ("scripts/**", "scripts/deep/down/a.py"),
        ("scripts", "scripts/deep/a.py"),
        ("scripts/", "scripts/a.py"),
        ("./scripts", "scripts/a.py"),
        ("**", "a.py"),
        (".", "a.py"),
        ("**/*.py", "a.py"),
        ("**/*.py", "x/y/a.py"),
        ("x/**/a.py", "x/a.py"),
        ("x/**/a.py", "x/y/z/a.py"),
        ("*.py", "a.py"),
        ("services/*/app", "services/chat/app/main.py"),
        ("a?.py", "ab.py"),
        ("pages/[id]/x.ts", "pages/[id]/x.ts"),
        ("**/tests/**", "a/tests/b/c.py"),
    ],
)
def test_a_pattern_takes_a_file_in(pattern: str, path: str) -> None:
    assert path_matches(pattern, path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("scripts/**", "src/scripts/a.py"),
        ("scripts", "scripts2/a.py"),
        ("*.py", "x/a.py"),
        ("scripts/*.py", "scripts/deep/a.py"),
        ("services/*/app", "services/a/b/app/x.py"),
        ("x/**/a.py", "x/b.py"),
        ("A.py", "a.py"),
        ("a?.py", "a.py"),
    ],
)
def test_a_pattern_leaves_a_file_out(pattern: str, path: str) -> None:
    assert not path_matches(pattern, path)


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("gpt-4*", "gpt-4o-mini", True),
        ("gpt-4*", "GPT-4", True),
        ("gpt-4*", "azure/gpt-4", False),
        ("*gpt-4*", "azure/gpt-4", True),
        ("*.corp.example", "llm.corp.example", True),
        ("*.corp.example", "corp.example", False),
        ("*.corp.example", "llm.corp.example.evil.com", False),
        ("llama-3.?-8b", "llama-3.1-8b", True),
        ("", "", True),
        ("", "x", False),
    ],
)
def test_names(pattern: str, name: str, expected: bool) -> None:
    assert name_matches(pattern, name) is expected


def test_the_more_folders_a_pattern_names_the_nearer_it_is() -> None:
    assert [specificity(p) for p in ("**", "services", "services/*", "services/chat/**", "./a/b/c")] == [0, 1, 1, 2, 3]


def test_a_hostile_pattern_does_not_take_long() -> None:
    started = time.process_time()
    assert not path_matches("*a" * 500 + "b", "a" * 2000)
    assert not path_matches("**/a/" * 200 + "b", "a/" * 1000 + "c")
    assert not name_matches("*a" * 500 + "b", "a" * 2000)
    assert time.process_time() - started < 2
