"""A user's labelled images in the places of the real ones."""

from collections.abc import Mapping

import numpy as np

from ..data.images import DatasetInfo
from ..data.randomness import random_generator
from ..run.errors import InputError


def check_samples(
    labels: np.ndarray, places: Mapping[str, np.ndarray], class_names: list[str], origin: str
) -> None:
    """Raise InputError where there are fewer images of a class than places in both splits together.

    labels: int64 [N], of the images; places: the real images' labels per split. origin: for the message.
    """
    needed = np.bincount(np.concatenate(list(places.values())), minlength=len(class_names))
    found = np.bincount(labels, minlength=len(class_names))
    for name, wanted, there in zip(class_names, needed, found, strict=True):
        if there < wanted:
            raise InputError(
                f"{origin}: it has {there} images of {name}, but both splits together need {wanted}; bring "
                "more, or lower dataset.max_images"
            )


def deal_samples(
    labels: np.ndarray,
    places: Mapping[str, np.ndarray],
    *,
    name: str,
    seed: int,
    replicate: int,
    info: DatasetInfo,
) -> dict[str, np.ndarray]:
    """Which image takes each place, class by class, none of them twice: positions int64 per split.

    labels: int64 [N], of the images, in the order of info's class names; places: the real images' labels
    per split. Each replicate deals anew. Raises InputError where there are too few images of a class.
    """
    check_samples(labels, places, info.class_names, f"sets: {name}")
    generator = random_generator(seed, "take_samples", name, replicate)
    classes = range(len(info.class_names))
    stacks = [generator.permutation(np.flatnonzero(labels == label)) for label in classes]
    dealt, used = {}, np.zeros(len(stacks), np.int64)
    for split, wanted in places.items():
        chosen = np.empty(len(wanted), np.int64)
        for label, stack in enumerate(stacks):
            own = np.flatnonzero(wanted == label)
            chosen[own] = stack[used[label] : used[label] + len(own)]
            used[label] += len(own)
        dealt[split] = chosen
    return dealt
