"""Noise levels fitted to a network, so that fewer steps make nearly the images of the whole walk."""

import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from ..data.randomness import random_generator
from .kinds.reconstruct import ReconstructOptions, load_task_denoiser
from .reconstruct import reconstruct
from .schedule import SamplerConfig, sigma_schedule, solver_sigmas, start_sigma
from .task import SetTask

logger = logging.getLogger(__name__)
IMAGES = 32  # training images to fit on, and as many to check on; fewer where there are fewer
RHOS = (2.0, 4.0, 7.0, 12.0)
LAST = (0.01, 0.03, 0.1, 0.3)  # the last level before 0, beside the lowest; half of the start's at most
SHIFTS = (0.3, 0.15)  # of a level's logarithm, up or down: a round over all levels each


@dataclass(frozen=True)
class Fit:
    """sigmas: noise levels, from the start down to 0. error: mean difference in grey levels to the images of
    the whole walk, of images that nothing was fitted on.
    """

    sigmas: tuple[float, ...]
    error: float


def fit_task(task: SetTask) -> Fit:
    """Noise levels for the walk of a set of kind `reconstruct`: fitted on IMAGES training images, and checked
    on as many others, with the noise of replicate 0.
    """
    options: ReconstructOptions = task.options
    sampling, denoiser = options.sampling, load_task_denoiser(task)
    order = random_generator(task.seed, "fit_schedule").permutation(len(task.real))
    count = min(IMAGES, len(order) // 2)

    def error_on(part: np.ndarray) -> Callable[[Sequence[float]], float]:
        chosen = task.real[np.sort(part)]

        def walk(config: SamplerConfig, sigmas: Sequence[float] | None = None) -> np.ndarray:
            made = reconstruct(
                denoiser,
                chosen.images,
                chosen.labels,
                chosen.index,
                t_re=options.t_re,
                split=task.split,
                seed=task.seed,
                config=config,
                batch_size=len(chosen),
                sigmas=sigmas,
                quiet=True,
            )
            return made.astype(float)

        whole = walk(replace(sampling, sampler="heun", solver_steps=None))
        return lambda sigmas: float(np.abs(walk(sampling, sigmas) - whole).mean())

    return fit_schedule(
        error_on(order[:count]),
        error_on(order[count : 2 * count]),
        (start_sigma(options.t_re, sampling), sampling.sigma_min),
        most=len(solver_sigmas(options.t_re, sampling)) - 1,
        allowed=sampling.fit_error,
    )


def fit_schedule(
    fitted: Callable[[Sequence[float]], float],
    checked: Callable[[Sequence[float]], float],
    between: tuple[float, float],
    *,
    most: int,
    allowed: float,
) -> Fit:
    """The fewest steps, `most` at most, whose error is not above `allowed`.

    fitted: the error of a walk over such noise levels on the images to fit on; checked: on others, by which
    is decided. between: the noise level that walks start from, and the lowest one before 0. Where no number
    of steps will do, the fit of `most` steps.
    """
    low, high, best = 1, most, None
    while low <= high:
        steps = (low + high) // 2
        sigmas = _fit(fitted, between, steps)
        found = Fit(sigmas, checked(sigmas))
        logger.info("%d steps: %.2f grey levels", steps, found.error)
        if found.error <= allowed:
            high, best = steps - 1, found
        else:
            low = steps + 1
    return best or found


def _fit(
    error: Callable[[Sequence[float]], float], between: tuple[float, float], steps: int
) -> tuple[float, ...]:
    """The best noise levels of so many steps: of Karras et al.'s (2022), Eq. 5, by their curvature and last
    level, and then each level by itself.
    """
    start, lowest = between
    if steps == 1:
        return (start, 0.0)
    lasts = sorted({lowest, *(max(min(last, start / 2), lowest) for last in LAST)})
    grids = [sigma_schedule(steps, last, start, rho).tolist() for rho, last in product(RHOS, lasts)]
    least, sigmas = min((error(grid), grid) for grid in grids)
    for shift, place in product(SHIFTS, range(1, steps)):
        for factor in (math.exp(shift), math.exp(-shift)):
            trial = [*sigmas[:place], sigmas[place] * factor, *sigmas[place + 1 :]]
            if np.all(np.diff(trial) < 0) and trial[-2] >= lowest and (found := error(trial)) < least:
                least, sigmas = found, trial
    return tuple(sigmas)
