"""All real images, and another set's beside them."""

from dataclasses import dataclass

import numpy as np

from ...data.images import ImageSet
from ...plan.declarations import Recipes, SetKind
from ...plan.options import option
from ..draws import drawn, size_of, together
from ..task import SetTask


@dataclass(frozen=True)
class AddOptions:
    of: str = option("Name of the other set.")
    times: float = option(
        "How many of its images are added, as a multiple of the real set's number, or a list of them: a "
        "series, each part of the next larger.",
        exclusiveMinimum=0,
        maximum=1000,
    )


def _size(options: AddOptions, others: Recipes) -> tuple[float, float]:
    real, synthetic = size_of(others[options.of], options.times)
    return 1 + real, synthetic


DECLARATION = SetKind(
    summary="All real images and, beside them, a stratified draw of another set's.",
    options=AddOptions,
    title=lambda name, options, paper: f"real + {options.times:.4g} times as many of {options.of}",
    size=_size,
    takes=lambda options: {options.of: options.times},
    series="times",
    measured=False,
    detected=False,
)


def make(task: SetTask) -> ImageSet:
    of, times = task.options.of, task.options.times
    added = task.others[of], drawn(task, "add", of, times)
    return together(task, [(task.real, np.arange(len(task.real))), added])
