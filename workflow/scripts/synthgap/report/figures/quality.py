"""Fig. 3b: Fréchet distance, precision and recall over t_re."""

from typing import TYPE_CHECKING

import pandas as pd

from ...metrics.summaries import summarise
from ...plan.declarations import Figure
from ..curves import plot_summaries
from ..material import Material
from ..series import by_set, select, sets_in
from ..style import BAND, BLUE, ORANGE, PAGE, label_sets, new_figure

if TYPE_CHECKING:
    import matplotlib.figure

METRIC_LABELS = {
    "frechet": "Fréchet distance ↓",
    "precision": "precision ↑",
    "recall": "recall ↑",
}
EXTRACTOR_LABELS = {
    "efficientnet_lite0": "EfficientNet-Lite0",
    "inception": "Inception",
    "vgg16": "VGG16",
    "dinov2": "DINOv2",
}

DECLARATION = Figure(
    title="Fig. 3b: quality",
    category="Synthetic samples",
    caption="Sample quality over the reverse step: mean and standard deviation over replicates. Training "
    "images of each set are compared with held-out real images and with the real training images, from "
    "which reconstructions were made and other sets were not. Sets without a reverse step stand on the "
    "right. The band is what random re-splits of the real images give against each other.",
    scores=("quality",),
    config=("metrics.frechet", "metrics.manifold"),
)


def draw(material: Material) -> "matplotlib.figure.Figure":
    manifold = material.settings["manifold"]
    extractors = {"frechet": material.settings["frechet"], "precision": manifold, "recall": manifold}
    return quality_figure(material.scores, extractors)


def quality_figure(scores: pd.DataFrame, extractors: dict[str, str]) -> "matplotlib.figure.Figure":
    """Fréchet distance, precision and recall over t_re, beside the baseline's band.

    extractors: the extractor of each metric.
    """
    figure = new_figure(PAGE, 2.7)
    panels = figure.subplots(1, len(METRIC_LABELS))
    sets = sets_in(scores)
    for axes, (metric, label) in zip(panels, METRIC_LABELS.items(), strict=True):
        extractor = extractors[metric]
        chosen = {"split": "train", "extractor": extractor}
        band = summarise(select(scores, metric, reference="re-split", extractor=extractor)["value"])
        axes.axhspan(
            band.mean - 2 * band.std, band.mean + 2 * band.std, color=BAND,
            label="real against real\n(re-splits, ± 2 s.d.)",
        )  # fmt: skip
        held_out = by_set(scores, metric, reference="held-out", **chosen)
        paired = by_set(scores, metric, reference="paired", **chosen)
        sizes = select(scores, metric, **chosen).groupby("reference")["n_real"].first()
        held_out_label = f"against held-out real images\n({sizes['held-out']} a side)"
        paired_label = f"against the training images\n({sizes['paired']} a side)"
        plot_summaries(axes, held_out, sets, BLUE, "o-", held_out_label)
        plot_summaries(axes, paired, sets, ORANGE, "s--", paired_label)
        axes.set_title(f"{label}\n{EXTRACTOR_LABELS[extractor]}")
        label_sets(axes, sets.loc[list(held_out)])
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=7)
    return figure
