"""Table 1: how well detectors tell sets from real images."""

import math
from typing import Any

import pandas as pd

from ...plan.declarations import Table
from ...plan.tables import PLUGINS
from ...sets.recipe import NEGATIVE_CONTROL, POSITIVE_CONTROL
from .. import paper
from ..series import by_set, select, sets_in

DECLARATION = Table(
    title="Table 1: fake detection",
    caption="Fake detection for every set: accuracy in percent (50 is a guess) with its standard deviation "
    "over replicates and its 95 % interval, and the area under the ROC curve. The detectors are a small "
    "CNN on pixels, one on DCT coefficients, and a linear one on DCT coefficients. The controls show what "
    "a detector can see, and what it says where there is nothing to see.",
    scores="detection",
)

CONTROL_TITLES = {
    NEGATIVE_CONTROL: "negative control (real against real)",
    POSITIVE_CONTROL: "positive control (1 % of pixels moved by one level)",
}


def make(scores: pd.DataFrame, values: Any = None, with_paper: bool = False) -> pd.DataFrame:
    """Accuracy in percent of telling a set from real images (50 is a guess), and the area under the ROC curve
    (0.5 is one), of each detector.

    low, high: 95 % interval (Wilson's) of a share of test_images. with_paper: set the paper's numbers
    beside those of t_re = 100, and of a set whose name holds stylegan3.
    """
    from ...metrics.statistics import wilson_interval

    accuracies, areas = (
        {detector: by_set(scores, metric, extractor=detector) for detector in PLUGINS["detectors"]}
        for metric in ("detection_accuracy", "detection_auc")
    )
    sizes = select(scores, "detection_accuracy").groupby("set")[["n_real", "n_fake"]].first().sum(axis=1)
    sets, rows = sets_in(scores), []
    for name in accuracies["pixel"]:
        about = sets.loc[name] if name in sets.index else None
        row: dict[str, Any] = {"samples": CONTROL_TITLES[name] if about is None else about["title"]}
        for detector in PLUGINS["detectors"]:
            accuracy, area, images = accuracies[detector][name], areas[detector][name], int(sizes[name])
            low, high = wilson_interval(accuracy.mean, images)
            row[f"{detector}_mean"], row[f"{detector}_std"] = 100 * accuracy.mean, 100 * accuracy.std
            row[f"{detector}_n"] = accuracy.n
            row[f"{detector}_low"], row[f"{detector}_high"] = 100 * low, 100 * high
            row[f"{detector}_auc_mean"], row[f"{detector}_auc_std"] = area.mean, area.std
            if with_paper:
                same = about is not None and about["paper"] and about["t_re"] == 100
                published = (
                    paper.DETECTION if same else paper.STYLEGAN3_DETECTION if "stylegan3" in name else {}
                )
                row[f"{detector}_paper"] = published.get(detector, math.nan)
        rows.append(row | {"test_images": sizes[name]})
    return pd.DataFrame(rows)
