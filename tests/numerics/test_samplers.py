"""Samplers on Gaussian data, where the probability-flow ODE has a closed solution.

For x ~ N(mean, deviation^2) the denoiser is mean + deviation^2 / (deviation^2 + sigma^2) (x - mean), and
x(sigma) - mean shrinks in proportion to sqrt(deviation^2 + sigma^2).
"""

import numpy as np
import pytest
import torch
from synthgap.diffusion.samplers import SAMPLERS
from synthgap.diffusion.schedule import sigma_schedule

MEAN, DEVIATION = 0.3, 0.5
START = torch.linspace(-3, 3, 7, dtype=torch.float64)[:, None, None, None]


def denoise(x, sigma):
    return MEAN + DEVIATION**2 / (DEVIATION**2 + sigma**2) * (x - MEAN)


def largest_error(sampler, steps, sigma_max=3.0):
    sigmas = [float(sigma) for sigma in sigma_schedule(steps, sigma_max=sigma_max)]
    exact = MEAN + (START - MEAN) * DEVIATION / np.sqrt(DEVIATION**2 + sigma_max**2)
    return float((SAMPLERS[sampler](denoise, START, sigmas) - exact).abs().max())


@pytest.mark.parametrize(("sampler", "order"), [("heun", 2), ("dpmpp_2m", 2)])
def test_the_error_falls_with_the_samplers_order(sampler, order):
    steps = np.array([40, 80, 160])
    errors = [largest_error(sampler, n) for n in steps]
    slope = -np.polyfit(np.log(steps), np.log(errors), 1)[0]
    assert slope == pytest.approx(order, abs=0.25)
    assert errors[-1] < 1e-3


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_one_step_is_the_denoised_image(sampler):
    assert torch.allclose(SAMPLERS[sampler](denoise, START, [2.0, 0.0]), denoise(START, 2.0))


@pytest.mark.parametrize(("sampler", "evaluations"), [("heun", 9), ("dpmpp_2m", 5)])
def test_samplers_call_the_denoiser_as_often_as_they_say(sampler, evaluations):
    calls = []

    def counting(x, sigma):
        calls.append(sigma)
        return denoise(x, sigma)

    SAMPLERS[sampler](counting, START, [3.0, 2.0, 1.0, 0.5, 0.1, 0.0])
    assert len(calls) == evaluations
    assert 0 not in calls


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_float64_goes_through(sampler):
    assert SAMPLERS[sampler](denoise, START, [2.0, 1.0, 0.0]).dtype == torch.float64
