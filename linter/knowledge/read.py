"""One provider file -> what it says, with the line of every word. Names of other files are not looked at here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from linter.errors import Problem
from linter.knowledge.braces import BraceError, expand
from linter.knowledge.items import Item, read_items
from linter.model.catalogue import ArgSpec, Default, Endpoint, Hosting, Role, Shape, SiteKind

KINDS = frozenset({
    "llm", "embedder", "retriever", "index", "memory", "tool", "template", "splitter", "loader", "parser", "options", "http",
    "guard", "dataset", "trainer", "agent", "chain",
})  # fmt: skip
RESULTS = frozenset({"completion", "documents", "embedding", "text", "redacted"})
ENV_MEANINGS = frozenset({"secret", "endpoint", "model", "region", "tracing", "offline"})

_FILE_KEYS = frozenset({
    "provider", "packages", "hosts", "env", "models", "globals", "versions", "types", "calls", "endpoints", "examples", "verified",
})  # fmt: skip
_SHAPE_KEYS = frozenset({
    "args", "order", "sets", "defaults", "provider", "hosting", "site", "also", "when", "versions", "unverified",
})  # fmt: skip
_TYPE_KEYS = _SHAPE_KEYS | {"new", "named", "is", "members", "kind"}
_CALL_KEYS = _SHAPE_KEYS | {"call", "returns", "result"}
_ENDPOINT_KEYS = frozenset({"path", "site", "args", "sets", "provider", "hosting"})

_ROLES = {role.value: role for role in Role}
_SCALES = {"ms": 0.001, "min": 60.0}
_TYPE_NAME = re.compile(r"[A-Z]\w*")
_DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
_ARG = re.compile(r"(?P<path>[A-Za-z_]\w*(?:\.\w+)*)(?:\[(?P<key>\w+)=(?P<value>[\w.-]+)\])?")
_VERSIONS = re.compile(r"\s*(?:==|!=|<=|>=|~=|<|>)\s*\d[\w.*]*\s*(?:,\s*(?:==|!=|<=|>=|~=|<|>)\s*\d[\w.*]*\s*)*")
_HOST = re.compile(r"(?:\*|[a-z0-9_-]+)(?:\.(?:\*|[a-z0-9_-]+))*(?::\d+)?")

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class RawType:
    """A type as the file states it; the names in `bases` and `members` are not resolved yet."""

    name: str
    line: int
    shape: Shape
    new: tuple[str, ...]
    named: tuple[str, ...]
    bases: tuple[str, ...]
    members: Mapping[str, str]
    kind: str
    no_site: bool
    """`site: none`: not even the inherited one."""
    own_order: bool
    """`order` is stated, be it as empty: the inherited one does not count."""


@dataclass(frozen=True, slots=True)
class RawCall:
    """One call after the braces are expanded."""

    target: str
    line: int
    shape: Shape
    returns: tuple[str, ...]
    """One name, several for a tuple, none."""
    result: str


@dataclass(slots=True)
class RawFile:
    """One provider file."""

    name: str
    display: str
    """The path for messages."""
    provider: str = ""
    pypi: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    hosts: dict[str, tuple[str, Hosting]] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)
    models: dict[str, str] = field(default_factory=dict)
    model_hosting: dict[str, Hosting] = field(default_factory=dict)
    globals: dict[str, Role] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    types: list[RawType] = field(default_factory=list)
    calls: list[RawCall] = field(default_factory=list)
    endpoints: list[Endpoint] = field(default_factory=list)
    examples: str = ""
    verified: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    """Line of `hosts.<host>`, `env.<name>`, `globals.<name>`."""


def read_provider(path: Path, display: str, problems: list[Problem]) -> RawFile:
    """Reads one file. Everything that is wrong with it goes to `problems`; what is right is returned all the same."""
    return _Reader(path.stem, display, problems).read(path)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The remedy for a misspelt word, if one of the known ones is close."""
    import difflib  # only a wrong file needs it

    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}?" if close else None


