"""Environment variables in files: which file formats set them, for what, and which only hand them on from a secret store.

Knows how a compose file, a Kubernetes manifest, a workflow, a Dockerfile or an environment file is built, and nothing of who
reads the variables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from posixpath import dirname, join, normpath
from typing import Any

from linter.formats import functions
from linter.formats.data import format_of
from linter.formats.tree import Document, Path
from linter.model.place import Place

_EXAMPLE = frozenset({"example", "examples", "sample", "template", "tmpl", "tpl", "dist", "default", "defaults", "dummy"})
_TEST = frozenset({"test", "tests", "testing", "ci"})
_WORDS = re.compile(r"[._-]+")
_COMPOSE = re.compile(r"(?:docker-)?compose|docker-stack|stack\.ya?ml|podman", re.IGNORECASE)
_WORKFLOWS = ".github/workflows/"
_BY_CLOCK = ("schedule", "workflow_dispatch", "workflow_call", "repository_dispatch", "release", "deployment")
"""What starts a workflow that does the product's work, or ships it; the others test it."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_SECRET = re.compile(r"\$\{\{\s*secrets\.(\w+)\s*\}\}")
_OFFICIAL = re.compile(r"(?:docker\.io/)?(?:library/)?[\w.-]+(?:[:@].*)?")
"""An image without a namespace: of a well-known server."""
_MAPPINGS = ("env_variables", "containerEnv", "remoteEnv")
"""Keys of further deployment files under which variables stand as a mapping."""
MAX_VISITED = 20_000


class Standing(IntEnum):
    """How much a file says about what is deployed."""

    DEPLOYED = 0
    """It starts the program: compose, Kubernetes, an image, a workflow that does the work."""
    LOCAL = 1
    """`.env` and its kin."""
    EXAMPLE = 2
    """What somebody is told to write: `.env.example`."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable that a file sets."""

    name: str
    text: str | None
    """As it is written, `${…}` included. None: it is handed on from the environment, or comes from a secret store."""
    place: Place
    key: str
    """`OPENAI_MODEL`, `services.api.environment.OPENAI_MODEL`."""
    standing: Standing
    folder: str
    """The code below this folder may be meant. Relative to the root, empty for all of it."""
    secret: str = ""
    """The secret that holds it."""
    syntax: str = "shell"
    """How other variables are named in the text: `shell` (`$A`, `${A:-b}`), `braces` (only `${A:-b}`), `kubernetes` (`$(A)`),
    `workflow`; `compose`: as in a shell, and it is the environment of compose itself that they are taken from."""
    group: str = ""
    """Variables of the same group see each other: a container, a file."""
    is_foreign: bool = False
    """It is for a server from elsewhere: the repository's own code does not see it."""
    chosen: str = ""
    """What can say something else when it is deployed: `the parameter ModelId`. The text is the default then."""


@dataclass(frozen=True, slots=True)
class VariableFile:
    """An environment file that a deployment names."""

    path: str
    folder: str


def is_candidate(path: str) -> bool:
    """Whether a file sets variables by its name alone; other YAML files have to be looked into."""
    return format_of(path) in ("dotenv", "dockerfile") or _is_compose(path) or _is_workflow(path)


def kind_of(document: Document) -> str:
    """What sort of file it is: `dotenv`, `dockerfile`, `compose`, `workflow`, `kubernetes`; empty for another one."""
    kind = format_of(document.file)
    if kind in ("dotenv", "dockerfile"):
        return kind
    if not isinstance(document.value, dict):
        return ""
    if isinstance(document.value.get("services"), dict) and "apiVersion" not in document.value:
        return "compose"
    if _is_workflow(document.file):
        return "workflow"
    is_manifest = isinstance(document.value.get("apiVersion"), str) and isinstance(document.value.get("kind"), str)
    return "kubernetes" if is_manifest else ""


def group_of(document: Document, container: Path) -> str:
    """The group of the variables of one container: of the mapping at that path."""
    return f"{document.file}:{document.place(container).line}:{container[-1] if container else ''}"


def variables(document: Document) -> Iterator[Variable | VariableFile]:
    """The variables that one document sets, in its order."""
    yield from _READERS.get(kind_of(document) or functions.kind_of(document), _others)(document)


