"""How well detectors tell each set from real images, over t_re."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

from ...metrics.summaries import Summary
from ...plan.declarations import Figure
from ...plan.names import DOSES, dose_group
from ...plan.tables import PLUGINS, plugin
from ...sets.recipe import NEGATIVE_CONTROL, POSITIVE_CONTROL
from ..curves import plot_summaries
from ..detectors import Detectors, dose_text
from ..material import Material
from ..series import by_set, sets_in
from ..style import BAND, BLUE, GREEN, GREY, ORANGE, PAGE, label_sets, new_figure, room_below, set_positions

if TYPE_CHECKING:
    import matplotlib.figure
    import pandas as pd
    from matplotlib.axes import Axes

COLUMNS = 3
STYLES = tuple(zip((BLUE, ORANGE, GREEN, "black", GREY), "os^Dv", strict=True))

DECLARATION = Figure(
    title="Told from real images",
    category="Synthetic samples",
    caption="Accuracy of telling each set from real images, over the reverse step: mean and standard "
    "deviation over replicates, one panel for each detector. Sets without a reverse step stand on the "
    "right. A cross marks a detector whose training loss is that of guessing. The last panel shows how small "
    "a change each detector sees: a share of real images' pixel values is moved by one grey level (95 % "
    "intervals; in the legend the least dose that is seen). The grey band is what guessing gives.",
    scores=("detection",),
    tells=("detectors",),
    applies=lambda recipes: any(recipe.detected for recipe in recipes.values()),
)


def draw(material: Material) -> matplotlib.figure.Figure:
    return detection_figure(material.scores)


def detection_figure(scores: pd.DataFrame) -> matplotlib.figure.Figure:
    """Accuracy of telling each set from real images over t_re, one panel a detector, and that of the positive
    controls over their dose.

    The band is the 95 % interval of guessing on so many test images.
    """
    from ...metrics.statistics import guessing_interval

    detectors, found = list(PLUGINS["detectors"]), Detectors(scores)
    rows = -(-(len(detectors) + 2) // COLUMNS)  # the last cell is for the doses' legend
    height = 2.5 + room_below(sets_in(scores))
    figure = new_figure(PAGE, height * rows)
    panels = list(figure.subplots(rows, COLUMNS, sharey=True).flat)
    shown = [name for name in found.sets if name != NEGATIVE_CONTROL]
    images = min(found.images("accuracy", name, detectors[0]) for name in shown)
    low, high = guessing_interval(images)
    for axes in panels[: len(detectors) + 1]:
        axes.axhspan(100 * low, 100 * high, color=BAND, label=f"guessing ({images} test images, 95 %)")
    for axes, detector in zip(panels, detectors, strict=False):
        _draw_sets(axes, scores, found, detector)
    _draw_doses(panels[len(detectors)], found)
    for axes in panels[::COLUMNS]:
        axes.set_ylabel("told from real images (%)")
    for axes in panels[len(detectors) + 1 :]:
        axes.axis("off")
    handles, labels = panels[len(detectors)].get_legend_handles_labels()
    panels[len(detectors) + 1].legend(handles[1:], labels[1:], loc="center left", title="least dose seen")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=4, fontsize=7)
    return figure


def _draw_sets(axes: Axes, scores: pd.DataFrame, found: Detectors, detector: str) -> None:
    accuracies, sets = by_set(scores, "detection_accuracy", extractor=detector), sets_in(scores)
    control = accuracies.pop(NEGATIVE_CONTROL)
    axes.axhline(100 * control.mean, color=GREY, lw=0.9, ls=":", label="negative control (real against real)")
    percent = {n: Summary(100 * a.mean, 100 * a.std, a.n) for n, a in accuracies.items()}
    plot_summaries(axes, percent, sets, BLUE, "o-", "mean ± s.d. over replicates")
    positions = set_positions(sets.loc[list(percent)])
    blind = [name for name in percent if not found.learned(name, detector)]
    axes.plot(
        [positions[name] for name in blind], [percent[name].mean for name in blind],
        "x", color=ORANGE, ms=7, zorder=3, label="did not learn",
    )  # fmt: skip
    told = plugin("detectors", detector).DECLARATION
    axes.set_title(f"{told.title}\n(the paper's)" if told.paper else told.title)
    label_sets(axes, sets.loc[list(percent)])


def _draw_doses(axes: Axes, found: Detectors) -> None:
    for detector, (colour, marker) in zip(PLUGINS["detectors"], cycle(STYLES), strict=False):
        means, below, above = [], [], []
        for share in DOSES:
            of = POSITIVE_CONTROL, detector, dose_group(share)
            means.append(100 * found.score("accuracy", *of).mean)
            low, high = found.interval(*of)
            below.append(means[-1] - 100 * low)
            above.append(max(100 * high - means[-1], 0))  # of 100 %, but for rounding
        doses = [100 * share for share in DOSES]
        title = f"{plugin('detectors', detector).DECLARATION.title}: {dose_text(found.least_dose(detector))}"
        axes.errorbar(doses, means, [below, above], color=colour, marker=marker, capsize=2, lw=1, label=title)
    axes.set_xscale("log")
    axes.set_xticks([100 * share for share in DOSES], [f"{100 * share:g}" for share in DOSES])
    axes.minorticks_off()
    axes.set_xlabel("pixel values moved (%)")
    axes.set_title("positive controls")
