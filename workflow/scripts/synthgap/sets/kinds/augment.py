"""Another set, shown several times under random crops and flips."""

from dataclasses import dataclass

import numpy as np

from ...data.images import ImageSet
from ...data.randomness import derive_seed
from ...plan.declarations import SetKind
from ...plan.options import option
from ..task import SetTask


@dataclass(frozen=True)
class AugmentOptions:
    of: str = option("Name of the other set.", "real")
    times: int = option("How often each image is shown, the first time as it is.", 2, minimum=1, maximum=1000)


DECLARATION = SetKind(
    summary="Another set as it is, and again under random crops and horizontal flips.",
    options=AugmentOptions,
    title=lambda name, options, paper: f"{options.of}, {options.times} times augmented",
    size=lambda options, others: (
        options.times * others[options.of].real,
        options.times * others[options.of].synthetic,
    ),
    series="times",
    measured=False,
    detected=False,
)


def make(task: SetTask) -> ImageSet:
    import torch

    from ...data.augmentation import crop_and_flip

    whole = task.others[task.options.of]
    rows = task.own_rows(task.options.times * len(whole))
    index = np.arange(rows.start, rows.stop)
    shown = whole[index % len(whole)]
    images = shown.images.copy()
    for row in np.flatnonzero(index >= len(whole)):
        # By the image, so that the result does not depend on the shards.
        seed = derive_seed(task.seed, "augment", task.name, task.split, task.replicate, int(index[row]))
        pixels = torch.from_numpy(images[row : row + 1].transpose(0, 3, 1, 2).copy())
        changed = crop_and_flip(pixels, torch.Generator().manual_seed(seed))
        images[row] = changed[0].permute(1, 2, 0).numpy()
    return ImageSet(images, shown.labels, index)
