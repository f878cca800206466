"""The same CNN on the DCT's coefficients: the paper's, after Frank et al. (2020)."""

from typing import TYPE_CHECKING, Any

import numpy as np

from ...plan.declarations import Detector

if TYPE_CHECKING:
    import torch

DECLARATION = Detector(title="DCT coefficients, CNN", paper=True)


def scores(
    parts: list[np.ndarray], fakes: list[np.ndarray], config: Any, *, seed: int, device: "torch.device"
) -> list[np.ndarray]:
    """See plan.declarations.Detector."""
    from ..cnn import fit_and_score
    from ..spectra import standardised_dct

    return fit_and_score(standardised_dct(parts), fakes, config, seed=seed, device=device)
