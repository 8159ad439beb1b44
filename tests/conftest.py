"""What holds for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import settings

# The same examples in every run: a failure is then the change's fault, never the day's. No deadline: machines differ.
# `pytest --hypothesis-profile explore` looks further.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None, max_examples=1_000)
settings.load_profile("repeatable")

KNOWN_MISSES: dict[str, str] = {
    entry["test"]: entry["reason"] for entry in yaml.safe_load((Path(__file__).parent / "known_misses.yaml").read_bytes()) or ()
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all-pairs", action="store_true", help="every source with every sink in the matrix of sensitive data")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What archfit is known to miss is expected to fail, and has to be taken off the list once it does not."""
    for item in items:
        reason = KNOWN_MISSES.get(item.nodeid)
        if reason is not None:
            item.add_marker(pytest.mark.xfail(reason=reason, strict=True))
