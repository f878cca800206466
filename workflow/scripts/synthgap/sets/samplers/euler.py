"""Euler's first-order method."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from ...plan.declarations import Sampler
from ..contracts import Denoise, StepNoise
from ..schedule import SamplerConfig

if TYPE_CHECKING:
    from torch import Tensor

DECLARATION = Sampler(summary="Euler's first-order method.")


def sample(
    denoise: Denoise, x: "Tensor", sigmas: Sequence[float], noise: StepNoise, config: SamplerConfig
) -> "Tensor":
    """Euler's first-order method: n evaluations."""
    for sigma, sigma_next in pairwise(sigmas):
        x = x + (sigma_next - sigma) * (x - denoise(x, sigma)) / sigma
    return x
