"""The bytes of a Python file -> its facts."""

from __future__ import annotations

import ast
import contextlib
import io
import sys
import tokenize
import warnings

from linter.extract.scopes import FileBuilder
from linter.extract.statements import fill
from linter.model.facts import FileFacts

_DEPTH = 6000
"""Nested expressions that the parser accepts are converted by recursion; this many frames are enough for all of them."""


def extract(path: str, source: bytes) -> FileFacts:
    """Read one module. Whatever the bytes are, facts come out: what cannot be read is said in `problems`."""
    try:
        tree, source = parse(source)
        file = FileBuilder(path, _as_utf8(source))
        file.pending.append((file.add("module", "<module>", None, (1, 1, 1, 1)), tree))
        return finished(file)
    except UnreadableError as error:
        return FileFacts(path, (), ((error.line, str(error)),))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return FileFacts(path, (), ((None, reason(error)),))


class UnreadableError(Exception):
    """Code that cannot be read, and why. `line`: where, if that is known."""

    def __init__(self, line: int | None, why: str) -> None:
        super().__init__(why)
        self.line = line


def parse(source: bytes) -> tuple[ast.Module, bytes]:
    """The tree of some code, and the code that its positions are about: the same lines, of a file that is written for a newer
    Python perhaps in other words. Raises UnreadableError."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), _DEPTH))
    try:
        return _parsed(source), source
    except SyntaxError as error:
        return _newer(source, error)
    except (ValueError, RecursionError, MemoryError) as error:
        raise UnreadableError(None, reason(error)) from None


def finished(file: FileBuilder) -> FileFacts:
    """The facts, once everything that waits is read."""
    # First in, first out: the order of scopes is the order in which a reader meets them.
    done = 0
    while done < len(file.pending):
        fill(file, *file.pending[done])
        done += 1
    return FileFacts(file.path, tuple(scope.finish() for scope in file.scopes), tuple(file.problems))


def _parsed(source: bytes) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source)


def _newer(source: bytes, error: SyntaxError) -> tuple[ast.Module, bytes]:
    """What this Python's parser refuses may be written for a newer one."""
    from linter.extract import newer_syntax  # most runs meet no such file, and need none of the processes

    why = _why(source, error)
    if newer_syntax.may_help(source, error):
        levelled = newer_syntax.level(source)
        if levelled is not None:
            with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
                tree = _parsed(levelled)
                newer_syntax.restore(tree)
                return tree, levelled
        why += "; reading it as code for a newer Python did not work either"
    raise UnreadableError(error.lineno, why)


def _as_utf8(source: bytes) -> bytes:
    """The parser's offsets count UTF-8 bytes, whatever the file's encoding."""
    if source.isascii():
        return source
    encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    return source if encoding == "utf-8" else source.decode(encoding, "replace").encode()


def _why(source: bytes, error: SyntaxError) -> str:
    text = error.msg or "invalid syntax"
    if b"\0" in source:
        return "not a text file: it contains a NUL byte"
    if "codec can't decode" in text or "encoding" in text.lower():
        return f"cannot be decoded: {text}"
    version = ".".join(str(part) for part in sys.version_info[:2])
    return f"does not parse as Python {version}: {text}"


def reason(error: Exception) -> str:
    """Why code cannot be read, in words."""
    if isinstance(error, RecursionError):
        return "nested too deeply to be read"
    if isinstance(error, MemoryError):
        return "too complex for the parser"
    return f"cannot be read: {error}"
