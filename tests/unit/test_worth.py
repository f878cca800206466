"""How many real images a set is worth: where it is known."""

import numpy as np
import pytest
from fast_learner import digits, measured_curve, measured_part
from hypothesis import given
from hypothesis import strategies as st
from project import merged, schema_defaults
from synthgap.data.splits import stratified_parts
from synthgap.metrics.worth import learning_curve, worth_scores, worths
from synthgap.plan.names import SCORE_COLUMNS
from synthgap.plan.tables import plugin
from synthgap.report.figures.worth import worth_figure
from synthgap.report.tables import worth
from synthgap.report.worth import worth_sentence
from synthgap.sets.recipe import recipes
from worth_run import CURVE, GAN, MODELS, MORE, SWAP, worth_run

SIZES, RUNS = np.array([100, 200, 400]), 60


def test_the_curve_is_inverted_over_the_logarithm():
    curve = learning_curve(SIZES, np.array([0.5, 0.7, 0.9]))
    found = curve.worth(np.array([0.4, 0.5, 0.6, 0.7, 0.9, 0.95]))
    assert found == pytest.approx([0, 100, 100 * 2**0.5, 200, 400, np.inf])


def test_the_fit_does_not_fall_and_a_plateau_is_worth_its_start():
    curve = learning_curve(SIZES, np.array([0.5, 0.9, 0.8]))
    assert curve.accuracies == pytest.approx([0.5, 0.85, 0.85])
    assert curve.worth(curve.accuracies) == pytest.approx([100, 200, 200])
    assert curve.worth(np.array([0.86])) == np.inf


def test_points_of_one_size_count_as_their_mean():
    curve = learning_curve(np.array([400, 100, 400]), np.array([0.8, 0.5, 0.9]))
    assert list(curve.sizes) == [100, 400]
    assert curve.accuracies == pytest.approx([0.5, 0.85])
    with pytest.raises(ValueError, match="two sizes at least"):
        learning_curve(np.array([100, 100]), np.array([0.5, 0.6]))


@given(st.lists(st.integers(0, 60), min_size=5, max_size=5, unique=True), st.floats(100, 1600))
def test_reading_off_and_back_gives_the_number(levels, number):
    curve = learning_curve(100 * 2 ** np.arange(5), np.sort(levels) / 60)
    assert curve.worth(curve.accuracy(np.array([number]))) == pytest.approx([number])
    assert np.isnan(curve.accuracy(np.array([99, 1601]))).all()


def test_many_curves_are_inverted_as_each_by_itself(generator):
    many, wanted = generator.random((20, 3)), generator.random((20, 4))
    together = learning_curve(SIZES, many).worth(wanted)
    alone = [learning_curve(SIZES, one).worth(own) for one, own in zip(many, wanted, strict=True)]
    assert together == pytest.approx(np.array(alone))


@pytest.fixture(scope="module")
def halves():
    images, labels = digits()
    parts = stratified_parts(labels, [600, 597, 600], np.random.default_rng(0))
    return [(images[part], labels[part]) for part in parts]


@pytest.fixture(scope="module")
def curve(halves):
    return measured_curve(*halves[:2], 3, np.random.default_rng(1))


def test_real_data_again_are_worth_all_of_them(halves, curve, generator):
    real, test, fresh = halves
    others = {
        "again": measured_part(real, test, 600, 3, generator),
        "fresh": measured_part(fresh, test, 600, 3, generator),
    }
    for found in worths(curve, others, seed=0).values():
        assert found.high >= 600
        assert found.value > 300


def test_permuted_labels_are_worth_less_than_the_smallest_part(halves, curve, generator):
    (images, labels), test = halves[0], halves[1]
    permuted = measured_part((images, generator.permutation(labels)), test, 600, 3, generator)
    found = worths(curve, {"permuted": permuted}, seed=0)["permuted"]
    assert (found.value, found.low, found.high) == (0, 0, 0)


def test_the_interval_holds_the_worth_of_a_random_half(halves):
    """In nine of ten runs at least. The learner's trainings and the parts differ in every one."""
    held = 0
    for seed in range(RUNS):
        generator = np.random.default_rng(seed)
        images, labels = digits()
        real, test = (
            (images[part], labels[part]) for part in stratified_parts(labels, [600, 597], generator)
        )
        curve = measured_curve(real, test, 3, generator, (1 / 8, 1 / 4, 1 / 2, 1))
        found = worths(curve, {"half": measured_part(real, test, 300, 3, generator)}, seed, 300)["half"]
        held += found.low <= 300 <= found.high
    assert held >= 0.9 * RUNS


def test_more_replicates_and_images_say_more(generator):
    hard = generator.random(2000)

    def right(share, replicates, images):
        noise = 0.02 * generator.normal(size=(replicates, 1)) + 0.1 * generator.normal(
            size=(replicates, images)
        )
        return hard[:images] + noise < share

    widths = []
    for replicates, images in ((3, 200), (3, 2000), (12, 2000)):
        curve = [
            (n, right(share, replicates, images)) for n, share in zip(SIZES, (0.6, 0.7, 0.8), strict=True)
        ]
        found = worths(curve, {"half": right(0.7, replicates, images)}, seed=0)["half"]
        widths.append(np.log(found.high) - np.log(max(found.low, 1)))
    assert widths[0] >= widths[1] > widths[2]


def test_one_replicate_has_no_interval(curve):
    found = worths([(size, right[:1]) for size, right in curve], {"again": curve[-1][1][:1]}, seed=0)["again"]
    assert found.value == pytest.approx(600)
    assert np.isnan([found.low, found.high]).all()


