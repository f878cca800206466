"""When a difference or a trend counts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import binom, binomtest, permutation_test, spearmanr

from ..data.randomness import random_generator


@dataclass(frozen=True)
class Trend:
    """Spearman's rank correlation in [-1, 1], and its two-sided permutation p-value."""

    rho: float
    p: float
    n: int


def guessing_interval(n: int) -> tuple[float, float]:
    """Bounds of the accuracy of guessing between two equally likely sides, in 95 % of tests on n images."""
    low, high = binom.interval(0.95, n, 0.5)
    return float(low) / n, float(high) / n


def wilson_interval(share: float, n: int) -> tuple[float, float]:
    """95 % interval of a share that was found in n trials. Wilson (1927)."""
    interval = binomtest(round(share * n), n).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)


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
