"""Which values say the same: a number for each, alike for values that cannot be told apart."""

from __future__ import annotations

from linter.model.values import (
    Again,
    CallValue,
    Constant,
    EnvVariable,
    Extra,
    Instance,
    ItemOf,
    Member,
    Parameter,
    ScopeValue,
    Symbol,
    Unknown,
    Value,
    Via,
)

MAX_NESTED = 12
"""Values inside values that are compared; what is nested deeper is only the same as itself."""


_CODE = (".py", ".ipynb")


class Identities:
    """Numbers values. A value that was numbered is kept, so that its place in memory stays its own."""

    def __init__(self) -> None:
        self._of_value: dict[int, tuple[Value, int]] = {}
        self._numbers: dict[object, int] = {}

    def of(self, value: Value | None, depth: int = 0) -> int:
        """The number of a value; 0 for none."""
        if value is None:
            return 0
        known = self._of_value.get(id(value))
        if known is None:
            key = self._key(value, depth + 1) if depth < MAX_NESTED else id(value)
            known = self._of_value[id(value)] = (value, self._numbers.setdefault(key, len(self._numbers) + 1))
        return known[1]

    def extra(self, extra: Extra, depth: int = 0) -> tuple[tuple[str | None, int], ...]:
        """The same for the arguments that were fixed before a call."""
        return tuple((name, self.of(value, depth)) for name, value in extra)

    def _key(self, value: Value, depth: int) -> object:
        if isinstance(value, Via):
            return ("via", value.how, value.name, self.of(value.value, depth), value.place)
        if isinstance(value, Constant):
            # Two files that say the same are two entries; two lines of code are one value.
            entry = None if value.place.file.endswith(_CODE) else value.place
            return ("constant", type(value.value).__name__, value.value, entry)
        if isinstance(value, Member):
            return ("member", value.name, self.of(value.base, depth))
        if isinstance(value, ItemOf):
            return ("item", self.of(value.base, depth), self.of(value.key, depth))
        if isinstance(value, Symbol):
            return ("symbol", value.name)
        if isinstance(value, CallValue):
            callee = self.of(value.callee, depth)
            return ("call", id(value.call), id(value.frame), callee, self.extra(value.extra, depth))
        if isinstance(value, Instance):
            made = (id(value.call), id(value.frame), self.extra(value.extra, depth), self.extra(value.replaced, depth))
            return ("instance", value.cls.file, value.cls.scope, self.of(value.after, depth), *made)
        if isinstance(value, ScopeValue):
            bound = (id(value.frame), self.of(value.receiver, depth), self.extra(value.extra, depth))
            return ("scope", value.file, value.scope, value.plain, *bound)
        if isinstance(value, EnvVariable):
            given = tuple(self.of(one, depth) for one in value.given)
            return ("env", value.name, self.of(value.default, depth), value.required, value.deployed, given)
        if isinstance(value, Parameter):
            return ("parameter", value.function, value.name, self.of(value.annotation, depth))
        if isinstance(value, Again):
            return ("again", value.name)
        if isinstance(value, Unknown) and not value.about:
            return ("unknown", value.because)
        return id(value)
