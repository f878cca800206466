"""The quality metrics of each set, for the summary."""

import pandas as pd

from ...plan.tables import PLUGINS, plugin
from ..series import by_set, select, sets_in
from .rows import describe_set, table_of


def quality_table(scores: pd.DataFrame) -> pd.DataFrame:
    """Every quality metric of each set's training images against held-out real ones."""
    metrics = [name for each in PLUGINS["metrics"] for name in plugin("metrics", each).DECLARATION.scores]
    columns = {metric: by_set(scores, metric, reference="held-out") for metric in metrics}
    sizes = select(scores, "frechet", reference="held-out").groupby("set")["n_real"].first()
    sets, rows = sets_in(scores), []
    for name, first in columns["frechet"].items():
        row = describe_set(sets.loc[name])
        for metric, summaries in columns.items():
            row[f"{metric}_mean"], row[f"{metric}_std"] = summaries[name].mean, summaries[name].std
        rows.append(row | {"n": first.n, "images": sizes[name]})
    return table_of(rows)
