"""Heun's method with noise added before each step: EDM's stochastic one."""

from collections.abc import Sequence
from itertools import pairwise
from math import sqrt
from typing import TYPE_CHECKING

from ...plan.declarations import Sampler
from ..contracts import Denoise, StepNoise
from ..schedule import SamplerConfig, known_level
from .heun import heun_step

if TYPE_CHECKING:
    from torch import Tensor

DECLARATION = Sampler(
    summary="Heun's method with noise added before each step: EDM's stochastic one.",
    evaluations=2,
    stochastic=True,
)


def sample(
    denoise: Denoise, x: "Tensor", sigmas: Sequence[float], noise: StepNoise, config: SamplerConfig
) -> "Tensor":
    """Heun's method with noise added before each step. Karras et al. (2022), Algorithm 2."""
    steps = len(sigmas) - 1
    for i, (sigma, sigma_next) in enumerate(pairwise(sigmas), start=1):
        stirred = config.s_min <= sigma <= config.s_max
        gamma = min(config.s_churn / steps, sqrt(2) - 1) if stirred else 0.0
        sigma_hat = known_level(denoise, sigma * (1 + gamma))
        if sigma_hat > sigma:
            x = x + sqrt(sigma_hat**2 - sigma**2) * config.s_noise * noise(i)
        x = heun_step(denoise, x, sigma_hat, sigma_next)
    return x