class _Reader:
    def __init__(self, name: str, display: str, problems: list[Problem]) -> None:
        self.out = RawFile(name, display)
        self.problems = problems

    def problem(self, line: int, message: str, remedy: str | None = None) -> None:
        self.problems.append(Problem(message, self.out.display, line, remedy))

    # ---- the file

    def read(self, path: Path) -> RawFile:
        out = self.out
        try:
            root, problems = read_items(path.read_bytes(), out.display)
        except OSError as error:
            self.problems.append(Problem(f"cannot be read: {error.strerror or error}", out.display))
            return out
        self.problems.extend(problems)
        if problems:
            return out
        top = self.mapping(root, _FILE_KEYS, "a provider file")
        if "provider" not in top:
            self.problem(1, "`provider` is missing", 'write `provider: ""` for a framework that serves no model itself')
        else:
            out.provider = self.text(top["provider"], "provider", empty=True)
        if "packages" not in top:
            self.problem(1, "`packages` is missing", "packages: {pypi: [...], import: [...]}")
        else:
            packages = self.mapping(top["packages"], frozenset({"pypi", "import"}), "packages")
            out.pypi = self.texts(packages.get("pypi"), "packages.pypi")
            out.imports = self.dotted_names(packages.get("import"), "packages.import")
        self.read_hosts(top.get("hosts"))
        for name, item in self.pairs(top.get("env"), "env"):
            meaning = self.choice(item, ENV_MEANINGS, "a meaning of an environment variable")
            if meaning:
                out.env[name] = meaning
                out.lines[f"env.{name}"] = item.line
        self.read_models(top.get("models"))
        for name, item in self.pairs(top.get("globals"), "globals"):
            role = self.role(item)
            if role is not None:
                for one in self.braces(name, item.line):
                    out.globals[one] = role[0]
                    out.lines[f"globals.{one}"] = item.line
        out.versions = self.read_versions(top.get("versions"), whole=False)
        for name, item in self.pairs(top.get("types"), "types"):
            self.read_type(name, item)
        for item in self.elements(top.get("calls"), "calls"):
            self.read_call(item)
        for item in self.elements(top.get("endpoints"), "endpoints"):
            self.read_endpoint(item)
        if "examples" in top:
            out.examples = self.text(top["examples"], "examples")
        for name, item in self.pairs(top.get("verified"), "verified"):
            out.verified[name] = self.text(item, f"verified.{name}")
        return out

    def read_hosts(self, items: Item | None) -> None:
        for host, item in self.pairs(items, "hosts"):
            if not _HOST.fullmatch(host):
                self.problem(item.line, f"{host!r} is no host name", "lower case, no scheme, no path; `*` for a label")
            provider, hosting = self.served_by(item, "hosts")
            if hosting is not None:
                self.out.hosts[host] = (provider or self.out.provider, hosting)
                self.out.lines[f"hosts.{host}"] = item.line

    def read_models(self, items: Item | None) -> None:
        for prefix, item in self.pairs(items, "models"):
            if isinstance(item.value, str):
                self.out.models[prefix] = item.value
                continue
            provider, hosting = self.served_by(item, "models")
            if provider is None:
                self.problem(item.line, f"models.{prefix}: `provider` is missing")
                continue
            self.out.models[prefix] = provider
            if hosting is not None:
                self.out.model_hosting[prefix] = hosting

    def served_by(self, item: Item, what: str) -> tuple[str | None, Hosting | None]:
        """A hosting, or `{provider, hosting}`."""
        if isinstance(item.value, str):
            return None, self.enum(item, Hosting, "a hosting")
        entry = self.mapping(item, frozenset({"provider", "hosting"}), what)
        provider = self.text(entry["provider"], "provider") if "provider" in entry else None
        return provider, self.enum(entry["hosting"], Hosting, "a hosting") if "hosting" in entry else None

    # ---- types and calls

    def read_type(self, name: str, item: Item) -> None:
        if not _TYPE_NAME.fullmatch(name):
            self.problem(item.line, f"{name!r} is no type name", "a type is written like a class: `Client`, `ChatModel`")
        entry = self.mapping(item, _TYPE_KEYS, f"type {name}")
        members = {}
        for member, target in self.pairs(entry.get("members"), "members"):
            for one in self.braces(member, target.line):
                members[one] = self.text(target, f"members.{member}")
        no_site = "site" in entry and entry["site"].value == "none"
        if no_site:
            del entry["site"]
        self.out.types.append(
            RawType(
                name, item.line, self.shape(entry), self.dotted_names(entry.get("new"), "new"),
                self.dotted_names(entry.get("named"), "named"), self.texts(entry.get("is"), "is"), members, self.choice(entry.get("kind"), KINDS, "a kind", empty=True), no_site, "order" in entry,
            )
        )  # fmt: skip

    def read_call(self, item: Item) -> None:
        entry = self.mapping(item, _CALL_KEYS, "a call")
        if "call" not in entry:
            if entry:
                self.problem(item.line, "`call` is missing")
            return
        shape = self.shape(entry)
        returns = self.texts(entry.get("returns"), "returns", empty=True)
        result = self.choice(entry.get("result"), RESULTS, "a result", empty=True)
        for text in self.texts(entry["call"], "call"):
            for target in self.braces(text, entry["call"].line):
                if target.endswith(".*"):
                    self.problem(entry["call"].line, f"{target!r}: a wildcard is not supported", "list the methods, with braces: Type.{a,b}")
                elif self.dotted(target, entry["call"].line):
                    self.out.calls.append(RawCall(target, item.line, shape, returns, result))

    def read_endpoint(self, item: Item) -> None:
        entry = self.mapping(item, _ENDPOINT_KEYS, "an endpoint")
        if "path" not in entry or "site" not in entry:
            self.problem(item.line, "`path` and `site` are needed", "endpoints: [{path: /chat/completions, site: inference}]")
            return
        shape = self.shape(entry)
        for text in self.texts(entry["path"], "path"):
            for path in self.braces(text, item.line):
                self.out.endpoints.append(Endpoint(path, shape, f"{self.out.display}:{item.line}"))

    def shape(self, entry: Mapping[str, Item]) -> Shape:
        if not entry.keys() & _SHAPE_KEYS:
            return _EMPTY
        sets = {}
        for name, item in self.pairs(entry.get("sets"), "sets"):
            if self.role_name(name, item.line):
                sets[name] = item.value
        return Shape(
            args=tuple(arg for name, item in self.pairs(entry.get("args"), "args") for arg in self.argument(name, item)),
            order=self.texts(entry.get("order"), "order"),
            sets=sets,
            defaults=tuple(d for item in self.elements(entry.get("defaults"), "defaults") for d in self.default(item)),
            provider=self.text(entry["provider"], "provider") if "provider" in entry else None,
            hosting=self.enum(entry["hosting"], Hosting, "a hosting") if "hosting" in entry else None,
            site=self.enum(entry["site"], SiteKind, "a site kind") if "site" in entry else None,
            also=tuple(k for item in self.elements(entry.get("also"), "also") if (k := self.enum(item, SiteKind, "a site kind"))),
            when={name: self.values(item) for name, item in self.pairs(entry.get("when"), "when")},
            versions=self.read_versions(entry.get("versions"), whole=True),
            unverified=self.text(entry["unverified"], "unverified") if "unverified" in entry else "",
        )

    def argument(self, name: str, item: Item) -> Sequence[ArgSpec]:
        role = self.role(item)
        if role is None:
            return ()
        out = []
        for one in self.braces(name, item.line):
            match = _ARG.fullmatch(one)
            if match is None:
                self.problem(item.line, f"{one!r} is no argument", "`name`, `name.key` or `name[key=value]`")
                continue
            head, *path = match["path"].split(".")
            where = (match["key"], match["value"]) if match["key"] else None
            out.append(ArgSpec(head, role[0], tuple(path), where, role[1]))
        return out

    def role(self, item: Item) -> tuple[Role, float] | None:
        """A role, and the factor that its unit needs: `timeout`, `timeout/ms`."""
        name, _, unit = self.text(item, "a role").partition("/")
        if unit and unit not in _SCALES:
            self.problem(item.line, f"{unit!r} is no unit", f"one of {', '.join(_SCALES)}")
        return (_ROLES[name], _SCALES.get(unit, 1.0)) if name and self.role_name(name, item.line) else None

    def role_name(self, name: str, line: int) -> bool:
        if name in _ROLES:
            return True
        self.problem(line, f"{name!r} is no role", nearest(name, _ROLES) or f"one of {', '.join(_ROLES)}")
        return False

    def default(self, item: Item) -> Sequence[Default]:
        entry = dict(self.pairs(item, "a default"))
        versions = self.specifier(entry.pop("versions")) if "versions" in entry else ""
        values = {name: value.value for name, value in entry.items() if self.role_name(name, value.line)}
        return (Default(versions, values),)

    def values(self, item: Item) -> tuple[object, ...]:
        """A literal or a list of literals."""
        if isinstance(item.value, dict):
            self.problem(item.line, "a condition needs a value or a list of values", "when: {argument: [a, b]}")
            return ()
        return tuple(one.value for one in item.value) if isinstance(item.value, list) else (item.value,)

    def read_versions(self, item: Item | None, whole: bool) -> dict[str, str]:
        """`"<1"` for the whole entry, or `{name: "<1"}`."""
        if item is None:
            return {}
        if isinstance(item.value, str) and whole:
            return {"": self.specifier(item)}
        return {one: self.specifier(value) for name, value in self.pairs(item, "versions") for one in self.braces(name, value.line)}

    def specifier(self, item: Item) -> str:
        text = self.text(item, "versions")
        if text and not _VERSIONS.fullmatch(text):
            self.problem(item.line, f"{text!r} is no version range", 'as in "<1" or ">=0.2,<1"')
        return text

    # ---- scalars and collections

    def mapping(self, item: Item, allowed: frozenset[str], what: str) -> dict[str, Item]:
        out = {}
        for name, value in self.pairs(item, what):
            if name in allowed:
                out[name] = value
            else:
                self.problem(value.line, f"{name!r} is no key of {what}", nearest(name, allowed) or f"one of {', '.join(sorted(allowed))}")
        return out

    def pairs(self, item: Item | None, what: str) -> list[tuple[str, Item]]:
        if item is None or item.value is None:
            return []
        if isinstance(item.value, dict):
            return list(item.value.items())
        self.problem(item.line, f"{what} must be a mapping")
        return []

    def elements(self, item: Item | None, what: str) -> list[Item]:
        if item is None or item.value is None:
            return []
        if isinstance(item.value, list):
            return item.value
        self.problem(item.line, f"{what} must be a list")
        return []

    def text(self, item: Item, what: str, empty: bool = False) -> str:
        if isinstance(item.value, str) and (item.value or empty):
            return item.value
        self.problem(item.line, f"{what} must be a text", "quote it" if isinstance(item.value, (int, float)) else None)
        return ""

    def texts(self, item: Item | None, what: str, empty: bool = False) -> tuple[str, ...]:
        """One text or a list of texts."""
        if item is not None and isinstance(item.value, str):
            return (item.value,)
        return tuple(text for one in self.elements(item, what) if (text := self.text(one, what, empty)) or empty)

    def dotted_names(self, item: Item | None, what: str) -> tuple[str, ...]:
        if item is None:
            return ()
        names = [name for text in self.texts(item, what) for name in self.braces(text, item.line)]
        return tuple(name for name in names if self.dotted(name, item.line))

    def dotted(self, name: str, line: int) -> bool:
        if _DOTTED.fullmatch(name):
            return True
        self.problem(line, f"{name!r} is no dotted name")
        return False

    def braces(self, text: str, line: int) -> Sequence[str]:
        if "{" not in text and "}" not in text:
            return (text,)
        try:
            return expand(text)
        except BraceError as error:
            self.problem(line, str(error))
            return ()

    def choice(self, item: Item | None, known: frozenset[str], what: str, empty: bool = False) -> str:
        if item is None or (empty and item.value == ""):
            return ""
        text = self.text(item, what)
        if text and text not in known:
            self.problem(item.line, f"{text!r} is not {what}", nearest(text, known) or f"one of {', '.join(sorted(known))}")
            return ""
        return text

    def enum(self, item: Item, kind: type[E], what: str) -> E | None:
        if isinstance(item.value, str) and item.value in kind._value2member_map_:
            return kind(item.value)
        self.choice(item, frozenset(one.value for one in kind), what)
        return None


_EMPTY = Shape()
