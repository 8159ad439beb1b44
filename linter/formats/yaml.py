"""YAML with positions: one bounded, iterative pass from bytes to plain Python, and the place of every key and value.

Scalars follow the YAML 1.2 core schema: `on`, `NO` and `12:30` are texts, `010` is ten, a date is a text. Keys are always texts,
as they are written. Merge keys (`<<`) are honoured, although 1.2 dropped them, because real configuration uses them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

import yaml

from linter.errors import Problem
from linter.formats.scalars import resolve
from linter.formats.text import strict
from linter.formats.tree import Document, Entry, Lines, Node

__all__ = ["Document", "Limits", "read", "read_one"]

# Events, not nodes: libyaml's composer recurses in C and kills the process on `[` x 50,000; its event parser does not recurse.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_STANDARD_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for hostile input."""

    size: int = 1_000_000
    """Bytes of one file."""
    depth: int = 100
    """Nesting, with aliases written out."""
    aliases: int = 1_000
    expansion: int = 100_000
    """Values that aliases and merge keys add when they are written out: what a reader of the result can be made to walk."""


def read(data: bytes, file: str, limits: Limits = Limits()) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
    """Reads a stream of any number of documents. Never raises: what is wrong comes back as problems (file, line), next to the
    documents that could be read before. A repeated key is a problem, and the last one counts."""
    text = strict(data, file, limits.size)
    if isinstance(text, Problem):
        return (), (text,)
    problems: list[Problem] = []
    builder = _Builder(file, Lines(text), limits, problems)
    documents: list[Document] = []
    try:
        for root in builder.documents(yaml.parse(text, Loader=_Loader)):
            documents.append(Document(file, builder.lines, root))
    except _BoundError:
        pass
    except yaml.YAMLError as error:
        problems.append(_syntax_problem(error, file, builder.lines))
    return tuple(documents), tuple(problems)


def read_one(data: bytes, file: str, limits: Limits = Limits()) -> tuple[Document | None, tuple[Problem, ...]]:
    """Reads one of archfit's own files: exactly one document, no tags. None when there is nothing to go on with; with problems
    beside it, the document is the part that could be read."""
    documents, found = read(data, file, limits)
    problems = list(found)
    if len(documents) > 1:
        line = documents[1].place(()).line
        problems.append(Problem("a second document starts here", file, line, "remove the `---`; one file is one document"))
    if documents:
        problems.extend(_tags(documents[0]))
    elif not problems:
        problems.append(Problem("the file is empty", file, 1))
    return (documents[0] if documents else None), tuple(problems)


def _syntax_problem(error: yaml.YAMLError, file: str, lines: Lines) -> Problem:
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        line = lines.at(mark.index)[0] if mark else 1
        if mark and "\t" in lines.indentation(line):
            return Problem("a tab is used for indentation", file, line, "YAML allows spaces only")
        what = error.problem or "not readable"
        start = lines.at(error.context_mark.index)[0] if error.context_mark else line
        if error.context and start != line:
            what += f", {error.context} that starts in line {start}"
        return Problem(f"not YAML: {what}", file, line)
    index = lines.first_unprintable()  # the reader's own position counts bytes or characters, as the loader likes
    line = lines.at(index)[0]
    return Problem(f"not YAML: {getattr(error, 'reason', None) or 'not readable'}", file, line)


def _tags(document: Document) -> Iterator[Problem]:
    stack, seen = [document.root], set[int]()
    while stack:
        node = stack.pop()
        if id(node) in seen:  # a shared node is told once
            continue
        seen.add(id(node))
        if node.tag is not None:
            line = document.lines.at(node.start)[0]
            yield Problem(f"the tag {_short(node.tag)} has no meaning here", document.file, line, "write the plain value")
        stack.extend(entry.node for entry in node.children.values())


class _BoundError(Exception):
    """A bound is hit: the rest of the stream is not read."""


