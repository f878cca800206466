"""What figures of images share."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def one_of_each_class(labels: np.ndarray, count: int) -> np.ndarray:
    """Positions of the first image of each class, then of the second, up to `count` images."""
    rank = np.empty(len(labels), np.int64)
    for label in np.unique(labels):
        members = labels == label
        rank[members] = np.arange(members.sum())
    return np.lexsort((labels, rank))[:count]


def show_image(axes: "Axes", image: np.ndarray) -> None:
    """An image uint8 [H, W, C] in a bare panel."""
    axes.imshow(image.squeeze(), cmap="gray", vmin=0, vmax=255)
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)
