"""The Fréchet distance between two sets of features; called FID with Inception's."""

from typing import Any

import numpy as np

from ..plan.declarations import Metric, Score

DECLARATION = Metric({"frechet": Score("Fréchet distance", "lower")}, extractor="frechet")


def measure(real: np.ndarray, fake: np.ndarray, config: Any) -> dict[str, float]:
    return {"frechet": frechet_distance(real, fake)}


def frechet_distance(a: np.ndarray, b: np.ndarray) -> float:
    """Fréchet distance between Gaussians fitted to two sets of features, 0 for the same set.

    a: [N, D], b: [M, D], any float type; covariances are over N - 1 and M - 1.
    Heusel et al. (2017). Raises ValueError for fewer than 2 rows or unequal widths.

    The trace of (C_a C_b)^(1/2) is the sum of the singular values of L_a L_b', where L'L = C: no
    square root of a matrix, and no loss of precision where N < D makes the covariances singular.
    """
    if a.shape[1] != b.shape[1]:
        raise ValueError(f"features of {a.shape[1]} and {b.shape[1]} dimensions can't be compared")
    factor_a, factor_b = _covariance_factor(a), _covariance_factor(b)
    difference = a.mean(axis=0, dtype=np.float64) - b.mean(axis=0, dtype=np.float64)
    coupled = np.linalg.svd(factor_a @ factor_b.T, compute_uv=False).sum()
    traces = (factor_a**2).sum() + (factor_b**2).sum()
    return float(max(difference @ difference + traces - 2 * coupled, 0.0))


def _covariance_factor(features: np.ndarray) -> np.ndarray:
    """L with L'L = covariance: float64 [min(N, D), D]."""
    if len(features) < 2:
        raise ValueError(f"a covariance needs 2 rows of features or more, not {len(features)}")
    centred = features - features.mean(axis=0, dtype=np.float64)
    factor = np.linalg.qr(centred, mode="r") if len(centred) > centred.shape[1] else centred
    return factor / np.sqrt(len(features) - 1)
