"""Every provider file under rules/providers: its examples are analysed, and each site is held against the comment on its line.

    reply = client.chat.completions.create(   # site: inference provider=openai hosting=external model=gpt-4o
    store = Store.from_texts(texts)   # site: vector_store hosting=in-process; site: ingest
    text = model.complete(prompt)   # todo-site: inference provider=acme -- why it is not found; the test fails once it is

What a written attribute means stands in rules/providers/README.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest

from linter.extract.python import extract
from linter.infer.build import infer
from linter.knowledge.catalogue import Catalogue
from linter.knowledge.load import load_catalogue
from linter.link.program import Program
from linter.model.architecture import ATTRIBUTES, Attribute, Site, State
from linter.model.catalogue import SiteKind

ROOT = Path(__file__).resolve().parents[1]
NAMES = sorted(path.stem for path in (ROOT / "rules" / "providers").glob("*.yaml"))
MODULE = "example.py"

_COMMENT = re.compile(r"#\s*((?:todo-)?site: .*)$")


@dataclass(frozen=True)
class Expected:
    """What a comment says about one site on its line. `miss`: it is not found yet."""

    line: int
    kind: str
    attributes: tuple[tuple[str, str], ...]
    miss: bool

    def stands_at(self, site: Site) -> bool:
        """Whether a site is of that kind, on that line."""
        return (site.place.line, site.kind.value) == (self.line, self.kind)

    def describes(self, site: Site) -> bool:
        """Whether it is that very site."""
        return self.stands_at(site) and all(agrees(written, site.get(name)) for name, written in self.attributes)

    def __str__(self) -> str:
        return " ".join([self.kind, *(f"{name}={written}" for name, written in self.attributes)])


@cache
def catalogue() -> Catalogue:
    """Provider files are the same for all tests."""
    return load_catalogue(ROOT)


@pytest.mark.parametrize("name", NAMES)
def test_an_example_has_the_sites_that_its_lines_say_and_no_others(name: str) -> None:
    examples = catalogue().providers[name].examples
    facts = extract(MODULE, examples.encode())
    assert facts.problems == ()
    sites = infer(Program([facts], external=catalogue().import_names), catalogue()).sites

    problems = differences(list(expected_sites(examples)), [one for site in sites for one in by_kind(site)])
    if problems:
        pytest.fail("\n".join(["", *problems]), pytrace=False)


@pytest.mark.parametrize("name", NAMES)
def test_every_comment_names_kinds_and_attributes_that_exist(name: str) -> None:
    for one in expected_sites(catalogue().providers[name].examples):
        assert one.kind in set(SiteKind), str(one)
        assert {attribute for attribute, _ in one.attributes} <= set(ATTRIBUTES), str(one)


def by_kind(site: Site) -> Iterator[Site]:
    """A site that is of several kinds at once, as one of each."""
    yield site
    for kind in site.also:
        yield replace(site, kind=kind, also=())


def expected_sites(examples: str) -> Iterator[Expected]:
    """The sites that the comments of an example say, in the order of lines."""
    for number, line in enumerate(examples.split("\n"), 1):
        comment = _COMMENT.search(line)
        for said in comment[1].split(";") if comment else ():
            head, _, rest = said.strip().partition(": ")
            kind, *attributes = rest.partition(" -- ")[0].split()
            pairs = tuple((name, written) for name, _, written in (one.partition("=") for one in attributes))
            yield Expected(number, kind, pairs, head == "todo-site")


def differences(expected: list[Expected], left: list[Site]) -> list[str]:
    """What is missing, what nobody expected, and which known misses are found by now."""
    lines: list[tuple[int, str]] = []
    unmatched: list[Expected] = []
    # Those that say most are matched first: two sites of a kind may stand on one line.
    for one in sorted(expected, key=lambda e: (e.miss, -len(e.attributes))):
        site = next((s for s in left if one.describes(s)), None)
        if site is None:
            unmatched.append(one)
            continue
        left.remove(site)
        if one.miss:
            lines.append((one.line, f"found now, write `# site:`: {one}"))
    for one in unmatched:
        near = next((s for s in left if one.stands_at(s)), None)
        if near is not None:
            left.remove(near)
        if not one.miss:
            found = "no such site" if near is None else ", ".join(as_written(n, near.get(n)) for n, _ in one.attributes)
            lines.append((one.line, f"expected {one}; found {found}"))
    lines.extend((s.place.line, f"not expected: {s.kind.value} {s.call}") for s in left)
    return [f"line {line} of the examples: {said}" for line, said in sorted(lines)]


# -- what a written attribute means


def agrees(written: str, attribute: Attribute) -> bool:
    """Whether an attribute is what an example says."""
    if written in (State.UNSET, State.UNKNOWN):
        return attribute.state is State(written)
    values = attribute.default if attribute.state is State.UNSET else attribute.values
    return attribute.state is not State.UNKNOWN and {as_number(one) for one in written.split("|")} <= {
        as_text(value) for value in values
    }


def as_text(value: object) -> str:
    if value is None or isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def as_number(written: str) -> str:
    """`1.0` and `1` are the same number; other texts stay as they are."""
    return as_text(float(written)) if re.fullmatch(r"-?\d+\.\d+", written) else written


def as_written(name: str, attribute: Attribute) -> str:
    """An attribute for the message of a failure."""
    said = "|".join(as_text(value) for value in attribute.values) or attribute.state.value
    default = f" (default {'|'.join(as_text(value) for value in attribute.default)})" if attribute.default else ""
    because = f" ({attribute.because})" if attribute.because else ""
    return f"{name}={said}{default}{because}"
