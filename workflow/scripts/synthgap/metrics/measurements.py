"""What is measured once on a set and read by every score: features, logits, labels."""

import os
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


def load_measurements(folder: str | os.PathLike, split: str, extractors: list[str]) -> SplitMeasurements:
    def read(kind: str) -> np.ndarray:
        return np.load(Path(folder) / f"{kind}-{split}.npy", allow_pickle=False)

    features = {name: read(name) for name in extractors}
    return SplitMeasurements(features, read("logits"), read("block4"), read("labels"))
