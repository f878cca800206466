"""Stratified draws from other sets, and sets that are put together from them."""

from collections.abc import Sequence

import numpy as np

from ..data.images import ImageReader, ImageSet
from ..data.randomness import random_generator
from ..data.splits import nested_order
from ..run.errors import InputError
from .recipe import Recipe
from .task import SetTask

ROUNDED = 3  # images by which parts of parts may be short of their share


def drawn(task: SetTask, key: str, part: str, amount: float) -> np.ndarray:
    """Positions of `amount` times as many images of the set `part` as the real set has: int64, ascending.

    The same ones first, whatever the amount; another draw in each replicate. key: the name of the draw.
    Raises InputError where the set has fewer.
    """
    whole, wanted = task.others[part], round(amount * len(task.real))
    if wanted > len(whole) + ROUNDED:
        raise InputError(
            f"sets: {task.name}: {amount:g} times the {len(task.real)} real {task.split} images are more "
            f"than the {len(whole)} of {part}; lower it"
        )
    generator = random_generator(task.seed, key, part, task.split, task.replicate)
    return np.sort(nested_order(whole.labels, generator)[:wanted])


def together(task: SetTask, parts: Sequence[tuple[ImageReader, np.ndarray]]) -> ImageSet:
    """The images at the given positions of each part, one part after the other: a shard of them."""
    rows = task.own_rows(sum(len(positions) for _, positions in parts))
    taken, start = [], 0
    for part, positions in parts:
        first, last = (min(max(bound - start, 0), len(positions)) for bound in (rows.start, rows.stop))
        taken.append(part[positions[first:last]])
        start += len(positions)
    return ImageSet(
        np.concatenate([images.images for images in taken]),
        np.concatenate([images.labels for images in taken]),
        np.arange(rows.start, rows.stop),
    )


def size_of(part: Recipe, amount: float) -> tuple[float, float]:
    """How many real and synthetic images a stratified draw has, as multiples of the real set's number.

    amount: of its images, likewise.
    """
    share = amount / (part.real + part.synthetic)
    return share * part.real, share * part.synthetic
