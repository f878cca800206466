"""Edge and core, on digits of which a known part is missing; pixels are their features."""

import logging
from types import SimpleNamespace

import collect_scores
import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import pairwise_distances
from story import described, story
from synthgap.data.arrays import ArrayReader
from synthgap.data.tables import load_table, save_table
from synthgap.metrics.edges import (
    Features,
    halves,
    local_scores,
    permuted_sums,
    score_edges,
    tail_shares,
    typicality,
    what_is_around,
)
from synthgap.metrics.lost import nearest_pairs
from synthgap.plan.names import RECIPE_COLUMNS, SCORE_COLUMNS
from synthgap.report.edges import DECILES, group_scores, lost_sentence
from synthgap.report.series import read_scores
from synthgap.report.tables.edges import make

SHARES, LOCAL = ("edge_share", "core_share"), ("local_share", "local_coverage")


@pytest.fixture(scope="module")
def digits(packed) -> Features:
    both = [np.concatenate([getattr(part, name) for part in packed[:2]]) for name in ("images", "labels")]
    return Features(both[0].reshape(len(both[0]), -1).astype(np.float32), both[1])


def part(features, chosen):
    return Features(features.values[chosen], features.labels[chosen])


def parts(features, draw=0, count=3):
    """Disjoint random parts: training images, test images and sets."""
    order = np.random.default_rng(draw).permutation(len(features.labels))
    return [part(features, chosen) for chosen in np.array_split(order, count)]


def score(fake, train, test, replicate=0, permutations=99, seed=0):
    return score_edges(
        "s", replicate, fake, train, test, extractor="pixels", seed=seed, permutations=permutations
    )


def group(scores, metric, name="all"):
    return group_scores(scores, "s", metric)[name]


def deviations(scores, metric, name="all"):
    """A score, in its deviations where nothing is missing."""
    found = group(scores, metric, name)
    return found.comparison.value / found.deviation


def inner(features, label, share):
    """Which of a class are most typical of it: this share."""
    own = features.of(label)
    distances = typicality(own, [own], 11)  # each is at no distance from itself
    return np.flatnonzero(features.labels == label)[distances <= np.quantile(distances, share)]


def test_where_nothing_is_missing_few_draws_say_so(digits):
    draws, wrong = 60, {}
    for draw in range(draws):
        train, test, fake = parts(digits, draw)
        scores = score(fake, train, test, seed=draw)
        for metric in (*SHARES, *LOCAL):
            groups = group_scores(scores, "s", metric)
            for family in (["all"], [name for name in groups if name.startswith("class")], DECILES):
                p = [groups[name].p_adjusted for name in family if name in groups]
                if p:
                    wrong.setdefault((metric, family[0]), []).append(min(p) < 0.05)
    assert len(wrong) == 10
    for key, values in wrong.items():
        assert sum(values) <= 8, key  # more in one of 400 such series, were it 5 %


def test_shares_of_equal_sides_are_zero_on_average_and_have_the_error_that_is_said():
    generator, n = np.random.default_rng(0), 30
    found = np.array([tail_shares(*generator.exponential(size=(2, n))) for _ in range(4000)])
    assert np.abs(found.mean(axis=0)).max() < 3 * np.sqrt(0.18 / n / 4000)
    np.testing.assert_allclose(found.std(axis=0), np.sqrt(0.18 / n), rtol=0.1)


def test_a_missing_outer_tenth_is_missing_at_the_edge(digits):
    train, test, fake = parts(digits)
    kept = np.concatenate([inner(fake, label, 0.9) for label in range(10)])
    half = np.sort(np.concatenate([kept, np.setdiff1d(np.arange(len(fake.labels)), kept)[::2]]))
    whole, without_half, without = (
        group(score(part(fake, chosen), train, test), "edge_share").comparison.value
        for chosen in (slice(None), half, kept)
    )
    assert -0.10 <= without < -0.04
    assert without < without_half < whole
    first = halves(test.labels, 0)
    sides = [test.values[side & (test.labels == 3)] for side in (first, ~first)]
    distances = typicality(fake.of(3), sides), typicality(train.of(3), sides)
    cut = distances[0][distances[0] < np.quantile(distances[1], 0.9, method="weibull")]
    assert tail_shares(cut, distances[1])[0] == pytest.approx(-0.1)


