"""Declared data and declared knowledge -> flows: the way from a source to a site, step by step."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from linter.infer.content import contents
from linter.infer.lineage import paths_in, statements_of
from linter.infer.reach import Node, Reach
from linter.infer.scalars import spell
from linter.infer.sites import Found
from linter.infer.things import Things
from linter.model.architecture import Flow, FlowKind
from linter.model.catalogue import Role, SiteKind
from linter.model.glob import path_matches
from linter.model.manifest import DataDeclaration, KnowledgeDeclaration, Manifest
from linter.model.place import Step
from linter.model.values import (
    CallValue,
    Instance,
    ItemOf,
    Listing,
    Member,
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
_DUMPS = ("model_dump", "dict", "json", "model_dump_json", "__dict__", "to_dict", "asdict", "copy")
"""Methods that hand out the whole record."""
_SQL = re.compile(r"\b(?:from|join|into|update|table)\s+[\"'`\[]?(?:\w+\.)?[\"'`\[]?(\w+)", re.I)
_SENDS = {
    SiteKind.INFERENCE: (Role.PROMPT, Role.SYSTEM_PROMPT, Role.QUERY, Role.DOCUMENTS),
    SiteKind.EMBEDDING: (Role.DOCUMENTS, Role.QUERY, Role.PROMPT),
    SiteKind.RERANK: (Role.DOCUMENTS, Role.QUERY),
    SiteKind.RETRIEVAL: (Role.QUERY,),
    SiteKind.INGEST: (Role.DOCUMENTS,),
    SiteKind.VECTOR_STORE: (Role.DOCUMENTS,),
    SiteKind.FINETUNE: (Role.DATASET,),
    SiteKind.EGRESS: (Role.PROMPT, Role.DOCUMENTS),
}
"""What each kind of site hands on."""


@dataclass(frozen=True, slots=True, eq=False)
class _Hit:
    """A node at which a way ends. `what`: source, harmless (another field of the record), redacted."""

    what: str
    name: str = ""
    certain: bool = True
    """False: only the name says so (a key `diagnosis` of a dictionary that nobody knows)."""


class Flows:
    """Finds flows of what the manifest declares."""

    def __init__(self, things: Things, reach: Reach, manifest: Manifest | None) -> None:
        self.things, self.reach, self.manifest = things, reach, manifest

    def all(self, found: Sequence[Found]) -> list[Flow]:
        """Every flow of declared data and knowledge to a site."""
        if self.manifest is None:
            return []
        flows: list[Flow] = []
        for one in found:
            system = self.manifest.system_of(one.site.place.file)
            for declared in system.data:
                flows.extend(self._sensitive(one, declared))
            for knowledge in system.updates.knowledge:
                flows.extend(self._knowledge(one, knowledge))
        return flows

    def _values(self, found: Found) -> list[Value]:
        kinds = (found.site.kind, *found.site.also)
        roles = tuple(dict.fromkeys(r for k in kinds for r in _SENDS.get(k, ())))
        values = [v for _, v in contents(self.things, found, *roles)] if roles else []
        if SiteKind.FINETUNE in kinds:
            # The data set may have been handed to the trainer's constructor.
            for match in found.matches:
                for made in match.thing.made if match.thing else ():
                    values.extend(v for _, v in self.things.role(made, Role.DATASET))
        return values

    # -- sensitive data ---------------------------------------------------------------------------------------------------

    def _sensitive(self, found: Found, declared: DataDeclaration) -> Iterator[Flow]:
        """At most one flow for a site and a kind of data: the shortest certain one, with all fields that take it."""
        hits: list[tuple[Node, _Hit]] = []
        for value in self._values(found):
            ends: dict[int, _Hit] = {}

            def stop(one: Value, ends: dict[int, _Hit] = ends) -> bool:
                hit = self._hit(one, declared)
                if hit is not None:
                    ends[id(one)] = hit
                return hit is not None

            for node in self.reach.walk(value, stop):
                hit = ends.get(id(node.value)) or self._hit_in_query(node, declared)
                if hit is None and stop(node.value):
                    hit = ends[id(node.value)]
                if hit is not None and hit.what != "harmless":
                    hits.append((node, hit))
        sources = [(n, h) for n, h in hits if h.what == "source"]
        chosen = next(((n, h) for n, h in sources if n.certain and h.certain), sources[0] if sources else None)
        target = Step(found.site.place, _sent(found))
        if chosen is not None:
            node, hit = chosen
            fields = ", ".join(dict.fromkeys(h.name for _, h in sources if h.name))
            steps = [*node.steps()]
            steps[0] = replace(steps[0], what=f"{hit.name or declared.name}: {steps[0].what or 'comes from here'}")
            yield Flow(
                FlowKind.SENSITIVE_DATA,
                declared.name,
                found.site.id,
                (*steps, target),
                node.certain and hit.certain,
                field=fields,
            )
        elif hits:
            node, hit = hits[0]
            yield Flow(
                FlowKind.SENSITIVE_DATA, declared.name, found.site.id, (*node.steps(), target), node.certain, redacted_by=hit.name
            )

    def _hit(self, value: Value, declared: DataDeclaration) -> _Hit | None:
        redactor = self._redactor(value, declared)
        if redactor:
            return _Hit("redacted", redactor)
        if isinstance(value, Via):
            return self._hit_via(value, declared)
        if isinstance(value, Instance):
            return _Hit("source") if self._is_type(value, declared) else None
        if isinstance(value, Member):
            return self._hit_member(value, declared)
        if isinstance(value, ItemOf):
            key = spell(value.key)[0] if value.key is not None else []
            if key == [0] and self._is_key_of_record(value.base, declared):
                return _Hit("harmless")
            if any(k in declared.fields for k in key):
                sure = not declared.types or self._is_record(value.base, declared)
                return _Hit("source", str(next(k for k in key if k in declared.fields)), sure)
            if declared.fields and key and all(isinstance(k, str) for k in key) and self._is_record(value.base, declared):
                return _Hit("harmless")
            return None
        if isinstance(value, Symbol):
            return _Hit("source") if _named(value.name, declared.types) else None
        if isinstance(value, CallValue):
            return self._hit_call(value, declared)
        return None

    def _hit_via(self, via: Via, declared: DataDeclaration) -> _Hit | None:
        if via.how in ("return", "variable") and _named(via.name, declared.types):
            return _Hit("source", via.name.rpartition(".")[2])
        if via.how == "attribute":
            owner, _, name = via.name.rpartition(".")
            is_record = _named(owner, declared.types) or self._inherits(owner, declared)
            if name in declared.fields and (is_record or not declared.types or "." not in owner):
                return _Hit("source", name)
            if is_record and core(via.value).tag != "scope":
                return _Hit("harmless") if declared.fields else _Hit("source", name)
        if via.type is not None and self._is_type_value(via.type, declared):
            return _Hit("source")
        return None

    def _hit_member(self, member: Member, declared: DataDeclaration) -> _Hit | None:
        base = core(member.base)
        if isinstance(base, ScopeValue) and base.kind == "class" and _named(base.name, declared.types):
            return _Hit("source") if member.name in _MANAGERS else _Hit("harmless")
        if self._is_record(member.base, declared):
            if member.name in declared.fields or not declared.fields:
                return _Hit("source", member.name)
            # A method may hand out everything (`model_dump`), a plain field only itself.
            return None if member.name in _DUMPS else _Hit("harmless")
        if member.name in declared.fields and not self._is_other_type(member.base, declared):
            return _Hit("source", member.name, not declared.types)
        return None

    def _hit_call(self, value: CallValue, declared: DataDeclaration) -> _Hit | None:
        if (
            isinstance(value.callee, Member)
            and value.callee.name in _DUMPS
            and declared.fields
            and self._is_record(value.callee.base, declared)
            and self._leaves_out(value, declared)
        ):
            return _Hit("harmless")
        if declared.tables and dotted(value.callee).endswith(".Table") and value.call.args:
            named = literal(self.things.tracer.value(value.call.args[0].value, value.frame))
            if isinstance(named, str) and named.lower() in {t.lower() for t in declared.tables}:
                return _Hit("source", named)
        if declared.tables:
            for given in statements_of(value, self.things.tracer):
                for text in spell(given)[0]:
                    if isinstance(text, str) and tables_in(text) & {t.lower() for t in declared.tables}:
                        return _Hit("source", next(iter(tables_in(text) & {t.lower() for t in declared.tables})))
        if declared.files and any(_covers(declared.files, p) for p in paths_in(value, self.things.tracer)):
            return _Hit("source", next(p for p in paths_in(value, self.things.tracer) if _covers(declared.files, p)))
        return None

    def _leaves_out(self, value: CallValue, declared: DataDeclaration) -> bool:
        """`record.model_dump(exclude={"ssn"})`: whether none of the sensitive fields is in what is handed out."""
        tracer = self.things.tracer
        named = {
            key: _names(tracer.functions.keyword_or_position(tracer, value.call, value.frame, key, -1))
            for key in ("include", "exclude")
        }
        if named["include"] is not None:
            return not named["include"] & set(declared.fields)
        return named["exclude"] is not None and set(declared.fields) <= named["exclude"]

    def _hit_in_query(self, node: Node, declared: DataDeclaration) -> _Hit | None:
        """`session.query(Patient)`: rows of a declared class."""
        if isinstance(node.value, ScopeValue) and node.value.kind == "class" and node.way:
            parent = node.way[-1]
            callee = core(parent.callee) if isinstance(parent, CallValue) else None
            name = callee.name.rpartition(".")[2] if isinstance(callee, Member | Symbol) else ""
            if name in _QUERIES and (
                _named(node.value.name, declared.types)
                or self._inherits(node.value.name, declared)
                or self._table_of(node.value) in {t.lower() for t in declared.tables}
            ):
                return _Hit("source")
        return None

    def _table_of(self, cls: ScopeValue) -> str:
        found = core(self.things.tracer.member(cls, "__tablename__", cls.place))
        return str(getattr(found, "value", "")).lower() if found.tag == "constant" else ""

    def _redactor(self, value: Value, declared: DataDeclaration) -> str:
        if isinstance(value, Via) and value.how == "return" and _named(value.name, declared.redacted_by):
            return value.name
        if isinstance(value, CallValue):
            match = self.reach.result_of(value)
            if match is not None and match.result == "redacted":
                return match.made.dotted
            name = self.dotted(value.callee)
            if name and _named(name, declared.redacted_by):
                return name
        return ""

    def dotted(self, callee: Value) -> str:
        """The dotted name of what is called: `package.Class.method` also when it is called on an object."""
        path: list[str] = []
        one = callee
        while isinstance(core(one), Member):
            inner = core(one)
            assert isinstance(inner, Member)
            path.insert(0, inner.name)
            one = inner.base
        known = core(one)
        if isinstance(known, CallValue) and dotted(known.callee):
            path.insert(0, dotted(known.callee))
        elif isinstance(known, Symbol):
            path.insert(0, known.name)
        elif isinstance(known, Instance):
            path.insert(0, known.cls.name)
        elif isinstance(one, Via) and isinstance(one.type, Symbol):
            path.insert(0, one.type.name)
        else:
            return ""
        return ".".join(path)

    def _is_record(self, value: Value, declared: DataDeclaration) -> bool:
        """Whether a value is a record of the declared types."""
        one: Value = value
        while isinstance(one, Via):
            if one.type is not None and self._is_type_value(one.type, declared):
                return True
            if one.how in ("return", "variable") and _named(one.name, declared.types):
                return True
            one = one.value
        if any(isinstance(o, Instance) and self._is_type(o, declared) for o in alternatives(one)):
            return True
        if isinstance(one, Member) and one.name in ("c", "columns"):
            return self._is_record(one.base, declared)
        if isinstance(one, CallValue) and isinstance(one.callee, Member) and one.callee.name in _DUMPS:
            return self._is_record(one.callee.base, declared)
        return isinstance(one, CallValue) and self._hit_call(one, declared) is not None

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
        return isinstance(known, Instance | ScopeValue) or (isinstance(value, Via) and isinstance(value.type, ScopeValue))

    def _is_type(self, value: Instance, declared: DataDeclaration) -> bool:
        return any(_named(c.name, declared.types) for c in self.things.tracer.classes.mro(value.cls))

    def _inherits(self, name: str, declared: DataDeclaration) -> bool:
        return False

    def _is_type_value(self, kind: Value, declared: DataDeclaration) -> bool:
        for one in alternatives(kind):
            if isinstance(one, Listing):
                if any(self._is_type_value(i, declared) for i in one.items):
                    return True
            elif isinstance(one, ScopeValue) and one.kind == "class":
                if any(_named(c.name, declared.types) for c in self.things.tracer.classes.mro(one)):
                    return True
            elif isinstance(one, Symbol) and _named(one.name, declared.types):
                return True
        return False

    # -- knowledge --------------------------------------------------------------------------------------------------------

    def _knowledge(self, found: Found, declared: KnowledgeDeclaration) -> Iterator[Flow]:
        target = Step(found.site.place, _sent(found))
        for value in self._values(found):
            for node in self.reach.walk(value):
                name = self._knowledge_name(node.value, declared)
                if name:
                    steps = [*node.steps()]
                    steps[0] = replace(steps[0], what=f"{declared.name}: {name}")
                    yield Flow(FlowKind.KNOWLEDGE, declared.name, found.site.id, (*steps, target), node.certain, field=name)
                    return

    def _knowledge_name(self, value: Value, declared: KnowledgeDeclaration) -> str:
        if not isinstance(value, CallValue):
            return ""
        for path in paths_in(value, self.things.tracer):
            if _covers(declared.files, path):
                return path
        if declared.tables:
            wanted = {t.lower() for t in declared.tables}
            for given in statements_of(value, self.things.tracer):
                for text in spell(given)[0]:
                    if isinstance(text, str) and tables_in(text) & wanted:
                        return f"table {next(iter(tables_in(text) & wanted))}"
        return self._collection(value, declared) if declared.collections else ""

    def _collection(self, value: CallValue, declared: KnowledgeDeclaration) -> str:
        """The declared collection that a search looks into."""
        for match in self.things.matches(value):
            if match.result == "documents" or match.shape.site is SiteKind.RETRIEVAL:
                for made in (match.made, *(match.thing.made if match.thing else ())):
                    for _, named in self.things.role(made, Role.COLLECTION):
                        hits = [s for s in spell(named)[0] if isinstance(s, str) and s in declared.collections]
                        if hits:
                            return f"collection {hits[0]}"
        return ""


def _names(value: Value | None) -> set[str] | None:
    """The texts of a set or list that is wholly known; None when it is not given or not known."""
    known = None if value is None else core(value)
    if not isinstance(known, Listing) or known.open:
        return None
    texts = [spell(i)[0] for i in known.items]
    return {str(t[0]) for t in texts} if all(len(t) == 1 for t in texts) else None


def tables_in(sql: str) -> set[str]:
    """The tables that an SQL text names, in lower case."""
    return (
        {m.lower() for m in _SQL.findall(sql)}
        if "select" in sql.lower() or "insert" in sql.lower() or "from" in sql.lower()
        else set()
    )


def _covers(globs: Sequence[str], path: str) -> bool:
    """Whether a path in the code is one of the declared files, or a folder that holds them."""
    clean = path.removeprefix("./").rstrip("/")
    return any(path_matches(g, clean) or path_matches(g, clean + "/x") or path_matches(g, clean.replace("*", "x")) for g in globs)


def _named(name: str, wanted: Sequence[str]) -> bool:
    """Whether a dotted name is one of those declared. The two may be counted from different source roots."""
    return any(name == one or name.endswith("." + one) or (one.endswith("." + name) and "." in name) for one in wanted)


def _sent(found: Found) -> str:
    where = " or ".join(str(v) for v in found.site.get("provider").values) or "a model"
    verb = {
        SiteKind.INFERENCE: "sent to",
        SiteKind.EMBEDDING: "embedded by",
        SiteKind.INGEST: "stored in",
        SiteKind.FINETUNE: "trains",
    }.get(found.site.kind, "handed to")
    return f"{verb} {where}"
