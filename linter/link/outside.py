"""What decorators of frameworks do to the classes that carry them, as far as values depend on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Outside:
    """Told by the provider files; tracing itself knows no framework."""

    collects: Mapping[str, str] = field(default_factory=dict)
    """Decorator of methods -> the attribute of the object that holds what these methods return."""
    loads: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Decorator of classes -> attributes that name a data file and come to hold its content, with their default paths."""

    constants: Mapping[str, str | int | float] = field(default_factory=dict)
    """Dotted names of constants of SDKs -> their values."""

    @property
    def loaded(self) -> frozenset[str]:
        """Names of such attributes."""
        return frozenset(name for paths in self.loads.values() for name in paths)


NOTHING = Outside()
"""No framework does anything."""
