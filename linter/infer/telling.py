"""Methods whose name tells what they are, whatever they are called on: `client.chat.completions.create(…)` of an unknown client.
A name tells it when it is long, belongs to packages that the program imports, and means one kind of thing there."""

from __future__ import annotations

from collections import defaultdict

from linter.knowledge.catalogue import Catalogue
from linter.link.program import Program
from linter.model import facts as f
from linter.model.catalogue import CallSpec, SiteKind
from linter.model.values import Constant, Listing, Mapping, Value, alternatives, core

_SPEAKERS = ("system", "developer", "user", "human", "assistant", "ai")
LONG_PATH = 3
"""Steps: `chat.completions.create`."""
LONG_NAME = 3
"""Words: `similarity_search_with_score`; a name of two words needs a known keyword beside it."""


class Telling:
    """The telling names of a program's packages."""

    def __init__(self, catalogue: Catalogue, program: Program) -> None:
        self._catalogue = catalogue
        self._specs: dict[tuple[str, ...], list[CallSpec]] = defaultdict(list)
        self._makers: dict[tuple[str, ...], list[CallSpec]] = defaultdict(list)
        """Calls that are no site and make an object of a type: `store.as_retriever(…)`."""
        self._own = {scope.name for file in program.files.values() for scope in file.scopes if scope.kind == "function"}
        for name in files_of(catalogue, program):
            for call in catalogue.providers[name].calls:
                if not call.path or call.path[-1].startswith("__"):
                    continue
                if call.shape.site is not None:
                    self._specs[call.path].append(call)
                elif call.returns in catalogue.types:
                    self._makers[call.path].append(call)

    def of(self, path: tuple[str, ...], call: f.Call) -> CallSpec | None:
        """What a call of `<something unknown>.<path>` is; None when its name does not tell."""
        for start in range(len(path)):
            specs = self._specs.get(path[start:], ())
            if specs and self._tells(path[start:], list(specs), call):
                return specs[0]
            if not specs and (maker := self._maker(path[start:], call)) is not None:
                return maker
        return None

    def _maker(self, path: tuple[str, ...], call: f.Call) -> CallSpec | None:
        """What makes an object of a known type: a name of two words with a keyword of its own, or `<unknown>.as_retriever()`."""
        found = self._makers.get(path, [])
        if len(path) > 1 or len(path[0].strip("_").split("_")) < LONG_NAME - 1 or path[0] in self._own:
            return None
        if call.args or not path[0].startswith("as_"):
            keywords = {arg.name for arg in call.args if arg.name is not None}
            found = [spec for spec in found if keywords & {arg.name for arg in spec.shape.args}]
        return found[0] if len({spec.returns for spec in found}) == 1 else None

    def of_messages(self, name: str) -> CallSpec | None:
        """What a call of `<unknown>.<name>([{"role": …, "content": …}])` is: a chat model is asked, if one has such a method."""
        for spec in self._specs.get((name,), ()):
            kind = self._catalogue.types.get(spec.target)
            if spec.shape.site is SiteKind.INFERENCE and kind is not None and kind.kind == "llm":
                return spec
        return None

    def _tells(self, path: tuple[str, ...], specs: list[CallSpec], call: f.Call) -> bool:
        kinds: set[SiteKind | None] = {spec.shape.site for spec in specs}
        if len(kinds) > 1 or path[-1] in self._own:
            return False
        known = {arg.name for spec in specs for arg in spec.shape.args} | {name for spec in specs for name in spec.shape.order}
        keywords = {arg.name for arg in call.args if arg.name is not None}
        if len(path) >= LONG_PATH:
            return bool(call.args)
        words = len([word for word in path[-1].split("_") if word])
        if len(path) > 1 or words < LONG_NAME - 1:
            return False
        return bool(call.args) if words >= LONG_NAME else bool(keywords) and keywords <= known


def are_messages(value: Value) -> bool:
    """Whether a value is a list of turns with a role each: dictionaries, or pairs such as `("system", text)`."""
    return any(
        any(_is_turn(core(item)) for item in one.items) for one in alternatives(value) if isinstance(one, Listing) and one.items
    )


def _is_turn(value: Value) -> bool:
    if isinstance(value, Mapping):
        return {"role", "content"} <= {c.value for k, _ in value.entries if isinstance(c := core(k), Constant)}
    if isinstance(value, Listing) and len(value.items) == 2:
        return isinstance(c := core(value.items[0]), Constant) and c.value in _SPEAKERS
    return False


def files_of(catalogue: Catalogue, program: Program) -> list[str]:
    """The provider files of imported packages, and those whose types theirs inherit from."""
    used = {p.name for p in catalogue.providers.values() if any(_imported(package, program) for package in p.imports)}
    above = {
        name.rpartition(".")[0]
        for file in used
        for spec in catalogue.providers[file].types
        for name in catalogue.ancestors(spec.name)
    }
    return sorted(used | above)


def _imported(package: str, program: Program) -> bool:
    return any(name == package or name.startswith(package + ".") for name in program.imports)
