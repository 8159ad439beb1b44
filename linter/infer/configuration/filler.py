"""Values of configuration files as far as the files themselves say them: variables, references, templates."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from linter.formats import templates
from linter.formats.tree import Document, Node, Path
from linter.infer.configuration.recogniser import Config, Recogniser
from linter.infer.scalars import HOLE
from linter.model.architecture import Attribute, Scalar, State
from linter.model.place import Place

_SHELL = re.compile(
    r"\$\$|\$\{(?P<name>[A-Za-z_]\w*)(?:(?P<op>:?[-?+=])(?P<default>[^{}]*))?\}|\$(?P<short>[A-Za-z_]\w*)"
    r"|\$\{(?P<other>[^{}]*)\}|\$\([^()]*\)"
)
_ELSE = re.compile(r",\s*['\"]([^'\"]*)['\"]\s*$")
"""`${opt:region, 'us-east-1'}` of the Serverless Framework."""
_ENVIRONMENT = re.compile(r"os\.environ/(\w+)|\$?\{?env:(\w+)\}?")
_EXPRESSION = re.compile(r"\$\{((?:[^{}]|\{[^{}]*\})*)\}")
_REFERENCE = re.compile(r"\$\{(?:var\.)?(\w+)\}")
_VALUES = re.compile(r"\$?\.Values((?:\.\w+)+)$")
_QUOTED = re.compile(r'"([^"]*)"$')
_ENV_TAG = re.compile(r"(?:env\.(\w+)|env_var\(['\"](\w+)['\"]|env ['\"](\w+)['\"])")
_MAX_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Filled:
    """A value with what it depends on."""

    value: Scalar
    """A text has `HOLE` for what is not known."""
    reasons: tuple[str, ...] = ()
    at: Place | None = None
    """Where the value stands, when that is not where it is used: the default of a variable."""

    @property
    def text(self) -> str:
        return "" if self.value is None else str(self.value)

    @property
    def is_known(self) -> bool:
        return HOLE not in self.text

    def attribute(self) -> Attribute:
        """As an attribute of a site: a default that can be overridden is `partial`."""
        because = "; ".join(dict.fromkeys(self.reasons)) or None
        if not self.is_known:
            return Attribute(State.UNKNOWN, (), because or "a value that is filled in later")
        if because is not None:
            return Attribute(State.PARTIAL, (self.value,), because, by_default=True)
        return Attribute(State.KNOWN, (self.value,))


Lookup = Callable[[str, int], Filled]


class Filler:
    """Fills in values. `${MODEL:-gpt-4o}` is what the variable says, or that default."""

    def __init__(self, recogniser: Recogniser) -> None:
        self._files = recogniser

    def fill(self, config: Config, node: Node) -> Filled:
        """The value of a scalar; a hole for a mapping or list that is no reference."""
        return self._fill(config, node, 0)

    def every(self, config: Config, node: Node) -> list[Filled]:
        """The same, once for each place that takes in the module in which the value is left open."""
        reference = _REFERENCE.fullmatch(node.value) if isinstance(node.value, str) else None
        if reference is not None and config.reading.syntax in ("hcl", "bicep"):
            given = [
                (caller, inner, (*path, reference[1]))
                for caller, path in self._files.callers(config)
                if (inner := caller.document.node((*path, reference[1]))) is not None
            ]
            if given:
                return [self._passed(caller, inner, path) for caller, inner, path in given]
        return [self.fill(config, node)]

    def _passed(self, caller: Config, node: Node, path: Path) -> Filled:
        found = self.fill(caller, node)
        return Filled(found.value, found.reasons, found.at or caller.document.place(path))

    def _fill(self, config: Config, node: Node, depth: int) -> Filled:
        if depth > _MAX_DEPTH:
            return Filled(HOLE, ("too many references",))
        if isinstance(node.value, dict):
            return self._intrinsic(config, node, depth)
        if node.tag is not None:
            return self._tagged(config, node, depth)
        if not isinstance(node.value, str):
            return Filled(HOLE if isinstance(node.value, list) else node.value)
        return self.text(config, node.value, node, depth)

    def text(self, config: Config, text: str, node: Node | None = None, depth: int = 0) -> Filled:
        """A text, which may be a part of a node's."""
        if config.reading.syntax == "hcl":
            return _joined(text, _EXPRESSION, lambda found: self._reference(config, found[1].strip(), depth))
        if config.reading.syntax == "bicep":
            return _joined(text, _EXPRESSION, lambda found: self._symbol(config, found[1].strip(), depth))
        if config.reading.is_template and templates.LAST in text:
            return self._template(config, text, node)
        named = _ENVIRONMENT.fullmatch(text)
        if named is not None:
            return _variable(named[1] or named[2])
        return _joined(text, _SHELL, _of_shell)

    # -- Terraform

    def _reference(self, config: Config, expression: str, depth: int) -> Filled:
        kind, _, name = expression.partition(".")
        if depth > _MAX_DEPTH or not re.fullmatch(r"(?:var|local)\.\w+", expression):
            return Filled(HOLE, (f"the expression {_short(expression)}",))
        around = config.around or (config.document,)
        if kind == "local":
            for document in around:
                found = _below(document, ("locals", name))
                if found is not None:
                    return self._fill(config, found, depth + 1)
            return Filled(HOLE, (expression,))
        for document in around:
            if document.file.endswith(".tfvars") and (found := _below(document, (name,))) is not None:
                inner = self._fill(config, found, depth + 1)
                return Filled(inner.value, inner.reasons, inner.at or document.place((name,)))
        for document in around:
            found = _below(document, ("variable", name, "default"))
            if found is not None:
                inner = self._fill(config, found, depth + 1)
                place = inner.at or document.place(("variable", name, "default"))
                return Filled(inner.value, (*inner.reasons, f"the variable {name}"), place)
        return Filled(HOLE, (f"the variable {name}",))

    # -- Bicep

    def _symbol(self, config: Config, expression: str, depth: int) -> Filled:
        if depth > _MAX_DEPTH or not re.fullmatch(r"\w+", expression):
            return Filled(HOLE, (f"the expression {_short(expression)}",))
        for kind in ("param", "var"):
            path = (kind, expression)
            found = config.document.node(path)
            if found is not None:
                inner = self._fill(config, found, depth + 1)
                reasons = (*inner.reasons, f"the parameter {expression}") if kind == "param" else inner.reasons
                return Filled(inner.value, reasons, inner.at or config.document.place(path))
        return Filled(HOLE, (f"the parameter {expression}",))

    # -- CloudFormation

    def _intrinsic(self, config: Config, node: Node, depth: int) -> Filled:
        if len(node.children) == 1:
            key, entry = next(iter(node.children.items()))
            if key == "Ref" and isinstance(entry.node.value, str):
                return self._parameter(config, entry.node.value, depth)
            if key == "Fn::Sub" and isinstance(entry.node.value, str):
                return self._sub(config, entry.node.value, depth)
        return Filled(HOLE, ("an expression of the template",))

    def _tagged(self, config: Config, node: Node, depth: int) -> Filled:
        if node.tag == "!Ref" and isinstance(node.value, str):
            return self._parameter(config, node.value, depth)
        if node.tag == "!Sub" and isinstance(node.value, str):
            return self._sub(config, node.value, depth)
        return Filled(HOLE, (f"what the tag {_short(str(node.tag))} makes of it",))

    def _sub(self, config: Config, text: str, depth: int) -> Filled:
        return _joined(text, _EXPRESSION, lambda found: self._parameter(config, found[1], depth))

    def _parameter(self, config: Config, name: str, depth: int) -> Filled:
        found = config.document.node(("Parameters", name, "Default"))
        if found is None:
            return Filled(HOLE, (f"the parameter {name}",))
        inner = self._fill(config, found, depth + 1)
        place = inner.at or config.document.place(("Parameters", name, "Default"))
        return Filled(inner.value, (*inner.reasons, f"the parameter {name}"), place)

    # -- templates

    def _template(self, config: Config, text: str, node: Node | None) -> Filled:
        """`pieces` has a part for each expression; the text as it was written has their words."""
        whole = node is not None and node.value == text
        expressions = templates.expressions(config.reading.text, node.start, node.end) if node is not None and whole else []
        out: list[str] = []
        reasons: list[str] = []
        for piece in templates.pieces(text):
            if piece is not None:
                out.append(piece)
                continue
            one = self._expression(config, expressions.pop(0) if expressions else "")
            out.append(one.text)
            reasons.extend(one.reasons)
        return Filled("".join(out).replace("$" + HOLE, HOLE), tuple(reasons))

    def _expression(self, config: Config, expression: str) -> Filled:
        head, *filters = (part.strip() for part in expression.split("|"))
        default = next((found[1] for one in filters if one.startswith("default") and (found := _QUOTED.search(one))), None)
        named = _ENV_TAG.match(head)
        if named is not None:
            return _variable(named[1] or named[2] or named[3], default)
        values = _VALUES.match(head)
        if values is not None and all(re.match(r"quote|squote|default|trim|toString|int", one) for one in filters):
            keys = tuple(values[1].strip(".").split("."))
            held = self._chart_value(config.file, keys)
            why = f"`{'.'.join(keys)}` of the chart's values"
            if held is not None and held.value is not None:
                return Filled(HOLE if isinstance(held.value, dict | list) else held.value, (why,))
            if default is not None:
                return Filled(default, (why,))
        literal = _QUOTED.match(head)
        if literal is not None and not filters:
            return Filled(literal[1])
        return Filled(HOLE, (f"a template fills in {_short(expression)}" if expression else "a template fills it in",))

    def _chart_value(self, file: str, keys: tuple[str, ...]) -> Node | None:
        chart, found, _ = file.rpartition("/templates/")
        if not found and file.startswith("templates/"):
            chart = ""
        elif not found:
            return None
        for name in ("values.yaml", "values.yml"):
            reading = self._files.reading(f"{chart}/{name}" if chart else name)
            if reading is not None and reading.documents:
                return reading.documents[0].node(keys)
        return None


