"""What a person reads after `archfit check`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest_report import CALL, CLIENT, leak, question, timeout

from linter.model.architecture import Architecture
from linter.model.finding import CheckResult, RuleOutcome, Verdict
from linter.model.place import Gap, Place, Step
from linter.model.run import Run
from linter.model.source import Scope
from linter.report.check_text import render

MakeRun = Callable[..., Run]
