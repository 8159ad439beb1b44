"""Classes and tables whose names say that they may hold sensitive data: guesses, which people decide on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from linter.infer.personal_names import Recogniser
from linter.link import settings
from linter.link.program import last_name
from linter.link.trace import Tracer
from linter.model import facts as f
from linter.model.manifest import DataClass
from linter.model.personal import Category, Guess, Named, Vocabulary, Words
from linter.model.place import Place
from linter.model.source import Scope as FileScope
from linter.model.values import ScopeValue

_COLUMNS = frozenset({"Column", "mapped_column"})
_OF_TABLES = (("Meta", "db_table"), ("Meta", "table_name"), ("Meta", "table"), ("Settings", "name"))
"""Where classes of Django, peewee, Tortoise and Beanie say what their tables are called."""
_BEHIND = frozenset({"relationship", "PrivateAttr", "ForeignKey", "OneToOneField", "ManyToManyField", "ForeignKeyField"})
"""What stands in such a field is a record of its own, or none."""
_FLAGS = frozenset({"bool", "Boolean", "BooleanField", "BooleanProperty"})
_NO_FIELDS = frozenset({"ClassVar", "Callable", *_FLAGS})
_NO_RECORDS = ("BaseSettings", "Enum", "Flag", "Protocol", "Exception", "Error", "BaseTool", "Module")
"""Ends of the names of bases from outside, the objects of which are no records."""
_RANKS = ("public", "internal", "confidential", "regulated")


@dataclass(frozen=True, slots=True)
class _Record:
    """A class of records, or a table: its fields with those of its bases."""

    cls: ScopeValue | None
    name: str
    dotted: str
    """Empty where the manifest cannot name it."""
    place: Place
    fields: tuple[Named, ...]
    table: Named | None


@dataclass(slots=True)
class _Group:
    """What is told together."""

    categories: dict[str, Category]
    types: list[Named]
    fields: dict[str, Named]
    tables: dict[str, Named]
    whole: bool = True
    """Everything in it is the data."""


def guesses(tracer: Tracer, words: Vocabulary) -> tuple[Guess, ...]:
    """What may be sensitive data among classes and tables of the product's modules; the most sensitive first, then by name."""
    finder = _Finder(tracer)
    recogniser = Recogniser(words)
    groups: dict[str, _Group] = {}
    told: dict[tuple[str, int], frozenset[str]] = {}
    for record in finder.records():
        held, fields = recogniser.held(record.name, record.fields)
        names = frozenset(one.name for one in fields)
        if not held or finder.is_told(record, names, told):
            continue
        if record.cls is not None:
            told[record.cls.file, record.cls.scope] = names
        group = groups.setdefault(_key(recogniser.stem(record.name)), _Group({}, [], {}, {}))
        group.whole = group.whole and recogniser.is_whole(record.name)
        group.categories.update({one.name: one for one in held})
        if record.dotted:
            group.types.append(Named(record.dotted, record.place))
        for one in fields:
            group.fields.setdefault(one.name, one)
        if record.table is not None:
            group.tables.setdefault(record.table.name, record.table)
    found = [_guess(name, group) for name, group in groups.items()]
    return tuple(sorted(found, key=lambda one: (-_RANKS.index(one.data_class), one.name)))


def _guess(name: str, group: _Group) -> Guess:
    classes: list[DataClass] = [one.data_class for one in group.categories.values()]
    return Guess(
        name,
        max(classes, key=_RANKS.index),
        tuple(one.reason for one in group.categories.values()),
        tuple(group.types),
        () if group.whole else tuple(group.fields.values()),
        tuple(group.tables.values()),
    )


def _key(words: Words) -> str:
    """A name for the manifest, which has letters and digits of ASCII only."""
    kept = ["".join(letter for letter in word if letter.isascii()) for word in words]
    return "-".join(filter(None, kept)) or "data"


