"""Copies, on sets whose answer is known."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.metrics import pairwise_distances
from synthgap.metrics.copying import copied_share, copying_test
from synthgap.metrics.neighbours import nearest_distances

CPU = torch.device("cpu")


def judge(images, train, test):
    """Copies of training and of test images, and C_T, of a set whose labels are its own."""
    near, near_test = (nearest_distances(images, real, CPU) for real in (train, test))
    fresh = nearest_distances(test, train, CPU)
    return (
        copied_share(near) - copied_share(fresh),
        copied_share(near_test) - copied_share(nearest_distances(train, test, CPU)),
        copying_test(near[:, 2], images.labels, fresh[:, 2], test.labels)[0],
    )


@pytest.fixture(scope="module")
def thirds(packed):
    """The digits in three parts: training images, test images, fresh ones."""
    both = [np.concatenate([getattr(part, n) for part in packed[:2]]) for n in ("images", "labels", "index")]
    order = np.random.default_rng(0).permutation(len(both[0]))
    whole = type(packed[0])(*both)
    return [whole[part] for part in np.array_split(order, 3)]


def test_fresh_real_images_are_no_copies(thirds):
    train, test, fresh = thirds
    copies, leaked, statistic = judge(fresh, train, test)
    assert abs(copies) < 0.01
    assert abs(leaked) < 0.01
    assert abs(statistic) < 2


@pytest.mark.parametrize("moved", [0, 1])
def test_copies_of_training_images_are_found_also_where_a_pixel_changed(thirds, moved):
    train, test, _ = thirds
    images = train.images.copy()
    images[:, 0, 0] = np.abs(images[:, 0, 0].astype(int) - 15 * moved).astype(np.uint8)
    copies, leaked, statistic = judge(replace(train, images=images), train, test)
    assert copies > 0.9
    assert abs(leaked) < 0.01
    assert statistic < -5


def test_copies_of_test_images_are_a_leak(thirds):
    train, test, _ = thirds
    copies, leaked, statistic = judge(test, train, test)
    assert (copies, statistic) == (0, 0)
    assert leaked > 0.9


def test_distances_are_those_of_pixels(thirds):
    train, test, _ = thirds
    near = nearest_distances(test, train, CPU)
    flat = [part.images.reshape(len(part), -1).astype(float) for part in (test, train)]
    expected = pairwise_distances(*flat)
    np.testing.assert_allclose(near[:, :2], np.sort(expected, axis=1)[:, :2], rtol=1e-6)
    expected[test.labels[:, None] != train.labels] = np.inf
    np.testing.assert_allclose(near[:, 2], expected.min(axis=1), rtol=1e-6)


def test_large_images_are_averaged_and_classes_may_be_missing(thirds):
    train, test, _ = thirds
    large = replace(train[:40], images=train.images[:40].repeat(8, axis=1).repeat(8, axis=2))
    near = nearest_distances(large, large, CPU)
    assert near.shape == (40, 3)
    assert (near[:, 0] == 0).all()
    others = train[train.labels != 9]
    assert np.isinf(nearest_distances(test, others, CPU)[test.labels == 9, 2]).all()
    assert np.isnan(copying_test(near[:, 2], large.labels, near[:3, 2], large.labels[:3])).all()
