"""The bytes of a notebook -> its facts: the code cells are one module, in their order."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace

from linter.extract import magics
from linter.extract.python import UnreadableError, finished, parse, reason
from linter.extract.python import extract as module
from linter.extract.scopes import FileBuilder
from linter.extract.statements import Walker, bound, outer_names
from linter.formats.notebook import PYTHON, Cell, read
from linter.model import facts as f

_COOKIE = re.compile(r"\A((?:[^\n]*\n)?[ \t\f]*#[^\n]*?coding)[:=]")
"""A word about the encoding, which means something only to a file."""
_HEAD = "if 1:\n"
"""Around a cell that is indented as a whole, which the notebook's shell allows."""


@dataclass(frozen=True, slots=True)
class _Module:
    """A cell that was read."""

    index: int
    line: int
    """Of the module, where it starts."""
    body: list[ast.stmt]


def extract(path: str, source: bytes) -> f.FileFacts:
    """Read one notebook. Whatever the bytes are, facts come out. A cell that does not parse costs that cell alone. A cell that is
    written to a Python file is a module of its own."""
    found = read(source)
    if isinstance(found, str):
        return f.FileFacts(path, (), ((None, found),))
    if found.language and found.language not in PYTHON:
        return f.FileFacts(path, (), foreign=f"a notebook for {found.language}")
    modules: list[_Module] = []
    problems: list[tuple[int | None, str]] = []
    starts: list[tuple[int, int]] = []
    lines: list[str] = []
    files: dict[str, f.FileFacts] = {}
    for cell in found.cells:
        _write(path, cell, files)
        # An empty line between cells: no statement goes on from one to the next.
        start = len(lines) + 2
        starts.append((cell.index, start))
        text = cell.text
        try:
            if cell.problem:
                raise UnreadableError(1, cell.problem)
            body, text = _parsed(cell)
            if body:
                _move(body, start - 1)
                modules.append(_Module(cell.index, start, body))
        except UnreadableError as error:
            problems.append(((error.line or 1) + start - 1, str(error)))
        lines.extend(("", *text.split("\n")))
    try:
        facts, exits = _facts(path, "\n".join(lines).encode(), modules)
    except (ValueError, RecursionError, MemoryError) as error:
        return f.FileFacts(path, (), ((None, reason(error)),))
    cells = tuple(f.CellFacts(index, line, exits.get(index, {})) for index, line in starts)
    return f.FileFacts(path, facts.scopes, (*facts.problems, *problems), cells, modules=tuple(files.values()))


def _write(path: str, cell: Cell, files: dict[str, f.FileFacts]) -> None:
    """The module that a cell is written to, by the notebook's shell. Its path stands below the notebook, which is what names it.
    What is appended to a file later is not read."""
    name = magics.file_to_write(cell.text)
    if name is None:
        return
    lines = cell.text.split("\n")
    head = next(number for number, line in enumerate(lines) if line.lstrip().startswith("%%"))
    facts = module(f"{path}/{name}", "\n".join([*[""] * (head + 1), *lines[head + 1 :]]).encode("utf-8", "replace"))
    files[name] = replace(facts, cells=(f.CellFacts(cell.index, 1, {}),), notebook=path)


def _parsed(cell: Cell) -> tuple[list[ast.stmt], str]:
    """The statements of a cell, none when it is not run as Python, and the text that their columns are about. Raises
    UnreadableError."""
    text = magics.body(cell.text.removeprefix("\ufeff")) if not cell.language or cell.language in PYTHON else None
    if text is None or not text.strip():
        return [], cell.text
    text = _COOKIE.sub(r"\1 ", text)
    try:
        return _tree(text)
    except UnreadableError as error:
        plain = magics.without_magics(text)
        if plain == text:
            if magics.is_foreign(text):
                return [], text
            raise error
    try:
        return _tree(plain)
    except UnreadableError:
        if magics.is_foreign(text):
            return [], text
        raise


def _tree(text: str) -> tuple[list[ast.stmt], str]:
    """The statements of some text, and the text that their columns are about. Raises UnreadableError."""
    code = (line for line in text.split("\n") if line.strip() and not line.lstrip().startswith("#"))
    if next(code, "").startswith((" ", "\t")):
        try:
            tree, source = parse((_HEAD + text).encode())
        except UnreadableError as error:
            raise UnreadableError(error.line and max(error.line - 1, 1), str(error)) from None
        around, *after = tree.body
        assert isinstance(around, ast.If)
        body = [*around.body, *after]
        _move(body, -1)
        _import_what_is_run(body)
        return body, source.decode().partition("\n")[2]
    tree, source = parse(text.encode())
    _import_what_is_run(tree.body)
    return tree.body, source.decode()


def _import_what_is_run(body: list[ast.stmt]) -> None:
    """A script that is run among the notebook's names leaves its own there, as `from … import *` does."""
    for at, statement in enumerate(body):
        path = magics.is_run(statement)
        if path is not None:
            body[at] = ast.copy_location(ast.ImportFrom(path, [ast.alias("*")], f.RUN), statement)
        for inner in (getattr(statement, name, ()) for name in ("body", "orelse", "finalbody")):
            if isinstance(inner, list) and not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                _import_what_is_run(inner)


def _move(body: list[ast.stmt], lines: int) -> None:
    for statement in body:
        ast.increment_lineno(statement, lines)


def _facts(path: str, source: bytes, modules: list[_Module]) -> tuple[f.FileFacts, dict[int, dict[str, tuple[int, ...]]]]:
    """The facts of all cells together, and for each cell what it leaves behind."""
    file = FileBuilder(path, source)
    module = file.add("module", "<module>", None, (1, 1, 1, 1))
    body = [statement for one in modules for statement in one.body]
    module.outer_names, module.locals = outer_names(body), bound(body)
    walker = Walker(file, module)
    exits: dict[int, dict[str, tuple[int, ...]]] = {}
    for one in modules:
        first = len(module.bindings)
        walker.block(one.body)
        # A cell that ends in an error, or leaves off, does not keep anybody from running the next one.
        module.dead = False
        names = dict.fromkeys(binding.name for binding in module.bindings[first:])
        exits[one.index] = {name: module.env[name] for name in names if name in module.env}
    return finished(file), exits
