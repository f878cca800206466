"""DDPM's stochastic step, the paper's Eq. 2."""

from collections.abc import Sequence
from itertools import pairwise
from math import sqrt
from typing import TYPE_CHECKING

from ...plan.declarations import Sampler
from ..contracts import Denoise, StepNoise
from ..schedule import SamplerConfig

if TYPE_CHECKING:
    from torch import Tensor

DECLARATION = Sampler(summary="DDPM's stochastic step, the paper's Eq. 2.", stochastic=True)


def sample(
    denoise: Denoise, x: "Tensor", sigmas: Sequence[float], noise: StepNoise, config: SamplerConfig
) -> "Tensor":
    """DDPM's ancestral step for a variance-exploding schedule (the paper's Eq. 2): n evaluations."""
    for i, (sigma, sigma_next) in enumerate(pairwise(sigmas), start=1):
        denoised = denoise(x, sigma)
        if sigma_next == 0:
            return denoised
        ratio = (sigma_next / sigma) ** 2
        x = denoised + ratio * (x - denoised) + sigma_next * sqrt(1 - ratio) * noise(i)
    return x
