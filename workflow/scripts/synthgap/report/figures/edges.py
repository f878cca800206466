"""What kind of images each set loses, from the core of the classes to their edge."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from ...plan.declarations import Figure
from ...plan.names import ALL
from ...sets.recipe import KNOWN, REAL
from ..edges import DECILES, TAILS, Group, group_scores
from ..material import Material
from ..series import sets_in
from ..style import BLUE, GREEN, GREY, ORANGE, PAGE, new_figure, set_label

if TYPE_CHECKING:
    import matplotlib.figure
    import pandas as pd
    from matplotlib.axes import Axes

COLUMNS, MOST = 4, 12
LONGEST_LINE = 28  # characters
SMALL, LINE = 1.45, 0.24  # inches: the height of a panel, and of a set's line
LOOKS = {"edge_share": (ORANGE, "s", "at the edge"), "core_share": (GREEN, "o", "in the core")}

DECLARATION = Figure(
    title="Edge and core",
    category="Synthetic samples",
    caption="Top: around the real test images, from the most typical tenth of each class (1, the core) to "
    "the least typical (10, the edge): of the ten nearest neighbours among as many images of the "
    "set as real training images, the share that is the set's, minus one half. Below zero the set "
    "has too few such images. Filled: p < .05, adjusted for the ten tenths, with three replicates "
    "or more. Bottom: the share of a set's images at the edge (less typical than nine in ten real "
    "training images), and in the core (more typical than nine in ten), minus a tenth. Bars are 95 "
    "% intervals with the noise of replicates and of images; of one replicate, of images alone. "
    "Of more than twelve sets, the generated ones and the last of the others.",
    scores=("edges",),
    applies=lambda recipes: any(recipe.measured for name, recipe in recipes.items() if name != REAL),
)


def draw(material: Material) -> matplotlib.figure.Figure:
    return edges_figure(material.scores)


def edges_figure(scores: pd.DataFrame) -> matplotlib.figure.Figure:
    """Local share by decile, a panel for each set, and below edge and core share of all.

    Of more than twelve sets, the generated ones and the last of the others.
    """
    sets = _shown(sets_in(scores))
    columns = min(COLUMNS, max(len(sets), 1))
    rows = max(-(-len(sets) // columns), 1)
    heights = [SMALL * rows + 0.5, LINE * len(sets) + 0.9]
    figure = new_figure(PAGE, sum(heights))
    above, below = np.asarray(figure.subfigures(2, 1, height_ratios=heights)).flat
    panels = list(above.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).flat)
    for axes, name in zip(panels, sets.index, strict=False):
        local = group_scores(scores, str(name), "local_share")
        _draw_deciles(axes, local)
        all_images = f"\nall: {100 * local[ALL].comparison.value:+.1f} points" if ALL in local else ""
        axes.set_title(_label(sets, name) + all_images)
    for axes in panels[len(sets) :]:
        axes.axis("off")
    for axes in panels[max(len(sets) - columns, 0) :]:
        axes.tick_params(labelbottom=True)
    images = f"{scores['n_real'][scores['metric'] == 'local_share'].max():.0f} " if len(sets) else ""
    above.supxlabel(
        f"tenth of the {images}real test images, from the core (1) to the edge (10) of their class",
        fontsize=8,
    )
    above.supylabel("local share (points)", fontsize=8)
    _draw_tails(below.subplots(), scores, sets)
    return figure


def _shown(sets: pd.DataFrame) -> pd.DataFrame:
    """Those that there is room for, in their order."""
    generated, known = sets["generated"].astype(bool), sets["kind"] == KNOWN
    chosen = [*sets.index[generated], *sets.index[~generated & ~known][::-1], *sets.index[known]][:MOST]
    return sets[sets.index.isin(chosen)]


def _draw_deciles(axes: Axes, local: dict[str, Group]) -> None:
    axes.axhline(0, color=GREY, lw=0.9)
    for place, decile in enumerate(DECILES, start=1):
        if decile in local:
            value, below, above = _in_points(local[decile])
            seen = local[decile].comparison.decidable and local[decile].p_adjusted < 0.05
            axes.errorbar(
                place, value, [[below], [above]],
                fmt="o", color=BLUE, mfc=BLUE if seen else "white", capsize=1.5, lw=1, ms=3.5,
            )  # fmt: skip
    axes.set_xticks([1, 5, 10])
    axes.set_xlim(0.4, 10.6)


def _draw_tails(axes: Axes, scores: pd.DataFrame, sets: pd.DataFrame) -> None:
    axes.axvline(0, color=GREY, lw=0.9)
    counted = "no class with enough images"
    for metric, shift in zip(TAILS, (-0.15, 0.15), strict=True):
        colour, marker, label = LOOKS[metric]
        for place, name in enumerate(sets.index):
            groups = group_scores(scores, str(name), metric)
            if ALL in groups:
                value, below, above = _in_points(groups[ALL])
                axes.errorbar(
                    value, place + shift, xerr=[[below], [above]],
                    fmt=marker, color=colour, capsize=1.5, lw=1, label=label,
                )  # fmt: skip
                label, found = "_", groups[ALL].comparison
                replicates = f"{found.n_replicates} replicate{'s' if found.n_replicates > 1 else ''}"
                counted = f"{replicates},\n{found.n_images} images a side"
    axes.set_yticks(range(len(sets)), [_label(sets, name) for name in sets.index])
    axes.set_ylim(len(sets) - 0.5, -0.5)
    axes.set_xlabel("share of the set's images minus a tenth (points)")
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), title=f"95 % intervals\n({counted})", fontsize=7)


def _label(sets: pd.DataFrame, name: Any) -> str:
    """A set's title, in two lines at most that fit above a panel."""
    return textwrap.fill(set_label(sets.loc[name]), LONGEST_LINE, max_lines=2, placeholder=" …")


def _in_points(group: Group) -> tuple[float, float, float]:
    """Value, and how far the interval reaches below and above it."""
    low, high = group.comparison.interval()
    value = group.comparison.value
    return 100 * value, 100 * (value - low), 100 * (high - value)
