"""Sets of labelled images, in memory and as npz files."""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from zipfile import BadZipFile

import numpy as np

from ..run.errors import InputError
from ..run.files import whole_file, write_json


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

    def shard(self, number: int, shards: int) -> "ImageSet":
        """One of the shards 0, 1, ...: neighbours, in parts whose sizes differ by one at most.

        Raises InputError where there are more shards than images.
        """
        if shards > len(self):
            raise InputError(
                f"diffusion.shards: {shards} is more than the {len(self)} images of a split; lower it"
            )
        return self[np.array_split(np.arange(len(self)), shards)[number]]


@dataclass(frozen=True)
class DatasetInfo:
    """What a data set is, beside its images (`dataset.json`).

    class_names: in the order of the labels. grey_levels: the uint8 values that occur in the
    training images, ascending; reconstructions are rounded to them. sizes: images per split.
    source: where the images come from.
    """

    class_names: list[str]
    grey_levels: list[int]
    resolution: int
    channels: int
    sizes: dict[str, int]
    source: str


def save_images(path: str | os.PathLike, image_set: ImageSet) -> None:
    with whole_file(path) as temporary:
        np.savez_compressed(
            temporary, images=image_set.images, labels=image_set.labels, index=image_set.index
        )


def load_images(paths: str | os.PathLike | Iterable[str | os.PathLike]) -> ImageSet:
    """Read one npz file of images, or several as one set (the shards of a set, in order).

    Raises InputError where a file is none of ours.
    """
    if isinstance(paths, str | os.PathLike):
        paths = [paths]
    parts = [_load_file(path) for path in paths]
    return ImageSet(
        *(np.concatenate([getattr(part, field) for part in parts]) for field in ("images", "labels", "index"))
    )


def _load_file(path: str | os.PathLike) -> ImageSet:
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as arrays:
            return ImageSet(arrays["images"], arrays["labels"], arrays["index"])
    except (OSError, KeyError, ValueError, BadZipFile) as error:
        raise InputError(
            f"{path}: not a readable npz of images, labels and index ({error}); delete it and run again"
        ) from error


def save_info(path: str | os.PathLike, info: DatasetInfo) -> None:
    write_json(path, asdict(info))


def load_info(path: str | os.PathLike) -> DatasetInfo:
    with open(path, encoding="utf-8") as file:
        return DatasetInfo(**json.load(file))
