"""`archfit check` for people: findings by system and dimension, each with its code, its clause, its way, and what to do."""

from __future__ import annotations

from collections.abc import Sequence

from linter.model.finding import Finding, RuleOutcome, Verdict
from linter.model.run import Run
from linter.report.frame import frame
from linter.report.lines import Lines
from linter.report.page import Page, columns, counted
from linter.report.summary import Dimension, dimensions, elsewhere, failures, questions, systems, waived

_SHOWN_GAPS = 10
_SHOWN_PLACES = 8
_SHOWN_STEPS = 12
_STYLES = {Verdict.FAIL: "fail", Verdict.UNKNOWN: "unknown", Verdict.PASS: "pass", Verdict.NOT_APPLICABLE: "quiet"}


def render(run: Run, *, verbose: bool = False, quiet: bool = False) -> Page:
    """The whole report. `verbose`: every gap, waived finding and skipped file, and how long each stage took. `quiet`:
    findings and the summary only."""
    page = Page()
    lines = Lines(run.root)
    several = len(systems(run)) > 1
    for system in systems(run):
        if several:
            page.line((system, "strong"))
            page.line()
        _system(page, run, lines, system, verbose)
    if not quiet:
        gaps(page, run, verbose)
        _notes(page, run)
    _summary(page, run, several)
    if not quiet:
        closing(page, run, verbose)
        if run.manifest is None:
            page.line("no archfit.yaml: only rules that need no declaration were applied; `archfit init` drafts one")
    _verdict(page, run)
    return page


def _system(page: Page, run: Run, lines: Lines, system: str, verbose: bool) -> None:
    own = [finding for finding in run.result.findings if finding.system == system]
    failed = failures(own)
    for dimension in dimensions(run, system):
        some = [finding for finding in failed if finding.dimension == dimension.name]
        if some:
            page.line((dimension.name, "strong"), f": {counted(len(some), 'finding')}")
            page.line()
            for finding in some:
                _finding(page, lines, finding)
    asked = questions(own)
    if asked:
        page.line(("cannot tell", "strong"), f": {counted(len(asked), 'question')} that the code does not answer")
        page.line()
        for finding in asked:
            _finding(page, lines, finding)
    _brief(page, "in tests, examples and documentation (does not fail the run)", elsewhere(own))
    if verbose:
        _brief(page, "waived", waived(own))


def _finding(page: Page, lines: Lines, finding: Finding) -> None:
    failed = finding.verdict is Verdict.FAIL
    head = (finding.severity.value, "fail") if failed else ("unknown", "unknown")
    page.line(head, " ", (finding.rule, "strong"), ": ", finding.message)
    page.line("  ", (f"{finding.place}:{finding.place.column}", "place"))
    for parts in frame(lines, finding.place):
        page.line("  ", *parts)
    if finding.constraint is not None and finding.constraint.path:
        where = "" if finding.constraint.place is None else str(finding.constraint.place)
        clause = f"{finding.constraint.path}: {finding.constraint.text}" if finding.constraint.text else finding.constraint.path
        verb = "breaks  " if failed else "asked by"
        page.line("  ", (verb, "quiet"), f"  {clause}  ", (where, "place"))
    _listed(page, "trace   ", [(f"{n}.", str(step.place), step.what) for n, step in enumerate(finding.steps, 1)], _SHOWN_STEPS)
    _listed(page, "also    ", [(str(one.place), one.what) for one in finding.related], _SHOWN_PLACES)
    if finding.settle:
        page.line("  ", ("settle  ", "quiet"), f"  {finding.settle}")
    if finding.fix:
        page.line("  ", ("fix     ", "quiet"), f"  {finding.fix}")
    page.line()


def _listed(page: Page, label: str, rows: Sequence[tuple[str, ...]], most: int) -> None:
    """Rows beside a label. Of many, the first and the last: how a way begins and where it ends matters most."""
    table = columns(rows, " ")
    if len(table) > most:
        head = most // 2
        tail = most - head
        table = [*table[:head], f"… {len(table) - most:,} more", *table[-tail:]]
    for index, text in enumerate(table):
        page.line("  ", (label if index == 0 else " " * len(label), "quiet"), "  ", text)


