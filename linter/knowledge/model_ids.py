"""What a model's id tells by itself: whose it is, whether it is pinned, how many parameters it names."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

MAX_LENGTH = 300
"""Characters of an id that are looked at; longer ones are no ids."""

# names that code, gateways and data sources use -> the names of provider files and of the model table
_PROVIDERS = {
    "text-completion-openai": "openai",
    "azure": "azure-openai",
    "azure-text": "azure-openai",
    "azure-ai": "azure-openai",
    "azure-cognitive-services": "azure-openai",
    "aws": "aws-bedrock",
    "bedrock": "aws-bedrock",
    "bedrock-converse": "aws-bedrock",
    "bedrock-mantle": "aws-bedrock",
    "bedrock-mantle-anthropic": "aws-bedrock",
    "bedrock-mantle-openai": "aws-bedrock",
    "anthropic-bedrock": "aws-bedrock",
    "amazon-bedrock": "aws-bedrock",
    "sagemaker": "aws-sagemaker",
    "sagemaker-chat": "aws-sagemaker",
    "vertex": "vertex-ai",
    "vertexai": "vertex-ai",
    "vertex-ai-beta": "vertex-ai",
    "google-anthropic-vertex": "vertex-ai",
    "google-vertex": "vertex-ai",
    "google-vertexai": "vertex-ai",
    "google-vertex-anthropic": "vertex-ai",
    "anthropic-vertex": "vertex-ai",
    "gemini": "google",
    "palm": "google",
    "google-gemini": "google",
    "google-genai": "google",
    "google-gla": "google",
    "cohere-chat": "cohere",
    "mistralai": "mistral",
    "codestral": "mistral",
    "text-completion-codestral": "mistral",
    "fireworks-ai": "fireworks",
    "together-ai": "together",
    "togetherai": "together",
    "x-ai": "xai",
    "moonshotai": "moonshot",
    "moonshotai-cn": "moonshot",
    "z-ai": "zai",
    "zhipuai": "zhipu",
    "dashscope": "alibaba",
    "alibaba-cn": "alibaba",
    "alibaba-dashscope": "alibaba",
    "minimax-cn": "minimax",
    "voyageai": "voyage",
    "novita-ai": "novita",
    "cloudflare-workers-ai": "cloudflare",
    "snowflake-cortex": "snowflake",
    "vercel": "vercel-ai-gateway",
    "ollama-chat": "ollama",
    "ibm": "watsonx",
    "jina-ai": "jina",
    "lambda-ai": "lambda",
    "friendliai": "friendli",
    "featherless-ai": "featherless",
    "nlp-cloud": "nlpcloud",
    "text-completion-inception": "inception",
}
_FAMILY = re.compile(r"^(vertex-ai|fireworks-ai)-.*-models$")  # LiteLLM's `vertex_ai-anthropic_models`

_ARN = re.compile(r"^arn:aws[\w-]*:bedrock:.*[:/](?:foundation-model|inference-profile)/(.+)$")
_VERTEX_PATH = re.compile(r"^(?:projects/.+/)?publishers/[^/]+/models/(.+)$")
_BEDROCK_REGION = re.compile(r"^(?:us|eu|apac|au|ca|jp|sa|us-gov|global)\.(?=[a-z0-9]+\.)")
_BEDROCK_ID = re.compile(r"^(?:[a-z-]+\.)?[a-z0-9]+\.[\w.-]+?-v\d+(?::\d+)*(?::\d+k)?$")

_DATE = (
    r"(?:\d{4}-\d{2}-\d{2}|20\d{6}"                     # 2024-05-13, 20240620
    r"|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"        # 0613
    r"|2[3-9](?:0[1-9]|1[0-2])(?:[0-3]\d)?"             # 2407, 260915
    r"|(?:0[1-9]|1[0-2])-(?:20)?\d{2}"                  # 08-2024, 05-20
    r"|00\d)"                                           # 002
)  # fmt: skip
_DATED = re.compile(rf"[-@_]{_DATE}(?:-(?:preview|vision-preview|completions|exp|thinking|instruct|maas|fp8|v\d+))*(?::\d+)*$")
_SUFFIX = re.compile(rf"[-@]{_DATE}")
_MOVING = re.compile(r"[-:@](?:latest|default)$")

_MIXTURE = re.compile(r"(?<![a-z0-9.])(\d{1,3})x(\d{1,4}(?:\.\d{1,3})?)b(?![a-z0-9])")
_BILLIONS = re.compile(r"(?<![a-z0-9.])(\d{1,5}(?:\.\d{1,3})?)(b|t)(\d?)(?![a-z0-9])(-\d{1,3}e(?![a-z0-9]))?")
_MILLIONS = re.compile(r"(?<![a-z0-9.])(\d{2,4})m(?![a-z0-9])")
_MIXTURES = {(8, 7.0): 46.7, (8, 22.0): 140.6}  # Mixtral: its experts share the attention layers
_ACTIVE = {("scout", 17.0): 109.0, ("maverick", 17.0): 400.0}  # Llama 4 names the parameters of one token, not all


def provider_name(name: str) -> str:
    """A provider's name as code, a gateway or a data source writes it -> the model table's name of it."""
    plain = name.strip().lower().replace("_", "-").replace(" ", "-")
    plain = _FAMILY.sub(r"\1", plain)
    return _PROVIDERS.get(plain, plain)


def readings(model_id: str, provider: str | None, known: Container[str]) -> Iterator[tuple[str | None, str]]:
    """How an id can be read, the likeliest way first: (provider, or None for any; the provider's own id).

    `provider` is a table's name of the provider, `known` are the names of all of them. A prefix counts only when no provider is
    given or when it names the very provider: `openai/gpt-4o` at OpenRouter is OpenRouter's own id.
    """
    name = model_id.strip().lower()
    if not name or len(name) > MAX_LENGTH:
        return
    if match := _ARN.match(name):
        provider, name = provider or "aws-bedrock", match[1]
    elif match := _VERTEX_PATH.match(name):
        provider, name = provider or "vertex-ai", match[1]
    elif name.startswith("models/"):
        provider, name = provider or "google", name.removeprefix("models/")
    head, separator, rest = _split(name)
    named = provider_name(head) if separator else ""
    if named in known and named == (provider or named) and rest:
        yield from readings(rest, named, known)
        if provider is None:
            yield None, name
        else:
            yield from _own(provider, name)
        return
    if provider is None and "@" in name:
        yield from _own("vertex-ai", name)
    if provider is None and name.startswith("ft:"):
        yield from _own("openai", name)
    yield from _own(provider, name)


def _split(name: str) -> tuple[str, str, str]:
    """`azure/gpt-4o` and `openai:gpt-4o`; a colon behind a slash is a tag or a version."""
    head, slash, rest = name.partition("/")
    return (head, slash, rest) if slash and ":" not in head else name.partition(":")


def _own(provider: str | None, name: str) -> Iterator[tuple[str | None, str]]:
    yield provider, name
    if name.startswith("ft:"):
        base = name.split(":")[1]  # ft:<base>:<organisation>:<name>:<job>
        yield provider, f"ft:{base}"
        yield provider, base
    elif provider in (None, "aws-bedrock") and (bare := _BEDROCK_REGION.sub("", name)) != name:
        yield "aws-bedrock", bare


def broader(provider: str, name: str) -> str | None:
    """The id whose retirement ends this one too: a Bedrock profile's model, a Vertex version's model."""
    if provider == "aws-bedrock":
        bare = _BEDROCK_REGION.sub("", name)
        return bare if bare != name else None
    return name.partition("@")[0] if provider == "vertex-ai" and "@" in name else None


def moves(name: str) -> bool:
    """Whether the id says that what it stands for changes: `…-latest`."""
    return bool(_MOVING.search(name.strip().lower()[:MAX_LENGTH]))


def pinned(name: str) -> bool:
    """Whether the id carries a snapshot's date or number: `gpt-4o-2024-05-13`, `gpt-4-0613`, `…-001`, Bedrock's `…-v1:0`."""
    name = name.strip().lower()[:MAX_LENGTH]
    if name.startswith("ft:") and name.count(":") > 2:  # one fine-tuning job's result
        return True
    return not _MOVING.search(name) and bool(_DATED.search(name) or _BEDROCK_ID.match(name))


def snapshot_of(name: str, other: str) -> bool:
    """Whether `other` is `name` with a snapshot's date behind it."""
    return other.startswith(name) and bool(_SUFFIX.fullmatch(other[len(name) :]))


def parameters_of(model_id: str) -> float | None:
    """The number of parameters that an id names, in billions (`llama-3.1-8b` 8.0, `smollm2-360m` 0.36); None when it names none.

    All experts of a mixture count, since all must fit into memory.
    """
    name = re.sub(r"(?<=\d)p(?=\d+b)", ".", model_id[:MAX_LENGTH].lower())  # Fireworks writes 2p5b
    if match := _MIXTURE.search(name):
        experts, each = int(match[1]), float(match[2])
        return _MIXTURES.get((experts, each), round(experts * each, 3))
    if match := _BILLIONS.search(name):
        number = float(match[1]) + (int(match[3]) / 10 if match[3] else 0)  # bloom-7b1
        if match[4]:
            return next((whole for (word, active), whole in _ACTIVE.items() if word in name and active == number), None)
        return number * (1000 if match[2] == "t" else 1) or None
    match = _MILLIONS.search(name)
    return int(match[1]) / 1000 if match else None
