"""What a framework takes by itself because it is given nothing: a vendor's model, or a vendor's embeddings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from linter.infer.attributes import attributes_on
from linter.infer.chain import chains
from linter.infer.things import Made, Match, Things
from linter.model.architecture import Attribute, Implied, State
from linter.model.catalogue import SiteKind, TypeSpec

_NEEDS: Mapping[SiteKind, SiteKind] = {
    SiteKind.INFERENCE: SiteKind.INFERENCE,
    SiteKind.EMBEDDING: SiteKind.EMBEDDING,
    SiteKind.VECTOR_STORE: SiteKind.EMBEDDING,
    SiteKind.INGEST: SiteKind.EMBEDDING,
}
"""What a site of a kind needs a model for. A search has the embeddings of its store, and says nothing of them."""
_WORDS = {SiteKind.INFERENCE: "model", SiteKind.EMBEDDING: "embedding model"}


def implied(things: Things, matches: Sequence[Match], kind: SiteKind) -> tuple[Implied, ...]:
    """What a site of a kind works with because nothing was said, each once. What a vendor's own SDK asks is left out: nobody
    expects another one of it."""
    found: dict[Implied, None] = {}
    need = _NEEDS.get(kind)
    for match in matches if need is not None else ():
        assert need is not None
        ways = chains(things, match, need)
        if any(chain.implied is None for chain in ways):
            continue  # on some way a model is given, and which way is taken is not known
        for chain in ways:
            assert chain.implied is not None
            # The store of a framework is no vendor of its embeddings: there only the class tells who that is.
            told = attributes_on(things, chain, match, need) if need is kind else _by_class(chain.implied.type)
            if not _is_of_vendor(things, chain.implied.asks, told["provider"]):
                found[Implied(_WORDS[need], told["provider"], told["hosting"])] = None
    return tuple(found)


def _by_class(spec: TypeSpec) -> dict[str, Attribute]:
    shape = spec.shape
    said = {"provider": shape.provider, "hosting": shape.hosting.value if shape.hosting is not None else None}
    return {name: Attribute(State.KNOWN, (word,)) if word else Attribute(State.UNKNOWN) for name, word in said.items()}


def _is_of_vendor(things: Things, made: Made, provider: Attribute) -> bool:
    """Whether what takes a default is the vendor's own SDK, of which nobody expects another one."""
    file = things.catalogue.providers.get(made.file)
    words = file.pypi[0].split("-") if file is not None and file.pypi else []
    return any(str(value) in words for value in provider.values)
