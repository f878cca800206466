"""From a source to the two packed splits that everything else reads."""

import logging
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..plan.settings import narrow_settings
from ..run.errors import InputError, counted, in_a_line, printable, shown_path
from .classes import listed, name_numbers, shown_mapping
from .duplicates import find_repeats
from .images import DatasetInfo, ImageSet
from .labelled import Labelled, LeftOut, Source
from .randomness import random_generator
from .readers.image_files import ImageFiles, grey_where_all_are, square_images
from .sources import SourceConfig, read_source
from .splits import stratified_parts, stratified_subset

# Below that, a class has no spread to compare.
FEWEST_IMAGES = 3

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class DatasetConfig(SourceConfig):
    """Which data set (see SourceConfig), and how it is cut.

    test_fraction: share of the images that becomes the test split, stratified, where the source has no
    split of its own. max_images: images per split at most, a stratified subset (None: all). duplicates:
    `drop` those that are in their split before, and those of the test split that are in the training split,
    or `keep` them.
    """

    test_fraction: float = 0.5
    max_images: int | None = None
    duplicates: str = "keep"


def pack_dataset(
    config: DatasetConfig, seed: int, downloads: str = "resources"
) -> tuple[ImageSet, ImageSet, DatasetInfo]:
    """Read the data set and cut it into (train, test, info). downloads: folder for what is fetched.

    Which images are taken is decided by their labels; only those are decoded. Raises InputError for a data
    set that the analysis can't use.
    """
    source = _named(read_source(narrow_settings(SourceConfig, config), downloads), shown_path(config.path))
    names = source.class_names or []
    logger.info("classes: %s", shown_mapping(range(len(names)), names, 10_000))
    parts = _parts(source, config, random_generator(seed, "split"))
    labels = [part.labels[positions] for part, positions in parts]
    _check_classes(labels, source, config)
    train, test = (
        ImageSet(images, own, np.arange(len(own)))
        for images, own in zip(_pixels(parts, config), labels, strict=True)
    )
    train, test, repeats, dropped = _without_repeats(train, test, config.duplicates)
    if dropped:
        _check_left([train.labels, test.labels], names)
    info = DatasetInfo(
        class_names=names,
        grey_levels=[int(level) for level in np.unique(train.images)],
        resolution=train.images.shape[1],
        channels=train.images.shape[3],
        sizes={"train": len(train), "test": len(test)},
        source=source.description,
        left_out=left_out_text((*source.left_out, *dropped)),
        duplicates=repeats,
    )
    for told in filter(None, (info.left_out, info.duplicates)):
        logger.warning("%s", told)
    return train, test, info


def left_out_text(left_out: Sequence[LeftOut]) -> str:
    """One line on the images that were found and are not used; "" where there are none."""
    if not left_out:
        return ""
    parts = [f"{each.number} {each.why}" if each.number else each.why for each in left_out]
    return f"images left out: {sum(each.number for each in left_out)} ({', '.join(parts)})"


def _named(source: Source, path: str) -> Source:
    """The same with names, where it has numbers alone."""
    if source.class_names is not None:
        return source
    labels, names = name_numbers(source.labels, path)
    first = len(source.train.labels)
    train = Labelled(source.train.images, labels[:first])
    test = source.test and Labelled(source.test.images, labels[first:])
    return replace(source, train=train, test=test, class_names=names)


def _parts(
    source: Source, config: DatasetConfig, generator: np.random.Generator
) -> list[tuple[Labelled, np.ndarray]]:
    """What each split is taken from, and the positions there."""
    train, test = source.train, source.test
    whole = np.arange(len(train.labels))
    if test is not None:
        parts = [(train, whole), (test, np.arange(len(test.labels)))]
    else:
        test_size = round(len(whole) * config.test_fraction)
        sizes = [len(whole) - test_size, test_size]
        parts = [(train, part) for part in stratified_parts(train.labels, sizes, generator)]
    limit = config.max_images
    if limit is not None:
        for i, (part, positions) in enumerate(parts):
            if limit < len(positions):
                chosen = stratified_subset(part.labels[positions], limit, generator)
                parts[i] = part, positions[chosen]
    return parts


