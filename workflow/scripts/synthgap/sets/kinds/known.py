"""Real images with a known fault: what a metric makes of them says what it can see."""

from dataclasses import dataclass

import numpy as np

from ...data.images import ImageSet
from ...data.randomness import random_generator
from ...data.splits import stratified_subset
from ...plan.declarations import SetKind
from ...plan.options import option
from ..task import SetTask

FAULTS = {
    "identical": "none, the real images as they are",
    "collapsed": "one image of each class, again and again",
    "duplicated": "half of the images, each twice",
    "class_missing": "one class is missing, images of others are in its places again",
    "core": "the half of each class nearest to its mean, each twice",
    "noise": "uniform noise in all pixels",
}


@dataclass(frozen=True)
class KnownOptions:
    fault: str = option(
        "What is wrong with the images, or a list of such. "
        + " ".join(f"`{name}`: {told}." for name, told in FAULTS.items()),
        enum=list(FAULTS),
    )


DECLARATION = SetKind(
    summary="Real images with a known fault. The league of metrics, of twelve synthetic sets or more, says "
    "which metrics don't see it.",
    options=KnownOptions,
    title=lambda name, options, paper: f"known: {options.fault.replace('_', ' ')}",
    size=lambda options, others: (1.0, 0.0),
    series="fault",
    varies=False,
    trained_on=False,
    detected=False,
)


def make(task: SetTask) -> ImageSet:
    real, fault = task.real, task.options.fault
    generator = random_generator(task.seed, "known", fault)  # the same class is missing in both splits
    if fault == "noise":
        levels = np.array(task.info.grey_levels, np.uint8)
        whole = ImageSet(
            generator.choice(levels, (len(real), *real.image_shape)), real.labels, np.arange(len(real))
        )
    else:
        shown = real[:]
        whole = shown[_chosen(fault, shown.images, shown.labels, generator)]
    rows = task.own_rows(len(whole))
    return ImageSet(whole.images[rows], whole.labels[rows], np.arange(rows.start, rows.stop))


def _chosen(fault: str, images: np.ndarray, labels: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Positions of the real images that a set with a fault shows, in its order: int64 [N]."""
    everything = np.arange(len(labels))
    if fault == "identical":
        return everything
    if fault == "class_missing":
        kept = everything[labels != generator.choice(np.unique(labels))]
        return np.concatenate([kept, generator.choice(kept, len(labels) - len(kept), replace=False)])
    if fault == "collapsed":
        shown = {label: generator.choice(everything[labels == label]) for label in np.unique(labels)}
        return np.array([shown[label] for label in labels])
    half = (len(labels) + 1) // 2
    if fault == "duplicated":
        kept = stratified_subset(labels, half, generator)
        return np.resize(kept, len(labels))
    places = []
    for label in np.unique(labels):
        own = everything[labels == label]
        pixels = images[own].reshape(len(own), -1).astype(np.float64)
        distances = ((pixels - pixels.mean(axis=0)) ** 2).sum(axis=1)
        nearest = own[np.argsort(distances, kind="stable")[: (len(own) + 1) // 2]]
        places.append(np.resize(nearest, len(own)))
    return np.concatenate(places)
