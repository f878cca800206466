"""From the long table of scores to what is shown: one aggregation for all figures and tables."""

import pandas as pd

from ..metrics.statistics import Summary, summarise
from ..sets.names import reverse_step


def select(scores: pd.DataFrame, metric: str, **conditions: str) -> pd.DataFrame:
    """The rows of one metric that meet the conditions (column = value).

    Raises ValueError where there are none.
    """
    chosen = scores[scores["metric"] == metric]
    for column, value in conditions.items():
        chosen = chosen[chosen[column] == value]
    if chosen.empty:
        raise ValueError(f"no scores of {metric} with {conditions}")
    return chosen


def by_set(scores: pd.DataFrame, metric: str, **conditions: str) -> dict[str, Summary]:
    """Mean, deviation and n over replicates, per set, in the table's order."""
    chosen = select(scores, metric, **conditions)
    return {str(name): summarise(rows["value"]) for name, rows in chosen.groupby("set", sort=False)}


def by_reverse_step(scores: pd.DataFrame, metric: str, **conditions: str) -> dict[int, Summary]:
    """The same for reconstructions and the real set (0), in ascending t_re."""
    summaries = by_set(scores, metric, **conditions)
    steps = {reverse_step(name): summary for name, summary in summaries.items()}
    return {step: steps[step] for step in sorted(step for step in steps if step is not None)}


def detection_images(scores: pd.DataFrame) -> int:
    """How many images, real and synthetic together, each detector is tested on."""
    return int(select(scores, "detection_accuracy")[["n_real", "n_fake"]].iloc[0].sum())