def _pixels(parts: list[tuple[Labelled, np.ndarray]], config: DatasetConfig) -> list[np.ndarray]:
    """The images of each split, of one size and number of channels."""
    images = [part.images[positions] for part, positions in parts]
    if isinstance(parts[0][0].images, ImageFiles):
        images = grey_where_all_are(images)
    if config.resolution is not None:
        images = [square_images(each, config.resolution) for each in images]
    shape, other = (list(each.shape[1:]) for each in images)
    if shape[0] != shape[1] or shape != other:
        raise InputError(
            f"dataset: the training images are {shape} and the test images {other}; expected squares of one "
            "size: set dataset.resolution"
        )
    return images


def _without_repeats(
    train: ImageSet, test: ImageSet, what: str
) -> tuple[ImageSet, ImageSet, str, tuple[LeftOut, ...]]:
    """Both splits, what they repeat, and what was left out of them for it."""
    found = find_repeats(train.images, train.labels, test.images, test.labels)
    if what == "keep" or not found.text():
        return train, test, found.text(), ()
    gone = found.train, found.test | found.shared
    train, test = (
        ImageSet(split.images[~lost], split.labels[~lost], np.arange(int((~lost).sum())))
        for split, lost in zip((train, test), gone, strict=True)
    )
    return train, test, "", (LeftOut(int(sum(lost.sum() for lost in gone)), f"repeats: {found.text()}"),)


def _check_classes(labels: Sequence[np.ndarray], source: Source, config: DatasetConfig) -> None:
    """labels: of the training and of the test split."""
    names = source.class_names or []
    if len(names) < 2:
        raise InputError(f"dataset: only the class {listed(names)}; a classifier needs two or more")
    if wrong := [name for name in names if printable(name, len(name)) != name]:
        raise InputError(
            f"dataset: the class {printable(wrong[0])} has letters that can't be shown, each a ?; rename it"
        )
    there = np.bincount(source.labels, minlength=len(names))
    if absent := [name for name, count in zip(names, there, strict=True) if not count]:
        raise InputError(
            f"dataset: no image has the class {listed(absent, 100)}; bring some, or number the classes "
            "without it"
        )
    train, test = (np.bincount(each, minlength=len(names)) for each in labels)
    if source.test is not None:
        _check_both_splits(names, train, test)
    for split, counts in (("train", train), ("test", test)):
        if few := _too_few(counts, names):
            keys = [] if source.test is not None else ["dataset.test_fraction"]
            keys += [] if config.max_images is None else ["dataset.max_images"]
            advice = f"change {' or '.join(keys)}" if keys else "bring more, or take the class away"
            raise InputError(
                f"dataset: the {split} split has {counted(int(counts.sum()), 'image')}, only {few}; every "
                f"class needs {FEWEST_IMAGES} in each split: {advice}"
            )


def _too_few(counts: np.ndarray, names: Sequence[str]) -> str:
    """The classes with fewer images than are needed, "" where there are none."""
    few = [f"{count} of {name}" for name, count in zip(names, counts, strict=True) if count < FEWEST_IMAGES]
    return listed(few, 100)


def _check_left(labels: Sequence[np.ndarray], names: Sequence[str]) -> None:
    """Raise InputError where too few images are left once the repeats are dropped."""
    for split, own in zip(("train", "test"), labels, strict=True):
        if few := _too_few(np.bincount(own, minlength=len(names)), names):
            raise InputError(
                f"dataset.duplicates: drop leaves {few} in the {split} split; every class needs "
                f"{FEWEST_IMAGES}: set keep, or bring images that differ"
            )


def _check_both_splits(names: Sequence[str], train: np.ndarray, test: np.ndarray) -> None:
    """Raise InputError for a class that one of the data set's own splits lacks."""
    for name, in_train, in_test in zip(names, train, test, strict=True):
        if (in_train == 0) == (in_test == 0):
            continue
        there, count, lacks = ("train", in_train, "test") if in_train else ("test", in_test, "train")
        twin = next((other for other in names if other != name and _plain(other) == _plain(name)), None)
        how = "by case" if twin and twin.lower() == name.lower() else "invisibly"
        why = f"names differ {how} from {twin}" if twin else "every class must be in both"
        raise InputError(
            in_a_line(f"dataset: {there} has {count} of {name}, {lacks} none; {why}; mend the folders")
        )


def _plain(name: str) -> str:
    """The same for names that look alike: macOS writes an accent as a letter of its own."""
    return unicodedata.normalize("NFC", name).strip().lower()
