"""A small CNN on pixels: the paper's, after Frank et al. (2020)."""

from typing import TYPE_CHECKING, Any

import numpy as np

from ...plan.declarations import Detector

if TYPE_CHECKING:
    import torch

DECLARATION = Detector(title="pixels, CNN", paper=True)


def scores(
    parts: list[np.ndarray], fakes: list[np.ndarray], config: Any, *, seed: int, device: "torch.device"
) -> list[np.ndarray]:
    """See plan.declarations.Detector."""
    from ..cnn import fit_and_score

    signals = [images.astype(np.float32) / 127.5 - 1 for images in parts]
    return fit_and_score(signals, fakes, config, seed=seed, device=device)
