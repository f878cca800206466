"""Samplers on Gaussian data, where the probability-flow ODE has a closed solution.

For x ~ N(mean, deviation^2) the denoiser is mean + deviation^2 / (deviation^2 + sigma^2) (x - mean), and
x(sigma) - mean shrinks in proportion to sqrt(deviation^2 + sigma^2).
"""

import numpy as np
import pytest
import torch
from synthgap.plan.tables import PLUGINS, plugin
from synthgap.sets.schedule import SamplerConfig, sigma_schedule

MEAN, DEVIATION, SIGMA_MAX = 0.3, 0.5, 80.0
START = SIGMA_MAX * torch.linspace(-3, 3, 7, dtype=torch.float64)[:, None, None, None]
SAMPLERS = {name: plugin("samplers", name) for name in PLUGINS["samplers"]}
STOCHASTIC = [name for name, sampler in SAMPLERS.items() if sampler.DECLARATION.stochastic]
DETERMINISTIC = [name for name in SAMPLERS if name not in STOCHASTIC]


def denoise(x, sigma):
    return MEAN + DEVIATION**2 / (DEVIATION**2 + sigma**2) * (x - MEAN)


def no_noise(step):
    return torch.zeros(())


def run(sampler, x, sigmas, noise=no_noise, config=SamplerConfig()):
    return SAMPLERS[sampler].sample(denoise, x, [float(sigma) for sigma in sigmas], noise, config)


def largest_error(sampler, steps):
    # A sigma_min far below the data's scale, as the last step's error is its own.
    sigmas = sigma_schedule(steps, sigma_min=1e-6, sigma_max=SIGMA_MAX)
    exact = MEAN + (START - MEAN) * DEVIATION / np.sqrt(DEVIATION**2 + SIGMA_MAX**2)
    return float((run(sampler, START, sigmas) - exact).abs().max())


@pytest.mark.parametrize(
    ("sampler", "order"),
    [("euler", 1), ("heun", 2), ("dpmpp_2m", 2), ("dpmpp_3m", 3), ("ipndm", 2), ("unipc", 4)],
)
def test_the_error_falls_with_the_samplers_order(sampler, order):
    steps = np.array([80, 160, 320])
    errors = [largest_error(sampler, n) for n in steps]
    slope = -np.polyfit(np.log(steps), np.log(errors), 1)[0]
    assert slope == pytest.approx(order, abs=0.1)


@pytest.mark.parametrize("sampler", STOCHASTIC)
def test_stochastic_samplers_keep_the_distribution(sampler):
    """Their images are Gaussian with the data's mean and deviation, as those of the exact process."""
    generator = torch.Generator().manual_seed(0)
    shape = (20_000, 1, 1, 1)

    def noise(step):
        return torch.randn(shape, generator=generator, dtype=torch.float64)

    x = MEAN + np.hypot(SIGMA_MAX, DEVIATION) * noise(0)
    images = run(sampler, x, sigma_schedule(200), noise, SamplerConfig(s_noise=1.0))
    assert float(images.mean()) == pytest.approx(MEAN, abs=4 * DEVIATION / np.sqrt(len(images)))
    assert float(images.std()) == pytest.approx(DEVIATION, rel=0.05)


@pytest.mark.parametrize("sampler", STOCHASTIC)
def test_every_step_has_noise_of_its_own(sampler):
    asked = []

    def noise(step):
        asked.append(step)
        return torch.zeros(())

    run(sampler, START, [3.0, 2.0, 1.0, 0.5, 0.1, 0.0], noise)
    # Restart comes to 0 without a level as low as restart_min.
    assert asked == {"churn": [1, 2, 3, 4, 5], "ancestral": [1, 2, 3, 4], "restart": []}[sampler]


def test_ipndm_takes_the_weights_of_adams_and_bashforth():
    """Exact where the slope is a parabola and the steps are equally long, once three slopes are there."""
    sigmas, x = [5.0, 4.0, 3.0, 2.0, 1.0], torch.zeros((), dtype=torch.float64)
    cubic = SAMPLERS["ipndm"].sample(
        lambda x, sigma: x - sigma * 3 * sigma**2, x, sigmas, no_noise, SamplerConfig()
    )
    first = 3 * 25.0 * -1 + (1.5 * 3 * 16 - 0.5 * 3 * 25) * -1
    assert float(cubic) == pytest.approx(first + (1 - 27))  # then the integral of 3 sigma^2 from 3 to 1


