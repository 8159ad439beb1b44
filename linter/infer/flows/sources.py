"""Sources: which values are data that the manifest declares."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from linter.infer.fields import as_item, gives_rows, is_all
from linter.infer.flows.names import Names
from linter.infer.flows.redactors import Redactors
from linter.infer.flows.statements import columns_in, is_about_tables, tables_in
from linter.infer.flows.stores import Stored, Stores
from linter.infer.lineage import paths_in, statements_of
from linter.infer.reach import Node, Reach
from linter.infer.scalars import spell
from linter.infer.things import Things
from linter.link import settings
from linter.model import facts as f
from linter.model.catalogue import Role, SiteKind
from linter.model.glob import path_matches
from linter.model.manifest import DataDeclaration
from linter.model.place import Place, Step
from linter.model.values import (
    CallValue,
    Constant,
    Instance,
    ItemOf,
    Listing,
    Member,
    Parameter,
    ScopeValue,
    Symbol,
    Value,
    Via,
    alternatives,
    core,
    dotted,
    literal,
)

_QUERIES = (
    "query",
    "get",
    "select",
    "scalars",
    "scalar",
    "find",
    "find_one",
    "exec",
    "execute",
    "from_orm",
    "fetch",
    "fetch_all",
    "load",
    "all",
)
_MANAGERS = ("objects", "query", "select", "select_related", "get", "get_or_none", "filter", "find", "find_one", "all", "where")
_ABOUT = (
    "description",
    "rowcount",
    "lastrowid",
    "columns",
    "shape",
    "dtypes",
    "status_code",
    "__name__",
    "__class__",
    "__table__",
)
"""Attributes that tell something about data, and not what stands in it."""
_ABOUT_PATHS = (
    "joinpath",
    "resolve",
    "absolute",
    "exists",
    "is_file",
    "is_dir",
    "mkdir",
    "glob",
    "rglob",
    "iterdir",
    "stat",
    "with_suffix",
)
_NUMBERS = {"int", "float", "bool"}
_TEXTS = ("page_content", "text", "content", "body")
"""Attributes of a loaded document that hold the text of its file."""
_TABLES = {"read_csv": 0, "read_excel": 0, "read_parquet": 0, "read_table": 0, "DictReader": 0, "load_dataset": 1}
"""What reads a table, and how many names stand in front of that of a column: `load_dataset(…)["train"]["name"]`."""
_IDENTIFIERS = re.compile(r"(?:^|_)(?:id|ids|uuid|guid|pk)$|[a-z]Ids?$")
"""Names of keys under which records are kept."""
_DUMPS = ("model_dump", "dict", "json", "model_dump_json", "__dict__", "to_dict", "asdict", "copy")
"""Methods that hand out the whole record."""
_RUNS = re.compile(r"exec|quer(?:y|ies)|fetch|sql|cursor|scalar|statement", re.I)
"""Names of what runs a statement."""
_FOR_A_MODEL = (Role.PROMPT, Role.SYSTEM_PROMPT, Role.DOCUMENTS)


@dataclass(frozen=True, slots=True, eq=False)
class Hit:
    """A node at which a way ends. `what`: source, harmless (another field of the record), redacted."""

    what: str
    name: str = ""
    certain: bool = True
    """False: only the name says so (a key `diagnosis` of a dictionary that nobody knows)."""
    whole: bool = False
    """Everything in it is this data, whatever it is called: what a declared function gives, what comes out of a store."""
    nests: bool = False
    """Its parts can have parts of their own: what a file holds."""
    before: tuple[Step, ...] = ()
    """The way into the store that it comes out of."""


class Sources:
    """Recognises declared data among values."""

    def __init__(self, things: Things, reach: Reach, stores: Stores) -> None:
        self.things, self.reach, self.stores = things, reach, stores
        self._names = Names(things.tracer)
        self.redactors = Redactors(things, self._names)
        self._mapped: dict[tuple[str, ...], frozenset[str]] = {}

    def hit(self, node: Node, declared: DataDeclaration, *, by_id: bool = False) -> Hit | None:
        """What a value is to a kind of data; None when that only shows in what it is made of. `by_id`: where it goes to is told
        the id of a record, and gets the record: a training run the id of a file."""
        value = as_item(node.value)
        redactor = self.redactors.of_result(value, declared)
        if redactor:
            return Hit("redacted", redactor)
        if isinstance(value, Member | Via) and value.name.rpartition(".")[2] in _ABOUT:
            return Hit("harmless")
        if not by_id and _is_identifier(value, declared):
            return Hit("harmless")
        path = node.path
        found = self._hit(value, declared, path[0] if path else None) or self._hit_in_query(node, declared)
        if found is None and (name := _given_as(value)) in declared.fields:
            return Hit("source", name, False)
        if found is None or found.what != "source" or found.name in declared.fields or not path or isinstance(path[0], int):
            return found
        if any(_IDENTIFIERS.search(str(one)) for one in path):
            return Hit("harmless")
        if found.whole or not declared.fields:
            return found
        if named := next((str(one) for one in path if one in declared.fields), ""):
            return Hit("source", named, found.certain, before=found.before)
        if found.nests and path[0] in _TEXTS and not _is_column(node):
            return found
        # What lies further in may be one of the fields, but in a table there is nothing further in.
        certain = _is_column(node) or not (found.nests or any(map(_is_renamed, (value, *node.way))))
        return Hit("harmless") if certain else replace(found, certain=False)

    def is_declared(self, name: str, declared: DataDeclaration) -> bool:
        """Whether the dotted name of a class, function or variable is one of the declared ones."""
        return self._names.has(name, declared.types)

    def _is_number(self, owner: str, name: str) -> bool:
        """Whether the class says that a field is a number or a truth value, which by itself says little about anybody."""
        cls = self._own_classes.get(owner)
        bindings = () if cls is None else self.things.tracer.program.scope(cls.file, cls.scope).bindings
        kinds = [b.annotation for b in bindings if b.name == name and b.annotation is not None]
        named = [{part.name for part in f.walk(one) if isinstance(part, f.Name)} for one in kinds]
        return any(names & _NUMBERS and names <= {*_NUMBERS, "Optional", "Union"} for names in named)

    def _is_class(self, cls: ScopeValue, declared: DataDeclaration) -> bool:
        """Whether the objects of a class are records: it is declared, or its base class or its table is."""
        if any(self.is_declared(one.name, declared) for one in self.things.tracer.classes.mro(cls)):
            return True
        return bool(declared.tables) and self._table_of(cls) in {table.lower() for table in declared.tables}

    def _of_tables(self, declared: DataDeclaration) -> frozenset[str]:
        """The dotted names of the classes whose table is a declared one."""
        if declared.tables not in self._mapped:
            tables, program = {table.lower() for table in declared.tables}, self.things.tracer.program
            named = (
                one
                for one in (self._own_classes.values() if tables else ())
                if "__tablename__" in program.scope(one.file, one.scope).exits
            )
            self._mapped[declared.tables] = frozenset(one.name for one in named if self._table_of(one) in tables)
        return self._mapped[declared.tables]

    @cached_property
    def _own_classes(self) -> dict[str, ScopeValue]:
        """The classes of the repository by their dotted names."""
        program = self.things.tracer.program
        found = (
            ScopeValue(Place(path, 1), path, scope.index, "class", program.dotted(path, scope))
            for path, file in program.files.items()
            for scope in file.scopes
            if scope.kind == "class"
        )
        return {one.name: one for one in found}

    def _hit(self, value: Value, declared: DataDeclaration, field: str | int | None = None) -> Hit | None:
        if isinstance(value, Via):
            return self._hit_via(value, declared)
        if isinstance(value, Instance):
            return Hit("source") if self._is_type(value, declared) else None
        if isinstance(value, Member):
            return None if is_all(value) else self._hit_member(value, declared)
        if isinstance(value, ItemOf):
            return self._hit_item(value, declared)
        if isinstance(value, Symbol):
            return Hit("source") if self.is_declared(value.name, declared) else None
        if isinstance(value, CallValue):
            return self._hit_call(value, declared, field)
        return None

    def _hit_item(self, value: ItemOf, declared: DataDeclaration) -> Hit | None:
        key = spell(value.key)[0] if value.key is not None else []
        if key == [0] and self._is_key_of_record(value.base, declared):
            return Hit("harmless")
        if any(k in declared.fields for k in key):
            sure = not declared.types or self._is_record(value.base, declared)
            return Hit("source", str(next(k for k in key if k in declared.fields)), sure)
        if declared.fields and key and all(isinstance(k, str) for k in key) and self._is_record(value.base, declared):
            return None if self._is_open(value.base, declared) else Hit("harmless")
        return None

    def _is_open(self, value: Value, declared: DataDeclaration) -> bool:
        """Whether more than the declared fields of a value is this data: of what a declared function, a store or a file gives."""
        known = core(value)
        if self._is_result(known, declared) or self._stored(known, declared) is not None or _is_renamed(known):
            return True
        found = self._hit_call(known, declared) if isinstance(known, CallValue) else None
        return found is not None and found.nests

    def _stored(self, value: Value, declared: DataDeclaration) -> Stored | None:
        """How this data got into the store in which a call searches, whose answer is a list of texts and no record."""
        known = core(value)
        for match in self.things.matches(known) if isinstance(known, CallValue) else ():
            searches = match.result == "documents" or match.shape.site is SiteKind.RETRIEVAL
            if searches and (stored := self.stores.found(declared.name, match)) is not None:
                return stored
        return None

    def _is_result(self, value: Value, declared: DataDeclaration) -> bool:
        """Whether a value is what a declared function gives: all of it is this data."""
        known = core(value)
        called = core(known.callee) if isinstance(known, CallValue) else None
        if isinstance(called, Symbol) and _is_class_name(called.name):
            return False
        return isinstance(called, ScopeValue | Symbol) and self.is_declared(called.name, declared)

    def _hit_via(self, via: Via, declared: DataDeclaration) -> Hit | None:
        if via.how in ("return", "variable") and self.is_declared(via.name, declared):
            return Hit("source", via.name.rpartition(".")[2], whole=True)
        if via.of is not None and (found := self._hit_member(Member(via.place, via.of, via.name.rpartition(".")[2]), declared)):
            return found
        if via.how in ("attribute", "taken"):
            owner, _, name = via.name.rpartition(".")
            is_record = self.is_declared(owner, declared) or owner in self._of_tables(declared)
            if name in declared.fields and (is_record or not declared.types or "." not in owner):
                return Hit("source", name)
            if is_record and core(via.value).tag != "scope":
                return Hit("harmless") if declared.fields else Hit("source", name, not self._is_number(owner, name))
        if via.type is not None and self._is_type_value(via.type, declared):
            return Hit("source")
        return None

    def _hit_member(self, member: Member, declared: DataDeclaration) -> Hit | None:
        base = core(member.base)
        if isinstance(base, ScopeValue) and base.kind == "class" and self._is_class(base, declared):
            return Hit("source") if member.name in _MANAGERS else Hit("harmless")
        if self._is_record(member.base, declared):
            if member.name in declared.fields or not declared.fields:
                return Hit("source", member.name)
            # A method may hand out everything (`model_dump`), a plain field only itself.
            return None if member.name in _DUMPS or self._stored(member.base, declared) else Hit("harmless")
        if member.name in declared.fields and not self._is_other_type(member.base, declared):
            return Hit("source", member.name, not declared.types)
        return None

    def _hit_call(self, value: CallValue, declared: DataDeclaration, field: str | int | None = None) -> Hit | None:
        if self._is_result(value, declared):
            return Hit("source", self.redactors.dotted(value.callee).rpartition(".")[2], whole=True)
        called = core(value.callee)
        if isinstance(called, Symbol) and any(
            _is_class_name(one) and self.is_declared(one, declared) for one in (called.name, called.name.rpartition(".")[0])
        ):
            return Hit("source")
        if (stored := self._stored(value, declared)) is not None:
            return Hit("source", certain=stored.certain, whole=True, before=stored.steps)
        if (
            isinstance(value.callee, Member)
            and value.callee.name in (*_DUMPS, "drop")
            and declared.fields
            and self._is_record(value.callee.base, declared)
            and self._leaves_out(value, value.callee.base, declared)
        ):
            return Hit("harmless")
        if declared.tables and dotted(value.callee).endswith(".Table") and value.call.args:
            named = literal(self.things.tracer.value(value.call.args[0].value, value.frame))
            if isinstance(named, str) and named.lower() in {t.lower() for t in declared.tables}:
                return Hit("source", named)
        given = () if self._is_message(value) else statements_of(value, self.things.tracer)
        statements = [t for one in given for t in spell(one)[0] if isinstance(t, str)]
        for text in statements if declared.tables else ():
            if tables := tables_in(text) & {t.lower() for t in declared.tables}:
                return _of_columns(text, field, declared) or Hit("source", next(iter(sorted(tables))))
        if statements and _runs(value) and all(is_about_tables(text) for text in statements):
            return Hit("harmless")
        if declared.files and not _is_path(value):
            path = next((p for p in paths_in(value, self.things.tracer) if covers(declared.files, p)), "")
            if path and declared.fields and self._leaves_out(value, value, declared):
                return Hit("harmless")
            # What is read out of a database that is a file is what its statements say.
            return Hit("source", path, not _connects(value), nests=True) if path else None
        return None

    def _is_message(self, value: CallValue) -> bool:
        """Whether a call is known to take texts for a model: `HumanMessage("Select the best of …")` is no statement."""
        return any(arg.role in _FOR_A_MODEL for match in self.things.matches(value) for arg in match.shape.args)

    def _leaves_out(self, value: CallValue, record: Value, declared: DataDeclaration) -> bool:
        """`record.model_dump(exclude={"ssn"})`, `frame.drop(columns=["ssn"])`: whether none of the sensitive fields is in what is
        handed out."""
        tracer = self.things.tracer
        named = {
            key: _names(tracer.functions.keyword_or_position(tracer, value.call, value.frame, key, -1))
            for key in ("include", "exclude", "columns", "usecols")
        }
        if isinstance(value.callee, Member) and value.callee.name == "drop":
            return named["columns"] is not None and set(declared.fields) <= named["columns"]
        for kept in (named["include"], named["usecols"], named["columns"]):
            if kept is not None:
                return not kept & set(declared.fields)
        return named["exclude"] is not None and self._fields_of(record, declared) <= named["exclude"]

    def _fields_of(self, record: Value, declared: DataDeclaration) -> set[str]:
        """The declared fields that the class of a record has; all of them where the class is not known."""
        classes = [core(one.type) for one in _steps(record) if one.type is not None]
        classes.extend(one.cls for one in alternatives(core(record)) if isinstance(one, Instance))
        cls = next((one for one in classes if isinstance(one, ScopeValue) and one.kind == "class"), None)
        own = set() if cls is None else set(settings.fields(self.things.tracer, cls))
        return (set(declared.fields) & own) if own else set(declared.fields)

    def _hit_in_query(self, node: Node, declared: DataDeclaration) -> Hit | None:
        """`session.query(Patient)`: rows of a declared class."""
        if isinstance(node.value, ScopeValue) and node.value.kind == "class" and node.way:
            parent = node.way[-1]
            callee = core(parent.callee) if isinstance(parent, CallValue) else None
            name = callee.name.rpartition(".")[2] if isinstance(callee, Member | Symbol) else ""
            if name in _QUERIES and self._is_class(node.value, declared):
                return Hit("source")
        return None

    def _table_of(self, cls: ScopeValue) -> str:
        found = core(self.things.tracer.member(cls, "__tablename__", cls.place))
        return str(getattr(found, "value", "")).lower() if found.tag == "constant" else ""

    def _is_record(self, value: Value, declared: DataDeclaration) -> bool:
        """Whether a value is a record of the declared types."""
        one: Value = value
        while isinstance(one, Via):
            if one.type is not None and self._is_type_value(one.type, declared):
                return True
            if one.how in ("return", "variable") and self.is_declared(one.name, declared):
                return True
            one = one.value
        if any(isinstance(o, Instance) and self._is_type(o, declared) for o in alternatives(one)):
            return True
        if isinstance(one, ItemOf | Member) and (typed := self._typed(one)) is not None:
            return self._is_record(typed, declared)
        if isinstance(one, Member) and one.name in ("c", "columns"):
            return self._is_record(one.base, declared)
        if isinstance(one, CallValue) and isinstance(one.callee, Member) and one.callee.name in _DUMPS:
            return self._is_record(one.callee.base, declared)
        return isinstance(one, CallValue) and (self._hit_call(one, declared) is not None or self._is_query(one, declared))

    def _typed(self, value: ItemOf | Member) -> Value | None:
        """What the class of an object says about one of its attributes or entries: `state["email"]` of a typed dictionary."""
        key = core(value.key) if isinstance(value, ItemOf) and value.key is not None else None
        name = value.name if isinstance(value, Member) else key.value if isinstance(key, Constant) else None
        kind = next((one.type for one in _steps(value.base) if one.type is not None), None)
        if not isinstance(name, str) or kind is None:
            return None
        return self.things.tracer.classes.typed_member(kind, name, value.place)

    def _is_query(self, value: CallValue, declared: DataDeclaration) -> bool:
        """Whether a call gives rows of a declared class."""
        return any(self._is_class(one, declared) for one in self._classes_of_rows(value))

    def _classes_of_rows(self, value: CallValue) -> Iterator[ScopeValue]:
        """Classes of the rows that a call gives: `session.query(Patient).filter(…).first()`, `Patient.objects.get(…)`."""
        one: Value = value
        while isinstance(one, CallValue) and gives_rows(one):
            asked = (core(self.things.tracer.value(arg.value, one.frame)) for arg in one.call.args[:2])
            yield from (cls for cls in asked if isinstance(cls, ScopeValue) and cls.kind == "class")
            one = core(one.callee)
            one = core(one.base) if isinstance(one, Member) else one
            if isinstance(one, Member) and one.name in _MANAGERS:
                one = core(one.base)
        if isinstance(one, ScopeValue) and one.kind == "class":
            yield one

    def _is_key_of_record(self, pair: Value, declared: DataDeclaration) -> bool:
        """`for key, value in record.items()`: the first of each pair is the name of a field, not what it holds."""
        known = core(pair)
        items = core(known.base) if isinstance(known, ItemOf) and known.key is None else None
        callee = core(items.callee) if isinstance(items, CallValue) else None
        return isinstance(callee, Member) and callee.name == "items" and self._is_record(callee.base, declared)

    def _is_other_type(self, value: Value, declared: DataDeclaration) -> bool:
        """Whether a value certainly is something else than the declared records."""
        if not declared.types:
            return False
        known = core(value)
        if isinstance(known, CallValue) and (rows := list(self._classes_of_rows(known))):
            return not any(self._is_class(one, declared) for one in rows)
        return isinstance(known, Instance | ScopeValue) or (isinstance(value, Via) and isinstance(value.type, ScopeValue))

    def _is_type(self, value: Instance, declared: DataDeclaration) -> bool:
        return self._is_class(value.cls, declared)

    def _is_type_value(self, kind: Value, declared: DataDeclaration) -> bool:
        for one in alternatives(kind):
            if isinstance(one, Listing):
                if any(self._is_type_value(i, declared) for i in one.items):
                    return True
            elif isinstance(one, ScopeValue) and one.kind == "class":
                if self._is_class(one, declared):
                    return True
            elif isinstance(one, Symbol) and self.is_declared(one.name, declared):
                return True
        return False


def _of_columns(sql: str, taken: str | int | None, declared: DataDeclaration) -> Hit | None:
    """What the columns that a statement reads are, or the one that is taken of them; None where it may be all of the record."""
    columns = columns_in(sql, taken)
    if not columns:
        return None
    named = [one for one in columns if one in declared.fields]
    if named:
        return Hit("source", ", ".join(named))
    return Hit("harmless") if declared.fields or all(_IDENTIFIERS.search(one) for one in columns) else None


def _steps(value: Value) -> Iterator[Via]:
    while isinstance(value, Via):
        yield value
        value = value.value


def _is_class_name(name: str) -> bool:
    return name.rpartition(".")[2][:1].isupper()


def _is_renamed(value: Value) -> bool:
    """Whether a dump has other names than the fields that it holds: `record.model_dump(by_alias=True)`."""
    return isinstance(value, CallValue) and any(arg.name == "by_alias" for arg in value.call.args)


def _is_column(node: Node) -> bool:
    """Whether what is taken of a file is a column of a table in it."""
    for one in (node.value, *node.way):
        callee = core(one.callee) if isinstance(one, CallValue) else None
        name = callee.name.rpartition(".")[2] if isinstance(callee, Member | Symbol) else ""
        if name in _TABLES:
            return len(node.path) > _TABLES[name]
    return False


def _connects(value: CallValue) -> bool:
    """Whether a call opens a database, and reads nothing yet."""
    callee = core(value.callee)
    name = callee.name.rpartition(".")[2] if isinstance(callee, Symbol | Member) else ""
    return name in ("connect", "create_engine", "create_async_engine", "from_uri")


def _is_path(value: CallValue) -> bool:
    """Whether a call only makes a path, or asks about one: nothing is read."""
    callee = core(value.callee)
    if isinstance(callee, Symbol):
        return callee.name.startswith(
            ("os.path.", "pathlib.", "os.fspath", "builtins.str", "glob.", "os.makedirs", "os.listdir", "shutil.")
        )
    return isinstance(callee, Member) and callee.name in _ABOUT_PATHS


def _runs(value: CallValue) -> bool:
    """Whether a call says by its name that it runs statements: anything else may take texts that only look like one."""
    callee = core(value.callee)
    name = callee.name.rpartition(".")[2] if isinstance(callee, Member | Symbol | ScopeValue) else ""
    return gives_rows(value) or _RUNS.search(name) is not None


def _given_as(value: Value) -> str:
    """The name under which something is handed to a function."""
    if isinstance(value, Via) and value.how == "argument":
        return value.name.rpartition(".")[2]
    return value.name if isinstance(value, Parameter) else ""


def _is_identifier(value: Value, declared: DataDeclaration) -> bool:
    """Whether it is only the key of a record."""
    name = ""
    if isinstance(value, Member):
        name = value.name
    elif isinstance(value, Via) and value.how in ("attribute", "taken"):
        name = value.name.rpartition(".")[2]
    elif isinstance(value, ItemOf):
        key = core(value.key) if value.key is not None else None
        name = key.value if isinstance(key, Constant) and isinstance(key.value, str) else ""
    return bool(name) and name not in declared.fields and _IDENTIFIERS.search(name) is not None


def _names(value: Value | None) -> set[str] | None:
    """The texts of a set or list that is wholly known; None when it is not given or not known."""
    known = None if value is None else core(value)
    if not isinstance(known, Listing) or known.open:
        return None
    texts = [spell(i)[0] for i in known.items]
    return {str(t[0]) for t in texts} if all(len(t) == 1 for t in texts) else None


def covers(globs: Sequence[str], path: str) -> bool:
    """Whether a path in the code is one of the declared files, or a folder that holds them."""
    clean = path.removeprefix("./").rstrip("/")
    return any(path_matches(g, clean) or path_matches(g, clean + "/x") or path_matches(g, clean.replace("*", "x")) for g in globs)
