"""A rule file as Markdown: front matter, sections, and the examples in its code blocks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from linter.declare.suggest import did_you_mean
from linter.errors import Problem
from linter.model.rule import SECTIONS, Example, ExampleFile, Expectation

UNNAMED = "app.py"
"""Where Python blocks without a file name go; those of one example follow each other in it."""
EXPECTED = ("error", "unknown", "todo-error")

_FENCE = re.compile(r"(`{3,}|~{3,})\s*([\w+-]*)\s*$")
_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*$")
_FILE_NAME = re.compile(r"`([^`]+)`:\s*$")
_EXPECTATION = re.compile(r"#\s*([a-z-]+):\s*\[([a-z0-9, -]+)\]")
_PROSE = frozenset({"text", "console"})
"""Languages of blocks that are shown only."""


@dataclass(slots=True)
class _Part:
    """What stands under one heading."""

    title: str
    line: int
    files: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    """File -> its lines, each with its line in the rule file."""
    own: bool = False


@dataclass(frozen=True, slots=True)
class RuleDocument:
    """The parts of one rule file."""

    front: bytes
    """The front matter as YAML, with lines that count as in the file."""
    sections: tuple[tuple[str, str], ...]
    examples: tuple[Example, ...]
    """One for each heading with code below it. Code above the first heading belongs to all of them."""


def split(text: str, file: str, problems: list[Problem]) -> RuleDocument | None:
    """Takes a rule file apart. None when it has no front matter; whatever else is wrong goes to `problems`."""
    lines = text.replace("\r\n", "\n").split("\n")
    end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if not lines or lines[0].rstrip() != "---" or end is None:
        problems.append(Problem("a rule starts with front matter between two lines `---`", file, 1))
        return None
    front = "\n".join(["", *lines[1:end]]).encode()
    sections, parts = _Reader(lines, end + 1, file, problems).read()
    _check_sections(sections, end + 1, file, problems)
    shared = parts[0].files
    examples = tuple(_example(part, shared, file, problems) for part in parts[1:] if part.own)
    return RuleDocument(front, tuple((name, body) for name, _, body in sections), examples)


class _Reader:
    """Goes over the lines below the front matter."""

    def __init__(self, lines: list[str], start: int, file: str, problems: list[Problem]) -> None:
        self.lines, self.start, self.file, self.problems = lines, start, file, problems
        self.sections: list[tuple[str, int, list[str]]] = []
        self.parts = [_Part("", start)]

    def read(self) -> tuple[list[tuple[str, int, str]], list[_Part]]:
        index = self.start
        named = ""
        while index < len(self.lines):
            line = self.lines[index]
            fence = _FENCE.fullmatch(line.strip())
            if fence is not None:
                index = self._block(index, fence[1], fence[2], named)
                named = ""
                continue
            heading = _HEADING.fullmatch(line)
            if heading is not None:
                self._heading(heading, index + 1)
            elif self.sections:
                self.sections[-1][2].append(line)
            if line.strip():
                name = _FILE_NAME.fullmatch(line.strip())
                named = name[1] if name is not None else ""
            index += 1
        return [(name, at, "\n".join(body).strip("\n")) for name, at, body in self.sections], self.parts

    def _heading(self, heading: re.Match[str], line: int) -> None:
        level, title = len(heading[1]), heading[2]
        if level == 2:
            self.sections.append((title, line, []))
            self.parts.append(_Part(title, line))
        elif level == 3 and self.sections:
            self.sections[-1][2].append(heading[0])
            self.parts.append(_Part(f"{self.sections[-1][0]} / {title}", line))
        else:
            self.problems.append(
                Problem(f"`{heading[0]}`: sections are `##`, examples of their own below them `###`", self.file, line)
            )

    def _block(self, start: int, fence: str, language: str, named: str) -> int:
        """Reads a code block; returns the index after it."""
        end = start + 1
        while end < len(self.lines) and not self.lines[end].strip().startswith(fence):
            end += 1
        if end == len(self.lines):
            self.problems.append(Problem("the code block is not closed", self.file, start + 1))
        if self.sections:
            self.sections[-1][2].extend(self.lines[start : end + 1])
        if language in _PROSE:
            return end + 1
        path = named or (UNNAMED if language == "python" else "")
        if not path:
            self.problems.append(
                Problem("the code block has no file name", self.file, start + 1, "write a line like `archfit.yaml`: above it")
            )
        elif path.startswith("/") or ".." in path.split("/") or "\\" in path:
            self.problems.append(Problem(f"`{path}` is not a path inside of the example", self.file, start + 1))
        else:
            part = self.parts[-1]
            part.own = True
            part.files.setdefault(path, []).extend((i + 1, self.lines[i]) for i in range(start + 1, end))
        return end + 1


def _check_sections(sections: list[tuple[str, int, str]], body: int, file: str, problems: list[Problem]) -> None:
    names = [name for name, _, _ in sections]
    for name, line, text in sections:
        if name not in SECTIONS:
            problems.append(
                Problem(
                    f"unknown section `{name}`", file, line, did_you_mean(name, SECTIONS) or f"sections: {', '.join(SECTIONS)}"
                )
            )
        elif names.count(name) > 1 and names.index(name) != [s[1] for s in sections].index(line):
            problems.append(Problem(f"the section `{name}` stands here a second time", file, line))
        elif not text.strip():
            problems.append(Problem(f"the section `{name}` is empty", file, line))
    for name in SECTIONS:
        if name not in names:
            problems.append(Problem(f"the section `## {name}` is missing", file, body + 1))
    known = [name for name in names if name in SECTIONS]
    if known != [name for name in SECTIONS if name in known]:
        problems.append(Problem("the sections are out of order", file, body + 1, ", ".join(SECTIONS)))


def _example(part: _Part, shared: dict[str, list[tuple[int, str]]], file: str, problems: list[Problem]) -> Example:
    files: list[ExampleFile] = []
    expectations: list[Expectation] = []
    for path, lines in ({**shared, **part.files}).items():
        files.append(ExampleFile(path, "\n".join(text for _, text in lines) + "\n", tuple(number for number, _ in lines)))
        for at, (number, text) in enumerate(lines, 1):
            for kind, names in _EXPECTATION.findall(text):
                if kind not in EXPECTED:
                    remedy = did_you_mean(kind, EXPECTED)
                    if remedy is not None:
                        problems.append(Problem(f"`# {kind}:` is no expectation", file, number, remedy))
                    continue
                expectations.extend(Expectation(path, at, kind, name.strip()) for name in names.split(","))
    return Example(part.title, tuple(files), tuple(expectations), part.line)
