"""The figure of attention maps (fig. 4)."""

import numpy as np
from matplotlib.figure import Figure

from .images import show_image
from .style import PAGE, format_set


def attention_figure(images: np.ndarray, maps: dict[str, np.ndarray]) -> Figure:
    """Fig. 4: real test images (left) and the Grad-CAM of the classifier trained on each set.

    images: uint8 [N, H, W, C]; maps: float [N, h, w] per set. One colour scale for all.
    """
    height, width = images.shape[1:3]
    side = PAGE / (len(maps) + 1.6)
    figure = Figure((PAGE, side * len(images) + 0.35))
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
    panels[0, 0].set_title("image")
    for column, name in enumerate(maps, start=1):
        panels[0, column].set_title(format_set(name))
    figure.colorbar(drawn, ax=panels, label="Grad-CAM of the true class", shrink=0.6, extend="max")
    return figure
