"""What holds for all tests."""

from __future__ import annotations

from hypothesis import settings

# The same examples in every run: a failure is then the change's fault, never the day's. No deadline: machines differ.
# `pytest --hypothesis-profile explore` looks further.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None, max_examples=1_000)
settings.load_profile("repeatable")
