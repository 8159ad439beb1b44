"""Bicep (Azure's templates) with positions. What is an expression stays text: `${modelName}`."""

from __future__ import annotations

import re

from linter.formats.making import Pair, document, listing, mapping, scalar
from linter.formats.tree import Document, Node

_HEAD = re.compile(
    r"^[ \t]*(?:(?P<kind>param|var)[ \t]+(?P<name>\w+)[^\n=]*(?:=[ \t]*|$)"
    r"|(?P<made>resource|module)[ \t]+(?P<what>\w+)[ \t]+'(?P<type>[^'\n]*)'[ \t]*(?:existing[ \t]*)?"
    r"=[ \t]*(?:if[ \t]*\([^\n]*\)[ \t]*)?)",
    re.MULTILINE,
)
_KEY = re.compile(r"(?P<name>\w+|'[^'\n]*')[ \t]*:[ \t]*")
_SPACE = re.compile(r"(?:[ \t\r\n,]+|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
_TEXT = re.compile(r"'''(?P<long>.*?)'''|'(?P<short>(?:[^'\\\n]|\\.)*)'", re.DOTALL)
_FOR = re.compile(r"\[\s*for\s+(?:\(\s*(?P<pair>\w+)\s*,\s*(?P<index>\w+)\s*\)|(?P<item>\w+))\s+in\s+")
_IF = re.compile(r"\s*if\s*(?=\()")
LOOP = " for"
"""The key of what a loop goes over, in the mapping that it makes again and again: `item` and `index` are its names, `in` what it
goes over, `filtered` whether a condition leaves some out. Nobody can write such a key."""
_OPEN, _CLOSE = "([{", ")]}"
MAX_DEPTH = 60


def read_bicep(text: str, file: str) -> Document:
    """`param` and `var` by name, `resource` and `module` by type and name. Never raises: what is not understood is left out."""
    made: dict[str, list[Pair]] = {"param": [], "var": [], "resource": [], "module": []}
    for head in _HEAD.finditer(text):
        kind = head["kind"] or head["made"]
        node, _ = _value(text, head.end(), 0) if text[head.end() : head.end() + 1] not in ("", "\n") else (None, 0)
        if node is None:
            continue
        if not head["kind"] and isinstance(node.value, list) and len(node.value) == 1:
            node = node.children[0].node  # made by a loop
        if head["kind"]:
            made[kind].append((head["name"], (head.start(), head.end("name")), node))
        else:
            # The place of a resource is its first line.
            node = Node(node.value, head.start(), node.end, children=node.children)
            named = mapping([(head["what"], (head.start(), head.end("what")), node)], head.start(), node.end)
            made[kind].append((head["type"].partition("@")[0], (head.start(), head.end("type")), named))
    pairs: list[Pair] = []
    for kind, found in made.items():
        if found:
            pairs.append((kind, found[0][1], mapping(_merged(found), found[0][1][0], found[-1][2].end)))
    return document(file, text, pairs)


def _merged(pairs: list[Pair]) -> list[Pair]:
    """Resources of the same type stand in one mapping."""
    grouped: dict[str, list[Pair]] = {}
    for pair in pairs:
        grouped.setdefault(pair[0], []).append(pair)
    out: list[Pair] = []
    for key, group in grouped.items():
        if len(group) == 1 or not all(isinstance(node.value, dict) for _, _, node in group):
            out.append(group[-1])
            continue
        inner = [(str(k), e.key or (e.start, e.end), e.node) for _, _, node in group for k, e in node.children.items()]
        out.append((key, group[0][1], mapping(inner, group[0][2].start, group[-1][2].end)))
    return out


def _value(text: str, at: int, depth: int) -> tuple[Node | None, int]:
    """The value that starts at an offset, and where it ends."""
    char = text[at : at + 1]
    if depth > MAX_DEPTH or not char:
        return None, at
    if char == "{":
        return _object(text, at, depth)
    if char == "[":
        loop = _FOR.match(text, at)
        node, end = _array(text, at, depth) if loop is None else _loop(text, loop, depth)
        if node is not None:
            return node, end
    quoted = _TEXT.match(text, at)
    if quoted is not None:
        end = quoted.end()
        if not text[end : _line_end(text, end)].split("//")[0].strip(" \t,]}"):
            value = quoted["long"] if quoted["long"] is not None else quoted["short"]
            return scalar(value, at, end), end
    return _expression(text, at)


def _object(text: str, at: int, depth: int) -> tuple[Node, int]:
    pairs: list[Pair] = []
    here = at + 1
    while True:
        here = _skip(text, here)
        if text[here : here + 1] in ("}", ""):
            return mapping(pairs, at, min(here + 1, len(text))), here + 1
        key = _KEY.match(text, here)
        node, end = _value(text, key.end(), depth + 1) if key is not None else (None, here)
        if key is None or node is None:
            here = max(_line_end(text, max(here, end)), here + 1)  # a loop, a condition
            continue
        pairs.append((key["name"].strip("'"), key.span("name"), node))
        here = end


def _array(text: str, at: int, depth: int) -> tuple[Node, int]:
    nodes: list[Node] = []
    here = at + 1
    while True:
        here = _skip(text, here)
        if text[here : here + 1] in ("]", ""):
            return listing(nodes), here + 1
        node, end = _value(text, here, depth + 1)
        if node is None or end <= here:
            here = max(_line_end(text, here), here + 1)
            continue
        nodes.append(node)
        here = end


def _loop(text: str, loop: re.Match[str], depth: int) -> tuple[Node | None, int]:
    """`[for item in items: {…}]`: a list of one mapping, which says what it is made for. None: the loop makes no mappings."""
    over, at = _value(text, loop.end(), depth + 1) if text[loop.end() : loop.end() + 1] == "[" else _up_to_colon(text, loop.end())
    at = _skip(text, at)
    if over is None or text[at : at + 1] != ":":
        return None, at
    condition = _IF.match(text, at + 1)
    at = _skip(text, _closed(text, condition.end()) if condition is not None else at + 1)
    if text[at : at + 1] != "{" or depth > MAX_DEPTH:
        return None, at
    node, end = _object(text, at, depth + 1)
    where = loop.span()
    named = [
        ("item", where, scalar(loop["pair"] or loop["item"], *where)), ("index", where, scalar(loop["index"] or LOOP, *where)),
        ("in", where, over), ("filtered", where, scalar(condition is not None, *where, plain=True)),
    ]  # fmt: skip
    own = [(str(key), e.key or (e.start, e.end), e.node) for key, e in node.children.items()]
    made = mapping([*own, (LOOP, where, mapping(named, *where))], node.start, node.end)
    close = _skip(text, end)
    return listing([made]), close + (text[close : close + 1] == "]")


def _up_to_colon(text: str, at: int) -> tuple[Node | None, int]:
    """What a loop goes over, when that is no literal."""
    here, depth = at, 0
    while here < len(text) and not (text[here] == ":" and depth == 0) and text[here] != "\n":
        depth += (text[here] in _OPEN) - (text[here] in _CLOSE)
        here += 1
    written = text[at:here].strip()
    return (scalar(f"${{{written}}}", at, here, plain=True) if written else None), here


def _closed(text: str, at: int) -> int:
    """Behind the bracket that closes the one at an offset, on the same line."""
    depth = 0
    for here in range(at, _line_end(text, at)):
        depth += (text[here] in _OPEN) - (text[here] in _CLOSE)
        if depth == 0:
            return here + 1
    return at


def _expression(text: str, at: int) -> tuple[Node | None, int]:
    """Up to the end of the line, or of what is open on it."""
    here, depth = at, 0
    while here < len(text):
        quoted = _TEXT.match(text, here)
        if quoted is not None:
            here = quoted.end()
            continue
        char = text[here]
        if text.startswith("//", here) or (char in _CLOSE and depth == 0) or (char in "\n," and depth == 0):
            break
        depth += (char in _OPEN) - (char in _CLOSE)
        here += 1
    written = text[at:here].strip()
    if not written:
        return None, here
    if written in ("true", "false", "null"):
        return scalar({"true": True, "false": False, "null": None}[written], at, at + len(written), plain=True), here
    value: str | int = int(written) if written.lstrip("-").isdigit() and len(written) < 20 else f"${{{written}}}"
    return scalar(value, at, at + len(written), plain=True), here


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space is not None else at


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end
