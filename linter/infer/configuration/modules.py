"""References in Terraform and Bicep: variables, parts of them, what a loop goes over, and what takes the module in.

A loop (`for_each`, `count`, `[for … in …: …]`) over something that the files write out is seen round by round. What they do not
write out is not known, with the expression that decides it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product

from linter.formats.bicep import LOOP
from linter.formats.tree import Document, Node, Path
from linter.infer.configuration.filled import Filled, joined, short
from linter.infer.configuration.recogniser import Config, Recogniser
from linter.infer.scalars import HOLE
from linter.model.architecture import Scalar

SYNTAXES = ("hcl", "bicep")
_EXPRESSION = re.compile(r"\$\{((?:[^{}]|\{[^{}]*\})*)\}")
_REFERENCE = re.compile(r"(?P<head>(?:var|local|each|count)\.\w+|\w+)(?P<rest>(?:\.\w+|\[[^\[\]]*\])*)")
_PART = re.compile(r"\.(\w+)|\[\s*(?:\"([^\"]*)\"|'([^']*)'|([^\[\]]*?))\s*\]")
_CONVERTED = re.compile(r"(?:toset|tolist|tomap|values)\((.*)\)", re.DOTALL)
_BY_KEY = re.compile(r"\{\s*for\s+(?:\w+\s*,\s*)?(\w+)\s+in\s+([\w.]+)\s*:[^:]*=>\s*(\w+)\s*\}", re.DOTALL)
"""A list as a mapping: `{ for m in var.models : m.name => m }`."""
_COUNTED = re.compile(r"length\((.*)\)", re.DOTALL)
_MAX_DEPTH = 8
MAX_ROUNDS = 50
"""Of all loops around one value."""


@dataclass(frozen=True, slots=True)
class _Spot:
    """A value that a file of a module holds."""

    document: Document
    path: Path
    reasons: tuple[str, ...] = ()
    """What can set it otherwise."""
    is_own: bool = True
    """A value there is decided there, not where it is used."""

    @property
    def node(self) -> Node:
        found = self.document.node(self.path)
        assert found is not None
        return found


_Round = Mapping[str, "_Spot | Scalar"]
"""What the names of a loop are in one round: `each.value`, `each.key`, `count.index`, those that Bicep's loop gives."""
_Items = list[tuple[Scalar, _Spot]]
"""Key (or index) and value of all that a loop goes over."""


