"""The real images that a set is made after, each as often as the set asks for."""

import numpy as np

from ..data.images import ImageSet
from .task import SetTask


def repeated_source(task: SetTask, times: int) -> ImageSet:
    """The real images behind a shard of a set that has `times` images for each.

    Copy c of the image at position i of N has the index i + c N, to which its noise belongs.
    """
    total = len(task.real)
    rows = task.own_rows(times * total)
    index = np.arange(rows.start, rows.stop)
    source = task.real[index % total]
    return ImageSet(source.images, source.labels, index)
