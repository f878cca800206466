"""What trainings share: which images a step sees, and the average of the weights."""

import numpy as np
import torch
from torch import nn

from ..data.randomness import random_generator


def batch_positions(total: int, batch_size: int, step: int, seed: int, name: str) -> np.ndarray:
    """Positions of the images in batch `step`: epoch after epoch, each in an order of its own.

    A function of the step, so that a training can be resumed. name: of the training, which shares its
    orders with no other.
    """
    position = np.arange(step * batch_size, (step + 1) * batch_size)
    epochs, within = np.divmod(position, total)
    orders = {
        epoch: random_generator(seed, name, "order", int(epoch)).permutation(total)
        for epoch in np.unique(epochs)
    }
    return np.array([orders[epoch][i] for epoch, i in zip(epochs, within, strict=True)])


@torch.no_grad()
def update_average(average: nn.Module, network: nn.Module, step: int, decay: float) -> None:
    """Move the averaged weights, not the buffers, towards the network's after step `step`.

    The average forgets the random start quickly, then slows down to `decay`.
    """
    decay = min(decay, (step + 1) / (step + 11))
    for mean, parameter in zip(average.parameters(), network.parameters(), strict=True):
        mean.lerp_(parameter, 1 - decay)
