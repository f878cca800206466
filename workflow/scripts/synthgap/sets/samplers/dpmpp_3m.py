"""DPM-Solver++ (3M): third order, one evaluation a step."""

from collections.abc import Sequence
from itertools import pairwise
from math import expm1, log
from typing import TYPE_CHECKING

from ...plan.declarations import Sampler
from ..contracts import Denoise, StepNoise
from ..schedule import SamplerConfig

if TYPE_CHECKING:
    from torch import Tensor

DECLARATION = Sampler(summary="DPM-Solver++ (3M): third order, one evaluation a step.")


def sample(
    denoise: Denoise, x: "Tensor", sigmas: Sequence[float], noise: StepNoise, config: SamplerConfig
) -> "Tensor":
    """DPM-Solver++ with three past evaluations: third order, n evaluations. Lu et al. (2022), Eq. 9.

    The parabola in lambda = -ln sigma through the last three denoised images is integrated exactly:
    x' = e^-h x + I0 D + I1 D[01] + (I2 + h1 I1) D[012], with h the step, h1 the last one, Newton's divided
    differences D[...], and I_k = e^-h times the integral of t^k e^t over 0..h.
    """
    denoised_before: list[Tensor] = []
    steps_before: list[float] = []
    for sigma, sigma_next in pairwise(sigmas):
        denoised = denoise(x, sigma)
        if sigma_next == 0:
            return denoised
        step = log(sigma / sigma_next)
        integral_0 = -expm1(-step)
        integral_1 = step - integral_0
        integral_2 = step**2 - 2 * integral_1
        x = (sigma_next / sigma) * x + integral_0 * denoised
        if denoised_before:
            slope = (denoised - denoised_before[-1]) / steps_before[-1]
            x = x + integral_1 * slope
        if len(denoised_before) > 1:
            slope_before = (denoised_before[-1] - denoised_before[-2]) / steps_before[-2]
            curvature = (slope - slope_before) / (steps_before[-1] + steps_before[-2])
            x = x + (integral_2 + steps_before[-1] * integral_1) * curvature
        denoised_before.append(denoised)
        steps_before.append(step)
    return x
