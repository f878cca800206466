"""Choosing one of several sets by real training images, never by test images (numpy)."""

from collections.abc import Mapping, Sequence

import numpy as np

from ..data.randomness import random_generator
from ..data.splits import stratified_subset
from ..run.errors import InputError

METRIC = "selection_accuracy"  # of the scores that tell of the candidates, which their group names


def judging_part(labels: np.ndarray, share: float, *, seed: int, name: str) -> np.ndarray:
    """Positions of the real training images that candidates are judged by: a stratified share, ascending.

    labels: int64 [N], of all of them. name: of the set that is chosen. Raises InputError where it is none.
    """
    size = round(share * len(labels))
    if not size:
        raise InputError(
            f"sets: {name}: share: {share:g} of the {len(labels)} real training images is none; raise it"
        )
    return stratified_subset(labels, size, random_generator(seed, "choose_set", name))


def best_of(accuracies: Mapping[str, Sequence[float]]) -> str:
    """The candidate whose classifiers are the most accurate, on average over replicates; of equals the first.

    accuracies: in [0, 1], of each candidate's replicates.
    """
    return max(accuracies, key=lambda name: float(np.mean(accuracies[name])))
