"""Dockerfiles: the instructions of each stage, with the place of each."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterator

from linter.errors import Problem
from linter.formats.making import Pair, document, listing, mapping, scalar
from linter.formats.text import lenient
from linter.formats.tree import Document, Node
from linter.formats.yaml import Limits

MAX_VARIABLES = 5_000
VARIABLES = ("ENV", "ARG")
_COMMANDS = ("CMD", "ENTRYPOINT")
"""Of these the last one of a stage counts."""
_NAME = re.compile(r"(?:.*\.)?(?:docker|container)file(?:[._-].*)?", re.IGNORECASE)
_NO_DOCKERFILE = (".dockerignore", ".py", ".md", ".sh", ".yml", ".yaml", ".json")
_INSTRUCTION = re.compile(r"[ \t]*(?P<word>[A-Za-z]+)[ \t]+")
_ESCAPE = re.compile(r"#\s*escape\s*=\s*`", re.IGNORECASE)
_HEREDOC = re.compile(r"<<-?\s*[\"']?(\w+)[\"']?")
_HEREDOC_END = re.compile(r"^\t*(\w+)[ \t\r]*$", re.MULTILINE)
_FLAG = re.compile(r"--[a-z]+(?:=\S+)?\s+")
_PAIR = re.compile(r"""(?P<key>[A-Za-z_]\w*)=(?P<value>"(?:[^"\\]|\\.)*"|'[^'\n]*'|(?:[^\s\\"']|\\.)*)""")
_KEY = re.compile(r"(?P<key>[A-Za-z_]\w*)[ \t]+(?P<value>\S.*)")
_PLAIN = re.compile(r"\\([^\n])")


def is_dockerfile(path: str) -> bool:
    """Whether a file is one by its name: `Dockerfile`, `Dockerfile.api`, `api.Dockerfile`, `Containerfile`."""
    name = path.rpartition("/")[2]
    return _NAME.fullmatch(name) is not None and not name.endswith(_NO_DOCKERFILE)


def read(data: bytes, file: str, limits: Limits = Limits()) -> tuple[Document | None, tuple[Problem, ...]]:
    """`stages`: a list of mappings of each stage's instructions (upper case). `ENV` and `ARG` are mappings of names and texts;
    `CMD`, `ENTRYPOINT` and `RUN` a text, or a list of words; what comes several times is a list. What stands before the first
    `FROM` is a stage, too. Never raises: what is no instruction is left out."""
    text = lenient(data, file, limits.size)
    if isinstance(text, Problem):
        return None, (text,)
    joined = _joined(text)
    stages: list[list[Pair]] = []
    count = 0
    for word, span, start, end in _instructions(joined):
        if word == "FROM" or not stages:
            stages.append([])
        node = _variables(joined, start, end) if word in VARIABLES else _argument(joined, start, end, word)
        stages[-1].append((word, span, node))
        count += len(node.children) if word in VARIABLES else 0
        if count > MAX_VARIABLES:
            return None, (Problem(f"more than {MAX_VARIABLES:,} variables", file, 1),)
    nodes = listing(mapping(_one_each(pairs), pairs[0][1][0], pairs[-1][2].end) for pairs in stages)
    return document(file, text, [("stages", (0, 0), nodes)]), ()


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


def _instructions(text: str) -> Iterator[tuple[str, tuple[int, int], int, int]]:
    """Name (upper case) of each instruction, its span, where what follows it starts, and its end."""
    closing: dict[str, list[int]] = {}
    for one in _HEREDOC_END.finditer(text) if "<<" in text else ():
        closing.setdefault(one[1], []).append(one.end())
    at = 0
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        found = _INSTRUCTION.match(text, at, end)
        if found is not None:
            word = found["word"].upper()
            for heredoc in _HEREDOC.finditer(text, at, end) if word in ("RUN", "COPY", "ADD") else ():
                ends = closing.get(heredoc[1], [])
                index = bisect_left(ends, end + 1)
                end = ends[index] if index < len(ends) else end
            yield word, found.span("word"), found.end(), end
        at = end + 1


def _one_each(pairs: list[Pair]) -> Iterator[Pair]:
    """The instructions of one stage: of `CMD` and `ENTRYPOINT` the last one, and all `ENV` and `ARG` as one mapping."""
    last = {word: index for index, (word, _, _) in enumerate(pairs)}
    for name in VARIABLES:
        found = [(span, node) for word, span, node in pairs if word == name and node.children]
        if found:
            inner = {str(k): (str(k), e.key or (e.start, e.end), e.node) for _, node in found for k, e in node.children.items()}
            yield name, found[0][0], mapping(inner.values(), found[0][0][0], found[-1][1].end)
    for index, (word, span, node) in enumerate(pairs):
        if word not in VARIABLES and (word not in _COMMANDS or last[word] == index):
            yield word, span, node


def _argument(text: str, start: int, end: int, word: str) -> Node:
    """What follows an instruction, without its flags; what follows a command's name is the command's own."""
    while word not in _COMMANDS and (flag := _FLAG.match(text, start, end)) is not None:
        start = flag.end()
    written = text[start:end].strip()
    if word in (*_COMMANDS, "RUN") and written.startswith("["):
        words = _list(written)
        if words is not None:
            nodes, at = [], start
            for one in words:
                found = text.find(f'"{one}"', at, end)
                at = found if found >= 0 else at
                nodes.append(scalar(one, at, at + len(one) + 2))
                at = nodes[-1].end if found >= 0 else at
            return listing(nodes)
    return scalar(written, start, start + len(written), plain=True)


def _list(written: str) -> list[str] | None:
    """The words of `["vllm", "serve"]`."""
    try:
        words = json.loads(written)
    except (ValueError, RecursionError):
        return None
    return words if isinstance(words, list) and all(isinstance(one, str) for one in words) else None


def _variables(text: str, start: int, end: int) -> Node:
    """`A=b C="d e"`, and the old `A b`; of a name that comes twice the last one counts."""
    found = list(_PAIR.finditer(text, start, end))
    if not found and (old := _KEY.match(text, start, end)) is not None:
        found = [old]
    pairs: dict[str, Pair] = {}
    for one in found:
        value = one["value"].strip()
        quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
        plain = value[1:-1] if quoted else value
        plain = plain if value[:1] == "'" else _PLAIN.sub(r"\1", plain)
        where = one.start("value")
        pairs[one["key"]] = (one["key"], one.span("key"), scalar(plain, where, where + len(value), plain=not quoted))
    return mapping(pairs.values(), start, end)
