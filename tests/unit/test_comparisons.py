"""Intervals and p-values of differences: known answers, scipy's tests, properties, coverage."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from synthgap.metrics.comparisons import (
    Comparison,
    Part,
    compare,
    compare_ratio,
    compare_with_band,
    pseudo_values,
)


def noise(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def effects(rng, replicates, images, between, rest):
    """Values with an effect of each replicate and a remaining one."""
    return rng.normal(0, between, (replicates, 1)) + rng.normal(0, rest, (replicates, images))


def test_a_difference_by_hand():
    """d = (2, 0): V_rep = 2/2 + 0, V_res = mean(2, 2)/4 + 0, V_img = 2/2 - 1/2."""
    x, y = np.array([[3.0, 1.0], [1.0, -1.0]]), np.zeros((2, 2))
    result = compare(x, y, paired_replicates=False)
    assert (result.value, result.n_replicates, result.n_images) == (1, 2, 2)
    assert result.replicates == Part(1.0, 1.0)
    assert result.images == Part(0.5, 1)
    assert result.standard_error == pytest.approx(math.sqrt(1.5))
    assert result.df == pytest.approx(1.5**2 / (1.0**2 + 0.5**2))


def test_without_an_image_part_independent_replicates_are_welchs_test():
    x, y = np.repeat(noise(4, 1), 50, axis=1), np.repeat(0.3 * noise(6, 1, seed=1), 50, axis=1)
    result, welch = compare(x, y, False), stats.ttest_ind(x[:, 0], y[:, 0], equal_var=False)
    assert result.p_value() == pytest.approx(welch.pvalue)
    assert result.df == pytest.approx(welch.df)
    assert result.interval() == pytest.approx(tuple(welch.confidence_interval()))


@pytest.mark.parametrize(("direction", "alternative"), [(0, "two-sided"), (1, "greater"), (-1, "less")])
def test_without_an_image_part_paired_replicates_are_the_paired_test(direction, alternative):
    y = noise(4, 50)
    x = y + noise(4, 1, seed=1)
    peer = stats.ttest_rel(x.mean(1), y.mean(1), alternative=alternative)
    assert compare(x, y, True).p_value(direction) == pytest.approx(peer.pvalue)


def test_without_a_replicate_part_images_are_paired():
    x, y = noise(40), noise(40, seed=1)
    result, peer = compare(np.stack([x] * 3), np.stack([y] * 3), True), stats.ttest_rel(x, y)
    assert result.p_value() == pytest.approx(peer.pvalue)
    assert result.interval(0.9) == pytest.approx(tuple(peer.confidence_interval(0.9)))


def test_the_critical_value_lies_between_those_of_the_parts():
    """Cochran & Cox: three quarters of the variance from 2 degrees of freedom, one from 897."""
    result = Comparison(0.0, 3, 898, Part(0.75, 2), Part(0.25, 897))
    expected = 0.75 * stats.t.isf(0.025, 2) + 0.25 * stats.t.isf(0.025, 897)
    assert result.interval()[1] == pytest.approx(expected)
    shifted = Comparison(expected, 3, 898, result.replicates, result.images)
    assert shifted.p_value() == pytest.approx(0.05)


@given(st.floats(1e-30, 1e30), st.floats(1, 50), st.floats(0, 1))
def test_p_values_exist_for_every_size(value, df, share):
    result = Comparison(value, 3, 100, Part(share, df), Part(1 - share, 99))
    assert 0 < result.p_value() <= 1
    assert result.p_value(1) + result.p_value(-1) == pytest.approx(1)


def test_replicates_that_agree_leave_the_noise_of_images():
    """On digits .23 over replicates where .43 points are right: the replicates hardly differ, but other
    test images would have given another difference.
    """
    rng = np.random.default_rng(0)
    images = (rng.random(898) < 0.02).astype(float) - (rng.random(898) < 0.005)
    x = np.stack([images] * 3) + effects(rng, 3, 898, 0.002, 0.02)
    y = effects(rng, 3, 898, 0.002, 0.02)
    over_replicates = math.sqrt(compare(x, y, False).replicates.variance)
    drawn = [images[rng.integers(0, 898, 898)].mean() for _ in range(300)]
    both = math.hypot(np.std(drawn), over_replicates)
    error = compare(x, y, False).standard_error
    assert error == pytest.approx(both, rel=0.1)
    assert error > 1.5 * over_replicates


def test_pairing_takes_out_what_both_sets_share():
    """Entropy, .024 where .004 is right: classifiers differ, but each sees both sets."""
    rng = np.random.default_rng(0)
    classifier, images = effects(rng, 3, 500, 0.03, 0.0), rng.exponential(0.3, 500)
    y = classifier + images
    x = y - 0.02 + effects(rng, 3, 500, 0.001, 0.05)
    paired, apart = compare(x, y, True), compare(x, y, False)
    assert paired.value == pytest.approx(apart.value)
    assert paired.standard_error < apart.standard_error / 4


@given(st.integers(2, 4), st.integers(2, 6), st.booleans(), st.integers(0, 99), st.sampled_from([-4.0, 0.5]))
def test_shift_scale_and_swap(replicates, images, paired, seed, factor):
    x, y = noise(2, replicates, images, seed=seed)
    result = compare(x, y, paired)
    low, high = result.interval()
    same, moved = compare(x + 3, y + 3, paired), compare(x + 3, y, paired)
    assert (same.value, same.p_value()) == pytest.approx((result.value, result.p_value()))
    assert moved.interval() == pytest.approx((low + 3, high + 3))
    scaled, swapped = compare(factor * x, factor * y, paired), compare(y, x, paired)
    assert scaled.standard_error == pytest.approx(abs(factor) * result.standard_error)
    assert scaled.p_value() == pytest.approx(result.p_value())
    assert swapped.interval() == pytest.approx((-high, -low))
    assert swapped.p_value(1) == pytest.approx(result.p_value(-1))


@given(st.integers(2, 5), st.floats(0.5, 0.999), st.integers(0, 50))
def test_an_interval_excludes_zero_where_p_is_small(replicates, level, seed):
    result = compare(noise(replicates, 20, seed=seed) + 0.3, noise(replicates, 20, seed=seed + 1), False)
    assert (result.interval(level)[0] > 0) == (result.value > 0 and result.p_value() < 1 - level)


@pytest.mark.parametrize("paired", [True, False])
@pytest.mark.parametrize("shares", [(0.1, 0.02), (0.02, 0.1), (0.05, 0.05)])
def test_intervals_cover_the_truth(paired, shares):
    """Three replicates; replicates, images, or both in equal parts make the noise."""
    rng, covered, runs = np.random.default_rng(0), 0, 500
    for _ in range(runs):
        x = effects(rng, 3, 40, shares[0], 0.1) + 0.5 + rng.normal(0, shares[1] * 40**0.5, 40)
        low, high = compare(x, 0 * x if paired else effects(rng, 3, 40, shares[0], 0.1), paired).interval()
        covered += low < 0.5 < high
    assert covered / runs > stats.binom.ppf(0.001, runs, 0.95) / runs


def test_the_detectable_difference_is_seen_in_four_of_five_runs():
    parts = Part(0.6, 8), Part(0.4, 500)
    reach = Comparison(0.0, 5, 501, *parts).detectable()
    rng = np.random.default_rng(0)
    seen = 0
    for _ in range(2000):
        drawn = [Part(part.variance * rng.chisquare(part.df) / part.df, part.df) for part in parts]
        seen += Comparison(reach + rng.normal(), 5, 501, *drawn).interval()[0] > 0
    assert seen / 2000 == pytest.approx(0.8, abs=0.04)


@pytest.mark.parametrize("comparisons", [1, 10])
def test_the_detectable_difference_is_that_of_the_t_test(comparisons):
    """With one part, from the definition: the noncentral t beyond the critical value."""
    result = Comparison(0.0, 6, None, Part(4.0, 5), Part(0.0, 5))
    shift = result.detectable(0.9, comparisons) / 2
    assert stats.nct.sf(stats.t.isf(0.025 / comparisons, 5), 5, shift) == pytest.approx(0.9)


def test_as_many_replicates_as_needed_see_the_difference():
    now = Comparison(1.0, 3, 901, Part(0.3, 4), Part(0.01, 900))
    needed = now.replicates_needed()

    def with_replicates(count):
        return Comparison(1.0, count, 901, Part(0.3 * 3 / count, 4 * (count - 1) / 2), Part(0.01, 900))

    assert with_replicates(needed).detectable() <= 1 < with_replicates(needed - 1).detectable()
    assert now.replicates_needed(comparisons=10) > needed > 3
    images_alone = Comparison(1.0, 3, 901, Part(0.3, 4), Part(0.5, 900))
    assert images_alone.replicates_needed() is None
    assert Comparison(float("nan"), 3).replicates_needed() is None


def test_a_ratio_by_hand():
    """Two replicates with ratios 2 and 8; their mean on log scale is log 4."""
    y = np.array([[1.0, 3.0], [2.0, 2.0]])
    result = compare_ratio(y * [[2], [8]], y, paired_replicates=True)
    assert math.exp(result.value) == pytest.approx(4)
    assert result.replicates == Part(pytest.approx(np.var(np.log([2, 8]), ddof=1) / 2), 1)


def test_the_error_of_a_ratio_is_that_of_many_draws():
    rng = np.random.default_rng(0)

    def draw():
        y, x = rng.gamma(4, 1, 300), 0.9 * rng.gamma(4, 1, 300)
        scale = np.exp(rng.normal(0, 0.2, (4, 1)))  # of the classifier, common to both sides
        return compare_ratio(scale * x + rng.normal(0, 0.3, (4, 300)), scale * y, paired_replicates=True)

    runs = [draw() for _ in range(400)]
    errors = [run.standard_error for run in runs]
    assert np.mean(errors) == pytest.approx(np.std([run.value for run in runs]), rel=0.1)
    assert np.mean([run.value for run in runs]) == pytest.approx(math.log(0.9), abs=0.01)


@given(st.floats(0.1, 10), st.booleans())
def test_a_ratio_has_no_unit(scale, paired):
    x, y = np.exp(noise(2, 3, 20))
    both, one = (compare_ratio(scale * x, other, paired) for other in (scale * y, y))
    assert both.value == pytest.approx(compare_ratio(x, y, paired).value)
    assert one.value == pytest.approx(both.value + math.log(scale))
    assert one.standard_error == pytest.approx(both.standard_error)


def test_an_excess_over_the_band_by_hand():
    result = compare_with_band([5.0, 6.0, 7.0], [1.0, 2.0, 3.0, 4.0])
    assert result.value == 3.5
    assert result.images == Part(pytest.approx(5 / 3 * 1.25), 3)
    assert result.replicates == Part(pytest.approx(1 / 3), 2)


def test_without_noise_of_replicates_the_band_is_a_prediction_interval():
    band = noise(20)
    reach = stats.t.isf(0.025, 19) * band.std(ddof=1) * math.sqrt(1 + 1 / 20)
    low, high = compare_with_band([1.0] * 3, band).interval()
    assert (high - low) / 2 == pytest.approx(reach)


def test_what_two_scores_share_cancels():
    shared, band_shared = noise(3), noise(20, seed=1)
    recall, precision = shared + np.array([0.1, 0.2, 0.3]), shared
    result = compare_with_band(recall - precision, (band_shared - 1) - band_shared)
    assert result.value == pytest.approx(1.2)
    assert result.standard_error == pytest.approx(math.sqrt(0.01 / 3))


def test_identical_sets_differ_by_nothing():
    x = noise(3, 5)
    for result in (
        compare(x, x, True),
        compare_ratio(abs(x), abs(x), True),
        compare_with_band([1] * 3, [1] * 20),
    ):
        assert (result.value, result.standard_error, result.df) == (0, 0, math.inf)
        assert result.interval() == (0, 0)
        assert (result.p_value(), result.p_value(1), result.detectable()) == (1, 0.5, 0)


def test_a_difference_without_any_noise_is_certain():
    result = compare(np.ones((3, 5)), np.zeros((3, 5)), False)
    assert (result.p_value(), result.p_value(1), result.p_value(-1)) == (0, 0, 1)
    assert result.interval() == (1, 1)


@pytest.mark.parametrize(
    "result",
    [
        compare(np.ones((1, 5)), np.ones((3, 5)), False),
        compare(np.ones((3, 1)), np.ones((3, 1)), False),
        compare(np.full((3, 5), np.nan), np.ones((3, 5)), True),
        compare(np.full((3, 5), np.inf), np.full((3, 5), np.inf), True),
        compare(np.ones((3, 0)), np.ones((3, 0)), True),
        compare_ratio(np.zeros((3, 5)), np.ones((3, 5)), True),
        compare_with_band([1.0], noise(20)),
        compare_with_band([1.0, np.nan, 2.0], noise(20)),
        compare_with_band([], noise(20)),
    ],
)
def test_without_an_error_nothing_is_told(result):
    assert np.isnan(
        [result.standard_error, result.df, *result.interval(), result.p_value(), result.p_value(1)]
    ).all()
    assert math.isnan(result.detectable())
    assert not result.decidable


def test_what_cannot_be_compared_is_refused():
    for x, y, paired in [((3, 4), (3, 5), False), ((3, 4), (2, 4), True), ((3,), (3,), True)]:
        with pytest.raises(ValueError, match="not"):
            compare(np.ones(x), np.ones(y), paired)
    with pytest.raises(ValueError, match="vectors"):
        compare_with_band(np.ones((3, 2)), np.ones(20))
    with pytest.raises(ValueError, match="R >= 3"):
        pseudo_values(np.ones((2, 2, 5)))


def test_pseudo_values_are_the_jackknifes():
    pairs = noise(4, 4, 6)
    off = ~np.eye(4, dtype=bool)
    kept = [[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]]
    without = [pairs[np.ix_(keep, keep)][off[:3, :3]].mean(0) for keep in kept]
    whole = pairs[off].mean(0)
    np.testing.assert_allclose(pseudo_values(pairs), 4 * whole - 3 * np.array(without))
    np.testing.assert_allclose(pseudo_values(pairs).mean(0), whole)
