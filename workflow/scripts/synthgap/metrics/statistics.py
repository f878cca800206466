"""When a difference or a trend counts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import binom, permutation_test, spearmanr

from ..data.randomness import random_generator


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


@dataclass(frozen=True)
class Trend:
    """Spearman's rank correlation in [-1, 1], and its two-sided permutation p-value."""

    rho: float
    p: float
    n: int


def summarise(sample: Iterable[float]) -> Summary:
    values = np.asarray(list(sample), np.float64)
    std = values.std(ddof=1) if len(values) > 1 else float("nan")
    return Summary(float(values.mean()), float(std), len(values))


def difference(first: Summary, second: Summary) -> Difference:
    return Difference(second.mean - first.mean, float(np.sqrt(first.squared_error + second.squared_error)))


def guessing_interval(n: int) -> tuple[float, float]:
    """Bounds of the accuracy of guessing between two equally likely sides, in 95 % of tests on n images."""
    low, high = binom.interval(0.95, n, 0.5)
    return float(low) / n, float(high) / n


def trend(x: Sequence[float], y: Sequence[float], seed: int = 0, resamples: int = 9999) -> Trend:
    """The trend of y over x. Exact where there are at most `resamples` permutations of the points, else
    from so many random ones. Raises ValueError for fewer than 3 points.
    """
    if len(x) < 3:
        raise ValueError(f"a trend needs 3 points or more, not {len(x)}")
    if np.ptp(y) == 0:
        return Trend(0.0, 1.0, len(x))
    result = permutation_test(
        (np.asarray(y, np.float64),),
        lambda permuted: spearmanr(x, permuted).statistic,
        permutation_type="pairings",
        vectorized=False,
        n_resamples=resamples,
        rng=random_generator(seed, "trend"),
    )
    return Trend(float(result.statistic), float(result.pvalue), len(x))
