"""What is measured once on a set and read by every score: features, logits, labels."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class SplitMeasurements:
    """Of the N images of one split of a set. features: [N, D] per ImageNet extractor; logits
    [N, classes] and block4 [N, D] of the real-trained classifier; labels int64 [N].
    """

    features: dict[str, np.ndarray]
    logits: np.ndarray
    block4: np.ndarray
    labels: np.ndarray


def load_measurements(
    files: Sequence[str | os.PathLike], split: str, extractors: list[str]
) -> SplitMeasurements:
    """Of all the files that hold a set's measurements, shard after shard, those that are asked for."""

    def read(kind: str) -> np.ndarray:
        return load_arrays(file for file in files if Path(file).stem == f"{kind}-{split}")

    features = {name: read(name) for name in extractors}
    return SplitMeasurements(features, read("logits"), read("block4"), read("labels"))


def load_arrays(files: Iterable[str | os.PathLike]) -> np.ndarray:
    """One array from a file for each shard."""
    return np.concatenate([np.load(file, allow_pickle=False) for file in files])