def _is_compose(path: str) -> bool:
    return format_of(path) == "yaml" and _COMPOSE.search(path.rpartition("/")[2]) is not None


def _is_workflow(path: str) -> bool:
    return path.startswith(_WORKFLOWS) and format_of(path) == "yaml"


# ---- environment files and images


def _dotenv(document: Document) -> Iterator[Variable]:
    words = set(_WORDS.split(document.file.rpartition("/")[2].lower()))
    if words & _TEST:
        return
    standing = Standing.EXAMPLE if words & _EXAMPLE else Standing.LOCAL
    folder = dirname(document.file)
    for name, value in document.value.items():
        yield Variable(name, value, document.place((name,)), name, standing, folder, syntax="braces", group=document.file)


def _dockerfile(document: Document) -> Iterator[Variable]:
    """`ARG` is only there while the image is built: it is what `ENV` is made from."""
    folder = dirname(document.file)
    for index, stage in enumerate(document.value["stages"]):
        for name, value in stage.get("ENV", {}).items():
            place = document.place(("stages", index, "ENV", name))
            default = stage.get("ARG", {}).get(name)
            text = default if default is not None and value in (f"${name}", f"${{{name}}}") else value
            yield Variable(name, text, place, f"ENV {name}", Standing.DEPLOYED, folder, group=document.file)


# ---- compose


def _compose(document: Document) -> Iterator[Variable | VariableFile]:
    services = {name: one for name, one in document.value["services"].items() if isinstance(one, dict)}
    built = {one.get("image") for one in services.values() if one.get("build")}
    here = dirname(document.file)
    for name, service in services.items():
        image = service.get("image")
        is_own = service.get("build") or image in built or (not _is_known(image) and not _builds(services))
        folder, group = _context(service.get("build"), here), group_of(document, ("services", name))
        for path, key, text in _pairs(document, ("services", name, "environment")):
            yield Variable(
                key, text, document.place(path), f"services.{name}.environment.{key}", Standing.DEPLOYED, folder,
                syntax="compose", group=group, is_foreign=not is_own,
            )  # fmt: skip
        for file in _env_files(service.get("env_file")) if is_own else ():
            yield VariableFile(normpath(join(here, file)), folder)


def _builds(services: dict[str, dict[str, Any]]) -> bool:
    return any(one.get("build") for one in services.values())


def _is_known(image: object) -> bool:
    """Whether an image is one of a well-known server: without a namespace, or with its own name as one (`ollama/ollama`)."""
    if not isinstance(image, str) or _OFFICIAL.fullmatch(image):
        return isinstance(image, str)
    _, _, namespace = image.rpartition("/")[0].rpartition("/")
    name = image.rpartition("/")[2]
    return bool(namespace) and name.partition(":")[0].startswith(namespace)


def _context(build: object, here: str) -> str:
    context = build.get("context") if isinstance(build, dict) else build
    if not isinstance(context, str) or "$" in context or "://" in context or context.startswith(("/", "~")):
        return here
    inner = normpath(join(here, context))
    return "" if inner in (".", "..") or inner.startswith("../") else inner


def _env_files(given: object) -> Iterator[str]:
    for one in given if isinstance(given, list) else [given]:
        path = one.get("path") if isinstance(one, dict) else one
        if isinstance(path, str) and "$" not in path:
            yield path


def _pairs(document: Document, path: Path) -> Iterator[tuple[Path, str, str | None]]:
    """Variables as a mapping, or as a list of `NAME=value`. None for a value that is handed on."""
    node = document.node(path)
    for key, entry in node.children.items() if node is not None else ():
        inner = (*path, key)
        if isinstance(key, str):
            yield inner, key, None if entry.node.value is None else entry.node.text
        elif isinstance(entry.node.value, str):
            name, sign, value = entry.node.value.partition("=")
            if _NAME.fullmatch(name):
                yield inner, name, value if sign else None


# ---- Kubernetes


