"""What a sampler is given."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from ..schedule import SamplerConfig

if TYPE_CHECKING:
    from torch import Tensor

Denoise = Callable[["Tensor", float], "Tensor"]
StepNoise = Callable[[int], "Tensor"]


class Sample(Protocol):
    """See sets/samplers/__init__.py."""

    def __call__(
        self,
        denoise: Denoise,
        x: "Tensor",
        sigmas: Sequence[float],
        noise: StepNoise,
        config: SamplerConfig,
    ) -> "Tensor": ...
