"""Fig. 1b: real and fully synthetic test images in the real-trained classifier's features."""

from typing import TYPE_CHECKING

import numpy as np

from ...plan.declarations import Figure
from ...sets.recipe import REAL, steps_of
from ..clouds import label_plane, plane_of, scatter
from ..material import Material
from ..style import COLUMN, GREY, ORANGE, new_figure

if TYPE_CHECKING:
    import matplotlib.figure

DECLARATION = Figure(
    title="Fig. 1b: all classes",
    category="Features",
    caption="Real test images and their fully synthetic counterparts in the features (block4) of the "
    "real-trained classifier of replicate 0, in the plane of the real images' two largest principal "
    "components.",
    features=lambda recipes: [REAL, steps_of(recipes.values())[-1].name],
    applies=lambda recipes: len(steps_of(recipes.values())) > 1,
)


def draw(material: Material) -> "matplotlib.figure.Figure":
    (real,), (synthetic,) = material.features("block4-test").values()
    return feature_figure(real, synthetic, "test images, block4 of the real-trained classifier")


def feature_figure(real: np.ndarray, synthetic: np.ndarray, title: str) -> "matplotlib.figure.Figure":
    """Real test images and their synthetic counterparts in the plane of the real ones' PCA.

    real, synthetic: block4 features [N, D] of the real-trained classifier.
    """
    plane = plane_of(real)
    figure = new_figure(COLUMN, 3.1)
    axes = figure.subplots()
    scatter(axes, plane.transform(real), GREY, "real")
    scatter(axes, plane.transform(synthetic), ORANGE, "synthetic")
    label_plane(axes, plane)
    axes.set_title(title)
    axes.legend(markerscale=2)
    return figure
