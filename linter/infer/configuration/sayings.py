"""What a configuration says: its entries, and those that command lines, classes and resources in it hold, all of one kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from linter.formats import paths
from linter.formats.paths import Hit
from linter.formats.tree import Node, Path
from linter.formats.variables import group_of
from linter.infer.configuration import command_lines
from linter.infer.configuration.filled import Filled
from linter.infer.configuration.filler import Filler, is_intrinsic
from linter.infer.configuration.recogniser import Config, Entry, fits
from linter.knowledge.catalogue import Catalogue
from linter.model.catalogue import Hosting, Role, TypeSpec
from linter.model.formats import SITES, EntrySpec, Meaning, ResourceSpec
from linter.model.place import Place

_ROLES: Mapping[Role, Meaning] = {
    Role.MODEL: Meaning.MODEL,
    Role.LLM: Meaning.MODEL,
    Role.EMBEDDER: Meaning.MODEL,
    Role.ENDPOINT: Meaning.ENDPOINT,
    Role.LOCATION: Meaning.ENDPOINT,
    Role.REGION: Meaning.REGION,
    Role.TIMEOUT: Meaning.TIMEOUT,
    Role.RETRIES: Meaning.RETRIES,
    Role.MAX_OUTPUT: Meaning.MAX_OUTPUT,
    Role.TEMPERATURE: Meaning.TEMPERATURE,
    Role.TOP_K: Meaning.TOP_K,
    Role.DIMENSIONS: Meaning.DIMENSIONS,
    Role.COLLECTION: Meaning.COLLECTION,
}
"""What the arguments of a class mean in a file."""
_HUGE = 1e15
_OF_CONTAINERS = frozenset({Meaning.COMMAND, Meaning.IMAGE, Meaning.VARIABLES})


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """One thing that a configuration says."""

    meaning: Meaning
    key: str
    """`services.db.image`"""
    filled: Filled
    place: Place
    hit: Hit
    scale: float = 1.0
    provider: str = ""
    hosting: Hosting | None = None
    node: Node | None = field(default=None, repr=False)
    used: bool = False
    """It counts where the code uses that vendor for models."""

    @property
    def number(self) -> float | None:
        """The value in seconds, or whatever its unit is; None for no number, and for one without an end."""
        value = self.filled.value
        if isinstance(value, str):
            try:
                value = float(value)
            except ValueError:
                return None
        if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) < _HUGE:
            return None
        return value * self.scale


class Sayings:
    """Reads what configurations say."""

    def __init__(self, catalogue: Catalogue, filler: Filler) -> None:
        self._catalogue = catalogue
        self._filler = filler
        self._commands = tuple(command for one in catalogue.formats for command in one.commands)

    def of(self, config: Config) -> list[Said]:
        """Everything that one document says, in the order of the format's entries."""
        found = [said for entry in config.entries for said in self._entry(config, entry)]
        containers: dict[Path, list[Entry]] = {}
        for entry in config.entries:
            if entry.spec.meaning in _OF_CONTAINERS and _holds(config, entry.hit.path[:-1], entry.spec.when):
                # Processes of a Procfile stand beside each other; what starts a container stands in one mapping.
                own = entry.spec.path[-1] == "*"
                containers.setdefault(entry.hit.path if own else entry.hit.path[:-1], []).append(entry)
        for container, inside in containers.items():
            found.extend(self._container_says(config, container, inside))
        return found

    def _entry(self, config: Config, entry: Entry) -> Iterator[Said]:
        spec = entry.spec
        if not _holds(config, entry.hit.path[:-1], spec.when):
            return
        if spec.meaning is Meaning.OBJECT:
            yield from self._object(config, entry)
        elif spec.meaning is Meaning.RESOURCE:
            yield from self._resource(config, entry)
        elif (
            config.reading.syntax == "dockerfile" and spec.meaning is not Meaning.BUILDS and not _is_last(config, entry.hit.path)
        ):
            return  # what is only copied from; what a stage has fetched is copied with it
        elif spec.meaning not in (Meaning.COMMAND, Meaning.VARIABLES):
            yield from self._values(config, spec, entry.hit, entry.node)

    def _means_nothing(self, config: Config, filled: Filled) -> bool:
        return any(fits(filled.value, one) for one in config.format.ignore)

    def _values(self, config: Config, spec: EntrySpec, hit: Hit, node: Node) -> Iterator[Said]:
        """A scalar, or each one of a list. What is neither has its node alone."""
        key = written(hit.path)
        if isinstance(node.value, dict) and spec.meaning in SITES and not is_intrinsic(node):
            return  # `provider: {id: …}`: other entries are about what stands in it
        if isinstance(node.value, list) and spec.meaning not in (Meaning.FALLBACK, Meaning.RUNS):
            for index, entry in node.children.items():
                if not isinstance(entry.node.value, dict | list):
                    inner = Hit((*hit.path, index), (*hit.free, True))
                    yield from self._said(config, spec, key, inner, entry.node)
            return
        yield from self._said(config, spec, key, hit, node)

    def _said(self, config: Config, spec: EntrySpec, key: str, hit: Hit, node: Node) -> Iterator[Said]:
        for filled in self._filler.every(config, node, "", hit.path):
            if spec.meaning is Meaning.ENDPOINT or not self._means_nothing(config, filled):
                place = config.document.place(hit.path)
                yield Said(spec.meaning, key, filled, place, hit, spec.scale, spec.provider, spec.hosting, node)

    # -- containers

    def _container_says(self, config: Config, container: Path, inside: list[Entry]) -> Iterator[Said]:
        """What the command line of one container says, and the variables of the servers that are set up by them."""
        group = group_of(config.document, container) if container else ""
        images = [self._filler.fill(config, e.node).text for e in inside if e.spec.meaning is Meaning.IMAGE]
        parts = [(e.hit, e.node) for e in inside if e.spec.meaning is Meaning.COMMAND]
        for one in command_lines.of_container(config, parts, images, self._commands):
            for option in one.options:
                hit = Hit((*container, option.name), (*(True for _ in container), False))
                key = ".".join(filter(None, (written(container), option.name)))
                for filled in self._filler.every_text(config, option.value, option.node, group):
                    yield Said(option.meaning, key, filled, option.place, hit, option.scale, one.spec.provider, one.spec.hosting)
        spec = command_lines.spec_of_image(images, self._commands)
        if spec is None or not spec.variables:
            return
        for entry in (e for e in inside if e.spec.meaning is Meaning.VARIABLES):
            for name, path, node in _variables(entry):
                if name in spec.variables:
                    meaning, scale = spec.variables[name]
                    hit = Hit((*container, name), (*(True for _ in container), False))
                    place = config.document.place(path)
                    found = self._filler.every(config, node, group)
                    if isinstance(path[-1], int):  # `- NAME=value`
                        found = self._filler.every_text(config, str(node.value).partition("=")[2], node, group)
                    for filled in found:
                        yield Said(meaning, written(path), filled, place, hit, scale, spec.provider, spec.hosting, node)

    # -- classes and resources

    def _object(self, config: Config, entry: Entry) -> Iterator[Said]:
        """`type: package.Class` with its arguments: they mean what the provider file says of the class."""
        spec = entry.spec
        named = entry.node.children.get(spec.type)
        found = None if named is None else self._class(str(named.node.value))
        if found is None:
            return
        start = (*entry.hit.path, spec.arguments) if spec.arguments else entry.hit.path
        free = (*entry.hit.free, *((False,) if spec.arguments else ()))
        for arg in found.shape.args:
            meaning = _ROLES.get(arg.role)
            if meaning is None or arg.where is not None:
                continue
            path = (*start, arg.name, *arg.path)
            node = config.document.node(path)
            if node is not None and not isinstance(node.value, dict):
                # What belongs to one object belongs to no other: its own step is open.
                hit = Hit(path, (*(True for _ in free), *(False for _ in range(len(path) - len(free)))))
                inner = EntrySpec((), meaning, arg.scale, found.shape.provider or "", found.shape.hosting)
                yield from self._values(config, inner, hit, node)

    def _class(self, name: str) -> TypeSpec | None:
        """A class by its name, or by that name without the module that it is written in."""
        package, _, last = name.rpartition(".")
        return self._catalogue.constructor(name) or self._catalogue.constructor(f"{package.rpartition('.')[0]}.{last}")

    def _resource(self, config: Config, entry: Entry) -> Iterator[Said]:
        if not isinstance(entry.node.value, dict):
            return
        spec = entry.spec
        kind, start = str(entry.hit.path[-2]) if len(entry.hit.path) > 1 else "", entry.hit.path
        if spec.type:
            named = entry.node.children.get(spec.type)
            kind = "" if named is None else str(named.node.value)
            start = (*start, spec.arguments) if spec.arguments else start
        found = self._catalogue.resources.get(kind.partition("@")[0])
        if found is None or not self._resource_holds(config, start, found.when):
            return
        hosting = found.hosting or self._catalogue.hosting_of(found.provider)
        said = list(self._arguments(config, found, hosting, start))
        yield from said
        if not any(one.meaning in (Meaning.MODEL, Meaning.ENDPOINT) for one in said):
            place = config.document.place(entry.hit.path)
            yield Said(
                Meaning.RESOURCE, written(entry.hit.path), Filled(kind), replace(place, end_line=0, end_column=0), entry.hit,
                provider=found.provider, hosting=hosting, node=entry.node, used=found.used,
            )  # fmt: skip

    def _arguments(self, config: Config, found: ResourceSpec, hosting: Hosting | None, start: Path) -> Iterator[Said]:
        for spec in found.entries:
            for hit in paths.find(config.document, spec.path, start):
                node = config.document.node(hit.path)
                if node is not None:
                    inner = replace(spec, provider=spec.provider or found.provider, hosting=spec.hosting or hosting)
                    yield from self._values(config, inner, hit, node)

    def _resource_holds(self, config: Config, start: Path, when: Mapping[str, tuple[object, ...]]) -> bool:
        for key, allowed in when.items():
            hits = paths.find(config.document, paths.steps(key), start)
            nodes = [(hit, node) for hit in hits if (node := config.document.node(hit.path)) is not None]
            values = [one.value for hit, node in nodes for one in self._filler.every(config, node, "", hit.path)]
            if not any(fits(value, one) for value in values for one in allowed):
                return False
        return True


