"""What the files of a repository set environment variables to, whoever asks: its code, or the files that deploy it.

Files that deploy the program come before `.env` files, and these before examples of them; among equals the one nearest to who
asks. A placeholder (`your-key-here`) is no value, and a secret is none that anybody could see.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from linter.formats.data import format_of
from linter.formats.variables import Standing, Variable, VariableFile
from linter.model.place import Place
from linter.model.values import Alternatives, Constant, EnvVariable, Template, Unknown, Value

MAX_GIVEN = 12
"""Values of one variable."""
_DEPTH = 4
"""Variables that are made from each other."""
_HIDDEN = re.compile(
    r"(?:^|_)(?:API_?KEY|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|PAT)(?:_|$)|(?:_|^)(?:KEY|TOKEN|PWD)(?:_ID)?$",
    re.IGNORECASE,
)
"""Names of variables whose values are nobody's business."""
_PLACEHOLDER = re.compile(
    r"^\W*$|<[^<>]*>|\byour[-_ ]|[-_ ]your\b|x{3,}|change[-_ ]?me|replace[-_ ]?(?:me|with|this)|\binsert[-_ ]|path[/_-]to|"
    r"placeholder|\.\.\.|\btodo\b|^(?:none|null|nil|undefined|str|string|value)$|\[[A-Za-z _-]+\]|"
    r"//(?:www\.)?example\.(?:com|org)|my-resource|resource[-_]name",
    re.IGNORECASE,
)
_CREDENTIALS = re.compile(r"(?<=://)([^/\s:@]*):([^/\s@]+)@")
_NAMED = r"\$\{(?P<name>[A-Za-z_]\w*)(?:(?P<sign>:?[-?+])(?P<word>[^}]*))?\}"
_SHELL = re.compile(rf"\$\$|{_NAMED}|\$(?P<short>[A-Za-z_]\w*)")
_SYNTAXES = {
    "shell": _SHELL,
    "compose": _SHELL,
    "braces": re.compile(_NAMED),
    "kubernetes": re.compile(rf"{_NAMED}|\$\((?P<short>[A-Za-z_]\w*)\)"),
    "workflow": re.compile(
        r"\$\{\{\s*(?:vars|env|inputs|github\.event\.inputs|secrets)\.(?P<name>\w+)\s*(?:\|\|\s*'(?P<word>[^']*)'\s*)?\}\}"
    ),
}
_OTHER_EXPRESSION = re.compile(r"\$\{\{|\{\{")


@dataclass(frozen=True, slots=True)
class Given:
    """What the files give a variable, seen from who asks."""

    values: tuple[Value, ...] = ()
    """Nearest to a deployment first, each at its place in its file."""
    deployed: bool = False
    """Files that start the program set it, and leave nothing open."""
    secret: str = ""
    """The secret that holds it."""


