"""iPNDM: a linear multistep method over three slopes, one evaluation a step."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from ...plan.declarations import Sampler
from ..contracts import Denoise, StepNoise
from ..schedule import SamplerConfig

if TYPE_CHECKING:
    from torch import Tensor

DECLARATION = Sampler(summary="iPNDM: a linear multistep method over three slopes, one evaluation a step.")
# Adams and Bashforth's, of the newest slope and those before it.
WEIGHTS = ((1.0,), (3 / 2, -1 / 2), (23 / 12, -16 / 12, 5 / 12))


def sample(
    denoise: Denoise, x: "Tensor", sigmas: Sequence[float], noise: StepNoise, config: SamplerConfig
) -> "Tensor":
    """Adams and Bashforth's weights of slopes dx / d sigma, as if all steps were equally long, with fewer
    slopes at the start: n evaluations. Zhang & Chen (2023). On EDM's grid, whose steps differ, it is of
    second order, but nearer to the exact walk in few steps than methods that are of third.
    """
    slopes: list[Tensor] = []
    for sigma, sigma_next in pairwise(sigmas):
        slopes = [(x - denoise(x, sigma)) / sigma, *slopes[: len(WEIGHTS) - 1]]
        weighted = sum(w * slope for w, slope in zip(WEIGHTS[len(slopes) - 1], slopes, strict=True))
        x = x + (sigma_next - sigma) * weighted
    return x
