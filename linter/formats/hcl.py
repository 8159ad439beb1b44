"""HCL (Terraform) with positions. What is an expression stays text: `${var.region}`."""

from __future__ import annotations

from functools import cache
from typing import Any

from linter.errors import Problem
from linter.formats.making import Pair, as_number, listing, mapping, scalar
from linter.formats.text import strict
from linter.formats.tree import Document, Lines, Node
from linter.formats.yaml import Limits

_CONVERSIONS = ("toset(", "tolist(", "tomap(")
"""Functions that only say of which type a literal is."""
_MISSING = "HCL is read with the extra `iac`"


@cache
def _parser() -> Any:
    """The parser, where it is installed; it is loaded when the first file asks for it."""
    try:
        import tree_sitter
        import tree_sitter_hcl
    except ImportError:
        return None
    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language()))


def read(data: bytes, file: str, limits: Limits = Limits()) -> tuple[Document | None, tuple[Problem, ...]]:
    """Blocks are mappings below their type and labels (`resource.aws_instance.web`), lists of them where one comes several times.
    Never raises: what is wrong comes back as a problem."""
    parser = _parser()
    if parser is None:
        return None, (Problem(_MISSING, file, None, "install archfit[iac]"),)
    text = strict(data, file, limits.size)
    if isinstance(text, Problem):
        return None, (text,)
    encoded = text.encode()
    tree = parser.parse(encoded)
    reader = _Reader(encoded, limits.depth)
    body = next((one for one in tree.root_node.named_children if one.type == "body"), None)
    root = mapping(reader.body(body, 0) if body is not None else [], 0, len(text))
    problems: list[Problem] = []
    if tree.root_node.has_error:
        problems.append(Problem("not HCL in parts", file, _first_error(tree.root_node)))
    if reader.too_deep:
        problems.append(Problem(f"nested deeper than {limits.depth} levels", file, 1))
    return Document(file, Lines(text), root), tuple(problems)


def _first_error(root: Any) -> int:
    stack = [root]
    while stack:
        node = stack.pop()
        if node.type == "ERROR" or node.is_missing:
            return int(node.start_point[0]) + 1
        stack.extend(child for child in reversed(node.children) if child.has_error or child.is_missing)
    return 1


class _Reader:
    def __init__(self, source: bytes, depth: int) -> None:
        self.source = source
        self.depth = depth
        self.too_deep = False
        self._ascii = source.isascii()

    def at(self, offset: int) -> int:
        """Bytes -> code points."""
        return offset if self._ascii else len(self.source[:offset].decode("utf-8", "ignore"))

    def span(self, node: Any) -> tuple[int, int]:
        return self.at(node.start_byte), self.at(node.end_byte)

    def body(self, node: Any, depth: int) -> list[Pair]:
        pairs: list[Pair] = []
        if depth > self.depth:
            self.too_deep = True
            return pairs
        # Blocks of the same type and label belong together: `resource "a" "x"`, `resource "a" "y"`.
        grouped: dict[str, list[tuple[list[tuple[str, tuple[int, int]]], Node]]] = {}
        for child in node.named_children:
            if child.type == "attribute":
                name, value = child.named_children[0], child.named_children[-1]
                pairs.append((self.text(name), self.span(name), self.value(value, depth + 1)))
            elif child.type == "block":
                heads = [one for one in child.named_children if one.type in ("identifier", "string_lit")]
                inner = next((one for one in child.named_children if one.type == "body"), None)
                start, end = self.span(child)
                made = mapping(self.body(inner, depth + 1 + len(heads)) if inner is not None else [], start, end)
                labels = [(self.text(one).strip('"'), self.span(one)) for one in heads]
                grouped.setdefault(labels[0][0] if labels else "", []).append((labels, made))
        for name, blocks in grouped.items():
            span = blocks[0][0][0][1] if blocks[0][0] else (0, 0)
            pairs.extend((name, span, one) for one in self.below(blocks, 1))
        return pairs

    def below(self, blocks: list[tuple[list[tuple[str, tuple[int, int]]], Node]], at: int) -> list[Node]:
        """The values of blocks that share their first labels."""
        plain = [made for labels, made in blocks if len(labels) <= at]
        labelled: dict[str, list[tuple[list[tuple[str, tuple[int, int]]], Node]]] = {}
        for one in blocks:
            if len(one[0]) > at:
                labelled.setdefault(one[0][at][0], []).append(one)
        if labelled:
            pairs: list[Pair] = []
            for name, group in labelled.items():
                # The place of a block is its first line.
                pairs.extend((name, (node.start, group[0][0][at][1][1]), node) for node in self.below(group, at + 1))
            start = min(made.start for _, made in blocks)
            plain.append(mapping(pairs, start, max(made.end for _, made in blocks)))
        return plain

    def value(self, node: Any, depth: int) -> Node:
        start, end = self.span(node)
        if depth > self.depth:
            self.too_deep = True
            return scalar(None, start, end)
        while node.type in ("expression", "literal_value", "collection_value", "template_expr") and node.named_child_count == 1:
            node = node.named_children[0]
        if node.type == "tuple":
            return listing(self.value(one, depth + 1) for one in node.named_children if one.type == "expression")
        if node.type == "object":
            pairs: list[Pair] = []
            for one in node.named_children:
                if one.type == "object_elem" and one.named_child_count >= 2:
                    key, value = one.named_children[0], one.named_children[-1]
                    pairs.append((self.text(key).strip('"'), self.span(key), self.value(value, depth + 1)))
            return mapping(pairs, start, end)
        text = self.text(node)
        if node.type == "function_call" and text.startswith(_CONVERSIONS) and node.named_child_count == 2:
            given = node.named_children[1].named_children
            literal = given[0] if len(given) == 1 else None
            while literal is not None and literal.type in ("expression", "collection_value") and literal.named_child_count == 1:
                literal = literal.named_children[0]
            if literal is not None and literal.type in ("tuple", "object"):
                return self.value(literal, depth + 1)
        if node.type == "numeric_lit":
            return scalar(as_number(text), start, end, plain=True)
        if node.type == "bool_lit":
            return scalar(text == "true", start, end, plain=True)
        if node.type == "null_lit":
            return scalar(None, start, end, plain=True)
        if node.type in ("string_lit", "quoted_template"):
            return scalar(text[1:-1], start, end)
        if node.type == "heredoc_template":
            lines = text.split("\n")
            return scalar("\n".join(lines[1:-1]), start, end)
        return scalar(f"${{{text}}}", start, end, plain=True)

    def text(self, node: Any) -> str:
        return self.source[node.start_byte : node.end_byte].decode("utf-8", "replace")
