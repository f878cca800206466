"""What a kind of model is given to come by a network."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..data.images import DatasetInfo, ImageSet


@dataclass(frozen=True)
class ModelTask:
    """name: of the file that is made, the model's, with the replicate's number where each has its own.
    options: of the model's kind. roles: what its sets need it for, `denoiser`, `guide` of another denoiser,
    or `generator`. train: the real training images. checkpoints: folder for the state of a training; made_by:
    whatever else than the settings decides its result. file: what the config names, on this machine, or the
    model that this one is derived from; images: the training images of the set that it is derived from;
    classes: the class names in the order of that model's numbers, None where it was trained here. device: cpu
    or cuda; tf32: see select_device.
    """

    name: str
    options: Any
    roles: tuple[str, ...]
    seed: int
    train: ImageSet
    info: DatasetInfo
    device: str
    checkpoints: Path
    made_by: str
    file: str | None = None
    images: ImageSet | None = None
    classes: Sequence[str] | None = None
    tf32: bool = False


@dataclass(frozen=True)
class Made:
    """A network, where it comes from, and the checkpoint that is needless once it is saved."""

    network: Any
    origin: dict[str, str]
    checkpoint: Path | None = None
