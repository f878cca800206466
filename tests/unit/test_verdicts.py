"""The four verdicts, Holm's adjustment, and the alarm."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthgap.metrics.comparisons import Comparison, Part, compare, compare_with_band
from synthgap.metrics.verdicts import Verdict, better_than_real, holm, judge


def result(value, error=1.0, replicates=5):
    return Comparison(value, replicates, 1001, Part(0.0, replicates - 1), Part(error**2, 1000))


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.6, 0.9]) == [1, 1]
    assert holm([]) == []


def test_what_was_not_tested_is_not_in_the_family():
    assert holm([0.04, math.nan, 0.01]) == pytest.approx([0.04, math.nan, 0.02], nan_ok=True)


@given(st.lists(st.floats(0, 1), max_size=8))
def test_holm_keeps_the_order_and_lies_between_nothing_and_bonferroni(p):
    adjusted = np.array(holm(p))
    assert (adjusted >= p).all()
    assert (adjusted <= np.minimum(np.multiply(p, len(p)), 1) + 1e-12).all()
    assert (np.diff(adjusted[np.argsort(p, kind="stable")]) >= 0).all()


@pytest.mark.parametrize(
    ("value", "direction", "margin", "expected"),
    [
        (-3, -1, None, Verdict.SEEN),
        (3, -1, None, Verdict.OPPOSITE),
        (3, 1, None, Verdict.SEEN),
        (1, 1, None, Verdict.UNDECIDED),
        (1, 1, 2, Verdict.UNDECIDED),
        (0.3, 1, 2, Verdict.NO_DIFFERENCE),
        (3, 1, 5, Verdict.SEEN),  # what is claimed is there, however small
        (3, 0, 5, Verdict.NO_DIFFERENCE),  # that nothing changes is claimed
        (3, 0, 4, Verdict.OPPOSITE),
        (-3, 0, 4, Verdict.OPPOSITE),
        (1, 0, None, Verdict.UNDECIDED),  # no evidence of change is no evidence of none
    ],
)
def test_four_verdicts(value, direction, margin, expected):
    assert judge(result(value), direction, margin) is expected


def test_the_margin_holds_the_whole_90_percent_interval():
    edge = result(0.0).interval(0.9)[1]
    assert judge(result(0.0), 1, edge) is Verdict.NO_DIFFERENCE
    assert judge(result(0.0), 1, 0.999 * edge) is Verdict.UNDECIDED


def test_the_adjusted_p_decides():
    assert judge(result(3.0), 1, adjusted_p=0.06) is Verdict.UNDECIDED
    assert judge(result(1.0), 1, adjusted_p=0.04) is Verdict.SEEN


@pytest.mark.parametrize("direction", [-1, 0, 1])
@pytest.mark.parametrize("replicates", [1, 2])
def test_one_or_two_replicates_decide_nothing(replicates, direction):
    x = np.random.default_rng(0).random((replicates, 100))
    for comparison in (compare(x + 1, x, True), compare(x, x, False), compare_with_band(x[:, 0], x[0])):
        assert judge(comparison, direction, margin=9) is Verdict.UNDECIDED
        assert math.isnan(comparison.detectable())


@pytest.mark.parametrize("direction", [-1, 0, 1])
def test_missing_values_decide_nothing(direction):
    comparison = compare(np.full((3, 4), np.nan), np.ones((3, 4)), True)
    assert judge(comparison, direction, 1.0, holm([comparison.p_value()])[0]) is Verdict.UNDECIDED


def test_identical_sets():
    x = np.random.default_rng(0).random((3, 10))
    same = compare(x, x, True)
    assert judge(same, -1, 0.01) is judge(same, 0, 0.01) is Verdict.NO_DIFFERENCE
    assert judge(same, -1) is Verdict.UNDECIDED
    assert judge(compare(x, x - 1, True), 1, 0.01) is Verdict.SEEN


def test_two_drops_are_compared_only_where_there_is_one():
    most = result(-9.0)
    assert judge(most, -1, prerequisite=Verdict.SEEN) is Verdict.SEEN
    for verdict in set(Verdict) - {Verdict.SEEN}:
        assert judge(most, -1, prerequisite=verdict) is Verdict.UNDECIDED


def test_a_set_that_beats_real_images_is_an_alarm():
    band = np.random.default_rng(0).normal(0.9, 0.01, 20)
    leak, fine, one = ([1.0] * 3, [0.9] * 3, [1.0])
    assert better_than_real(compare_with_band(leak, band), better=1)
    assert not better_than_real(compare_with_band(leak, band), better=-1)
    assert not better_than_real(compare_with_band(fine, band), better=1)
    assert not better_than_real(compare_with_band(one, band), better=1)
    assert not better_than_real(compare_with_band(leak, band), better=1, adjusted_p=0.1)


def test_verdicts_are_words():
    assert Verdict.NO_DIFFERENCE.words("0.5 points") == "no difference larger than 0.5 points"
    assert [verdict.words() for verdict in Verdict] == [verdict.value for verdict in Verdict]
