"""Fig. 3b: Fréchet distance, precision and recall over t_re."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...metrics.summaries import summarise
from ...plan.declarations import Figure
from ...plan.tables import plugin
from ...sets.recipe import KNOWN
from ..curves import plot_summaries
from ..material import Material
from ..series import by_set, score_titles, select, sets_in, without_known
from ..style import BAND, BLUE, ORANGE, PAGE, label_sets, new_figure, room_below

if TYPE_CHECKING:
    import matplotlib.figure
    import pandas as pd

SHOWN = ("frechet", "precision", "recall")
ARROWS = {"lower": "↓", "higher": "↑"}

DECLARATION = Figure(
    title="Fig. 3b: quality",
    category="Synthetic samples",
    caption="Sample quality over the reverse step: mean and standard deviation over replicates. Training "
    "images of each set are compared with held-out real images and with the real training images, from "
    "which reconstructions were made and other sets were not. Sets without a reverse step stand on the "
    "right. The band is what random re-splits of the real images give against each other.",
    scores=("quality",),
    config=("metrics.frechet", "metrics.manifold"),
    tells=("metrics", "extractors"),
)


def draw(material: Material) -> matplotlib.figure.Figure:
    manifold = material.settings["manifold"]
    extractors = {"frechet": material.settings["frechet"], "precision": manifold, "recall": manifold}
    return quality_figure(material.scores, extractors)


def quality_figure(scores: pd.DataFrame, extractors: dict[str, str]) -> matplotlib.figure.Figure:
    """Fréchet distance, precision and recall over t_re, beside the baseline's band.

    extractors: the extractor of each metric.
    """
    sets, told = sets_in(scores), score_titles()
    figure = new_figure(PAGE, 2.7 + room_below(sets[sets["kind"] != KNOWN]))
    panels = figure.subplots(1, len(SHOWN))
    for axes, metric in zip(panels, SHOWN, strict=True):
        extractor = extractors[metric]
        chosen = {"split": "train", "extractor": extractor}
        band = summarise(select(scores, metric, reference="re-split", extractor=extractor)["value"])
        axes.axhspan(
            band.mean - 2 * band.std, band.mean + 2 * band.std, color=BAND,
            label="real against real\n(re-splits, ± 2 s.d.)",
        )  # fmt: skip
        held_out = without_known(by_set(scores, metric, reference="held-out", **chosen), sets)
        paired = without_known(by_set(scores, metric, reference="paired", **chosen), sets)
        sizes = select(scores, metric, **chosen).groupby("reference")["n_real"].first()
        held_out_label = f"against held-out real images\n({sizes['held-out']} a side)"
        paired_label = f"against the training images\n({sizes['paired']} a side)"
        plot_summaries(axes, held_out, sets, BLUE, "o-", held_out_label)
        plot_summaries(axes, paired, sets, ORANGE, "s--", paired_label)
        title = f"{told[metric].title} {ARROWS[told[metric].better]}"
        axes.set_title(f"{title}\n{plugin('extractors', extractor).DECLARATION.title}")
        label_sets(axes, sets.loc[list(held_out)])
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=7)
    return figure
