"""Rewrites newer syntax with libcst. Runs in a child process (`newer_syntax.py` starts it), since libcst ends its process on
deeply nested input. Nothing of what it reads is executed.

What is left out is blanked, not removed: what follows in the line keeps its column, and every line stays where it was.
"""

from __future__ import annotations

import ast
import contextlib
import re
import sys
import warnings
from collections.abc import Iterator
from typing import TypeVar

import libcst as cst

from linter.extract.newer_syntax import TEXT

_DEPTH = 6000
"""Frames; libcst takes several for one level of nesting."""
_MEMORY = 600_000_000
"""Bytes that this process may take; a file that needs more is given up."""
_PLAIN = (cst.BaseParenthesizableWhitespace, cst.TrailingWhitespace, cst.EmptyLine, cst.Comma, cst.Name, cst.SimpleString)
"""Most nodes, and nothing to rewrite in them."""
_QUOTES = ('"', "'", '"""', "'''")

_String = cst.SimpleString | cst.FormattedString
_Piece = tuple[_String, cst.BaseParenthesizableWhitespace | None]
"""One string of an implicit concatenation, and what is between it and the next one."""


def main() -> None:
    """Answer one file after the other until there is no more; see `newer_syntax.py` for the form."""
    sys.setrecursionlimit(_DEPTH)
    warnings.simplefilter("ignore")
    _limit()
    reader, writer = sys.stdin.buffer, sys.stdout.buffer
    while line := reader.readline():
        answer = rewritten(reader.read(int(line)))
        writer.write(b"-1\n" if answer is None else b"%d\n%s" % (len(answer), answer))
        writer.flush()


def rewritten(source: bytes) -> bytes | None:
    """The code for this Python's parser; None when that cannot be had."""
    try:
        module = cst.parse_module(source)
        result = module.visit(_Leveller(module)).bytes
    except Exception:  # libcst raises whatever comes; there is one answer to all of it
        return None
    return result if len(result.splitlines()) == len(source.splitlines()) else None


def _limit() -> None:
    """No more memory than this, and no core file when libcst ends the process."""
    if sys.platform != "win32":
        import resource  # not on Windows

        for what, most in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CORE, 0)):
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(what, (most, most))


