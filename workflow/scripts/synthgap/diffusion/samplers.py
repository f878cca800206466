"""Samplers: how a noisy image walks down a list of noise levels.

A sampler takes `denoise(x, sigma) -> D(x; sigma)`, the noisy images x float64 [B, C, H, W] at
sigmas[0], and sigmas float64 [n + 1] ending in 0; it returns the images at sigma 0.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import expm1, log

from torch import Tensor

Denoise = Callable[[Tensor, float], Tensor]


def heun(denoise: Denoise, x: Tensor, sigmas: Sequence[float]) -> Tensor:
    """Heun's second-order method: 2n - 1 evaluations. Karras et al. (2022), Algorithm 1."""
    for sigma, sigma_next in pairwise(sigmas):
        slope = (x - denoise(x, sigma)) / sigma
        x_next = x + (sigma_next - sigma) * slope
        if sigma_next > 0:
            slope_next = (x_next - denoise(x_next, sigma_next)) / sigma_next
            x_next = x + (sigma_next - sigma) * (slope + slope_next) / 2
        x = x_next
    return x


def dpmpp_2m(denoise: Denoise, x: Tensor, sigmas: Sequence[float]) -> Tensor:
    """DPM-Solver++(2M): second order, one evaluation a step. Lu et al. (2022), Algorithm 2.

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


SAMPLERS = {"heun": heun, "dpmpp_2m": dpmpp_2m}
