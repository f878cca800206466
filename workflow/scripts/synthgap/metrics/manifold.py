"""Precision, recall, density and coverage: how two sets of features lie in each other's manifold.

All four look at balls around each point that reach to its k-th neighbour in its own set, itself not
counted. Distances are computed block by block: memory is linear in N.
"""

from collections.abc import Callable

import numpy as np
from sklearn.metrics import pairwise_distances_chunked


def precision_recall(real: np.ndarray, fake: np.ndarray, k: int = 3) -> tuple[float, float]:
    """Improved precision and recall. Kynkäänniemi et al. (2019), Eq. 1-3.

    real: float32 [N, D] and fake: float32 [M, D], features of one extractor.
    Returns (precision, recall) in [0, 1]. Raises ValueError where N or M <= k.
    """
    precision = (ball_counts(fake, real, k) > 0).mean()
    recall = (ball_counts(real, fake, k) > 0).mean()
    return float(precision), float(recall)


def density_coverage(real: np.ndarray, fake: np.ndarray, k: int = 5) -> tuple[float, float]:
    """Density and coverage. Naeem et al. (2020), Eq. 4 and 5.

    Density (>= 0, may exceed 1) counts the real balls that a fake point lies in, over k; coverage is
    the share of real balls that hold a fake point. Raises ValueError where N <= k.
    """
    density = ball_counts(fake, real, k).mean() / k
    nearest = _by_blocks(real, fake, lambda distances: distances.min(axis=1))
    return float(density), float((nearest <= neighbour_radii(real, k)).mean())


def neighbour_radii(points: np.ndarray, k: int) -> np.ndarray:
    """Distance of each point to its k-th neighbour in the set, itself not counted: [N]."""
    if len(points) <= k:
        raise ValueError(f"{k} neighbours need more than {k} points, not {len(points)}")
    # The nearest of all, at distance 0, is the point itself.
    return _by_blocks(points, points, lambda distances: np.partition(distances, k, axis=1)[:, k])


def ball_counts(points: np.ndarray, centres: np.ndarray, k: int) -> np.ndarray:
    """In how many balls around the centres each point lies: int64 [points]."""
    radii = neighbour_radii(centres, k)
    return _by_blocks(points, centres, lambda distances: (distances <= radii).sum(axis=1))


def _by_blocks(
    points: np.ndarray, centres: np.ndarray, reduce: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """A reduction over the Euclidean distances of each point to all centres: [points].

    Rounded to float32 throughout, so that the same two points have the same distance in every block.
    """
    blocks = pairwise_distances_chunked(
        np.asarray(points, np.float32),
        np.asarray(centres, np.float32),
        reduce_func=lambda distances, _: reduce(distances),
    )
    return np.concatenate(list(blocks))
