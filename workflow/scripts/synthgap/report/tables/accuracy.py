"""Table 2: test accuracy after training on each set."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ...plan.declarations import Table
from ...sets.recipe import REAL
from .. import paper
from ..series import by_set, select, sets_in
from .rows import describe_set, table_of

if TYPE_CHECKING:
    import pandas as pd

    from ...data.arrays import ArrayReader
    from ...metrics.comparisons import Comparison

DECLARATION = Table(
    title="Table 2: test accuracy",
    caption="Test accuracy in percent on real images after training on each set: mean, standard deviation "
    "and number of replicates, and the difference to training on the real set in points, with its 95 "
    "% interval and p-value. The interval holds the noise of replicates and of test images. "
    "p_adjusted: Holm's, over the rows; the first answer and the findings adjust over the findings "
    "instead.",
    scores=("accuracy",),
)


def beside_real(
    scores: pd.DataFrame, values: Mapping[str, ArrayReader]
) -> tuple[dict[str, Comparison], dict[str, float]]:
    """The accuracy of each set minus the real one's, and its p-value, Holm's over all sets."""
    from ...metrics.comparisons import compare
    from ...metrics.verdicts import holm

    names = by_set(scores, "accuracy")
    right = {name: values["accuracy"].read(f"accuracy-test/{name}").astype(np.float64) for name in names}
    found = {name: compare(right[name], right[REAL], False) for name in names if name != REAL}
    return found, dict(zip(found, holm([each.p_value() for each in found.values()]), strict=True))


def make(scores: pd.DataFrame, values: Mapping[str, ArrayReader], with_paper: bool = False) -> pd.DataFrame:
    """Test accuracy in percent of the classifier trained on each set, over replicates.

    values: of the stage accuracy, which test images each classifier gets right. with_paper: set the paper's
    numbers beside, NaN where it has none.
    """
    accuracies, sets = by_set(scores, "accuracy"), sets_in(scores)
    sizes = select(scores, "accuracy").groupby("set")[["n_real", "n_fake"]].first()
    others, adjusted = beside_real(scores, values)
    rows = []
    for name, accuracy in accuracies.items():
        row = {"accuracy_mean": 100 * accuracy.mean, "accuracy_std": 100 * accuracy.std, "n": accuracy.n}
        numbers = dict.fromkeys(("difference", "low", "high", "p", "p_adjusted"), math.nan)
        if name in others:
            low, high = others[name].interval()
            numbers = {
                "difference": 100 * others[name].value, "low": 100 * low, "high": 100 * high,
                "p": others[name].p_value(), "p_adjusted": adjusted[name],
            }  # fmt: skip
        counts = {
            "training_images": sizes.loc[name, "n_fake"],
            "test_images": sizes.loc[name, "n_real"],
        }
        rows.append(describe_set(sets.loc[name]) | row | numbers | counts)
        if with_paper:
            about: Any = sets.loc[name]
            published = paper.ACCURACY.get(about["t_re"]) if about["paper"] else None
            rows[-1]["paper_mean"], rows[-1]["paper_std"] = published or (math.nan, math.nan)
    return table_of(rows)
