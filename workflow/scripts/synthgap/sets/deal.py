"""A user's labelled images in the places of the real ones."""

from collections.abc import Mapping

import numpy as np

from ..data.images import ImageReader
from ..data.randomness import random_generator
from ..data.samples import Samples
from ..run.errors import InputError


def check_samples(
    samples: Samples, real: Mapping[str, ImageReader], class_names: list[str], origin: str
) -> None:
    """Raise InputError where images can't take the places of the real ones: of another size, or too few.

    real: the real images of each split. origin: for the message.
    """
    found, expected = samples.images.shape[1:], next(iter(real.values())).image_shape
    if found != expected:
        raise InputError(
            f"{origin}: its images are {list(found)}, the data set's {list(expected)}; bring images of that "
            "height, width and number of channels"
        )
    places = np.concatenate([reader.labels for reader in real.values()])
    counts = [np.bincount(labels, minlength=len(class_names)) for labels in (places, samples.labels)]
    for name, wanted, there in zip(class_names, *counts, strict=True):
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
) -> dict[str, np.ndarray]:
    """Which image takes each place, class by class, none of them twice: positions int64 per split.

    labels: int64 [N], of the images; places: the real images' labels per split. Each replicate deals anew.
    There are enough images of every class (see check_samples).
    """
    generator = random_generator(seed, "take_samples", name, replicate)
    classes = range(1 + max(int(wanted.max()) for wanted in places.values()))
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
