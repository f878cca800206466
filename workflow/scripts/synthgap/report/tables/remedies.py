"""What helps: what remedies win back of the accuracy that a plain set loses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...plan.declarations import Table
from ...plan.names import ALL
from ...sets.recipe import REAL
from ..remedies import some_remedy, weigh_remedies
from ..series import by_set

if TYPE_CHECKING:
    import pandas as pd

    from ...data.arrays import ArrayReader

# What other stages say of a set, where the experiment has them: what it is worth in real images, and how much
# of the edge and the core of each class it holds.
FURTHER = {"worth": ("n_eq", "n_eq_low", "n_eq_high"), "edges": ("edge_share", "core_share")}

DECLARATION = Table(
    title="Remedies",
    caption="What each remedy wins back: its test accuracy in percent, and the difference to the plain set "
    "in points (recovered), with its 95 % interval, which holds the noise of replicates and of test "
    "images, and its p-value; p_adjusted is Holm's, over the remedies. verdict: on the claim that it "
    "is more accurate. detectable: the least difference that four of five such runs would see. "
    "share: recovered, as a share of what the plain set loses to the real one, where that loss is "
    "seen (it has no interval). evaluations: of networks, for each image (at most, where guidance "
    "leads in an interval or a schedule is fitted). training_steps: of models that the plain set doesn't "
    "need. chosen: by which candidates' accuracy on real training images. n_eq, n_eq_low, n_eq_high: how "
    "many real images it is worth; edge_share, core_share: as in edges.csv.",
    scores=("accuracy", *FURTHER),
    applies=some_remedy,
)


def make(scores: pd.DataFrame, values: Mapping[str, ArrayReader], with_paper: bool = False) -> pd.DataFrame:
    """A row for each remedy, in the order of the sets. values: of the stage accuracy, at least."""
    import pandas as pd

    accuracies, further = by_set(scores, "accuracy"), _further(scores)
    rows: list[dict[str, Any]] = []
    for remedy in weigh_remedies(scores, values):
        low, high = remedy.gain.interval()
        own = accuracies[remedy.name]
        rows.append(
            {
                "samples": remedy.title,
                "plain": remedy.plain_title,
                "recovered": 100 * remedy.gain.value,
                "low": 100 * low,
                "high": 100 * high,
                "p": remedy.gain.p_value(),
                "p_adjusted": remedy.adjusted_p,
                "verdict": remedy.verdict.value,
                "detectable": 100 * remedy.detectable,
                "accuracy_mean": 100 * own.mean,
                "accuracy_std": 100 * own.std,
                "n": own.n,
                "plain_accuracy": 100 * accuracies[remedy.plain].mean,
                "real_accuracy": 100 * accuracies[REAL].mean,
                "share": remedy.share,
                "evaluations": remedy.evaluations,
                "plain_evaluations": remedy.plain_evaluations,
                "training_steps": remedy.training_steps,
                "chosen": remedy.chosen,
                **{metric: means.get(remedy.name) for metric, means in further.items()},
            }
        )
    return pd.DataFrame(rows)


def _further(scores: pd.DataFrame) -> dict[str, dict[str, float]]:
    """The scores of other stages by metric and set, averaged over replicates; only those that are there."""
    about_all = scores[scores["group"] == ALL]
    found = {}
    for metrics in FURTHER.values():
        for metric in metrics:
            rows = about_all[about_all["metric"] == metric]
            if not rows.empty:
                found[metric] = {str(name): float(own.mean()) for name, own in rows.groupby("set")["value"]}
    return found
