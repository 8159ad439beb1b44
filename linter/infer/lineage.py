"""Files that the program writes and reads again: what was written under a path comes out where that path is read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from posixpath import normpath

from linter.infer.scalars import HOLE, spell
from linter.link.data import path_of
from linter.link.program import CallIn
from linter.link.trace import Tracer
from linter.model import facts as f
from linter.model.values import CallValue, Member, Symbol, Value, alternatives, core

_HANDLE = ("write", "writelines", "writerow", "writerows", "write_all")
"""Methods of an open file (or of a writer around one) that write their first argument."""
_DUMPS = (
    "json.dump",
    "yaml.dump",
    "yaml.safe_dump",
    "pickle.dump",
    "csv.writer",
    "csv.DictWriter",
    "jsonlines.Writer",
    "torch.save",
)
"""Functions that write or wrap: content first, then the file; or a writer around the file."""
_FETCHES = ("fetchall", "fetchone", "fetchmany", "fetchval", "fetchrow", "fetch")
_RUNS = ("execute", "executemany", "executescript")
_READS = ("read_text", "read_bytes", "open", "read", "load")
"""Methods of a path or a file that read it."""
_TO_PATH = (
    "to_json",
    "to_csv",
    "to_parquet",
    "to_jsonl",
    "to_excel",
    "save_to_disk",
    "write_text",
    "write_bytes",
    "to_pickle",
    "dump_jsonl",
)
"""Methods of the content (or of the path) that write to a path."""


class Lineage:
    """An index of written paths, made when it is first asked."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        self._written: dict[str, list[Value]] | None = None
        self._building = False

    def written_to(self, path: str) -> list[Value]:
        """What the program writes to a path."""
        if self._building:
            return []
        if self._written is None:
            self._building = True
            self._written = self._index()
            self._building = False
        return self._written.get(normpath(path), [])

    def _index(self) -> dict[str, list[Value]]:
        found: dict[str, list[Value]] = defaultdict(list)
        program = self._tracer.program
        names = [*_HANDLE, *_TO_PATH, *(n.rpartition(".")[2] for n in _DUMPS)]
        for name in dict.fromkeys(names):
            for entry in program.calls_by_name.get(name, ()):
                for path, content in self._write(entry, name):
                    found[path].append(content)
        return found

    def _write(self, entry: CallIn, name: str) -> Iterator[tuple[str, Value]]:
        tracer, call = self._tracer, entry.site.call
        frame = tracer.program.frame(entry.file, entry.scope)
        callee = core(tracer.trace(call.func, frame))
        args = [a.value for a in call.args if a.name is None and a.stars == 0]
        if isinstance(callee, Symbol) and callee.name in _DUMPS and len(args) >= 2:
            for path in self._paths_of_handle(tracer.trace(args[1], frame)):
                yield path, tracer.trace(args[0], frame)
        elif isinstance(callee, Member) and name in _HANDLE and args:
            for path in self._paths_of_handle(callee.base):
                yield path, tracer.trace(args[0], frame)
        elif isinstance(callee, Member) and name in _TO_PATH:
            if name.startswith("write_") and args:
                for path in _texts(callee.base):
                    yield path, tracer.trace(args[0], frame)
            else:
                given = (
                    args[0]
                    if args
                    else next(
                        (a.value for a in call.args if a.name in ("path_or_buf", "path", "dataset_path", "path_or_buffer")), None
                    )
                )
                for path in [] if given is None else _texts(tracer.trace(given, frame)):
                    yield path, callee.base

    def _paths_of_handle(self, handle: Value, depth: int = 0) -> Iterator[str]:
        """The path of an open file, also through a writer around it."""
        for one in alternatives(handle):
            if not isinstance(one, CallValue) or depth > 3:
                continue
            callee = core(one.callee)
            args = [a.value for a in one.call.args if a.name in (None, "file", "fp")]
            if not args:
                if isinstance(callee, Member) and callee.name == "open":
                    yield from _texts(callee.base)
                continue
            first = self._tracer.value(args[0], one.frame)
            if isinstance(callee, Symbol) and (
                callee.name in ("builtins.open", "io.open", "codecs.open", "gzip.open", "aiofiles.open", "jsonlines.open")
            ):
                yield from _texts(first)
            elif isinstance(callee, Symbol) and callee.name in _DUMPS:
                yield from self._paths_of_handle(first, depth + 1)
            elif isinstance(callee, Member) and callee.name == "open":
                yield from _texts(callee.base)


def _texts(value: Value) -> Iterator[str]:
    for text in spell(value)[0]:
        if isinstance(text, str) and HOLE not in text and text:
            yield normpath(text)


def statements_of(value: CallValue, tracer: Tracer) -> list[Value]:
    """What a call hands to a database: its own arguments, and those of `cursor.execute(…)` before `cursor.fetchall()`."""
    given = [tracer.value(arg.value, value.frame) for arg in value.call.args]
    func = value.call.func
    if isinstance(func, f.Attr) and (func.name in _FETCHES or func.name == "cursor"):
        for site in tracer.program.scope(value.frame.module, value.frame.scope).calls:
            run = site.call.func
            if not isinstance(run, f.Attr) or run.name not in _RUNS or not site.call.args:
                continue
            if _is_run_on(run.base, func, value, tracer):
                given.append(tracer.value(site.call.args[0].value, value.frame))
    return given


def _is_run_on(cursor: f.Expr, func: f.Attr, value: CallValue, tracer: Tracer) -> bool:
    """Whether a statement is executed on the cursor that a call makes, or reads."""
    if func.name == "cursor":
        bindings = tracer.program.scope(value.frame.module, value.frame.scope).bindings
        return isinstance(cursor, f.Name) and any(bindings[d].value is value.call for d in cursor.defs or ())
    one, other = cursor, func.base
    while isinstance(one, f.Attr) and isinstance(other, f.Attr) and one.name == other.name:
        one, other = one.base, other.base
    return isinstance(one, f.Name) and isinstance(other, f.Name) and (one.name, one.defs) == (other.name, other.defs)


def paths_in(value: CallValue, tracer: Tracer) -> list[str]:
    """The texts among the arguments of a call, or the text that it is called on, that can be paths."""
    found: list[str] = []
    given = [tracer.value(arg.value, value.frame) for arg in value.call.args]
    callee = core(value.callee)
    if isinstance(callee, Member) and (core(callee.base).tag in ("constant", "template", "env") or callee.name in _READS):
        given.append(callee.base)
    for one in given:
        found.extend(path for option in alternatives(one) if (path := path_of(tracer, option)) and _is_path(path))
        for spelled in spell(one)[0]:
            # Of a path whose end is made at run time, the folder is known.
            text = spelled.partition(HOLE)[0].rpartition("/")[0] if isinstance(spelled, str) and HOLE in spelled else spelled
            if isinstance(text, str) and 1 < len(text) < 300 and "\n" not in text and _is_path(text):
                found.append(text)
    return found


def _is_path(text: str) -> bool:
    return "/" in text or "." in text.strip(".") or "*" in text