def _below(document: Document, keys: tuple[str, ...]) -> Node | None:
    """The value at a path, through lists on the way."""
    nodes = [document.root]
    for key in keys:
        flat = [e.node for n in nodes for e in n.children.values()] if any(isinstance(n.value, list) for n in nodes) else nodes
        nodes = [n.children[key].node for n in flat if isinstance(n.value, dict) and key in n.children]
    return nodes[0] if nodes else None


def _of_shell(found: re.Match[str]) -> Filled:
    if found[0] == "$$":
        return Filled("$")
    if not (found["name"] or found["short"]):
        said = _ELSE.search(found["other"] or "")
        return Filled(said[1] if said is not None else HOLE, (f"the expression {_short(found[0])}",))
    default = found["default"] if (found["op"] or "").lstrip(":") in ("-", "=") else None
    return _variable(found["name"] or found["short"], default)


def _variable(name: str, default: str | None = None) -> Filled:
    return Filled(default or HOLE, (f"the environment variable {name}",))


def _joined(text: str, pattern: re.Pattern[str], fill: Callable[[re.Match[str]], Filled]) -> Filled:
    out: list[str] = []
    reasons: list[str] = []
    end = 0
    for found in pattern.finditer(text):
        one = fill(found)
        if found.span() == (0, len(text)):
            return one
        out.extend((text[end : found.start()], one.text))
        reasons.extend(one.reasons)
        end = found.end()
    return Filled("".join((*out, text[end:])), tuple(reasons))


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
