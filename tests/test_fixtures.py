"""Whole small projects under fixtures/, with what is expected written on the line that it is about.

Findings, in any file:

    client = OpenAI()  # error: [missing-timeout, undeclared-processor]
    model = os.environ["MODEL"]  # unknown: [unpinned-model]
    self.turns += turn  # todo-error: [unbounded-context]      a known miss: the test fails once it is found

All findings of a fixture are compared. Several of one rule on one line are one expectation.

Sites, on the first line of their call, several apart with `; site:`:

    reply = client.chat.completions.create(  # site: inference provider=openai hosting=external model=gpt-4o

| written | state | values |
|---|---|---|
| `model=gpt-4o` | known | as written; `a\\|b` for two, in any order |
| `model=~gpt-4o` | partial | those that are known |
| `model=unset` | unset | |
| `steps=unset:25` | unset | what the SDK does then; `a\\|b` where nobody says which version decides, none when not known |
| `model=unknown` | unknown | |

In a notebook the line is that of the file, in which each line of a cell stands on its own.

Attributes that are not named are not compared. A file with `# site:` in it has exactly the sites that it names. A fixture with
`# sites: annotated` in its manifest has no others in any file.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from linter import pipeline
from linter.check.load import load_rules
from linter.knowledge.load import load_catalogue
from linter.model.architecture import Attribute, Site, State
from linter.model.finding import Verdict
from linter.model.run import Run
from linter.report.lines import Lines

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
NAMES = sorted(path.name for path in FIXTURES.iterdir() if path.is_dir() and path.name != "corpus")
TODAY = date(2026, 12, 1)
KINDS = {Verdict.FAIL: "error", Verdict.UNKNOWN: "unknown"}

_FINDING = re.compile(r"#\s*(error|unknown|todo-error): \[([a-z0-9, -]+)\]")
_ANY_FINDING = re.compile(r"#\s*([a-z-]+): *\[")
_SITE = re.compile(r"(?:#|;)\s*site: ([^;#]*)")
_ALL_SITES = "# sites: annotated"
_END = re.compile(r'(?:\\n)?",?$', re.MULTILINE)
"""What closes a line of a notebook's cell in its file."""

Line = tuple[str, int, str, str]
"""File, line, kind, rule."""


@dataclass(frozen=True)
class ExpectedSite:
    """What a line says about one site on it."""

    file: str
    line: int
    kind: str
    attributes: tuple[tuple[str, str], ...]

    def describes(self, site: Site, lines: Lines) -> bool:
        """Whether a site is of that kind, there, with those attributes."""
        if (site.place.file, lines.physical(site.place).line, site.kind.value) != (self.file, self.line, self.kind):
            return False
        return all(agrees(written, site.get(name)) for name, written in self.attributes)


