"""The environment that the files of a repository give the program: which values a variable has, where, and for which code.

Files that deploy the program come before `.env` files, and these before examples of them; among equals the one nearest to the
code that reads the variable. A placeholder (`your-key-here`) is no value, and a secret is none that anybody could see.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from posixpath import dirname
from typing import TYPE_CHECKING

from linter.formats.data import format_of
from linter.formats.variables import Standing, Variable, VariableFile, is_candidate, variables
from linter.model import facts as f
from linter.model.place import Place
from linter.model.source import Scope
from linter.model.values import Constant, EnvVariable, Template, Unknown, Value, alternatives, literal

if TYPE_CHECKING:
    from linter.link.trace import Tracer

MAX_FILES = 400
"""YAML files that are looked into for variables; a repository with more keeps data in them."""
MAX_GIVEN = 12
"""Values of one variable."""
_DEPTH = 4
"""Variables that are made from each other."""
_WORDS_OF_FILES = ((b"apiVersion", b"kind", b"env"), (b"apiVersion", b"ConfigMap"), (b"envVars",), (b"env_variables",))
"""What stands in YAML files that set variables, and do not say so by their name."""
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
_SHELL = re.compile(
    r"\$\$|\$\{(?P<name>[A-Za-z_]\w*)(?:(?P<sign>:?[-?+])(?P<word>[^}]*))?\}|\$(?P<short>[A-Za-z_]\w*)"
)  # fmt: skip
_BRACES = re.compile(r"\$\{(?P<name>[A-Za-z_]\w*)(?:(?P<sign>:?[-?+])(?P<word>[^}]*))?\}")
_WORKFLOW = re.compile(
    r"\$\{\{\s*(?:vars|env|inputs|github\.event\.inputs|secrets)\.(?P<name>\w+)\s*(?:\|\|\s*'(?P<word>[^']*)'\s*)?\}\}"
)
_OTHER_EXPRESSION = re.compile(r"\$\{\{|\{\{")


@dataclass(frozen=True, slots=True)
class Setting:
    """A variable that a file sets, and the code that it is set for."""

    variable: Variable
    folder: str
    standing: Standing
    value: Value | None = None
    """Only where somebody asked for it; None for a secret, a placeholder, or nothing."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the files give a variable, seen from one file of the code."""

    values: tuple[Value, ...] = ()
    """Nearest to a deployment first, each at its place in its file."""
    deployed: bool = False
    """Files that start the program set it, and leave nothing open."""
    secret: str = ""
    """The secret that holds it."""


