"""What trainings share: which images a step sees, and the average of the weights."""

import numpy as np
import torch
from torch import nn

from ..data.randomness import random_generator


class Batches:
    """Which of `total` images each batch of a training shows: epoch after epoch, each in an order of its own.

    A function of the step, so that a training can be resumed. An order is drawn once for an epoch. name: of
    the training, which shares its orders with no other.
    """

    def __init__(self, total: int, batch_size: int, seed: int, name: str) -> None:
        self._total, self._batch_size, self._seed, self._name = total, batch_size, seed, name
        self._epoch, self._order = -1, np.empty(0, np.int64)

    def positions(self, step: int) -> np.ndarray:
        """Of the images in batch `step`: int64 [batch_size]."""
        epochs, within = np.divmod(
            np.arange(step * self._batch_size, (step + 1) * self._batch_size), self._total
        )
        parts = [self._order_of(epoch)[within[epochs == epoch]] for epoch in np.unique(epochs).tolist()]
        return np.concatenate(parts)

    def _order_of(self, epoch: int) -> np.ndarray:
        if epoch != self._epoch:
            self._epoch = epoch
            generator = random_generator(self._seed, self._name, "order", epoch)
            self._order = generator.permutation(self._total)
        return self._order


@torch.no_grad()
def update_average(average: nn.Module, network: nn.Module, step: int, decay: float) -> None:
    """Move the averaged weights, not the buffers, towards the network's after step `step`.

    The average forgets the random start quickly, then slows down to `decay`.
    """
    decay = min(decay, (step + 1) / (step + 11))
    for mean, parameter in zip(average.parameters(), network.parameters(), strict=True):
        mean.lerp_(parameter, 1 - decay)
