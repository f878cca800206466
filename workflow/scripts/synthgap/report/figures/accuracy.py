"""Fig. 1a: test accuracy after training on real and on synthetic images."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...metrics.summaries import summarise
from ...plan.declarations import Figure
from ...sets.recipe import REAL
from ..material import Material
from ..series import has_paper_series, last_step, other_generated, select, titles
from ..style import COLUMN, GREEN, GREY, ORANGE, new_figure, plain

if TYPE_CHECKING:
    import matplotlib.figure
    import pandas as pd

DECLARATION = Figure(
    title="Fig. 1a: accuracy, real and synthetic",
    category="Classifiers",
    caption="Test accuracy on real images after training on real, on fully synthetic and on other "
    "generators' images. The axis does not start at zero.",
    scores=("accuracy",),
)


def draw(material: Material) -> matplotlib.figure.Figure:
    return accuracy_figure(material.scores)


def accuracy_figure(scores: pd.DataFrame) -> matplotlib.figure.Figure:
    """Test accuracy after training on real images and on each set that is generated from labels alone."""
    names = titles(scores)
    synthetic = last_step(scores) if has_paper_series(scores) else None
    shown = {REAL: "real"} | ({synthetic: "synthetic"} if synthetic else {})
    shown |= {name: names[name] for name in other_generated(scores)}
    figure = new_figure(COLUMN * (1 + len(shown)) / 3, 2.4)
    axes = figure.subplots()
    for position, name in enumerate(shown):
        colour = GREY if name == REAL else ORANGE if name == synthetic else GREEN
        values = 100 * select(scores, "accuracy", set=name)["value"].to_numpy()
        summary = summarise(values)
        axes.errorbar(
            position, summary.mean, summary.std, fmt="_", color=colour, markersize=26, capsize=4, mew=2
        )
        spread = position + 0.16 + 0.05 * np.arange(len(values))
        axes.plot(spread, values, "o", color=colour, mec="black", mew=0.4)
        text = f"{summary.mean:.2f} ± {summary.std:.2f}" if summary.n > 1 else f"{summary.mean:.2f}"
        axes.annotate(text, (position - 0.2, summary.mean), ha="right", va="center")
    axes.set_xticks(range(len(shown)), [plain(title) for title in shown.values()])
    axes.set_xlim(-1.0, len(shown) - 0.4)
    axes.set_xlabel("training images")
    axes.set_ylabel("accuracy on real test images (%)")
    axes.set_title(f"mean ± standard deviation, n = {summary.n}; dots: replicates", fontsize=7)
    axes.margins(y=0.25)
    return figure
