"""Where data sets come from: one reader a kind, images in and nothing decided about them."""

import gzip
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..run.errors import InputError
from .cifar import CIFAR10, CIFAR100, read_cifar
from .folders import read_folder, read_zip
from .labelled import Labelled, Source


@dataclass(frozen=True)
class SourceConfig:
    """kind: a name in READERS. path: of the data on this machine (None: part of a package, or fetched here).
    resolution: pixels that images of other sizes are cropped and resized to (None: they have one size).
    """

    kind: str = "digits"
    path: str | None = None
    resolution: int | None = None


def read_source(config: SourceConfig, downloads: str) -> Source:
    """Read a data set. downloads: folder for what is fetched.

    Raises InputError for a data set that can't be read.
    """
    return READERS[config.kind](config, downloads)


def read_digits(config: SourceConfig, downloads: str) -> Source:
    """scikit-learn's 1,797 handwritten digits: 8x8, 17 grey levels, spread over 0..255."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    images = np.round(digits.images * (255 / 16)).astype(np.uint8)[..., None]
    return Source(
        Labelled(images, digits.target.astype(np.int64)),
        None,
        [str(name) for name in digits.target_names],
        "scikit-learn load_digits (UCI optical recognition of handwritten digits)",
    )


def read_npz(config: SourceConfig, downloads: str) -> Source:
    """`images` and `labels`, or `train_images`, `train_labels`, `test_images`, `test_labels`, in one npz.

    Images are uint8 [N, H, W], [N, H, W, 1] or [N, H, W, 3]; labels are whole numbers from 0.
    """
    path = _required_path(config)
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as arrays:
            content = {name: arrays[name] for name in arrays.files}
    except Exception as error:  # numpy and zipfile raise whatever a broken file leads them to
        raise InputError(f"dataset.path: {path} is no readable npz ({error})") from error
    if "images" in content:
        parts = [_npz_part(content, "", path)]
    else:
        parts = [_npz_part(content, "train_", path), _npz_part(content, "test_", path)]
    classes = 1 + max(int(part.labels.max(initial=0)) for part in parts)
    test = parts[1] if len(parts) > 1 else None
    return Source(parts[0], test, [str(i) for i in range(classes)], f"{path.name} (npz)", True)


def _npz_part(content: dict[str, np.ndarray], prefix: str, path: Path) -> Labelled:
    missing = [f"{prefix}{name}" for name in ("images", "labels") if f"{prefix}{name}" not in content]
    if missing:
        found = ", ".join(sorted(content)) or "nothing"
        raise InputError(f"dataset.path: {path} has no array {missing[0]!r}; it holds {found}")
    images, labels = content[f"{prefix}images"], content[f"{prefix}labels"]
    known = images.ndim == 3 or (images.ndim == 4 and images.shape[3] in (1, 3))
    if images.dtype != np.uint8 or not known:
        raise InputError(
            f"dataset.path: {prefix}images in {path} are {images.dtype} {list(images.shape)}; expected uint8 "
            "[N, H, W], [N, H, W, 1] or [N, H, W, 3]"
        )
    if labels.shape != images.shape[:1] or labels.dtype.kind not in "iu" or labels.min(initial=0) < 0:
        raise InputError(
            f"dataset.path: {prefix}labels in {path} are {labels.dtype} {list(labels.shape)}; expected one "
            "whole number from 0 per image"
        )
    if images.ndim == 3:
        images = images[..., None]
    return Labelled(images, labels.astype(np.int64))


def read_cifar10(config: SourceConfig, downloads: str) -> Source:
    return read_cifar(_required_path(config), CIFAR10)


def read_cifar100(config: SourceConfig, downloads: str) -> Source:
    return read_cifar(_required_path(config), CIFAR100)


def read_fashion_mnist(config: SourceConfig, downloads: str) -> Source:
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
        except (RuntimeError, OSError, AssertionError) as error:
            raise InputError(
                f"dataset: fashion_mnist could not be read from {config.path or downloads} "
                f"({' '.join(str(error).split())}); check the connection, or set dataset.path"
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
                with (
                    gzip.open(packed) if packed.exists() else plain.open("rb") as source,
                    (folder / name).open("wb") as target,
                ):
                    shutil.copyfileobj(source, target)
            except (OSError, EOFError) as error:
                raise InputError(
                    f"dataset.path: {path} has no readable {name} or {name}.gz ({error})"
                ) from error


def _read_folder(config: SourceConfig, downloads: str) -> Source:
    return read_folder(_required_path(config), config.resolution)


def _read_zip(config: SourceConfig, downloads: str) -> Source:
    return read_zip(_required_path(config), config.resolution)


def _required_path(config: SourceConfig) -> Path:
    if config.path is None:
        raise InputError(f"dataset.path: kind {config.kind} needs the path of your data; set it")
    path = Path(config.path)
    if not path.exists():
        raise InputError(f"dataset.path: {path} does not exist")
    return path


READERS: dict[str, Callable[[SourceConfig, str], Source]] = {
    "digits": read_digits,
    "cifar10": read_cifar10,
    "cifar100": read_cifar100,
    "fashion_mnist": read_fashion_mnist,
    "folder": _read_folder,
    "zip": _read_zip,
    "npz": read_npz,
}