class Environment:
    """Reads the files when somebody first asks for a variable."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        self._program = tracer.program
        self._settings: dict[str, list[Setting]] | None = None
        self._given: dict[tuple[str, str], Given] = {}
        self._keys: dict[Place, str] = {}
        self._code: frozenset[str] = frozenset()

    def variable(
        self, place: Place, name: str, default: Value | None, *, required: bool = False, spellings: tuple[str, ...] = ()
    ) -> EnvVariable:
        """The variable that code at a place reads, with what the files give it. `spellings`: other names that count."""
        found = [g for n in (name, *spellings) if (g := self.given(n, place.file)) != Given()]
        given = found[0] if found else Given()
        return EnvVariable(place, name, default, required, given.values, given.deployed, given.secret)

    def given(self, name: str, file: str) -> Given:
        """What the files give a variable that a file of the code reads."""
        key = (name, dirname(file))
        if key not in self._given:
            self._given[key] = Given()  # a variable that is made from itself
            self._given[key] = self._for(name, file)
        return self._given[key]

    def is_set(self, name: str) -> bool:
        """Whether any file sets a variable of that name."""
        return name in self._all()

    def key_at(self, place: Place) -> str | None:
        """The key of the entry that a value of the environment stands at; None for a place elsewhere."""
        return self._keys.get(place)

    def settings(self, name: str) -> list[Setting]:
        """Every setting of a variable, whatever code it is for, each place once."""
        found = {one.variable.place: one for one in reversed(self._all().get(name, ()))}
        return [
            replace(one, value=self._value(one.variable, 0)) for one in sorted(found.values(), key=lambda s: s.variable.place)
        ]

    def _for(self, name: str, file: str) -> Given:
        settings = [s for s in self._all().get(name, ()) if _below(file, s.folder)]
        settings.sort(key=lambda s: (s.standing, -len(s.folder), s.variable.place))
        secret = next((s.variable.secret for s in settings if s.variable.secret), "")
        if _HIDDEN.search(name):
            return Given((), False, secret)
        values = self._set_by_code(name)
        is_open = bool(values) or bool(secret)
        deployed: set[object] = set()
        for setting in settings:
            value = self._value(setting.variable, 0)
            said = literal(value)
            if setting.standing is Standing.DEPLOYED:
                deployed.add(said)
                is_open = is_open or said is None
            elif value is not None:
                is_open = is_open or said not in deployed  # it runs elsewhere, too, with another value
            if value is not None and len(values) < MAX_GIVEN:
                values.append(value)
        return Given(tuple(values), bool(deployed) and not is_open, secret)

    def _set_by_code(self, name: str) -> list[Value]:
        """What the program itself puts into its environment."""
        found: list[Value] = []
        for entry in self._program.foreign_writes.get("environ", ()):
            args = entry.write.args
            if (
                entry.write.method not in ("setitem", "setdefault")
                or len(args) != 2
                or not self._tracer.callers_count(entry.file)
            ):
                continue
            if isinstance(args[0].value, f.Const) and args[0].value.value == name:
                value = self._tracer.value(args[1].value, self._program.frame(entry.file, entry.scope))
                found.extend(one for one in alternatives(value) if not (isinstance(one, EnvVariable) and one.name == name))
        return found[:MAX_GIVEN]

    def _value(self, variable: Variable, depth: int) -> Value | None:
        """What a variable is set to; None for nothing at all."""
        if variable.secret or variable.text is None:
            return None
        text = variable.text.strip()
        if not text or is_placeholder(text):
            return None
        self._keys[variable.place] = variable.key
        text = _CREDENTIALS.sub(r"\1:***@", text)
        pattern = {"shell": _SHELL, "braces": _BRACES}.get(variable.syntax, _WORKFLOW)
        parts: list[Value] = []
        end = 0
        for found in pattern.finditer(text):
            if found.start() > end:
                parts.append(Constant(variable.place, text[end : found.start()]))
            parts.append(self._other(found.groupdict(), variable, depth))
            end = found.end()
        if end < len(text):
            parts.append(Constant(variable.place, text[end:]))
        if any(isinstance(one, Constant) and _OTHER_EXPRESSION.search(str(one.value)) for one in parts):
            return Unknown(variable.place, f"what is filled in for {variable.name}")
        return parts[0] if len(parts) == 1 else Template(variable.place, tuple(parts))

    def _other(self, found: Mapping[str, str | None], variable: Variable, depth: int) -> Value:
        """A variable that another one is made from."""
        name = found.get("name") or found.get("short")
        place = variable.place
        if name is None:
            return Constant(place, "$")
        word = found.get("word")
        default = Constant(place, word) if word and found.get("sign") in (None, ":-", "-") else None
        if depth < _DEPTH and name != variable.name:
            beside = [s.variable for s in self._all().get(name, ()) if s.variable.group == variable.group]
            value = self._value(beside[-1], depth + 1) if beside else None
            if value is not None:
                return value
        return EnvVariable(place, name, default)

    # ---- the files

    def _all(self) -> dict[str, list[Setting]]:
        if self._settings is None:
            self._settings = defaultdict(list)
            self._code = frozenset(folder for path in self._program.files for folder in _folders(path))
            self._read(self._settings)
        return self._settings

    def _read(self, settings: dict[str, list[Setting]]) -> None:
        data = self._program.data
        candidates = [p for p in data.paths if data.scope(p) is not Scope.TEST and data.is_small(p)]
        named = [p for p in candidates if is_candidate(p)][:MAX_FILES]
        others = [p for p in candidates if format_of(p) == "yaml" and not is_candidate(p)]
        if len(others) <= MAX_FILES:
            named.extend(p for p in others if any(data.mentions(p, *words) for words in _WORDS_OF_FILES))
        deploys: dict[str, list[str]] = defaultdict(list)
        found: list[Variable] = []
        for path in sorted(named):
            for document in data.documents(path):
                for one in variables(document):
                    if isinstance(one, VariableFile):
                        deploys[one.path].append(one.folder)
                    else:
                        found.append(one)
        found.extend(self._from_data())
        for one in found:
            for variable in (one, *(replace(one, folder=folder) for folder in deploys.get(one.place.file, ()))):
                standing = variable.standing if variable is one else Standing.DEPLOYED
                folder = self._applies(variable.folder)
                if folder is not None and not (variable is one and one.place.file in deploys):
                    settings[variable.name].append(Setting(variable, folder, standing))

    def _from_data(self) -> Iterator[Variable]:
        """Entries of a data file that the program puts into its environment, one by one: `os.environ[key] = value` in a loop."""
        for entry in self._program.foreign_writes.get("environ", ()):
            args = entry.write.args
            if entry.write.method != "setitem" or len(args) != 2 or isinstance(args[0].value, f.Const):
                continue
            key = self._tracer.value(args[0].value, self._program.frame(entry.file, entry.scope))
            for one in alternatives(key):
                found = self._tracer.data.entry_of(one.place)
                if found is not None and isinstance(one, Constant):
                    document, path = found
                    text = document.text(path)
                    yield Variable(str(one.value), text, document.place(path), ".".join(map(str, path)), Standing.LOCAL, "")

    def _applies(self, folder: str) -> str | None:
        """The folder of the code that a file is for: its own, or the nearest one around it that has code in it. None for a
        program in another language."""
        while folder and folder not in self._code:
            if f"{folder}/package.json" in self._program.data.paths:
                return None
            folder = dirname(folder)
        return folder


def is_placeholder(text: str) -> bool:
    """Whether a value only says that one has to be put there."""
    return _PLACEHOLDER.search(text) is not None


def _below(file: str, folder: str) -> bool:
    return not folder or file.startswith(f"{folder}/")


def _folders(path: str) -> list[str]:
    """The folder of a file, and all around it."""
    found: list[str] = []
    while path := dirname(path):
        found.append(path)
    return found
