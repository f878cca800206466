"""The paper's tables."""

import math

import pandas as pd
from scipy.stats import binomtest

from ..diffusion.schedule import SamplerConfig, start_sigma
from ..metrics.names import DETECTORS
from ..metrics.statistics import difference
from ..sets import NEGATIVE_CONTROL, POSITIVE_CONTROL, reverse_step
from . import paper
from .series import by_reverse_step, by_set, select


def accuracy_table(scores: pd.DataFrame, sampling: SamplerConfig, with_paper: bool = False) -> pd.DataFrame:
    """Table 2: test accuracy in percent of the classifier trained on each set, over replicates.

    difference: to the real-trained classifiers, with its standard error; beyond_noise: larger than
    two standard errors. with_paper: set the paper's numbers beside, NaN where it has none.
    """
    accuracies = by_reverse_step(scores, "accuracy")
    rows = []
    for t_re, accuracy in accuracies.items():
        change = difference(accuracies[0], accuracy)
        rows.append(
            {
                "t_re": t_re,
                "sigma": start_sigma(t_re, sampling),
                "accuracy_mean": 100 * accuracy.mean,
                "accuracy_std": 100 * accuracy.std,
                "n": accuracy.n,
                "difference": 100 * change.value,
                "standard_error": 100 * change.standard_error if t_re else float("nan"),
                "beyond_noise": bool(t_re) and change.beyond_noise,
                "test_images": select(scores, "accuracy")["n_real"].iloc[0],
            }
        )
        if with_paper:
            rows[-1]["paper_mean"], rows[-1]["paper_std"] = paper.ACCURACY.get(t_re, (math.nan, math.nan))
    return pd.DataFrame(rows)


QUALITY_METRICS = ("frechet", "kernel", "precision", "recall", "density", "coverage")


def quality_table(scores: pd.DataFrame, sampling: SamplerConfig) -> pd.DataFrame:
    """Every quality metric of reconstructed training images against held-out real ones, over t_re."""
    columns = {name: by_reverse_step(scores, name, reference="held-out") for name in QUALITY_METRICS}
    rows = []
    for t_re, first in columns["frechet"].items():
        row: dict[str, object] = {"t_re": t_re, "sigma": start_sigma(t_re, sampling)}
        for name, summaries in columns.items():
            row[f"{name}_mean"], row[f"{name}_std"] = summaries[t_re].mean, summaries[t_re].std
        sizes = select(scores, "frechet", reference="held-out")["n_real"]
        rows.append(row | {"n": first.n, "images": sizes.iloc[0]})
    return pd.DataFrame(rows)


def detection_table(scores: pd.DataFrame, with_paper: bool = False) -> pd.DataFrame:
    """Table 1: accuracy in percent of telling a set from real images (50 is a guess), and the area under
    the ROC curve (0.5 is one), of each detector.

    low, high: 95 % interval (Wilson's) of a share of test_images.

    with_paper: set the paper's numbers beside those of t_re = 100.
    """
    accuracies, areas = (
        {detector: by_set(scores, metric, extractor=detector) for detector in DETECTORS}
        for metric in ("detection_accuracy", "detection_auc")
    )
    sizes = select(scores, "detection_accuracy").groupby("set")[["n_real", "n_fake"]].first().sum(axis=1)
    rows = []
    for name in accuracies["pixel"]:
        row: dict[str, object] = {"samples": describe_set(name)}
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


def describe_set(name: str) -> str:
    """A set's name in words."""
    controls = {
        NEGATIVE_CONTROL: "negative control (real against real)",
        POSITIVE_CONTROL: "positive control (1 % of pixels moved by one level)",
    }
    t_re = reverse_step(name)
    return controls.get(name) or (name if t_re is None else f"EDM, t_re = {t_re}")