def test_churn_without_churn_is_heun():
    sigmas = sigma_schedule(10)
    still = SamplerConfig(s_churn=0)
    assert torch.equal(run("churn", START, sigmas, config=still), run("heun", START, sigmas))


def test_churn_stirs_between_s_min_and_s_max_only():
    asked = []

    def noise(step):
        asked.append(step)
        return torch.zeros(())

    run("churn", START, [3.0, 2.0, 1.0, 0.5, 0.0], noise, SamplerConfig(s_min=0.9, s_max=2.5))
    assert asked == [2, 3]


def test_without_restarts_restart_is_heun():
    sigmas = sigma_schedule(20)
    assert torch.equal(
        run("restart", START, sigmas, config=SamplerConfig(restart_times=0)), run("heun", START, sigmas)
    )
    below = SamplerConfig(restart_max=1.0)
    late = sigmas[sigmas < 1.0]
    assert torch.equal(run("restart", START, late, config=below), run("heun", START, late))
    assert not torch.equal(run("restart", START, sigmas, config=below), run("heun", START, sigmas))


def test_every_restart_has_noise_of_its_own_and_adds_what_is_missing():
    """At the level not above restart_min; as many evaluations as it says."""
    asked, seen = [], []

    def noise(step):
        asked.append(step)
        return torch.ones((), dtype=torch.float64)

    def still(x, sigma):
        seen.append(sigma)
        return x  # a denoiser that leaves x where it is, so that only the noise moves it

    config = SamplerConfig(restart_min=0.3, restart_max=0.6, restart_times=3, restart_steps=2)
    sigmas = [3.0, 1.0, 0.25, 0.1, 0.0]
    x = SAMPLERS["restart"].sample(still, START, sigmas, noise, config)
    assert asked == [1, 2, 3]
    assert torch.allclose(x - START, 3 * torch.tensor(0.6**2 - 0.25**2).sqrt().double())
    assert len(seen) == 7 + 3 * 2 * 2 == 7 + SAMPLERS["restart"].DECLARATION.extra(config, sigmas)
    assert (seen.count(0.6), max(seen[4:16])) == (3, 0.6)


def test_many_restarts_keep_the_distribution():
    """Were it to add any other noise, the variance would settle elsewhere: .45 for restart_max^2, say."""
    generator = torch.Generator().manual_seed(0)
    shape = (20_000, 1, 1, 1)

    def noise(step):
        return torch.randn(shape, generator=generator, dtype=torch.float64)

    config = SamplerConfig(restart_min=0.3, restart_max=0.6, restart_times=20, restart_steps=10)
    x = MEAN + np.hypot(SIGMA_MAX, DEVIATION) * noise(0)
    images = run("restart", x, sigma_schedule(200), noise, config)
    assert float(images.mean()) == pytest.approx(MEAN, abs=4 * DEVIATION / np.sqrt(len(images)))
    assert float(images.std()) == pytest.approx(DEVIATION, rel=0.03)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_one_step_is_the_denoised_image(sampler):
    config = SamplerConfig(s_churn=0)
    assert torch.allclose(run(sampler, START, [2.0, 0.0], config=config), denoise(START, 2.0))


@pytest.mark.parametrize(
    ("sampler", "evaluations"),
    [
        ("heun", 9),
        ("churn", 9),
        ("euler", 5),
        ("ancestral", 5),
        ("dpmpp_2m", 5),
        ("dpmpp_3m", 5),
        ("ipndm", 5),
        ("unipc", 5),
        ("restart", 9),
    ],
)
def test_samplers_call_the_denoiser_as_often_as_they_say(sampler, evaluations):
    calls = []

    def counting(x, sigma):
        calls.append(sigma)
        return denoise(x, sigma)

    sigmas = [3.0, 2.0, 1.0, 0.5, 0.1, 0.0]
    SAMPLERS[sampler].sample(counting, START, sigmas, no_noise, SamplerConfig())
    assert len(calls) == evaluations
    declared = SAMPLERS[sampler].DECLARATION
    assert evaluations == 4 * declared.evaluations + 1 + declared.extra(SamplerConfig(), sigmas)
    assert 0 not in calls


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_float64_goes_through(sampler):
    assert run(sampler, START, [2.0, 1.0, 0.0]).dtype == torch.float64
