"""The paper's tables."""

import math
from typing import Any

import pandas as pd
from scipy.stats import binomtest

from ..metrics.statistics import difference
from ..plan.names import DETECTORS
from ..sets.names import NEGATIVE_CONTROL, POSITIVE_CONTROL, REAL, reverse_step
from ..sets.schedule import SamplerConfig, start_sigma
from . import paper
from .series import by_set, select


def accuracy_table(scores: pd.DataFrame, sampling: SamplerConfig, with_paper: bool = False) -> pd.DataFrame:
    """Table 2: test accuracy in percent of the classifier trained on each set, over replicates.

    difference: to the real-trained classifiers, with its standard error; beyond_noise: larger than
    two standard errors. with_paper: set the paper's numbers beside, NaN where it has none.
    """
    accuracies = by_set(scores, "accuracy")
    rows = []
    for name, accuracy in accuracies.items():
        change = difference(accuracies[REAL], accuracy)
        rows.append(
            describe_set(name, sampling)
            | {
                "accuracy_mean": 100 * accuracy.mean,
                "accuracy_std": 100 * accuracy.std,
                "n": accuracy.n,
                "difference": 100 * change.value,
                "standard_error": math.nan if name == REAL else 100 * change.standard_error,
                "beyond_noise": name != REAL and change.beyond_noise,
                "test_images": select(scores, "accuracy")["n_real"].iloc[0],
            }
        )
        if with_paper:
            published = paper.ACCURACY.get(reverse_step(name), (math.nan, math.nan))
            rows[-1]["paper_mean"], rows[-1]["paper_std"] = published
    return _table(rows)


QUALITY_METRICS = ("frechet", "kernel", "precision", "recall", "density", "coverage")


def quality_table(scores: pd.DataFrame, sampling: SamplerConfig) -> pd.DataFrame:
    """Every quality metric of each set's training images against held-out real ones."""
    columns = {metric: by_set(scores, metric, reference="held-out") for metric in QUALITY_METRICS}
    sizes = select(scores, "frechet", reference="held-out")["n_real"]
    rows = []
    for name, first in columns["frechet"].items():
        row = describe_set(name, sampling)
        for metric, summaries in columns.items():
            row[f"{metric}_mean"], row[f"{metric}_std"] = summaries[name].mean, summaries[name].std
        rows.append(row | {"n": first.n, "images": sizes.iloc[0]})
    return _table(rows)


def detection_table(scores: pd.DataFrame, with_paper: bool = False) -> pd.DataFrame:
    """Table 1: accuracy in percent of telling a set from real images (50 is a guess), and the area under
    the ROC curve (0.5 is one), of each detector.

    low, high: 95 % interval (Wilson's) of a share of test_images. with_paper: set the paper's numbers
    beside those of t_re = 100.
    """
    accuracies, areas = (
        {detector: by_set(scores, metric, extractor=detector) for detector in DETECTORS}
        for metric in ("detection_accuracy", "detection_auc")
    )
    sizes = select(scores, "detection_accuracy").groupby("set")[["n_real", "n_fake"]].first().sum(axis=1)
    rows = []
    for name in accuracies["pixel"]:
        row: dict[str, Any] = {"samples": set_title(name)}
        for detector in DETECTORS:
            accuracy, area, images = accuracies[detector][name], areas[detector][name], int(sizes[name])
            interval = binomtest(round(accuracy.mean * images), images).proportion_ci(method="wilson")
            row[f"{detector}_mean"], row[f"{detector}_std"] = 100 * accuracy.mean, 100 * accuracy.std
            row[f"{detector}_n"] = accuracy.n
            row[f"{detector}_low"], row[f"{detector}_high"] = 100 * interval.low, 100 * interval.high
            row[f"{detector}_auc_mean"], row[f"{detector}_auc_std"] = area.mean, area.std
            if with_paper:
                published = paper.DETECTION.get(detector, math.nan)
                row[f"{detector}_paper"] = published if reverse_step(name) == 100 else math.nan
        rows.append(row | {"test_images": sizes[name]})
    return pd.DataFrame(rows)


def set_title(name: str) -> str:
    """A set's name in words."""
    titles = {
        REAL: "real",
        NEGATIVE_CONTROL: "negative control (real against real)",
        POSITIVE_CONTROL: "positive control (1 % of pixels moved by one level)",
    }
    t_re = reverse_step(name)
    return titles.get(name) or (name if t_re is None else f"EDM, t_re = {t_re}")


def describe_set(name: str, sampling: SamplerConfig) -> dict[str, Any]:
    """The first columns of a set's row; a competitor has no reverse step."""
    t_re = reverse_step(name)
    sigma = math.nan if t_re is None else start_sigma(t_re, sampling)
    return {"samples": set_title(name), "t_re": t_re, "sigma": sigma}


def _table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows).astype({"t_re": "Int64"})  # whole numbers beside missing ones
