"""Any configuration file -> its documents, with the text as it was written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from linter.errors import Problem
from linter.formats import bicep, data, dockerfile, hcl, instructions, templates, yaml
from linter.formats.text import lenient
from linter.formats.tree import Document
from linter.formats.yaml import Limits

SYNTAXES = frozenset({"yaml", "json", "toml", "hcl", "dockerfile", "procfile", "modelfile", "bicep"})
_BY_END = {
    ".yaml": "yaml", ".yml": "yaml", ".json": "json", ".toml": "toml", ".tf": "hcl", ".hcl": "hcl", ".tfvars": "hcl",
    ".bicep": "bicep",
}  # fmt: skip
_JSON = re.compile(r'\s*\{\s*["}]')
_LEFT_OUT = 8
"""Lines of one template."""
_STARTS = re.compile(r"that starts in line (\d+)")
_READERS = {"hcl": hcl.read, "dockerfile": dockerfile.read, "json": data.read, "toml": data.read}
"""They look at the bytes themselves."""
_LINES = {
    "procfile": instructions.read_procfile,
    "modelfile": instructions.read_modelfile,
    "bicep": bicep.read_bicep,
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds."""

    syntax: str
    documents: tuple[Document, ...] = ()
    problems: tuple[Problem, ...] = ()
    text: str = field(default="", repr=False)
    """As it was written: where a template is filled in, documents have marks at the same offsets."""
    is_template: bool = False


def syntax_of(file: str) -> str:
    """How a file is written, by the end of its name; empty when that does not tell."""
    return next((syntax for end, syntax in _BY_END.items() if file.endswith(end)), "")


def read(content: bytes, file: str, syntax: str = "", limits: Limits = Limits()) -> Reading:
    """Reads a file of any syntax. Never raises: what is wrong comes back as problems, next to what could be read."""
    syntax = syntax or syntax_of(file)
    if syntax in _READERS:
        found, problems = _READERS[syntax](content, file, limits)
        return Reading(syntax, (found,) if found is not None else (), problems, content.decode("utf-8-sig", "replace"))
    text = lenient(content, file, limits.size)
    if isinstance(text, Problem):
        return Reading(syntax, (), (text,))
    if not syntax and _JSON.match(text):
        document, problems = data.read_json(content, file, limits)
        return Reading("json", (document,) if document is not None else (), problems, text)
    if syntax in _LINES:
        return Reading(syntax, (_LINES[syntax](text, file),), (), text)
    is_template = templates.is_template(text)
    if not is_template:
        return Reading(syntax, *yaml.read(content, file, limits), text)
    return Reading(syntax, *_template(text, file, limits), text, True)


def _template(text: str, file: str, limits: Limits) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
    """Lines that are no YAML until they are filled in are left out, as long as they are few."""
    lines = templates.plain(text).split("\n")
    # The marks take three bytes each: the limit is about the file as it was written.
    bounds = Limits(3 * limits.size, limits.depth, limits.aliases, limits.expansion)
    left_out: list[Problem] = []
    while True:
        documents, problems = yaml.read("\n".join(lines).encode(), file, bounds)
        broken = next((one for one in problems if one.message.startswith("not YAML")), None)
        if broken is None or len(left_out) == _LEFT_OUT:
            return documents, (*problems, *left_out)
        started = _STARTS.search(broken.message)
        line = min(int(started[1]) if started else broken.line or 1, len(lines))
        if not lines[line - 1].strip():
            return documents, (*problems, *left_out)
        lines[line - 1] = " " * len(lines[line - 1])
        left_out.append(Problem("this line is left out, since it is no YAML", file, line))