class Deployment:
    """The variables of all files."""

    def __init__(self, variables: Iterable[Variable | VariableFile]) -> None:
        self._by_name: dict[str, list[Variable]] = defaultdict(list)
        self._groups: dict[tuple[str, str], Variable] = {}
        self._keys: dict[Place, str] = {}
        self._chosen: dict[Place, str] = {}
        self.add(one for one in variables if isinstance(one, Variable))

    def add(self, variables: Iterable[Variable]) -> None:
        """Further ones: those that the program puts into its environment."""
        for one in variables:
            self._by_name[one.name].append(one)
            self._groups[one.group, one.name] = one

    def key_at(self, place: Place) -> str | None:
        """The key of the entry that a value stands at; None for a place elsewhere."""
        return self._keys.get(place)

    def chosen_at(self, place: Place) -> str:
        """What can say something else than the default that stands there; empty for a place elsewhere."""
        return self._chosen.get(place, "")

    def of_container(self, group: str, place: Place, name: str, default: Value | None = None) -> Value:
        """What a variable is inside of a container or process. Its own files decide; what they leave open somebody sets who
        starts it."""
        own = self._groups.get((group, name))
        value = None if own is None else self.value(own)
        if own is None or (value is None and own.text is None and not own.secret):
            return self.of_process(place, name, default)
        if value is None:
            return EnvVariable(place, name, default, secret=own.secret)
        return EnvVariable(place, name, value) if format_of(own.place.file) == "dockerfile" else value

    def of_process(self, place: Place, name: str, default: Value | None = None) -> EnvVariable:
        """The same for whatever reads a file at a place, which is not known: any of the settings may be meant."""
        return self._seen(place, name, default, [one for one in self._by_name.get(name, ()) if one.syntax != "workflow"])

    def of_starter(self, place: Place, name: str, default: Value | None = None) -> EnvVariable:
        """The same for whoever starts containers by the file: its environment files, and nothing that a container is given."""
        return self._seen(place, name, default, [v for v in self._by_name.get(name, ()) if format_of(v.place.file) == "dotenv"])

    def _seen(self, place: Place, name: str, default: Value | None, candidates: list[Variable]) -> EnvVariable:
        near = sorted((v for v in candidates if is_below(place.file, v.folder)), key=nearest)
        secret = next((v.secret for v in near if v.secret), "")
        if _HIDDEN.search(name):
            return EnvVariable(place, name, default, secret=secret)
        values = [value for one in near if (value := self.value(one)) is not None and one.place != place]
        return EnvVariable(place, name, default, given=tuple(values[:MAX_GIVEN]), secret=secret)

    def value(self, variable: Variable, depth: int = 0) -> Value | None:
        """What a variable is set to; None for nothing at all."""
        if variable.secret or variable.text is None:
            return None
        text = variable.text.strip()
        if not text or is_placeholder(text):
            return None
        self._keys[variable.place] = variable.key
        if variable.chosen:
            self._chosen[variable.place] = variable.chosen
        text = _CREDENTIALS.sub(r"\1:***@", text)
        parts: list[Value] = []
        end = 0
        for found in _SYNTAXES[variable.syntax].finditer(text):
            if found.start() > end:
                parts.append(Constant(variable.place, text[end : found.start()]))
            parts.append(self._other(found.groupdict(), variable, depth))
            end = found.end()
        if end < len(text):
            parts.append(Constant(variable.place, text[end:]))
        if any(isinstance(one, Constant) and _OTHER_EXPRESSION.search(str(one.value)) for one in parts):
            return Unknown(variable.place, f"what is filled in for {variable.name}")
        made = parts[0] if len(parts) == 1 else Template(variable.place, tuple(parts))
        return made if not variable.chosen else Alternatives(variable.place, (made, Unknown(variable.place, variable.chosen)))

    def _other(self, found: Mapping[str, str | None], variable: Variable, depth: int) -> Value:
        """A variable that another one is made from."""
        name = found.get("name") or found.get("short")
        place = variable.place
        if name is None:
            return Constant(place, "$")
        word = found.get("word")
        default = Constant(place, word) if word and found.get("sign") in (None, ":-", "-") else None
        if variable.syntax == "compose":
            return self.of_starter(place, name, default)
        if depth < _DEPTH and name != variable.name:
            beside = self._groups.get((variable.group, name))
            value = self.value(beside, depth + 1) if beside else None
            if value is not None:
                return value
        return EnvVariable(place, name, default)


def nearest(variable: Variable) -> tuple[Standing, int, Place]:
    """Sorts what applies to one file: the nearest first."""
    return (variable.standing, -len(variable.folder), variable.place)


def is_hidden(name: str) -> bool:
    """Whether the value of a variable is nobody's business, by its name."""
    return _HIDDEN.search(name) is not None


def is_placeholder(text: str) -> bool:
    """Whether a value only says that one has to be put there."""
    return _PLACEHOLDER.search(text) is not None


def is_below(file: str, folder: str) -> bool:
    """Whether a file is in a folder, or deeper; the empty folder is the root."""
    return not folder or file.startswith(f"{folder}/")
