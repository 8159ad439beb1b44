"""What the tests of this folder share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from linter.check.load import load_rules
from linter.check.run import check
from linter.errors import RuleError
from linter.model.architecture import Architecture
from linter.model.finding import CheckResult
from linter.model.manifest import Manifest
from linter.model.rule import Rule
from tests.check.making import RULE, FakeModels

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 9, 1)


@pytest.fixture(scope="session")
def shipped() -> dict[str, Rule]:
    """The rules of archfit itself, by id."""
    return {rule.id: rule for rule in load_rules(ROOT)}


Checked = Callable[..., CheckResult]


@pytest.fixture
def checked(shipped: dict[str, Rule]) -> Checked:
    """`checked("missing-timeout", architecture, manifest)`: what one of archfit's own rules says."""

    def run(
        rule: str, made: Architecture, declared: Manifest | None = None, facts: FakeModels | None = None, today: date = TODAY
    ) -> CheckResult:
        return check(made, declared, [shipped[rule]], facts, today)

    return run


Refused = Callable[..., list[str]]


@pytest.fixture
def rule_folder(tmp_path: Path) -> Callable[..., Path]:
    """Writes rule files: `rule_folder({"cost/no-wild-calls.md": text})`."""

    def write(files: dict[str, str]) -> Path:
        for name, text in files.items():
            path = tmp_path / "rules" / "checks" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture
def refused(rule_folder: Callable[..., Path]) -> Refused:
    """What is said about a rule file that is not accepted, as it is printed. The text is `RULE` with replacements."""

    def run(*changes: tuple[str, str], path: str = "cost/no-wild-calls.md") -> list[str]:
        text = RULE
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        with pytest.raises(RuleError) as caught:
            load_rules(rule_folder({path: text}))
        return [str(problem) for problem in caught.value.problems]

    return run
