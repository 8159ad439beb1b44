"""Reads the sources and the sinks of the matrix of sensitive data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

HERE = Path(__file__).parent
_READ = yaml.safe_load((HERE / "sources.yaml").read_bytes())


@dataclass(frozen=True, slots=True)
class Source:
    """After `lines`, in a function with `parameters`, the expression `bad` is the data, and `other` is not."""

    bad: str
    other: str = ""
    lines: str = ""
    parameters: str = ""
    top: str = ""
    sure: bool = True
    other_sure: bool = True


@dataclass(frozen=True, slots=True)
class Sink:
    """In `module` the value `value` goes somewhere on the line with `# here`, which breaks `rule`."""

    rule: str
    module: str


MANIFEST: str = _READ["manifest"]
FILES: dict[str, str] = _READ["files"]
SOURCES = {name: Source(**said) for name, said in _READ["sources"].items()}
SINKS = {name: Sink(**said) for name, said in yaml.safe_load((HERE / "sinks.yaml").read_bytes()).items()}
