"""One provider file -> what it says, with the line of every word. Names of other files are not looked at here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from linter.errors import Problem
from linter.knowledge.fields import COUNTS, SHAPE_KEYS, Fields, nearest
from linter.knowledge.format_files import FormatReader
from linter.knowledge.items import Item, read_items
from linter.model.catalogue import Endpoint, EnvSpec, Hosting, Role, Shape
from linter.model.formats import ImageSpec, ResourceSpec

KINDS = frozenset(
    {
        "llm",
        "embedder",
        "retriever",
        "index",
        "memory",
        "tool",
        "template",
        "splitter",
        "loader",
        "parser",
        "options",
        "http",
        "guard",
        "dataset",
        "trainer",
        "agent",
        "chain",
        "writer",
    }
)
RESULTS = frozenset({"trimmed", "completion", "documents", "embedding", "text", "redacted"})
ENV_MEANINGS = frozenset({"secret", "endpoint", "model", "region", "tracing", "untraced", "offline"})

_FILE_KEYS = frozenset(
    {
        "provider",
        "packages",
        "hosts",
        "env",
        "models",
        "globals",
        "providers",
        "collects",
        "constants",
        "loads",
        "versions",
        "types",
        "calls",
        "endpoints",
        "images",
        "resources",
        "examples",
        "verified",
    }
)
_TYPE_KEYS = SHAPE_KEYS | {"new", "named", "is", "members", "kind"}
_CALL_KEYS = SHAPE_KEYS | {"call", "returns", "result", "adds"}
_IMAGE_KEYS = frozenset({"counts", "provider"})
_RESOURCE_KEYS = frozenset({"entries", "when", "hosting", "provider", "counts"})
_ENDPOINT_KEYS = frozenset({"path", "site", "args", "sets", "provider", "hosting", "when"})

_TYPE_NAME = re.compile(r"[A-Z]\w*")
_HOST = re.compile(r"[a-z0-9_*-]+(?:\.[a-z0-9_*-]+)*(?::\d+)?")


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
    adds: bool


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
    variables: list[EnvSpec] = field(default_factory=list)
    models: dict[str, str] = field(default_factory=dict)
    model_hosting: dict[str, Hosting] = field(default_factory=dict)
    globals: dict[str, Role] = field(default_factory=dict)
    aliases: dict[str, tuple[str, Hosting | None]] = field(default_factory=dict)
    collects: dict[str, str] = field(default_factory=dict)
    loads: dict[str, dict[str, str]] = field(default_factory=dict)
    constants: dict[str, str | int | float] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    types: list[RawType] = field(default_factory=list)
    calls: list[RawCall] = field(default_factory=list)
    endpoints: list[Endpoint] = field(default_factory=list)
    images: dict[str, ImageSpec] = field(default_factory=dict)
    resources: dict[str, ResourceSpec] = field(default_factory=dict)
    examples: str = ""
    verified: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    """Line of `hosts.<host>`, `env.<name>`, and of the names in `globals`, `constants`, `loads` and `collects`."""


def read_provider(path: Path, display: str, problems: list[Problem]) -> RawFile:
    """Reads one file. Everything that is wrong with it goes to `problems`; what is right is returned all the same."""
    return _Reader(path.stem, display, problems).read(path)


class _Reader(Fields):
    def __init__(self, name: str, display: str, problems: list[Problem]) -> None:
        super().__init__(display, problems)
        self.out = RawFile(name, display)

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
            packages = self.mapping(top["packages"], frozenset({"pypi", "import", "versions"}), "packages")
            out.pypi = self.texts(packages.get("pypi"), "packages.pypi")
            self.versioned = self.texts(packages.get("versions"), "packages.versions") or out.pypi[:1]
            for one in self.versioned:
                if one not in out.pypi:
                    remedy = nearest(one, out.pypi) or "one of packages.pypi"
                    self.problem(top["packages"].line, f"packages.versions: there is no package {one!r}", remedy)
            out.imports = self.dotted_names(packages.get("import"), "packages.import")
        self.read_hosts(top.get("hosts"))
        for name, item in self.pairs(top.get("env"), "env"):
            self.read_variable(name, item)
        self.read_models(top.get("models"))
        for name, item in self.pairs(top.get("globals"), "globals"):
            role = self.role(item)
            if role is not None:
                for one in self.names(name, item.line, "globals"):
                    out.globals[one] = role[0]
        for name, item in self.pairs(top.get("providers"), "providers"):
            provider, hosting = (item.value, None) if isinstance(item.value, str) else self.served_by(item, "providers")
            if provider is None and isinstance(item.value, dict):
                self.problem(item.line, f"providers.{name}: `provider` is missing")
            if provider:
                for one in self.braces(name, item.line):
                    out.aliases[one] = (provider, hosting)
        for name, item in self.pairs(top.get("collects"), "collects"):
            for one in self.names(name, item.line, "collects"):
                out.collects[one] = self.text(item, "collects")
        for name, item in self.pairs(top.get("constants"), "constants"):
            if isinstance(item.value, str | int | float) and not isinstance(item.value, bool):
                out.constants.update(dict.fromkeys(self.names(name, item.line, "constants"), item.value))
            else:
                self.problem(item.line, "a constant has a text or a number", "constants: {sdk.NAME: value}")
        for name, item in self.pairs(top.get("loads"), "loads"):
            for known in self.names(name, item.line, "loads"):
                out.loads[known] = {one: self.text(path, f"loads.{name}") for one, path in self.pairs(item, f"loads.{name}")}
        out.versions = self.read_versions(top.get("versions"), whole=False)
        for name, item in self.pairs(top.get("types"), "types"):
            self.read_type(name, item)
        for item in self.elements(top.get("calls"), "calls"):
            self.read_call(item)
        for item in self.elements(top.get("endpoints"), "endpoints"):
            self.read_endpoint(item)
        self.read_images(top.get("images"))
        self.read_resources(top.get("resources"))
        if "examples" in top:
            out.examples = self.text(top["examples"], "examples")
        for name, item in self.pairs(top.get("verified"), "verified"):
            out.verified[name] = self.text(item, f"verified.{name}")
        return out

    def names(self, name: str, line: int, what: str) -> list[str]:
        """The dotted names that a key stands for; their lines are kept."""
        found = [one for one in self.braces(name, line) if self.dotted(one, line)]
        self.out.lines.update({f"{what}.{one}": line for one in found})
        return found

    def read_hosts(self, items: Item | None) -> None:
        for host, item in self.pairs(items, "hosts"):
            if not _HOST.fullmatch(host):
                self.problem(item.line, f"{host!r} is no host name", "lower case, no scheme, no path; `*` for a label")
            provider, hosting = self.served_by(item, "hosts")
            if hosting is not None:
                self.out.hosts[host] = (provider or self.out.provider, hosting)
                self.out.lines[f"hosts.{host}"] = item.line

    def read_variable(self, name: str, item: Item) -> None:
        """A meaning, `{endpoint: provider}`, `{region: provider}`, `{tracing: [packages]}`, or `{offline: [packages]}`."""
        out, provider, packages = self.out, self.out.provider, tuple[str, ...]()
        meaning = ""
        if isinstance(item.value, dict):
            for meaning, about in self.mapping(
                item, frozenset({"endpoint", "region", "tracing", "offline"}), "an environment variable"
            ).items():
                if meaning in ("endpoint", "region"):
                    provider = self.text(about, meaning)
                else:
                    packages = self.dotted_names(about, meaning)
        else:
            meaning = self.choice(item, ENV_MEANINGS, "a meaning of an environment variable")
        if meaning:
            out.env[name] = meaning
            out.variables.append(EnvSpec(name, out.name, meaning, provider, packages))
            out.lines[f"env.{name}"] = item.line

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

    def read_images(self, items: Item | None) -> None:
        for name, item in self.pairs(items, "images"):
            said = self.mapping(item, _IMAGE_KEYS, "an image") if isinstance(item.value, dict) else {"counts": item}
            counts = self.choice(said.get("counts"), COUNTS, "when an image counts", empty=True)
            provider = self.text(said["provider"], "provider") if "provider" in said else self.out.provider
            if not provider:
                self.problem(item.line, f"images.{name}: `provider` is missing")
            self.out.images.update(dict.fromkeys(self.braces(name, item.line), ImageSpec(provider, counts == "used")))

    def read_resources(self, items: Item | None) -> None:
        reader = FormatReader(self.display, self.problems)
        for name, item in self.pairs(items, "resources"):
            said = self.mapping(item, _RESOURCE_KEYS, "a resource")
            spec = ResourceSpec(
                self.text(said["provider"], "provider") if "provider" in said else self.out.provider,
                self.enum(said["hosting"], Hosting, "a hosting") if "hosting" in said else None,
                reader.entries(said.get("entries")),
                {key: self.values(value) for key, value in self.pairs(said.get("when"), "when")},
                self.choice(said.get("counts"), COUNTS, "when a resource counts", empty=True) == "used",
            )
            self.out.resources.update(dict.fromkeys(self.braces(name, item.line), spec))

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
                name,
                item.line,
                self.shape(entry),
                self.dotted_names(entry.get("new"), "new"),
                self.dotted_names(entry.get("named"), "named"),
                self.texts(entry.get("is"), "is"),
                members,
                self.choice(entry.get("kind"), KINDS, "a kind", empty=True),
                no_site,
                "order" in entry,
            )
        )

    def read_call(self, item: Item) -> None:
        entry = self.mapping(item, _CALL_KEYS, "a call")
        if "call" not in entry:
            if entry:
                self.problem(item.line, "`call` is missing")
            return
        shape = self.shape(entry)
        returns = self.texts(entry.get("returns"), "returns", empty=True)
        result = self.choice(entry.get("result"), RESULTS, "a result", empty=True)
        adds = "adds" in entry and entry["adds"].value is True
        if "adds" in entry and not isinstance(entry["adds"].value, bool):
            self.problem(entry["adds"].line, "adds must be true or false")
        for text in self.texts(entry["call"], "call"):
            for target in self.braces(text, entry["call"].line):
                if target.endswith(".*"):
                    self.problem(
                        entry["call"].line,
                        f"{target!r}: a wildcard is not supported",
                        "list the methods, with braces: Type.{a,b}",
                    )
                elif self.dotted(target, entry["call"].line):
                    self.out.calls.append(RawCall(target, item.line, shape, returns, result, adds))

    def read_endpoint(self, item: Item) -> None:
        entry = self.mapping(item, _ENDPOINT_KEYS, "an endpoint")
        if "path" not in entry or "site" not in entry:
            self.problem(item.line, "`path` and `site` are needed", "endpoints: [{path: /chat/completions, site: inference}]")
            return
        if entry["site"].value == "parts":
            self.problem(item.line, "an endpoint has no parts that say its site kind")
        shape = self.shape(entry)
        for text in self.texts(entry["path"], "path"):
            for path in self.braces(text, item.line):
                for role in re.findall(r"<([^>]*)>", path):
                    self.role_name(role, item.line)
                self.out.endpoints.append(Endpoint(path, shape, f"{self.out.display}:{item.line}"))
