"""What vendors' APIs mean: the nouns of a provider file (`rules/providers/<vendor>.yaml`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linter.model.formats import ImageSpec, ResourceSpec


class SiteKind(StrEnum):
    """The kinds of places in which an LLM architecture is made."""

    INFERENCE = "inference"
    CLIENT = "client"
    EMBEDDING = "embedding"
    RERANK = "rerank"
    VECTOR_STORE = "vector_store"
    RETRIEVAL = "retrieval"
    INGEST = "ingest"
    FINETUNE = "finetune"
    EGRESS = "egress"
    CONFIG = "config"
    LOG = "log"
    """Text that the program writes about itself. No part of the architecture: it counts where declared data gets there."""


class ErrandKind(StrEnum):
    """Calls that make no part of the architecture, and that privacy or the deployment depend on all the same."""

    DOWNLOAD = "download"
    """Something is fetched from a hub when it is not there: a tokenizer, a training set, a corpus."""
    UPLOAD = "upload"
    """Something is left with a vendor: a file, a thread, a cached prompt."""


class Hosting(StrEnum):
    """Who runs the model or the store."""

    EXTERNAL = "external"
    CLOUD_TENANT = "cloud-tenant"
    SELF_HOSTED = "self-hosted"
    IN_PROCESS = "in-process"


class Role(StrEnum):
    """What an argument means. Scalars describe the site; parts are other objects it is built from;
    contents are the data that goes in."""

    # scalars
    MODEL = "model"
    ENDPOINT = "endpoint"
    REGION = "region"
    PROVIDER = "provider"
    TIMEOUT = "timeout"  # seconds, or an object that holds them
    RETRIES = "retries"
    MAX_OUTPUT = "max_output"  # tokens
    TEMPERATURE = "temperature"
    TOP_K = "top_k"
    STREAM = "stream"
    STRUCTURED = "structured"  # an enforced output shape
    STORE = "store"  # provider-side retention of the exchange
    STEPS = "steps"  # upper bound of an agent's steps
    DIMENSIONS = "dimensions"
    COLLECTION = "collection"
    LOCATION = "location"  # path or address of a store
    REVISION = "revision"
    OFFLINE = "offline"  # only local files are read
    REMOTE_CODE = "remote_code"
    DEVICE = "device"
    UNTRACED = "untraced"  # a framework that sends traces by itself is told not to
    CHUNK_SIZE = "chunk_size"
    # parts: objects the catalogue knows
    LLM = "llm"
    EMBEDDER = "embedder"
    RETRIEVER = "retriever"
    INDEX = "index"
    MEMORY = "memory"
    TOOLS = "tools"
    TEMPLATE = "template"
    PART = "part"  # any component; its kind tells what it is
    HTTP_CLIENT = "http_client"
    FALLBACK = "fallback"  # models or llms that take over when the first one fails
    TRACING = "tracing"  # services that prompts and completions are sent to
    MASK = "mask"  # a function that all texts go through before they are sent
    # contents
    PROMPT = "prompt"
    SYSTEM_PROMPT = "system_prompt"
    DOCUMENTS = "documents"
    QUERY = "query"
    DATASET = "dataset"
    PAYLOAD = "payload"  # an HTTP body that holds model, messages and the like
    URL = "url"


@dataclass(frozen=True, slots=True)
class ArgSpec:
    """One argument. `name` is the parameter's name, `**` every keyword that is not named; `path` goes on into a dictionary or an
    options object; `where` selects the elements of a list of dictionaries (`messages[role=system]`)."""

    name: str
    role: Role
    path: tuple[str, ...] = ()
    where: tuple[str, str] | None = None
    scale: float = 1.0
    """The value times this is in the role's unit: 0.001 for `timeout/ms`, an argument in milliseconds."""
    type: str = ""
    """For a dictionary that describes an object: the full name of the object's type, whose arguments are the keys."""


@dataclass(frozen=True, slots=True)
class Default:
    """What the SDK does when an argument is left out, for a range of its versions."""

    versions: str
    """A PEP 440 specifier set; empty for all versions."""
    values: Mapping[str, object]
    """By role. Durations in seconds; None says that there is no limit."""
    packages: tuple[str, ...] = ()
    """Whose versions they are: the first of these that a project names."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a constructor and a call have in common."""

    args: tuple[ArgSpec, ...] = ()
    order: tuple[str, ...] = ()
    """Names of the positional parameters in their order, without `self`."""
    sets: Mapping[str, object] = field(default_factory=dict)
    """Roles that this very name fixes, e.g. `{structured: true}` for `parse`."""
    defaults: tuple[Default, ...] = ()
    provider: str | None = None
    hosting: Hosting | None = None
    site: SiteKind | None = None
    also: tuple[SiteKind, ...] = ()
    """Further kinds of the same expression (`from_documents` builds a store and ingests)."""
    errand: ErrandKind | None = None
    """What the call does beside the architecture."""
    by_parts: bool = False
    """The kind of the site is that of the parts of the object it is called on."""
    used: bool = False
    """It belongs to a database for many things: it is a site only where the same database is searched for vectors, or filled with
    them."""
    sets_global: Mapping[str, str] = field(default_factory=dict)
    """Argument -> the variable (a key of `Provider.globals`) that calling this sets."""
    when: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    """Argument, or `argument.key` of a dictionary -> the values of which it must have one (literals; `x*`, `*x`; `*` alone: it is
    given and not None). A key with a `*` is looked for at any depth (`argument.*vector*`). Empty: always."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """SDK versions (a PEP 440 specifier set) that have the name: key "" for the whole entry, else an argument,
    a dotted name, or the dotted names below a prefix (`langchain.*`). Only the verifier reads it."""
    unverified: str = ""
    """Why the SDK's source does not show the name. Only the verifier reads it."""


