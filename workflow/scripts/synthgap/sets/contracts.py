"""What the functions of kinds of sets and of samplers are (see plan/declarations.py)."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from ..data.images import ImageSet
from .schedule import SamplerConfig
from .task import SetTask

if TYPE_CHECKING:
    from torch import Tensor

Denoise = Callable[["Tensor", float], "Tensor"]
StepNoise = Callable[[int], "Tensor"]


class Make(Protocol):
    """The images of one shard of one split of a set."""

    def __call__(self, task: SetTask) -> ImageSet: ...


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
