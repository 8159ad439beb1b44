"""The packages in project files: pyproject.toml of every tool, Pipfile, setup.cfg, setup.py, conda environments."""

from __future__ import annotations

import ast
import configparser
import re
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

from linter.formats import toml, yaml
from linter.formats.requirement import Needs, Pin, Search, is_aside, listed, normal, requirement
from linter.formats.tree import Document
from linter.formats.versions import ranges
from linter.formats.yaml import Limits

_LIMITS = Limits(size=1_000_000)
_CONDA_PIN = re.compile(r"(?:[\w./-]+::)?(?P<name>[A-Za-z0-9_.-]+)[ \t]*(?P<range>[<>=!~][^\s]*)?")
_BUILD = re.compile(r"(==?[^=]+)=.*")
"""`=1.2=py310_0`: a version, and a build of it."""


def read_pyproject(data: bytes, path: str) -> Needs:
    """PEP 621, dependency groups, Poetry, PDM and uv."""
    document, problems = toml.read(data, path, _LIMITS)
    return (
        Needs(problem=problems[0].message) if document is None else Needs(tuple(_pyproject(document, data.decode("utf-8-sig"))))
    )


def read_pipfile(data: bytes, path: str) -> Needs:
    """Pipenv."""
    document, problems = toml.read(data, path, _LIMITS)
    if document is None:
        return Needs(problem=problems[0].message)
    return Needs((*_keyed(document, ("packages",)), *_keyed(document, ("dev-packages",), aside=True)))


def _pyproject(document: Document, text: str) -> Iterator[Pin]:
    content, search = document.value, Search(text)
    yield from listed(table(content, "project").get("dependencies"), search)
    for groups in (table(content, "project", "optional-dependencies"), table(content, "dependency-groups")):
        for group, values in groups.items():
            yield from listed(values, search, is_aside(group))
    for name in ("pdm", "uv"):
        dev = table(content, "tool", name).get("dev-dependencies")
        for values in dev.values() if isinstance(dev, dict) else [dev]:
            yield from listed(values, search, aside=True)
    yield from _keyed(document, ("tool", "poetry", "dependencies"))
    yield from _keyed(document, ("tool", "poetry", "dev-dependencies"), aside=True)
    for group in table(content, "tool", "poetry", "group"):
        yield from _keyed(document, ("tool", "poetry", "group", group, "dependencies"), is_aside(group))


def _keyed(document: Document, path: tuple[str, ...], aside: bool = False) -> Iterator[Pin]:
    """`openai = "^1.2"`, `openai = {version = "^1.2", extras = […]}`, or a list of these."""
    for name, said in table(document.value, *path).items():
        for one in said if isinstance(said, list) else [said]:
            version = one.get("version", "*") if isinstance(one, dict) else one
            if isinstance(version, str):
                line = document.place((*path, name)).line
                yield Pin(normal(name), ranges(version), f"{name} {version}"[:100], line, aside=aside)


def table(value: Any, *keys: str) -> Mapping[str, Any]:
    """A table inside of tables; an empty one when there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def read_setup_cfg(text: str) -> Needs:
    """The options of setuptools."""
    parser = configparser.RawConfigParser(strict=False)
    parser.read_string(text)
    search = Search(text)
    extras = parser.options("options.extras_require") if parser.has_section("options.extras_require") else []
    places = [("options", "install_requires", False), *(("options.extras_require", one, is_aside(one)) for one in extras)]
    pins: list[Pin] = []
    for section, option, aside in places:
        values = (parser.get(section, option, fallback="") or "").splitlines()
        pins.extend(listed([value.strip() for value in values if value.strip()], search, aside))
    return Needs(tuple(pins))


def read_setup_py(text: str) -> Needs:
    """The literal lists that `setup()` is given, also by the name of a variable. Nothing is executed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        nodes = list(ast.walk(ast.parse(text)))
    known: dict[str, ast.expr] = {}
    for node in nodes:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            known[node.targets[0].id] = node.value
    pins: list[Pin] = []
    for node in nodes:
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "setup":
            for keyword in node.keywords:
                if keyword.arg in ("install_requires", "extras_require"):
                    pins.extend(_literals(keyword.value, known))
    return Needs(tuple(pins))


def _literals(node: ast.expr, known: Mapping[str, ast.expr]) -> Iterator[Pin]:
    value = known.get(node.id, node) if isinstance(node, ast.Name) else node
    lists: list[tuple[ast.expr, bool]] = [(value, False)]
    if isinstance(value, ast.Dict):
        keys = [key.value if isinstance(key, ast.Constant) else "" for key in value.keys]
        lists = [(one, is_aside(str(key))) for key, one in zip(keys, value.values, strict=True)]
    for some, aside in lists:
        items = known.get(some.id, some) if isinstance(some, ast.Name) else some
        for item in items.elts if isinstance(items, ast.List | ast.Tuple) else ():
            if isinstance(item, ast.Constant) and isinstance(item.value, str):
                pin = requirement(item.value, item.lineno, aside)
                if pin is not None:
                    yield pin


def read_conda(data: bytes, path: str) -> Needs:
    """An environment of conda, with what pip adds to it."""
    documents, problems = yaml.read(data, path, _LIMITS)
    if not documents:
        return Needs(problem=problems[0].message if problems else "it is empty")
    value, search = documents[0].value, Search(data.decode("utf-8-sig"))
    entries = value.get("dependencies") if isinstance(value, dict) else None
    pins: list[Pin] = []
    for one in entries if isinstance(entries, list) else ():
        if isinstance(one, dict):
            pins.extend(listed(one.get("pip"), search))
            continue
        found = _CONDA_PIN.match(one) if isinstance(one, str) else None
        if found is not None:
            wanted = _BUILD.sub(r"\1", found["range"] or "")
            pins.append(Pin(normal(found["name"]), ranges(wanted), one[:100], search.line(one)))
    return Needs(tuple(pins))