def test_the_interval_is_the_same_every_time_and_whatever_sets_there_are(halves, curve, generator):
    real, test, _ = halves
    half, third = (measured_part(real, test, size, 3, generator) for size in (300, 200))
    once, again, other = (worths(curve, {"half": half}, seed)["half"] for seed in (0, 0, 1))
    assert once == again == worths(curve, {"third": third, "half": half}, 0)["half"]
    assert once != other


@pytest.fixture(scope="module")
def run():
    return worth_run(CURVE, GAN, SWAP, MORE)


def test_scores_are_of_the_sets_beside_the_curve(run):
    scores = run[0][run[0]["metric"].str.startswith("n_eq")]
    assert list(scores["set"].unique()) == [
        "gan", "swap0.25", "swap0.5", "swap0.75", "swap1", "more0.5", "more1", "more2"
    ]  # fmt: skip
    assert set(scores["split"]) == {"test"}
    assert not scores["value"].isna().any()
    wide = scores.pivot(index="set", columns="metric", values="value")
    assert (wide["n_eq_low"] <= wide["n_eq"]).all()
    assert (wide["n_eq"] <= wide["n_eq_high"]).all()
    assert set(scores[scores["set"] == "gan"]["n_fake"]) == {1200}


def test_without_a_curve_there_are_no_scores():
    scores, values, _ = worth_run({**CURVE, "share": 0.5}, GAN, replicates=1)
    assert not scores["metric"].str.startswith("n_eq").any()
    assert list(worth_scores(scores, values, 0).columns) == SCORE_COLUMNS


@pytest.mark.parametrize(
    ("sets", "applies"),
    [
        ([CURVE, GAN], True),
        ([{**CURVE, "share": [0.25, 0.5]}], True),
        ([{**CURVE, "share": 0.5}, GAN], False),
        ([{**CURVE, "train": [0.5]}, GAN], False),
        ([GAN, {**CURVE, "of": "gan"}], False),
        ([{**CURVE, "share": 0.5}, {"name": "p", "kind": "subset", "of": "part", "share": 0.5}], True),
        ([GAN, MORE, SWAP], False),
    ],
)
def test_table_and_figure_need_a_learning_curve(sets, applies):
    found = recipes(merged(schema_defaults(), {"models": MODELS, "sets": sets}))
    for family in ("figures", "tables"):
        assert plugin(family, "worth").DECLARATION.applies(found) is applies


def test_the_table_has_a_row_for_each_set(run):
    table = worth.make(run[0]).set_index("samples")
    assert list(table["training_images"])[:6] == [600, 38, 75, 150, 300, 1200]
    assert table.loc["0.5 of real", "worth"] == "300 real images"
    assert table.loc[["real", "0.5 of real"], ["n_eq", "low", "high"]].isna().all(axis=None)
    gan = table.loc["gan"]
    assert gan["low"] <= gan["n_eq"] <= gan["high"]
    assert gan["worth"] == worth_sentence(run[0], "gan")
    assert (table["n"] == 3).all()


def with_worth(run, **numbers):
    scores = run[0].copy()
    for metric, value in numbers.items():
        scores.loc[(scores["set"] == "gan") & (scores["metric"] == metric), "value"] = value
    return scores


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        ((353.6, 300, 459.2), "1,200 synthetic images train like 354 real ones (300 to 459)"),
        (
            (np.inf, 300, np.inf),
            "1,200 synthetic images train like more than 600 real ones (300 to more than 600)",
        ),
        (
            (np.inf, np.inf, np.inf),
            "1,200 synthetic images train like more than 600 real ones (more than 600)",
        ),
        ((0, 0, 40), "1,200 synthetic images train like fewer than 38 real ones (fewer than 38 to 40)"),
        ((353.6, np.nan, np.nan), "1,200 synthetic images train like 354 real ones"),
        ((np.nan, np.nan, np.nan), None),
    ],
)
def test_a_sets_worth_in_words(run, numbers, sentence):
    scores = with_worth(run, **dict(zip(("n_eq", "n_eq_low", "n_eq_high"), numbers, strict=True)))
    assert worth_sentence(scores, "gan") == sentence


def test_sets_that_hold_real_images_are_not_called_synthetic(run):
    assert worth_sentence(run[0], "swap0.25").startswith("600 images train like ")
    assert worth_sentence(run[0], "part0.5") is None


def test_the_figure_has_a_panel_for_what_the_run_has(run):
    assert len(worth_figure(run[0], run[2]).axes) == 3
    scores, _, sets = worth_run(CURVE, GAN, MORE, replicates=1)
    assert len(worth_figure(scores, sets).axes) == 2
    only = worth_run(CURVE, GAN)
    (axes,) = worth_figure(only[0], only[2]).axes
    assert axes.get_legend() is None


def test_sets_stand_on_the_fit(run):
    axes = worth_figure(run[0], run[2]).axes[0]
    fit = next(line for line in axes.lines if line.get_label() == "monotone fit")
    bars = next(bars for bars in axes.containers if bars.get_label() == "gan")
    (x,), (y,) = bars[0].get_data()
    assert np.interp(np.log(x), np.log(fit.get_xdata()), fit.get_ydata()) == pytest.approx(y)


def test_displacement_begins_at_the_real_set(run):
    axes = worth_figure(run[0], run[2]).axes[1]
    bars = next(bars for bars in axes.containers if bars.get_label() == "gan")
    assert list(bars[0].get_xdata()) == [0, 25, 50, 75, 100]
    real = run[1].read("accuracy-test/real").mean()
    assert bars[0].get_ydata()[0] == pytest.approx(100 * real)
