"""Fig. 3a: training images and those of every other set side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...data.images import ImageSet
from ...plan.declarations import Figure
from ...sets.recipe import REAL
from ..images import one_of_each_class, show_image
from ..material import Material
from ..style import PAGE, new_figure, set_label, title_columns

if TYPE_CHECKING:
    import matplotlib.figure
    import pandas as pd

DECLARATION = Figure(
    title="Fig. 3a: reconstructions",
    category="Synthetic samples",
    caption="Training images, their reconstructions from each reverse step, and other sets' images of the "
    "same classes: one image of each class.",
    images=lambda recipes: [
        name
        for name, recipe in recipes.items()
        if name == REAL or recipe.paired or recipe.generated  # others show images of these again
    ],
    config=("figures.images",),
)


def draw(material: Material) -> matplotlib.figure.Figure:
    return grid_figure(material.images(), material.sets, material.settings["images"])


def grid_figure(images: dict[str, ImageSet], sets: pd.DataFrame, count: int) -> matplotlib.figure.Figure:
    """Training images (the first set) and what other sets have in their places, one row an image.

    images: by the names of `sets`; count: of images.
    """
    side = PAGE / (len(images) + 1)
    positions = one_of_each_class(next(iter(images.values())).labels, count)
    figure = new_figure(PAGE, side * len(positions) + 0.3)
    panels = figure.subplots(len(positions), len(images), squeeze=False)
    for column, image_set in enumerate(images.values()):
        for row, position in enumerate(np.asarray(positions)):
            show_image(panels[row, column], image_set.images[position])
    title_columns(panels[0], [set_label(sets.loc[name]) for name in images])
    return figure
