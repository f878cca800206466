"""What figures of feature clouds share."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from sklearn.decomposition import PCA


def plane_of(features: np.ndarray) -> "PCA":
    """The plane of the two largest principal components of features [N, D]."""
    from sklearn.decomposition import PCA

    return PCA(2, svd_solver="full").fit(features)


def scatter(axes: "Axes", points: np.ndarray, colour: str, label: str) -> None:
    """A cloud of points [N, 2]."""
    axes.scatter(
        points[:, 0],
        points[:, 1],
        s=5,
        color=colour,
        alpha=0.6,
        lw=0,
        label=f"{label} ({len(points)})",
        rasterized=True,
    )


def label_plane(axes: "Axes", plane: "PCA") -> None:
    shares = 100 * plane.explained_variance_ratio_
    axes.set_xlabel(f"first component ({shares[0]:.0f} % of variance)")
    axes.set_ylabel(f"second component ({shares[1]:.0f} %)")
