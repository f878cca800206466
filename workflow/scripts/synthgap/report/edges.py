"""What kind of images each set loses: its scores with intervals and p-values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..plan.names import ALL, class_group, decile_group
from .verdicts import difference_text

if TYPE_CHECKING:
    import pandas as pd

    from ..metrics.comparisons import Comparison

TAILS = ("edge_share", "core_share")
LOCAL = ("local_share", "local_coverage")
# The share of the images that a score rests on: of edge and core a tenth. Most balls hold images of both
# sides, so of coverage fewer than all; a quarter is by trial. With all, one in twelve sets of fresh digits
# had a class beyond chance (benchmarks/edges.md).
COUNTED = {"edge_share": 0.1, "core_share": 0.1, "local_share": 1.0, "local_coverage": 0.25}
DECILES = [decile_group(i) for i in range(10)]


@dataclass(frozen=True)
class Group:
    """A score of a set about one group of images. comparison: with what is expected where nothing is lost;
    deviation: its standard deviation there, of one replicate; p_adjusted: Holm's, over all deciles, or over
    all classes, of this score and set.
    """

    comparison: Comparison
    deviation: float
    p_adjusted: float


def group_scores(scores: pd.DataFrame, name: str, metric: str) -> dict[str, Group]:
    """Of a set, by group: all, the classes, the deciles; empty where a run has none."""
    from ..metrics.verdicts import holm

    own = scores[scores["set"] == name]
    values, deviations = (own[own["metric"] == each] for each in (metric, f"{metric}_deviation"))
    by_group = dict(list(deviations.groupby("group")["value"].mean().items()))
    compared = {
        str(group): _compared(rows, by_group[group], COUNTED[metric])
        for group, rows in values.groupby("group", sort=False)
    }
    found = {}
    for family in ([ALL], DECILES, [group for group in compared if group not in (ALL, *DECILES)]):
        groups = [group for group in family if group in compared]
        for group, p in zip(groups, holm([compared[each].p_value() for each in groups]), strict=True):
            found[group] = Group(compared[group], by_group[group], p)
    return found


def _compared(rows: pd.DataFrame, deviation: float, counted: float) -> Comparison:
    """Of one replicate the error is that of chance alone; more say what replicates add to it.

    counted: the share of the images that the score rests on; so many are its degrees of freedom.
    """
    from ..metrics.comparisons import Comparison, Part

    values, images = rows["value"].to_numpy(), int(rows["n_real"].min())
    replicates = Part(float(values.var(ddof=1)) / len(values), len(values) - 1) if len(values) > 1 else None
    chance = Part(deviation**2, max(counted * images - 1, 1))
    return Comparison(float(values.mean()), len(values), images, replicates, chance)


def lost_sentence(scores: pd.DataFrame, name: str, class_names: list[str]) -> str:
    """What kind of images a set has too few of, as plain text, in which names stand as they are; "" where no
    class has images enough.
    """
    edge, core, local = (group_scores(scores, name, metric) for metric in (*TAILS, "local_share"))
    if ALL not in local:
        return ""
    parts = [
        f"{difference_text(groups[ALL].comparison, 'points', 100)} {words}"
        for groups, words in ((edge, "of its images at the edge of their class"), (core, "in the core"))
        if ALL in groups
    ]
    classes = {
        label: local[class_group(label)] for label in range(len(class_names)) if class_group(label) in local
    }
    worst = min(classes, key=lambda label: classes[label].comparison.value)
    parts.append(
        f"around real test images of class {class_names[worst]}, the least well filled, "
        f"{difference_text(classes[worst].comparison, 'points', 100)} of the nearest images"
    )
    return "; ".join(parts)
