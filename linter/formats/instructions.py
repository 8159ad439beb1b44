"""Files of one instruction a line: Dockerfile, Modelfile, Procfile."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from linter.formats.making import Pair, document, listing, mapping, scalar
from linter.formats.tree import Document, Node

_HEREDOC = re.compile(r"<<-?\s*([\"']?)(\w+)\1")
_DOCKER = re.compile(r"[ \t]*([A-Za-z]+)[ \t]+")
_ESCAPE = re.compile(r"#\s*escape\s*=\s*`", re.IGNORECASE)
_PROCESS = re.compile(r"([A-Za-z0-9_-]+)[ \t]*:[ \t]*(.+)")
_FLAG = re.compile(r"--[a-z]+(?:=\S+)?\s+")
_PAIR = re.compile(r"""([A-Za-z_]\w*)=("(?:[^"\\]|\\.)*"|'[^']*'|(?:[^\s\\]|\\.)*)""")
_MODEL = re.compile(
    r"[ \t]*(FROM|PARAMETER|TEMPLATE|SYSTEM|ADAPTER|LICENSE|MESSAGE|REQUIRES|RENDERER|PARSER)[ \t]+", re.IGNORECASE
)
_LONG = '"""'


def read_dockerfile(text: str, file: str) -> Document:
    """`stages`: a list of mappings of each stage's instructions (upper case). `CMD`, `ENTRYPOINT` and `RUN` are a text, or a list
    of words; `ENV` and `ARG` a mapping. Never raises: what is no instruction is left out."""
    stages: list[list[Pair]] = []
    for name, start, end in _instructions(text):
        key = (start, start + len(name))
        offset = _DOCKER.match(text, start)
        begin = offset.end() if offset else start + len(name)
        word = name.upper()
        if word == "FROM" or not stages:
            stages.append([])
        if word in ("ENV", "ARG"):
            stages[-1].append((word, key, _variables(text, begin, end)))
        else:
            flags = _FLAG.match(text, begin, end)
            while flags is not None:
                begin = flags.end()
                flags = _FLAG.match(text, begin, end)
            stages[-1].append((word, key, _argument(text, begin, end, word)))
    made = listing(mapping(_joined(pairs), pairs[0][1][0], pairs[-1][2].end) for pairs in stages if pairs)
    return document(file, text, [("stages", (0, 0), made)] if made.value else [])


def _joined(pairs: list[Pair]) -> Iterator[Pair]:
    """Of `CMD` and `ENTRYPOINT` the last one counts; all `ENV` and `ARG` are one mapping."""
    last = {key: index for index, (key, _, _) in enumerate(pairs)}
    for name in ("ENV", "ARG"):
        all_of = [node for key, _, node in pairs if key == name]
        if all_of:
            inner = [(str(k), e.key or (e.start, e.end), e.node) for node in all_of for k, e in node.children.items()]
            where = next(span for key, span, _ in pairs if key == name)
            yield name, where, mapping(inner, where[0], all_of[-1].end)
    for index, (key, span, node) in enumerate(pairs):
        if key not in ("ENV", "ARG") and (key not in ("CMD", "ENTRYPOINT") or last[key] == index):
            yield key, span, node


def _instructions(text: str) -> Iterator[tuple[str, int, int]]:
    """Name, start and end of each instruction, with its continued lines and texts."""
    escape = "`" if _ESCAPE.match(text) else "\\"
    at = 0
    while at < len(text):
        end = _line_end(text, at)
        line = text[at:end]
        if not line.strip() or line.lstrip().startswith("#"):
            at = end + 1
            continue
        while text[at:end].rstrip().endswith(escape) and end < len(text):
            end = _line_end(text, end + 1)
            while end < len(text) and _is_remark(text, end):
                end = _line_end(text, end + 1)
        for found in _HEREDOC.finditer(text[at:end]) if line.lstrip()[:4].upper() in ("RUN ", "COPY", "ADD ") else ():
            close = re.compile(rf"^\t*{re.escape(found[2])}\s*$", re.MULTILINE).search(text, end)
            end = close.end() if close else len(text)
        name = _DOCKER.match(text, at)
        if name is not None:
            yield name[1], name.start(1), min(end, len(text))
        at = end + 1


def _is_remark(text: str, end: int) -> bool:
    """Whether the line before `end` is a remark inside of a continued instruction."""
    return text[text.rfind("\n", 0, end) + 1 : end].lstrip().startswith("#")


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _argument(text: str, start: int, end: int, word: str) -> Node:
    written = text[start:end].strip()
    if word in ("CMD", "ENTRYPOINT", "RUN") and written.startswith("["):
        try:
            words = json.loads(re.sub(r"\\\r?\n", "", written))
        except ValueError:
            words = None
        if isinstance(words, list) and all(isinstance(one, str) for one in words):
            nodes, at = [], start
            for one in words:
                found = text.find(f'"{one}"', at, end)
                at = found if found >= 0 else at
                nodes.append(scalar(one, at, at + len(one) + 2))
            return listing(nodes)
    return scalar(written, start, start + len(written), plain=True)


def _variables(text: str, start: int, end: int) -> Node:
    pairs: list[Pair] = []
    for found in _PAIR.finditer(text, start, end):
        value = found[2]
        value = value[1:-1] if value[:1] in "\"'" and len(value) > 1 else value
        pairs.append((found[1], found.span(1), scalar(value, *found.span(2))))
    if not pairs:  # `ENV NAME value`, `ARG NAME`
        name, _, value = text[start:end].strip().partition(" ")
        if value.strip():
            pairs.append((name, (start, start + len(name)), scalar(value.strip(), start + len(name), end)))
    return mapping(pairs, start, end)


def read_procfile(text: str, file: str) -> Document:
    """Name of a process -> its command line."""
    pairs: list[Pair] = []
    at = 0
    for line in text.split("\n"):
        found = _PROCESS.match(line)
        if found is not None:
            start, end = at + found.start(2), at + len(line.rstrip())
            pairs.append((found[1], (at, at + len(found[1])), scalar(text[start:end], start, end, plain=True)))
        at += len(line) + 1
    return document(file, text, pairs)


def read_modelfile(text: str, file: str) -> Document:
    """Ollama's format. Instruction (upper case) -> text, or a list of texts where it comes again; `PARAMETER` is a mapping."""
    pairs: list[Pair] = []
    parameters: list[Pair] = []
    at = 0
    while at < len(text):
        end = _line_end(text, at)
        found = _MODEL.match(text, at, end)
        if found is not None:
            start, word = found.end(), found[1].upper()
            if text.startswith(_LONG, start):
                close = text.find(_LONG, start + 3)
                value, end = (
                    text[start + 3 : close if close >= 0 else len(text)],
                    _line_end(text, close + 3 if close >= 0 else len(text)),
                )
            else:
                value = text[start:end].strip().strip('"')
            if word == "PARAMETER":
                name, _, value = value.partition(" ")
                parameters.append((name.lower(), (at, start + len(name)), scalar(_number(value.strip().strip('"')), start, end)))
            else:
                pairs.append((word, found.span(1), scalar(value, start, max(end, start), plain=True)))
        at = end + 1
    if parameters:
        pairs.append(("PARAMETER", parameters[0][1], mapping(parameters, parameters[0][1][0], parameters[-1][2].end)))
    return document(file, text, pairs)


def _number(text: str) -> str | int | float:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
