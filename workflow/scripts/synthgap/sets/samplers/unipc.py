"""UniPC: DPM-Solver++ (3M), each step corrected by the evaluation that the next one needs anyway."""

from collections.abc import Sequence
from itertools import pairwise
from math import exp, log
from typing import TYPE_CHECKING

import numpy as np

from ...plan.declarations import Sampler
from ..contracts import Denoise, StepNoise
from ..schedule import SamplerConfig

if TYPE_CHECKING:
    from torch import Tensor

DECLARATION = Sampler(
    summary="UniPC: DPM-Solver++ (3M), each step corrected by the evaluation that the next one needs anyway."
)
PAST = 3  # denoised images that a prediction takes


def sample(
    denoise: Denoise, x: "Tensor", sigmas: Sequence[float], noise: StepNoise, config: SamplerConfig
) -> "Tensor":
    """UniPC of third order with data prediction: n evaluations. Zhao et al. (2023), Algorithms 1 and 2.

    In lambda = -ln sigma, a step integrates the polynomial through the denoised images of the last levels
    exactly. Once the image at the new level is denoised, the step is taken again through that one, too.
    """
    past = [(-log(sigmas[0]), denoise(x, sigmas[0]))]  # the newest first
    for sigma, sigma_next in pairwise(sigmas):
        if sigma_next == 0:
            return past[0][1]
        end = -log(sigma_next)
        new = (end, denoise(_step(x, sigma, end, past), sigma_next))
        x = _step(x, sigma, end, [new, *past])
        past = [new, *past[: PAST - 1]]
    return x


def _step(x: "Tensor", sigma: float, end: float, known: list[tuple[float, "Tensor"]]) -> "Tensor":
    """x at the lambda `end`, by the polynomial through denoised images at their lambdas."""
    start = -log(sigma)
    length = end - start
    integrals = [1 - exp(-length)]  # of t^k e^(t - length) over 0..length
    for k in range(1, len(known)):
        integrals.append(length**k - k * integrals[-1])
    places = [level - start for level, _ in known]
    weights = np.linalg.solve(np.vander(places, increasing=True).T, integrals)
    return exp(-length) * x + sum(w * image for w, (_, image) in zip(weights.tolist(), known, strict=True))
