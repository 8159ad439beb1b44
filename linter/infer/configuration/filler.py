"""Values of configuration files as far as the files themselves say them: references and templates. What a variable of the
environment is, `link/deployment.py` says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from linter.formats import templates
from linter.formats.tree import Node, Path
from linter.formats.variables import kind_of
from linter.infer.configuration.charts import Charts
from linter.infer.configuration.filled import Filled, joined, short, spelled, together
from linter.infer.configuration.modules import SYNTAXES, Modules
from linter.infer.configuration.recogniser import Config, Recogniser
from linter.infer.scalars import HOLE, spell
from linter.link.deployment import Deployment
from linter.model.place import Place
from linter.model.values import Constant, EnvVariable, Value, alternatives

_SHELL = re.compile(
    r"\$(?P<own>\$)?(?:\{(?P<name>[A-Za-z_]\w*)(?:(?P<op>:?[-?+=])(?P<default>[^{}]*))?\}|(?P<short>[A-Za-z_]\w*))"
    r"|\$\((?P<inner>[A-Za-z_]\w*)\)|\$\$|\$\{(?P<other>[^{}]*)\}|\$\([^()]*\)"
)
_ELSE = re.compile(r",\s*['\"]([^'\"]*)['\"]\s*$")
"""`${opt:region, 'us-east-1'}` of the Serverless Framework."""
_ENVIRONMENT = re.compile(r"os\.environ/(\w+)|\$?\{?env:(\w+)\}?")
_EXPRESSION = re.compile(r"\$\{((?:[^{}]|\{[^{}]*\})*)\}")
_VALUES = re.compile(r"\$?\.Values((?:\.\w+)+)$")
_QUOTED = re.compile(r'"([^"]*)"$')
_ENV_TAG = re.compile(r"(?:env\.(\w+)|env_var\(['\"](\w+)['\"]|env ['\"](\w+)['\"])")
_MAX_DEPTH = 8


class Filler:
    """Fills in values. `${MODEL:-gpt-4o}` is what the variable says, or that default."""

    def __init__(self, recogniser: Recogniser, deployment: Deployment) -> None:
        self._files = recogniser
        self._charts = Charts(recogniser)
        self._modules = Modules(recogniser)
        self._deployment = deployment

    def fill(self, config: Config, node: Node, group: str = "") -> Filled:
        """The value of a scalar; a hole for a mapping or list that is no reference. `group`: that of the variables of the
        container that it stands in."""
        return self._fill(config, node, 0, group)

    def every(self, config: Config, node: Node, group: str = "", path: Path = ()) -> list[Filled]:
        """The same, once for each place that decides it: it takes in the module that leaves it open, sets the variable, or holds
        what a loop goes over. `path`: where the value stands."""
        if config.reading.syntax in SYNTAXES:
            return self._modules.every(config, node, path)
        if isinstance(node.value, str) and node.tag is None:
            return self.every_text(config, node.value, node, group)
        return [self.fill(config, node, group)]

    def every_text(self, config: Config, text: str, node: Node | None, group: str = "") -> list[Filled]:
        """The same for a text, which may be a part of a node's."""
        value = self._whole(config, text, node, group)
        if value is None:
            return [self.text(config, text, node, group=group)]
        here = _here(config, node)
        reasons = tuple(spell(value)[1])
        found = [
            Filled(said, reasons, leaf.place if leaf.place != here else None)
            for leaf in _leaves(value)
            for said in spell(leaf)[0][:1]
        ]
        return found or [Filled(HOLE, reasons)]

    def _whole(self, config: Config, text: str, node: Node | None, group: str) -> Value | None:
        """The variable that a text is the whole name of; None for another text."""
        if config.reading.syntax in SYNTAXES:
            return None
        named, shell = _ENVIRONMENT.fullmatch(text), _SHELL.fullmatch(text)
        if named is not None:
            return self._variable(config, node, named[1] or named[2], None, group)
        return self._named(config, node, shell, group) if shell is not None and _name_in(shell) else None

    def _fill(self, config: Config, node: Node, depth: int, group: str = "") -> Filled:
        if depth > _MAX_DEPTH:
            return Filled(HOLE, ("too many references",))
        if config.reading.syntax in SYNTAXES:
            return self._modules.fill(config, node)
        if isinstance(node.value, dict):
            return self._intrinsic(config, node, depth)
        if node.tag is not None:
            return self._tagged(config, node, depth)
        if not isinstance(node.value, str):
            return Filled(HOLE if isinstance(node.value, list) else node.value)
        return self.text(config, node.value, node, depth, group)

    def text(self, config: Config, text: str, node: Node | None = None, depth: int = 0, group: str = "") -> Filled:
        """A text, which may be a part of a node's."""
        if config.reading.syntax in SYNTAXES:
            return self._modules.text(config, text)
        if config.reading.is_template and templates.LAST in text:
            return self._template(config, text, node)
        whole = self._whole(config, text, node, group)
        if whole is not None:
            return spelled(whole)
        return joined(text, _SHELL, lambda found: self._of_shell(config, node, found, group))

    # -- the environment

    def _of_shell(self, config: Config, node: Node | None, found: re.Match[str], group: str) -> Filled:
        if found[0] == "$$":
            return Filled("$")
        if not _name_in(found):
            said = _ELSE.search(found["other"] or "")
            return Filled(said[1] if said is not None else HOLE, (f"the expression {short(found[0])}",))
        return spelled(self._named(config, node, found, group))

    def _named(self, config: Config, node: Node | None, found: re.Match[str], group: str) -> Value:
        default = found["default"] if (found["op"] or "").lstrip(":") in ("-", "=") else None
        is_inside = bool(found["own"] or found["inner"])
        return self._variable(config, node, _name_in(found), default, group, is_inside)

    def _variable(
        self, config: Config, node: Node | None, name: str, default: str | None, group: str, is_inside: bool = False
    ) -> Value:
        """A variable that a deployment file names: of whoever starts the containers, or of one of them."""
        here = _here(config, node)
        other = Constant(here, default) if default else None
        kind = kind_of(config.document)
        if kind == "compose" and not is_inside:
            found: Value = self._deployment.of_starter(here, name, other)
        elif kind and kind != "dotenv":
            own = group or config.file
            found = self._deployment.of_container(own, here, name, other)
        else:
            found = self._deployment.of_process(here, name, other)
        return replace(found, required=True) if isinstance(found, EnvVariable) else found

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
        return Filled(HOLE, (f"what the tag {short(str(node.tag))} makes of it",))

    def _sub(self, config: Config, text: str, depth: int) -> Filled:
        return joined(text, _EXPRESSION, lambda found: self._parameter(config, found[1], depth))

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
        parts: list[Filled] = []
        for piece in templates.pieces(text):
            one = Filled(piece)
            if piece is None:
                one = self._expression(config, node, expressions.pop(0) if expressions else "")
            parts.append(one)
        found = together(parts)
        return replace(found, value=found.text.replace("$" + HOLE, HOLE))

    def _expression(self, config: Config, node: Node | None, expression: str) -> Filled:
        head, *filters = (part.strip() for part in expression.split("|"))
        default = next((found[1] for one in filters if one.startswith("default") and (found := _QUOTED.search(one))), None)
        named = _ENV_TAG.match(head)
        if named is not None:
            return spelled(self._variable(config, node, named[1] or named[2] or named[3], default, ""))
        values = _VALUES.match(head)
        if values is not None and all(re.match(r"quote|squote|default|trim|toString|int", one) for one in filters):
            keys = tuple(values[1].strip(".").split("."))
            held = self._charts.values(config.file, keys)
            why = f"`{'.'.join(keys)}` of the chart's values"
            if held:
                return Filled(held[0], (why,), None, tuple(held[1:]))
            if default is not None:
                return Filled(default, (why,))
        literal = _QUOTED.match(head)
        if literal is not None and not filters:
            return Filled(literal[1])
        return Filled(HOLE, (f"a template fills in {short(expression)}" if expression else "a template fills it in",))


def is_intrinsic(node: Node) -> bool:
    """Whether a mapping is a function of CloudFormation, which gives a value."""
    keys = [str(key) for key in node.children]
    return len(keys) == 1 and (keys[0] in ("Ref", "Condition") or keys[0].startswith("Fn::"))


def _name_in(found: re.Match[str]) -> str:
    """The variable that a reference names; empty for another expression."""
    return found["name"] or found["short"] or found["inner"] or ""


def _here(config: Config, node: Node | None) -> Place:
    """Where a value is used."""
    start, end = (node.start, node.end) if node is not None else (0, 0)
    return Place(config.file, *config.document.lines.at(start), *config.document.lines.at(max(start, end)))


def _leaves(value: Value, depth: int = 0) -> Iterator[Value]:
    """The values that a variable can have, with the place of each."""
    if isinstance(value, EnvVariable) and depth < _MAX_DEPTH:
        for one in value.inside():
            yield from _leaves(one, depth + 1)
    elif not isinstance(value, EnvVariable):
        yield from alternatives(value)
