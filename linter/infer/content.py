"""What goes into a site: the content arguments of an inference, and what they tell (context, retrieval, history)."""

from __future__ import annotations

from collections.abc import Iterator

from linter.infer.history import History, history
from linter.infer.lineage import paths_in
from linter.infer.reach import Reach
from linter.infer.scalars import attribute, list_items, reason
from linter.infer.sites import Found
from linter.infer.things import Made, Match, Thing, Things
from linter.infer.tools import Retrieving
from linter.model.architecture import UNSET, Attribute, Scalar, State
from linter.model.catalogue import Role, SiteKind
from linter.model.place import Step
from linter.model.values import CallValue, ItemOf, Member, Parameter, Symbol, Unknown, Value, alternatives, core

CONTENT = (Role.PROMPT, Role.SYSTEM_PROMPT, Role.QUERY, Role.DOCUMENTS, Role.DATASET, Role.PAYLOAD)
_READS_FILES = ("read", "read_text", "read_bytes", "readlines", "load_data", "extract_text", "load")
_RETRIEVERS = ("retriever", "index")
_WITH_PROMPTS = (Role.PART, Role.TEMPLATE, Role.TOOLS)
_PROMPTED = ("agent", "template", "chain", "")
_WHOLE = ("via", "template", "alternatives", "collected", "listing", "mapping", "combined", "changed")
"""What hands on the whole of something, not a field of it or what a function makes of it."""
_OPEN = ("parameter", "call", "env", "unknown", "member", "item", "again", "instance")
_CARRIES_NOTHING = (
    "a counter",
    "an option of the command line",
    "a part of a text",
    "where the parts of a text go",
    "there is no key",
    "whether there is a key",
    "the value of a compare",
    "the value of a not ",
    "the value of a ellipsis ",
)
"""Reasons of what is not known, but is a number, a truth value or a short text; or whose parts are looked at themselves."""
_READERS = ("json", "csv", "parquet", "text")
"""Names of formats, where `load_dataset` is told the data set by another argument."""


def contents(things: Things, found: Found, *roles: Role) -> Iterator[tuple[Role, Value]]:
    """The traced arguments of a site that carry content."""
    for match in found.matches:
        for role in roles or CONTENT:
            for _, value in things.role(match.made, role):
                yield role, value
        # A prompt that is fixed when the object or a part of it is built (a template, an agent's task) goes out with every call.
        mades = [*(match.thing.made if match.thing is not None else ()), *_made_of_parts(things, match)]
        for made in mades:
            for role in (Role.PROMPT, Role.SYSTEM_PROMPT):
                if not roles or role in roles:
                    for _, value in things.role(made, role):
                        yield role, value


def _made_of_parts(things: Things, match: Match) -> Iterator[Made]:
    """How the parts of an object came about that bring prompts of their own: templates, tasks, the agents of a team."""
    if match.shape.site is not SiteKind.INFERENCE:
        return
    chain = (match.made, *(match.thing.made if match.thing is not None else ()))
    stack = [*(match.thing.parts if match.thing is not None else ()), *things.parts(chain, *_WITH_PROMPTS)]
    seen: set[int] = set()
    while stack and len(seen) < 60:
        part = stack.pop(0)
        key = id(part.made[0].call) if part.made else id(part)
        if key not in seen and part.type.kind in _PROMPTED:
            seen.add(key)
            yield from part.made
            stack.extend((*part.parts, *things.parts(part.made, *_WITH_PROMPTS)))


