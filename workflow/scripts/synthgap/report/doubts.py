"""What the summary warns of: sets that are suspiciously good, and classes that are lost."""

import pandas as pd

from .alarms import alarms, measured_sets, worst_class
from .pages import as_text
from .series import titles


def about_alarms(scores: pd.DataFrame) -> list[str]:
    """Every alarm, or that there is none, in Markdown."""
    names, (raised, number) = titles(scores), alarms(scores)
    return [
        "",
        "## Alarms",
        "",
        *(f"- **{as_text(names[check.name])}**: {check.words} (adjusted p below .05)." for check in raised),
        "" if raised else "None.",
        EXPLAINED.format(number=number),
    ]


def about_worst_classes(scores: pd.DataFrame, class_names: list[str]) -> list[str]:
    """Of each set, the class that its images cover worst, in Markdown."""
    from ..metrics.verdicts import ALPHA

    names, lines = titles(scores), ["", "## The worst class of each set", ""]
    for name in measured_sets(scores):
        worst = worst_class(scores, name)
        if worst is None:
            continue
        decided = worst.p_adjusted == worst.p_adjusted  # not NaN
        beyond = worst.p_adjusted < ALPHA and worst.deficit > 0
        said = "undecided" if not decided else "beyond chance" if beyond else "within chance"
        lines.append(
            f"- **{as_text(names[name])}**: class {as_text(class_names[worst.label])}, "
            f"coverage {worst.coverage:.3f}, {worst.deficit:+.3f} below real against real "
            f"({said})."
        )
    return lines


EXPLAINED = """
A set is suspicious where it scores better than real images against real ones, beyond the band; where more of
its images than of real ones are copies (nearest over second nearest real image below 1/3, in pixels); and, if
all its images are made from labels alone, where C_T (Meehan et al. 2020) lies below what chance gives. That's
no success: copies do so, and precision and density also rise where a set keeps to the middle of its classes.
{number} checks in one family (Holm); with fewer than three replicates nothing is decided."""
