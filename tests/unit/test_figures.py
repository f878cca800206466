"""Figures from scores whose story is known."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from story import EXTRACTOR, described, remedies, story
from synthgap.data.images import ImageSet
from synthgap.data.pixels import to_signal
from synthgap.metrics.edges import Features, score_edges
from synthgap.metrics.lost import nearest_pairs
from synthgap.report.extremes import nearest_in_pixels
from synthgap.report.figures.accuracy import accuracy_figure
from synthgap.report.figures.attention import attention_figure
from synthgap.report.figures.class_features import class_figure
from synthgap.report.figures.copied import copied_strip
from synthgap.report.figures.detection import detection_figure
from synthgap.report.figures.edges import edges_figure
from synthgap.report.figures.entropy import entropy_figure
from synthgap.report.figures.features import feature_figure
from synthgap.report.figures.grid import grid_figure
from synthgap.report.figures.lost import lost_strips
from synthgap.report.figures.quality import quality_figure
from synthgap.report.figures.reconstruction import noised_image, reconstruction_figure
from synthgap.report.figures.remedies import remedies_figure
from synthgap.report.figures.spectra import spectra_figure
from synthgap.report.images import one_of_each_class
from synthgap.report.pairs import gallery
from synthgap.report.series import select
from synthgap.report.style import draw_figure, format_sigma, set_positions
from synthgap.sets.schedule import SamplerConfig, start_sigma

SAMPLING = SamplerConfig()
EXTRACTORS = {"frechet": EXTRACTOR, "precision": EXTRACTOR, "recall": EXTRACTOR}


def image_set(n=6, seed=0):
    generator = np.random.default_rng(seed)
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


def pixels(images):
    return Features(images.images.reshape(len(images), -1).astype(np.float32), images.labels)


def edge_scores(replicates, *names):
    """Of sets of noise, against noise."""
    rows = []
    for name in names:
        for replicate in range(replicates):
            generator = np.random.default_rng(replicate)
            sides = [Features(generator.normal(size=(60, 3)), np.arange(60) % 2) for _ in range(3)]
            found = score_edges(name, replicate, *sides, extractor=EXTRACTOR, seed=0, permutations=20)
            rows.append(found)
    sets = described({name: None if name.startswith("g") else 100 for name in names})
    return pd.concat(rows).merge(sets, on="set")


def lost(missing=False):
    """Strips of a set of noise, which lacks a class or not."""
    own, train, test = (image_set(30, seed) for seed in range(3))
    own = own[own.labels == 0] if missing else own
    names = ["$cheap$ and cheerful digits", "b"]
    return lost_strips("a set", own, train, test, nearest_pairs(*map(pixels, (own, train, test))), names)


COPIES = np.array([[0, 0, 0], [3, 5, 9], [4, 4, 4], [1, 6, 9], [2, 8, 8], [3, 7, 7]], np.float32)
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
    "edges": (edges_figure, edge_scores(3, "t100", "g")),
    "edges, one replicate of many": (edges_figure, edge_scores(1, *(f"g {'long ' * i}" for i in range(14)))),
    "lost": (gallery, lost()),
    "lost, a class is missing": (gallery, lost(missing=True)),
    "copied": (gallery, [copied_strip("a set", image_set(), image_set(), COPIES)] * 3),
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


def test_characters_that_no_font_has_are_told_in_a_line(tmp_path, caplog):
    draw_figure(tmp_path / "a.png", tmp_path / "a.pdf", class_figure, CLOUD, {"t": CLOUD}, "\U00012000")
    assert [record.getMessage() for record in caplog.records] == [
        "no installed font has \U00012000, drawn as boxes; install one that has, such as Noto Sans CJK"
    ]


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
    assert set_positions(SETS) == pytest.approx({"real": 0, "t030": 30, "t100": 100, "gan": 116})


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


def test_sets_that_lack_a_class_have_nothing_beside_its_images():
    towards_set, towards_real = lost(missing=True)
    assert all(pair.right is None and pair.text == "b\nno image" for pair in towards_set.pairs)
    assert all(pair.right is not None for pair in towards_real.pairs)
    assert lost()[0].pairs[0].text.startswith(r"\$cheap\$ and c…")


def test_copies_come_first_and_stand_beside_the_nearest():
    images = image_set()
    strip = copied_strip("a set", images, images, COPIES)
    assert [pair.text.split("= ")[-1] for pair in strip.pairs] == ["0.00", "0.17", "0.25", "0.43", "0.60"]
    assert all((pair.left == pair.right).all() for pair in strip.pairs)
    moved = images.images[4].astype(int)
    moved[0, 0] += 1 if moved[0, 0] < 255 else -1
    assert nearest_in_pixels(moved.astype(np.uint8), images.images) == 4


def test_edges_fills_what_is_decided_and_shows_twelve_sets():
    scores = edge_scores(3, "t100")
    scores.loc[(scores["metric"] == "local_share") & (scores["group"] == "decile 10"), "value"] = -0.4
    once = scores[scores["replicate"] == 0]
    for shown, expected in ((scores, 1), (once, 0)):
        points = [line for line in edges_figure(shown).subfigs[0].axes[0].lines if line.get_marker() == "o"]
        assert len(points) == 10
        assert sum(line.get_markerfacecolor() != "white" for line in points) == expected
    many = edges_figure(edge_scores(1, *(f"g{i}" for i in range(14))))
    assert [len(part.axes) for part in many.subfigs] == [12, 1]
