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

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Student's confidence interval of the mean; (NaN, NaN) for one value."""
        from scipy.special import stdtrit

        if self.n < 2:
            return float("nan"), float("nan")
        reach = float(stdtrit(self.n - 1, (1 + level) / 2)) * self.std / self.n**0.5
        return self.mean - reach, self.mean + reach


def summarise(sample: Iterable[float]) -> Summary:
    values = np.asarray(list(sample), np.float64)
    std = values.std(ddof=1) if len(values) > 1 else float("nan")
    return Summary(float(values.mean()), float(std), len(values))
