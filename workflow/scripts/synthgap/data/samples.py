"""A user's labelled images, in the order of the data set's classes."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..run.errors import InputError, in_a_line, shown_path
from .classes import are_numbers, listed, match_numbers, shown_mapping
from .duplicates import digests, find_repeats
from .images import DatasetInfo
from .labelled import Source
from .packing import left_out_text
from .readers.image_files import ImageFiles, grey_where_all_are
from .sources import SourceConfig, kind_of, read_source

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Samples:
    """images: uint8 [N, H, W, C]; labels: int64 [N], the data set's; card: what is told of them."""

    images: np.ndarray
    labels: np.ndarray
    card: dict[str, Any]


def read_samples(path: str, info: DatasetInfo, origin: str, classes: Sequence[str] = ()) -> Samples:
    """Labelled images of the data set's classes from any generator: a folder, zip, npz or the like.

    Classes are found by their names, or by their numbers where the file has only those (see match_numbers).
    classes: names in the order of the numbers. origin: for the messages. Raises InputError for a file that
    can't be read, or has other classes.
    """
    try:
        source = read_source(SourceConfig(kind=kind_of(path), path=path), "")
        parts = [source.train] + ([] if source.test is None else [source.test])
        labels, mapping = _matched(source, info, origin, classes, path)
        images = [part.images[np.arange(len(part.labels))] for part in parts]
    except InputError as error:
        # The readers speak of the data set, whose images can be resized on the way.
        problem = str(error).split("; set dataset.resolution")[0]
        for prefix in ("dataset.path: ", "dataset: ", f"{origin}: "):
            problem = problem.removeprefix(prefix)
        raise InputError(in_a_line(f"{origin}: {problem.replace('dataset.path', 'path')}")) from error
    if isinstance(parts[0].images, ImageFiles):
        images = grey_where_all_are(images)
    logger.info("classes: %s", mapping)
    card = {"source": source.description, "path": path, "classes": mapping}
    card["left_out"] = left_out_text(source.left_out)
    if card["left_out"]:
        logger.warning("%s", card["left_out"])
    return Samples(np.concatenate(images), labels, card)


def _matched(
    source: Source, info: DatasetInfo, origin: str, classes: Sequence[str], path: str
) -> tuple[np.ndarray, str]:
    """The data set's label of each image, and which class was taken for which."""
    names, labels = source.class_names, source.labels
    if names is not None and not classes and set(names) <= set(info.class_names):
        by_name = np.array([info.class_names.index(name) for name in names], np.int64)
        return by_name[labels], "by their names"
    if names is not None and not are_numbers(names):
        advice = "classes is for numbers, take it away" if classes else "rename them"
        raise InputError(
            f"{origin}: {shown_path(path)} has the classes {listed(names, 60)}; expected those of the data "
            f"set, {listed(info.class_names, 60)}; {advice}"
        )
    numbers = labels if names is None else np.array([int(name) for name in names], np.int64)[labels]
    found, places = np.unique(numbers, return_inverse=True)
    if found.min(initial=0) < 0:
        raise InputError(f"{origin}: {shown_path(path)} has the label {found.min()}; expected numbers from 0")
    meant = match_numbers(found.tolist(), info.class_names, classes, f"{origin}: {shown_path(path)}")
    mapping = shown_mapping(meant, (info.class_names[label] for label in meant.values()), 10_000)
    return np.array(list(meant.values()), np.int64)[places], mapping


def samples_card(samples: Samples, info: DatasetInfo, train: np.ndarray, test: np.ndarray) -> dict[str, Any]:
    """What is told of samples beside them: where they come from, which class was taken for which, how many
    there are of each, their grey levels, and how many repeat each other or real images, uint8 [N, H, W, C].
    """
    counts = np.bincount(samples.labels, minlength=len(info.class_names)).tolist()
    own = find_repeats(samples.images, samples.labels, samples.images[:0], samples.labels[:0]).train
    found = digests(samples.images)
    copies = {
        split: sum(digest in known for digest in found)
        for split, known in (("train", set(digests(train))), ("test", set(digests(test))))
    }
    return samples.card | {
        "counts": dict(zip(info.class_names, counts, strict=True)),
        "grey_levels": np.unique(samples.images).tolist(),
        "duplicates": {
            "of_other_samples": int(own.sum()),
            "of_train": copies["train"],
            "of_test": copies["test"],
        },
    }
