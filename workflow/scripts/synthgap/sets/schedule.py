"""Noise levels: the schedule that gives t_re its meaning, and the grid a solver runs on (numpy)."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class SamplerConfig:
    """Everything about the sampler that decides the image.

    steps: T, which defines what t_re means: reverse step k starts at sigma_{T-k}.
    solver_steps: steps that a sampler takes from the start sigma to 0, at most t_re (None: the
    schedule's own t_re steps, as in the paper). sigma_min, sigma_max, rho: Karras et al. (2022),
    Eq. 5. s_churn, s_min, s_max, s_noise: of the sampler `churn`, their Algorithm 2. guidance: weight
    of the label (1: as the network was trained; others need a network with a null label). precision:
    in which the network computes; the sampler's state is float64. tf32: allow TensorFloat-32 on GPUs.
    """

    sampler: str = "heun"
    steps: int = 100
    solver_steps: int | None = None
    sigma_min: float = 0.002
    sigma_max: float = 80.0
    rho: float = 7.0
    s_churn: float = 40.0
    s_min: float = 0.05
    s_max: float = 50.0
    s_noise: float = 1.003
    guidance: float = 1.0
    precision: str = "float32"
    tf32: bool = False


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


def _schedule_of(config: SamplerConfig) -> np.ndarray:
    return sigma_schedule(config.steps, config.sigma_min, config.sigma_max, config.rho)
