"""Fashion-MNIST, through torchvision."""

import gzip
import tempfile
import zlib
from pathlib import Path

import numpy as np

from ...plan.declarations import DataFormat
from ...run.errors import InputError, in_a_line, shown_path
from ..budgets import MIB
from ..labelled import Labelled, Source
from ..sources import SourceConfig

DECLARATION = DataFormat(
    summary="Fashion-MNIST, fetched through torchvision, or a folder with its four idx files at `path`.",
    images=(60_000, 10_000),
    shape=(28, 28, 1),
)
# The largest of the four files has 47 MB.
LARGEST = 64 * MIB


def read(config: SourceConfig, downloads: str) -> Source:
    """Through torchvision. path: a folder with the four idx files, packed (.gz) or not."""
    from torchvision.datasets import FashionMNIST

    with tempfile.TemporaryDirectory() as folder:
        if config.path is not None:
            _place_idx_files(Path(config.path), Path(folder) / "FashionMNIST/raw")
        root = downloads if config.path is None else folder
        try:
            train, test = (
                FashionMNIST(root, train=split, download=config.path is None) for split in (True, False)
            )
        except Exception as error:  # of the network, or of torchvision at files of any content
            advice = (
                "check the connection, or set dataset.path" if config.path is None else "bring its own files"
            )
            raise InputError(
                f"dataset: fashion_mnist could not be read from {shown_path(config.path or downloads)} "
                f"({in_a_line(str(error) or type(error).__name__, 80)}); {advice}"
            ) from error
        parts = [
            Labelled(part.data.numpy()[..., None], part.targets.numpy().astype(np.int64))
            for part in (train, test)
        ]
    return Source(parts[0], parts[1], list(train.classes), "Fashion-MNIST (torchvision)")


def _place_idx_files(path: Path, folder: Path) -> None:
    """Lay the four files out as torchvision expects them."""
    folder.mkdir(parents=True)
    for split in ("train", "t10k"):
        for kind in ("images-idx3", "labels-idx1"):
            name = f"{split}-{kind}-ubyte"
            packed, plain = path / f"{name}.gz", path / name
            try:
                with gzip.open(packed) if packed.exists() else plain.open("rb") as source:
                    content = source.read(LARGEST + 1)
                if len(content) > LARGEST:
                    raise ValueError(f"it unpacks to more than {LARGEST} bytes")
            except (OSError, EOFError, ValueError, zlib.error) as error:
                raise InputError(
                    f"dataset.path: {shown_path(path)} has no readable {name} or {name}.gz "
                    f"({in_a_line(error, 80)})"
                ) from error
            (folder / name).write_bytes(content)
