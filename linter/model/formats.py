"""What configuration formats mean: the nouns of a format file (`rules/formats/<format>.yaml`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from linter.model.catalogue import Hosting


class Meaning(StrEnum):
    """What an entry of a configuration file means. Those that decide are sites; the others describe them, or the system."""

    # decide: a site each
    MODEL = "model"
    ENDPOINT = "endpoint"
    DATASET = "dataset"
    IMAGE = "image"  # of a container
    TRACING = "tracing"  # a service that prompts and completions are sent to
    # hold other entries
    COMMAND = "command"  # a command line
    VARIABLES = "variables"  # environment variables of a container
    OBJECT = "object"  # a mapping with the name of a class and its arguments
    RESOURCE = "resource"  # something that a cloud makes
    # describe the sites beside them
    PROVIDER = "provider"
    REGION = "region"
    TIMEOUT = "timeout"  # seconds
    RETRIES = "retries"
    MAX_OUTPUT = "max_output"
    TEMPERATURE = "temperature"
    STREAM = "stream"
    TOP_K = "top_k"
    DIMENSIONS = "dimensions"
    COLLECTION = "collection"
    LOCATION = "location"
    REVISION = "revision"
    DEVICE = "device"
    OFFLINE = "offline"
    REMOTE_CODE = "remote_code"
    # facts about the system
    FALLBACK = "fallback"
    BUDGET = "budget"
    BUDGET_PERIOD = "budget_period"
    SCHEDULE = "schedule"
    RUNS = "runs"  # what a schedule starts
    SERVER_TIMEOUT = "server_timeout"  # seconds
    WORKERS = "workers"
    ACCELERATORS = "accelerators"
    BUILDS = "builds"  # a command that is run when an image is built
    ENTRY_POINT = "entry_point"


SITES = frozenset({Meaning.MODEL, Meaning.ENDPOINT, Meaning.DATASET, Meaning.IMAGE, Meaning.TRACING})
"""Entries that are sites."""

SWITCHES = frozenset({Meaning.REMOTE_CODE, Meaning.OFFLINE})
"""Entries that are yes or no; an option of a command line with that meaning takes no value."""

Steps = tuple[str, ...]
"""A path in a document: keys; `*` for any key, `**` for any number of them. Elements of lists need no step."""


@dataclass(frozen=True, slots=True)
class EntrySpec:
    """One entry that a format knows."""

    path: Steps
    meaning: Meaning
    scale: float = 1.0
    """The value times this is in seconds: 0.001 for `timeout/ms`."""
    provider: str = ""
    hosting: Hosting | None = None
    when: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    """Key beside it -> the values of which it must have one (`x*`, `*x`; `*` alone: it is there)."""
    type: str = ""
    """For an object or a resource: the key that names its class or type; empty for a resource that its own path names."""
    arguments: str = ""
    """For the same: the key that holds its arguments; empty when it holds them itself."""


@dataclass(frozen=True, slots=True)
class ImageSpec:
    """A container image of the vendor: whoever starts it runs the server itself."""

    provider: str
    used: bool = False
    """It is a database for many things: it counts where the code uses it for models."""


@dataclass(frozen=True, slots=True)
class ResourceSpec:
    """Something that Terraform, CloudFormation or the like makes in a cloud."""

    provider: str
    hosting: Hosting | None = None
    entries: tuple[EntrySpec, ...] = ()
    """Its arguments."""
    when: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    """Argument -> the values of which it must have one."""
    used: bool = False
    """As `ImageSpec.used`."""


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """A program whose command line decides something."""

    programs: tuple[Steps, ...]
    """First words of the command line (`vllm serve`); `*` at the start or end of a word stands for any text."""
    images: tuple[str, ...] = ()
    """Container images that start it: there the command line holds its arguments alone."""
    options: Mapping[str, tuple[Meaning, float]] = field(default_factory=dict)
    """Option (`--model`) -> what it means, and the factor to seconds."""
    positional: Meaning | None = None
    """The meaning of the first argument that is no option."""
    variables: Mapping[str, tuple[Meaning, float]] = field(default_factory=dict)
    """The same for environment variables of its container."""
    provider: str = ""
    hosting: Hosting | None = None


@dataclass(frozen=True, slots=True)
class Format:
    """One format file."""

    name: str
    """The file's name without `.yaml`."""
    files: tuple[str, ...] = ()
    """Globs of paths; one without a slash is about names alone. Empty: no file has this format, it only knows commands."""
    syntax: str = ""
    """How it is written, where the end of the name does not tell: `yaml`, `json`, `toml`, `hcl`, `dockerfile` …"""
    needs: tuple[tuple[Steps, ...], ...] = ()
    """Of each group one path has to be there."""
    words: tuple[str, ...] = ()
    """Texts of which one stands in every such file."""
    values: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    """Top-level key -> the values of which it must have one."""
    trains: tuple[tuple[Steps, ...], ...] | None = None
    """Such a file says how a model is trained, where of each group one path is there; None: it never does."""
    takes_in: tuple[Steps, ...] = ()
    """Entries that name further files of the format, whatever these are called."""
    via: str = ""
    """The provider file whose prefixes of model ids and whose words for providers hold here."""
    provider: str = ""
    hosting: Hosting | None = None
    entries: tuple[EntrySpec, ...] = ()
    commands: tuple[CommandSpec, ...] = ()
    ignore: tuple[str, ...] = ()
    """Texts (`file://*`) that name something of one's own. Endpoints may be such texts."""
    examples: Mapping[str, str] = field(default_factory=dict)
    """File name -> text, with the expected sites in comments."""
