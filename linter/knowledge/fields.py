"""The words that all entries of a provider file share: roles, arguments, shapes, names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from linter.errors import Problem
from linter.knowledge.braces import BraceError, expand
from linter.knowledge.items import Item
from linter.model.catalogue import ArgSpec, Default, ErrandKind, Hosting, Role, Shape, SiteKind

SHAPE_KEYS = frozenset(
    [
        "args",
        "order",
        "sets",
        "defaults",
        "provider",
        "hosting",
        "site",
        "also",
        "errand",
        "counts",
        "when",
        "versions",
        "unverified",
        "sets_global",
    ],
)
"""What types, calls and endpoints can say."""
COUNTS = frozenset({"always", "used"})

_ROLES = {role.value: role for role in Role}
PARTS = frozenset(
    {
        Role.LLM,
        Role.RETRIEVER,
        Role.INDEX,
        Role.EMBEDDER,
        Role.PART,
        Role.MEMORY,
        Role.TOOLS,
        Role.TEMPLATE,
        Role.HTTP_CLIENT,
        Role.FALLBACK,
        Role.TRACING,
    }
)
"""Roles of objects that something is built from."""
_SCALES = {"ms": 0.001, "min": 60.0}
_DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
_ARG = re.compile(r"(?P<path>\*\*|[A-Za-z_]\w*(?:\.[\w$]+)*)(?:\[(?P<key>\w+)=(?P<value>[\w.-]+)\])?")
_VERSIONS = re.compile(r"\s*(?:==|!=|<=|>=|~=|<|>)\s*\d[\w.*]*\s*(?:,\s*(?:==|!=|<=|>=|~=|<|>)\s*\d[\w.*]*\s*)*")

E = TypeVar("E", bound=StrEnum)
_EMPTY = Shape()


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The remedy for a misspelt word, if one of the known ones is close."""
    import difflib  # only a wrong file needs it

    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}?" if close else None