class _Finder:
    """Finds the records of a program."""

    def __init__(self, tracer: Tracer) -> None:
        self._program = tracer.program
        self._tracer = tracer

    def records(self) -> Iterator[_Record]:
        """Those of the product's modules, in the order of reading, bases before what is made of them."""
        found: list[_Record] = []
        for path, file in sorted(self._program.files.items()):
            if file.cells or self._program.file_scopes.get(path, FileScope.PRODUCT) is not FileScope.PRODUCT:
                continue
            for scope in file.scopes:
                if scope.kind == "class" and self._is_outside_of_functions(file, scope):
                    found.extend(self._of_class(file, scope))
                elif scope.kind == "module":
                    found.extend(self._of_tables(file, scope))
        yield from sorted(found, key=lambda one: 0 if one.cls is None else len(self._tracer.classes.mro(one.cls)))

    def is_told(self, record: _Record, names: frozenset[str], told: dict[tuple[str, int], frozenset[str]]) -> bool:
        """Whether a base of a class is told with all that is to be told of it: what is declared holds for what is made of it."""
        if record.cls is None or record.table is not None:
            return False
        bases = self._tracer.classes.mro(record.cls)[1:]
        return bool(names) and any(names <= told.get((one.file, one.scope), frozenset()) for one in bases)

    def _is_outside_of_functions(self, file: f.FileFacts, scope: f.Scope) -> bool:
        parent = file.scopes[scope.parent]
        return parent.kind == "module" or (parent.kind == "class" and self._is_outside_of_functions(file, parent))

    def _of_class(self, file: f.FileFacts, scope: f.Scope) -> Iterator[_Record]:
        cls = self._tracer.scope_value(file.path, scope.index, self._program.frame(file.path, 0))
        outside = [one.name for one in self._tracer.classes.outside(cls)]
        if any(name.endswith(_NO_RECORDS) for name in outside):
            return
        is_model = bool(settings.family(self._tracer, cls)) or bool(outside)
        fields: dict[str, Named] = {}
        for one in reversed(self._tracer.classes.mro(cls)):
            where = self._program.files[one.file]
            for bound in where.scopes[one.scope].bindings:
                if _is_column(bound) or (is_model and _is_field(bound)):
                    fields[bound.name] = Named(bound.name, _place(where, bound.span))
        if fields:
            place, table = _place(file, scope.span), _table(file, scope)
            yield _Record(cls, scope.name, _declarable(cls.name), place, tuple(fields.values()), table)

    def _of_tables(self, file: f.FileFacts, scope: f.Scope) -> Iterator[_Record]:
        """`patients = Table("patients", metadata, Column("ssn", String))`"""
        for site in scope.calls:
            texts = [_text(arg.value) for arg in site.call.args if arg.name is None]
            if last_name(site.call.func) != "Table" or not texts or not texts[0]:
                continue
            fields = [
                Named(name, _place(file, arg.value.span))
                for arg in site.call.args
                if isinstance(arg.value, f.Call) and last_name(arg.value.func) == "Column" and not _is_flag(arg.value)
                and arg.value.args and (name := _text(arg.value.args[0].value))
            ]  # fmt: skip
            place = _place(file, site.call.span)
            yield _Record(None, texts[0], "", place, tuple(fields), Named(texts[0], place))


def _is_field(bound: f.Binding) -> bool:
    """`ssn: str`, with or without a default."""
    if bound.annotation is None or bound.kind not in (f.Kind.VALUE, f.Kind.DECLARE) or not _is_plain(bound.name):
        return False
    made = last_name(bound.value.func) if isinstance(bound.value, f.Call) else None
    return made not in _BEHIND and _NO_FIELDS.isdisjoint(_type_names(bound.annotation)) and not _is_flag(bound.value)


def _is_column(bound: f.Binding) -> bool:
    """`ssn = Column(String)`, `ssn = models.CharField()`"""
    if bound.kind is not f.Kind.VALUE or not isinstance(bound.value, f.Call) or not _is_plain(bound.name):
        return False
    made = last_name(bound.value.func) or ""
    is_column = made in _COLUMNS or (made.endswith("Field") and made != "Field" and made not in _BEHIND)
    flag = bound.annotation is not None and not _NO_FIELDS.isdisjoint(_type_names(bound.annotation))
    return is_column and not flag and not _is_flag(bound.value)


def _is_flag(made: f.Expr | None) -> bool:
    """`Column(Boolean)`, `BooleanField()`: says something about the data."""
    if not isinstance(made, f.Call):
        return False
    given = (arg.value.func if isinstance(arg.value, f.Call) else arg.value for arg in made.args)
    return any(last_name(one) in _FLAGS for one in (made.func, *given))


def _is_plain(name: str) -> bool:
    return not name.startswith("_") and not name.isupper()


def _type_names(annotation: f.Expr) -> Iterator[str]:
    """The names in an annotation; those inside of a text, too."""
    for part in f.walk(annotation):
        if isinstance(part, f.Name | f.Attr):
            yield part.name
        elif isinstance(part, f.Const) and isinstance(part.value, str):
            yield from part.value.replace("[", " ").replace("]", " ").replace("|", " ").split()


def _table(file: f.FileFacts, scope: f.Scope) -> Named | None:
    """The table that a class says its objects stand in."""
    inner = {one.name: one for one in file.scopes if one.parent == scope.index and one.kind == "class"}
    places = [(scope, "__tablename__"), *((inner[name], key) for name, key in _OF_TABLES if name in inner)]
    for where, key in places:
        for bound in where.bindings:
            if bound.name == key and bound.kind is f.Kind.VALUE and (text := _text(bound.value)):
                return Named(text, _place(file, bound.span))
    return None


def _text(expr: f.Expr | None) -> str:
    return expr.value if isinstance(expr, f.Const) and isinstance(expr.value, str) else ""


def _place(file: f.FileFacts, span: f.Span) -> Place:
    return Place(file.path, *span)


def _declarable(dotted: str) -> str:
    """The end of a dotted name that the manifest can hold: folders may have any name. Empty without a module in it."""
    kept: list[str] = []
    for part in reversed(dotted.split(".")):
        if not part.isidentifier():
            break
        kept.insert(0, part)
    return ".".join(kept) if len(kept) > 1 else ""
