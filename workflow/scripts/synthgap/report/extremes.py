"""The images that galleries show: those farthest from all others, and the likeliest copies."""

import numpy as np

CHUNK = 4096  # images at once


def farthest(ratios: np.ndarray, count: int) -> np.ndarray:
    """Positions of the `count` images whose nearest other is farthest, the farthest first: int64.

    ratios: [N], as metrics.lost.nearest_pairs gives them. Those of an unknown ratio (NaN) are none of them.
    """
    known = np.flatnonzero(~np.isnan(ratios))
    return known[np.argsort(-ratios[known], kind="stable")][:count]


def likeliest_copies(distances: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Positions of the `count` images with the smallest d1 / d2, the smallest first, and this ratio of each.

    distances: [N, 3], as metrics.neighbours.nearest_distances gives them. Of equal ratios the nearer first.
    """
    first, second = distances[:, 0], distances[:, 1]
    ratios = np.divide(first, second, out=np.zeros_like(first), where=first > 0)
    positions = np.lexsort((first, ratios))[:count]
    return positions, ratios[positions]


def nearest_in_pixels(image: np.ndarray, others: np.ndarray) -> int:
    """The position of the image, of uint8 [N, H, W, C], that is nearest to one [H, W, C]."""
    squares = [
        ((others[start : start + CHUNK].astype(np.int32) - image) ** 2).sum(axis=(1, 2, 3))
        for start in range(0, len(others), CHUNK)
    ]
    return int(np.concatenate(squares).argmin())
