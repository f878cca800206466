"""The entropy of a classifier's output."""

import numpy as np


def entropies(logits: np.ndarray) -> np.ndarray:
    """Entropy of each image's predicted class, in nats: 0 (certain) to ln C, float64 [N].

    logits: float [N, C]; probabilities are their softmax.
    """
    shifted = np.asarray(logits, np.float64) - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -(np.exp(log_p) * log_p).sum(axis=1)


def mean_entropy(logits: np.ndarray) -> float:
    """Mean entropy of the predicted class, in nats. The paper's Eq. 4."""
    return float(entropies(logits).mean())
