"""What the functions of extractors, metrics and detectors are (see plan/declarations.py)."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    import torch
    from torch import nn


class Load(Protocol):
    """An extractor: images uint8 [B, C, H, W] to features float32 [B, D]. size: pixels that it sees."""

    def __call__(self, weights: Path | None, size: int) -> "nn.Module": ...


class Measure(Protocol):
    """Scores by name, from features [N, D] and [M, D]."""

    def __call__(self, real: np.ndarray, fake: np.ndarray, config: Any) -> dict[str, float]: ...


class Scores(Protocol):
    """The log odds that a detector gives each image of each part to be a fake, [N].

    It learns from the first part, and chooses by the second at most. parts: for training, validation and
    test, uint8 [N, H, W, C]; fakes: bool [N] of each, whether each image is one.
    """

    def __call__(
        self,
        parts: list[np.ndarray],
        fakes: list[np.ndarray],
        config: Any,
        *,
        seed: int,
        device: "torch.device",
    ) -> list[np.ndarray]: ...
