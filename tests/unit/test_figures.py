"""Figures from scores whose story is known."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from story import EXTRACTOR, described, remedies, story
from synthgap.data.images import ImageSet
from synthgap.data.pixels import to_signal
from synthgap.report.figures.accuracy import accuracy_figure
from synthgap.report.figures.attention import attention_figure
from synthgap.report.figures.class_features import class_figure
from synthgap.report.figures.detection import detection_figure
from synthgap.report.figures.entropy import entropy_figure
from synthgap.report.figures.features import feature_figure
from synthgap.report.figures.grid import grid_figure
from synthgap.report.figures.quality import quality_figure
from synthgap.report.figures.reconstruction import noised_image, reconstruction_figure
from synthgap.report.figures.remedies import remedies_figure
from synthgap.report.figures.spectra import spectra_figure
from synthgap.report.images import one_of_each_class
from synthgap.report.series import select
from synthgap.report.style import draw_figure, format_sigma, set_positions
from synthgap.sets.schedule import SamplerConfig, start_sigma

SAMPLING = SamplerConfig()
EXTRACTORS = {"frechet": EXTRACTOR, "precision": EXTRACTOR, "recall": EXTRACTOR}


def image_set(n=6):
    generator = np.random.default_rng(0)
    images = generator.integers(0, 256, (n, 8, 8, 1)).astype(np.uint8)
    return ImageSet(images, np.arange(n) % 2, np.arange(n))


def test_one_of_each_class_comes_first():
    labels = np.array([1, 1, 0, 2, 0, 2])
    assert list(one_of_each_class(labels, 4)) == [2, 0, 3, 4]


def test_the_noised_image_is_what_the_sampler_starts_from():
    image = image_set().images[0]
    early, late = (
        noised_image(to_signal(image), 0, t_re, start_sigma(t_re, SAMPLING), 0).astype(int)
        for t_re in (5, 95)
    )
    assert np.abs(early - image).mean() < 2
    assert np.abs(late - image).mean() > 40


@pytest.mark.parametrize(
    ("sigma", "text"), [(0, "0"), (80, "80"), (2.4037, "2.4"), (0.0141, "0.014"), (0.002, "0.002")]
)
def test_noise_levels_are_short(sigma, text):
    assert format_sigma(sigma) == text


SETS = described({"real": 0, "t030": 30, "t100": 100, "gan": None}).set_index("set")
IMAGES = {name: image_set() for name in SETS.index}
STEPS = {name: image_set() for name in ("real", "t030", "t100")}
MAPS = np.ones((6, 4, 4))
CLOUD = np.random.default_rng(0).normal(size=(40, 5))
CLASSES = np.arange(len(CLOUD)) % 2
FIGURES = {
    "fig1a": (accuracy_figure, story(0.2)),
    "fig1a, one replicate": (accuracy_figure, story(0.2, 1)),
    "fig1a, another generator": (accuracy_figure, story(0.2, competitor=True)),
    "fig1b": (feature_figure, [CLOUD, CLASSES], [CLOUD / 2, CLASSES]),
    "fig2": (reconstruction_figure, STEPS, SETS, 0, 0),
    "fig3a": (grid_figure, IMAGES, SETS, 3),
    "fig3b": (quality_figure, story(0.2), EXTRACTORS),
    "fig3b, another generator": (quality_figure, story(0.2, competitor=True), EXTRACTORS),
    "fig4": (attention_figure, image_set().images, {"real": MAPS, "cost under $50 or $_$": MAPS}),
    "fig5": (entropy_figure, story(0.2)),
    "detection": (detection_figure, story(0.2, competitor=True)),
    "spectra": (spectra_figure, np.eye(8), np.eye(8), {"t100": np.eye(8), "gan": np.eye(8)}),
    "remedies": (remedies_figure, *remedies()),
    "remedies, one replicate": (remedies_figure, *remedies(1)),
    "fig6": (class_figure, CLOUD, {"t_re = 50": CLOUD, "t_re = 100": CLOUD / 2}, "truck"),
    "fig6, one reverse step": (
        class_figure,
        CLOUD,
        {"$t_{\\mathrm{re}}$ = 100": CLOUD / 2},
        "$_$ under $50 \\$^\\alpha\n%",
    ),
}


@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_the_same_bytes_every_time(name, tmp_path):
    plot, *arguments = FIGURES[name]
    for run in "ab":
        draw_figure(tmp_path / f"{run}.png", tmp_path / f"{run}.pdf", plot, *arguments)
    for suffix in ("png", "pdf"):
        assert (tmp_path / f"a.{suffix}").read_bytes() == (tmp_path / f"b.{suffix}").read_bytes()


def test_the_baseline_is_drawn_as_a_band():
    figure: Figure = quality_figure(story(0.2), EXTRACTORS)
    band = figure.axes[0].patches[0].get_bbox()
    values = select(story(0.2), "frechet", reference="re-split")["value"]
    assert (band.y0, band.y1) == pytest.approx(
        (values.mean() - 2 * values.std(), values.mean() + 2 * values.std())
    )


def test_axes_of_t_re_show_sigma_too():
    figure = entropy_figure(story(0.2))
    top = figure.axes[0].child_axes[0]
    assert [label.get_text() for label in top.get_xticklabels()] == ["0", "0.29", "2.4", "12", "80"]


def test_sets_without_a_reverse_step_stand_on_the_right():
    assert set_positions(SETS) == pytest.approx({"real": 0, "t030": 30, "t100": 100, "gan": 112})


def two_series():
    """The paper's series, and another with the same reverse steps."""
    scores = story(0.2)
    other = scores[scores["kind"] == "reconstruct"].assign(series="fast", paper=False)
    other = other.assign(set="fast" + other["set"], title="fast, " + other["title"])
    return pd.concat([scores, other], ignore_index=True)


def test_every_series_is_a_curve_of_its_own():
    axes = quality_figure(two_series(), EXTRACTORS).axes[0]
    labels = axes.get_legend_handles_labels()[1]
    assert sum(label.startswith("fast: against held-out") for label in labels) == 1
    curves = [line for line in axes.lines if len(line.get_xdata()) == 5 and line.get_linestyle() != "None"]
    assert len(curves) == 4  # two series, held-out and paired, each from the real set on
    assert all(line.get_xdata()[0] == pytest.approx(0, abs=2) for line in curves)


def test_without_reverse_steps_sets_stand_side_by_side():
    scores = story(0.2, competitor=True)
    scores = scores[scores["set"].isin(["real", "gan"]) | scores["kind"].isna()].assign(paper=False)
    figure = quality_figure(scores, EXTRACTORS)
    assert [text.get_text() for text in figure.axes[0].texts] == ["gan"]
