"""How well detectors tell each set from real images, over t_re."""

from typing import TYPE_CHECKING

import pandas as pd

from ...metrics.summaries import Summary
from ...plan.declarations import Figure
from ...plan.tables import PLUGINS, plugin
from ...sets.recipe import NEGATIVE_CONTROL, POSITIVE_CONTROL
from ..curves import plot_summaries
from ..material import Material
from ..series import by_set, fewest_detection_images, sets_in
from ..style import BAND, BLUE, GREY, PAGE, label_sets, new_figure

if TYPE_CHECKING:
    import matplotlib.figure

DECLARATION = Figure(
    title="Told from real images",
    category="Synthetic samples",
    caption="Accuracy of telling each set from real images, over the reverse step: mean and standard "
    "deviation over replicates, one panel for each detector. Sets without a reverse step stand on the "
    "right. The grey band is what guessing gives.",
    scores=("detection",),
    tells=("detectors",),
    applies=lambda recipes: any(recipe.detected for recipe in recipes.values()),
)


def draw(material: Material) -> "matplotlib.figure.Figure":
    return detection_figure(material.scores)


def detection_figure(scores: pd.DataFrame) -> "matplotlib.figure.Figure":
    """Accuracy of telling each set from real images over t_re, one panel a detector.

    The band is the 95 % interval of guessing on so many test images.
    """
    from ...metrics.statistics import guessing_interval

    figure = new_figure(PAGE, 2.6)
    panels = figure.subplots(1, len(PLUGINS["detectors"]), sharey=True)
    images, sets = fewest_detection_images(scores), sets_in(scores)
    low, high = guessing_interval(images)
    for axes, detector in zip(panels, PLUGINS["detectors"], strict=True):
        accuracies = by_set(scores, "detection_accuracy", extractor=detector)
        controls = {name: accuracies.pop(name) for name in (NEGATIVE_CONTROL, POSITIVE_CONTROL)}
        axes.axhspan(100 * low, 100 * high, color=BAND, label=f"guessing\n({images} test images, 95 %)")
        for (name, line), text in zip(
            zip(controls, (":", "--"), strict=True),
            ("negative control\n(real against real)", "positive control\n(1 % of pixels changed)"),
            strict=True,
        ):
            axes.axhline(100 * controls[name].mean, color=GREY, lw=0.9, ls=line, label=text)
        percent = {n: Summary(100 * a.mean, 100 * a.std, a.n) for n, a in accuracies.items()}
        plot_summaries(axes, percent, sets, BLUE, "o-", "mean ± s.d.\nover replicates")
        axes.set_title(plugin("detectors", detector).DECLARATION.title)
        label_sets(axes, sets.loc[list(percent)])
    panels[0].set_ylabel("told from real images (%)")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=4, fontsize=7)
    return figure
