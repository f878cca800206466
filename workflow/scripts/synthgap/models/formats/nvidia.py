"""NVIDIA's pickles of EDM, EDM2, StyleGAN2 and StyleGAN3."""

import os
from typing import TYPE_CHECKING, Any

from ...plan.declarations import NetworkFormat

if TYPE_CHECKING:
    from torch import Tensor

DECLARATION = NetworkFormat(
    summary="NVIDIA's pickles of EDM, EDM2, StyleGAN2 and StyleGAN3, of which nothing is executed.",
    suffix=".pkl",
)


def read(path: str | os.PathLike) -> tuple[dict[str, Any], dict[str, "Tensor"]]:
    """The architecture and the tensors; see nvidia_files.read_published, also for the errors."""
    from .nvidia_files import read_published

    return read_published(path)