def _kubernetes(document: Document) -> Iterator[Variable]:
    kind, folder = document.value["kind"], dirname(document.file)
    if kind in ("ConfigMap", "Secret"):
        for part in ("data", "stringData"):
            for path, key, text in _pairs(document, (part,)):
                if not _NAME.fullmatch(key) or "." in key:
                    continue  # a whole file
                made = Variable(key, text, document.place(path), f"{part}.{key}", Standing.DEPLOYED, folder, group=document.file)
                yield made if kind == "ConfigMap" else replace(made, text=None, secret=_named(document.value))
        return
    for path in _mappings(document, ("env",), list):
        for inner, name, text, one in _listed(document, path, "name"):
            source = one.get("valueFrom")
            secret = source.get("secretKeyRef") if isinstance(source, dict) else None
            held = str(secret.get("name") or "a secret") if isinstance(secret, dict) else ""
            key, group = f"{'.'.join(map(str, path))}.{name}", group_of(document, path[:-1])
            yield Variable(name, text, document.place(inner), key, Standing.DEPLOYED, folder, held, "kubernetes", group)


def _named(document: dict[str, Any]) -> str:
    metadata = document.get("metadata")
    return str(metadata.get("name") or "a secret") if isinstance(metadata, dict) else "a secret"


def _listed(document: Document, path: Path, named: str) -> Iterator[tuple[Path, str, str | None, dict[str, Any]]]:
    """Variables as a list of mappings, each with its name and its `value`. None for a value that is not written there."""
    node = document.node(path)
    for index, entry in node.children.items() if node is not None else ():
        one, own = entry.node.value, (*path, index)
        name = one.get(named) if isinstance(one, dict) else None
        if isinstance(name, str):
            value = document.node((*own, "value"))
            text = None if value is None or value.value is None else value.text
            yield (*own, "value") if value is not None else own, name, text, one


# ---- workflows and what else starts programs


def _workflow(document: Document) -> Iterator[Variable]:
    if not _does_work(document.value.get("on")):
        return
    for path in _mappings(document, ("env",)):
        for inner, name, text in _pairs(document, path):
            secret = _SECRET.search(text or "")
            made = Variable(
                name, text, document.place(inner), ".".join(map(str, inner)), Standing.DEPLOYED, "", syntax="workflow",
                group=document.file,
            )  # fmt: skip
            yield made if secret is None else replace(made, text=None, secret=secret[1])


def _does_work(on: object) -> bool:
    return any(word in _BY_CLOCK for word in (on if isinstance(on, list | dict) else [on]))


def _others(document: Document) -> Iterator[Variable]:
    """Files of platforms: App Engine and development containers name their variables in a mapping, Render in a list of pairs."""
    if not isinstance(document.value, dict):
        return
    folder = dirname(document.file)
    for path in _mappings(document, _MAPPINGS):
        for inner, name, text in _pairs(document, path):
            key = ".".join(map(str, inner))
            yield Variable(name, text, document.place(inner), key, Standing.DEPLOYED, folder, group=document.file)
    for path in _mappings(document, ("envVars",), list):
        for inner, name, text, _ in _listed(document, path, "key"):
            key = f"{'.'.join(map(str, path))}.{name}"
            yield Variable(name, text, document.place(inner), key, Standing.DEPLOYED, folder, group=document.file)


def _functions(document: Document) -> Iterator[Variable]:
    read = functions.serverless if functions.kind_of(document) == "serverless" else functions.cloudformation
    for one in read(document):
        yield Variable(
            one.name, one.text, document.place(one.path), ".".join(map(str, (*one.group, one.name))), Standing.DEPLOYED,
            one.folder, syntax="braces", group=f"{document.file}:{'.'.join(map(str, one.group))}", chosen=one.chosen,
        )  # fmt: skip


_READERS = {
    "dotenv": _dotenv, "dockerfile": _dockerfile, "compose": _compose, "workflow": _workflow, "kubernetes": _kubernetes,
    "cloudformation": _functions, "serverless": _functions,
}  # fmt: skip


def _mappings(document: Document, names: tuple[str, ...], kind: type = dict) -> Iterator[Path]:
    """Where mappings (or lists) of these names stand."""
    stack: list[Path] = [()]
    for _ in range(MAX_VISITED):
        if not stack:
            return
        path = stack.pop()
        node = document.node(path)
        assert node is not None
        for key, entry in reversed(list(node.children.items())):
            if key in names and isinstance(entry.node.value, kind):
                yield (*path, key)
            elif isinstance(entry.node.value, dict | list):
                stack.append((*path, key))
