"""Precision, recall, density and coverage: how two sets of features lie in each other's manifold.

All four look at balls around each point that reach to its k-th neighbour in its own set, itself not
counted, and include their surface. Counts are exact, and computed tile by tile (see distances.py): memory is
linear in N, time is not.
"""

from typing import Any

import numpy as np

from ..plan.declarations import Metric, Score
from ..run.errors import InputError
from .distances import balls, neighbour_squares

DECLARATION = Metric(
    {name: Score(name, "higher") for name in ("precision", "recall", "density", "coverage")},
    extractor="manifold",
    pairs=True,
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
    real_squares = neighbour_squares(real, [precision_k, density_k])
    fake_squares = neighbour_squares(fake, [precision_k])
    in_real, inside = np.zeros(len(fake), bool), 0
    in_fake, covered = np.zeros(len(real), bool), np.zeros(len(real), bool)
    for rows, columns, (near, dense), (around,) in balls(real, fake, real_squares, fake_squares):
        in_real[columns] |= near.any(axis=0)
        in_fake[rows] |= around.any(axis=1)
        covered[rows] |= dense.any(axis=1)
        inside += int(np.count_nonzero(dense))
    return {
        "precision": float(in_real.mean()),
        "recall": float(in_fake.mean()),
        "density": inside / (len(fake) * density_k),
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
    the share of real balls that hold a fake point. Raises ValueError where N <= k.
    """
    squares, no_balls = neighbour_squares(real, [k]), np.empty((0, len(fake)))
    covered, inside = np.zeros(len(real), bool), 0
    for rows, _, (dense,), _ in balls(real, fake, squares, no_balls):
        covered[rows] |= dense.any(axis=1)
        inside += int(np.count_nonzero(dense))
    return inside / (len(fake) * k), float(covered.mean())


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
        density, coverage = density_coverage(own, others, k)
        found[label] = {"density": density, "coverage": coverage}
    return found
