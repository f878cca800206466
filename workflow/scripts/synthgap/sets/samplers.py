"""Samplers: how a noisy image walks down a list of noise levels.

A sampler takes `denoise(x, sigma) -> D(x; sigma)`, the noisy images x float64 [B, C, H, W] at sigmas[0],
the noise levels sigmas [n + 1] ending in 0, `noise(i)`, the standard normal noise float64 [B, C, H, W] of
the i-th step (i = 1..n), and the sampler's settings. It returns the images at sigma 0.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import expm1, log, sqrt

from torch import Tensor

from .schedule import SamplerConfig

Denoise = Callable[[Tensor, float], Tensor]
StepNoise = Callable[[int], Tensor]


def euler(
    denoise: Denoise, x: Tensor, sigmas: Sequence[float], noise: StepNoise, config: SamplerConfig
) -> Tensor:
    """Euler's first-order method: n evaluations."""
    for sigma, sigma_next in pairwise(sigmas):
        x = x + (sigma_next - sigma) * (x - denoise(x, sigma)) / sigma
    return x


def heun(
    denoise: Denoise, x: Tensor, sigmas: Sequence[float], noise: StepNoise, config: SamplerConfig
) -> Tensor:
    """Heun's second-order method: 2n - 1 evaluations. Karras et al. (2022), Algorithm 1."""
    for sigma, sigma_next in pairwise(sigmas):
        x = _heun_step(denoise, x, sigma, sigma_next)
    return x


def churn(
    denoise: Denoise, x: Tensor, sigmas: Sequence[float], noise: StepNoise, config: SamplerConfig
) -> Tensor:
    """Heun's method with noise added before each step. Karras et al. (2022), Algorithm 2."""
    steps = len(sigmas) - 1
    for i, (sigma, sigma_next) in enumerate(pairwise(sigmas), start=1):
        stirred = config.s_min <= sigma <= config.s_max
        gamma = min(config.s_churn / steps, sqrt(2) - 1) if stirred else 0.0
        sigma_hat = sigma * (1 + gamma)
        if gamma > 0:
            x = x + sqrt(sigma_hat**2 - sigma**2) * config.s_noise * noise(i)
        x = _heun_step(denoise, x, sigma_hat, sigma_next)
    return x


def ancestral(
    denoise: Denoise, x: Tensor, sigmas: Sequence[float], noise: StepNoise, config: SamplerConfig
) -> Tensor:
    """DDPM's ancestral step for a variance-exploding schedule (the paper's Eq. 2): n evaluations."""
    for i, (sigma, sigma_next) in enumerate(pairwise(sigmas), start=1):
        denoised = denoise(x, sigma)
        if sigma_next == 0:
            return denoised
        ratio = (sigma_next / sigma) ** 2
        x = denoised + ratio * (x - denoised) + sigma_next * sqrt(1 - ratio) * noise(i)
    return x


def dpmpp_2m(
    denoise: Denoise, x: Tensor, sigmas: Sequence[float], noise: StepNoise, config: SamplerConfig
) -> Tensor:
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


def dpmpp_3m(
    denoise: Denoise, x: Tensor, sigmas: Sequence[float], noise: StepNoise, config: SamplerConfig
) -> Tensor:
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


def _heun_step(denoise: Denoise, x: Tensor, sigma: float, sigma_next: float) -> Tensor:
    slope = (x - denoise(x, sigma)) / sigma
    x_next = x + (sigma_next - sigma) * slope
    if sigma_next > 0:
        slope_next = (x_next - denoise(x_next, sigma_next)) / sigma_next
        x_next = x + (sigma_next - sigma) * (slope + slope_next) / 2
    return x_next


SAMPLERS = {
    "heun": heun,
    "euler": euler,
    "churn": churn,
    "ancestral": ancestral,
    "dpmpp_2m": dpmpp_2m,
    "dpmpp_3m": dpmpp_3m,
}
