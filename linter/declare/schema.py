"""The manifest as pydantic models: its keys, what they may hold, what each of them means. The one module that imports pydantic.

The models check one file by itself; what needs more than one clause or file (both forms, references, presets) is in `load.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema
from pydantic.fields import FieldInfo

from linter.declare import durations
from linter.model.manifest import (
    Accelerator,
    DataClass,
    Logging,
    MechanismName,
    Need,
    Network,
    OnUnknown,
    Retention,
    ServedBy,
    Target,
    WaiverKind,
)

NAME = r"^[A-Za-z0-9][A-Za-z0-9_-]*$"
"""Names that the team gives: no dots, so that the path of a clause can be read in one way."""

_DOTTED = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*(\.\*)?")


def _path_pattern(text: str) -> str:
    if text.startswith(("/", "~")) or re.match(r"[A-Za-z]:", text) or "\\" in text or ".." in text.split("/"):
        raise ValueError(f"`{text}` is not a path inside of the repository; write it from the manifest's folder, with `/`")
    if "{" in text:
        raise ValueError(f"`{text}` holds braces, which path patterns do not have; write one pattern for each")
    return text


def _dotted_name(text: str) -> str:
    if not _DOTTED.fullmatch(text):
        raise ValueError(f"`{text}` is not a dotted name like `app.models.Patient`")
    return text


def _host(text: str) -> str:
    if "/" in text:
        raise ValueError(f"`{text}` is an address; write the host name alone, like `llm.corp.example` or `*.corp.example`")
    if re.fullmatch(r"[^:]*:\d+", text):
        raise ValueError(f"`{text}` has a port; a host name stands for all of its ports")
    return text


def _as_text(value: Any) -> Any:
    # A date that is no date makes a waiver inactive, whatever it is written as; it is no error of the manifest.
    return value if isinstance(value, (str, list, dict)) else str(value)


def _whole(value: Any) -> Any:
    return value if type(value) is int else str(value).lower()  # true and 1.0 are equal to 1


def _written(pattern: str, *examples: str | int) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^(?:{pattern})$", "examples": list(examples)})


Text = Annotated[str, StringConstraints(min_length=1)]
Texts = list[Text]
Name = Annotated[str, StringConstraints(pattern=NAME)]
PathPatterns = list[Annotated[Text, AfterValidator(_path_pattern)]]
DottedNames = list[Annotated[Text, AfterValidator(_dotted_name)]]
Hosts = list[Annotated[Text, AfterValidator(_host)]]
Version = Annotated[Literal[1], BeforeValidator(_whole)]
Count = Annotated[int, Field(ge=0)]
Duration = Annotated[
    float,
    BeforeValidator(durations.parse_duration),
    _written(f"{durations.DURATION}|{durations.ISO_DURATION}", "4s", "24h", "P90D"),
]
Period = Annotated[
    float,
    BeforeValidator(durations.parse_period),
    WithJsonSchema({"anyOf": [{"enum": list(durations.PERIODS)}, {"type": "string", "pattern": f"^(?:{durations.DURATION})$"}]}),
]
Money = Annotated[float, BeforeValidator(durations.parse_money), _written(durations.MONEY, "0.02 USD")]
Parameters = Annotated[
    int,
    BeforeValidator(durations.parse_parameters),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": f"^{durations.PARAMETERS}$"}, {"type": "integer", "minimum": 1}]}),
]


class Model(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, protected_namespaces=())


class FoundInCode(Model):
    types: DottedNames | None = Field(None, description="Dotted names of classes, functions or variables.")
    fields: Texts | None = Field(None, description="Names of attributes, columns or keys that hold it.")
    tables: Texts | None = Field(None, description="Database tables.")
    files: PathPatterns | None = Field(None, description="Path patterns of files that hold it.")


class Data(Model):
    class_: DataClass = Field(alias="class", description="How sensitive it is.")
    found_in: FoundInCode | None = Field(None, description="How to recognise it in code.")
    redacted_by: DottedNames | None = Field(None, description="Dotted names of functions whose result no longer is this data.")


class Boundary(Model):
    public: Texts | None = Field(None, description="Where public data may go.")
    internal: Texts | None = Field(None, description="Where internal data may go.")
    confidential: Texts | None = Field(None, description="Where confidential data may go.")
    regulated: Texts | None = Field(None, description="Where regulated data may go.")


class Privacy(Model):
    boundary: Boundary | None = Field(
        None,
        description="Where data of each class may go: hostings (in-process, self-hosted, cloud-tenant, external) and providers. "
        "What is not listed is outside.",
    )
    processors: Texts | None = Field(None, description="Third parties that may receive anything at all; [] for nobody.")
    regions: Texts | None = Field(None, description="Regions that endpoints may be in.")
    retention: Retention | None = Field(None, description="Whether a provider may store prompts or outputs.")
    logging: Logging | None = Field(None, description="Whether prompts or completions may go to logs or tracing services.")


class Deployment(Model):
    target: Target | None = Field(None, description="Where the system runs.")
    hosts: Hosts | None = Field(None, description="Hosts that may be reached; `*` stands for any part of the name.")
    network: Network | None = Field(None, description="offline: nothing is fetched at run time.")
    accelerator: Accelerator | None = Field(None, description="What the target computes on; gpu is one of any make.")
    max_model_parameters: Parameters | None = Field(None, description="Size of the largest model that fits, as in 8B.")


class Latency(Model):
    p50: Duration | None = Field(None, description="The time in which half of the requests are answered.")
    p95: Duration | None = Field(None, description="The time in which 95 % of the requests are answered.")
    p99: Duration | None = Field(None, description="The time in which 99 % of the requests are answered.")
    max_stages: Count | None = Field(None, description="Embedding, retrieval, rerank and model calls in one request.")
    max_model_calls: Count | None = Field(None, description="Model calls in one request.")
    timeout: Need | None = Field(None, description="Whether every remote call needs a timeout.")
    streaming: Need | None = Field(None, description="Whether answers to people have to be streamed.")
    routing: Need | None = Field(None, description="Whether retrieval may run only when a router asked for it.")


class Models(Model):
    allow: Texts | None = Field(None, description="Patterns of the models that may be used.")
    deny: Texts | None = Field(None, description="Patterns of models that may not be used, even if they are allowed.")


class Cost(Model):
    per_request: Money | None = Field(None, description="Most that one request may cost, in USD.")
    max_prompt_tokens: Count | None = Field(None, description="Longest prompt.")
    max_output_tokens: Count | None = Field(None, description="Longest output.")
    max_retrieved_tokens: Count | None = Field(None, description="Most retrieved text in one prompt.")
    max_agent_steps: Count | None = Field(None, description="Most steps of one agent run.")
    models: Models | None = Field(None, description="Which models may be used.")
    caching: Need | None = Field(None, description="Whether equal requests have to be answered from a cache.")


class FoundInStores(Model):
    files: PathPatterns | None = Field(None, description="Path patterns of the sources.")
    tables: Texts | None = Field(None, description="Database tables.")
    collections: Texts | None = Field(None, description="Collections or indexes of vector stores.")


class Knowledge(Model):
    found_in: FoundInStores | None = Field(None, description="How to recognise it.")
    changes: Period | None = Field(None, description="How often the truth changes.")
    served_by: ServedBy | None = Field(None, description="The mechanism by which answers get at it.")
    refresh_within: Duration | None = Field(None, description="How soon after a change the index must follow.")


class Updates(Model):
    knowledge: dict[Name, Knowledge] | None = Field(None, description="Bodies of knowledge by name.")
    model_retirement_notice: Duration | None = Field(
        None, description="How long before its retirement a model has to be replaced."
    )


class Output(Model):
    schema_: Need | None = Field(None, alias="schema", description="Whether the shape of outputs has to be enforced.")


class Tools(Model):
    allow: Texts | None = Field(None, description="Tools that a model may call.")
    approval: Texts | None = Field(None, description="Tools that may run only after a person has agreed.")


class Control(Model):
    output: Output | None = Field(None, description="Constraints of model outputs.")
    knowledge_sources: Texts | None = Field(
        None, description="Names of updates.knowledge: the only knowledge that an answer may draw on."
    )
    max_temperature: Annotated[float, Field(ge=0)] | None = Field(None, description="Highest sampling temperature.")
    pinned_models: Need | None = Field(None, description="Whether models have to be named with a fixed version.")
    tools: Tools | None = Field(None, description="Tools of agents.")
    grounding: Need | None = Field(None, description="Whether answers have to rest on retrieved knowledge.")


class Architecture(Model):
    mechanisms: list[MechanismName] | None = Field(None, description="What the system is built from, checked in both directions.")
    because: Text | None = Field(None, description="Why it is built so.")


class Waiver(Model):
    rule: Text = Field(description="Id of the rule.")
    paths: Annotated[PathPatterns, Field(min_length=1)] = Field(description="Files it is about.")
    reason: Text = Field(description="Why it is acceptable.")
    kind: WaiverKind = Field(description="A risk that is accepted, or a finding that is wrong.")
    owner: Text = Field(description="Who answers for it.")
    expires: Annotated[str, BeforeValidator(_as_text), WithJsonSchema({"type": "string", "format": "date"})] = Field(
        description="Last day on which it holds, as in 2027-03-31. A malformed or past date makes it inactive."
    )


class Sections(Model):
    """What a constraint set may hold, whoever declares it."""

    extends: Texts | None = Field(None, description="Presets, and files of this repository, that may only be tightened.")
    data: dict[Name, Data] | None = Field(None, description="Sensitive data by name, and how to recognise it in code.")
    privacy: Privacy | None = Field(None, description="Where data may go. A gate.")
    deployment: Deployment | None = Field(None, description="What the target can run. A gate.")
    latency: Latency | None = Field(None, description="How fast an answer has to be.")
    cost: Cost | None = Field(None, description="What a request may consume.")
    updates: Updates | None = Field(None, description="What changes, and how soon answers must follow.")
    control: Control | None = Field(None, description="How firmly outputs and actions are held.")
    architecture: Architecture | None = Field(None, description="The declared design.")
    on_unknown: OnUnknown | None = Field(None, description="Whether what cannot be told fails the check.")


class System(Sections):
    """One deployable unit of several."""

    name: Name = Field(description="Its name.")
    paths: Annotated[PathPatterns, Field(min_length=1)] = Field(description="Its files; the nearest system owns a file.")
    waivers: list[Waiver] | None = Field(None, description="Exceptions of this system.")


class ManifestFile(Sections):
    """The constraints that an LLM project declares for itself. Every clause is optional: what is not declared is not checked."""

    version: Version = Field(description="Version of this format.")
    system: Name | None = Field(None, description="Name of the one system of the repository.")
    systems: Annotated[list[System], Field(min_length=1)] | None = Field(
        None, description="Several systems; the sections outside of the list are their defaults."
    )
    waivers: list[Waiver] | None = Field(None, description="Exceptions.")


class PresetFile(Sections):
    """A constraint set to extend."""

    version: Version = Field(description="Version of this format.")
    title: Text | None = Field(None, description="What the set is, in a few words.")
    description: Text | None = Field(None, description="What it is relevant to, and what it does not show.")
    references: Texts | None = Field(None, description="What it was made from.")


def type_at(model: type[Model], path: tuple[str | int, ...]) -> Any:
    """The type of what stands at a path of a file; None where nothing may stand."""
    kind: Any = model
    for step in path:
        if isinstance(kind, type) and issubclass(kind, Model):
            field = keys_of(kind).get(str(step))
            kind = _bare(field.annotation) if field else None
        else:  # a list's items, or a mapping's values
            kind = _bare(get_args(kind)[-1]) if get_args(kind) else None
    return kind


def keys_at(model: type[Model], path: tuple[str | int, ...]) -> list[str]:
    """The keys that a mapping at a path of a file may have; none where names are free or there is no mapping."""
    kind = type_at(model, path)
    return list(keys_of(kind)) if isinstance(kind, type) and issubclass(kind, Model) else []


def choices_at(model: type[Model], path: tuple[str | int, ...]) -> list[str]:
    """The words that may stand at a path of a file; none where any value may."""
    kind = type_at(model, path)
    return [str(choice) for choice in get_args(kind)] if get_origin(kind) is Literal else []


def keys_of(model: type[Model]) -> dict[str, FieldInfo]:
    """The keys of a mapping, as they are written."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def homes(model: type[Model], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every key of a file with the path of the mapping that it belongs in."""
    for key, field in keys_of(model).items():
        yield key, prefix
        kind = _bare(field.annotation)
        named = get_origin(kind) is dict
        kind = _bare(get_args(kind)[-1]) if named else kind
        if isinstance(kind, type) and issubclass(kind, Model):
            yield from homes(kind, ".".join(part for part in (prefix, key, "<name>" if named else "") if part))


