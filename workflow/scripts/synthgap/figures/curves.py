"""Figures of scores: accuracy (fig. 1a), sample quality (fig. 3b), entropy (fig. 5)."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..diffusion.schedule import SamplerConfig
from ..metrics.statistics import Summary, summarise
from ..sets import REAL
from .series import by_reverse_step, select
from .style import BAND, BLUE, COLUMN, GREY, ORANGE, PAGE, label_reverse_steps

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


def accuracy_figure(scores: pd.DataFrame, synthetic: str) -> Figure:
    """Fig. 1a: test accuracy after training on real and on fully synthetic images."""
    figure = Figure((COLUMN, 2.4))
    axes = figure.subplots()
    for position, (name, colour) in enumerate([(REAL, GREY), (synthetic, ORANGE)]):
        values = 100 * select(scores, "accuracy", set=name)["value"].to_numpy()
        summary = summarise(values)
        axes.errorbar(
            position, summary.mean, summary.std, fmt="_", color=colour, markersize=26, capsize=4, mew=2
        )
        spread = position + 0.16 + 0.05 * np.arange(len(values))
        axes.plot(spread, values, "o", color=colour, mec="black", mew=0.4)
        text = f"{summary.mean:.2f} ± {summary.std:.2f}" if summary.n > 1 else f"{summary.mean:.2f}"
        axes.annotate(text, (position - 0.2, summary.mean), ha="right", va="center")
    axes.set_xticks([0, 1], ["real", "synthetic"])
    axes.set_xlim(-1.0, 1.6)
    axes.set_xlabel("training images")
    axes.set_ylabel("accuracy on real test images (%)")
    axes.set_title(f"mean ± standard deviation, n = {summary.n}; dots: replicates", fontsize=7)
    axes.margins(y=0.25)
    return figure


def quality_figure(scores: pd.DataFrame, extractors: dict[str, str], sampling: SamplerConfig) -> Figure:
    """Fig. 3b: Fréchet distance, precision and recall over t_re, beside the baseline's band.

    extractors: the extractor of each metric.
    """
    figure = Figure((PAGE, 2.7))
    panels = figure.subplots(1, len(METRIC_LABELS))
    for axes, (metric, label) in zip(panels, METRIC_LABELS.items(), strict=True):
        extractor = extractors[metric]
        chosen = {"split": "train", "extractor": extractor}
        band = summarise(select(scores, metric, reference="re-split", extractor=extractor)["value"])
        axes.axhspan(
            band.mean - 2 * band.std, band.mean + 2 * band.std, color=BAND,
            label="real against real\n(re-splits, ± 2 s.d.)",
        )  # fmt: skip
        held_out = by_reverse_step(scores, metric, reference="held-out", **chosen)
        paired = by_reverse_step(scores, metric, reference="paired", **chosen)
        sizes = select(scores, metric, **chosen).groupby("reference")["n_real"].first()
        held_out_label = f"against held-out real images\n({sizes['held-out']} a side)"
        paired_label = f"against their own source images\n({sizes['paired']} a side)"
        _plot_summaries(axes, held_out, BLUE, "o-", held_out_label)
        _plot_summaries(axes, paired, ORANGE, "s--", paired_label)
        axes.set_title(f"{label}\n{EXTRACTOR_LABELS[extractor]}")
        label_reverse_steps(axes, list(held_out), sampling)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=7)
    return figure


def entropy_figure(scores: pd.DataFrame, sampling: SamplerConfig) -> Figure:
    """Fig. 5: entropy of the real-trained classifiers' output over t_re."""
    figure = Figure((COLUMN, 2.8))
    axes = figure.subplots()
    for split, colour, line, side in (("train", ORANGE, "s--", -1), ("test", BLUE, "o-", 1)):
        summaries = by_reverse_step(scores, "entropy", split=split)
        real, offset = summaries[0], side * max(summaries) / 150
        if real.n > 1:
            axes.axhspan(real.mean - real.std, real.mean + real.std, color=colour, alpha=0.15, lw=0)
        axes.axhline(real.mean, color=colour, lw=0.8, ls=":")
        _plot_summaries(axes, summaries, colour, line, f"from {split} images", offset)
    axes.set_ylabel("entropy (nats)")
    axes.set_ylim(bottom=0)
    label_reverse_steps(axes, list(summaries), sampling)
    axes.legend(title="bands: the real images (± 1 s.d.)", title_fontsize=6.5, fontsize=7)
    return figure


def _plot_summaries(
    axes: Axes, summaries: dict[int, Summary], colour: str, line: str, label: str, offset: float = 0.0
) -> None:
    """Means over t_re (moved by offset), with the deviation over replicates as error bars."""
    positions = [t_re + offset for t_re in summaries]
    means = [summary.mean for summary in summaries.values()]
    deviations = [summary.std if summary.n > 1 else 0.0 for summary in summaries.values()]
    axes.errorbar(positions, means, deviations, fmt=line, color=colour, capsize=2, label=label)
