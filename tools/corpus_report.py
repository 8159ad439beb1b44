"""Scores as text: a line for each repository, tables by kind and attribute, and what is wrong with its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from linter.model.place import Place
from linter.report.escape import visible
from tools.corpus_score import Counts, Score, Tally, tally

_COUNTS = f"{'precision':>9} {'recall':>6} {'tp':>5} {'fp':>5} {'fn':>5}"
_NOTHING = "-"
"""Where there is nothing to divide by."""


def head(title: str, width: int) -> str:
    """The first line of a table with `Counts`; `width`: of its first column."""
    return f"{title:<{width}} {_COUNTS}"


def row(name: str, counts: Counts, width: int) -> str:
    """A line of such a table."""
    shares = f"{_share(counts.precision):>9} {_share(counts.recall):>6}"
    return f"{name:<{width}} {shares} {counts.right:>5} {counts.false:>5} {counts.missed:>5}"


def sums(name: str, scores: Sequence[Score]) -> str:
    """The tables of one half, or of both."""
    found = tally(scores)
    return "\n".join([*_kinds(found), "", *_attributes(found), "", _closing(name, found, len(scores))])


def mistakes(score: Score) -> Iterator[str]:
    """Everything that is wrong in one repository, in the order of its files."""
    lines: list[tuple[Place, str]] = []
    for site in score.missed:
        what = " ".join(filter(None, (site.kind, site.key or site.via)))
        lines.append((Place(site.file, site.line, cell=site.cell), f"missed     {{}} {what}"))
    for found in score.false:
        lines.append((found.place, f"false      {{}} {found.kind} {found.call}"))
    for one in score.judgements:
        if not one.right:
            wanted = " ".join(map(_written, one.label.said(one.attribute)))
            said = f"{one.label.kind} {one.attribute}: labelled {wanted}, found {one.stated}"
            lines.append((one.found.place, f"attribute  {{}} {said}"))
    for remark in score.lookalikes:
        lines.append((Place(remark.file, remark.line, cell=remark.cell), f"lookalike  {{}} {remark.why}"))
    for place, text in sorted(lines, key=lambda line: (line[0].file, line[0].cell or 0, line[0].line)):
        before, _, after = text.partition("{}")
        yield visible(f"{before}{place}{after}")


def _kinds(found: Tally) -> Iterator[str]:
    width = max(map(len, found.kinds))
    yield head("kind", width)
    for kind, counts in found.kinds.items():
        if counts != Counts():
            yield row(kind, counts, width)
    yield row("all", found.total, width)


def _attributes(found: Tally) -> Iterator[str]:
    width = max(map(len, found.attributes))
    yield f"{'attribute':<{width}} {'share':>6} {'right':>6} {'judged':>6}"
    for name, (right, judged) in found.attributes.items():
        if judged:
            yield f"{name:<{width}} {_share(right / judged):>6} {right:>6} {judged:>6}"


def _closing(name: str, found: Tally, repositories: int) -> str:
    total = found.total
    shares = [f"precision {_share(total.precision, 3)}", f"recall {_share(total.recall, 3)}", f"F1 {_share(total.f1, 3)}"]
    flagged, lookalikes = found.lookalikes
    things = f"{total.right + total.missed} sites in {repositories} {'repository' if repositories == 1 else 'repositories'}"
    return f"{name}: {', '.join([*shares, things])}; lookalikes flagged {flagged} of {lookalikes}"


def _share(value: float | None, digits: int = 2) -> str:
    return _NOTHING if value is None else f"{value:.{digits}f}"


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
