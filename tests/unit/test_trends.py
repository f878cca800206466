"""Trends over reverse steps: exact p-values, scipy's rho."""

import math

import numpy as np
import pytest
from scipy import stats
from synthgap.metrics.comparisons import fewest_points, trend


def test_a_monotonous_trend_has_the_exact_p_value():
    """2 of the 5! orders are as extreme."""
    rising = trend([0, 30, 50, 70, 100], [1, 2, 3, 4, 5])
    assert rising.rho == pytest.approx(1)
    assert rising.p == pytest.approx(2 / 120)
    assert trend([0, 30, 50, 70, 100], [5, 4, 3, 2, 1]).rho == pytest.approx(-1)


def test_rho_is_scipys_with_ties_too():
    x, y = [1, 2, 3, 4, 5, 6], [1, 1, 2, 5, 3, 3]
    assert trend(x, y).rho == pytest.approx(stats.spearmanr(x, y).statistic)


def test_the_fewest_points_for_a_trend():
    assert fewest_points() == 5
    assert trend(range(4), range(4)).p == pytest.approx(1 / 12)
    assert trend(range(5), range(5)).p < 0.05
    assert fewest_points(0.01) == 6


def test_no_trend_in_constant_or_missing_values():
    assert (trend([0, 50, 100], [2, 2, 2]).rho, trend([0, 50, 100], [2, 2, 2]).p) == (0, 1)
    assert trend([3], [2]).p == 1
    missing = trend([0, 50, 100], [1, np.nan, 2])
    assert math.isnan(missing.rho)
    assert math.isnan(missing.p)
    with pytest.raises(ValueError, match="pairs"):
        trend([1, 2], [1, 2, 3])


def test_many_points_get_a_p_value_from_random_orders():
    result = trend(range(12), range(12), resamples=999)
    assert 0 < result.p < 0.01
    assert result == trend(range(12), range(12), resamples=999)
