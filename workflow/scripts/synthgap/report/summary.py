"""A run in one page of text."""

from .overview import Overview, verdict_counts
from .pages import as_text
from .readable import markdown_table
from .verdicts import Judged


def summary_text(found: Overview) -> str:
    """What was lost, in Markdown: what a person asks, each finding beside the paper's, the tables, and how to
    read them.
    """
    lines = ["# What is lost when the synthetic set replaces the real one", ""]
    lines += [*map(as_text, found.data), "", *_answered(found)]
    if found.findings:
        lines += ["## The paper's findings", "", verdict_counts(found.findings), ""]
        lines += [line for number, each in enumerate(found.findings, 1) for line in _about(number, each)]
    lines += ["", found.doubts]
    for title, table in found.tables.items():
        lines += ["", f"## {title}", "", markdown_table(table)]
    lines += ["", "## How to read this", "", found.reading]
    return "\n".join(lines)


def _answered(found: Overview) -> list[str]:
    """What a person asks first."""
    if not found.answers:
        return []
    answered = (
        f"{number}. **{each.question} {as_text(each.word)}.** {as_text(each.sentence)} (`{each.source}`)"
        for number, each in enumerate(found.answers, start=1)
    )
    return [f"## {as_text(found.subject)}: what to know", "", *answered, ""]


def _about(number: int, judged: Judged) -> list[str]:
    return [
        f"{number}. **{judged.finding.claim}** {judged.words.capitalize()}.",
        f"   - This run: {judged.weighed.measured}; difference {judged.difference}.",
        f"   - The paper: {judged.finding.paper}.",
    ]
