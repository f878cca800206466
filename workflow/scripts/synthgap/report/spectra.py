"""The figure of mean spectra."""

import numpy as np
from matplotlib.figure import Figure

from ..sets.names import REAL
from .style import PAGE, format_set


def spectra_figure(spectra: dict[str, np.ndarray], held_out: np.ndarray) -> Figure:
    """Mean spectra of the real training images and of other sets, and below, their differences to the former.

    spectra: ln of the mean DCT magnitude [H, W] per set, REAL among them; held_out: that of the real test
    images, whose difference shows what chance leaves.
    """
    real = spectra[REAL]
    columns = {"real": real, "real, held out": held_out}
    columns |= {format_set(name): values for name, values in spectra.items() if name != REAL}
    differences = {title: values - real for title, values in columns.items()}
    low, high = min(map(np.min, columns.values())), max(map(np.max, columns.values()))
    limit = max(np.abs(values).max() for values in differences.values())
    figure = Figure((PAGE, 2 * PAGE / (len(columns) + 1) + 0.5))
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
