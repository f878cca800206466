"""Figures of scores: accuracy (fig. 1a), sample quality (fig. 3b), entropy (fig. 5), detection."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..metrics.statistics import Summary, guessing_interval, summarise
from ..sets.names import NEGATIVE_CONTROL, POSITIVE_CONTROL, REAL, competitors
from ..sets.schedule import SamplerConfig
from .series import by_set, detection_images, select
from .style import BAND, BLUE, COLUMN, GREEN, GREY, ORANGE, PAGE, label_sets, set_positions

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
DETECTOR_LABELS = {
    "pixel": "pixels",
    "dct": "DCT coefficients",
    "dct_linear": "DCT coefficients,\nlinear detector",
}


def accuracy_figure(scores: pd.DataFrame, synthetic: str) -> Figure:
    """Fig. 1a: test accuracy after training on real, on fully synthetic and on competitors' images."""
    shown = {REAL: "real", synthetic: "synthetic"}
    shown |= {name: name for name in competitors(by_set(scores, "accuracy"))}
    figure = Figure((COLUMN * (1 + len(shown)) / 3, 2.4))
    axes = figure.subplots()
    for position, name in enumerate(shown):
        colour = {REAL: GREY, synthetic: ORANGE}.get(name, GREEN)
        values = 100 * select(scores, "accuracy", set=name)["value"].to_numpy()
        summary = summarise(values)
        axes.errorbar(
            position, summary.mean, summary.std, fmt="_", color=colour, markersize=26, capsize=4, mew=2
        )
        spread = position + 0.16 + 0.05 * np.arange(len(values))
        axes.plot(spread, values, "o", color=colour, mec="black", mew=0.4)
        text = f"{summary.mean:.2f} ± {summary.std:.2f}" if summary.n > 1 else f"{summary.mean:.2f}"
        axes.annotate(text, (position - 0.2, summary.mean), ha="right", va="center")
    axes.set_xticks(range(len(shown)), list(shown.values()))
    axes.set_xlim(-1.0, len(shown) - 0.4)
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
        held_out = by_set(scores, metric, reference="held-out", **chosen)
        paired = by_set(scores, metric, reference="paired", **chosen)
        sizes = select(scores, metric, **chosen).groupby("reference")["n_real"].first()
        held_out_label = f"against held-out real images\n({sizes['held-out']} a side)"
        paired_label = f"against the training images\n({sizes['paired']} a side)"
        _plot_summaries(axes, held_out, BLUE, "o-", held_out_label)
        _plot_summaries(axes, paired, ORANGE, "s--", paired_label)
        axes.set_title(f"{label}\n{EXTRACTOR_LABELS[extractor]}")
        label_sets(axes, held_out, sampling)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=7)
    return figure


def entropy_figure(scores: pd.DataFrame, sampling: SamplerConfig) -> Figure:
    """Fig. 5: entropy of the real-trained classifiers' output over t_re."""
    figure = Figure((COLUMN, 3.0))
    axes = figure.subplots()
    for split, colour, line, side in (("train", ORANGE, "s--", -1), ("test", BLUE, "o-", 1)):
        summaries = by_set(scores, "entropy", split=split)
        real = summaries[REAL]
        if real.n > 1:
            axes.axhspan(real.mean - real.std, real.mean + real.std, color=colour, alpha=0.15, lw=0)
        axes.axhline(real.mean, color=colour, lw=0.8, ls=":")
        _plot_summaries(axes, summaries, colour, line, f"{split} images", side * 0.7)
    axes.set_ylabel("entropy (nats)")
    axes.set_ylim(bottom=0)
    label_sets(axes, summaries, sampling)
    figure.legend(
        loc="outside lower center", ncols=2, fontsize=7,
        title="bands: the real images (± 1 s.d.)", title_fontsize=6.5,
    )  # fmt: skip
    return figure


def detection_figure(scores: pd.DataFrame, sampling: SamplerConfig) -> Figure:
    """Accuracy of telling each set from real images over t_re, one panel a detector.

    The band is the 95 % interval of guessing on so many test images.
    """
    figure = Figure((PAGE, 2.6))
    panels = figure.subplots(1, len(DETECTOR_LABELS), sharey=True)
    images = detection_images(scores)
    low, high = guessing_interval(images)
    for axes, (detector, label) in zip(panels, DETECTOR_LABELS.items(), strict=True):
        accuracies = by_set(scores, "detection_accuracy", extractor=detector)
        controls = {name: accuracies.pop(name) for name in (NEGATIVE_CONTROL, POSITIVE_CONTROL)}
        axes.axhspan(100 * low, 100 * high, color=BAND, label=f"guessing\n({images} test images, 95 %)")
        for (name, line), text in zip(
            zip(controls, (":", "--"), strict=True),
            ("negative control\n(real against real)", "positive control\n(1 % of pixels changed)"),
            strict=True,
        ):
            axes.axhline(100 * controls[name].mean, color=GREY, lw=0.9, ls=line, label=text)
        percent = {n: Summary(100 * a.mean, 100 * a.std, a.n) for n, a in accuracies.items()}
        _plot_summaries(axes, percent, BLUE, "o-", "mean ± s.d.\nover replicates")
        axes.set_title(label)
        label_sets(axes, percent, sampling)
    panels[0].set_ylabel("told from real images (%)")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=4, fontsize=7)
    return figure


def _plot_summaries(
    axes: Axes, summaries: dict[str, Summary], colour: str, line: str, label: str, offset: float = 0.0
) -> None:
    """Means over t_re (moved by offset hundredths of the axis), with the deviation over replicates as error
    bars; competitors' means stand by themselves.
    """
    positions = set_positions(summaries)
    offset *= max(positions.values()) / 100
    others = competitors(summaries)
    steps = [name for name in summaries if name not in others]
    for names, style, text in ((steps, line, label), (others, line[0], None)):
        axes.errorbar(
            [positions[name] + offset for name in names],
            [summaries[name].mean for name in names],
            [summaries[name].std if summaries[name].n > 1 else 0.0 for name in names],
            fmt=style, color=colour, capsize=2, label=text,
        )  # fmt: skip
