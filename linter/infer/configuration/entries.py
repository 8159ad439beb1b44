"""Entries of files that are no code, and what they decide: config sites.

A source is a function that finds entries; those of all sources in `SOURCES` become sites, one for each entry. To add one, write

    def of_images(things: Things, found: Sequence[Found]) -> Iterator[Entry]: ...

beside the reader that knows the format (it is given the catalogue in `things.catalogue`, the data files in
`things.tracer.program.data`, and the sites of the code), and put it into `SOURCES`. An entry that several sources find is one
site; an entry that decides several attributes is told by all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from linter.infer.chain import Chain, chains
from linter.infer.overrides import from_files
from linter.infer.scalars import attribute
from linter.infer.serving import providers
from linter.infer.sites import Found
from linter.infer.things import Things
from linter.model.architecture import Attribute, Scalar, Site, State, site_id
from linter.model.catalogue import Role, SiteKind
from linter.model.place import Place, Step
from linter.model.source import Scope
from linter.model.values import Alternatives, Constant, EnvVariable, Template, Value, Via

DECIDES: Mapping[Role, str] = {
    Role.MODEL: "model",
    Role.LLM: "model",
    Role.EMBEDDER: "model",
    Role.ENDPOINT: "endpoint",
    Role.URL: "endpoint",
    Role.PROVIDER: "provider",
    Role.LOCATION: "stored_at",
    Role.DATASET: "dataset",
}
"""What an entry that flows into an argument decides. Limits, temperatures and the like are set by entries, too, but say nothing
of who serves what, and where."""


_WHOLE = frozenset({"stored_at", "dataset"})
"""Of these an entry decides all or nothing: the bucket in the path of a file is no place of an index."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a file that is no code, and one thing that it decides."""

    place: Place
    """From the start of the key to the end of the value."""
    key: str
    """As a reader would name it: `openai.model`, `services.db.image`, `OPENAI_MODEL`."""
    attribute: Attribute
    """What it says: its value is `values[0]`. Partial or unknown for one that leaves something open (`${MODEL:-gpt-4o}`)."""
    decides: str
    """The attribute that it decides, one of `ATTRIBUTES`."""
    via: str
    """The provider file of what it decides, else the format that it stands in."""
    scope: Scope | None = None
    """What the file is for; None: what the discover stage says."""
    evidence: tuple[Step, ...] = field(default=())
    """Where it has its effect."""

    @property
    def value(self) -> Scalar:
        """As it stands in the file."""
        return self.attribute.values[0] if self.attribute.values else None


Source = Callable[[Things, Sequence[Found]], Iterable[Entry]]
"""Finds entries. Never raises for what is wrong with a file: that is a gap of who reads it."""


def config_sites(things: Things, found: Sequence[Found]) -> list[Site]:
    """The config sites of a program, in the order of files and lines. `found`: its sites in the code."""
    by_place: dict[tuple[str, int, str], list[Entry]] = {}
    for source in SOURCES:
        for entry in source(things, found):
            by_place.setdefault((entry.place.file, entry.place.line, entry.key), []).append(entry)
    return sorted((_site(things, entries) for entries in by_place.values()), key=lambda site: (site.place, site.id))


def _site(things: Things, entries: list[Entry]) -> Site:
    first = entries[0]
    place = first.place
    return Site(
        id=site_id(place, SiteKind.CONFIG),
        kind=SiteKind.CONFIG,
        place=place,
        scope=first.scope or things.tracer.program.data.scope(place.file),
        via=first.via,
        call=first.key,
        confidence="certain",
        attributes={entry.decides: entry.attribute for entry in reversed(entries)},
        evidence=tuple(dict.fromkeys(step for entry in entries for step in entry.evidence))[:_MOST_EVIDENCE],
        value=first.value,
    )


_MOST_EVIDENCE = 3
"""Places in which an entry has its effect; one that decides every call need not name them all."""


# ---- what the code reads


def read_by_code(things: Things, found: Sequence[Found]) -> Iterator[Entry]:
    """The entries whose values flow into a site: a model, an address, a provider, a place of data."""
    for one in found:
        for match in one.matches:
            for chain in chains(things, match, one.site.kind):
                yield from _of_sdk(things, chain, one.site)
                for made in (m for line in chain.all() for m in line):
                    for role, decides in DECIDES.items():
                        for arg, value in things.role(made, role):
                            if not (arg.type or things.of(value)):
                                yield from _entries(things, value, decides, made.file, one.site)


def _of_sdk(things: Things, chain: Chain, site: Site) -> Iterator[Entry]:
    """The entry of an address that the SDK reads by itself."""
    given = [attribute(v) for line in chain.all() for m in line for _, v in things.role(m, Role.ENDPOINT)]
    if any(one.state is not State.UNSET for one in given):
        return
    model = site.get("model")
    found = from_files(things, chain, "endpoint", lambda: providers(things, chain, model))
    if found is not None:
        yield from _entries(things, found, "endpoint", chain.match.made.file, site)


def _entries(things: Things, value: Value, decides: str, via: str, site: Site) -> Iterator[Entry]:
    """The entries that a value comes from."""
    step = Step(site.place, f"decides {decides} of {site.call}")
    for one, is_whole in _leaves(value):
        if not is_whole and decides in _WHOLE:
            continue  # one part of a path says little
        key = things.tracer.data.key_at(one.place) or things.tracer.environment.key_at(one.place)
        if key is None:
            continue
        said = attribute(one)
        chosen = things.tracer.environment.chosen_at(one.place)
        if chosen and said.state is State.KNOWN:
            said = replace(said, state=State.PARTIAL, because=f"default of {chosen}", by_default=True)
        if said.values:
            yield Entry(one.place, key, said, decides, via, evidence=(step,))


def _leaves(value: Value) -> Iterator[tuple[Value, bool]]:
    """What a value is put together from: constants and variables, in the code or in files, and whether each is all of it."""
    stack, seen = [(value, True)], set[int]()
    while stack:
        one, is_whole = stack.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, Constant | EnvVariable):
            yield one, is_whole
        if isinstance(one, Via | Alternatives | Template | EnvVariable):
            is_whole = is_whole and not isinstance(one, Template)
            stack.extend((inner, is_whole) for inner in reversed(one.inside()))


SOURCES: tuple[Source, ...] = (read_by_code,)
"""Where entries come from. See the top of this file for how to add one."""
