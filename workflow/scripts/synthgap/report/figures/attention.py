"""Fig. 4: Grad-CAM of the classifiers trained on each set."""

from typing import TYPE_CHECKING

import numpy as np

from ...plan.declarations import Figure
from ..images import one_of_each_class, show_image
from ..material import Material
from ..style import PAGE, new_figure, set_label, title_columns

if TYPE_CHECKING:
    import matplotlib.figure

DECLARATION = Figure(
    title="Fig. 4: attention maps",
    category="Classifiers",
    caption="Grad-CAM on block4, for the true class of real test images, of the classifiers trained on "
    "each set (replicate 0). One colour scale for all; the raw maps are in "
    "metrics/gradcam/maps.safetensors.",
    test_images=True,
    maps=True,
    config=("figures.images",),
)


def draw(material: Material) -> "matplotlib.figure.Figure":
    test, maps = material.test_images(), material.maps()
    chosen = test[maps.read("index")]
    positions = one_of_each_class(chosen.labels, material.settings["images"])
    drawn = {
        set_label(row): maps.read(f"{name}-rep0")[positions]
        for name, row in material.sets.iterrows()
        if f"{name}-rep0" in maps.names()
    }
    return attention_figure(chosen.images[positions], drawn)


def attention_figure(images: np.ndarray, maps: dict[str, np.ndarray]) -> "matplotlib.figure.Figure":
    """Real test images (left) and the Grad-CAM of the classifier trained on each set.

    images: uint8 [N, H, W, C]; maps: float [N, h, w] per set's title. One colour scale for all.
    """
    height, width = images.shape[1:3]
    side = PAGE / (len(maps) + 1.6)
    figure = new_figure(PAGE, side * len(images) + 0.35)
    panels = figure.subplots(len(images), len(maps) + 1, squeeze=False)
    # A few extreme positions shall not darken all the others.
    top = np.percentile(np.stack(list(maps.values())), 99)
    for row, image in enumerate(images):
        show_image(panels[row, 0], image)
        for column, values in enumerate(maps.values(), start=1):
            show_image(panels[row, column], image)
            drawn = panels[row, column].imshow(
                values[row],
                cmap="viridis",
                alpha=0.65,
                vmin=0,
                vmax=top,
                interpolation="bilinear",
                extent=(-0.5, width - 0.5, height - 0.5, -0.5),
            )
    title_columns(panels[0], ["image", *maps])
    figure.colorbar(drawn, ax=panels, label="Grad-CAM of the true class", shrink=0.6, extend="max")
    return figure