def test_images_that_are_drawn_to_the_mean_leave_the_edge_for_the_core(digits):
    train, test, fake = parts(digits)
    means = np.stack([fake.of(label).mean(axis=0) for label in range(10)])[fake.labels]
    before, five, ten = (
        score(Features(fake.values + share * (means - fake.values), fake.labels), train, test)
        for share in (np.float32(0), np.float32(0.05), np.float32(0.1))
    )
    for metric, sign in (("edge_share", -1), ("core_share", 1)):
        values = [sign * group(scores, metric).comparison.value for scores in (before, five, ten)]
        assert values == sorted(values), metric
        assert sign * deviations(ten, metric) > 2.5, metric


def test_a_kind_that_is_missing_within_a_class_leaves_a_hole(digits):
    """One of six: there the local share is -1/2, elsewhere 1.2 / 2.2 - 1/2; no ball there holds an image."""
    train, test, fake = (part(side, side.labels < 6) for side in parts(digits))
    fake = part(fake, fake.labels != 2)
    one_class = [Features(side.values, np.zeros(len(side.labels), np.int64)) for side in (fake, train, test)]
    scores = score(*one_class)
    expected = -0.5 / 6 + (1.2 / 2.2 - 0.5) * 5 / 6
    assert group(scores, "local_share").comparison.value == pytest.approx(expected, abs=0.02)
    assert group(scores, "local_coverage").comparison.value == pytest.approx(-1 / 6, abs=0.04)
    assert deviations(scores, "local_coverage") < -5


def test_a_class_that_is_missing_has_a_local_share_of_minus_a_half_and_no_edge(digits):
    train, test, fake = parts(digits)
    whole, without = (score(own, train, test) for own in (fake, part(fake, fake.labels != 4)))
    found = group(without, "local_share", "class 4")
    assert (found.comparison.value, found.deviation, found.p_adjusted) == (-0.5, 0, 0)
    assert group(without, "local_coverage", "class 4").comparison.value < -0.9
    assert "class 4" not in group_scores(without, "s", "edge_share")
    others = [scores[scores["group"].str.fullmatch("class [^4]")] for scores in (whole, without)]
    pd.testing.assert_frame_equal(*(rows.reset_index(drop=True) for rows in others))


def test_the_training_images_themselves_lack_nothing_anywhere(digits):
    train, test, _ = parts(digits)
    scores = score(train, train, test)
    found = scores[scores["metric"].isin(LOCAL)]
    assert len(found) == 2 * (1 + 10 + 10)
    assert np.abs(found["value"]).max() < 1e-12  # of two that are as far, each counts half
    assert abs(group(scores, "edge_share").comparison.value) < 0.01


def test_the_balance_of_classes_does_not_enter(digits):
    train, test, fake = parts(digits)
    rare = (fake.labels < 5) & (np.arange(len(fake.labels)) % 2 == 0)
    scores = score(part(fake, ~rare), train, test)
    for metric in (*SHARES, *LOCAL):
        assert abs(deviations(scores, metric)) < 3, metric
    whole = score(fake, train, test)
    chosen = (whole["group"] == "class 7") & ~whole["metric"].str.startswith("x")
    pd.testing.assert_frame_equal(
        whole[chosen].reset_index(drop=True),
        scores[scores["group"] == "class 7"].reset_index(drop=True),
    )


