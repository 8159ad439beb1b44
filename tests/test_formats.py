"""Every format file under rules/formats: its examples are read as files, and their sites and facts held against the comments.

    image: qdrant/qdrant:v1.12    # site: config provider=qdrant hosting=self-hosted
    schedule: "0 3 * * *"    # fact: schedule expression=0_3_*_*_*     (`_` for a space; several values with `|`)

The comments are taken away before the file is read. A line without one gives no site; facts are compared where a file names any.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from linter.discover.classify import scope_of
from linter.extract.data import DataFiles
from linter.infer.configuration.known_formats import Configured, configured
from linter.knowledge.catalogue import Catalogue
from linter.knowledge.load import load_catalogue
from linter.model.architecture import ATTRIBUTES, Attribute, State

ROOT = Path(__file__).resolve().parents[1]
NAMES = sorted(path.stem for path in (ROOT / "rules" / "formats").glob("*.yaml"))
FACTS = {
    "schedule": "schedules", "server": "servers", "accelerators": "accelerators", "region": "regions", "fallback": "fallbacks",
    "budget": "budgets", "build": "builds",
}  # fmt: skip

_COMMENT = re.compile(r"[ \t]*#\s*((?:site|fact): .*)$", re.MULTILINE)


@cache
def catalogue() -> Catalogue:
    """Files are the same for all tests."""
    return load_catalogue(ROOT)


def read(files: Mapping[str, str]) -> Configured:
    """What the configuration in some files says."""
    content = {path: _COMMENT.sub("", text).encode() for path, text in files.items()}
    sizes = {path: len(text) for path, text in content.items()}
    return configured(DataFiles(sizes, content.__getitem__, {path: scope_of(path) for path in files}), catalogue())


@pytest.mark.parametrize("name", NAMES)
def test_an_example_says_what_its_comments_say_and_nothing_else(name: str) -> None:
    [examples] = [one.examples for one in catalogue().formats if one.name == name]
    found = read(examples)
    problems = [*site_differences(examples, found), *fact_differences(examples, found), *map(str, sorted(found.gaps))]
    if problems:
        pytest.fail("\n".join(["", *problems]), pytrace=False)


@pytest.mark.parametrize("name", NAMES)
def test_the_sites_of_an_example_come_from_its_own_format(name: str) -> None:
    [format] = [one for one in catalogue().formats if one.name == name]
    said = {site.via for site in read(format.examples).sites}
    assert said <= {name} if format.files else "docker-compose" in said


def site_differences(examples: Mapping[str, str], found: Configured) -> Iterator[str]:
    """Sites that are missing, other than written, or not written."""
    left = {(site.place.file, site.place.line): site for site in found.sites}
    for file, line, said in comments(examples, "site"):
        kind, *written = said.split()
        site = left.pop((file, line), None)
        if site is None or site.kind.value != kind:
            yield f"{file}:{line}: expected {said}; found nothing"
            continue
        for name, _, value in (one.partition("=") for one in written):
            assert name in ATTRIBUTES, name
            if not agrees(value, site.get(name)):
                one = site.get(name)
                yield f"{file}:{line}: expected {name}={value}; found {one.state.value} {one.values} {one.because or ''}"
    for (file, line), site in left.items():
        yield f"{file}:{line}: not expected: {site.call} {dict(site.attributes)}"


def fact_differences(examples: Mapping[str, str], found: Configured) -> Iterator[str]:
    """The same for facts."""
    facts = [(kind, one) for kind, field in FACTS.items() for one in getattr(found.operations, field)]
    for file, line, said in comments(examples, "fact"):
        kind, *written = said.split()
        same = [one for k, one in facts if k == kind and (one.place.file, one.place.line) == (file, line)]
        good = [one for one in same if all(as_text(getattr(one, n)) == v for n, _, v in (w.partition("=") for w in written))]
        if good:
            facts.remove((kind, good[0]))
        else:
            yield f"{file}:{line}: expected {said}; found {same}"
    for kind, one in facts:
        yield f"{one.place}: not expected: {kind} {one}"


def comments(examples: Mapping[str, str], what: str) -> Iterator[tuple[str, int, str]]:
    """File, line and text of each comment of a kind."""
    for file, text in examples.items():
        for number, line in enumerate(text.split("\n"), 1):
            comment = _COMMENT.search(line)
            for said in comment[1].split("; ") if comment else ():
                head, _, rest = said.partition(": ")
                if head == what:
                    yield file, number, rest.strip()


def agrees(written: str, attribute: Attribute) -> bool:
    if written in (State.UNSET, State.UNKNOWN):
        return attribute.state is State(written)
    return attribute.state is not State.UNKNOWN and {as_text(value) for value in attribute.values} == set(written.split("|"))


def as_text(value: Any) -> str:
    if isinstance(value, tuple):
        return "|".join(map(as_text, value))
    if isinstance(value, bool):
        return str(value).lower()
    return (f"{value:g}" if isinstance(value, float) else str(value)).replace(" ", "_")
