"""How many real images each set is worth; and what comes of replacing real images, or adding to them."""

from __future__ import annotations

import math
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np

from ...plan.declarations import Figure
from ...sets.recipe import REAL, has_learning_curve
from ..curves import MARKERS
from ..material import Material
from ..series import by_set, titles
from ..style import BLUE, COLUMN, GREEN, GREY, ORANGE, PAGE, PURPLE, SKY, VERMILION, new_figure, plain
from ..worth import curve_sizes, training_images, worth_numbers

if TYPE_CHECKING:
    import matplotlib.figure
    import pandas as pd
    from matplotlib.axes import Axes

    from ...metrics.summaries import Summary
    from ...metrics.worth import LearningCurve

BEYOND = 1.6  # from an end of the learning curve to where sets stand that lie beyond it
COLOURS = (ORANGE, BLUE, GREEN, PURPLE, SKY, VERMILION, "black")
PANELS = {"replace": "real images replaced", "add": "synthetic images added"}

DECLARATION = Figure(
    title="Worth in real images",
    category="Classifiers",
    caption="Left: the test accuracy after training on parts of the real set, all for as many steps (mean "
    "and standard deviation over replicates), the monotone fit to it, and every set that is not in "
    "the panels beside it where its accuracy meets the fit: so many real images it is worth. "
    "Horizontal bars are 95 % intervals, over replicates and test images. Beside it, where the run "
    "has such sets: accuracy over the share of the real images that are replaced by synthetic ones, "
    "with what the real images that are left give alone (the fit); and accuracy over the number of "
    "synthetic images that are added to all real ones.",
    scores=("accuracy", "worth"),
    applies=has_learning_curve,
)


def draw(material: Material) -> matplotlib.figure.Figure:
    return worth_figure(material.scores, material.sets)


def worth_figure(scores: pd.DataFrame, sets: pd.DataFrame) -> matplotlib.figure.Figure:
    """The learning curve with every set's place on it, and panels for the sets that replace real images or
    are added to them. sets: sets.csv, by the sets' names.
    """
    from ...metrics.worth import learning_curve

    accuracies, points = by_set(scores, "accuracy"), curve_sizes(scores)
    curve = learning_curve(
        np.array(list(points.values())), np.array([accuracies[name].mean for name in points])
    )
    series = {kind: _series(kind, accuracies, sets) for kind in PANELS}
    shown = [kind for kind in PANELS if series[kind]]
    figure = new_figure(PAGE if shown else 1.3 * COLUMN, 3.4)
    panels = figure.subplots(1, 1 + len(shown), squeeze=False, width_ratios=[1.5, *(1 for _ in shown)])[0]
    in_panels = {name for kind in shown for name in sets.index[sets["kind"] == kind]}
    others = [name for name in accuracies if name not in points and name not in in_panels]
    looks = _looks([*others, *(of for kind in shown for of in series[kind])])
    _draw_curve(panels[0], scores, curve, accuracies, {name: looks[name] for name in others})
    for axes, kind in zip(panels[1:], shown, strict=True):
        _draw_series(axes, kind, series[kind], looks, titles(scores))
    if "replace" in shown:
        _draw_kept(panels[1], curve, training_images(scores)[REAL])
    handles: dict[str, Any] = {}
    for axes in panels:
        own, labels = axes.get_legend_handles_labels()
        handles |= {label: handle for handle, label in zip(own, labels, strict=True) if label not in handles}
    figure.legend(handles.values(), handles, loc="outside lower center", ncols=3 if shown else 2, fontsize=7)
    return figure


def _looks(names: list[str]) -> dict[str, tuple[str, str]]:
    """A colour and a marker for each set, the same in all panels."""
    return dict(zip(dict.fromkeys(names), zip(cycle(COLOURS), cycle(MARKERS), strict=False), strict=False))


