"""One look for every figure: readable in print, colour-blind safe, the same bytes every time."""

import os
from collections.abc import Callable, Iterable
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..run.files import whole_file
from ..sets.names import competitors, reverse_step
from ..sets.schedule import SamplerConfig, start_sigma

# Okabe and Ito's colours, told apart with any colour vision and in grey.
ORANGE, BLUE, GREEN = "#E69F00", "#0072B2", "#009E73"
GREY, BAND = "#8C8C8C", "#DDDDDD"
COLUMN, PAGE = 3.4, 7.0  # inches: one column and the full width of a printed page

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


def draw_figure(
    png: str | os.PathLike, pdf: str | os.PathLike, plot: Callable[..., Figure], *args: Any
) -> None:
    """Draw plot(*args) in the common style and write it in both formats."""
    with matplotlib.rc_context(STYLE):
        figure = plot(*args)
        for path in (png, pdf):
            with whole_file(path) as temporary:
                # No date or program version in the file.
                metadata = {"CreationDate": None} if temporary.suffix == ".pdf" else {"Software": None}
                figure.savefig(temporary, metadata=metadata)


def set_positions(names: Iterable[str]) -> dict[str, float]:
    """Where sets stand on an axis of reverse steps; competitors follow on the right."""
    steps = {name: float(t_re) for name in names if (t_re := reverse_step(name)) is not None}
    last = max(steps.values())
    return steps | {name: last * (1.12 + 0.1 * i) for i, name in enumerate(competitors(names))}


def label_sets(axes: Axes, names: Iterable[str], sampling: SamplerConfig) -> None:
    """t_re and competitors below, and above t_re the noise level that each reverse step starts from."""
    positions = set_positions(names)
    t_re = sorted(step for name in names if (step := reverse_step(name)) is not None)
    axes.set_xlabel("reverse step $t_{\\mathrm{re}}$")
    axes.set_xticks(_legible(t_re))
    for name in competitors(names):
        axes.axvline(positions[name], color=BAND, lw=0.6, zorder=0)
        axes.annotate(
            name, (positions[name], 0), (0, -3), ("data", "axes fraction"), "offset points",
            rotation=90, ha="center", va="top", fontsize=7, annotation_clip=False,
        )  # fmt: skip
    top = axes.secondary_xaxis("top")
    sigmas = [format_sigma(start_sigma(step, sampling)) for step in _legible(t_re)]
    top.set_xticks(_legible(t_re), sigmas, rotation=60)
    top.tick_params(labelsize=6.5, length=2)
    top.set_xlabel("start noise level $\\sigma$", fontsize=7)


def format_sigma(sigma: float) -> str:
    """A noise level in two significant digits, without exponents."""
    if sigma == 0:
        return "0"
    return f"{sigma:.0f}" if sigma >= 10 else f"{sigma:.2g}" if sigma >= 0.01 else f"{sigma:.3f}"


def format_set(name: str) -> str:
    """A set as a label."""
    t_re = reverse_step(name)
    return name if t_re is None else format_reverse_step(t_re)


def format_reverse_step(t_re: int) -> str:
    """A reverse step as a label."""
    return f"$t_{{\\mathrm{{re}}}}$ = {t_re}" if t_re else "real"


def _legible(t_re: list[int]) -> list[int]:
    """The reverse steps that have room for a label."""
    room = (max(t_re) - min(t_re)) / 11
    kept: list[int] = []
    for step in sorted(t_re, reverse=True):
        if not kept or kept[-1] - step >= room:
            kept.append(step)
    return kept[::-1]
