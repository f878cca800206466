"""Logistic regression on the DCT's coefficients, after Frank et al. (2020)."""

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from ...plan.declarations import Detector

if TYPE_CHECKING:
    import torch

DECLARATION = Detector(title="DCT coefficients,\nlogistic regression")

STRENGTHS = tuple(10.0**power for power in range(-5, 2))  # the inverse of the penalty, the strongest first


def scores(
    parts: list[np.ndarray], fakes: list[np.ndarray], config: Any, *, seed: int, device: "torch.device"
) -> list[np.ndarray]:
    """See plan.declarations.Detector. The penalty is the one with the lowest loss on the validation part.

    Where there are about as many coefficients as images, a weak penalty fits the training part exactly and
    fails on any other.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    from ..detection import log_loss
    from ..spectra import standardised_dct

    flat = [signal.astype(np.float32).reshape(len(signal), -1) for signal in standardised_dct(parts)]
    model = LogisticRegression(max_iter=200, warm_start=True)
    best: tuple[float, list[np.ndarray]] | None = None
    for strength in STRENGTHS:
        with warnings.catch_warnings():
            # A fit that is stopped early is a candidate like any other: the validation part decides.
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.set_params(C=strength).fit(flat[0], fakes[0])
        found = [model.decision_function(part) for part in flat]
        loss = log_loss(found[1], fakes[1])
        if best is None or loss < best[0]:
            best = loss, found
    assert best is not None
    return best[1]