def _bare(kind: Any) -> Any:
    """A type without `Annotated` and without the None of *not declared*."""
    while True:
        if get_origin(kind) is Annotated:
            kind = get_args(kind)[0]
        elif get_origin(kind) in (Union, UnionType):
            kind = next(choice for choice in get_args(kind) if choice is not type(None))
        else:
            return kind


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of `archfit.yaml`, for editors: closed objects, a description for every key."""
    schema = ManifestFile.model_json_schema(by_alias=True)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "archfit manifest"}
    tidy: dict[str, Any] = _tidy(schema)
    return {**head, **tidy, "not": {"required": ["system", "systems"]}}


def _tidy(node: Any) -> Any:
    """Drops generated titles and the null that stands for *not declared*, which is not to be written."""
    if isinstance(node, list):
        return [_tidy(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = dict(node)
    choices = [choice for choice in node.get("anyOf", ()) if choice != {"type": "null"}]
    if "anyOf" in node and len(choices) < len(node["anyOf"]):
        del node["anyOf"]
        node = {**(choices[0] if len(choices) == 1 else {"anyOf": choices}), **node}
    if node.get("default", ...) is None:
        del node["default"]
    if isinstance(node.get("title"), str):
        del node["title"]
    if "patternProperties" in node:  # a misspelt name is an error, not a name outside of the pattern
        node["additionalProperties"] = False
    return {key: _tidy(value) for key, value in node.items()}
