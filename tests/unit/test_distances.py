"""Counts of points in balls are exact: against plain sums of squared differences."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthgap.metrics import distances
from synthgap.metrics.distances import balls, distance_blocks, neighbour_radii, neighbour_squares
from synthgap.metrics.manifold import manifold_scores

KINDS = ["normal", "grid", "repeated", "clusters", "far", "tiny", "huge", "constant", "collapsed"]


def plain_squares(a, b):
    """float64 [N, M]."""
    return np.stack([np.square(row.astype(np.float64) - b).sum(axis=1) for row in a])


def plain_scores(real, fake, k, dense_k):
    within, of_fake, between = (plain_squares(*pair) for pair in ((real, real), (fake, fake), (real, fake)))
    radii, dense, fake_radii = (
        np.sort(squares, axis=1)[:, number]
        for squares, number in ((within, k), (within, dense_k), (of_fake, k))
    )
    return {
        "precision": (between <= radii[:, None]).any(axis=0).mean(),
        "recall": (between <= fake_radii).any(axis=1).mean(),
        "density": (between <= dense[:, None]).sum() / (dense_k * len(fake)),
        "coverage": (between.min(axis=1) <= dense).mean(),
    }


def points(kind, generator, n, d):
    normal = generator.normal(size=(n, d))
    made = {
        "normal": normal,
        "grid": generator.integers(0, 3, (n, d)),  # many are equally far
        "repeated": normal[generator.integers(0, n // 4, n)],
        "clusters": 100 * generator.integers(0, 4, (n, 1)) + 1e-4 * normal,
        "far": normal + 1e6,  # in steps of 1/16
        "tiny": 1e-30 * normal,
        "huge": 1e30 * normal,
        "constant": np.ones((n, d)),
        "collapsed": normal[:1] + 1e-6 * normal,
    }
    return made[kind].astype(np.float32)


@pytest.fixture
def small_tiles(monkeypatch):
    monkeypatch.setattr(distances, "TILE", 32)
    monkeypatch.setattr(distances, "PIECE", 64)


@pytest.mark.usefixtures("small_tiles")
@pytest.mark.parametrize("d", [1, 7, 300])
@pytest.mark.parametrize("kind", KINDS)
def test_scores_are_those_of_all_distances(kind, d, generator):
    real, fake = points(kind, generator, 90, d), points(kind, generator, 70, d)
    fake[:10] = real[:10]
    assert manifold_scores(real, fake, 3, 5) == pytest.approx(plain_scores(real, fake, 3, 5), rel=1e-12)
    expected = np.sort(plain_squares(real, real), axis=1)[:, [1, 3, 5]].T
    assert neighbour_squares(real, [1, 3, 5]) == pytest.approx(expected, rel=1e-12, abs=0)


@pytest.mark.usefixtures("small_tiles")
@pytest.mark.parametrize("real_kind", KINDS)
@pytest.mark.parametrize("fake_kind", ["normal", "collapsed", "constant"])
def test_sets_of_two_kinds(real_kind, fake_kind, generator):
    real, fake = points(real_kind, generator, 80, 20), points(fake_kind, generator, 90, 20)
    assert manifold_scores(real, fake, 3, 5) == pytest.approx(plain_scores(real, fake, 3, 5), rel=1e-12)


@given(st.integers(0, 2**32), st.integers(4, 80), st.integers(1, 40), st.integers(1, 3))
def test_any_sizes(seed, n, m, k):
    generator = np.random.default_rng(seed)
    real, fake = (generator.integers(-2, 3, (count, 3)).astype(np.float32) for count in (n, m + 3))
    assert manifold_scores(real, fake, k, 2) == pytest.approx(plain_scores(real, fake, k, 2), rel=1e-12)


@pytest.mark.parametrize("kind", ["normal", "repeated", "constant"])
def test_tiles_add_up(kind, generator, monkeypatch):
    real, fake = points(kind, generator, 200, 30), points(kind, generator, 150, 30)
    whole = manifold_scores(real, fake)
    for size in (13, 199):
        monkeypatch.setattr(distances, "TILE", size)
        assert manifold_scores(real, fake) == whole


def test_few_pairs_need_exact_distances(generator, monkeypatch):
    """Of 400 x 400 pairs of each of three matrices; the k-th neighbours of each point among them."""
    counted = []

    def counting(a, b, i, j, exact=distances.exact_squares):
        counted.append(len(i))
        return exact(a, b, i, j)

    monkeypatch.setattr(distances, "exact_squares", counting)
    manifold_scores(points("normal", generator, 400, 500), points("normal", generator, 400, 500))
    assert sum(counted) < 4 * 3 * 400


def test_what_is_not_finite_is_refused(generator):
    broken = points("normal", generator, 30, 4)
    broken[3, 2] = np.nan
    with pytest.raises(ValueError, match="features must be finite"):
        neighbour_squares(broken, [3])


def test_balls_hold_what_is_within_their_radius(generator, monkeypatch):
    monkeypatch.setattr(distances, "TILE", 16)
    a, b = points("grid", generator, 50, 4), points("grid", generator, 40, 4)
    squares = neighbour_squares(a, [2]), neighbour_squares(b, [4])
    of_a, of_b = np.zeros((50, 40), bool), np.zeros((50, 40), bool)
    for rows, columns, (inside_a,), (inside_b,) in balls(a, b, *squares):
        of_a[rows, columns], of_b[rows, columns] = inside_a, inside_b
    between = plain_squares(a, b)
    assert (of_a == (between <= squares[0][0][:, None])).all()
    assert (of_b == (between <= squares[1][0])).all()


@pytest.mark.parametrize("shift", [0, 1e6])
def test_blocks_of_distances_are_the_distances(generator, monkeypatch, shift):
    a, b = (points("normal", generator, n, 6) + np.float32(shift) for n in (50, 30))
    monkeypatch.setattr(distances, "BLOCK", 100)
    blocks = list(distance_blocks(a, b))
    assert len(blocks) > 10
    assert np.concatenate(blocks) == pytest.approx(np.sqrt(plain_squares(a, b)), rel=1e-6)
    radii = np.sort(np.sqrt(plain_squares(a, a)), axis=1)[:, [2]].T
    assert neighbour_radii(a, [2]) == pytest.approx(radii, rel=1e-6)
