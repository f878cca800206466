"""What figures of scores over the reverse step share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..metrics.summaries import Summary
from ..sets.recipe import REAL
from .style import plain, set_positions, standing

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

MARKERS = "^DvP*X<>"  # of other series than the paper's


def plot_summaries(
    axes: Axes,
    summaries: dict[str, Summary],
    sets: pd.DataFrame,
    colour: str,
    line: str,
    label: str,
    offset: float = 0.0,
) -> None:
    """Means over t_re (moved by offset hundredths of the axis), with the deviation over replicates as error
    bars. Each series is a curve that starts at the real set; other sets' means stand by themselves.

    summaries: by set; sets: what they are. line: format of the paper's series.
    """
    positions = set_positions(sets.loc[list(summaries)])
    offset *= max(positions.values()) / 100

    def bars(names: list[str], style: str, text: str | None) -> None:
        axes.errorbar(
            [positions[name] + offset for name in names],
            [summaries[name].mean for name in names],
            [summaries[name].std if summaries[name].n > 1 else 0.0 for name in names],
            fmt=style, color=colour, capsize=2, label=text,
        )  # fmt: skip

    shown = sets.loc[list(summaries)]
    others, stepped = shown[shown.index != REAL], standing(shown)
    curves = {
        str(series): [str(name) for name in rows.sort_values("t_re").index]
        for series, rows in stepped[stepped.index != REAL].groupby("series", sort=False)
    }
    paper = {str(series) for series in others[others["paper"].astype(bool)]["series"]}
    markers = iter(MARKERS)
    for series, names in curves.items():
        if series in paper or not paper:
            bars([REAL, *names] if REAL in summaries else names, line, label)
            paper = paper or {series}
        else:
            style = next(markers, "o") + (":" if len(names) > 1 else "")
            bars(
                [REAL, *names] if len(names) > 1 and REAL in summaries else names,
                style,
                plain(f"{series}: {label}"),
            )
    alone = [str(name) for name in others.index if name not in stepped.index]
    if not curves and REAL in summaries:
        alone = [REAL, *alone]
    if alone:
        bars(alone, line[0], None if curves else label)
