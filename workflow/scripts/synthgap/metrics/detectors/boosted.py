"""Gradient-boosted trees on pixels: they also learn where a CNN has too few images to."""

from typing import TYPE_CHECKING, Any

import numpy as np

from ...plan.declarations import Detector

if TYPE_CHECKING:
    import torch

DECLARATION = Detector(title="pixels,\nboosted trees")

# Pixel values to learn from at most, which bounds time and memory: all of CIFAR-10; of larger images fewer.
LARGEST = 2 * 10**8
CHUNK = 4096  # images at once


def scores(
    parts: list[np.ndarray], fakes: list[np.ndarray], config: Any, *, seed: int, device: "torch.device"
) -> list[np.ndarray]:
    """See plan.declarations.Detector. Every image is scored, also where not all are learned from."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    flat = [images.reshape(len(images), -1) for images in parts]
    step = -(-flat[0].size // LARGEST)  # the parts are in random order
    model = HistGradientBoostingClassifier(early_stopping=False, random_state=seed % 2**32)
    model.fit(flat[0][::step], fakes[0][::step])
    return [
        np.concatenate([model.decision_function(part[i : i + CHUNK]) for i in range(0, len(part), CHUNK)])
        for part in flat
    ]