class Modules:
    """Fills in values of Terraform and Bicep."""

    def __init__(self, recogniser: Recogniser) -> None:
        self._files = recogniser

    def every(self, config: Config, node: Node, path: Path, depth: int = 0) -> list[Filled]:
        """A value, once for each round of the loops around it, and for each place that takes in the module that leaves it open.
        `path`: where the value stands in its document."""
        if not isinstance(node.value, str) or depth > _MAX_DEPTH:
            return [self.fill(config, node)]
        whole = _EXPRESSION.fullmatch(node.value)
        reference = None if whole is None else re.fullmatch(r"(?:var\.)?(\w+)", whole[1].strip())
        if reference is not None:
            given = [
                filled
                for caller, passed in self._files.callers(config)
                if (inner := caller.document.node((*passed, reference[1]))) is not None
                for filled in self._passed(caller, inner, (*passed, reference[1]), depth)
            ]
            if given:
                return given
        return [self._text(config, node.value, one, 0) for one in self._rounds(config, path, node.value)]

    def fill(self, config: Config, node: Node) -> Filled:
        """A value outside of any loop; a hole for a mapping or list."""
        if isinstance(node.value, str):
            return self.text(config, node.value)
        return Filled(HOLE if isinstance(node.value, dict | list) else node.value)

    def text(self, config: Config, text: str) -> Filled:
        """A text outside of any loop."""
        return self._text(config, text, {}, 0)

    def _passed(self, caller: Config, node: Node, path: Path, depth: int) -> Iterator[Filled]:
        for found in self.every(caller, node, path, depth + 1):
            yield replace(found, at=found.at or caller.document.place(path))

    def _text(self, config: Config, text: str, round: _Round, depth: int) -> Filled:
        return joined(text, _EXPRESSION, lambda found: self._value(config, found[1].strip(), round, depth))

    def _value(self, config: Config, expression: str, round: _Round, depth: int) -> Filled:
        found = self._resolved(config, expression, round, depth)
        if not isinstance(found, _Spot):
            return found
        value = found.node.value
        if isinstance(value, dict | list):
            return Filled(HOLE, (*found.reasons, f"the expression {short(expression)}"))
        inner = self._text(config, value, {}, depth + 1) if isinstance(value, str) else Filled(value)
        at = inner.at or (found.document.place(found.path) if found.is_own else None)
        return replace(inner, reasons=(*inner.reasons, *found.reasons), at=at)

    # -- references

    def _resolved(self, config: Config, expression: str, round: _Round, depth: int) -> _Spot | Filled:
        """Where the value of an expression stands; what is known of it where that is nowhere."""
        parsed = _REFERENCE.fullmatch(expression)
        if parsed is None or depth > _MAX_DEPTH:
            return Filled(HOLE, (f"the expression {short(expression)}",))
        head, rest = parsed["head"], parsed["rest"]
        if head in round:
            start = round[head]
            if not isinstance(start, _Spot):
                return Filled(start) if not rest else Filled(HOLE, (f"the expression {short(expression)}",))
            found: _Spot | None = start
        else:
            found = _variable(config, head)
        if found is None:
            kind = "" if config.reading.syntax == "bicep" else head.partition(".")[0]
            name = head.partition(".")[2] or head
            words = {"": f"the parameter {name}", "var": f"the variable {name}"}
            return Filled(HOLE, (words.get(kind, f"the expression {short(expression)}"),))
        for part in _PART.finditer(rest):
            inner = self._part(config, found, part, round, depth)
            if inner is None:
                return Filled(HOLE, (*found.reasons, f"the expression {short(expression)}"))
            found = inner
        return found

    def _part(self, config: Config, whole: _Spot, part: re.Match[str], round: _Round, depth: int) -> _Spot | None:
        """The entry of a mapping, or the item of a list."""
        base = self._followed(config, whole, depth)
        key: object = next((one for one in part.groups()[:3] if one is not None), None)
        if key is None:
            index = part[4]
            key = int(index) if index.isdigit() and len(index) < 6 else round.get(index)
            key = key.node.value if isinstance(key, _Spot) else key
        if base is None or not isinstance(key, str | int):
            return None
        path = (*base.path, key)
        return replace(base, path=path, is_own=True) if base.document.node(path) is not None else None

    def _followed(self, config: Config, spot: _Spot, depth: int) -> _Spot | None:
        """What a value that only names another one stands for."""
        while depth <= _MAX_DEPTH:
            value = spot.node.value
            whole = _EXPRESSION.fullmatch(value) if isinstance(value, str) else None
            if whole is None:
                return spot
            other = self._resolved(config, whole[1].strip(), {}, depth + 1)
            if not isinstance(other, _Spot):
                return None
            spot, depth = replace(other, reasons=(*spot.reasons, *other.reasons)), depth + 1
        return None

    # -- loops

    def _rounds(self, config: Config, path: Path, text: str) -> list[_Round]:
        """The rounds of the loops around a value, as far as it names what they go over; one without names where they are not
        known."""
        found: list[list[_Round]] = []
        for length in range(1, len(path)):
            node = config.document.node(path[:length])
            if node is None or not isinstance(node.value, dict):
                continue
            rounds = (
                self._of_bicep(config, path[:length], node)
                if LOOP in node.children
                else self._of_terraform(config, path[:length])
            )
            if rounds and any(re.search(rf"(?<![\w.]){re.escape(name)}\b", text) for name in rounds[0]):
                found.append(rounds)
        rounds_of_all = [{name: value for one in some for name, value in one.items()} for some in product(*found)]
        return list(rounds_of_all[:MAX_ROUNDS])

    def _of_terraform(self, config: Config, path: Path) -> list[_Round]:
        if config.reading.syntax != "hcl":
            return []
        items = self._items(config, _Spot(config.document, (*path, "for_each"))) if self._has(config, path, "for_each") else None
        if items is not None:
            return [{"each.key": key, "each.value": value} for key, value in items]
        return [{"count.index": index} for index in range(self._count(config, path))]

    def _has(self, config: Config, path: Path, name: str) -> bool:
        return config.document.node((*path, name)) is not None

    def _count(self, config: Config, path: Path) -> int:
        node = config.document.node((*path, "count"))
        value = None if node is None else node.value
        if isinstance(value, str):
            counted = _COUNTED.fullmatch(value.removeprefix("${").removesuffix("}").strip())
            items = None if counted is None else self._of_expression(config, counted[1].strip())
            value = None if items is None else len(items)
        return min(value, MAX_ROUNDS) if isinstance(value, int) and not isinstance(value, bool) else 0

    def _of_bicep(self, config: Config, path: Path, node: Node) -> list[_Round]:
        inner = node.children[LOOP].node
        items = self._items(config, _Spot(config.document, (*path, LOOP, "in")))
        item, index = (str(inner.children[name].node.value) for name in ("item", "index"))
        why = ("the condition of the loop",) if inner.children["filtered"].node.value else ()
        return [{item: replace(value, reasons=(*value.reasons, *why)), index: key} for key, value in items or ()]

    def _items(self, config: Config, spot: _Spot) -> _Items | None:
        """What a value that a loop goes over holds; None where that is not known."""
        value = spot.node.value
        if isinstance(value, str):
            whole = _EXPRESSION.fullmatch(value) or re.fullmatch(r"\$\{(.*)\}", value, re.DOTALL)
            return None if whole is None else self._of_expression(config, whole[1].strip())
        if isinstance(value, dict):
            return [(str(key), replace(spot, path=(*spot.path, key), is_own=True)) for key in spot.node.children]
        if not isinstance(value, list):
            return None
        items = [(index, replace(spot, path=(*spot.path, index), is_own=True)) for index in range(len(value))]
        is_set = config.reading.syntax == "hcl" and not any(isinstance(one, dict | list) for one in value)
        return [(value[index] if is_set else index, one) for index, one in items]

    def _of_expression(self, config: Config, expression: str) -> _Items | None:
        converted, by_key = _CONVERTED.fullmatch(expression), _BY_KEY.fullmatch(expression)
        if by_key is not None and by_key[1] == by_key[3]:
            items = self._of_expression(config, by_key[2])
            return None if items is None else [(HOLE, value) for _, value in items]
        found = self._resolved(config, converted[1].strip() if converted is not None else expression, {}, 0)
        followed = self._followed(config, found, 0) if isinstance(found, _Spot) else None
        return None if followed is None else self._items(config, followed)


