"""League of metrics: which of them would have told the accuracy lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...plan.declarations import Figure
from ..material import Material
from ..style import BLUE, GREY, ORANGE, PAGE, new_figure
from ..tables import league

if TYPE_CHECKING:
    import matplotlib.figure
    import pandas as pd

DECLARATION = Figure(
    title="Which metric would have told",
    category="Synthetic samples",
    caption="For each metric Spearman's rank correlation between what it says of the sets and the accuracy "
    "that is lost by training on them, in blocks of sets; 1 is the right order. Filled dots: beyond chance, "
    "over permutations of the sets (Holm over the block's metrics, p < .05). On the right stands the "
    "regret: the points of accuracy given away by taking the set that the metric likes best.",
    scores=league.DECLARATION.scores,
    tells=league.DECLARATION.tells,
    applies=league.DECLARATION.applies,
)


def draw(material: Material) -> matplotlib.figure.Figure:
    return league_figure(league.make(material.scores))


def league_figure(table: pd.DataFrame) -> matplotlib.figure.Figure:
    """A panel for each block of sets, a row for each metric. table: of report/tables/league.py."""
    from ...metrics.verdicts import ALPHA

    metrics = list(dict.fromkeys(table["metric"]))
    blocks = list(dict.fromkeys(table["block"]))
    figure = new_figure(PAGE, 0.9 + 0.19 * len(metrics))
    panels = figure.subplots(1, len(blocks), sharey=True, squeeze=False)[0]
    for axes, block in zip(panels, blocks, strict=True):
        own = table[table["block"] == block].set_index("metric")
        places = np.array([metrics.index(metric) for metric in own.index])
        axes.axvline(0, color=GREY, lw=0.6)
        axes.axvline(1, color=GREY, lw=0.6, ls=":")
        axes.hlines(places, own["rho_low"], own["rho_high"], color=BLUE, lw=1)
        for chosen, fill in ((own["p_adjusted"] < ALPHA, BLUE), (own["p_adjusted"] >= ALPHA, "white")):
            axes.plot(own["rho"][chosen], places[chosen], "o", color=BLUE, markerfacecolor=fill)
        for place, regret in zip(places, own["regret"], strict=True):
            axes.annotate(
                f"{regret:.1f}", (1, place), (6, 0), ("axes fraction", "data"), "offset points",
                va="center", color=ORANGE, fontsize=7,
            )  # fmt: skip
        axes.annotate(
            "regret", (1, 0), (0, -12), "axes fraction", "offset points", color=ORANGE, fontsize=6.5
        )
        axes.set_xlim(-1.15, 1.15)
        axes.set_xticks([-1, 0, 1])
        sizes = f"{own['sets'].max()} sets, n = {own['n'].min()}"
        axes.set_title(block.replace(", ", ",\n") + f"\n{sizes}", fontsize=7)
    panels[0].set_yticks(range(len(metrics)), metrics, fontsize=7)
    panels[0].invert_yaxis()
    figure.supxlabel("rank correlation with the accuracy lost, 95 % interval over replicates", fontsize=8)
    return figure
