"""Fig. 2: one training image noised and restored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...data.images import ImageSet
from ...data.pixels import to_pixels, to_signal
from ...plan.declarations import Figure
from ...sets.noise import sampling_noise
from ...sets.recipe import REAL, steps_of
from ..images import show_image
from ..material import Material
from ..style import PAGE, format_sigma, new_figure, set_label

if TYPE_CHECKING:
    import matplotlib.figure
    import pandas as pd

DECLARATION = Figure(
    title="Fig. 2: noised and restored",
    category="Synthetic samples",
    caption="Real sample reconstruction of one training image. Top: noised to the start of each reverse "
    "step (scaled back into the range of the pixels). Bottom: restored by the model from there.",
    images=lambda recipes: [recipe.name for recipe in steps_of(recipes.values())],
    config=("seed",),
    applies=lambda recipes: len(steps_of(recipes.values())) > 1,
)


def draw(material: Material) -> matplotlib.figure.Figure:
    return reconstruction_figure(material.images(), material.sets, 0, material.settings["seed"])


def reconstruction_figure(
    images: dict[str, ImageSet], sets: pd.DataFrame, position: int, seed: int
) -> matplotlib.figure.Figure:
    """A training image, noised up to each t_re (top) and restored from there (bottom).

    images: training images of the real set and its reconstructions (replicate 0), in ascending t_re, by the
    names of `sets`.
    """
    figure = new_figure(PAGE, 2.5 * PAGE / len(images))
    panels = figure.subplots(2, len(images))
    image, index = images[REAL].images[position], images[REAL].index[position]
    last = list(images)[-1]
    for column, (name, restored) in enumerate(images.items()):
        row: Any = sets.loc[name]
        noised = image
        title = set_label(row)
        if name != REAL:
            source = np.zeros_like(to_signal(image)) if name == last else to_signal(image)
            noised = noised_image(source, index, row["t_re"], row["sigma"], seed)
            title += f"\n$\\sigma$ = {format_sigma(row['sigma'])}"
        show_image(panels[0, column], noised)
        show_image(panels[1, column], restored.images[position])
        panels[0, column].set_title(title)
    panels[0, 0].set_ylabel("noised")
    panels[1, 0].set_ylabel("restored")
    return figure


def noised_image(signal: np.ndarray, index: int, t_re: int, sigma: float, seed: int) -> np.ndarray:
    """What the sampler starts from, for the eye: scaled back into the range of the pixels, uint8.

    signal: the image in [-1, 1], or zeros where nothing of it enters. The noise is that of the reconstruction
    in replicate 0 of the train split.
    """
    noise = sampling_noise(
        (signal.shape[2], *signal.shape[:2]),
        np.array([index]),
        seed=seed,
        replicate=0,
        split="train",
        t_re=int(t_re),
        step=0,
    )[0].transpose(1, 2, 0)
    return to_pixels((signal + sigma * noise) / np.sqrt(1 + sigma**2))
