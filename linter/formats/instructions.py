"""Files of one instruction a line: Modelfile, Procfile."""

from __future__ import annotations

import re

from linter.formats.making import Pair, as_number, document, mapping, scalar
from linter.formats.tree import Document

_PROCESS = re.compile(r"([A-Za-z0-9_-]+)[ \t]*:[ \t]*(.+)")
_MODEL = re.compile(
    r"[ \t]*(FROM|PARAMETER|TEMPLATE|SYSTEM|ADAPTER|LICENSE|MESSAGE|REQUIRES|RENDERER|PARSER)[ \t]+", re.IGNORECASE
)
_LONG = '"""'


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
                parameters.append(
                    (name.lower(), (at, start + len(name)), scalar(as_number(value.strip().strip('"')), start, end))
                )
            else:
                pairs.append((word, found.span(1), scalar(value, start, max(end, start), plain=True)))
        at = end + 1
    if parameters:
        pairs.append(("PARAMETER", parameters[0][1], mapping(parameters, parameters[0][1][0], parameters[-1][2].end)))
    return document(file, text, pairs)


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end
