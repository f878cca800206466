"""What helps: what remedies win back of the accuracy that a plain set loses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ...plan.declarations import Figure
from ..material import Material
from ..remedies import Remedy, some_remedy, weigh_remedies
from ..style import BAND, BLUE, GREY, PAGE, new_figure, plain

if TYPE_CHECKING:
    import matplotlib.figure
    import pandas as pd
    from matplotlib.axes import Axes

    from ...data.arrays import ArrayReader

DECLARATION = Figure(
    title="What helps",
    category="Classifiers",
    caption="Accuracy on real test images that each remedy wins back, beside the plain set (the line at 0), "
    "with what it costs: evaluations of networks, for each real image that the set takes the place of, and "
    "training steps of models that the plain set doesn't need. The dashed line is the real set's level, "
    "which is what there is to win back; the band is its 95 % interval. Bars are 95 % intervals of "
    "replicates and of test images, not adjusted for the number of remedies. A filled dot is a difference "
    "beyond chance (Holm's p, over the remedies, below .05).",
    scores=("accuracy",),
    values=("accuracy",),
    applies=some_remedy,
)
ROW, FRAME = 0.42, 0.95  # inches of a remedy, and of a panel around its remedies


def draw(material: Material) -> matplotlib.figure.Figure:
    return remedies_figure(material.scores, {"accuracy": material.values("accuracy")})


def remedies_figure(scores: pd.DataFrame, values: Mapping[str, ArrayReader]) -> matplotlib.figure.Figure:
    """The points that each remedy recovers, a panel for each plain set. values: of the stage accuracy."""
    panels: dict[str, list[Remedy]] = {}
    for remedy in weigh_remedies(scores, values):
        panels.setdefault(remedy.plain, []).append(remedy)
    heights = [FRAME + ROW * len(remedies) for remedies in panels.values()]
    figure = new_figure(PAGE, sum(heights) + 0.5)
    axes = figure.subplots(len(panels), 1, squeeze=False, sharex=True, height_ratios=heights)[:, 0]
    for own, remedies in zip(axes, panels.values(), strict=True):
        _draw_panel(own, remedies)
    axes[-1].set_xlabel("accuracy won back (points)")
    first = next(iter(panels.values()))[0].gain
    several = first.standard_error == first.standard_error
    bars = "bars: 95 % intervals; filled: beyond chance" if several else "one replicate gives no interval"
    said = f"n = {first.n_replicates}, {first.n_images} test images; {bars}"
    figure.suptitle(said, fontsize=7)
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=7)
    return figure


def _draw_panel(axes: Axes, remedies: list[Remedy]) -> None:
    from ...metrics.verdicts import Verdict

    first = remedies[0]
    low, high = first.loss.interval()
    axes.axvline(0, color="black", lw=0.8, label="the plain set")
    axes.axvline(100 * first.loss.value, color=GREY, ls="--", label="the real set")
    if low == low:
        axes.axvspan(100 * low, 100 * high, color=BAND, zorder=0, label="its 95 % interval")
    for row, remedy in enumerate(remedies):
        low, high = remedy.gain.interval()
        if low == low:
            axes.plot([100 * low, 100 * high], [row, row], color=BLUE, solid_capstyle="butt")
        decided = remedy.verdict in (Verdict.SEEN, Verdict.OPPOSITE)
        axes.plot(100 * remedy.gain.value, row, "o", color=BLUE, mfc=BLUE if decided else "white", ms=5)
    axes.set_yticks(range(len(remedies)), map(_label, remedies), fontsize=7)
    axes.set_ylim(len(remedies) - 0.4, -0.6)
    axes.set_title(f"beside {plain(first.plain_title)} ({first.plain_evaluations} evaluations an image)")
    axes.margins(x=0.08)


def _label(remedy: Remedy) -> str:
    """Its title, and what it costs, in words."""
    steps = f", {remedy.training_steps} training steps more" if remedy.training_steps else ""
    return f"{plain(remedy.title)}\n{remedy.evaluations} evaluations{steps}"
