"""The images of each generated set that lie closest to one training image: copies, where there are any."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...data.images import ImageSet
from ...plan.declarations import Figure
from ...sets.recipe import REAL
from ..extremes import likeliest_copies, nearest_in_pixels
from ..material import Material
from ..pairs import Pair, Strip, gallery, gallery_sets, set_title

if TYPE_CHECKING:
    import matplotlib.figure

PAIRS = 5

DECLARATION = Figure(
    title="Closest to training images",
    category="Synthetic samples",
    caption="The five training images of each generated set (replicate 0, four sets at most) that are the "
    "likeliest copies, each beside the nearest real training image; and in the last row the same of "
    "real test images, which are none. Below each pair d1, the distance in grey levels, and d1/d2, "
    "its ratio to that of the second nearest, by which they are chosen; below 1/3 an image counts "
    "as a copy.",
    images=lambda recipes: [REAL, *gallery_sets(recipes)],
    features=lambda recipes: [REAL, *gallery_sets(recipes)],
    test_images=True,
    applies=lambda recipes: bool(gallery_sets(recipes)),
)


def draw(material: Material) -> matplotlib.figure.Figure:
    images, test = material.images(), material.test_images()
    distances = material.features("nearest-train-train", "nearest-train-test")
    train, (_, fresh) = images.pop(REAL), distances.pop(REAL)
    strips = [
        copied_strip(set_title(material.sets.loc[name]), own, train, distances[name][0])
        for name, own in images.items()
    ]
    return gallery([*strips, copied_strip("real test images", test, train, fresh)])


def copied_strip(title: str, own: ImageSet, train: ImageSet, distances: np.ndarray) -> Strip:
    """The five closest pairs. distances: [N, 3], as metrics.neighbours.nearest_distances gives them."""
    positions, ratios = likeliest_copies(distances, PAIRS)
    pairs = [
        Pair(
            own.images[i],
            train.images[nearest_in_pixels(own.images[i], train.images)],
            f"$d_1$ = {distances[i, 0]:.1f}\n$d_1/d_2$ = {ratio:.2f}",
        )
        for i, ratio in zip(positions, ratios, strict=True)
    ]
    return Strip(f"{title} ({len(own)} images), beside the nearest training images ({len(train)})", pairs)
