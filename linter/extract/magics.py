"""A notebook's cell -> Python: lines that are for the notebook's shell are replaced, every other line stays where it was."""

from __future__ import annotations

import ast
import re
import warnings
from posixpath import normpath

_SPACE = r"[ \t]*"
_CELL = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*(?P<line>%%(?P<name>[^\s]*)[^\n]*)")
"""A magic for the whole cell: in its first line, but for empty ones and comments."""
_TRANSPARENT = frozenset({
    "time", "timeit", "capture", "prun", "memit", "mprun", "lprun", "debug", "snakeviz", "heat", "wandb", "local", "px", "notify",
    "scalene", "memray_flamegraph", "ipytest", "trace", "blackbox", "track",
})  # fmt: skip
"""What follows them is run as Python among the notebook's own names."""
_MOST = 10
"""Such magics on top of each other."""
_LANGUAGES = re.compile(rf"(?:{_SPACE}\n)*%(?:md|md-sandbox|sql|sh|scala|r|fs|html|javascript)\b")
"""The first line of a cell in another language, as Databricks writes it; elsewhere such a magic is for its line alone."""
_LINE = re.compile(rf"(?P<space>{_SPACE})(?:[%!?]|,\w|;\w|/\w|(?:pip|conda|mamba)[ \t]+(?:install|uninstall|list|show|freeze)\b)")
"""The shell takes the names of some magics without a percent sign."""
_ASSIGNED = re.compile(rf"(?P<target>{_SPACE}[A-Za-z_][^=#'\"%!?\n]*={_SPACE})[%!](?!=)")
_HELP = re.compile(rf"(?P<space>{_SPACE})%*[A-Za-z_*][\w.*\[\]]*\?\??{_SPACE}(?:#[^\n]*)?$")
_TIMED = re.compile(
    rf"(?P<space>{_SPACE})(?P<head>%(?:time|timeit|prun|memit)(?:[ \t]+-[a-z]+(?:[ \t]*\d+)?)*[ \t]+)(?P<code>[^\n]*)"
)
_ENVIRONMENT = re.compile(
    rf"(?P<space>{_SPACE})%(?:set_)?env[ \t]+(?P<name>[A-Za-z_]\w*)(?:{_SPACE}={_SPACE}|[ \t]+)(?P<value>[^\n]*\S){_SPACE}$"
)
_VARIABLE = re.compile(rf"(?P<space>{_SPACE})(?P<target>[A-Za-z_]\w*{_SPACE}={_SPACE})%env[ \t]+(?P<name>[A-Za-z_]\w*){_SPACE}$")
_RUN = re.compile(
    rf"(?P<space>{_SPACE})%run[ \t]+(?:-[a-ln-z][ \t]+)*"
    r"(?:(?P<quote>['\"])(?P<quoted>[^'\"]+)(?P=quote)|(?P<path>[^\s'\"-][^\s'\"]*))(?:[ \t]|$)"
)
_WRITE = re.compile(
    rf"(?:[ \t]*(?:#[^\n]*)?\n)*%%(?:writefile|file)[ \t]+(?P<quote>['\"]?)(?P<path>[\w./-]+\.py)(?P=quote){_SPACE}(?:\n|$)"
)
_REST = re.compile(
    r'(?P<long>"""|\'\'\')|"(?:[^"\\\n]|\\.)*+"?|\'(?:[^\'\\\n]|\\.)*+\'?|#[^\n]*|\\\n|\\.|(?P<open>[\[({])|(?P<close>[\])}])|(?P<end>\n)',
    re.DOTALL,
)  # fmt: skip
"""What decides where a statement's last line ends."""
_MOST_TIMED = 1000
"""Lines of one cell that are looked at so closely."""
_RUNNERS = ("run_line_magic", "magic")
_NOTHING = "pass"
_RESULT = "get_ipython()"
"""Stands for what a magic or a command gives."""


