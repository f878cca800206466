"""Noise levels: the schedule that gives t_re its meaning, and the grid a solver runs on (numpy)."""

from dataclasses import dataclass

import numpy as np

from ..plan.options import option


@dataclass(frozen=True)
class SamplerConfig:
    """Everything about the sampler that decides the image. Its state and the schedule are float64.

    sigma_min, sigma_max, rho: Karras et al. (2022), Eq. 5. s_churn, s_min, s_max, s_noise: of the sampler
    `churn`, their Algorithm 2. restart_*: of the sampler `restart`, Xu et al. (2023), Algorithm 1; the
    defaults are among those that they give for CIFAR-10. schedule, fit_error: see sets/fitting.py.
    """

    sampler: str = option("How a noisy image is restored.", "heun")
    steps: int = option(
        "T. It defines what t_re means, the start at noise level sigma_{T - t_re}.",
        100,
        minimum=2,
        maximum=10_000,
    )
    solver_steps: int | None = option(
        "Steps taken from the start down to 0, at most t_re. null takes the schedule's own t_re steps, as "
        "the paper does.",
        None,
        minimum=1,
        maximum=10_000,
    )
    schedule: str = option(
        "Noise levels of the steps. karras: Karras et al.'s from the start on. fitted: what a job of its own "
        "fits to the network on training images, the fewest steps (solver_steps at most) whose images differ "
        "by fit_error from those of Heun's method over the schedule's own steps.",
        "karras",
        enum=["karras", "fitted"],
    )
    fit_error: float = option(
        "Mean difference in grey levels (of 256) that a fitted schedule may make.",
        0.5,
        exclusiveMinimum=0,
        maximum=255,
    )
    sigma_min: float = option(
        "The schedule's lowest noise level before 0, in units of [-1, 1] pixels.",
        0.002,
        minimum=1e-6,
        maximum=1000,
    )
    sigma_max: float = option("The schedule's highest noise level.", 80.0, minimum=1e-6, maximum=1e6)
    rho: float = option(
        "The schedule's curvature. Higher values put more steps at low noise.", 7.0, minimum=1, maximum=100
    )
    s_churn: float = option(
        "Noise that the sampler churn adds over all its steps.", 40.0, minimum=0, maximum=10_000
    )
    s_min: float = option("The lowest noise level at which churn adds any.", 0.05, minimum=0, maximum=1e6)
    s_max: float = option("The highest noise level at which churn adds any.", 50.0, minimum=0, maximum=1e6)
    s_noise: float = option(
        "Standard deviation of the noise that churn adds.", 1.003, exclusiveMinimum=0, maximum=10
    )
    restart_min: float = option(
        "The noise level from which restart goes back up: the first one of the walk that is not above it.",
        0.06, exclusiveMinimum=0, maximum=1e6,
    )  # fmt: skip
    restart_max: float = option(
        "The noise level to which restart goes back up. A walk that starts below it is not restarted.",
        0.3, exclusiveMinimum=0, maximum=1e6,
    )  # fmt: skip
    restart_times: int = option("How often restart does so.", 10, minimum=0, maximum=10_000)
    restart_steps: int = option(
        "Steps that each restart takes down again, two evaluations each.", 2, minimum=1, maximum=10_000
    )
    precision: str = option(
        "In which the network computes. The state of the sampler is float64. float16 moves 1 % of pixels "
        "by a grey level, bfloat16 15 %.",
        "float32",
        enum=["float32", "bfloat16", "float16"],
    )
    compile: bool = option(
        "Compile the network for the machine by torch.compile, which takes minutes and needs a C++ compiler. "
        "Pixels rarely differ by a grey level.",
        False,
    )


def sigma_schedule(
    steps: int, sigma_min: float = 0.002, sigma_max: float = 80.0, rho: float = 7.0
) -> np.ndarray:
    """Noise levels of EDM: float64 [steps + 1], from sigma_max down to sigma_min, then 0.

    Karras et al. (2022), Eq. 5. Raises ValueError for fewer than 2 steps.
    """
    if steps < 2:
        raise ValueError(f"a schedule has at least 2 steps, not {steps}")
    position = np.arange(steps, dtype=np.float64) / (steps - 1)
    start, end = sigma_max ** (1 / rho), sigma_min ** (1 / rho)
    return np.append((start + position * (end - start)) ** rho, 0.0)


def start_sigma(t_re: int, config: SamplerConfig) -> float:
    """The noise level sigma_{T-k} that reverse step k = t_re starts from; 0 for t_re = 0."""
    return float(_schedule_of(config)[config.steps - t_re])


def solver_sigmas(t_re: int, config: SamplerConfig) -> np.ndarray:
    """Noise levels that a sampler runs through from reverse step t_re: float64 [n + 1], last 0.

    Raises ValueError unless 1 <= t_re <= T.
    """
    if not 1 <= t_re <= config.steps:
        raise ValueError(f"t_re lies in 1..{config.steps}, not {t_re}")
    own_steps = _schedule_of(config)[config.steps - t_re :]
    if config.solver_steps is None or config.solver_steps >= t_re:
        return own_steps
    if config.solver_steps == 1:
        return np.array([own_steps[0], 0.0])
    return sigma_schedule(config.solver_steps, config.sigma_min, own_steps[0], config.rho)


def known_level(denoiser: object, sigma: float) -> float:
    """The noise level that is taken for sigma: the nearest one of a denoiser that knows some only."""
    return getattr(denoiser, "nearest_level", float)(sigma)


def _schedule_of(config: SamplerConfig) -> np.ndarray:
    return sigma_schedule(config.steps, config.sigma_min, config.sigma_max, config.rho)