def _brief(page: Page, title: str, findings: Sequence[Finding]) -> None:
    if not findings:
        return
    page.line((title, "strong"), f": {counted(len(findings), 'finding')}")
    for finding in findings:
        reason = f"  (waived: {finding.waived_by})" if finding.waived_by is not None else ""
        kind = "unknown" if finding.verdict is Verdict.UNKNOWN else finding.severity.value
        place = (f"{finding.place}:{finding.place.column}", "place")
        page.line("  ", place, f"  {kind} {finding.rule}: {finding.message}", (reason, "quiet"))
    page.line()


def _verdict(page: Page, run: Run) -> None:
    failing = len(run.gating)
    asked = len(questions(run.result.findings))
    doubt = f"; {counted(asked, 'question')} not answered" if asked else ""
    if failing:
        page.line((counted(failing, "finding"), "fail"), f" {'fails' if failing == 1 else 'fail'} the run{doubt}")
    else:
        page.line(("no finding", "pass"), f" fails the run{doubt}")


def gaps(page: Page, run: Run, verbose: bool) -> None:
    """What could not be analysed: always counted, and the first ones listed."""
    if not run.gaps:
        return
    page.line(("not analysed", "strong"), f": {counted(len(run.gaps), 'gap')}; what stands there is not known to comply")
    shown = run.gaps if verbose else run.gaps[:_SHOWN_GAPS]
    for gap in shown:
        page.line("  ", (str(gap), "place"), f"  {gap.reason}")
    if len(shown) < len(run.gaps):
        page.line("  ", (f"… and {len(run.gaps) - len(shown):,} more (--verbose shows all)", "quiet"))
    page.line()


def _notes(page: Page, run: Run) -> None:
    for note in run.result.notes:
        page.line(("note", "unknown"), f": {note}")
    if run.result.notes:
        page.line()


def _summary(page: Page, run: Run, several: bool) -> None:
    for system in systems(run):
        found = dimensions(run, system)
        if not found:
            continue
        page.line((f"summary: {system}" if several else "summary", "strong"))
        width = max(len(one.name) for one in found)
        for one in found:
            verdict = (one.verdict.value.ljust(14), _STYLES[one.verdict])
            page.line(f"  {one.name.ljust(width)}  ", verdict, f"  {_said(run, system, one)}")
        page.line()


def _said(run: Run, system: str, one: Dimension) -> str:
    parts = []
    if one.failures:
        parts.append(counted(one.failures, "finding"))
    if one.questions:
        parts.append(counted(one.questions, "question"))
    if one.waived:
        parts.append(f"{one.waived} waived")
    if one.elsewhere:
        parts.append(f"{one.elsewhere} in tests, examples, docs")
    outcomes = [out for out in run.result.outcomes if out.system == system and out.dimension == one.name]
    if one.verdict is Verdict.UNKNOWN and not one.questions:
        parts.append(f"cannot tell: {', '.join(out.rule for out in outcomes if out.verdict is Verdict.UNKNOWN)}")
    if one.verdict is Verdict.NOT_APPLICABLE:
        parts.append(_idle(outcomes))
    elif one.rules:
        parts.append(f"{one.rules} of {counted(len(outcomes), 'rule')} applied")
    return ", ".join(part for part in parts if part)


def _idle(outcomes: Sequence[RuleOutcome]) -> str:
    """Why nothing in a dimension was checked, where there is one reason."""
    reasons = {outcome.because for outcome in outcomes}
    return reasons.pop() if len(reasons) == 1 else "nothing declared, or nothing there that it is about"


def closing(page: Page, run: Run, verbose: bool) -> None:
    """How much was looked at."""
    coverage = run.architecture.coverage
    sites = counted(len(run.architecture.sites), "site")
    files = f"{counted(coverage.analysed, 'file')} of {coverage.files:,} analysed"
    more = f", {counted(coverage.configurations, 'configuration file')}" if coverage.configurations else ""
    page.line(f"{files}{more}, {sites}, {counted(len(run.gaps), 'gap')}")
    if coverage.skipped:
        if verbose:
            for skipped in coverage.skipped:
                page.line("  ", (skipped.path, "place"), f"  {skipped.reason}")
        else:
            left_out = counted(len(coverage.skipped), "file or folder", "files or folders")
            page.line(f"{left_out} left out (--verbose says which and why)")
    if verbose:
        page.line(", ".join(f"{timing.stage} {timing.seconds:.2f} s" for timing in run.timings))
