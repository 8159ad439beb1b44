"""The environment that the files of a repository give the program: which values a variable has, where, and for which code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from posixpath import dirname
from typing import TYPE_CHECKING

from linter.formats.variables import Standing, Variable, VariableFile
from linter.link.deployment import MAX_GIVEN, Deployment, Given, is_below, is_hidden
from linter.model import facts as f
from linter.model.place import Place
from linter.model.values import Constant, EnvVariable, Value, alternatives, literal

if TYPE_CHECKING:
    from linter.link.trace import Tracer


@dataclass(frozen=True, slots=True)
class Setting:
    """A variable that a file sets, and the code that it is set for."""

    variable: Variable
    folder: str
    standing: Standing
    value: Value | None = None
    """Only where somebody asked for it; None for a secret, a placeholder, or nothing."""


class Environment:
    """Reads the files when somebody first asks for a variable."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        self._program = tracer.program
        self._settings: dict[str, list[Setting]] | None = None
        self._deployment = Deployment(())
        self._given: dict[tuple[str, str], Given] = {}
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
        return self._deployment.key_at(place)

    def chosen_at(self, place: Place) -> str:
        """What can say something else than the default that stands there; empty for a place elsewhere."""
        return self._deployment.chosen_at(place)

    def settings(self, name: str) -> list[Setting]:
        """Every setting of a variable, whatever code it is for, each place once."""
        found = {one.variable.place: one for one in reversed(self._all().get(name, ()))}
        return [
            replace(one, value=self._deployment.value(one.variable))
            for one in sorted(found.values(), key=lambda s: s.variable.place)
        ]

    def _for(self, name: str, file: str) -> Given:
        settings = [s for s in self._all().get(name, ()) if is_below(file, s.folder)]
        settings.sort(key=lambda s: (s.standing, -len(s.folder), s.variable.place))
        secret = next((s.variable.secret for s in settings if s.variable.secret), "")
        if is_hidden(name):
            return Given((), False, secret)
        values = self._set_by_code(name)
        is_open = bool(values) or bool(secret)
        deployed: set[object] = set()
        for setting in settings:
            value = self._deployment.value(setting.variable)
            said = literal(value)
            if setting.standing is Standing.DEPLOYED:
                deployed.add(said)
                is_open = is_open or said is None
            elif value is not None:
                is_open = is_open or said not in deployed  # it runs elsewhere, too, with another value
            if value is not None:
                values.append(value)
        is_open = is_open or len(values) > MAX_GIVEN
        return Given(tuple(values[:MAX_GIVEN]), bool(deployed) and not is_open, secret)

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

    # ---- the files

    def _all(self) -> dict[str, list[Setting]]:
        if self._settings is None:
            self._settings = defaultdict(list)
            self._code = frozenset(folder for path in self._program.files for folder in _folders(path))
            self._read(self._settings)
        return self._settings

    def _read(self, settings: dict[str, list[Setting]]) -> None:
        declared = self._program.data.variables
        self._deployment.add(one for one in declared if isinstance(one, Variable))
        from_data = tuple(self._from_data())
        self._deployment.add(from_data)
        deploys: dict[str, list[str]] = defaultdict(list)
        for one in declared:
            if isinstance(one, VariableFile):
                deploys[one.path].append(one.folder)
        for one in (*declared, *from_data):
            if isinstance(one, VariableFile) or one.is_foreign:
                continue
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


def _folders(path: str) -> list[str]:
    """The folder of a file, and all around it."""
    found: list[str] = []
    while path := dirname(path):
        found.append(path)
    return found
