"""The real test images that each generated set comes least near, and its images that no real one is near."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...data.images import ImageSet
from ...plan.declarations import Figure
from ...sets.recipe import REAL
from ..extremes import farthest
from ..material import Material
from ..pairs import Pair, Strip, gallery, gallery_sets, set_title, short

if TYPE_CHECKING:
    import matplotlib.figure

PAIRS = 6

DECLARATION = Figure(
    title="Lost images",
    category="Synthetic samples",
    caption="For each generated set (replicate 0, four at most): the real test images that it comes least "
    "near, each beside the set's nearest image of the class; and its own training images that are "
    "farthest from all real ones, training and test, each beside the nearest. Below each pair the "
    "class, and how far apart the two are, as a multiple of the distance from the real one to its "
    "fifth neighbour among real images of the class. Distances are in the features of "
    "metrics.manifold.",
    values=("edges",),
    images=lambda recipes: [REAL, *gallery_sets(recipes)],
    test_images=True,
    info=True,
    applies=lambda recipes: bool(gallery_sets(recipes)),
)


def draw(material: Material) -> matplotlib.figure.Figure:
    images, test, reader = material.images(), material.test_images(), material.values("edges")
    names, train = material.info().class_names, images.pop(REAL)
    strips: list[Strip] = []
    for name, own in images.items():
        nearest = {
            value: reader.read(f"{value}/{name}")[0]
            for value in ("nearest-test", "ratio-test", "nearest-train", "ratio-train")
        }
        strips += lost_strips(set_title(material.sets.loc[name]), own, train, test, nearest, names)
    return gallery(strips)


def lost_strips(
    title: str,
    own: ImageSet,
    train: ImageSet,
    test: ImageSet,
    nearest: dict[str, np.ndarray],
    class_names: list[str],
) -> list[Strip]:
    """The two rows of a set. nearest: as metrics.lost.nearest_pairs gives it."""
    real = np.concatenate([train.images, test.images])
    lost = _farthest(test, own.images, nearest["nearest-test"], nearest["ratio-test"], class_names)
    far = _farthest(own, real, nearest["nearest-train"], nearest["ratio-train"], class_names)
    return [
        Strip(f"{title}: real test images that it is not near (of {len(test)}), beside its nearest", lost),
        Strip(f"{title}: its images that no real one is near (of {len(own)}), beside the nearest", far),
    ]


def _farthest(
    points: ImageSet, others: np.ndarray, nearest: np.ndarray, ratios: np.ndarray, class_names: list[str]
) -> list[Pair]:
    """Each beside its nearest, the farthest first."""
    pairs = []
    for i in farthest(ratios, PAIRS):
        other = others[nearest[i]] if nearest[i] >= 0 else None
        multiple = f"{ratios[i]:.2f} ×" if other is not None else "no image"
        pairs.append(Pair(points.images[i], other, f"{short(class_names[points.labels[i]])}\n{multiple}"))
    return pairs
