"""Galleries: pairs of images side by side, with a line below each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .images import show_image
from .style import GREY, PAGE, new_figure, plain, set_label

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.figure import Figure

MOST_SETS = 4
GAP = 0.3  # between pairs, in widths of an image
MARGIN, ABOVE, BELOW = 0.05, 0.22, 0.36  # inches: around the page, for a strip's title, for the lines below
LONGEST, LONGEST_TITLE = 14, 40  # characters below a pair, and of a set's title


class Pair(NamedTuple):
    """Two images uint8 [H, W, C], the second None where there is none, and what stands below."""

    left: np.ndarray
    right: np.ndarray | None
    text: str


class Strip(NamedTuple):
    """A row of pairs and what stands above it."""

    title: str
    pairs: Sequence[Pair]


def gallery_sets(recipes: Any) -> list[str]:
    """The measured sets whose images are all made from labels alone, the paper's first."""
    made = [name for name, recipe in recipes.items() if recipe.generated and recipe.measured]
    return sorted(made, key=lambda name: not recipes[name].paper)[:MOST_SETS]


def gallery(strips: Sequence[Strip]) -> Figure:
    """All strips, one below the other."""
    count = max(len(strip.pairs) for strip in strips)
    side = (PAGE - 2 * MARGIN) / (count * (2 + GAP) - GAP)
    height = ABOVE + side + BELOW
    figure = new_figure(PAGE, len(strips) * height)
    figure.set_layout_engine("none")  # every image has its place
    for row, strip in enumerate(strips):
        top = (len(strips) - row) * height
        figure.text(MARGIN / PAGE, (top - 0.05) / figure.get_figheight(), strip.title, va="top")
        for column, pair in enumerate(strip.pairs):
            corner = MARGIN + column * side * (2 + GAP), top - ABOVE - side
            _draw_pair(figure, pair, corner, side)
    return figure


def _draw_pair(figure: Figure, pair: Pair, corner: tuple[float, float], side: float) -> None:
    """corner: of the left image, below and on its left, and side: of the images, in inches."""
    width, height = figure.get_size_inches()
    for place, image in enumerate(pair[:2]):
        left = corner[0] + place * side * 1.02
        axes = figure.add_axes((left / width, corner[1] / height, 0.98 * side / width, 0.98 * side / height))
        if image is None:
            axes.axis("off")
            axes.text(0.5, 0.5, "none", ha="center", va="center", color=GREY)
        else:
            show_image(axes, image)
    middle = corner[0] + side
    figure.text(middle / width, (corner[1] - 0.04) / height, pair.text, ha="center", va="top", fontsize=7)


def set_title(row: Any) -> str:
    """A set's title above a strip. row: of sets.csv."""
    return short(row["title"], LONGEST_TITLE) if len(row["title"]) > LONGEST_TITLE else set_label(row)


def short(text: object, longest: int = LONGEST) -> str:
    """A name from outside that fits below a pair."""
    name = str(text)
    return plain(name if len(name) <= longest else f"{name[: longest - 1]}…")
