"""The Fréchet distance between two sets of features; called FID with Inception's."""

from typing import Any

import numpy as np

from ..plan.declarations import Metric, Score

DECLARATION = Metric({"frechet": Score("Fréchet distance", "lower")}, extractor="frechet")

ROWS = 2048  # at once
TOLERANCE = 1e-9  # of the traces, for the rounding of eigenvalues


def measure(real: np.ndarray, fake: np.ndarray, config: Any) -> dict[str, float]:
    return {"frechet": frechet_distance(real, fake)}


def frechet_distance(a: np.ndarray, b: np.ndarray) -> float:
    """Fréchet distance between Gaussians fitted to two sets of features, 0 for the same set.

    a: [N, D], b: [M, D], any float type; covariances are over N - 1 and M - 1.
    Heusel et al. (2017). Raises ValueError for fewer than 2 rows or unequal widths.

    Where both have more rows than columns, the trace of (C_a C_b)^(1/2) is the sum of the roots of the
    eigenvalues of L' C_b L, where C_a = L L'. Roots magnify the rounding of the least eigenvalues. Where
    that, as estimated, may change the traces by more than 1e-9, and for fewer rows, it is the sum of the
    singular values of L_a L_b', where L'L = C, which loses no precision where covariances are singular.
    """
    if a.shape[1] != b.shape[1]:
        raise ValueError(f"features of {a.shape[1]} and {b.shape[1]} dimensions can't be compared")
    if (fewest := min(len(a), len(b))) < 2:
        raise ValueError(f"a covariance needs 2 rows of features or more, not {fewest}")
    difference = a.mean(axis=0, dtype=np.float64) - b.mean(axis=0, dtype=np.float64)
    remainder = _remainder_of_covariances(a, b) if fewest > a.shape[1] else None
    if remainder is None:
        remainder = _remainder_of_factors(a, b)
    return float(max(difference @ difference + remainder, 0.0))


def _remainder_of_covariances(a: np.ndarray, b: np.ndarray) -> float | None:
    """tr(C_a + C_b - 2 (C_a C_b)^(1/2)) by eigenvalues; None where rounding would tell."""
    first, second = _covariance(a), _covariance(b)
    traces = float(np.trace(first) + np.trace(second))
    try:
        factor = np.linalg.cholesky(first)
    except np.linalg.LinAlgError:
        return None
    eigenvalues = np.linalg.eigvalsh(factor.T @ second @ factor)
    rounding = np.finfo(np.float64).eps * eigenvalues[-1]
    roots = np.sqrt(np.maximum(eigenvalues, rounding))
    wrong = rounding * np.linalg.norm(
        1 / roots
    )  # a root is wrong by its eigenvalue's rounding over twice the root
    return traces - 2 * float(roots.sum()) if wrong <= TOLERANCE * traces else None


def _remainder_of_factors(a: np.ndarray, b: np.ndarray) -> float:
    """The same by singular values."""
    factor_a, factor_b = _covariance_factor(a), _covariance_factor(b)
    coupled = np.linalg.svd(factor_a @ factor_b.T, compute_uv=False).sum()
    return float((factor_a**2).sum() + (factor_b**2).sum() - 2 * coupled)


def _covariance(features: np.ndarray) -> np.ndarray:
    """float64 [D, D]."""
    mean = features.mean(axis=0, dtype=np.float64)
    total = np.zeros((len(mean), len(mean)))
    for start in range(0, len(features), ROWS):
        centred = features[start : start + ROWS] - mean
        total += centred.T @ centred  # numpy computes half of a symmetric product
    return total / (len(features) - 1)


def _covariance_factor(features: np.ndarray) -> np.ndarray:
    """L with L'L = covariance: float64 [min(N, D), D]."""
    centred = features - features.mean(axis=0, dtype=np.float64)
    factor = np.linalg.qr(centred, mode="r") if len(centred) > centred.shape[1] else centred
    return factor / np.sqrt(len(features) - 1)
