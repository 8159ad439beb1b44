"""Files that say which packages a project needs: requirements, project files, lock files, and what a notebook installs."""

from __future__ import annotations

import configparser
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from posixpath import basename

from linter.formats import notebook, project_files
from linter.formats.requirement import Needs, Pin, is_aside, normal, requirement
from linter.formats.versions import exact, ranges

MAX_BYTES = 5_000_000
"""Lock files are long."""
MOST_BYTES = notebook.MAX_FILE
"""Of any file that is read here."""
_PLAIN = 1_000_000
"""Bytes of what people write."""
_LOCKS = re.compile(r"(?:poetry|uv|pdm)\.lock|pylock(?:\.[^/]+)?\.toml")
_REQUIREMENTS = re.compile(r"(?:.*[-_.])?(?:requirements?|constraints?|reqs?)(?:[-_.].*)?\.(?:txt|in)", re.IGNORECASE)
_CONDA = re.compile(r"(?:.*[-_.])?(?:environment|conda|env)(?:[-_.].*)?\.ya?ml", re.IGNORECASE)
_OWN = frozenset({"pyproject.toml", "Pipfile", "Pipfile.lock", "setup.cfg", "setup.py"})

_LOCKED = re.compile(r'^\[\[packages?\]\][ \t]*\r?\nname = "(?P<name>[^"\n]+)"\r?\nversion = "(?P<is>[^"\n]+)"', re.MULTILINE)
_OPTION = re.compile(r"\s*(?:-r|--requirement|-c|--constraint)(?:\s+|=)\s*(?P<path>[^\s#]+)")
_INSTALL = re.compile(
    r"[ \t]*[!%]?[ \t]*(?:\{?(?:python3?|sys\.executable)\}?[ \t]+-m[ \t]+)?(?:uv[ \t]+)?pip3?[ \t]+install[ \t]+(?P<rest>.*)"
)
_WORD = re.compile(r"\"[^\"]*\"|'[^']*'|[;&|#].*|[^\s;&|#]+", re.DOTALL)


def is_dependencies(path: str) -> bool:
    """Whether a file says, by its name, what a project needs."""
    name = basename(path)
    if name in _OWN or _LOCKS.fullmatch(name) or _REQUIREMENTS.fullmatch(name) or _CONDA.fullmatch(name):
        return True
    return "requirements/" in path and name.endswith((".txt", ".in"))


def is_lock(path: str) -> bool:
    """Whether a tool writes it, with the versions that it has chosen."""
    name = basename(path)
    return name == "Pipfile.lock" or _LOCKS.fullmatch(name) is not None


def is_constraints(path: str) -> bool:
    """Whether it only limits what other files ask for."""
    return "constraint" in basename(path).lower()


def read(path: str, data: bytes) -> Needs:
    """What a file says. Never raises: what is wrong comes back as the problem."""
    most = MAX_BYTES if is_lock(path) else notebook.MAX_FILE if path.endswith(".ipynb") else _PLAIN
    if len(data) > most:
        return Needs(problem=f"the file has {len(data):,} bytes; the limit is {most:,}")
    try:
        return _read(path, data)
    except SyntaxError as error:
        return Needs(problem=f"does not parse: {error.msg}")
    except (ValueError, TypeError, LookupError, RecursionError, MemoryError, configparser.Error) as error:
        return Needs(problem=f"cannot be read: {type(error).__name__}")


def _read(path: str, data: bytes) -> Needs:
    name = basename(path)
    if path.endswith(".ipynb"):
        return Needs(tuple(_installed(data)))
    if name == "pyproject.toml":
        return project_files.read_pyproject(data, path)
    if name == "Pipfile":
        return project_files.read_pipfile(data, path)
    if name.endswith((".yaml", ".yml")):
        return project_files.read_conda(data, path)
    text = data.decode("utf-8-sig")
    if name == "setup.cfg":
        return project_files.read_setup_cfg(text)
    if name == "setup.py":
        return project_files.read_setup_py(text)
    if name == "Pipfile.lock":
        return Needs(tuple(_pipfile_lock(text)))
    return Needs(tuple(_locked(text))) if _LOCKS.fullmatch(name) else _requirements(text, is_aside(name))


def _requirements(text: str, aside: bool) -> Needs:
    pins: list[Pin] = []
    includes: list[str] = []
    for line, whole in _logical(text):
        option = _OPTION.match(whole)
        if option is not None:
            includes.append(option["path"])
            continue
        pin = None if whole.lstrip().startswith(("-", "#")) else requirement(whole, line, aside)
        if pin is not None:
            pins.append(pin)
    return Needs(tuple(pins), tuple(includes))


def _logical(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers, one that ends in a backslash with what follows."""
    held: list[str] = []
    first = 0
    for number, line in enumerate(text.splitlines(), 1):
        first = first or number
        held.append(line.removesuffix("\\"))
        if not line.endswith("\\"):
            yield first, "".join(held)
            held, first = [], 0
    if held:
        yield first, "".join(held)


def _installed(data: bytes) -> Iterator[Pin]:
    found = notebook.read(data)
    for cell in () if isinstance(found, str) else found.cells:
        for number, line in _logical(cell.text) if "install" in cell.text else ():
            install = _INSTALL.match(line)
            for word in _words(install["rest"]) if install is not None else ():
                pin = None if word.startswith("-") else requirement(word, number)
                if pin is not None:
                    yield replace(pin, cell=cell.index)


def _words(text: str) -> Iterator[str]:
    """The words of a command, up to what is another command."""
    for word in _WORD.findall(text):
        if word[0] in ";&|#":
            return
        yield word.strip("\"'")


def _locked(text: str) -> Iterator[Pin]:
    """These files are long and always look the same: reading them as TOML would take a hundred times as long."""
    line, at = 1, 0
    for found in _LOCKED.finditer(text):
        line, at = line + text.count("\n", at, found.start("is")), found.start("is")
        yield Pin(normal(found["name"]), exact(found["is"]), f"{found['name']} {found['is']}"[:100], line, locked=True)


def _pipfile_lock(text: str) -> Iterator[Pin]:
    content = json.loads(text, parse_int=float)
    lines: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        lines.setdefault(line.strip().removesuffix("{").rstrip(" :").strip('"'), number)
    for section, aside in (("default", False), ("develop", True)):
        for name, said in project_files.table(content, section).items():
            version = said.get("version") if isinstance(said, dict) else None
            if isinstance(version, str):
                yield Pin(normal(name), ranges(version), f"{name}{version}"[:100], lines.get(name, 1), locked=True, aside=aside)
