"""What kind of images each set loses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...plan.declarations import Table
from ...plan.names import ALL
from ...sets.recipe import REAL
from ..edges import LOCAL, TAILS, group_scores
from ..pages import MISSING, unbroken
from ..series import sets_in
from .rows import describe_set, table_of

if TYPE_CHECKING:
    import pandas as pd

DECLARATION = Table(
    title="Edge and core",
    caption="What kind of images each set has too few of, as shares, mean over n replicates; 0 is what a "
    "set gives that is like the real training images. edge_share, core_share: its images that are "
    "less typical, and more typical, than nine in ten real training images, minus a tenth. "
    "local_share: of the ten nearest neighbours of a real test image among set and real training "
    "images, those of the set, minus one half. local_coverage: real test images that have an image "
    "of the set nearer than their fifth real neighbour, minus those that have a real training "
    "image. Groups: all images, classes, tenths of the real test images by how typical they are "
    "(decile 1 the core, decile 10 the edge). deviation: of one replicate where nothing is lost, by "
    "permuting. low, high: 95 % interval, with the noise of replicates and of images (one "
    "replicate: of images alone). p_adjusted: Holm's, over the deciles or classes of one set and "
    "score. Classes of too few images are left out.",
    scores=("edges",),
    applies=lambda recipes: any(recipe.measured for name, recipe in recipes.items() if name != REAL),
)

HEADINGS = {
    "edge_share": "at the edge (points)",
    "core_share": "in the core",
    "local_share": "nearest to test images",
    "local_coverage": "test images covered",
}
NUMBERS = ("metric", "group", "value", "deviation", "low", "high", "p", "p_adjusted", "n", "images")


def make(scores: pd.DataFrame, values: Any = None, with_paper: bool = False) -> pd.DataFrame:
    """A row for each set, score and group; none where no class has images enough."""
    import pandas as pd

    sets, rows = sets_in(scores), []
    for name in sets.index:
        for metric in (*TAILS, *LOCAL):
            for group, found in group_scores(scores, str(name), metric).items():
                comparison = found.comparison
                low, high = comparison.interval()
                numbers = (
                    metric, group, comparison.value, found.deviation, low, high, comparison.p_value(),
                    found.p_adjusted, comparison.n_replicates, comparison.n_images,
                )  # fmt: skip
                rows.append(describe_set(sets.loc[name]) | dict(zip(NUMBERS, numbers, strict=True)))
    return table_of(rows) if rows else pd.DataFrame(columns=["samples", "t_re", "sigma", *NUMBERS])


def has_edges(scores: pd.DataFrame) -> bool:
    return bool((scores["metric"] == LOCAL[0]).any())


def page_table(scores: pd.DataFrame) -> pd.DataFrame:
    """Of all images of each set, as text: every score in points of share, with its 95 % interval."""
    import pandas as pd

    table, rows = make(scores), dict[str, dict[str, str]]()
    for about in table[table["group"] == ALL].to_dict("records"):
        row = rows.setdefault(str(about["samples"]), {"samples": str(about["samples"])})
        interval = f"({100 * about['low']:+.1f} to {100 * about['high']:+.1f})"
        row[HEADINGS[about["metric"]]] = unbroken(f"{100 * about['value']:+.1f} {interval}")
    return pd.DataFrame(list(rows.values())).fillna(MISSING)