def _variable(config: Config, head: str) -> _Spot | None:
    """Where a variable of the module is given its value."""
    if config.reading.syntax == "bicep":
        for kind in ("param", "var"):
            if config.document.node((kind, head)) is not None:
                return _Spot(config.document, (kind, head), (f"the parameter {head}",) if kind == "param" else ())
        return None
    kind, _, name = head.partition(".")
    around = config.around or (config.document,)
    if kind == "local":
        return next((_Spot(one, path, (), False) for one in around if (path := _find(one, ("locals", name)))), None)
    if kind != "var":
        return None
    for one in around:
        if one.file.endswith(".tfvars") and (path := _find(one, (name,))):
            return _Spot(one, path)
    keys = ("variable", name, "default")
    return next((_Spot(one, path, (f"the variable {name}",)) for one in around if (path := _find(one, keys))), None)


def _find(document: Document, keys: tuple[str, ...]) -> Path:
    """The path of the first value at some keys, through lists on the way; empty for none."""
    paths: list[Path] = [()]
    for key in keys:
        flat = [
            inner
            for path in paths
            if (node := document.node(path)) is not None
            for inner in ([(*path, index) for index in node.children] if isinstance(node.value, list) else [path])
        ]
        paths = [(*path, key) for path in flat if document.node((*path, key)) is not None]
    return paths[0] if paths else ()