@dataclass(frozen=True, slots=True)
class TypeSpec:
    """How an instance comes about and what it is."""

    name: str
    """`<file>.<Type>`, unique over all provider files."""
    shape: Shape
    new: tuple[str, ...]
    """Dotted names of the class, or of functions that return one."""
    named: tuple[str, ...] = ()
    """Further dotted names of the class, for annotations only."""
    bases: tuple[str, ...] = ()
    """Full names of the types it inherits calls from."""
    members: Mapping[str, str] = field(default_factory=dict)
    """Attributes that are themselves of a known type: name -> full type name."""
    kind: str = ""
    """What it is as a part of something else: `llm`, `embedder`, `retriever`, `index`, `memory`, `tool`, `template`, `splitter`,
    `loader`, `parser`, `options`, `http`, `guard`; empty otherwise."""
    source: str = ""
    """`file:line` of the provider file, for error messages."""


@dataclass(frozen=True, slots=True)
class CallSpec:
    """What a call means. `target` is a dotted name, or `<file>.<Type>` with `path` the attributes that follow."""

    target: str
    path: tuple[str, ...]
    """Empty for a plain function, and for calling the instance itself: then `path` is `("__call__",)`."""
    shape: Shape
    returns: str | None = None
    """A full type name; `self` for the receiver's own type (a derived object); `=client` for the very object passed as argument
    `client`; None when nothing is known."""
    unpacks: tuple[str, ...] = ()
    """For a result that is a tuple: the full type name of each element, "" where nothing is known."""
    result: str = ""
    """What the result is as data: `completion`, `documents`, `embedding`, `text`, `redacted`; empty otherwise."""
    source: str = ""
    adds: bool = False
    """It changes its receiver: what it is given is from then on a part of that object (`pipeline.add_component(…)`)."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An HTTP address that makes a model work: how its path ends, and what the keys of the JSON body mean."""

    path: str
    """`/chat/completions`"""
    shape: Shape
    """`args` name the keys of the body."""
    source: str = ""


@dataclass(frozen=True, slots=True)
class EnvSpec:
    """An environment variable that an SDK reads by itself."""

    name: str
    file: str
    """Provider file."""
    meaning: str
    """As in `Provider.env`."""
    provider: str = ""
    """Whose address it is; empty for the variable of a framework."""
    packages: tuple[str, ...] = ()
    """Of a tracing switch: top-level packages whose programs it alone makes send prompts, without a line of code. Of one that
    keeps an SDK from downloading: the packages that heed it besides the file's own."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider file."""

    name: str
    """The file's name without `.yaml`."""
    provider: str
    """The default provider of its sites; empty for a framework that has none of its own."""
    pypi: tuple[str, ...]
    imports: tuple[str, ...]
    """Top-level import names."""
    hosts: Mapping[str, tuple[str, Hosting]]
    """Host name (a leading `*.` matches any sub-domain) -> (provider, hosting)."""
    env: Mapping[str, str]
    """Environment variable -> `secret`, `endpoint`, `model`, `region`, `tracing`, `untraced`, `offline`."""
    variables: tuple[EnvSpec, ...] = field(default=(), kw_only=True)
    """The same, with all that is said about them."""
    types: tuple[TypeSpec, ...]
    calls: tuple[CallSpec, ...]
    models: Mapping[str, str] = field(default_factory=dict)
    """Prefix of a model id (`azure/`) -> provider, for gateways that are told the vendor by the id."""
    model_hosting: Mapping[str, Hosting] = field(default_factory=dict)
    """The same prefix -> hosting, where the prefix tells it."""
    globals: Mapping[str, Role] = field(default_factory=dict)
    """Dotted name of a variable that the SDK reads (`openai.api_base`) -> what assigning it means."""
    aliases: Mapping[str, tuple[str, Hosting | None]] = field(default_factory=dict)
    """The SDK's own word for a provider -> (provider, hosting)."""
    collects: Mapping[str, str] = field(default_factory=dict)
    """Decorator of methods -> the attribute that holds a list of what these methods return."""
    constants: Mapping[str, str | int | float] = field(default_factory=dict)
    """Dotted name of a constant of the SDK -> its value."""
    loads: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Decorator of classes -> attributes that name a data file and come to hold its content -> the path when they are not set."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """As `Shape.versions`, for every name of the file."""
    endpoints: tuple[Endpoint, ...] = ()
    """For requests that are made without the SDK."""
    images: Mapping[str, ImageSpec] = field(default_factory=dict)
    """Name of a container image, with its registry where that is the vendor's own, without its tag."""
    resources: Mapping[str, ResourceSpec] = field(default_factory=dict)
    """Type of a resource, as Terraform, CloudFormation or Bicep call it."""
    examples: str = ""
    verified: Mapping[str, str] = field(default_factory=dict)
