"""Fig. 1a: test accuracy after training on real and on synthetic images."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...metrics.summaries import summarise
from ...plan.declarations import Figure
from ...sets.recipe import REAL
from ..material import Material
from ..series import has_paper_series, last_step, other_generated, select, titles
from ..style import GREEN, GREY, ORANGE, PAGE, new_figure, plain

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
    figure = new_figure(0.7 * PAGE, 0.9 + 0.34 * len(shown))
    axes = figure.subplots()
    labels = []
    for position, (name, title) in enumerate(shown.items()):
        colour = GREY if name == REAL else ORANGE if name == synthetic else GREEN
        values = 100 * select(scores, "accuracy", set=name)["value"].to_numpy()
        summary = summarise(values)
        axes.errorbar(
            summary.mean, position, xerr=summary.std, fmt="|", color=colour, markersize=14, capsize=3, mew=2
        )
        axes.plot(values, np.full(len(values), position + 0.28), "o", color=colour, mec="black", mew=0.4)
        text = f"{summary.mean:.2f} ± {summary.std:.2f}" if summary.n > 1 else f"{summary.mean:.2f}"
        labels.append(f"{plain(title)}   {text}")
    axes.set_yticks(range(len(shown)), labels)
    axes.set_ylim(len(shown) - 0.4, -0.5)
    axes.set_xlabel("accuracy on real test images (%)")
    axes.set_title(f"mean ± standard deviation, n = {summary.n}; dots: replicates", fontsize=7)
    axes.margins(x=0.08)
    return figure