@dataclass(slots=True)
class _Open:
    """A collection whose end has not come yet."""

    node: Node
    entries: dict[str | int, Entry]
    """The node's children."""
    is_map: bool
    flow: bool
    anchor: str | None
    key: str | None = None
    key_span: tuple[int, int] | None = None
    key_is_merge: bool = False
    merges: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class _Builder:
    file: str
    lines: Lines
    limits: Limits
    problems: list[Problem]
    stack: list[_Open] = field(default_factory=list)
    anchors: dict[str, Node | None] = field(default_factory=dict)
    """None while the anchored collection is still open."""
    aliases: int = 0
    added: int = 0
    root: Node | None = None

    def documents(self, events: Iterator[Any]) -> Iterator[Node]:
        for event in events:
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self.scalar(event)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                self.start(event, kind is yaml.MappingStartEvent)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self.end(event.end_mark.index)
            elif kind is yaml.AliasEvent:
                self.alias(event)
            elif kind is yaml.DocumentStartEvent:
                self.root, self.anchors = None, {}
            elif kind is yaml.DocumentEndEvent:
                root = self.root
                # `---` alone, or a file of comments only, is an empty document
                if root is not None and not (root.value is None and root.start == root.end):
                    yield root

    # ---- events

    def scalar(self, event: Any) -> None:
        style, tag, text = event.style, event.tag, event.value
        plain = not style and tag is None  # no style is None in pure Python, "" in libyaml
        start, end = event.start_mark.index, event.end_mark.index
        if style in ("|", ">"):
            end = self.lines.trimmed(start, end)
        node = Node(resolve(text, plain, tag), start, end, text, plain, _local(tag))
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        self.place(node, node.start, node.end)

    def start(self, event: Any, is_map: bool) -> None:
        if len(self.stack) >= self.limits.depth:
            self.stop(f"nested deeper than {self.limits.depth} levels", event.start_mark.index)
        entries: dict[str | int, Entry] = {}
        node = Node({} if is_map else [], event.start_mark.index, event.end_mark.index, tag=_local(event.tag), children=entries)
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        self.stack.append(_Open(node, entries, is_map, bool(event.flow_style), event.anchor))

    def end(self, index: int) -> None:
        closed = self.stack.pop()
        node = closed.node
        if closed.merges:
            self.merge(closed)
        for entry in node.children.values():
            node.size += entry.node.size
            node.height = max(node.height, entry.node.height + 1)
        # libyaml ends a block collection at the next token, after blank lines and comments
        node.end = index if closed.flow else max((e.end for e in node.children.values() if not e.merged), default=node.start)
        if closed.anchor is not None:
            self.anchors[closed.anchor] = node
        self.place(node, node.start, node.end)

    def alias(self, event: Any) -> None:
        index = event.start_mark.index
        self.aliases += 1
        if self.aliases > self.limits.aliases:
            self.stop(f"more than {self.limits.aliases:,} aliases", index)
        if event.anchor not in self.anchors:
            self.stop(f"the alias *{event.anchor} has no anchor &{event.anchor} before it", index)
        target = self.anchors[event.anchor]
        if target is None:
            self.stop(f"the alias *{event.anchor} stands inside of its own anchor", index)
        if len(self.stack) + target.height > self.limits.depth:
            self.stop(f"nested deeper than {self.limits.depth} levels with its aliases written out", index)
        self.expand(target.size, index)
        self.place(target, index, event.end_mark.index)

    # ---- putting values where they belong

    def place(self, node: Node, start: int, end: int) -> None:
        if not self.stack:
            self.root = node
            return
        parent = self.stack[-1]
        children = parent.entries
        if not parent.is_map:
            parent.node.value.append(node.value)
            children[len(children)] = Entry(node, start, end)
        elif parent.key_span is None:
            self.set_key(parent, node, start, end)
        else:
            if parent.key_is_merge:
                parent.merges.append(node)
            elif parent.key is not None:
                children[parent.key] = Entry(node, start, end, parent.key_span)
                parent.node.value[parent.key] = node.value
            parent.key, parent.key_span, parent.key_is_merge = None, None, False

    def set_key(self, parent: _Open, node: Node, start: int, end: int) -> None:
        parent.key_span = (start, end)
        if node.text is None:
            self.problem("a key must be a plain text", start, "quote it, if it holds braces or brackets")
            return
        parent.key_is_merge = node.plain and node.text == "<<"
        if parent.key_is_merge:
            return
        parent.key = node.text
        before = parent.entries.get(node.text)
        if before is not None and before.key is not None:
            line = self.lines.at(before.key[0])[0]
            self.problem(f"the key {_short(node.text)} is written twice, first in line {line}", start, "remove one of them")

    def merge(self, target: _Open) -> None:
        """Takes over the entries of `<<: *a` and `<<: [*a, *b]` that the mapping does not have itself; the first source wins."""
        flat: list[Node] = []
        for source in target.merges:
            flat.extend([e.node for e in source.children.values()] if isinstance(source.value, list) else [source])
        for source in flat:
            if not isinstance(source.value, dict):
                self.problem("`<<` merges mappings only", source.start, "give it an alias of a mapping")
                continue
            for key, entry in source.children.items():
                if key not in target.entries:
                    self.expand(entry.node.size, target.node.start)
                    target.entries[key] = Entry(entry.node, entry.start, entry.end, entry.key, merged=True)
                    target.node.value[key] = entry.node.value

    # ---- bounds and problems

    def expand(self, size: int, index: int) -> None:
        self.added += size
        if self.added > self.limits.expansion:
            self.stop(f"aliases and merge keys add more than {self.limits.expansion:,} values", index)

    def problem(self, message: str, index: int, remedy: str | None = None) -> None:
        self.problems.append(Problem(message, self.file, self.lines.at(index)[0], remedy))

    def stop(self, message: str, index: int) -> NoReturn:
        self.problem(message, index)
        raise _BoundError


def _local(tag: str | None) -> str | None:
    """The tag, unless it is YAML's own or the non-specific `!`."""
    return None if tag is None or tag == "!" or tag.startswith(_STANDARD_TAG) else tag


def _short(text: str) -> str:
    return f"`{text if len(text) <= 60 else text[:59] + '…'}`"
