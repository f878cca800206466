"""Several sets together."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...data.images import ImageSet
from ...data.randomness import random_generator
from ...data.splits import nested_order
from ...plan.declarations import SetKind
from ...plan.options import option
from ...run.errors import InputError
from ..task import SetTask

ROUNDED = 3  # images by which parts of parts may be short of their share


@dataclass(frozen=True)
class MixOptions:
    of: dict[str, float] = option(
        "Names of other sets, and how many images of each: multiples of the real set's number.",
        minProperties=1,
        additionalProperties={"type": "number", "exclusiveMinimum": 0, "maximum": 1000},
    )


DECLARATION = SetKind(
    summary="Stratified parts of other sets together, such as real and synthetic images.",
    options=MixOptions,
    title=lambda name, options, paper: " + ".join(
        part if amount == 1 else f"{amount:.4g} {part}" for part, amount in options.of.items()
    ),
    size=lambda options, others: (
        sum(_share(others[part], amount) * others[part].real for part, amount in options.of.items()),
        sum(_share(others[part], amount) * others[part].synthetic for part, amount in options.of.items()),
    ),
    measured=False,
    detected=False,
)


def make(task: SetTask) -> ImageSet:
    parts = {part: _chosen(task, part, amount) for part, amount in task.options.of.items()}
    rows = task.own_rows(sum(map(len, parts.values())))
    taken, start = [], 0
    for part, chosen in parts.items():
        first, last = (min(max(bound - start, 0), len(chosen)) for bound in (rows.start, rows.stop))
        taken.append(task.others[part][chosen[first:last]])
        start += len(chosen)
    return ImageSet(
        np.concatenate([images.images for images in taken]),
        np.concatenate([images.labels for images in taken]),
        np.arange(rows.start, rows.stop),
    )


def _chosen(task: SetTask, part: str, amount: float) -> np.ndarray:
    """Positions of the images that a part gives, ascending. The same ones first, whatever the amount."""
    whole, wanted = task.others[part], round(amount * len(task.real))
    if wanted > len(whole) + ROUNDED:
        raise InputError(
            f"sets: {task.name}: {amount:g} times the {len(task.real)} real {task.split} images are more "
            f"than the {len(whole)} of {part}; lower it"
        )
    generator = random_generator(task.seed, "mix", part, task.split, task.replicate)
    return np.sort(nested_order(whole.labels, generator)[:wanted])


def _share(part: Any, amount: float) -> float:
    """Which share of a set `amount` times as many images as the real set has are."""
    return amount / (part.real + part.synthetic)
