"""Which real images a set comes least near, and which of its own no real one is near: for galleries."""

import numpy as np

from .distances import neighbour_radii
from .edges import RADIUS, Features, nearest


def nearest_pairs(fake: Features, train: Features, test: Features) -> dict[str, np.ndarray]:
    """Nearest images of the same class: of each real test image in a set, and of each image of the set among
    the real ones (also those that it was made from).

    nearest-test: int64 [N], positions among the set's training images; nearest-train: int64 [M], of each of
    these, positions among the real training images, followed by the test images; -1 where there is none.
    ratio-test, ratio-train: float32, the distance as a multiple of that from the real image of the pair to
    its 5th neighbour, among the test images and among all real ones. Infinite where there is none; NaN where
    the real image has no other at any distance.
    """
    real = Features(*(np.concatenate(both) for both in zip(train, test, strict=True)))
    towards_set, radii = _nearest(test, fake), _radii(test)
    towards_real, real_radii = _nearest(fake, real), _radii(real)
    own_radii = real_radii[towards_real[1]]  # where there is none, any: it is infinitely far
    return {
        "nearest-test": towards_set[1],
        "ratio-test": _ratios(towards_set[0], radii),
        "nearest-train": towards_real[1],
        "ratio-train": _ratios(towards_real[0], own_radii),
    }


def _nearest(points: Features, others: Features) -> tuple[np.ndarray, np.ndarray]:
    """Distance and position of each point's nearest other of its class, [N]."""
    distances = np.full(len(points.labels), np.inf)
    positions = np.full(len(points.labels), -1)
    for label in np.unique(points.labels):
        own, members = points.labels == label, np.flatnonzero(others.labels == label)
        if len(members):
            found = nearest(points.of(label), others.of(label), 1)
            distances[own], positions[own] = found[0][:, 0], members[found[1][:, 0]]
    return distances, positions


def _radii(points: Features) -> np.ndarray:
    """The distance of each to the 5th other of its class (the last, where there are fewer), [N]."""
    radii = np.zeros(len(points.labels))
    for label in np.unique(points.labels):
        own = points.of(label)
        if len(own) > 1:
            radii[points.labels == label] = neighbour_radii(own, [min(RADIUS, len(own) - 1)])[0]
    return radii


def _ratios(distances: np.ndarray, radii: np.ndarray) -> np.ndarray:
    ratios = np.full(len(distances), np.nan)
    np.divide(distances, radii, out=ratios, where=radii > 0)
    ratios[np.isinf(distances)] = np.inf
    return ratios.astype(np.float32)
