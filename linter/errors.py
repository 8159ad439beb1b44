"""Every way archfit refuses to go on: the cause, the place, the remedy, the exit code."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in one place of an input file."""

    message: str
    file: str | None = None
    line: int | None = None
    remedy: str | None = None

    def __str__(self) -> str:
        where = "" if self.file is None else self.file + ("" if self.line is None else f":{self.line}") + ": "
        return where + self.message + (f" ({self.remedy})" if self.remedy else "")


class ArchfitError(Exception):
    """Base of all refusals. `problems` holds every one that was found, not only the first."""

    exit_code = 4

    def __init__(self, *problems: Problem | str) -> None:
        self.problems = tuple(Problem(p) if isinstance(p, str) else p for p in problems)
        super().__init__("\n".join(str(p) for p in self.problems))


class UsageError(ArchfitError):
    """The command line asks for something that cannot be done."""

    exit_code = 2


class ManifestError(ArchfitError):
    """`archfit.yaml`, or a preset that it extends, is wrong."""

    exit_code = 2


class RuleError(ArchfitError):
    """A rule file is wrong."""

    exit_code = 2


class ProviderError(ArchfitError):
    """A provider file is wrong."""

    exit_code = 2


class NothingAnalysedError(ArchfitError):
    """There was no file to analyse: a wrong path must not look like a clean one."""

    exit_code = 3


class InternalError(ArchfitError):
    """archfit itself failed; the result is not to be trusted."""

    exit_code = 4
