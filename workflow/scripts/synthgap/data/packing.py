"""From a source to the two packed splits that everything else reads."""

from dataclasses import dataclass

import numpy as np

from ..plan.settings import narrow_settings
from ..run.errors import InputError
from .folders import square_images
from .images import DatasetInfo, ImageSet
from .labelled import Labelled, Source
from .randomness import random_generator
from .sources import SourceConfig, kind_of, read_source
from .splits import stratified_parts, stratified_subset

# Below that, a class has no spread to compare.
FEWEST_IMAGES = 3


@dataclass(frozen=True)
class DatasetConfig(SourceConfig):
    """Which data set (see SourceConfig), and how it is cut.

    test_fraction: share of the images that becomes the test split, stratified, where the source has no
    split of its own. max_images: images per split at most, a stratified subset (None: all).
    """

    test_fraction: float = 0.5
    max_images: int | None = None


def pack_dataset(
    config: DatasetConfig, seed: int, downloads: str = "resources"
) -> tuple[ImageSet, ImageSet, DatasetInfo]:
    """Read the data set and cut it into (train, test, info). downloads: folder for what is fetched.

    Raises InputError for a data set that the analysis can't use.
    """
    source = read_source(narrow_settings(SourceConfig, config), downloads)
    generator = random_generator(seed, "split")
    parts = _split(source, config, generator)
    train, test = (_limited(part, config, generator) for part in parts)
    for split, part in (("train", train), ("test", test)):
        _check_classes(part, split, source.class_names)
    if train.images.shape[1] != train.images.shape[2] or train.images.shape[1:] != test.images.shape[1:]:
        raise InputError(
            f"dataset: the training images are {list(train.images.shape[1:])} and the test images "
            f"{list(test.images.shape[1:])}; expected squares of one size: set dataset.resolution"
        )
    info = DatasetInfo(
        class_names=source.class_names,
        grey_levels=[int(level) for level in np.unique(train.images)],
        resolution=train.images.shape[1],
        channels=train.images.shape[3],
        sizes={"train": len(train), "test": len(test)},
        source=source.description,
    )
    return train, test, info


def read_samples(path: str, info: DatasetInfo, origin: str) -> Labelled:
    """Labelled images of the data set's classes from any generator: a folder, zip or npz.

    Classes are found by their names, or by their numbers where the file has only those. origin: for the
    messages. Raises InputError for a file that can't be read, or has other classes.
    """
    try:
        source = read_source(SourceConfig(kind=kind_of(path), path=path), "")
    except InputError as error:
        # The readers speak of the data set, whose images can be resized on the way.
        problem = str(error).removeprefix("dataset.path: ").removeprefix("dataset: ")
        raise InputError(f"{origin}: {problem.split('; set dataset.resolution')[0]}") from error
    names = source.class_names
    if source.numbered and len(names) <= len(info.class_names):
        numbers = np.arange(len(names))
    elif not source.numbered and set(names) <= set(info.class_names):
        numbers = np.array([info.class_names.index(name) for name in names])
    else:
        raise InputError(
            f"{origin}: {path} has the classes {', '.join(names)}; expected those of the data set, "
            f"{', '.join(info.class_names)}, or their numbers from 0"
        )
    parts = [source.train] + ([] if source.test is None else [source.test])
    return Labelled(
        np.concatenate([part.images for part in parts]),
        numbers[np.concatenate([part.labels for part in parts])],
    )


def _split(
    source: Source, config: DatasetConfig, generator: np.random.Generator
) -> tuple[Labelled, Labelled]:
    if source.test is not None:
        return source.train, source.test
    total = len(source.train.labels)
    test_size = round(total * config.test_fraction)
    train, test = (
        Labelled(source.train.images[part], source.train.labels[part])
        for part in stratified_parts(source.train.labels, [total - test_size, test_size], generator)
    )
    return train, test


def _limited(part: Labelled, config: DatasetConfig, generator: np.random.Generator) -> ImageSet:
    """At most max_images, at the config's resolution, numbered in their packed order."""
    images, labels = part.images, part.labels
    if config.max_images is not None and config.max_images < len(labels):
        chosen = stratified_subset(labels, config.max_images, generator)
        images, labels = images[chosen], labels[chosen]
    if config.resolution is not None:
        images = square_images(images, config.resolution)
    return ImageSet(images, labels, np.arange(len(labels)))


def _check_classes(image_set: ImageSet, split: str, class_names: list[str]) -> None:
    if len(class_names) < 2:
        raise InputError(f"dataset: only the class {class_names}; a classifier needs two or more")
    counts = np.bincount(image_set.labels, minlength=len(class_names))
    few = [
        f"{count} of {name}" for name, count in zip(class_names, counts, strict=True) if count < FEWEST_IMAGES
    ]
    if few:
        raise InputError(
            f"dataset: the {split} split has {len(image_set)} images, but only {', '.join(few)}; every class "
            f"needs {FEWEST_IMAGES} in each split: change dataset.test_fraction or dataset.max_images"
        )
