"""Scores as curves over the reverse step, for a page to look around in."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from ..metrics.summaries import summarise
from ..plan.names import ALL
from ..plan.tables import PLUGINS
from .detectors import Detectors, detector_title
from .series import score_titles

TRAINED, TESTED = "training images of the set", "test images of the set"
REFERENCES = {
    "held-out": f"{TRAINED}, against held-out real images",
    "paired": f"{TRAINED}, against the real ones in their places",
}


class Kind(NamedTuple):
    """A chart of one metric. column: in which its lines differ; lines: their labels, by the values there.
    splits: of the scores; scale: from their unit to the chart's.
    """

    title: str
    metric: str
    column: str
    lines: Mapping[str, str]
    splits: Sequence[str] = ("train",)
    scale: float = 1


def kinds() -> list[Kind]:
    """The charts that there may be."""
    qualities = [
        Kind(f"{score.title} ({score.better} is better)", metric, "reference", REFERENCES)
        for metric, score in score_titles().items()
    ]
    detectors = {name: detector_title(name) for name in PLUGINS["detectors"]}
    told = "told from real images by detectors that learned, %"
    entropy = "output entropy of the real-trained classifier, nats"
    return [
        Kind("test accuracy, %", "accuracy", "split", {"test": "real test images"}, ["test"], 100),
        *qualities,
        Kind(told, "detection_accuracy", "extractor", detectors, scale=100),
        Kind(entropy, "entropy", "split", {"train": TRAINED, "test": TESTED}, ["train", "test"]),
    ]


def charts(scores: pd.DataFrame, names: Sequence[str]) -> list[dict[str, Any]]:
    """Those that there are scores for: a title, lines with a point for each of the sets in `names`, and the
    band of re-splits of the real images, mean ± 2 standard deviations, or None.

    A point is the mean and the standard deviation over replicates, which is None for one replicate alone.
    """
    rows, detectors = scores[(scores["group"] == ALL) & scores["set"].isin(names)], Detectors(scores)
    found = []
    for kind in kinds():
        own = rows[(rows["metric"] == kind.metric) & rows["split"].isin(kind.splits)]
        lines = []
        for key, label in kind.lines.items():
            points = {
                str(name): _point(kind.scale * part["value"])
                for name, part in own[own[kind.column] == key].groupby("set", sort=False)
                if kind.metric != "detection_accuracy" or detectors.learned(str(name), key)
            }
            if points:
                lines.append({"label": label, "points": points})
        if lines:
            found.append({"title": kind.title, "lines": lines, "band": _band(own)})
    return found


def _point(values: pd.Series) -> list[float | None]:
    summary = summarise(values)
    return [number(summary.mean), number(summary.std)]


def _band(rows: pd.DataFrame) -> list[float | None] | None:
    values = rows[rows["reference"] == "re-split"]["value"]
    if len(values) < 2:
        return None
    band = summarise(values)
    return [number(band.mean - 2 * band.std), number(band.mean + 2 * band.std)]


def number(value: float) -> float | None:
    """In six digits; None where it is none, as JSON knows no NaN."""
    return float(f"{value:.6g}") if math.isfinite(value) else None