class Fields:
    """Reads parts of entries. What is wrong goes to `problems`, with file and line; something usable is returned all the same."""

    def __init__(self, display: str, problems: list[Problem]) -> None:
        self.display = display
        self.problems = problems
        self.versioned: tuple[str, ...] = ()
        """The packages whose versions `defaults` speak of."""

    def problem(self, line: int, message: str, remedy: str | None = None) -> None:
        self.problems.append(Problem(message, self.display, line, remedy))

    def shape(self, entry: Mapping[str, Item]) -> Shape:
        if not entry.keys() & SHAPE_KEYS:
            return _EMPTY
        by_parts = "site" in entry and entry["site"].value == "parts"
        sets = {}
        for name, item in self.pairs(entry.get("sets"), "sets"):
            if self.role_name(name, item.line):
                sets[name] = item.value
        return Shape(
            args=tuple(arg for name, item in self.pairs(entry.get("args"), "args") for arg in self.argument(name, item)),
            order=self.texts(entry.get("order"), "order"),
            sets=sets,
            defaults=tuple(d for item in self.elements(entry.get("defaults"), "defaults") for d in self.default(item)),
            provider=self.text(entry["provider"], "provider") if "provider" in entry else None,
            hosting=self.enum(entry["hosting"], Hosting, "a hosting") if "hosting" in entry else None,
            site=None if "site" not in entry or by_parts else self.enum(entry["site"], SiteKind, "a site kind"),
            errand=self.enum(entry["errand"], ErrandKind, "an errand") if "errand" in entry else None,
            by_parts=by_parts,
            used=self.choice(entry.get("counts"), COUNTS, "when a site counts", empty=True) == "used",
            sets_global={
                name: self.text(item, "sets_global") for name, item in self.pairs(entry.get("sets_global"), "sets_global")
            },
            also=tuple(k for item in self.elements(entry.get("also"), "also") if (k := self.enum(item, SiteKind, "a site kind"))),
            when={name: self.values(item) for name, item in self.pairs(entry.get("when"), "when")},
            versions=self.read_versions(entry.get("versions"), whole=True),
            unverified=self.text(entry["unverified"], "unverified") if "unverified" in entry else "",
        )

    def argument(self, name: str, item: Item) -> Sequence[ArgSpec]:
        text, says_type, described = self.text(item, "a role").partition(" as ")
        role = self.role(Item(item.line, text)) if text else None
        if role is None:
            return ()
        if says_type and (not described.strip() or role[0] not in PARTS):
            self.problem(item.line, f"{item.value!r} describes no object", "`llm as Type`: the role of a part, and a type")
            return ()
        out = []
        for one in self.braces(name, item.line):
            match = _ARG.fullmatch(one)
            if match is None:
                self.problem(item.line, f"{one!r} is no argument", "`name`, `name.key` or `name[key=value]`")
                continue
            head, *path = match["path"].split(".")
            where = (match["key"], match["value"]) if match["key"] else None
            out.append(ArgSpec(head, role[0], tuple(path), where, role[1], described.strip()))
        return out

    def role(self, item: Item) -> tuple[Role, float] | None:
        """A role, and the factor that its unit needs: `timeout`, `timeout/ms`."""
        name, _, unit = self.text(item, "a role").partition("/")
        if unit and unit not in _SCALES:
            self.problem(item.line, f"{unit!r} is no unit", f"one of {', '.join(_SCALES)}")
        return (_ROLES[name], _SCALES.get(unit, 1.0)) if name and self.role_name(name, item.line) else None

    def role_name(self, name: str, line: int) -> bool:
        if name in _ROLES:
            return True
        self.problem(line, f"{name!r} is no role", nearest(name, _ROLES) or f"one of {', '.join(_ROLES)}")
        return False

    def default(self, item: Item) -> Sequence[Default]:
        entry = dict(self.pairs(item, "a default"))
        versions = self.specifier(entry.pop("versions")) if "versions" in entry else ""
        values = {name: value.value for name, value in entry.items() if self.role_name(name, value.line)}
        return (Default(versions, values, self.versioned if versions else ()),)

    def values(self, item: Item) -> tuple[object, ...]:
        """A literal or a list of literals."""
        if isinstance(item.value, dict):
            self.problem(item.line, "a condition needs a value or a list of values", "when: {argument: [a, b]}")
            return ()
        return tuple(one.value for one in item.value) if isinstance(item.value, list) else (item.value,)

    def read_versions(self, item: Item | None, whole: bool) -> dict[str, str]:
        """`"<1"` for the whole entry, or `{name: "<1"}`."""
        if item is None:
            return {}
        if isinstance(item.value, str) and whole:
            return {"": self.specifier(item)}
        return {
            one: self.specifier(value) for name, value in self.pairs(item, "versions") for one in self.braces(name, value.line)
        }

    def specifier(self, item: Item) -> str:
        text = self.text(item, "versions")
        if text and not _VERSIONS.fullmatch(text):
            self.problem(item.line, f"{text!r} is no version range", 'as in "<1" or ">=0.2,<1"')
        return text

    # ---- scalars and collections

    def mapping(self, item: Item, allowed: frozenset[str], what: str) -> dict[str, Item]:
        out = {}
        for name, value in self.pairs(item, what):
            if name in allowed:
                out[name] = value
            else:
                self.problem(
                    value.line, f"{name!r} is no key of {what}", nearest(name, allowed) or f"one of {', '.join(sorted(allowed))}"
                )
        return out

    def pairs(self, item: Item | None, what: str) -> list[tuple[str, Item]]:
        if item is None or item.value is None:
            return []
        if isinstance(item.value, dict):
            return list(item.value.items())
        self.problem(item.line, f"{what} must be a mapping")
        return []

    def elements(self, item: Item | None, what: str) -> list[Item]:
        if item is None or item.value is None:
            return []
        if isinstance(item.value, list):
            return item.value
        self.problem(item.line, f"{what} must be a list")
        return []

    def text(self, item: Item, what: str, empty: bool = False) -> str:
        if isinstance(item.value, str) and (item.value or empty):
            return item.value
        self.problem(item.line, f"{what} must be a text", "quote it" if isinstance(item.value, (int, float)) else None)
        return ""

    def texts(self, item: Item | None, what: str, empty: bool = False) -> tuple[str, ...]:
        """One text or a list of texts."""
        if item is not None and isinstance(item.value, str):
            return (item.value,)
        return tuple(text for one in self.elements(item, what) if (text := self.text(one, what, empty)) or empty)

    def dotted_names(self, item: Item | None, what: str) -> tuple[str, ...]:
        if item is None:
            return ()
        names = [name for text in self.texts(item, what) for name in self.braces(text, item.line)]
        return tuple(name for name in names if self.dotted(name, item.line))

    def dotted(self, name: str, line: int) -> bool:
        if _DOTTED.fullmatch(name):
            return True
        self.problem(line, f"{name!r} is no dotted name")
        return False

    def braces(self, text: str, line: int) -> Sequence[str]:
        if "{" not in text and "}" not in text:
            return (text,)
        try:
            return expand(text)
        except BraceError as error:
            self.problem(line, str(error))
            return ()

    def choice(self, item: Item | None, known: frozenset[str], what: str, empty: bool = False) -> str:
        if item is None or (empty and item.value == ""):
            return ""
        text = self.text(item, what)
        if text and text not in known:
            self.problem(item.line, f"{text!r} is not {what}", nearest(text, known) or f"one of {', '.join(sorted(known))}")
            return ""
        return text

    def enum(self, item: Item, kind: type[E], what: str) -> E | None:
        if isinstance(item.value, str) and item.value in kind._value2member_map_:
            return kind(item.value)
        self.choice(item, frozenset(one.value for one in kind), what)
        return None
