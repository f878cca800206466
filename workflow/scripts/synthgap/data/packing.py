"""From a source to the two packed splits that everything else reads."""

from dataclasses import dataclass

import numpy as np

from ..errors import InputError
from ..randomness import random_generator
from .images import DatasetInfo, ImageSet
from .sources import READERS, Source
from .splits import stratified_parts


@dataclass(frozen=True)
class DatasetConfig:
    """Which data set, and how it is cut.

    test_fraction: share of the images that becomes the test split, stratified.
    max_images: images per split at most, a stratified subset (None: all).
    """

    kind: str = "digits"
    test_fraction: float = 0.5
    max_images: int | None = None


def pack_dataset(config: DatasetConfig, seed: int) -> tuple[ImageSet, ImageSet, DatasetInfo]:
    """Read the data set and cut it into (train, test, info).

    Raises InputError for a data set that the analysis can't use.
    """
    source = READERS[config.kind]()
    generator = random_generator(seed, "split")
    total = len(source.labels)
    test_size = round(total * config.test_fraction)
    sizes = [total - test_size, test_size]
    if config.max_images is not None:
        sizes = [min(size, config.max_images) for size in sizes]
    train, test = (_image_set(source, part) for part in stratified_parts(source.labels, sizes, generator))
    _check_classes(train, "train", source.class_names)
    _check_classes(test, "test", source.class_names)
    info = DatasetInfo(
        class_names=source.class_names,
        grey_levels=[int(level) for level in np.unique(train.images)],
        resolution=source.images.shape[1],
        channels=source.images.shape[3],
        sizes={"train": len(train), "test": len(test)},
        source=source.description,
    )
    return train, test, info


def _image_set(source: Source, positions: np.ndarray) -> ImageSet:
    return ImageSet(source.images[positions], source.labels[positions], np.arange(len(positions)))


# Below that, a class has no spread to compare.
FEWEST_IMAGES = 3


def _check_classes(image_set: ImageSet, split: str, class_names: list[str]) -> None:
    counts = np.bincount(image_set.labels, minlength=len(class_names))
    few = [
        f"{count} of {name}" for name, count in zip(class_names, counts, strict=True) if count < FEWEST_IMAGES
    ]
    if few:
        raise InputError(
            f"dataset: the {split} split has {len(image_set)} images, but only {', '.join(few)}; every class "
            f"needs {FEWEST_IMAGES} in each split: change dataset.test_fraction or dataset.max_images"
        )
