"""Means and spreads over replicates, and differences of them."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Summary:
    """Mean, standard deviation (ddof 1; NaN for one value) and number of values."""

    mean: float
    std: float
    n: int

    @property
    def squared_error(self) -> float:
        """The squared standard error of the mean."""
        return self.std**2 / self.n


@dataclass(frozen=True)
class Difference:
    """second - first, and its standard error sqrt(s1^2/n1 + s2^2/n2)."""

    value: float
    standard_error: float

    @property
    def beyond_noise(self) -> bool:
        """Larger than two standard errors. Never so with a single replicate, which has no error."""
        return bool(abs(self.value) > 2 * self.standard_error)


def summarise(sample: Iterable[float]) -> Summary:
    values = np.asarray(list(sample), np.float64)
    std = values.std(ddof=1) if len(values) > 1 else float("nan")
    return Summary(float(values.mean()), float(std), len(values))


def difference(first: Summary, second: Summary) -> Difference:
    return Difference(second.mean - first.mean, float(np.sqrt(first.squared_error + second.squared_error)))
