"""Fig. 5: entropy of the real-trained classifiers over t_re."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...plan.declarations import Figure
from ...sets.recipe import KNOWN, REAL
from ..curves import plot_summaries
from ..material import Material
from ..series import by_set, sets_in, without_known
from ..style import BLUE, COLUMN, ORANGE, label_sets, new_figure, room_below, standing

if TYPE_CHECKING:
    import matplotlib.figure
    import pandas as pd

DECLARATION = Figure(
    title="Fig. 5: output entropy",
    category="Classifiers",
    caption="Output entropy of the real-trained classifiers on each set's images, in the places of the "
    "train and of the test images: mean and standard deviation over replicates. Training images are those "
    "the classifier was fitted to. Lower means easier to classify.",
    scores=("quality",),
)


def draw(material: Material) -> matplotlib.figure.Figure:
    return entropy_figure(material.scores)


def entropy_figure(scores: pd.DataFrame) -> matplotlib.figure.Figure:
    """Entropy of the real-trained classifiers' output over t_re."""
    sets = sets_in(scores)
    shown = sets[sets["kind"] != KNOWN]
    width = COLUMN + 0.15 * max(len(shown) - len(standing(shown)) - 2, 0)
    figure = new_figure(width, 3.0 + room_below(shown))
    axes = figure.subplots()
    for split, colour, line, side in (("train", ORANGE, "s--", -1), ("test", BLUE, "o-", 1)):
        summaries = without_known(by_set(scores, "entropy", split=split), sets)
        real = summaries[REAL]
        if real.n > 1:
            axes.axhspan(real.mean - real.std, real.mean + real.std, color=colour, alpha=0.15, lw=0)
        axes.axhline(real.mean, color=colour, lw=0.8, ls=":")
        plot_summaries(axes, summaries, sets, colour, line, f"{split} images", side * 0.7)
    axes.set_ylabel("entropy (nats)")
    axes.set_ylim(bottom=0)
    label_sets(axes, sets.loc[list(summaries)])
    figure.legend(
        loc="outside lower center", ncols=2, fontsize=7,
        title="bands: the real images (± 1 s.d.)", title_fontsize=6.5,
    )  # fmt: skip
    return figure
