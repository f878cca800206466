"""The entropy of a classifier's output."""

import numpy as np
from scipy.special import log_softmax


def mean_entropy(logits: np.ndarray) -> float:
    """Mean entropy of the predicted class, in nats: 0 (certain) to ln C. The paper's Eq. 4.

    logits: float [N, C]; probabilities are their softmax.
    """
    log_p = log_softmax(np.asarray(logits, np.float64), axis=1)
    return float(-(np.exp(log_p) * log_p).sum(axis=1).mean())