def body(text: str) -> str | None:
    """The cell without the magic that is for the whole of it; None when its text is not run as Python here: a script for another
    program, a page, a file to write."""
    for _ in range(_MOST):
        found = _CELL.match(text)
        if found is None:
            return text
        if found["name"] not in _TRANSPARENT:
            return None
        start, end = found.span("line")
        text = text[:start] + text[end:]
    return None


def is_foreign(text: str) -> bool:
    """Whether a cell that is no Python begins like one in another language."""
    return _LANGUAGES.match(text) is not None


def without_magics(text: str) -> str:
    """The same lines with Python in place of magics, shell commands and questions for help."""
    lines: list[str] = []
    at = timed = 0
    while at <= len(text):
        end = _end_of_line(text, at)
        line = text[at:end]
        timed += "%" in line
        instead = _instead(line, timed < _MOST_TIMED)
        if instead is None:
            end = _end_of_statement(text, at)
            lines.append(text[at:end])
        else:
            while line.endswith("\\") and end < len(text):
                instead += "\n"
                next_end = _end_of_line(text, end + 1)
                line, end = text[end + 1 : next_end], next_end
            lines.append(instead)
        at = end + 1
    return "\n".join(lines)


def _instead(line: str, may_be_timed: bool) -> str | None:
    """What stands for a line; None for Python."""
    timed = _TIMED.match(line) if may_be_timed else None
    if timed is not None and _is_python(timed["code"]):
        # What is timed keeps its column where the grammar allows it.
        head = f"{_NOTHING};".ljust(len(timed["head"]))
        return timed["space"] + (head if _is_python(f"{head}{timed['code']}") else "") + timed["code"]
    found = _LINE.match(line) or _HELP.match(line)
    if found is not None:
        return found["space"] + (_meant(line) or _NOTHING)
    variable = _VARIABLE.match(line)
    if variable is not None:
        return f"{variable['space']}import os; {variable['target']}os.environ['{variable['name']}']"
    assigned = _ASSIGNED.match(line)
    return None if assigned is None else assigned["target"] + _RESULT


def _meant(line: str) -> str | None:
    """The Python of the few magics that change what other cells see."""
    env = _ENVIRONMENT.match(line)
    if env is not None:
        value = repr(env["value"]) if not re.search(r"[{$]", env["value"]) else _RESULT
        return f"import os; os.environ['{env['name']}'] = {value}"
    run = _RUN.match(line)
    path = None if run is None else run["quoted"] or run["path"]
    return None if path is None or re.search(r"[${}*\\]", path) else f"get_ipython().run_line_magic('run', {path!r})"


def is_run(node: ast.stmt) -> str | None:
    """The path of a script or notebook that a statement runs among the notebook's own names; None for another statement."""
    call = node.value if isinstance(node, ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.func.attr not in _RUNNERS:
        return None
    texts = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return texts[1] if len(texts) == len(call.args) == 2 and texts[0] == "run" else None


def file_to_write(text: str) -> str | None:
    """The Python file that a cell is written to, relative to the notebook's folder; None for another cell."""
    found = _WRITE.match(text)
    path = None if found is None else normpath(found["path"])
    return None if path is None or path.startswith(("/", "..")) else path


def _end_of_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _end_of_statement(text: str, at: int) -> int:
    """The end of the line in which no bracket and no text is left open."""
    depth = 0
    while True:
        found = _REST.search(text, at)
        if found is None:
            return len(text)
        at = found.end()
        if found["long"]:
            at = _end_of_text(text, at, found["long"])
        elif found["open"]:
            depth += 1
        elif found["close"]:
            depth = max(depth - 1, 0)
        elif found["end"] and not depth:
            return found.start()


def _end_of_text(text: str, at: int, quotes: str) -> int:
    while True:
        end = text.find(quotes, at)
        if end < 0:
            return len(text)
        before = text[at:end]
        if (len(before) - len(before.rstrip("\\"))) % 2 == 0:
            return end + len(quotes)
        at = end + 1


def _is_python(code: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(code.strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return bool(code.strip())