def _is_last(config: Config, path: Path) -> bool:
    """Whether a stage of an image is the last one, which the image is."""
    stages = config.document.node(("stages",))
    return stages is None or not isinstance(stages.value, list) or path[1] == len(stages.value) - 1


def _holds(config: Config, parent: Path, when: Mapping[str, tuple[object, ...]]) -> bool:
    """Whether the keys beside an entry have the values that it needs; null: it is not there, or has no value."""
    for key, allowed in when.items():
        node = config.document.node((*parent, key))
        value = None if node is None else node.value
        if not any(fits(value, one) for one in allowed):
            return False
    return True


def _variables(entry: Entry) -> Iterator[tuple[str, Path, Node]]:
    """`NAME: value`, `- NAME=value`, `- {name: NAME, value: …}`, with the place of the value."""
    for key, inner in entry.node.children.items():
        path = (*entry.hit.path, key)
        if isinstance(key, str):
            yield key, path, inner.node
        elif isinstance(inner.node.value, str):
            yield inner.node.value.partition("=")[0], path, inner.node
        elif isinstance(inner.node.value, dict) and "value" in inner.node.children:
            yield str(inner.node.value.get("name")), (*path, "value"), inner.node.children["value"].node


def written(path: Path) -> str:
    """`model_list[0].litellm_params.model`"""
    out = ""
    for step in path:
        out += f"[{step}]" if isinstance(step, int) else f".{step}" if out else step
    return out
