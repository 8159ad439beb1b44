"""Files written for a newer Python than the one that runs archfit, put into what this one's parser reads.

The work is libcst's, whose own parser knows the syntax. It ends its process on deeply nested input, so it has one of its own
(`linter/extract/leveller.py`): started by the first file that needs it, kept for the next one, and started anew when a file
has ended it.
"""

from __future__ import annotations

import ast
import atexit
import contextlib
import os
import re
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

MAX_BYTES = 400_000
"""Of one file; libcst needs about 400 times as much memory."""
TIMEOUT = 20.0
"""Seconds for one file; a file of the largest size takes a quarter of that."""
TEXT = "_archfit_text_"
"""Begins a tuple that stands for an f-string which the old grammar cannot write: `restore` makes an f-string of it."""

_PROGRAM = "import sys; sys.path.append(sys.argv[1]); from linter.extract.leveller import main; main()"
_HOME = Path(__file__).resolve().parents[2]
"""Where this very archfit was imported from: the child finds it and libcst there, wherever the user has installed them."""
_KEPT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TEMP")
"""Of the environment: what a Python may need in order to start at all."""
_NAME = rb"[\w\x80-\xff]+"
_SIGNS = (
    # The first Python that reads it, and what such a file has in it somewhere. Type parameters are older than their defaults.
    ((3, 13), re.compile(rb"\b(?:def|class|type)[\s\\]+" + _NAME + rb"[\s\\]*\[")),
    ((3, 12), re.compile(rb"\btype[\s\\]+" + _NAME + rb"[\s\\]*=")),
    ((3, 12), re.compile(rb"\b(?:f|fr|rf)['\"]", re.IGNORECASE)),
)
_UNBRACKETED = "multiple exception types must be parenthesized"


def may_help(source: bytes, error: SyntaxError) -> bool:
    """Whether what the parser says of a file could be due to syntax that is newer than the parser."""
    if isinstance(error, IndentationError) or b"\0" in source or len(source) > MAX_BYTES:
        return False
    if (error.msg or "").startswith("Missing parentheses in call to"):  # Python 2
        return False
    return (error.msg or "").startswith(_UNBRACKETED) or any(
        sys.version_info < first and sign.search(source) is not None for first, sign in _SIGNS
    )


def level(source: bytes) -> bytes | None:
    """The same code for this Python's parser, every line where it was; `restore` what is parsed from it. None: it cannot be
    read as newer code either, or reading it ended or overran the child."""
    global _child
    if len(source) > MAX_BYTES:
        return None
    if _child is not None and not _child.usable():
        _child.stop()
        _child = None
    if _child is None:
        _child = _start()
    return None if _child is None else _child.ask(source)


def restore(tree: ast.Module) -> None:
    """Make f-strings of the tuples that stand for them, as a newer parser would have made them."""
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        for name, value in ast.iter_fields(node):
            if isinstance(value, ast.AST):
                setattr(node, name, _restored(value))
            elif isinstance(value, list):
                value[:] = [_restored(one) if isinstance(one, ast.AST) else one for one in value]
        stack.extend(ast.iter_child_nodes(node))


def _restored(node: ast.AST) -> ast.AST:
    if not isinstance(node, ast.Tuple) or not node.elts:
        return node
    first, *parts = node.elts
    if not isinstance(first, ast.Name) or first.id != TEXT:
        return node
    values: list[ast.expr] = []
    for part in parts:
        if isinstance(part, ast.List):  # in brackets: an expression
            values.extend(ast.copy_location(ast.FormattedValue(one, -1, None), one) for one in part.elts)
            continue
        for value in part.values if isinstance(part, ast.JoinedStr) else [part]:
            last = values[-1] if values else None
            if isinstance(last, ast.Constant) and isinstance(value, ast.Constant):
                last.value = str(last.value) + str(value.value)
                last.end_lineno, last.end_col_offset = value.end_lineno, value.end_col_offset
            else:
                values.append(value)
    return ast.copy_location(ast.JoinedStr(values), node)


# -- the child


@dataclass(slots=True)
class _Child:
    """A process that levels one file after the other. It is asked with a length and that many bytes, and answers likewise; a
    length of -1 says that it cannot."""

    process: subprocess.Popen[bytes]
    owner: int
    """The process that has started it: a fork shares the pipes, and must not use them."""

    def usable(self) -> bool:
        return self.owner == os.getpid() and self.process.poll() is None

    def ask(self, source: bytes) -> bytes | None:
        """The answer; None also when there is none, and then this child is of no further use."""
        late = threading.Event()
        timer = threading.Timer(TIMEOUT, self._kill, (late,))
        timer.daemon = True
        timer.start()
        answered = False
        try:
            answer = self._exchange(source)
            answered = True
            return answer
        except (OSError, ValueError):
            return None
        finally:
            timer.cancel()
            timer.join()
            if not answered or late.is_set():
                self.stop()

    def _exchange(self, source: bytes) -> bytes | None:
        writer, reader = self.process.stdin, self.process.stdout
        if writer is None or reader is None:
            raise ValueError("no pipes")
        writer.write(b"%d\n%s" % (len(source), source))
        writer.flush()
        size = int(reader.readline())
        if size < 0:
            return None
        answer = reader.read(size)
        if len(answer) < size:
            raise ValueError("cut off")
        return answer

    def _kill(self, late: threading.Event) -> None:
        late.set()
        self.process.kill()

    def stop(self) -> None:
        """End the process, whatever it does, and wait for that; in a fork, only let go of it."""
        mine = self.owner == os.getpid()
        if mine:
            self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):  # what was still to be written
                    pipe.close()
        if mine:
            self.process.wait()


_child: _Child | None = None


def _start() -> _Child | None:
    """A new child; None when there can be none, as in a frozen program, which has no Python to start."""
    if not sys.executable or getattr(sys, "frozen", False):
        return None
    try:
        process = subprocess.Popen(
            [sys.executable, "-I", "-c", _PROGRAM, str(_HOME)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=sys.prefix,
            env={name: os.environ[name] for name in _KEPT if name in os.environ},
        )  # fmt: skip
    except (OSError, ValueError):
        return None
    atexit.unregister(_stop)
    atexit.register(_stop)
    return _Child(process, os.getpid())


def _stop() -> None:
    global _child
    if _child is not None:
        _child.stop()
    _child = None
