"""What networks that make images are, and the functions of their plug-ins (see plan/declarations.py)."""

import os
from typing import TYPE_CHECKING, Any, Protocol

from .task import Made, ModelTask

if TYPE_CHECKING:
    from torch import Tensor, nn


class Denoiser(Protocol):
    """D(x; sigma, label), any torch module with these attributes. num_classes: 0 where it takes no label.

    It may say the noise levels that it knows, sigma_min and sigma_max, and where it knows only some of those
    in between, nearest_level(sigma), the one that is to be taken for sigma. It may say has_null_label:
    whether None for all labels means none.
    """

    resolution: int
    channels: int
    num_classes: int

    def __call__(self, x: "Tensor", sigma: "Tensor", labels: "Tensor | None") -> "Tensor":
        """x [B, C, H, W] in [-1, 1] plus noise, sigma [B], labels int64 [B] -> [B, C, H, W]."""


class Generator(Protocol):
    """G(z, label), a torch module with these attributes. z_dim: numbers in z."""

    resolution: int
    channels: int
    num_classes: int
    z_dim: int

    def __call__(self, z: "Tensor", labels: "Tensor | None") -> "Tensor":
        """z [B, z_dim], labels int64 [B] -> images [B, C, H, W] in [-1, 1]."""


class Make(Protocol):
    """A model, of one kind."""

    def __call__(self, task: ModelTask) -> Made: ...


class Read(Protocol):
    """The architecture and the float32 tensors by name of a published network. It executes nothing."""

    def __call__(self, path: str | os.PathLike) -> "tuple[dict[str, Any], dict[str, Tensor]]": ...


class Wrap(Protocol):
    """A denoiser, led. guide: the weaker one, where the options name a model."""

    def __call__(self, denoiser: "nn.Module", guide: "nn.Module | None", options: Any) -> "nn.Module": ...
