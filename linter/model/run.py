"""One run: everything that a report can say."""

from __future__ import annotations

from dataclasses import dataclass, field

from linter.model.architecture import Architecture
from linter.model.finding import CheckResult, Finding, Verdict
from linter.model.manifest import Manifest, SystemManifest
from linter.model.place import Gap
from linter.model.rule import Rule
from linter.model.source import Scope


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a stage took."""

    stage: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Run:
    """What a run found, and what a report needs beside it."""

    root: str
    """Absolute path of the scanned folder, for reading its lines; never shown."""
    architecture: Architecture
    result: CheckResult = field(default_factory=CheckResult)
    """Empty when nothing was checked (`archfit map`)."""
    manifest: Manifest | None = None
    rules: tuple[Rule, ...] = ()
    """Those that were applied, sorted by id."""
    prefix: str = ""
    """The way from the repository's top folder to the root: empty, or ending in a slash."""
    timings: tuple[Timing, ...] = ()
    """In the order of the stages."""

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What could not be analysed."""
        return self.architecture.gaps

    @property
    def gating(self) -> tuple[Finding, ...]:
        """The findings that fail the run: those of the product that nobody waived, and questions where `on_unknown: fail` is
        declared."""
        return tuple(finding for finding in self.result.findings if self._gates(finding))

    def _gates(self, finding: Finding) -> bool:
        if finding.gates:
            return True
        asked = finding.verdict is Verdict.UNKNOWN and finding.scope is Scope.PRODUCT and finding.waived_by is None
        return asked and self.manifest is not None and self._declared(finding.system).on_unknown == "fail"

    def _declared(self, system: str) -> SystemManifest:
        assert self.manifest is not None
        return next((one for one in self.manifest.systems if one.name == system), self.manifest.default)

    @property
    def rule_index(self) -> dict[str, Rule]:
        """The rules by id."""
        return {rule.id: rule for rule in self.rules}
