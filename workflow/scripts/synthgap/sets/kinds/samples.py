"""Labelled images that a user brings."""

from dataclasses import dataclass

import numpy as np

from ...data.images import ImageSet
from ...data.pixels import to_pixels, to_signal
from ...plan.declarations import SetKind
from ...plan.options import class_option, option
from ..deal import deal_samples
from ..task import SetTask


@dataclass(frozen=True)
class SamplesOptions:
    path: str = option(
        "Labelled images in any of the formats of `dataset.kind` that have a path, as many of each class as "
        "both splits have.",
        minLength=1,
    )
    classes: tuple[str, ...] = class_option("its labels")


DECLARATION = SetKind(
    summary="Labelled images of any generator, one of its class in the place of each real one.",
    options=SamplesOptions,
    title=lambda name, options, paper: name,
    size=lambda options, others: (0.0, 1.0),
    placed=True,
    generated=lambda options: True,
)


def make(task: SetTask) -> ImageSet:
    assert task.samples is not None
    places = {split: reader.labels for split, reader in task.packed.items()}
    dealt = deal_samples(
        task.samples.labels, places, name=task.name, seed=task.seed, replicate=task.replicate
    )
    rows = task.own_rows(len(task.real))
    images = task.samples[dealt[task.split][rows]].images
    rounded = to_pixels(to_signal(images), np.array(task.info.grey_levels))
    return ImageSet(rounded, task.real.labels[rows], np.arange(rows.start, rows.stop))
