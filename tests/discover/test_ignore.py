"""`.gitignore` without git: the same answers that git itself gives."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linter.discover.ignore import IgnoreFile, ignored, parse


def left_out(path: str, *files: IgnoreFile) -> bool:
    """As the walk asks: an ignored folder is never entered."""
    parts = path.split("/")
    folders = ["/".join(parts[:end]) for end in range(1, len(parts))]
    return any(ignored(folder, True, files) for folder in folders) or ignored(path, False, files)


@pytest.mark.parametrize(
    ("rule", "path", "expected"),
    [
        ("*.pyc", "app/x.pyc", True),
        ("build/", "build/x.py", True),
        ("build/", "build", False),  # a file of that name is no folder
        ("/local.py", "local.py", True),
        ("/local.py", "app/local.py", False),
        ("app/local.py", "other/app/local.py", False),  # a slash inside anchors
        ("**/secret.py", "a/b/secret.py", True),
        ("logs/**", "logs/a/b.py", True),
        ("a/**/z.py", "a/z.py", True),
        ("a/**/z.py", "a/b/c/z.py", True),
        ("data[0-9].py", "data7.py", True),
        ("data[!0-9].py", "data7.py", False),
        (r"\#notes.py", "#notes.py", True),
        ("# a comment", "# a comment", False),
        (r"\!keep.py", "!keep.py", True),
        ("name.py   ", "name.py", True),
    ],
)
def test_one_rule(rule: str, path: str, expected: bool) -> None:
    assert left_out(path, parse(rule, "")) is expected


def test_a_later_rule_brings_a_file_back_but_not_out_of_an_ignored_folder() -> None:
    rules = parse("*.py\n!keep.py\ngone/\n!gone/keep.py\n", "")
    assert left_out("other.py", rules)
    assert not left_out("keep.py", rules)
    assert left_out("gone/keep.py", rules)


def test_a_file_further_in_has_the_last_word_and_speaks_of_its_own_folder_only() -> None:
    outer, inner = parse("*.log.py", ""), parse("!app.log.py\n/only.py", "app")
    assert not ignored("app/app.log.py", False, [outer, inner])
    assert ignored("app/only.py", False, [outer, inner])


def test_a_hostile_pattern_takes_no_time() -> None:
    rules = parse("*a" * 120 + "b\n" + "**/a/" * 200 + "b", "")
    assert not ignored("/".join(["a" * 200] * 20), False, [rules])


_ATOMS = ["a", "b", ".", "-", "!", "*", "?", "**", "[ab]", "[a-b]", "[!a]", "[^b]", r"\*", r"\?", r"\[", r"\a", r"\!"]
_SEGMENT = st.lists(st.sampled_from(_ATOMS), min_size=1, max_size=4).map("".join)
_LINE = st.builds(
    lambda negated, lead, segments, tail: ("!" if negated else "") + lead + "/".join(segments) + tail,
    st.booleans(), st.sampled_from(["", "", "/", "**/"]), st.lists(st.one_of(_SEGMENT, st.just("**")), min_size=1, max_size=3),
    st.sampled_from(["", "", "/", "/**"]),
)  # fmt: skip
_NAME = st.text(alphabet="ab.-!", min_size=1, max_size=4).filter(lambda name: name not in (".", ".."))
_PATH = st.lists(_NAME, min_size=1, max_size=4).map("/".join)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    return root


@pytest.mark.skipif(shutil.which("git") is None, reason="git is the measure here")
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(_LINE, min_size=1, max_size=4), paths=st.lists(_PATH, min_size=1, max_size=12, unique=True))
def test_git_says_the_same(repository: Path, lines: list[str], paths: list[str]) -> None:
    (repository / ".gitignore").write_text("\n".join(lines) + "\n")
    asked = subprocess.run(
        ["git", "-C", str(repository), "check-ignore", "--no-index", "-z", "--stdin"],
        input="\0".join(paths).encode(), capture_output=True, check=False,
    )  # fmt: skip
    by_git = {name.decode() for name in asked.stdout.split(b"\0") if name}
    rules = parse("\n".join(lines), "")
    assert {path for path in paths if left_out(path, rules)} == by_git
