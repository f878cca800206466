"""Precision, recall, density and coverage: how two sets of features lie in each other's manifold.

All four look at balls around each point that reach to its k-th neighbour in its own set, itself not
counted. Distances are computed block by block: memory is linear in N.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..plan.declarations import Metric, Score
from ..run.errors import InputError

DECLARATION = Metric(
    {name: Score(name, "higher") for name in ("precision", "recall", "density", "coverage")},
    extractor="manifold",
)


def measure(real: np.ndarray, fake: np.ndarray, config: Any) -> dict[str, float]:
    """Raises InputError where there are too few images for the neighbours."""
    needed = max(config.precision_k, config.density_k) + 1
    if min(len(real), len(fake)) < needed:
        raise InputError(
            f"metrics: {min(len(real), len(fake))} images are too few for {needed - 1} neighbours; "
            "take more images, or lower metrics.precision_k and metrics.density_k"
        )
    return manifold_scores(real, fake, config.precision_k, config.density_k)


def manifold_scores(
    real: np.ndarray, fake: np.ndarray, precision_k: int = 3, density_k: int = 5
) -> dict[str, float]:
    """All four by name, from one pass over the distances within each set and between them.

    real: float32 [N, D] and fake: float32 [M, D], features of one extractor; precision_k: neighbours in
    precision and recall; density_k: in density and coverage. See the functions below.
    """
    (real_radii, dense_radii), (fake_radii,) = (
        neighbour_radii(real, [precision_k, density_k]),
        neighbour_radii(fake, [precision_k]),
    )
    in_real, in_dense = np.zeros(len(fake), bool), np.zeros(len(fake), np.int64)
    in_fake, covered, row = np.zeros(len(real), bool), np.zeros(len(real), bool), 0
    for distances in distance_blocks(real, fake):
        rows = slice(row, row := row + len(distances))
        in_real |= (distances <= real_radii[rows, None]).any(axis=0)
        in_dense += (distances <= dense_radii[rows, None]).sum(axis=0)
        in_fake[rows] = (distances <= fake_radii).any(axis=1)
        covered[rows] = distances.min(axis=1) <= dense_radii[rows]
    return {
        "precision": float(in_real.mean()),
        "recall": float(in_fake.mean()),
        "density": float(in_dense.mean() / density_k),
        "coverage": float(covered.mean()),
    }


def precision_recall(real: np.ndarray, fake: np.ndarray, k: int = 3) -> tuple[float, float]:
    """Improved precision and recall. Kynkäänniemi et al. (2019), Eq. 1-3.

    real: float32 [N, D] and fake: float32 [M, D], features of one extractor.
    Returns (precision, recall) in [0, 1]: the share of fake points within some real ball, and of real
    points within some fake ball. Raises ValueError where N or M <= k.
    """
    scores = manifold_scores(real, fake, precision_k=k, density_k=k)
    return scores["precision"], scores["recall"]


def density_coverage(real: np.ndarray, fake: np.ndarray, k: int = 5) -> tuple[float, float]:
    """Density and coverage. Naeem et al. (2020), Eq. 4 and 5.

    Density (>= 0, may exceed 1) counts the real balls that a fake point lies in, over k; coverage is
    the share of real balls that hold a fake point. Raises ValueError where N or M <= k.
    """
    scores = manifold_scores(real, fake, precision_k=k, density_k=k)
    return scores["density"], scores["coverage"]


def class_scores(
    real: np.ndarray, real_labels: np.ndarray, fake: np.ndarray, fake_labels: np.ndarray, k: int = 5
) -> dict[int, dict[str, float]]:
    """Density and coverage of each class by itself, by label: how well the class's images of a set fill the
    class's real ones.

    real: float32 [N, D] and fake: float32 [M, D], features; labels: int64. A class that a set lacks has 0 of
    both. Classes with k or fewer real images have no scores.
    """
    found = {}
    for label in np.unique(real_labels).tolist():
        own, others = real[real_labels == label], fake[fake_labels == label]
        if len(own) <= k:
            continue
        if not len(others):
            found[label] = {"density": 0.0, "coverage": 0.0}
            continue
        radii = neighbour_radii(own, [k])[0]
        distances = np.concatenate(list(distance_blocks(own, others)))
        found[label] = {
            "density": float((distances <= radii[:, None]).sum(axis=0).mean() / k),
            "coverage": float((distances.min(axis=1) <= radii).mean()),
        }
    return found


def neighbour_radii(points: np.ndarray, ks: list[int]) -> np.ndarray:
    """Distance of each point to its k-th neighbour in the set, itself not counted: [ks, N]."""
    if len(points) <= max(ks):
        raise ValueError(f"{max(ks)} neighbours need more than {max(ks)} points, not {len(points)}")
    # The nearest of all, at distance 0, is the point itself.
    nearest = [np.partition(distances, ks, axis=1)[:, ks] for distances in distance_blocks(points, points)]
    return np.concatenate(nearest).T


def distance_blocks(points: np.ndarray, centres: np.ndarray) -> Iterator[np.ndarray]:
    """Euclidean distances of some of the points to all centres, block after block: [rows, centres].

    Rounded to float32 throughout, so that the same two points have the same distance in every block.
    """
    from sklearn.metrics import pairwise_distances_chunked

    return pairwise_distances_chunked(np.asarray(points, np.float32), np.asarray(centres, np.float32))
