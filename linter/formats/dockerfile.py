"""The variables of a Dockerfile: `ENV` and `ARG`, with the place of each."""

from __future__ import annotations

import re
from collections.abc import Iterator

from linter.errors import Problem
from linter.formats.tree import Document, Entry, Lines, Node
from linter.formats.yaml import Limits

MAX_VARIABLES = 5_000
_NAME = re.compile(r"(?:.*\.)?(?:docker|container)file(?:[._-].*)?", re.IGNORECASE)
_NO_DOCKERFILE = (".dockerignore", ".py", ".md", ".sh", ".yml", ".yaml", ".json")
_INSTRUCTION = re.compile(r"[ \t]*(?P<word>[A-Za-z]+)[ \t]+")
_ESCAPE = re.compile(r"#\s*escape\s*=\s*`", re.IGNORECASE)
_HEREDOC = re.compile(r"<<-?[\"']?(\w+)[\"']?")
_PAIR = re.compile(r"""(?P<key>[A-Za-z_]\w*)=(?P<value>"(?:[^"\\]|\\.)*"|'[^'\n]*'|(?:[^\s\\"']|\\.)*)""")
_KEY = re.compile(r"(?P<key>[A-Za-z_]\w*)[ \t]+(?P<value>\S.*)")
_PLAIN = re.compile(r"\\([^\n])")


def is_dockerfile(path: str) -> bool:
    """Whether a file is one by its name: `Dockerfile`, `Dockerfile.api`, `api.Dockerfile`, `Containerfile`."""
    name = path.rpartition("/")[2]
    return _NAME.fullmatch(name) is not None and not name.endswith(_NO_DOCKERFILE)


def read(data: bytes, file: str, limits: Limits = Limits()) -> tuple[Document | None, tuple[Problem, ...]]:
    """`stages`: a list of mappings, of each stage `ENV` and `ARG`, which are mappings of names and texts. What stands before the
    first `FROM` is a stage, too. Never raises."""
    if len(data) > limits.size:
        return None, (Problem(f"the file has {len(data):,} bytes; the limit is {limits.size:,}", file, 1),)
    if b"\0" in data:
        return None, (Problem("not a text file: it contains a NUL byte", file, 1),)
    text = data.decode("utf-8-sig", "replace")
    stages: list[dict[str, dict[str | int, Entry]]] = []
    count = 0
    joined = _joined(text)
    for word, start, end in _instructions(joined):
        if word == "FROM" or not stages:
            stages.append({})
        for key, span, node in _pairs(joined, start, end) if word in ("ENV", "ARG") else ():
            stages[-1].setdefault(word, {})[key] = Entry(node, node.start, node.end, span)
            count += 1
        if count > MAX_VARIABLES:
            return None, (Problem(f"more than {MAX_VARIABLES:,} variables", file, 1),)
    nodes = [_mapping({word: _entry(_mapping(inner)) for word, inner in stage.items()}) for stage in stages]
    listed: dict[str | int, Entry] = {index: _entry(node) for index, node in enumerate(nodes)}
    whole = Node([node.value for node in nodes], 0, len(text), children=listed)
    return Document(file, Lines(text), _mapping({"stages": _entry(whole)})), ()


def _joined(text: str) -> str:
    """The text with continued lines as one line each, every character in its place."""
    escape = "`" if _ESCAPE.match(text) else "\\"
    out: list[str] = []
    goes_on = False
    for line in text.split("\n"):
        is_remark = line.lstrip().startswith("#")
        if goes_on and is_remark:
            out.append(" " * len(line) + " ")
            continue
        goes_on = not is_remark and line.rstrip().endswith(escape)
        out.append(line.rstrip()[:-1].ljust(len(line)) + " " if goes_on else line + "\n")
    return "".join(out)[:-1]


def _instructions(text: str) -> Iterator[tuple[str, int, int]]:
    """Name (upper case) of each instruction, where what follows it starts, and its end."""
    at = 0
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        found = _INSTRUCTION.match(text, at, end)
        if found is not None:
            word = found["word"].upper()
            yield word, found.end(), end
            for heredoc in _HEREDOC.finditer(text, at, end) if word in ("RUN", "COPY", "ADD") else ():
                close = re.compile(rf"^\t*{heredoc[1]}\s*$", re.MULTILINE).search(text, end)
                end = close.end() if close is not None else end
        at = end + 1


def _pairs(text: str, start: int, end: int) -> Iterator[tuple[str, tuple[int, int], Node]]:
    """Name, its span and the value: `A=b C="d e"`, and the old `A b`."""
    pairs = list(_PAIR.finditer(text, start, end))
    if not pairs and (old := _KEY.match(text, start, end)) is not None:
        pairs = [old]
    for found in pairs:
        value = found["value"].strip()
        quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
        plain = value[1:-1] if quoted else value
        plain = plain if value[:1] == "'" else _PLAIN.sub(r"\1", plain)
        where = found.start("value")
        yield found["key"], found.span("key"), Node(plain, where, where + len(value), plain, not quoted)


def _mapping(children: dict[str | int, Entry]) -> Node:
    start = min((entry.start for entry in children.values()), default=0)
    end = max((entry.end for entry in children.values()), default=0)
    return Node({key: entry.node.value for key, entry in children.items()}, start, end, children=children)


def _entry(node: Node) -> Entry:
    return Entry(node, node.start, node.end)
