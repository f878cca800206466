"""Figures from scores whose story is known."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from story import EXTRACTOR, story
from synthgap.data.images import ImageSet
from synthgap.report.attention import attention_figure
from synthgap.report.curves import accuracy_figure, detection_figure, entropy_figure, quality_figure
from synthgap.report.features import class_figure, feature_figure
from synthgap.report.images import grid_figure, noised_image, one_of_each_class, reconstruction_figure
from synthgap.report.series import select
from synthgap.report.spectra import spectra_figure
from synthgap.report.style import draw_figure, format_sigma, set_positions
from synthgap.sets.schedule import SamplerConfig

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
    early, late = (noised_image(image, 0, t_re, 0, SAMPLING).astype(int) for t_re in (5, 95))
    assert np.abs(early - image).mean() < 2
    assert np.abs(late - image).mean() > 40
    other = noised_image(255 - image, 0, 100, 0, SAMPLING)
    assert np.array_equal(other, noised_image(image, 0, 100, 0, SAMPLING))


@pytest.mark.parametrize(
    ("sigma", "text"), [(0, "0"), (80, "80"), (2.4037, "2.4"), (0.0141, "0.014"), (0.002, "0.002")]
)
def test_noise_levels_are_short(sigma, text):
    assert format_sigma(sigma) == text


RESTORED = {30: image_set(), 100: image_set()}
MAPS = np.ones((6, 4, 4))
SPECTRA = {name: np.eye(8) for name in ("real", "t100", "gan")}
CLOUD = np.random.default_rng(0).normal(size=(40, 5))
FIGURES = {
    "fig1a": (accuracy_figure, story(0.2), "t100"),
    "fig1a, one replicate": (accuracy_figure, story(0.2, 1), "t100"),
    "fig1a, competitor": (accuracy_figure, story(0.2, competitor=True), "t100"),
    "fig1b": (feature_figure, CLOUD, CLOUD / 2, "title"),
    "fig2": (reconstruction_figure, image_set(), RESTORED, 0, 0, SAMPLING),
    "fig3a": (grid_figure, {"real": image_set(), "t030": image_set(), "gan": image_set()}, np.arange(3)),
    "fig3b": (quality_figure, story(0.2), EXTRACTORS, SAMPLING),
    "fig3b, competitor": (quality_figure, story(0.2, competitor=True), EXTRACTORS, SAMPLING),
    "fig4": (attention_figure, image_set().images, {"real": MAPS, "gan": MAPS}),
    "fig5": (entropy_figure, story(0.2), SAMPLING),
    "detection": (detection_figure, story(0.2, competitor=True), SAMPLING),
    "spectra": (spectra_figure, SPECTRA, np.eye(8)),
    "fig6": (class_figure, CLOUD, {50: CLOUD, 100: CLOUD / 2}, "truck"),
    "fig6, one reverse step": (class_figure, CLOUD, {100: CLOUD / 2}, "truck"),
}


@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_the_same_bytes_every_time(name, tmp_path):
    plot, *arguments = FIGURES[name]
    for run in "ab":
        draw_figure(tmp_path / f"{run}.png", tmp_path / f"{run}.pdf", plot, *arguments)
    for suffix in ("png", "pdf"):
        assert (tmp_path / f"a.{suffix}").read_bytes() == (tmp_path / f"b.{suffix}").read_bytes()


def test_the_baseline_is_drawn_as_a_band():
    figure: Figure = quality_figure(story(0.2), EXTRACTORS, SAMPLING)
    band = figure.axes[0].patches[0].get_bbox()
    values = select(story(0.2), "frechet", reference="re-split")["value"]
    assert (band.y0, band.y1) == pytest.approx(
        (values.mean() - 2 * values.std(), values.mean() + 2 * values.std())
    )


def test_axes_of_t_re_show_sigma_too():
    figure = entropy_figure(story(0.2), SAMPLING)
    top = figure.axes[0].child_axes[0]
    assert [label.get_text() for label in top.get_xticklabels()] == ["0", "0.29", "2.4", "12", "80"]


def test_competitors_stand_right_of_the_reverse_steps():
    assert set_positions(["real", "t030", "t100", "gan", "biggan"]) == pytest.approx(
        {"real": 0, "t030": 30, "t100": 100, "gan": 112, "biggan": 122}
    )
