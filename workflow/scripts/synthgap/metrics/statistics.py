"""Intervals of shares."""

from scipy.stats import binom, binomtest


def guessing_interval(n: int) -> tuple[float, float]:
    """Bounds of the accuracy of guessing between two equally likely sides, in 95 % of tests on n images."""
    low, high = binom.interval(0.95, n, 0.5)
    return float(low) / n, float(high) / n


def wilson_interval(share: float, n: int) -> tuple[float, float]:
    """95 % interval of a share that was found in n trials. Wilson (1927)."""
    interval = binomtest(round(share * n), n).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)
