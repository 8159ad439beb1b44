"""`archfit rule`: a rule's document, and the list of all rules."""

from __future__ import annotations

from collections.abc import Sequence

from linter.model.finding import DIMENSIONS
from linter.model.rule import SECTIONS, Rule
from linter.report.page import Page, columns


def render(rule: Rule) -> Page:
    """One rule: what it is about, then its whole document."""
    page = Page()
    page.line((f"# {rule.id}", "strong"), f": {rule.title}")
    page.line()
    facts = [("dimension", rule.dimension), ("severity", rule.severity.value), ("confidence", rule.confidence.value)]
    facts.append(("reads", ", ".join(read.path for read in rule.reads) or "nothing: it needs no declaration"))
    facts.extend(("relevant to", f"{one.id} {one.title} ({one.strength.value}), {one.url}") for one in rule.references)
    facts.append(("source", rule.source))
    for text in columns(facts):
        page.line(text)
    for heading in SECTIONS:
        page.line()
        page.line((f"## {heading}", "strong"))
        page.line()
        for line in rule.section(heading).strip().split("\n"):
            page.line(line)
    return page


def listing(rules: Sequence[Rule]) -> Page:
    """All rules by dimension, a line each."""
    page = Page()
    for dimension in DIMENSIONS:
        own = [rule for rule in rules if rule.dimension == dimension]
        if own:
            page.line((dimension, "strong"))
            for text in columns([(rule.id, rule.severity.value, rule.title) for rule in own]):
                page.line(f"  {text}")
    return page