class _Leveller(cst.CSTTransformer):
    def __init__(self, module: cst.Module) -> None:
        super().__init__()
        self._module = module
        self._inside: set[cst.CSTNode] = set()
        """Strings that are part of a concatenation, which is rewritten as a whole."""
        self._shown: dict[cst.CSTNode, str] = {}
        """What `{x=}` writes before the value: the expression as it was."""

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.ConcatenatedString):
            self._inside.update((node.left, node.right))
        return not isinstance(node, _PLAIN)

    def on_leave(self, original_node: cst.CSTNodeT, updated_node: cst.CSTNodeT) -> cst.CSTNode:  # type: ignore[override]
        """What stands there instead of this node; libcst's own method would look for one method a type of node."""
        if original_node in self._inside:
            return updated_node
        match updated_node:
            case cst.FunctionDef() | cst.ClassDef() if updated_node.type_parameters is not None:
                return self._without_parameters(updated_node)
            case cst.TypeAlias():
                return self._assignment(updated_node)
            case cst.ExceptHandler(type=cst.Tuple(lpar=()) as types, whitespace_after_except=space):
                return updated_node.with_changes(type=_bracketed(types), whitespace_after_except=_shorter(space))
            case cst.ExceptStarHandler(type=cst.Tuple(lpar=()) as types, whitespace_after_star=space):
                return updated_node.with_changes(type=_bracketed(types), whitespace_after_star=_shorter(space))
            case cst.FormattedStringExpression(equal=cst.AssignEqual()):
                assert isinstance(original_node, cst.FormattedStringExpression)
                shown = (original_node.whitespace_before_expression, original_node.expression, updated_node.equal)
                self._shown[updated_node] = "".join(self._module.code_for_node(one) for one in shown if one is not None)
            case cst.FormattedString() | cst.ConcatenatedString():
                return self._levelled(updated_node)
        return updated_node

    # -- headers ----------------------------------------------------------------------------------------------------------

    def _without_parameters(self, one: cst.FunctionDef | cst.ClassDef) -> cst.FunctionDef | cst.ClassDef:
        """`def f[T](x)` -> `def f   (x)`"""
        parts = [one.whitespace_after_name, one.type_parameters, one.whitespace_after_type_parameters]
        blank = self._blank(*(part for part in parts if part is not None))
        return one.with_changes(
            type_parameters=None, whitespace_after_name=blank, whitespace_after_type_parameters=cst.SimpleWhitespace("")
        )

    def _assignment(self, one: cst.TypeAlias) -> cst.Assign:
        """`type X[T] = Y` -> `X         = Y`"""
        parts = [one.whitespace_after_type, one.whitespace_after_name, one.type_parameters, one.whitespace_after_type_parameters]
        blank = self._blank(*(part for part in parts if isinstance(part, cst.CSTNode)), more="type")
        target = cst.AssignTarget(one.name, whitespace_before_equal=blank, whitespace_after_equal=one.whitespace_after_equals)
        return cst.Assign([target], one.value, one.semicolon)

    def _blank(self, *nodes: cst.CSTNode, more: str = "") -> cst.SimpleWhitespace:
        """White space that is as wide and as high as these."""
        text = more + "".join(self._module.code_for_node(node) for node in nodes)
        return cst.SimpleWhitespace(re.sub(r"\r\n?|\n", lambda end: "\\" + end[0], re.sub(r"[^\r\n]", " ", text)))

    # -- f-strings --------------------------------------------------------------------------------------------------------

    def _levelled(self, whole: cst.ConcatenatedString | cst.FormattedString) -> cst.BaseExpression:
        """The same string if the old grammar knows it; with other quotes if these will do; else a tuple of its parts."""
        fitting: list[_Piece] = []
        for piece, between in _pieces(whole):
            other = self._requoted(piece) if isinstance(piece, cst.FormattedString) else piece
            if other is None:
                return self._as_tuple(whole)
            fitting.append((other, between))
        if isinstance(whole, cst.FormattedString):
            return fitting[0][0]
        right: cst.ConcatenatedString | _String = fitting.pop()[0]
        for left, between in reversed(fitting):
            right = cst.ConcatenatedString(left, right, whitespace_between=between or cst.SimpleWhitespace(""))
        return right.with_changes(lpar=whole.lpar, rpar=whole.rpar)

    def _requoted(self, string: cst.FormattedString) -> cst.FormattedString | None:
        if self._fits(string):
            return string
        raw = "r" in string.prefix
        texts = "".join(part.value for part in string.parts if isinstance(part, cst.FormattedStringText))
        for quotes in sorted(_QUOTES, key=lambda one: len(one) != len(string.end)):  # the same length keeps the columns
            if raw and quotes[0] in texts:
                continue
            parts = string.parts if raw else [_quoted(part, quotes) for part in string.parts]
            start = string.start.removesuffix(string.end) + quotes
            other = string.with_changes(parts=parts, start=start, end=quotes)
            if self._fits(other):
                return other
        return None

    def _fits(self, string: cst.FormattedString) -> bool:
        """Whether this Python's parser sees the same parts in it."""
        try:
            tree = ast.parse(f"({self._module.code_for_node(string.with_changes(lpar=(), rpar=()))}\n)", mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
        if not isinstance(tree, ast.JoinedStr):
            return False
        wanted = sum(isinstance(part, cst.FormattedStringExpression) for part in string.parts)
        return sum(isinstance(part, ast.FormattedValue) for part in tree.values) == wanted

    def _as_tuple(self, whole: cst.ConcatenatedString | cst.FormattedString) -> cst.Tuple:
        """`"a" f"b{c}"` -> `(_archfit_text_, "a", f"b", [(c)])`"""
        elements = [cst.Element(cst.Name(TEXT))]
        for piece, between in _pieces(whole):
            parts = list(self._parts(piece))
            if between is not None:
                parts[-1] = parts[-1].with_changes(comma=cst.Comma(whitespace_after=between))
            elements.extend(parts)
        return cst.Tuple(elements, lpar=[*whole.lpar, cst.LeftParen()], rpar=[cst.RightParen(), *whole.rpar])

    def _parts(self, string: _String) -> Iterator[cst.Element]:
        """At least one: texts as strings, expressions in lists of one."""
        if isinstance(string, cst.SimpleString):
            yield cst.Element(string)
            return
        for part in string.parts or [cst.FormattedStringText("")]:
            if isinstance(part, cst.FormattedStringText):
                text = cst.FormattedStringText(_quotable(part.value, string.end, "r" in string.prefix))
                yield cst.Element(cst.FormattedString([text], "f" + string.end, string.end))
            elif isinstance(part, cst.FormattedStringExpression):
                if part in self._shown:
                    yield cst.Element(cst.SimpleString(repr(self._shown[part])))
                yield self._expression(part)

    def _expression(self, part: cst.FormattedStringExpression) -> cst.Element:
        kept = (part.whitespace_before_expression, part.expression, part.whitespace_after_expression)
        lines = self._lines(part) - sum(self._lines(one) for one in kept)
        comma = cst.Comma(whitespace_before=part.whitespace_after_expression, whitespace_after=_empty(lines))
        item = cst.Element(_bracketed(part.expression), comma=comma)
        return cst.Element(cst.List([item], lbracket=cst.LeftSquareBracket(part.whitespace_before_expression)))

    def _lines(self, node: cst.CSTNode) -> int:
        return self._module.code_for_node(node).count("\n")


def _empty(lines: int) -> cst.BaseParenthesizableWhitespace:
    if not lines:
        return cst.SimpleWhitespace("")
    return cst.ParenthesizedWhitespace(cst.TrailingWhitespace(), [cst.EmptyLine(indent=False)] * (lines - 1))


_Expression = TypeVar("_Expression", bound=cst.BaseExpression)


def _bracketed(expression: _Expression) -> _Expression:
    return expression.with_changes(lpar=[cst.LeftParen(), *expression.lpar], rpar=[*expression.rpar, cst.RightParen()])


def _shorter(space: cst.SimpleWhitespace) -> cst.SimpleWhitespace:
    """Makes room for a bracket."""
    return cst.SimpleWhitespace(space.value.removesuffix(" "))


def _pieces(whole: cst.ConcatenatedString | cst.FormattedString) -> Iterator[_Piece]:
    one: cst.ConcatenatedString | _String = whole
    while isinstance(one, cst.ConcatenatedString):
        yield one.left, one.whitespace_between
        one = one.right
    yield one, None


def _quoted(part: cst.BaseFormattedStringContent, quotes: str) -> cst.BaseFormattedStringContent:
    return (
        part.with_changes(value=_quotable(part.value, quotes, raw=False)) if isinstance(part, cst.FormattedStringText) else part
    )


def _quotable(text: str, quotes: str, raw: bool) -> str:
    """The text of an f-string such that it can stand between these quotes, and alone, in one that is not raw."""
    if raw:
        return text.replace("\\", "\\\\").replace(quotes[0], "\\" + quotes[0])
    return re.sub(rf"\\(.|\Z)|{quotes[0]}", lambda found: _escape(found[0]), text, flags=re.DOTALL)


def _escape(found: str) -> str:
    return found if len(found) == 2 else "\\" + found
