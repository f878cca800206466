"""The kernel inception distance (KID), for any features."""

import itertools
from typing import Any, NamedTuple

import numpy as np

from ..plan.declarations import Metric, Score

TILE = 2048  # rows of either side in a product

DECLARATION = Metric({"kernel": Score("kernel distance", "lower")}, extractor="frechet", pairs=True)


class Centred(NamedTuple):
    """N rows of features less a centre. rows: float32 [N, D]; offsets: float64 [N], what a row adds to each
    kernel beside the product of centred rows; moments: float64 [3, D], sums of the rows, weighted with the
    offsets' powers 0 to 2.
    """

    rows: np.ndarray
    offsets: np.ndarray
    moments: np.ndarray


def measure(real: np.ndarray, fake: np.ndarray, config: Any) -> dict[str, float]:
    return {"kernel": kernel_distance(real, fake)}


def kernel_distance(a: np.ndarray, b: np.ndarray) -> float:
    """Unbiased squared maximum mean discrepancy with the kernel (x.y / D + 1)^3.

    a: [N, D], b: [M, D]; 0 in expectation for one distribution, so it may come out negative.
    Over all pairs, not over random subsets. Binkowski et al. (2018), Eq. 4.
    Raises ValueError for fewer than 2 rows.

    With m the mean of both sets, x = m + z and c = (m.z + m.m / 2) / D + 1/2, the kernel of x and x' is
    (p + s)^3, where p = z.z' / D and s = c + c'. Sums of p^2 and p^3 are of products in float32, tile by
    tile, and one within a set serves both of its sides; all else has a closed form, and is computed in
    float64. Beside the features, takes their centred copies and a few tiles.
    """
    n, m = len(a), len(b)
    if min(n, m) < 2:
        raise ValueError(f"the kernel distance needs 2 rows of features or more, not {min(n, m)}")
    centre = (a.mean(axis=0, dtype=np.float64) + b.mean(axis=0, dtype=np.float64)) / 2
    first, second = _centred(a, centre), _centred(b, centre)
    within = _within_sum(first) / (n * (n - 1)) + _within_sum(second) / (m * (m - 1))
    pairs = itertools.product(_tiles(n), _tiles(m))
    between = _low_powers(first, second) + sum(_high_powers(first, i, second, j) for i, j in pairs)
    return float(within - 2 * between / (n * m))


def _centred(features: np.ndarray, centre: np.ndarray) -> Centred:
    rows, offsets = np.empty(features.shape, np.float32), np.empty(len(features))
    moments = np.zeros((3, len(centre)))
    for part in _tiles(len(features)):
        moved = features[part] - centre
        rows[part] = moved
        offsets[part] = (moved @ centre + centre @ centre / 2) / len(centre) + 0.5
        moments += offsets[part] ** np.arange(3)[:, None] @ rows[part].astype(np.float64)
    return Centred(rows, offsets, moments)


def _within_sum(side: Centred) -> float:
    """The kernel summed over all pairs of two different rows."""
    total, tiles = _low_powers(side, side), _tiles(len(side.rows))
    for number, rows in enumerate(tiles):
        total += _high_powers(side, rows, side, rows)
        total += 2 * sum(_high_powers(side, rows, side, columns) for columns in tiles[number + 1 :])
    lengths = np.einsum("ij,ij->i", side.rows, side.rows, dtype=np.float64) / side.rows.shape[1]
    return total - float(((lengths + 2 * side.offsets) ** 3).sum())


def _low_powers(a: Centred, b: Centred) -> float:
    """3 p s^2 + s^3 summed over all pairs."""
    weights = np.array([1, 2, 1])  # of s^2 = c^2 + 2 c c' + c'^2
    products = 3 * weights @ np.einsum("ij,ij->i", a.moments[::-1], b.moments) / a.rows.shape[1]
    own, others = ([(side.offsets**power).sum() for power in range(4)] for side in (a, b))
    cubes = own[3] * others[0] + 3 * own[2] * others[1] + 3 * own[1] * others[2] + own[0] * others[3]
    return float(products + cubes)


def _high_powers(a: Centred, rows: slice, b: Centred, columns: slice) -> float:
    """p^3 + 3 p^2 s summed over the pairs of a tile."""
    products = a.rows[rows] @ b.rows[columns].T
    products /= a.rows.shape[1]
    squares = products * products
    # A row's or a column's sum in float32, the sum of these in float64.
    cubes = np.einsum("ij,ij->i", squares, products).sum(dtype=np.float64)
    own, others = squares.sum(axis=1), squares.sum(axis=0)
    return float(cubes + 3 * (own @ a.offsets[rows] + others @ b.offsets[columns]))


def _tiles(count: int) -> list[slice]:
    return [slice(start, start + TILE) for start in range(0, count, TILE)]
