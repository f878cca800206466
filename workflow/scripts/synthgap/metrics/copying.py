"""Copies: images that lie much nearer to one of a set's images than to any other, in pixels."""

import math

import numpy as np

NEAR = 1 / 3  # nearest over second nearest
FEWEST = 5  # images of a class, on either side, for a rank test


def copied_share(nearest: np.ndarray) -> float:
    """The share of images that are copies, in [0, 1]: d1 / d2 < 1/3, nearest over second nearest.

    nearest: [N, 3], from neighbours.nearest_distances. An image at no distance is one, whatever else is near.
    """
    return float(((nearest[:, 0] < NEAR * nearest[:, 1]) | (nearest[:, 0] == 0)).mean())


def copying_test(
    fake: np.ndarray, fake_labels: np.ndarray, real: np.ndarray, labels: np.ndarray
) -> tuple[float, float]:
    """C_T of Meehan, Chaudhuri & Dasgupta (2020) with the classes as cells, and its deviation under chance.

    fake [N], real [M]: distances of a set's images, and of real test images, to the nearest training image of
    their class. In each class the Mann-Whitney statistic says, in standard deviations, whether the set's
    distances are larger; the mean is weighted with the real images. Below 0 the set lies nearer to the
    training images than fresh ones do. Each class's statistic has a deviation of 1 under chance, their mean
    that of the weights. NaN where no class has 5 images on both sides.
    """
    statistics, weights = [], []
    for label in np.unique(labels):
        own, fresh = fake[fake_labels == label], real[labels == label]
        n, m = len(own), len(fresh)
        if min(n, m) < FEWEST or not np.isfinite(own).all():
            continue
        u = _ranks(np.concatenate([own, fresh]))[:n].sum() - n * (n + 1) / 2
        statistics.append((u - n * m / 2) / math.sqrt(n * m * (n + m + 1) / 12))
        weights.append(m)
    if not statistics:
        return math.nan, math.nan
    shares = np.array(weights) / sum(weights)
    return float(shares @ statistics), float(np.sqrt((shares**2).sum()))


def _ranks(values: np.ndarray) -> np.ndarray:
    """From 1 up, equal values share the mean of theirs: float [N]. scipy.stats takes longer to import."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (counts.cumsum() - (counts - 1) / 2)[place]
