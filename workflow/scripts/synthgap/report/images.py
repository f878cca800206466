"""Figures of images: one noised and restored (fig. 2), and reconstructions side by side (fig. 3a)."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..data.images import ImageSet
from ..data.pixels import to_pixels, to_signal
from ..sets.noise import sampling_noise
from ..sets.schedule import SamplerConfig, start_sigma
from .style import PAGE, format_reverse_step, format_set, format_sigma


def reconstruction_figure(
    real: ImageSet, restored: dict[int, ImageSet], position: int, seed: int, sampling: SamplerConfig
) -> Figure:
    """Fig. 2: a training image, noised up to each t_re (top) and restored from there (bottom).

    restored: the training images' reconstructions (replicate 0) per t_re.
    """
    steps = sorted(restored)
    figure = Figure((PAGE, 2.5 * PAGE / (len(steps) + 1)))
    panels = figure.subplots(2, len(steps) + 1)
    image = real.images[position]
    for column, t_re in enumerate([0, *steps]):
        noised, result = image, image
        if t_re:
            result = restored[t_re].images[position]
            noised = noised_image(image, real.index[position], t_re, seed, sampling)
        show_image(panels[0, column], noised)
        show_image(panels[1, column], result)
        sigma = format_sigma(start_sigma(t_re, sampling))
        panels[0, column].set_title(format_reverse_step(t_re) + (f"\n$\\sigma$ = {sigma}" if t_re else ""))
    panels[0, 0].set_ylabel("noised")
    panels[1, 0].set_ylabel("restored")
    return figure


def noised_image(image: np.ndarray, index: int, t_re: int, seed: int, sampling: SamplerConfig) -> np.ndarray:
    """What the sampler starts from, for the eye: scaled back into the range of the pixels, uint8.

    The noise is that of the reconstruction in replicate 0 of the train split.
    """
    noise = sampling_noise(
        (image.shape[2], *image.shape[:2]),
        np.array([index]),
        seed=seed,
        replicate=0,
        split="train",
        t_re=t_re,
        step=0,
    )[0].transpose(1, 2, 0)
    sigma = start_sigma(t_re, sampling)
    signal = to_signal(image) if t_re < sampling.steps else 0.0
    noisy = (signal + sigma * noise) / np.sqrt(1 + sigma**2)
    return to_pixels(noisy)


def grid_figure(sets: dict[str, ImageSet], positions: np.ndarray) -> Figure:
    """Fig. 3a: training images (the first set) and what other sets have in their places, one row an image."""
    side = PAGE / (len(sets) + 1)
    figure = Figure((PAGE, side * len(positions) + 0.3))
    panels = figure.subplots(len(positions), len(sets), squeeze=False)
    for row, position in enumerate(positions):
        for column, image_set in enumerate(sets.values()):
            show_image(panels[row, column], image_set.images[position])
    for column, name in enumerate(sets):
        panels[0, column].set_title(format_set(name))
    return figure


def one_of_each_class(labels: np.ndarray, count: int) -> np.ndarray:
    """Positions of the first image of each class, then of the second, up to `count` images."""
    rank = np.empty(len(labels), np.int64)
    for label in np.unique(labels):
        members = labels == label
        rank[members] = np.arange(members.sum())
    return np.lexsort((labels, rank))[:count]


def show_image(axes: Axes, image: np.ndarray) -> None:
    """An image uint8 [H, W, C] in a bare panel."""
    axes.imshow(image.squeeze(), cmap="gray", vmin=0, vmax=255)
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)
