"""Files of environment variables (`.env`): names and values with the place of each.

Read as the usual loaders do: `export` in front, quotes with escapes, values over several lines in quotes, comments behind a
blank.
`${OTHER:-default}` stays as it is written: who knows the other variables resolves it.
"""

from __future__ import annotations

import re

from linter.errors import Problem
from linter.formats.text import lenient
from linter.formats.tree import Document, Entry, Lines, Node
from linter.formats.yaml import Limits

MAX_VARIABLES = 5_000
_KEY = re.compile(r"[ \t]*(?:export[ \t]+)?(?P<key>[A-Za-z_][\w.-]*)[ \t]*=[ \t]*")
_COMMENT = re.compile(r"(?:^|[ \t])#")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_MEANS = {"n": "\n", "t": "\t", "r": "\r"}
_QUOTED = {
    '"': re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL),
    "'": re.compile(r"'((?:[^'\\]|\\.)*)'", re.DOTALL),
    "`": re.compile(r"`([^`]*)`", re.DOTALL),
}
_WORDS = re.compile(r"[._-]+")
_NO_VARIABLES = frozenset({
    "py", "pyc", "sh", "bash", "zsh", "bat", "cmd", "ps1", "js", "ts", "jsx", "tsx", "mjs", "cjs", "vue", "svelte", "md", "rst",
    "html", "css", "yaml", "yml", "json", "jsonl", "toml", "ini", "cfg", "conf", "lock", "ipynb", "go", "rs", "java", "kt",
    "swift", "c", "h", "cpp", "rb", "php", "ex", "exs", "sql", "tf", "hcl", "bicep", "xml", "csv", "png", "jpg", "svg", "gif",
    "pdf", "zip", "gz", "tar", "whl", "in", "mako", "log", "d", "mk", "map",
})  # fmt: skip
"""Words of names that say what is in a file: `env.py` is code."""


def is_dotenv(path: str) -> bool:
    """Whether a file is one of environment variables by its name: `.env`, `.env.example`, `docker.env`, `env.sample`."""
    words = [word for word in _WORDS.split(path.rpartition("/")[2].lower()) if word]
    return not _NO_VARIABLES.intersection(words) and bool({"env", "envrc", "dotenv"}.intersection(words))


def read(data: bytes, file: str, limits: Limits = Limits()) -> tuple[Document | None, tuple[Problem, ...]]:
    """Name -> value (a text; None for a name without one); of a name that comes twice the last one counts. Never raises: a line
    that is none of that comes back as a problem."""
    text = lenient(data, file, limits.size)
    if isinstance(text, Problem):
        return None, (text,)
    lines = Lines(text)
    problems: list[Problem] = []
    children: dict[str | int, Entry] = {}
    at = 0
    while at < len(text) and len(children) <= MAX_VARIABLES:
        end = _end_of_line(text, at)
        line = text[at:end].strip()
        found = _KEY.match(text, at, end)
        if found is None:
            if line and not line.startswith("#"):
                problems.append(Problem("neither a variable nor a comment", file, lines.at(at)[0], "write it as NAME=value"))
            at = end + 1
            continue
        node, after = _value(text, found.end(), end)
        children.pop(found["key"], None)
        children[found["key"]] = Entry(node, node.start, node.end, found.span("key"))
        at = _end_of_line(text, after) + 1
    if len(children) > MAX_VARIABLES:
        return None, (Problem(f"more than {MAX_VARIABLES:,} variables", file, lines.at(at)[0]),)
    root = Node({key: entry.node.value for key, entry in children.items()}, 0, len(text), children=children)
    return Document(file, lines, root), tuple(problems)


def _value(text: str, start: int, end: int) -> tuple[Node, int]:
    """The value that starts there, and where what is read of it ends. `end`: of the line."""
    quote = text[start : start + 1]
    quoted = _QUOTED[quote].match(text, start) if quote in _QUOTED else None
    if quoted is not None:
        inner = quoted[1]
        if quote == '"':
            inner = _ESCAPED.sub(lambda one: _MEANS.get(one[1], one[1] if one[1] in '"\\$`' else one[0]), inner)
        elif quote == "'":
            inner = inner.replace("\\'", "'").replace("\\\\", "\\")
        return Node(inner, start, quoted.end(), inner), quoted.end()
    comment = _COMMENT.search(text[start:end])
    stop = end if comment is None else start + comment.start()
    value = text[start:stop].rstrip()
    return Node(value, start, start + len(value), value, plain=True), end


def _end_of_line(text: str, at: int) -> int:
    found = text.find("\n", at)
    return len(text) if found < 0 else found
