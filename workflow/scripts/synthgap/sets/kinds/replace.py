"""Real images, a share of which another set's images replace in their places."""

from dataclasses import dataclass

import numpy as np

from ...data.images import ImageSet
from ...data.randomness import random_generator
from ...data.splits import nested_order
from ...plan.declarations import Recipes, SetKind
from ...plan.options import option
from ..draws import size_of
from ..task import SetTask


@dataclass(frozen=True)
class ReplaceOptions:
    of: str = option("Name of the other set, which has images in the places of the real ones.")
    share: float = option(
        "Share of the real images that are replaced, or a list of them: a series, each replacing what the "
        "one before does, and more.",
        exclusiveMinimum=0,
        maximum=1,
    )


def _size(options: ReplaceOptions, others: Recipes) -> tuple[float, float]:
    real, synthetic = size_of(others[options.of], options.share)
    return 1 - options.share + real, synthetic


DECLARATION = SetKind(
    summary="The real images, a stratified share of them replaced by what another set has in their places.",
    options=ReplaceOptions,
    title=lambda name, options, paper: f"real, {100 * options.share:.4g} % replaced by {options.of}",
    size=_size,
    takes_places=True,
    series="share",
    placed=True,
    measured=False,
    detected=False,
)


def make(task: SetTask) -> ImageSet:
    real, rows = task.real, task.own_rows(len(task.real))
    # The same places whatever the other set is, so that sets differ by their images alone.
    generator = random_generator(task.seed, "replace", task.split, task.replicate)
    replaced = np.zeros(len(real), bool)
    replaced[nested_order(real.labels, generator)[: round(task.options.share * len(real))]] = True
    kept, other = real[rows], task.others[task.options.of][rows]
    images = np.where(replaced[rows, None, None, None], other.images, kept.images)
    return ImageSet(images, np.where(replaced[rows], other.labels, kept.labels), kept.index)
