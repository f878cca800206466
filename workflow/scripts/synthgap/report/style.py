"""One look for every figure: readable in print, colour-blind safe, the same bytes every time."""

from __future__ import annotations

import logging
import os
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ..run.errors import in_a_line
from ..run.files import whole_file

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's colours, told apart with any colour vision and in grey.
ORANGE, BLUE, GREEN = "#E69F00", "#0072B2", "#009E73"
SKY, VERMILION, PURPLE = "#56B4E9", "#D55E00", "#CC79A7"
GREY, BAND = "#8C8C8C", "#DDDDDD"
LONGEST_LABEL = 120  # characters
COLUMN, PAGE = 3.4, 7.0  # inches: one column and the full width of a printed page

# For characters that the first doesn't have, where they are installed.
FONTS = (
    "DejaVu Sans", "Noto Sans CJK JP", "Noto Sans CJK SC", "Source Han Sans", "WenQuanYi Micro Hei",
    "IPAGothic", "Hiragino Sans", "Yu Gothic", "Microsoft YaHei", "Malgun Gothic", "Noto Sans Arabic",
    "Noto Sans Devanagari", "Noto Sans Thai", "Noto Sans Hebrew", "Arial Unicode MS", "Droid Sans Fallback",
)  # fmt: skip

STYLE: Any = {
    "font.size": 8,
    "axes.titlesize": 8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.axisbelow": True,
    "lines.linewidth": 1.3,
    "lines.markersize": 4,
    "legend.edgecolor": "none",
    "legend.framealpha": 0.8,
    "figure.constrained_layout.use": True,
    "savefig.dpi": 220,
    "pdf.fonttype": 42,
}


logger = logging.getLogger(__name__)


def new_figure(width: float, height: float) -> Figure:
    """An empty figure, its sizes in inches. Matplotlib takes long to import, and the parse reads figures'
    files.
    """
    from matplotlib.figure import Figure

    return Figure((width, height))


def draw_figure(
    png: str | os.PathLike, pdf: str | os.PathLike, plot: Callable[..., Figure], *args: Any
) -> None:
    """Draw plot(*args) in the common style and write it in both formats."""
    import matplotlib
    from matplotlib.font_manager import get_font_names

    installed = set(get_font_names())
    fonts = {"font.family": [name for name in FONTS if name in installed]}
    with matplotlib.rc_context(STYLE | fonts), _missing_characters_told():
        figure = plot(*args)
        for path in (png, pdf):
            with whole_file(path) as temporary:
                # No date or program version in the file.
                metadata = {"CreationDate": None} if temporary.suffix == ".pdf" else {"Software": None}
                figure.savefig(temporary, metadata=metadata)


@contextmanager
def _missing_characters_told() -> Iterator[None]:
    """One line for all characters that no installed font has, in place of a warning for each."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    missing = set()
    for warning in caught:
        if glyph := re.match(r"Glyph (\d+) ", str(warning.message)):
            missing.add(chr(int(glyph[1])))
        else:
            warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
    if missing:
        shown = in_a_line("".join(sorted(missing)), 40)
        logger.warning(
            "no installed font has %s, drawn as boxes; install one that has, such as Noto Sans CJK", shown
        )


def standing(sets: pd.DataFrame) -> pd.DataFrame:
    """The sets that stand at their reverse step: the real one, the paper's series, and other series of
    several. A single set at T would hide behind the paper's.

    sets: what they are, by name (see series.sets_in).
    """
    stepped = sets.dropna(subset="t_re")
    members = stepped.groupby("series")["series"].transform("size")
    kept = (members > 1) | stepped["paper"].astype(bool) | (stepped["kind"] == "real")
    return stepped[kept]


def set_positions(sets: pd.DataFrame) -> dict[str, float]:
    """Where sets stand on an axis of reverse steps; those that stand at none follow on the right.

    sets: what they are, by name (see series.sets_in).
    """
    stepped = standing(sets)
    steps = {str(name): float(t_re) for name, t_re in stepped["t_re"].items()}
    last = max([*steps.values(), 1.0])
    others = [str(name) for name in sets.index if name not in stepped.index]
    return steps | {name: last * (1.16 + 0.1 * i) for i, name in enumerate(others)}


def room_below(sets: pd.DataFrame) -> float:
    """Inches that long names below an axis need, beyond what an axis has."""
    longest = max(map(len, map(plain, _names_below(sets))), default=0)
    return 0.055 * max(longest - 8, 0)


def _names_below(sets: pd.DataFrame) -> pd.Series:
    """Of the sets that stand at no reverse step, by their names. Titles would say the step, too."""
    others = sets[~sets.index.isin(standing(sets).index)]
    return others["title"].where(others["t_re"].isna(), others["series"])


def label_sets(axes: Axes, sets: pd.DataFrame) -> None:
    """t_re and the sets without one below, and above t_re the noise level that each reverse step starts
    from.
    """
    positions = set_positions(sets)
    stepped = standing(sets).astype({"t_re": int})
    series = stepped[stepped["paper"].astype(bool)] if stepped["paper"].astype(bool).any() else stepped
    sigmas = dict(zip(series["t_re"], series["sigma"], strict=True))
    shown = _legible(list(sigmas))
    names = _names_below(sets)
    axes.set_xlabel("reverse step $t_{\\mathrm{re}}$", loc="left" if len(names) > 1 else "center")
    axes.set_xticks(shown)
    for name, shown_name in names.items():
        place = positions[str(name)]
        axes.axvline(place, color=BAND, lw=0.6, zorder=0)
        axes.annotate(
            plain(shown_name), (place, 0), (0, -3), ("data", "axes fraction"), "offset points",
            rotation=90, ha="center", va="top", fontsize=7, annotation_clip=False,
        )  # fmt: skip
    top = axes.secondary_xaxis("top")
    top.set_xticks(shown, [format_sigma(sigmas[step]) for step in shown], rotation=60)
    top.tick_params(labelsize=6.5, length=2)
    top.set_xlabel("start noise level $\\sigma$", fontsize=7)


def format_sigma(sigma: float) -> str:
    """A noise level in two significant digits, without exponents."""
    if sigma == 0:
        return "0"
    return f"{sigma:.0f}" if sigma >= 10 else f"{sigma:.2g}" if sigma >= 0.01 else f"{sigma:.3f}"


def plain(text: object) -> str:
    """Text from outside as a label: its $ are not the beginning of a formula."""
    return in_a_line(text, LONGEST_LABEL).replace("$", r"\$")


def title_columns(panels: Any, titles: list[str]) -> None:
    """Titles over a row of panels: upright, above a higher figure, where they would run into each other."""
    longest = max(len(re.sub(r"\$[^$]*\$", "tre", title)) for title in titles)
    upright = longest * len(titles) > 90
    if upright:
        figure = panels[0].figure
        figure.set_figheight(figure.get_figheight() + 0.07 * longest)
    for axes, title in zip(panels, titles, strict=True):
        axes.set_title(title, rotation=90 if upright else 0)


def set_label(row: Any) -> str:
    """A set's title over a column of images. row: of sets.csv."""
    if row["paper"] and row["t_re"]:
        return f"$t_{{\\mathrm{{re}}}}$ = {row['t_re']}"
    return plain(row["title"])


def _legible(t_re: list[int]) -> list[int]:
    """The reverse steps that have room for a label."""
    room = (max(t_re) - min(t_re)) / 11 if t_re else 0
    kept: list[int] = []
    for step in sorted(t_re, reverse=True):
        if not kept or kept[-1] - step >= room:
            kept.append(step)
    return kept[::-1]
