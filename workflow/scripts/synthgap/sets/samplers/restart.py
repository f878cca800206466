"""Heun's method that goes back up some times: restart sampling."""

from collections.abc import Sequence
from itertools import pairwise
from math import sqrt
from typing import TYPE_CHECKING

from ...plan.declarations import Sampler
from ..contracts import Denoise, StepNoise
from ..schedule import SamplerConfig, known_level, sigma_schedule
from .heun import heun_step

if TYPE_CHECKING:
    from torch import Tensor


def restarts(config: SamplerConfig, sigmas: Sequence[float]) -> int:
    """How often a walk down these noise levels is restarted: never where it starts below restart_max, or
    comes to 0 without a level at or below restart_min.
    """
    passes = sigmas[0] >= config.restart_max and any(0 < sigma <= config.restart_min for sigma in sigmas)
    return config.restart_times if passes else 0


DECLARATION = Sampler(
    summary="Heun's method; come down to restart_min, it adds noise up to restart_max and walks down again, "
    "restart_times times (Xu et al. 2023).",
    evaluations=2,
    extra=lambda config, sigmas: restarts(config, sigmas) * 2 * config.restart_steps,
    stochastic=True,
)


def sample(
    denoise: Denoise, x: "Tensor", sigmas: Sequence[float], noise: StepNoise, config: SamplerConfig
) -> "Tensor":
    """Heun's method with restarts. Xu et al. (2023), Algorithm 1.

    Noise of standard deviation sqrt(restart_max^2 - t_min^2) is added at t_min, the first level of the walk
    that is not above restart_min; 0 is none. From restart_max it walks down to t_min again by restart_steps
    steps of the schedule with the config's rho. The k-th restart takes the noise of step k.
    """
    times, highest = restarts(config, sigmas), known_level(denoise, config.restart_max)
    for sigma, sigma_next in pairwise(sigmas):
        x = heun_step(denoise, x, sigma, sigma_next)
        if 0 < sigma_next <= config.restart_min < sigma:
            for k in range(1, times + 1):
                x = x + sqrt(highest**2 - sigma_next**2) * noise(k)
                x = _walk_down(denoise, x, sigma_next, config)
    return x


def _walk_down(denoise: Denoise, x: "Tensor", t_min: float, config: SamplerConfig) -> "Tensor":
    """From restart_max to t_min."""
    levels = sigma_schedule(config.restart_steps + 1, t_min, config.restart_max, config.rho)[:-1]
    for sigma, sigma_next in pairwise(known_level(denoise, level) for level in levels):
        x = heun_step(denoise, x, sigma, sigma_next)
    return x
