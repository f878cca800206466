"""Convention tests: cases whose answer is known by thought."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from synthgap.metrics.concentration import centroid_distance, share_beyond
from synthgap.metrics.entropy import mean_entropy
from synthgap.metrics.frechet import frechet_distance
from synthgap.metrics.kernel import kernel_distance
from synthgap.metrics.manifold import density_coverage, precision_recall
from synthgap.metrics.summaries import Summary, summarise

CLOUD = np.random.default_rng(0).normal(size=(200, 5)).astype(np.float32)
FAR = CLOUD + 100


def test_a_set_has_no_distance_to_itself():
    assert frechet_distance(CLOUD, CLOUD) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("n", [3, 200])
def test_a_shift_moves_the_frechet_distance_by_its_square(n):
    assert frechet_distance(CLOUD[:n], CLOUD[:n] + 2) == pytest.approx(5 * 2**2, rel=1e-5)


def test_scaling_moves_the_frechet_distance_by_the_change_of_deviation():
    """For one dimension it is (m1 - m2)^2 + (s1 - s2)^2."""
    x = CLOUD[:, :1]
    mean, deviation = x.mean(), x.std(ddof=1)
    assert frechet_distance(x, 3 * x) == pytest.approx((2 * mean) ** 2 + (2 * deviation) ** 2, rel=1e-5)


@given(arrays(np.float64, (12, 3), elements=st.floats(-10, 10)), st.integers(0, 2**32))
def test_frechet_is_symmetric_and_ignores_order(a, seed):
    b = a[::-1] * 2 + 1
    shuffled = np.random.default_rng(seed).permutation(a)
    assert frechet_distance(a, b) == pytest.approx(frechet_distance(b, a), abs=1e-8)
    assert frechet_distance(shuffled, b) == pytest.approx(frechet_distance(a, b), abs=1e-8)


def test_frechet_refuses_what_has_no_covariance():
    with pytest.raises(ValueError, match="2 rows of features or more, not 1"):
        frechet_distance(CLOUD[:1], CLOUD)
    with pytest.raises(ValueError, match="5 and 4 dimensions"):
        frechet_distance(CLOUD, CLOUD[:, :4])


def test_identical_sets_are_precise_complete_and_covered():
    assert precision_recall(CLOUD, CLOUD) == (1.0, 1.0)
    density, coverage = density_coverage(CLOUD, CLOUD)
    assert coverage == 1.0
    # A point lies in its own ball and in those of the points whose k-th neighbour it reaches: k more
    # on average.
    assert density == pytest.approx((5 + 1) / 5)


def test_sets_far_apart_share_nothing():
    assert precision_recall(CLOUD, FAR) == (0.0, 0.0)
    assert density_coverage(CLOUD, FAR) == (0.0, 0.0)


def test_a_collapsed_generator_has_low_recall_not_low_precision():
    collapsed = CLOUD[:1] + 1e-3 * CLOUD
    precision, recall = precision_recall(CLOUD, collapsed)
    assert precision == 1.0
    assert recall <= 0.01
    density, coverage = density_coverage(CLOUD, collapsed)
    assert density > 0.5
    assert coverage <= 0.1


def test_an_overdispersed_generator_has_low_precision_not_low_recall():
    precision, recall = precision_recall(CLOUD, 20 * CLOUD)
    assert precision <= 0.05
    assert recall > 0.9


def test_too_few_points_for_the_neighbours_are_refused():
    with pytest.raises(ValueError, match="3 neighbours need more than 3 points, not 3"):
        precision_recall(CLOUD[:3], CLOUD)
    with pytest.raises(ValueError, match="5 neighbours need more than 5 points, not 5"):
        density_coverage(CLOUD[:5], CLOUD)


def test_repeated_points_are_each_others_neighbours():
    twice = np.concatenate([CLOUD, CLOUD])
    assert precision_recall(twice, CLOUD, k=1) == (1.0, 1.0)


def test_the_kernel_distance_is_unbiased():
    """Zero in expectation for one distribution: over many draws the mean is within its error of 0."""
    generator = np.random.default_rng(1)
    values = [kernel_distance(*generator.normal(size=(2, 50, 3))) for _ in range(200)]
    assert abs(np.mean(values)) < 3 * np.std(values) / np.sqrt(len(values))
    assert min(values) < 0


def test_the_kernel_distance_grows_with_the_shift():
    values = [kernel_distance(CLOUD, CLOUD + shift) for shift in (0.5, 1, 2)]
    assert values == sorted(values)
    assert values[0] > 0


@pytest.mark.parametrize("classes", [2, 10])
def test_entropy_lies_between_certain_and_uniform(classes):
    assert mean_entropy(np.zeros((4, classes))) == pytest.approx(np.log(classes))
    assert mean_entropy(1e4 * np.eye(classes)) == pytest.approx(0)


@given(arrays(np.float64, (4, 3), elements=st.floats(-50, 50)), st.floats(-1e3, 1e3))
def test_entropy_ignores_a_shift_of_the_logits(logits, shift):
    assert mean_entropy(logits + shift) == pytest.approx(mean_entropy(logits), abs=1e-9)


def test_a_set_drawn_towards_its_centroids_is_concentrated():
    labels = np.repeat([0, 1], 100)
    centroids = np.stack([CLOUD[labels == label].mean(0) for label in (0, 1)])[labels]
    halfway = (CLOUD + centroids) / 2
    ratio = centroid_distance(halfway, labels) / centroid_distance(CLOUD, labels)
    assert ratio == pytest.approx(0.5, rel=1e-6)


def test_centroids_are_the_classes_own():
    labels = np.repeat([0, 1], 100)
    apart = CLOUD + 100 * labels[:, None]
    assert centroid_distance(apart, labels) == pytest.approx(centroid_distance(CLOUD, labels), rel=1e-4)


def test_summaries_use_the_sample_deviation():
    assert summarise([1.0, 2.0, 3.0]) == Summary(2.0, 1.0, 3)
    alone = summarise([1.0])
    assert np.isnan(alone.std)


def test_a_tenth_of_the_real_images_lies_beyond_the_edge_and_fewer_of_shrunken_ones(generator):
    labels = np.arange(600) % 3
    real = generator.normal(size=(600, 4)) + 10 * labels[:, None]
    assert share_beyond(real, real, labels, labels) == pytest.approx(0.1, abs=0.01)
    centres = np.stack([real[labels == label].mean(axis=0) for label in range(3)])[labels]
    shrunken = centres + 0.8 * (real - centres)
    assert share_beyond(real, shrunken, labels, labels) < 0.04
    assert share_beyond(real, shrunken + 10, labels, labels) == 1
