"""Figures of feature clouds: all classes (fig. 1b) and one class (fig. 6)."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sklearn.decomposition import PCA

from .style import BLUE, COLUMN, GREY, ORANGE, PAGE, format_reverse_step


def feature_figure(real: np.ndarray, synthetic: np.ndarray, title: str) -> Figure:
    """Fig. 1b: real test images and their synthetic counterparts in the plane of the real ones' PCA.

    real, synthetic: block4 features [N, D] of the real-trained classifier.
    """
    pca = PCA(2, svd_solver="full").fit(real)
    figure = Figure((COLUMN, 3.1))
    axes = figure.subplots()
    _scatter(axes, pca.transform(real), GREY, "real")
    _scatter(axes, pca.transform(synthetic), ORANGE, "synthetic")
    _label(axes, pca)
    axes.set_title(title)
    axes.legend(markerscale=2)
    return figure


def class_figure(real: np.ndarray, restored: dict[int, np.ndarray], class_name: str) -> Figure:
    """Fig. 6: one class, a panel for each t_re over the real images.

    real and each of restored: block4 features [N, D] of the class's images.
    """
    pca = PCA(2, svd_solver="full").fit(real)
    figure = Figure((PAGE * 0.8, 2.7))
    panels = figure.subplots(1, len(restored), sharex=True, sharey=True, squeeze=False)[0]
    colours = [BLUE, ORANGE][-len(restored) :]
    for axes, colour, (t_re, features) in zip(panels, colours, restored.items(), strict=True):
        _scatter(axes, pca.transform(real), GREY, "real")
        _scatter(axes, pca.transform(features), colour, "reconstructed")
        _label(axes, pca)
        axes.set_title(f"class {class_name}, {format_reverse_step(t_re)}")
        axes.legend(markerscale=2)
    return figure


def _scatter(axes: Axes, points: np.ndarray, colour: str, label: str) -> None:
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


def _label(axes: Axes, pca: PCA) -> None:
    shares = 100 * pca.explained_variance_ratio_
    axes.set_xlabel(f"first component ({shares[0]:.0f} % of the real variance)")
    axes.set_ylabel(f"second component ({shares[1]:.0f} %)")
