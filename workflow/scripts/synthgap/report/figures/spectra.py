"""Mean spectra of the real images and of each generator's."""

from typing import TYPE_CHECKING

import numpy as np

from ...plan.declarations import Figure
from ...sets.recipe import REAL
from ..material import Material
from ..style import PAGE, new_figure, set_label

if TYPE_CHECKING:
    import matplotlib.figure

DECLARATION = Figure(
    title="Mean spectra",
    category="Synthetic samples",
    caption="Mean magnitude of the DCT of training images (replicate 0, all channels), as a logarithm, and "
    "its difference to the real ones. Low frequencies are at the top left. The real test images show what "
    "chance leaves; differences beyond that are traces of a generator.",
    images=lambda recipes: [name for name, recipe in recipes.items() if name == REAL or recipe.generated],
    test_images=True,
)


def draw(material: Material) -> "matplotlib.figure.Figure":
    from ...metrics.spectra import mean_spectrum

    spectra = {name: mean_spectrum(images.images) for name, images in material.images().items()}
    real = spectra.pop(REAL)
    titled = {set_label(material.sets.loc[name]): values for name, values in spectra.items()}
    return spectra_figure(real, mean_spectrum(material.test_images().images), titled)


def spectra_figure(
    real: np.ndarray, held_out: np.ndarray, spectra: dict[str, np.ndarray]
) -> "matplotlib.figure.Figure":
    """Mean spectra of the real training images and of other sets, and below, their differences to the former.

    All are ln of the mean DCT magnitude [H, W]; held_out: of the real test images, whose difference shows
    what chance leaves; spectra: of other sets, by their titles.
    """
    columns = {"real": real, "real, held out": held_out, **spectra}
    differences = {title: values - real for title, values in columns.items()}
    low, high = min(map(np.min, columns.values())), max(map(np.max, columns.values()))
    limit = max(np.abs(values).max() for values in differences.values())
    figure = new_figure(PAGE, 2 * PAGE / (len(columns) + 1) + 0.5)
    panels = figure.subplots(2, len(columns))
    for column, (title, values) in enumerate(columns.items()):
        above = panels[0, column].imshow(values, cmap="viridis", vmin=low, vmax=high)
        below = panels[1, column].imshow(differences[title], cmap="RdBu_r", vmin=-limit, vmax=limit)
        panels[0, column].set_title(title)
    for axes in panels.flat:
        axes.set_xticks([])
        axes.set_yticks([])
    panels[0, 0].set_ylabel("mean spectrum")
    panels[1, 0].set_ylabel("difference to real")
    panels[1, 0].set_xlabel("frequency →", loc="left", fontsize=7)
    figure.colorbar(above, ax=panels[0], label="ln mean |DCT|", shrink=0.9)
    figure.colorbar(below, ax=panels[1], label="difference", shrink=0.9)
    return figure
