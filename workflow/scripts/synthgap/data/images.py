"""Sets of labelled images, in memory and on disk."""

import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass

import numpy as np

from ..run.errors import InputError
from ..run.files import read_json, write_json
from .arrays import ArrayReader, save_arrays

FIELDS = ("images", "labels", "index")


@dataclass(frozen=True)
class ImageSet:
    """images: uint8 [N, H, W, C] with C = 1 or 3; labels: int64 [N];
    index: int64 [N], each image's position in its packed split.
    """

    images: np.ndarray
    labels: np.ndarray
    index: np.ndarray

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, selection: np.ndarray | slice) -> "ImageSet":
        return ImageSet(self.images[selection], self.labels[selection], self.index[selection])


@dataclass(frozen=True)
class DatasetInfo:
    """What a data set is, beside its images (`dataset.json`).

    class_names: in the order of the labels. grey_levels: the uint8 values that occur in the
    training images, ascending; reconstructions are rounded to them. sizes: images per split.
    source: where the images come from. left_out, duplicates: a line on the images that are not among these,
    and on those that are there twice; "" where there are none.
    """

    class_names: list[str]
    grey_levels: list[int]
    resolution: int
    channels: int
    sizes: dict[str, int]
    source: str
    left_out: str = ""
    duplicates: str = ""


def save_images(path: str | os.PathLike, image_set: ImageSet) -> None:
    save_arrays(path, {name: getattr(image_set, name) for name in FIELDS})


class ImageReader:
    """A set of images in one file or several (its shards, in order), read as far as it is asked for."""

    def __init__(self, paths: str | os.PathLike | Iterable[str | os.PathLike]) -> None:
        self._arrays = ArrayReader(paths)

    def __len__(self) -> int:
        return self._arrays.length("labels")

    @property
    def labels(self) -> np.ndarray:
        """int64 [N]."""
        return self._arrays.read("labels")

    @property
    def image_shape(self) -> tuple[int, ...]:
        """Height, width and channels."""
        return self._arrays.read("images", slice(0, 0)).shape[1:]

    def __getitem__(self, selection: np.ndarray | slice) -> ImageSet:
        """The images in a slice, or at positions int64 [n]."""
        return ImageSet(*(self._arrays.read(name, selection) for name in FIELDS))


def load_images(paths: str | os.PathLike | Iterable[str | os.PathLike]) -> ImageSet:
    """Read one file of images, or several as one set (the shards of a set, in order).

    Raises InputError where a file is none of ours.
    """
    return ImageReader(paths)[:]


def shard_bounds(total: int, number: int, shards: int) -> tuple[int, int]:
    """Where a shard of `total` images starts and ends. Sizes differ by one at most, the first are larger.

    Raises InputError where there are more shards than images.
    """
    if shards > total:
        raise InputError(f"shards: {shards} is more than the {total} images of a split; lower it")
    size, larger = divmod(total, shards)
    start = number * size + min(number, larger)
    return start, start + size + (number < larger)


def save_info(path: str | os.PathLike, info: DatasetInfo) -> None:
    write_json(path, asdict(info))


def load_info(path: str | os.PathLike) -> DatasetInfo:
    """Raises InputError for a file that changed since save_info wrote it."""
    return DatasetInfo(**read_json(path))
