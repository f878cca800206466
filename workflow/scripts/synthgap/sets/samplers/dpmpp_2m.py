"""DPM-Solver++ (2M): second order, one evaluation a step."""

from collections.abc import Sequence
from itertools import pairwise
from math import expm1, log
from typing import TYPE_CHECKING

from ...plan.declarations import Sampler
from ..contracts import Denoise, StepNoise
from ..schedule import SamplerConfig

if TYPE_CHECKING:
    from torch import Tensor

DECLARATION = Sampler(summary="DPM-Solver++ (2M): second order, one evaluation a step.")


def sample(
    denoise: Denoise, x: "Tensor", sigmas: Sequence[float], noise: StepNoise, config: SamplerConfig
) -> "Tensor":
    """DPM-Solver++(2M): second order, n evaluations. Lu et al. (2022), Algorithm 2.

    In terms of lambda = -ln sigma, with data prediction. The step to sigma 0 is the denoised image.
    """
    previous, previous_step = None, 0.0
    for sigma, sigma_next in pairwise(sigmas):
        denoised = denoise(x, sigma)
        if sigma_next == 0:
            return denoised
        step = log(sigma / sigma_next)
        estimate = denoised
        if previous is not None:
            estimate = denoised + (step / (2 * previous_step)) * (denoised - previous)
        x = (sigma_next / sigma) * x - expm1(-step) * estimate
        previous, previous_step = denoised, step
    return x
