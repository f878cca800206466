"""Means and spreads over replicates."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Summary:
    """Mean, standard deviation (ddof 1; NaN for one value) and number of values."""

    mean: float
    std: float
    n: int


def summarise(sample: Iterable[float]) -> Summary:
    values = np.asarray(list(sample), np.float64)
    std = values.std(ddof=1) if len(values) > 1 else float("nan")
    return Summary(float(values.mean()), float(std), len(values))
