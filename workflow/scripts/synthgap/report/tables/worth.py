"""How many real images each set is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...plan.declarations import Table
from ...sets.recipe import has_learning_curve
from ..series import by_set, titles
from ..worth import curve_sizes, training_images, worth_numbers, worth_sentence

if TYPE_CHECKING:
    import pandas as pd

DECLARATION = Table(
    title="Worth in real images",
    caption="How many real images each set is worth: n_eq is the number of real training images with which "
    "a classifier, trained for as many steps, gets as many test images right, by a monotone fit to the "
    "learning curve. low, high: its 95 % interval, over replicates and test images. 0 is fewer than the "
    "smallest part of the real set that was trained on, inf more than all of it. The parts themselves have "
    "none. accuracy in percent; n: replicates.",
    scores=("accuracy", "worth"),
    applies=has_learning_curve,
)


def make(scores: pd.DataFrame, values: Any = None, with_paper: bool = False) -> pd.DataFrame:
    """A row for each set that classifiers are trained on."""
    import pandas as pd

    names, sizes, points = titles(scores), training_images(scores), curve_sizes(scores)
    rows = []
    for name, accuracy in by_set(scores, "accuracy").items():
        n_eq, low, high = worth_numbers(scores, name)
        rows.append(
            {
                "samples": names[name],
                "training_images": sizes[name],
                "accuracy": 100 * accuracy.mean,
                "n_eq": n_eq,
                "low": low,
                "high": high,
                "n": accuracy.n,
                "worth": f"{sizes[name]:,} real images" if name in points else worth_sentence(scores, name),
            }
        )
    return pd.DataFrame(rows)


def page_table(scores: pd.DataFrame) -> pd.DataFrame:
    """What each set is worth, as text."""
    table = make(scores)
    accuracies = [f"{accuracy:.2f}" for accuracy in table["accuracy"]]
    shown = table[["samples", "training_images", "n"]].astype(str).assign(accuracy=accuracies)
    shown["worth (95 % interval)"] = table["worth"]
    return shown.rename(columns={"training_images": "training images", "accuracy": "accuracy (%)"})