def test_of_a_larger_set_as_many_images_are_drawn(digits):
    train, test, one, other = parts(digits, count=4)
    large = Features(*(np.concatenate(both) for both in zip(one, other, strict=True)))
    scores = score(large, train, test)
    least = sum(min((large.labels == label).sum(), (train.labels == label).sum()) for label in range(10))
    assert set(scores[(scores["metric"] == "edge_share") & (scores["group"] == "all")]["n_fake"]) == {least}
    for metric in (*SHARES, *LOCAL):
        assert abs(deviations(scores, metric)) < 3, metric


def test_the_deviation_is_that_of_drawing_without_replacement(digits):
    """The local share is a sum over images of s, so its variance under permutations is known."""
    train, test, fake = parts(digits)
    own, real = fake.of(0)[:50], train.of(0)[:50]
    around = what_is_around(own, real, [test.of(0)[::2], test.of(0)[1::2]])
    sums = permuted_sums(around, 2000, np.random.default_rng(0))
    n, images = len(around.is_fake), len(around.positions)
    each = np.bincount(around.positions.ravel(), around.weights.ravel(), n) / images
    expected = np.sqrt(50 * 50 / (n - 1) * each.var())
    assert (sums[0, 1:].sum(axis=1) / images).std() == pytest.approx(expected, rel=0.06)
    share, coverage = (values[0].mean() for values in local_scores(around.is_fake[None], around))
    assert sums[:, 0].sum(axis=1) / images == pytest.approx([share, coverage])


def test_local_scores_are_what_counting_gives(digits):
    train, test, fake = parts(digits)
    sides = [test.of(5)[::2], test.of(5)[1::2]]
    own, real = fake.of(5)[:40], train.of(5)[:40]
    around = what_is_around(own, real, sides)
    points = np.concatenate(sides)
    distances = pairwise_distances(points, np.concatenate([own, real]))
    ten = np.argsort(distances, axis=1)[:, :10]
    share, _ = local_scores(around.is_fake[None], around)
    np.testing.assert_allclose(share[0], (ten < 40).mean(axis=1) - 0.5, atol=1e-6)
    fifth = np.sort(pairwise_distances(points), axis=1)[:, 5]
    expected = [(distances[:, side].min(axis=1) <= fifth) for side in (slice(40), slice(40, None))]
    np.testing.assert_array_equal(around.covered, expected)
    other_half = [pairwise_distances(sides[i], sides[1 - i]) for i in (0, 1)]
    nearness = [np.sort(each, axis=1)[:, :10].mean(axis=1) for each in other_half]
    for half, deciles in zip(nearness, np.split(around.deciles, [len(sides[0])]), strict=True):
        assert (np.diff(deciles[np.argsort(half)]) >= 0).all()
        assert set(deciles) == set(range(10))


def test_halves_are_stratified_and_the_same_for_every_set(digits):
    first = halves(digits.labels, 0)
    counts = np.bincount(digits.labels, first), np.bincount(digits.labels, ~first)
    assert np.abs(counts[0] - counts[1]).max() <= 2
    assert (first == halves(digits.labels, 0)).all()
    assert (first != halves(digits.labels, 1)).any()


def test_classes_with_few_images_are_told_and_left_out(digits, caplog):
    train, test, fake = parts(digits)
    few = np.concatenate([np.flatnonzero(test.labels == 3)[:3], np.flatnonzero(test.labels != 3)])
    rare = np.concatenate([np.flatnonzero(fake.labels == 6)[:5], np.flatnonzero(fake.labels != 6)])
    with caplog.at_level(logging.INFO):
        scores = score(part(fake, rare), train, part(test, np.sort(few)))
    assert "class 3 has fewer than 4 test images and is left out" in caplog.text
    assert "class 6 has only 5 training images on a side: no edge, no core" in caplog.text
    assert not (scores["group"] == "class 3").any()
    assert "class 6" not in group_scores(scores, "s", "edge_share")
    assert "class 6" in group_scores(scores, "s", "local_share")
    alone = [part(side, side.labels == 3) for side in (fake, train, part(test, few))]
    assert len(score(*alone)) == 0


