"""Tiny repositories, and what the tracer says about an expression in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import dedent

from linter.extract.data import DataFiles
from linter.extract.python import extract
from linter.link.outside import NOTHING, Outside
from linter.link.program import Program
from linter.link.trace import Tracer
from linter.model import facts as f
from linter.model import values as v

Files = Mapping[str, str]
IMPORT = "from openai import OpenAI, AsyncOpenAI\n"


def trace(files: Files, path: str, expression: str, external: frozenset[str] = frozenset(), outside: Outside = NOTHING) -> str:
    """What the last occurrence of `expression` in the file `path` is, in short words (see `Words`).

    `external`: import names of known packages, which a folder of the same name must not shadow. `outside`: what decorators of
    frameworks do."""
    facts = [extract(name, dedent(source).encode()) for name, source in files.items() if name.endswith(".py")]
    assert [one.problems for one in facts if one.problems] == []
    program = Program(facts, external=external, data=data_files(files))
    lines = dedent(files[path]).split("\n")
    found = [(one.span, index, one) for index, one in _expressions(program.files[path]) if _text(lines, one.span) == expression]
    assert found, f"there is no {expression} in {path}"
    _, index, expr = max(found, key=lambda entry: entry[0])
    tracer = Tracer(program, outside)
    return Words(tracer).of(tracer.trace(expr, program.frame(path, index)))


def data_files(files: Files) -> DataFiles:
    """Those of the files that are no Python."""
    content = {name: dedent(source).encode() for name, source in files.items() if not name.endswith(".py")}
    return DataFiles({name: len(text) for name, text in content.items()}, content.__getitem__, {})


def trace_module(source: str, expression: str) -> str:
    """The same for a repository of one file."""
    return trace({"app.py": source}, "app.py", expression)


def trace_openai(source: str, expression: str) -> str:
    """The same in a module that imports OpenAI's clients."""
    return trace_module(IMPORT + dedent(source), expression)


def _expressions(file: f.FileFacts) -> Iterator[tuple[int, f.Expr]]:
    for scope in file.scopes:
        roots: list[f.Expr] = [site.call for site in scope.calls]
        roots.extend(one.value for one in scope.bindings if one.value is not None)
        roots.extend((*scope.returns, *scope.yields))
        for root in roots:
            yield from ((scope.index, one) for one in f.walk(root))


def _text(lines: list[str], span: f.Span) -> str:
    line, column, end, end_column = span
    return lines[line - 1][column - 1 : end_column - 1] if line == end else ""


class Words:
    """Values in short words, alike for values that mean the same:

    `'gpt-4o'`, `env MODEL or 'gpt-4o'`, `env MODEL = 'a' | 'b'` (what files set it to), `openai.OpenAI(timeout=20)`,
    `an app.llm.Client`, `function app.llm.ask`, `'https://' + env HOST`, `[1, 2, …]`, `{'a': 1, **rest}`, `parameter question`,
    `unknown`, `again`.
    Alternatives are sorted and joined by ` | `.
    """

    def __init__(self, tracer: Tracer) -> None:
        self.tracer = tracer

    def of(self, value: v.Value, depth: int = 0) -> str:
        """The words for a value."""
        if depth > 12:
            return "…"
        known = v.core(value)
        options = list(dict.fromkeys(self._one(one, depth + 1) for one in v.alternatives(known)))
        return " | ".join(sorted(options))

    def _one(self, value: v.Value, depth: int) -> str:
        if isinstance(value, v.Constant):
            return repr(value.value)
        if isinstance(value, v.EnvVariable):
            given = " | ".join(self.of(one, depth) for one in value.given)
            default = "" if value.default is None else f" or {self.of(value.default, depth)}"
            return f"env {value.name}" + (f" = {given}" if given else "") + default
        if isinstance(value, v.Template | v.Combined):
            parts = value.parts if isinstance(value, v.Template) else value.items
            sign = " + " if isinstance(value, v.Template) else f" {value.op} "
            return sign.join(self._merged([self._part(part, depth) for part in parts]))
        if isinstance(value, v.Symbol):
            return value.name
        if isinstance(value, v.ModuleValue):
            return f"module {value.path}"
        if isinstance(value, v.ScopeValue):
            return f"{value.kind} {value.name}"
        if isinstance(value, v.Instance):
            return f"an {value.cls.name}"
        if isinstance(value, v.Parameter):
            return f"parameter {value.name}"
        if isinstance(value, v.Unknown | v.Again):
            return value.tag
        return self._made_of(value, depth)

    def _made_of(self, value: v.Value, depth: int) -> str:
        if isinstance(value, v.CallValue):
            return f"{self.of(value.callee, depth)}({self._arguments(value, depth)})"
        if isinstance(value, v.Member):
            return f"{self.of(value.base, depth)}.{value.name}"
        if isinstance(value, v.ItemOf):
            return f"{self.of(value.base, depth)}[{'…' if value.key is None else self.of(value.key, depth)}]"
        if isinstance(value, v.Listing):
            return "[" + ", ".join([*(self.of(item, depth) for item in value.items), *(["…"] if value.open else [])]) + "]"
        if isinstance(value, v.Mapping):
            entries = [f"{self.of(key, depth)}: {self.of(one, depth)}" for key, one in value.entries]
            return "{" + ", ".join([*entries, *(f"**{self.of(one, depth)}" for one in value.rest)]) + "}"
        if isinstance(value, v.Collected):
            return f"each {self.of(value.element, depth)}"
        if isinstance(value, v.Changed):
            return f"{self.of(value.base, depth)} after {value.method}({', '.join(self.of(one, depth) for one in value.added)})"
        if isinstance(value, v.Sliced):
            return f"a part of {self.of(value.base, depth)}"
        raise AssertionError(f"no words for {value.tag}")

    def _arguments(self, value: v.CallValue, depth: int) -> str:
        given = [(arg.name, arg.stars, self.tracer.value(arg.value, value.frame)) for arg in value.call.args]
        given.extend((name, 0, one) for name, one in value.extra)
        return ", ".join((f"{name}=" if name else "*" * stars) + self.of(one, depth) for name, stars, one in given)

    def _part(self, value: v.Value, depth: int) -> str:
        """A part of a text or sum, in brackets where it is one of several."""
        words = self.of(value, depth)
        is_open = len(list(v.alternatives(value))) > 1 or isinstance(v.core(value), v.EnvVariable)
        return f"({words})" if is_open and (" | " in words or " or " in words) else words

    @staticmethod
    def _merged(parts: list[str]) -> list[str]:
        """Neighbouring literals are one."""
        merged: list[str] = []
        for part in parts:
            if merged and merged[-1].endswith("'") and part.startswith("'"):
                merged[-1] = merged[-1][:-1] + part[1:]
            else:
                merged.append(part)
        return merged
