"""Fig. 1b: real and fully synthetic test images in the real-trained classifier's features."""

from typing import TYPE_CHECKING

import numpy as np

from ...metrics.concentration import share_beyond
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
    "real-trained classifier of replicate 0, in the plane of the synthetic images' two largest principal "
    "components. The outer tenth is what lies farther from its class's centre than nine in ten real images.",
    features=lambda recipes: [REAL, steps_of(recipes.values())[-1].name],
    applies=lambda recipes: len(steps_of(recipes.values())) > 1,
)


def draw(material: Material) -> "matplotlib.figure.Figure":
    real, synthetic = material.features("block4-test", "labels-test").values()
    return feature_figure(real, synthetic)


def feature_figure(real: list[np.ndarray], synthetic: list[np.ndarray]) -> "matplotlib.figure.Figure":
    """Real test images and their synthetic counterparts in the plane of the synthetic ones' PCA, as in the
    paper.

    real, synthetic: block4 features [N, D] of the real-trained classifier, and labels [N].
    """
    beyond = share_beyond(real[0], synthetic[0], real[1], synthetic[1])
    plane = plane_of(synthetic[0])
    figure = new_figure(COLUMN, 3.1)
    axes = figure.subplots()
    scatter(axes, plane.transform(real[0]), GREY, "real")
    scatter(axes, plane.transform(synthetic[0]), ORANGE, "synthetic")
    label_plane(axes, plane)
    axes.set_title(
        f"block4 of the real-trained classifier\n"
        f"in the outer tenth: {100 * beyond:.1f} % of the synthetic test images"
    )
    figure.legend(loc="outside lower center", ncols=2, markerscale=2)
    return figure