def test_pairs_are_the_nearest_of_a_class(digits):
    train, test, fake = parts(digits)
    fake = part(fake, fake.labels != 1)
    pairs = nearest_pairs(fake, train, test)
    distances = pairwise_distances(test.values, fake.values)
    distances[test.labels[:, None] != fake.labels] = np.inf
    within = pairwise_distances(test.values)
    within[test.labels[:, None] != test.labels] = np.inf
    fifth = np.sort(within, axis=1)[:, 5]
    np.testing.assert_allclose(pairs["ratio-test"], distances.min(axis=1) / fifth, rtol=1e-5)
    lost = test.labels == 1
    assert (pairs["nearest-test"][lost] == -1).all()
    assert (pairs["nearest-test"][~lost] == distances.argmin(axis=1)[~lost]).mean() > 0.99
    real = Features(*(np.concatenate(both) for both in zip(train, test, strict=True)))
    towards = pairwise_distances(fake.values, real.values)
    towards[fake.labels[:, None] != real.labels] = np.inf
    assert (pairs["nearest-train"] == towards.argmin(axis=1)).mean() > 0.99
    assert np.isfinite(pairs["ratio-train"]).all()


@pytest.fixture(scope="module")
def replicated(digits):
    """Three replicates of a set that is drawn to the mean and lacks most of a class."""
    train, test, *sets = parts(digits, count=5)
    rows = []
    for replicate, own in enumerate(sets):
        means = np.stack([own.of(label).mean(axis=0) for label in range(10)])[own.labels]
        moved = Features(own.values + np.float32(0.3) * (means - own.values), own.labels)
        rows.append(score(part(moved, moved.labels != 8), train, test, replicate))
    return pd.concat(rows).merge(described({"s": None}), on="set")


def test_replicates_add_to_the_error_and_more_than_two_decide(replicated):
    one = replicated[replicated["replicate"] == 0]
    single, three = (group(scores, "core_share") for scores in (one, replicated))
    assert single.comparison.standard_error == pytest.approx(single.deviation)
    assert three.comparison.standard_error > three.deviation
    assert not single.comparison.decidable
    assert three.comparison.decidable
    assert three.p_adjusted < 0.05
    classes = group_scores(replicated, "s", "local_share")
    assert classes["class 2"].p_adjusted > classes["class 2"].comparison.p_value()


def test_the_table_has_a_row_for_every_group(replicated):
    table = make(replicated)
    local = table[table["metric"] == "local_share"].set_index("group")
    assert set(local.index) == {"all", *DECILES, *(f"class {label}" for label in range(10))}
    assert (local["low"] <= local["value"]).all()
    assert (local["p_adjusted"] >= local["p"]).all()
    assert set(table["n"]) == {3}
    assert len(make(replicated[:0])) == 0


def test_the_sentence_names_edge_core_and_the_worst_class(replicated):
    names = [f"digit {label}" for label in range(10)]
    text = lost_sentence(replicated, "s", names)
    assert text.startswith("-")
    assert "at the edge of their class" in text
    assert "class digit 8" in text
    assert "-50.00 points" in text
    assert lost_sentence(replicated, "other", names) == ""


def test_with_the_real_set_alone_the_stage_is_empty(tmp_path):
    sets, table, images = tmp_path / "sets.csv", tmp_path / "edges.csv", tmp_path / "edges.safetensors"
    save_table(sets, described({"real": 0}))
    collect_scores.main(
        SimpleNamespace(
            input=SimpleNamespace(scores=[], images=[], sets=sets),
            output=SimpleNamespace(scores=table, images=images),
            params=SimpleNamespace(settings={"images": []}),
        )
    )
    assert list(load_table(table)) == [*SCORE_COLUMNS, *RECIPE_COLUMNS]
    assert ArrayReader(images).names() == []
    other = tmp_path / "other.csv"
    save_table(other, story(0.2))
    pd.testing.assert_frame_equal(read_scores([other, table]), read_scores([other]))
