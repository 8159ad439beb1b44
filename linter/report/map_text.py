"""`archfit map` for people: what the system is made of, with the places that show it."""

from __future__ import annotations

from linter.model.architecture import ATTRIBUTES, Attribute, Flow, Scalar, Site, State
from linter.model.catalogue import SiteKind
from linter.model.run import Run
from linter.model.source import Scope
from linter.report import operations
from linter.report.check_text import closing, gaps
from linter.report.escape import shortened
from linter.report.page import Page, Part, columns, counted

_VALUE = 60
"""Characters of one value."""
_SECONDS = frozenset({"timeout"})


def render(run: Run, *, verbose: bool = False, quiet: bool = False) -> Page:
    """Mechanisms, sites by file, flows, request paths, how it runs, gaps. `verbose`: also attributes that are left out, and every
    gap."""
    page = Page()
    found = run.architecture
    for system in found.systems:
        page.line((system.name or "system", "strong"))
        for mechanism in system.mechanisms:
            page.line(f"  {mechanism.name.ljust(10)}", counted(len(mechanism.sites), "site"))
        if not system.mechanisms:
            page.line((f"  no mechanism was found: {_nothing(run)}, as far as can be told", "quiet"))
        page.line()
    _sites(page, run, verbose)
    _flows(page, run)
    _paths(page, run)
    operations.section(page, found.operations)
    if not quiet:
        gaps(page, run, verbose)
        closing(page, run, verbose)
    return page


def _nothing(run: Run) -> str:
    named = any(site.kind is SiteKind.CONFIG and site.get("model").values for site in run.architecture.sites)
    return "files name models, and no code here calls one" if named else "nothing here calls a model"


def _sites(page: Page, run: Run, verbose: bool) -> None:
    file = None
    for site in sorted(run.architecture.sites, key=lambda one: (one.scope is not Scope.PRODUCT, one.place, one.id)):
        if site.place.file != file:
            if file is not None:
                page.line()
            file = site.place.file
            note = "" if site.scope is Scope.PRODUCT else f"  ({site.scope.value})"
            page.line((file, "place"), (note, "quiet"))
        _site(page, site, verbose)
    if file is not None:
        page.line()


def _site(page: Page, site: Site, verbose: bool) -> None:
    kinds = " + ".join(kind.value for kind in (site.kind, *site.also))
    cell = "" if site.place.cell is None else f"[cell {site.place.cell}] "
    where = f"{cell}{site.place.line}:{site.place.column}"
    doubt = "" if site.confidence == "certain" else f"  ({site.confidence})"
    page.line("  ", (where.ljust(7), "place"), " ", (kinds, "strong"), f"  {site.call}", (doubt, "quiet"))
    for name in ATTRIBUTES:
        one = site.attributes.get(name)
        if one is not None and (verbose or one.state is not State.UNSET or one.default):
            page.line(" " * 10, (name.ljust(12), "quiet"), *said(name, one))


def said(name: str, one: Attribute) -> list[Part]:
    """An attribute in words, its state always with it."""
    values = " | ".join(_value(name, value) for value in one.values)
    if one.state is State.KNOWN:
        return [values or "none"]
    if one.state is State.PARTIAL:
        return [values, (f"  or other: {one.because or 'not all values are known'}", "unknown")]
    if one.state is State.UNSET:
        default = " or ".join(_value(name, value) for value in one.default)
        return [("not set", "quiet"), (f"  (then {default})" if default else "", "quiet")]
    return [("unknown", "unknown"), f": {one.because}" if one.because else ""]


def _value(name: str, value: Scalar) -> str:
    if value is None:
        return "no limit" if name in ("timeout", "max_output", "steps") else "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return shortened(f"{text} s" if name in _SECONDS and not isinstance(value, str) else text, _VALUE)


def _flows(page: Page, run: Run) -> None:
    if not run.architecture.flows:
        return
    page.line(("flows", "strong"))
    for flow in run.architecture.flows:
        page.line(f"  {flow.kind.value}: {flow.data}{f'.{flow.field}' if flow.field else ''}", (_qualities(flow), "unknown"))
        for text in columns([(f"{n}.", str(step.place), step.what) for n, step in enumerate(flow.steps, 1)], " "):
            page.line(f"    {text}")
    page.line()


def _qualities(flow: Flow) -> str:
    said = []
    if not flow.certain:
        said.append("possibly")
    if flow.redacted_by:
        said.append(f"redacted by {flow.redacted_by}")
    if flow.bounded is False:
        said.append("grows without bound")
    return f"  ({', '.join(said)})" if said else ""


def _paths(page: Page, run: Run) -> None:
    if not run.architecture.paths:
        return
    page.line(("request paths", "strong"))
    for path in run.architecture.paths:
        seconds = path.worst_case_seconds
        worst = "no known limit in time" if seconds is None else f"at worst {seconds:g} s"
        worst += f" ({path.because})" if path.because else ""
        page.line(f"  {path.entry.what}  ", (str(path.entry.place), "place"))
        page.line(f"    {counted(len(path.stages), 'stage')}, {counted(path.model_calls, 'model call')}, {worst}")
    page.line()
