"""Ridge regression on the DCT's coefficients: a second opinion."""

from typing import TYPE_CHECKING, Any

import numpy as np

from ...plan.declarations import Detector

if TYPE_CHECKING:
    import torch

DECLARATION = Detector(title="DCT coefficients,\nlinear detector")


def scores(
    parts: list[np.ndarray], fakes: list[np.ndarray], config: Any, *, seed: int, device: "torch.device"
) -> np.ndarray:
    """See plan.declarations.Detector."""
    from sklearn.linear_model import RidgeClassifier

    from ..spectra import standardised_dct

    train, _, test = (signal.astype(np.float32) for signal in standardised_dct(parts))
    channels_first = [signal.transpose(0, 3, 1, 2).reshape(len(signal), -1) for signal in (train, test)]
    model = RidgeClassifier().fit(channels_first[0], fakes[0].astype(np.float32))
    return model.decision_function(channels_first[1])