class Prompt:
    """What the prompt of one inference site is made of."""

    def __init__(self, things: Things, reach: Reach, found: Found, retrieving: Retrieving) -> None:
        self.things, self.reach, self.found = things, reach, found
        self.retrieving = retrieving
        self.values = [v for r, v in contents(things, found, Role.PROMPT, Role.SYSTEM_PROMPT, Role.QUERY)]
        self.retrieved: list[tuple[Step, ...]] = []
        self.histories: list[History] = []
        self.documents: list[tuple[Step, ...]] = []
        self.is_open = False
        self.opaque: list[str] = []
        """What could not be looked into, and may bring anything along."""
        self._look()

    def _look(self) -> None:
        for value in self.values:
            grown = history(value, self.reach)
            if grown is not None:
                self.histories.append(grown)
            for node in self.reach.walk(value):
                one = node.value
                match = self.reach.result_of(one)
                if match is not None:
                    if match.reads:
                        self.documents.append(node.steps())
                    elif match.result == "documents" or match.shape.site is SiteKind.RETRIEVAL:
                        self.retrieved.append(node.steps())
                    elif match.shape.site is SiteKind.INFERENCE:
                        self.is_open = True
                if one.tag in _OPEN and match is None:
                    self.is_open = True
                if _is_opaque(one):
                    self.opaque.append(reason(one))
                if _is_document(one) and all(w.tag in _WHOLE for w in node.way):
                    self.documents.append(node.steps())
        self._parts()

    def _parts(self) -> None:
        """A retriever, a store or an index among the parts of a chain brings documents into its prompts; a memory its history."""
        for match in self.found.matches:
            if steps := self.retrieving.steps(match):
                self.retrieved.append(steps)
            if SiteKind.RETRIEVAL in match.shape.also:
                self.retrieved.append((Step(self.found.site.place, "it retrieves before it asks"),))
            for made in match.thing.made if match.thing is not None else ():
                if made.kind in _RETRIEVERS:
                    self.retrieved.append(
                        (Step(made.place if made.place.line else self.found.site.place, f"{made.dotted} is a part of it"),)
                    )
        for part in self._all_parts():
            if part.type.kind in _RETRIEVERS or any(m.kind in _RETRIEVERS for m in part.made):
                place = part.made[0].place if part.made else self.found.site.place
                self.retrieved.append((Step(place, f"{part.type.name.partition('.')[2]} is a part of it"),))
            elif part.type.kind == "memory":
                place = part.made[0].place if part.made else self.found.site.place
                bounded = (
                    any(m.shape.sets.get("bounded") is True for m in part.made)
                    or "Window" in part.type.name
                    or "Summary" in part.type.name
                    or "TokenBuffer" in part.type.name
                )
                self.histories.append(
                    History(part.type.name.partition(".")[2], bounded, (Step(place, "the memory is made here"),))
                )

    def _unseen_part(self) -> str | None:
        """A part or tool of the object that is not known, and may retrieve."""
        for match in self.found.matches:
            for made in match.thing.made if match.thing is not None else ():
                for value in self.things.given(made, Role.PART):
                    for one in list_items(value):
                        if isinstance(core(one), Unknown | Parameter | Member | ItemOf) and not self.things.of(one):
                            return reason(core(one))
                if match.thing is not None and match.thing.type.kind == "agent":
                    for value in self.things.given(made, Role.TOOLS):
                        whole = [one for one in alternatives(value) if isinstance(one, CallValue | Member)]
                        items = [one for one in list_items(value) if isinstance(core(one), Unknown | Parameter | ItemOf)]
                        if unseen := next((one for one in (*whole, *items) if not self.things.of(one)), None):
                            return reason(core(unseen))
        return None

    def _is_composed(self) -> bool:
        """A chain or agent whose parts tell what it sends, whatever it is called with."""
        composed = ("chain", "agent", "")
        return all(
            m.thing is not None and m.thing.made and m.thing.type.kind in composed and self.things.parts(m.thing.made, Role.LLM)
            for m in self.found.matches
        )

    def _all_parts(self) -> Iterator[Thing]:
        seen: set[int] = set()
        for match in self.found.matches:
            yield from self.things.all_parts(match, seen)

    def context(self) -> Attribute:
        """What decides the size of the prompt."""
        unbounded = next((h for h in self.histories if not h.bounded), None)
        if unbounded is not None:
            return Attribute(State.KNOWN, ("unbounded-history",), evidence=unbounded.steps)
        if self.histories:
            return Attribute(State.KNOWN, ("bounded-history",), evidence=self.histories[0].steps)
        if self.retrieved:
            return Attribute(State.KNOWN, ("retrieved",), evidence=self.retrieved[0])
        if self.documents:
            return Attribute(State.KNOWN, ("whole-document",), evidence=self.documents[0])
        if self.is_open or not self.values:
            return (
                Attribute(State.KNOWN, ("caller-sized",))
                if self.values
                else Attribute(State.UNKNOWN, (), "the prompt is not an argument of this call")
            )
        return Attribute(State.KNOWN, ("fixed",))

    def rag(self) -> Attribute:
        """Whether retrieved content reaches the prompt."""
        if self.retrieved:
            return Attribute(State.KNOWN, (True,), evidence=self.retrieved[0])
        if (unseen := self._unseen_part()) is not None:
            return Attribute(State.UNKNOWN, (), unseen)
        if not self.values and not self._is_composed():
            return Attribute(State.UNKNOWN, (), "the prompt is not an argument of this call")
        if self.opaque:
            return Attribute(State.UNKNOWN, (), self.opaque[0])
        return Attribute(State.KNOWN, (False,))


