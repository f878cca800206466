"""Fashion-MNIST, through torchvision."""

from pathlib import Path

import numpy as np

from ...plan.declarations import DataFormat
from ...run.errors import InputError, in_a_line, shown_path
from ..labelled import Labelled, Source
from ..readers.idx import read_idx
from ..sources import SourceConfig

DECLARATION = DataFormat(
    summary="Fashion-MNIST, fetched through torchvision, or a folder with its four idx files at `path`.",
    images=(60_000, 10_000),
    shape=(28, 28, 1),
)


def read(config: SourceConfig, downloads: str) -> Source:
    """path: a folder with the four idx files, packed (.gz) or not; None: torchvision fetches them."""
    from torchvision.datasets import FashionMNIST

    parts = (
        _fetched(downloads)
        if config.path is None
        else [_own(Path(config.path), s) for s in ("train", "t10k")]
    )
    return Source(parts[0], parts[1], list(FashionMNIST.classes), "Fashion-MNIST (torchvision)")


def _fetched(downloads: str) -> list[Labelled]:
    from torchvision.datasets import FashionMNIST

    try:
        parts = [FashionMNIST(downloads, train=split, download=True) for split in (True, False)]
    except (RuntimeError, OSError, AssertionError) as error:
        raise InputError(
            f"dataset: fashion_mnist could not be read from {shown_path(downloads)} "
            f"({in_a_line(error, 80)}); check the connection, or set dataset.path"
        ) from error
    return [Labelled(part.data.numpy()[..., None], part.targets.numpy().astype(np.int64)) for part in parts]


def _own(path: Path, split: str) -> Labelled:
    images, labels = (read_idx(path, f"{split}-{kind}-ubyte") for kind in ("images-idx3", "labels-idx1"))
    if images.ndim != 3 or labels.shape != images.shape[:1] or labels.max(initial=0) > 9:
        raise InputError(
            f"dataset.path: {shown_path(path)}: {split} has images {list(images.shape)} and labels "
            f"{list(labels.shape)}; expected [N, 28, 28] and [N] in 0 to 9, as Fashion-MNIST has"
        )
    return Labelled(images[..., None], labels.astype(np.int64))
