"""Environment variables of functions that a cloud runs: CloudFormation and SAM, and the Serverless Framework."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import dirname, join, normpath

from linter.formats.data import format_of
from linter.formats.tree import Document, Node, Path

_SERVERLESS = re.compile(r"serverless[\w.-]*\.ya?ml", re.IGNORECASE)
_WITH_DEFAULT = re.compile(r"""\$\{(?P<name>[\w.:/-]+)\s*,\s*(?:'(?P<one>[^'$]*)'|"(?P<two>[^"$]*)")\s*\}""")
"""`${env:MODEL, 'gpt-4o'}`"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One variable of a function."""

    name: str
    text: str | None
    """None: the template does not say it."""
    path: Path
    """Where its value stands: a default stands elsewhere."""
    chosen: str
    """What can say something else when it is deployed: `the parameter ModelId`; empty when nothing can."""
    folder: str
    """The code that the function runs is below it."""
    group: Path


def kind_of(document: Document) -> str:
    """`cloudformation`, `serverless`, or empty for another file. A document that is no mapping is another one."""
    if format_of(document.file) != "yaml" or not isinstance(document.value, dict):
        return ""
    held = document.value.get("Resources")
    if isinstance(held, dict) and any(isinstance(o, dict) and str(o.get("Type")).startswith("AWS::") for o in held.values()):
        return "cloudformation"
    is_serverless = _SERVERLESS.fullmatch(document.file.rpartition("/")[2]) is not None
    return "serverless" if is_serverless and isinstance(document.value.get("provider"), dict) else ""


def cloudformation(document: Document) -> Iterator[Entry]:
    """The variables of all functions (`Globals`), then of each one, in the order of the template."""
    here = dirname(document.file)
    yield from _entries(document, ("Globals", "Function", "Environment", "Variables"), here)
    for name, resource in document.value["Resources"].items():
        properties = resource.get("Properties") if isinstance(resource, dict) else None
        if isinstance(properties, dict):
            code = properties.get("CodeUri")
            folder = normpath(join(here, code)) if isinstance(code, str) and "://" not in code else here
            path = ("Resources", name, "Properties", "Environment", "Variables")
            yield from _entries(document, path, "" if folder.startswith(".") else folder)


def serverless(document: Document) -> Iterator[Entry]:
    """The variables of all functions (`provider.environment`), then of each one."""
    here = dirname(document.file)
    yield from _entries(document, ("provider", "environment"), here)
    functions = document.value.get("functions")
    for name in functions if isinstance(functions, dict) else ():
        yield from _entries(document, ("functions", name, "environment"), here)


def _entries(document: Document, path: Path, folder: str) -> Iterator[Entry]:
    node = document.node(path)
    for name, entry in node.children.items() if node is not None and isinstance(node.value, dict) else ():
        text, where, chosen = _said(document, entry.node, (*path, name))
        yield Entry(str(name), text, where, chosen, folder, path)


def _said(document: Document, node: Node, path: Path) -> tuple[str | None, Path, str]:
    """A value, where it stands, and who can choose another one."""
    parameter = node.value if node.tag == "!Ref" else node.value.get("Ref") if isinstance(node.value, dict) else None
    if isinstance(parameter, str):
        default = ("Parameters", parameter, "Default")
        held = document.node(default)
        is_plain = held is not None and held.tag is None and not isinstance(held.value, dict | list)
        return (held.text if held is not None and is_plain else None), default if is_plain else path, f"the parameter {parameter}"
    text = node.text
    if node.tag is not None or isinstance(node.value, dict | list) or node.value is None or text is None:
        return None, path, ""
    chosen = _WITH_DEFAULT.fullmatch(text)
    if chosen is not None:
        return chosen["one"] or chosen["two"], path, f"the setting {chosen['name']}"
    return (None if "${" in text or "{{" in text else text), path, ""