def _is_opaque(value: Value) -> bool:
    """Whether something is unknown that may bring whole documents along."""
    if isinstance(value, Unknown):
        return not value.because.startswith(_CARRIES_NOTHING)
    base = core(value.base) if isinstance(value, ItemOf) else value
    return base is not value and (isinstance(base, Parameter) or (isinstance(base, Unknown) and _is_opaque(base)))


def _is_document(value: Value) -> bool:
    """The whole content of a file."""
    if not isinstance(value, CallValue):
        return False
    callee = core(value.callee)
    if isinstance(callee, Member) and callee.name in _READS_FILES:
        base = core(callee.base)
        if isinstance(base, CallValue):
            opener = core(base.callee)
            if isinstance(opener, Symbol) and opener.name in (
                "builtins.open",
                "io.open",
                "pathlib.Path",
                "codecs.open",
                "aiofiles.open",
            ):
                return True
        return callee.name.startswith("read_") and base.tag in ("constant", "template", "env")
    return isinstance(callee, Symbol) and callee.name.endswith(("PdfReader", "PyPDFLoader", "extract_text"))


def dataset(things: Things, reach: Reach, found: Found) -> Attribute:
    """The names and paths of what a training run is fed with."""
    values = [v for _, v in contents(things, found, Role.DATASET)]
    for match in found.matches:
        for made in match.thing.made if match.thing is not None else ():
            values.extend(v for _, v in things.role(made, Role.DATASET))
    names: list[Scalar] = []
    reasons: list[str] = []
    for value in values:
        plain = attribute(value)
        names.extend(plain.values)
        if plain.state is State.PARTIAL and plain.because:
            reasons.append(plain.because)
        before = len(names)
        for node in reach.walk(value):
            if isinstance(node.value, CallValue):
                callee = core(node.value.callee)
                if isinstance(callee, Symbol) and callee.name.endswith("load_dataset"):
                    names.extend(
                        attribute(
                            things.tracer.functions.keyword_or_position(
                                things.tracer, node.value.call, node.value.frame, "path", 0
                            )
                        ).values
                    )
                names.extend(paths_in(node.value, things.tracer))
        if len(names) == before and not plain.values:
            reasons.append(plain.because or "where the training data comes from")
    kept = tuple(dict.fromkeys(n for n in names if n not in _READERS))
    if kept:
        return Attribute(State.PARTIAL if reasons else State.KNOWN, kept, "; ".join(reasons) or None)
    return Attribute(State.UNKNOWN, (), "; ".join(dict.fromkeys(reasons))) if values else UNSET