def _draw_curve(
    axes: Axes,
    scores: pd.DataFrame,
    curve: LearningCurve,
    accuracies: dict[str, Summary],
    others: dict[str, tuple[str, str]],
) -> None:
    points, names = curve_sizes(scores), titles(scores)
    axes.errorbar(
        list(points.values()),
        [100 * accuracies[name].mean for name in points],
        [100 * accuracies[name].std if accuracies[name].n > 1 else 0.0 for name in points],
        fmt="o", color=GREY, capsize=2, label="real images (mean ± s.d.)",
    )  # fmt: skip
    axes.plot(curve.sizes, 100 * curve.accuracies, color=GREY, label="monotone fit")
    smallest, largest = curve.sizes[0] / BEYOND, curve.sizes[-1] * BEYOND
    beyond = set()
    for name, (colour, marker) in others.items():
        worth = [float(np.clip(value, smallest, largest)) for value in worth_numbers(scores, name)]
        value, low, high = worth
        reach = [[value - low], [high - value]] if not math.isnan(low) else None
        axes.errorbar(
            value, 100 * accuracies[name].mean, xerr=reach, fmt=marker, color=colour, capsize=2,
            label=plain(names[name]),
        )  # fmt: skip
        beyond |= {end for end in (smallest, largest) if end in worth}
    axes.set_xscale("log")
    ticks = {size: f"{size:,}" for size in curve.sizes}
    ticks |= {end: "fewer" if end == smallest else "more" for end in sorted(beyond)}
    axes.set_xticks(list(ticks), list(ticks.values()), rotation=60)
    axes.minorticks_off()
    for end in beyond:
        axes.axvline(end, color=GREY, lw=0.6, ls=":", zorder=0)
    axes.set_xlabel("real training images")
    axes.set_ylabel("accuracy on real test images (%)")
    axes.set_title(f"worth in real images, n = {accuracies[REAL].n}\n(horizontal bars: 95 % intervals)")


def _series(
    kind: str, accuracies: dict[str, Summary], sets: pd.DataFrame
) -> dict[str, list[tuple[float, Summary]]]:
    """For each set that sets of a kind are made with, accuracies over share or times; 0 is the real set."""
    own = sets[(sets["kind"] == kind) & sets.index.isin(accuracies)]
    found = {}
    for of, rows in own.groupby("of", sort=False):
        line = [(0.0, accuracies[REAL])]
        line += [(float(rows.loc[name, "value"]), accuracies[str(name)]) for name in rows.index]
        found[str(of)] = sorted(line, key=lambda point: point[0])
    return found


def _draw_series(
    axes: Axes,
    kind: str,
    series: dict[str, list[tuple[float, Summary]]],
    looks: dict[str, tuple[str, str]],
    names: dict[str, str],
) -> None:
    scale = 100 if kind == "replace" else 1
    for of, line in series.items():
        colour, marker = looks[of]
        axes.errorbar(
            [scale * value for value, _ in line],
            [100 * summary.mean for _, summary in line],
            [100 * summary.std if summary.n > 1 else 0.0 for _, summary in line],
            fmt=f"{marker}-", color=colour, capsize=2, label=plain(names.get(of, of)),
        )  # fmt: skip
    replaced = "share of real images replaced (%)"
    axes.set_xlabel(replaced if kind == "replace" else "synthetic images added\n(times the real ones)")
    axes.set_title(f"{PANELS[kind]},\nn = {line[0][1].n} (mean ± s.d.)")


def _draw_kept(axes: Axes, curve: LearningCurve, real: int) -> None:
    """What the real images give by themselves that are not replaced."""
    shares = np.linspace(0, 1, 101)
    limits = axes.get_ylim()  # of the sets: the smallest part would make them flat
    axes.plot(
        100 * shares, 100 * curve.accuracy((1 - shares) * real), color=GREY, ls="--",
        label="the real images left, alone (fit)",
    )  # fmt: skip
    axes.set_ylim(limits)
