"""Where archfit's own data is: rules, provider files, presets, the model table."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def home() -> Path:
    """The folder that holds `rules/`: `_home` inside of the package when archfit is installed, else the checkout around it."""
    package = Path(__file__).resolve().parent
    installed = package / "_home"
    return installed if installed.is_dir() else package.parent
