"""Where models and stores are: on which devices, at which hosts, in which regions."""

from __future__ import annotations

import re
from collections.abc import Iterable

from linter.infer.hosts import host_of
from linter.model.architecture import Scalar

_PROCESSOR = ("cpu", "auto", "balanced", "balanced_low_0", "sequential", "disk", "best")
"""A processor that every machine has, or words that take what is there."""
_DEVICES = {
    "cuda": "cuda", "nvidia": "nvidia", "gpu": "gpu", "kompute": "gpu", "vulkan": "gpu", "mps": "mps", "metal": "mps",
    "tpu": "tpu", "xla": "tpu", "hip": "rocm", "rocm": "rocm", "amd": "rocm", "hpu": "hpu", "xpu": "xpu", "npu": "npu",
}  # fmt: skip
_RESOURCES = {"nvidia.com/gpu": "nvidia", "amd.com/gpu": "rocm", "google.com/tpu": "tpu", "habana.ai/gaudi": "hpu"}
ACCELERATORS = ("cpu", *dict.fromkeys((*_DEVICES.values(), *_RESOURCES.values())))
"""Every make; `cpu` is none, or what happens to be there, and `gpu` one of any make."""


def accelerator(device: Scalar) -> str | None:
    """The make of accelerator that a device is one of; None for a word that nobody knows. A number is that of a graphics card, as
    in `pipeline(device=0)`; -1 is none."""
    if isinstance(device, bool):
        return "gpu" if device else "cpu"
    if isinstance(device, int | float):
        return "gpu" if device >= 0 else "cpu"
    if device is None:
        return "cpu"
    word = device.strip().lower()
    if word in _RESOURCES:
        return _RESOURCES[word]
    if word.removeprefix("-").isdigit():
        return accelerator(int(word))
    head = re.split(r"[:/,\s]", word)[0]
    return "cpu" if head in _PROCESSOR else _DEVICES.get(head)


_LOOPBACK = re.compile(r"localhost|.*\.localhost|127(?:\.\d+){1,3}|\[?::1\]?|0\.0\.0\.0")


def host(address: str) -> str | None:
    """The host of an address or a connection string; None for a path, and for what never leaves the machine."""
    if address.startswith(("/", ".", "~", ":memory:", "file:", "sqlite", "unix:")):
        return None
    found = host_of(address)
    return None if found is None or found.isdigit() or _LOOPBACK.fullmatch(found) else found


_WAY = r"(?:north|south|east|west|central|northeast|northwest|southeast|southwest)"
_AWS = rf"(?:af|ap|ca|cn|eu|il|me|mx|sa|us|us-gov|us-iso[bf]?)-{_WAY}-\d"
_GOOGLE = rf"(?:africa|asia|australia|europe|me|northamerica|southamerica|us)-{_WAY}\d{{1,2}}"
_AZURE = (
    r"(?:(?:north|south|east|west|central|northcentral|southcentral|westcentral)us\d?|(?:north|west)europe|uk(?:south|west)|"
    r"france(?:central|south)|germany(?:westcentral|north)|switzerland(?:north|west)|norway(?:east|west)|sweden(?:central|south)|"
    r"polandcentral|italynorth|spaincentral|austriaeast|belgiumcentral|denmarkeast|finlandcentral|greececentral|"
    r"(?:east|southeast)asia|japan(?:east|west)|korea(?:central|south)|(?:central|south|west)india|jioindia(?:central|west)|"
    r"australia(?:east|southeast|central2?)|canada(?:central|east)|brazil(?:south|southeast)|uae(?:north|central)|qatarcentral|"
    r"israelcentral|southafrica(?:north|west)|mexicocentral|chilecentral|newzealandnorth|indonesiacentral|malaysiawest|"
    r"china(?:north|east)\d?|usgov(?:virginia|texas|arizona|iowa))"
)
_IBM = r"us-south|us-east|ca-tor|ca-mon|br-sao|eu-de|eu-gb|eu-es|eu-fr2|jp-tok|jp-osa|au-syd|in-che"
_WIDE = r"eu|us|apac|global"
"""Words of vendors for more than one region."""
_REGION = re.compile(rf"(?<![a-z0-9])(?:{_AWS}|{_GOOGLE}|{_AZURE}|{_IBM})(?![a-z0-9])")
_PROFILE = re.compile(r"(?:arn:[^/]*/)?(global|us-gov|us|eu|apac|jp|au|ca)\.(?=[a-z0-9]+\.)")
"""Amazon Bedrock spreads the calls of an inference profile over the regions that its prefix stands for."""


def regions_in(hosts: Iterable[str]) -> tuple[str, ...]:
    """The regions that host names say: `bedrock-runtime.eu-central-1.amazonaws.com`, `eu.api.openai.com`."""
    found: dict[str, None] = {}
    for one in hosts:
        name = one.lower()
        exact = _REGION.findall(name)
        wide = [label for label in name.split(".")[:-1] if re.fullmatch(_WIDE, label)]
        found.update(dict.fromkeys(exact or wide))
    return tuple(found)


def profile(model: str) -> str | None:
    """The part of the world that a model id of Amazon Bedrock spreads its calls over; None for a model of one region."""
    found = _PROFILE.match(model.lower())
    return None if found is None else found[1]
