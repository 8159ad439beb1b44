"""INI files as `configparser` reads them, with the place of each key and value."""

from __future__ import annotations

import re

from linter.errors import Problem
from linter.formats.text import strict
from linter.formats.tree import Document, Entry, Lines, Node
from linter.formats.yaml import Limits

ENDINGS = (".ini", ".cfg", ".conf")
DEFAULT = "DEFAULT"
"""The section whose entries every other one has, too."""
MAX_ENTRIES = 20_000
_SECTION = re.compile(r"\[(?P<name>[^\]\n]+)\]")
_OPTION = re.compile(r"(?P<key>[^\s=:#;\[][^=:\n]*?)[ \t]*[=:][ \t]*(?P<value>[^\n]*)")
_OTHER = re.compile(r"%(?:%|\((?P<name>[^)\n]+)\)s)")
MAX_LENGTH = 10_000
"""Characters of a value with others filled in."""

_Section = dict[str, tuple[tuple[int, int], int, list[str], int]]
"""Option -> its key's span, where its value starts, the lines of the value, where it ends."""


def read(data: bytes, file: str, limits: Limits = Limits()) -> tuple[Document | None, tuple[Problem, ...]]:
    """Section -> option (lower case) -> text, with the entries of `DEFAULT` in every section and `%(other)s` filled in. Never
    raises: a file that is none of that comes back as a problem."""
    text = strict(data, file, limits.size)
    if isinstance(text, Problem):
        return None, (text,)
    sections, at = _sections(text)
    if sections is None:
        why = "not an INI file: neither a section nor an option" if at >= 0 else f"more than {MAX_ENTRIES:,} options"
        return None, (Problem(why, file, Lines(text).at(max(at, 0))[0]),)
    return Document(file, Lines(text), _root(sections, text)), ()


def _sections(text: str) -> tuple[dict[str, tuple[tuple[int, int], _Section]] | None, int]:
    """The sections; None, with the offset of the line that is none of that (-1 for too many options)."""
    sections: dict[str, tuple[tuple[int, int], _Section]] = {}
    current: _Section | None = None
    option, at, count = "", 0, 0
    for line in text.split("\n"):
        start, at = at, at + len(line) + 1
        content = line.strip()
        if not content or content[0] in "#;":
            continue
        if line[0] in " \t" and current is not None and option:
            key, begin, values, _ = current[option]
            current[option] = (key, begin, [*values, content], start + len(line.rstrip()))
            continue
        header = _SECTION.match(content)
        if header is not None:
            begin = start + line.index("[")
            current, option = sections.setdefault(header["name"], ((begin, begin + header.end()), {}))[1], ""
            continue
        found = _OPTION.match(text, start + len(line) - len(line.lstrip()))
        if current is None or found is None:
            return None, start
        option, value = found["key"].strip().lower(), found["value"].strip()
        current[option] = (found.span("key"), found.start("value"), [value], found.start("value") + len(value))
        count += 1
        if count > MAX_ENTRIES:
            return None, -1
    return sections, 0


def _root(sections: dict[str, tuple[tuple[int, int], _Section]], text: str) -> Node:
    children: dict[str | int, Entry] = {}
    common = sections.get(DEFAULT, ((0, 0), {}))[1]
    for name, (span, own) in sections.items():
        texts = {option: "\n".join(values) for section in (common, own) for option, (_, _, values, _) in section.items()}
        done: dict[str, str] = {}
        inner: dict[str | int, Entry] = {}
        for section, merged in ((common, name != DEFAULT), (own, False)):
            for option, (key, start, _, end) in section.items():
                value = _filled(option, texts, done)
                # The case does not matter: the name as it is written is one more.
                for name_of in (option, text[slice(*key)].strip()):
                    inner[name_of] = Entry(Node(value, start, end, value), start, end, key, merged)
        last = max((entry.end for entry in inner.values() if not entry.merged), default=span[1])
        node = Node({k: e.node.value for k, e in inner.items()}, span[0], last, children=inner)
        children[name] = Entry(node, span[0], last, span)
    return Node({key: entry.node.value for key, entry in children.items()}, 0, len(text), children=children)


def _filled(option: str, texts: dict[str, str], done: dict[str, str]) -> str:
    """A value with what `%(other)s` stands for; one that is not there, or that this one is a part of, stays as it is written."""
    if option not in done:
        done[option] = texts[option]  # while it is worked out

        def other(found: re.Match[str]) -> str:
            name = found["name"]
            if name is None:
                return "%"
            known = name.lower()
            return _filled(known, texts, done) if known in texts else found[0]

        filled = _OTHER.sub(other, texts[option]) if "%" in texts[option] else texts[option]
        done[option] = filled if len(filled) <= MAX_LENGTH else texts[option]
    return done[option]
