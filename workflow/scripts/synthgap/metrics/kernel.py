"""The kernel inception distance (KID), for any features."""

from typing import Any

import numpy as np

from ..plan.declarations import Metric, Score

BLOCK = 4096

DECLARATION = Metric({"kernel": Score("kernel distance", "lower")}, extractor="frechet")


def measure(real: np.ndarray, fake: np.ndarray, config: Any) -> dict[str, float]:
    return {"kernel": kernel_distance(real, fake)}


def kernel_distance(a: np.ndarray, b: np.ndarray) -> float:
    """Unbiased squared maximum mean discrepancy with the kernel (x.y / D + 1)^3.

    a: [N, D], b: [M, D]; 0 in expectation for one distribution, so it may come out negative.
    Over all pairs, not over random subsets. Binkowski et al. (2018), Eq. 4.
    Raises ValueError for fewer than 2 rows.
    """
    n, m = len(a), len(b)
    if min(n, m) < 2:
        raise ValueError(f"the kernel distance needs 2 rows of features or more, not {min(n, m)}")
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    within_a = (_kernel_sum(a, a) - _kernel_diagonal(a)) / (n * (n - 1))
    within_b = (_kernel_sum(b, b) - _kernel_diagonal(b)) / (m * (m - 1))
    return float(within_a + within_b - 2 * _kernel_sum(a, b) / (n * m))


def _kernel_sum(a: np.ndarray, b: np.ndarray) -> float:
    """The kernel summed over all pairs, block by block."""
    dimensions = a.shape[1]
    return sum(
        float(((a[i : i + BLOCK] @ b[j : j + BLOCK].T / dimensions + 1) ** 3).sum())
        for i in range(0, len(a), BLOCK)
        for j in range(0, len(b), BLOCK)
    )


def _kernel_diagonal(a: np.ndarray) -> float:
    return float((((a**2).sum(axis=1) / a.shape[1] + 1) ** 3).sum())
