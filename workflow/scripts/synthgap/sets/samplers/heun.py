"""Heun's second-order method, two evaluations a step: EDM's."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from ...plan.declarations import Sampler
from ..contracts import Denoise, StepNoise
from ..schedule import SamplerConfig

if TYPE_CHECKING:
    from torch import Tensor

DECLARATION = Sampler(summary="Heun's second-order method, two evaluations a step: EDM's.", evaluations=2)


def sample(
    denoise: Denoise, x: "Tensor", sigmas: Sequence[float], noise: StepNoise, config: SamplerConfig
) -> "Tensor":
    """Heun's second-order method: 2n - 1 evaluations. Karras et al. (2022), Algorithm 1."""
    for sigma, sigma_next in pairwise(sigmas):
        x = heun_step(denoise, x, sigma, sigma_next)
    return x


def heun_step(denoise: Denoise, x: "Tensor", sigma: float, sigma_next: float) -> "Tensor":
    """One step of Heun's method from sigma to sigma_next; to 0 it is Euler's."""
    slope = (x - denoise(x, sigma)) / sigma
    x_next = x + (sigma_next - sigma) * slope
    if sigma_next > 0:
        slope_next = (x_next - denoise(x_next, sigma_next)) / sigma_next
        x_next = x + (sigma_next - sigma) * (slope + slope_next) / 2
    return x_next
