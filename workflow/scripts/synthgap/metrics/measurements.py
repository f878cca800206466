"""What is measured once on a set and read by every score: features, logits, labels."""

import os
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..data.arrays import ArrayReader
from ..plan.names import SPLITS


@dataclass(frozen=True)
class SplitMeasurements:
    """Of the N images of one split of a set. features: [N, D] per ImageNet extractor; logits
    [N, classes] and block4 [N, D] of the real-trained classifier; labels int64 [N]. nearest: [N, 3] per split
    of the real set, distances to its images (see neighbours.nearest_distances).
    """

    features: dict[str, np.ndarray]
    logits: np.ndarray
    block4: np.ndarray
    labels: np.ndarray
    nearest: dict[str, np.ndarray]


def load_measurements(
    files: Iterable[str | os.PathLike], split: str, extractors: list[str]
) -> SplitMeasurements:
    """Of one split, from the files of a set's shards in order."""
    names = [*extractors, *(f"nearest-{other}" for other in SPLITS), "logits", "block4", "labels"]
    arrays = load_arrays(files, *(f"{name}-{split}" for name in names))
    *measured, logits, block4, labels = arrays
    features = dict(zip(extractors, measured, strict=False))
    nearest = dict(zip(SPLITS, measured[len(features) :], strict=True))
    return SplitMeasurements(features, logits, block4, labels, nearest)


def load_arrays(files: Iterable[str | os.PathLike], *names: str) -> list[np.ndarray]:
    """The arrays of these names, each put together from the files of a set's shards."""
    reader = ArrayReader(files)
    return [reader.read(name) for name in names]
