"""How many real images a set is worth, in numbers and in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .series import select, sets_in

if TYPE_CHECKING:
    import pandas as pd

METRICS = ("n_eq", "n_eq_low", "n_eq_high")


def worth_numbers(scores: pd.DataFrame, name: str) -> tuple[float, float, float]:
    """How many real images a set is worth, and the 95 % interval; NaN where nothing is said.

    0: fewer than the smallest part of the real set that is trained on; infinity: more than all.
    """
    own = scores[scores["set"] == name].set_index("metric")["value"]
    value, low, high = (float(own.get(metric, math.nan)) for metric in METRICS)
    return value, low, high


def worth_sentence(scores: pd.DataFrame, name: str) -> str | None:
    """What a set is worth, such as "10,000 synthetic images train like 3,535 real ones (3,000 to 4,590)".

    scores: of the stages accuracy and worth. In brackets the 95 % interval, where there is one. None for a
    set whose worth is not known: of real images alone, or in a run without a learning curve.
    """
    value, low, high = worth_numbers(scores, name)
    if math.isnan(value):
        return None
    images = "synthetic images" if sets_in(scores).loc[name, "generated"] else "images"
    sentence = f"{training_images(scores)[name]:,} {images} train like {number_text(scores, value)} real ones"
    if math.isnan(low):
        return sentence
    ends = dict.fromkeys((number_text(scores, low), number_text(scores, high)))
    return f"{sentence} ({' to '.join(ends)})"


def number_text(scores: pd.DataFrame, number: float) -> str:
    """A number of real images in words."""
    smallest, largest = min(curve_sizes(scores).values()), max(curve_sizes(scores).values())
    if number == 0:
        return f"fewer than {smallest:,}"
    return f"more than {largest:,}" if math.isinf(number) else f"{round(number):,}"


def training_images(scores: pd.DataFrame) -> dict[str, int]:
    """How many training images each set has, by name."""
    return {
        str(name): int(n) for name, n in select(scores, "accuracy").groupby("set")["n_fake"].first().items()
    }


def curve_sizes(scores: pd.DataFrame) -> dict[str, int]:
    """The points of the learning curve: sets of real images alone, and how many they have."""
    sizes, sets = training_images(scores), sets_in(scores)
    return {str(name): sizes[str(name)] for name in sets.index[sets["curve"].astype(bool)] if name in sizes}
