"""Table 2: test accuracy after training on each set."""

import math
from typing import Any

import pandas as pd

from ...metrics.summaries import difference
from ...plan.declarations import Table
from ...sets.recipe import REAL
from .. import paper
from ..series import by_set, select, sets_in
from .rows import describe_set, table_of

DECLARATION = Table(
    title="Table 2: test accuracy",
    caption="Test accuracy in percent on real images after training on each set: mean, standard deviation "
    "and number of replicates, and the difference to training on the real set with its standard error.",
    scores="accuracy",
)


def make(scores: pd.DataFrame, with_paper: bool = False) -> pd.DataFrame:
    """Test accuracy in percent of the classifier trained on each set, over replicates.

    difference: to the real-trained classifiers, with its standard error; beyond_noise: larger than
    two standard errors. with_paper: set the paper's numbers beside, NaN where it has none.
    """
    accuracies, sets = by_set(scores, "accuracy"), sets_in(scores)
    sizes = select(scores, "accuracy").groupby("set")[["n_real", "n_fake"]].first()
    rows = []
    for name, accuracy in accuracies.items():
        change = difference(accuracies[REAL], accuracy)
        rows.append(
            describe_set(sets.loc[name])
            | {
                "accuracy_mean": 100 * accuracy.mean,
                "accuracy_std": 100 * accuracy.std,
                "n": accuracy.n,
                "difference": 100 * change.value,
                "standard_error": math.nan if name == REAL else 100 * change.standard_error,
                "beyond_noise": name != REAL and change.beyond_noise,
                "training_images": sizes.loc[name, "n_fake"],
                "test_images": sizes.loc[name, "n_real"],
            }
        )
        if with_paper:
            row: Any = sets.loc[name]
            published = paper.ACCURACY.get(row["t_re"]) if row["paper"] else None
            rows[-1]["paper_mean"], rows[-1]["paper_std"] = published or (math.nan, math.nan)
    return table_of(rows)