@pytest.fixture(scope="module", autouse=True)
def read_once() -> Iterator[None]:
    """Rules and provider files are the same for every fixture."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "load_catalogue", cache(load_catalogue))
        patch.setattr(pipeline, "load_rules", cache(load_rules))
        yield


@pytest.mark.parametrize("in_git", [False, True], ids=["folder", "git"])
@pytest.mark.parametrize("name", NAMES)
def test_a_project_gives_what_its_lines_say_and_nothing_else(name: str, in_git: bool, tmp_path: Path) -> None:
    root = tmp_path / name
    shutil.copytree(FIXTURES / name, root, ignore=shutil.ignore_patterns("__pycache__"))
    if in_git:
        git(root, "init", "--quiet")
        git(root, "add", "--all")
    run = pipeline.run(pipeline.Options(root, TODAY, jobs=1))
    texts = dict(read_texts(root))

    expected = set(expected_findings(texts))
    lines = Lines(str(root))
    found = {(f.place.file, lines.physical(f.place).line, KINDS[f.verdict], f.rule) for f in run.result.findings}
    misses = {line for line in expected if line[2] == "todo-error"}
    mended = {line for line in misses if (*line[:2], "error", line[3]) in found}
    problems = [f"{one}: found now; write `# error:`" for one in shown(mended)]
    problems += differences(run, expected - misses, found - {(*line[:2], "error", line[3]) for line in mended})
    problems += site_differences(run, texts)
    if problems:
        pytest.fail("\n".join(["", *problems]), pytrace=False)


def git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", "-c", "core.autocrlf=false", *arguments], cwd=root, check=True, capture_output=True)


# -- what the lines say


def read_texts(root: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root)
        if path.is_file() and relative.parts[0] != ".git":
            text = path.read_text(encoding="utf-8")
            yield relative.as_posix(), _END.sub("", text) if path.suffix == ".ipynb" else text


def expected_findings(texts: dict[str, str]) -> Iterator[Line]:
    for file, text in texts.items():
        for number, line in enumerate(text.split("\n"), 1):
            for kind, rules in _FINDING.findall(line):
                for rule in rules.split(","):
                    yield file, number, kind, rule.strip()


def expected_sites(texts: dict[str, str]) -> Iterator[ExpectedSite]:
    for file, text in texts.items():
        for number, line in enumerate(text.split("\n"), 1):
            for said in _SITE.findall(line):
                kind, *attributes = said.split()
                pairs = tuple((name, value) for name, _, value in (one.partition("=") for one in attributes))
                yield ExpectedSite(file, number, kind, pairs)


def test_every_annotation_can_be_read() -> None:
    known = {rule.id for rule in load_rules(FIXTURES.parent)}
    for name in NAMES:
        texts = dict(read_texts(FIXTURES / name))
        for file, text in texts.items():
            kinds = {kind for kind in _ANY_FINDING.findall(text) if kind not in ("type", "noqa")}
            assert kinds <= {"error", "unknown", "todo-error"}, f"{name}/{file}"
        for file, line, _, rule in expected_findings(texts):
            assert rule in known, f"{name}/{file}:{line}"


# -- what was found


def agrees(written: str, attribute: Attribute) -> bool:
    """Whether an attribute is what an annotation says."""
    if written in (State.UNSET, State.UNKNOWN):
        return attribute.state is State(written)
    if written.startswith("unset:"):
        wanted = {one for one in written.removeprefix("unset:").split("|") if one}
        return attribute.state is State.UNSET and {as_text(v) for v in attribute.default} == wanted
    state = State.PARTIAL if written.startswith("~") else State.KNOWN
    values = {one for one in written.removeprefix("~").split("|") if one}
    return attribute.state is state and {as_text(v) for v in attribute.values} == values


def as_text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def as_written(attribute: Attribute) -> str:
    """The reverse of `agrees`."""
    values = "|".join(as_text(v) for v in attribute.values)
    return {State.KNOWN: values, State.PARTIAL: f"~{values}"}.get(attribute.state, attribute.state.value)


def site_differences(run: Run, texts: dict[str, str]) -> list[str]:
    """Expected sites that were not found, and found ones in annotated files that nobody expected."""
    expected = list(expected_sites(texts))
    annotated = {one.file for one in expected}
    if any(_ALL_SITES in text for text in texts.values()):
        annotated = set(texts)
    left = [site for site in run.architecture.sites if site.place.file in annotated]
    missing: list[ExpectedSite] = []
    in_file = Lines(run.root)
    # Those that say most are matched first: two sites of a kind may stand on one line.
    for one in sorted(expected, key=lambda e: -len(e.attributes)):
        site = next((s for s in left if one.describes(s, in_file)), None)
        if site is None:
            missing.append(one)
        else:
            left.remove(site)
    lines: list[str] = []
    for one in missing:
        at = [s for s in left if (s.place.file, in_file.physical(s.place).line, s.kind.value) == (one.file, one.line, one.kind)]
        got = " ".join(f"{name}={as_written(at[0].get(name))}" for name, _ in one.attributes) if at else "no such site"
        lines.append(f"{one.file}:{one.line}: expected {one.kind} {' '.join('='.join(a) for a in one.attributes)}; found {got}")
        left = [s for s in left if s not in at[:1]]
    lines.extend(f"{s.place}: not expected: {s.kind.value} {s.call}" for s in left)
    return sorted(lines)


def differences(run: Run, expected: set[Line], found: set[Line]) -> list[str]:
    """Findings that are missing, and those that nobody expected with what they say."""
    lines = [f"{one}: missing" for one in shown(expected - found)]
    places = ((f, Lines(run.root).physical(f.place).line) for f in run.result.findings)
    said = {(f.place.file, line, KINDS[f.verdict], f.rule): f"{f.message}. {f.settle}" for f, line in places}
    return [*lines, *(f"{shown({one})[0]}: not expected: {said[one]}" for one in sorted(found - expected))]


def shown(lines: set[Line]) -> list[str]:
    return [f"{file}:{line}: {kind} [{rule}]" for file, line, kind, rule in sorted(lines)]
