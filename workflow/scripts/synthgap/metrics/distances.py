"""Euclidean distances between features: bounds of all in float32, exact ones where bounds don't decide.

With x and y float32 rows of D features, m any centre, and a = |x - m|^2, b = |y - m|^2:

    |x - y|^2 = a + b - 2 (x - m)(y - m)

In float32 (u = 2^-24) the product, as a sum of D / P products of P terms, is wrong by at most
g |x - m||y - m| <= g (a + b) / 2, where n = P + D / P and g = n u / (1 - n u), in whatever order these are
summed (Higham 2002, Eq. 3.5). Rounding the centred rows costs at most 4 u (a + b), rounding and adding a, b
and the product less than 6 u (a + b); what underflows, less than D times the least float32. So the true
square lies within (g + 12 u)(a + b), and that underflow, of the computed one. Features are scaled by a power
of two, which is exact, so that none overflows. Pairs that these bounds don't decide are taken from the
features as they are: sums of squared differences in float64, the same for the same two rows wherever they
stand.
"""

from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b
from typing import NamedTuple

import numpy as np

TILE = 2048  # rows of either side in a product
PIECE = 512  # features in a product: the fewer, the tighter the bounds
SPARE = 12  # neighbours that are kept beside the k nearest, in case that bounds don't decide
AT_ONCE = 2**20  # numbers in exact differences
BLOCK = 2**23  # distances in a block

HALF_ULP = 2.0**-24
TINY = float(np.finfo(np.float32).tiny)


class Points(NamedTuple):
    """N points whose distances can be bounded. values: float32 [N, D], as given; centred: float32 [N, D],
    moved and scaled by 2^-exponent; lengths: float32 [N], squared, less the slack: float64 [N], by which a
    square may be wrong on this point's behalf.
    """

    values: np.ndarray
    centred: np.ndarray
    lengths: np.ndarray
    slack: np.ndarray
    exponent: int


class Neighbours(NamedTuple):
    """Of each of N points, those that may be its nearest: lower bounds of squared distances float32 [N, kept]
    (infinite where there is none yet) and positions int64 [N, kept], in no order.
    """

    bounds: np.ndarray
    positions: np.ndarray

    @property
    def farthest(self) -> np.ndarray:
        return self.bounds.max(axis=1)

    def take(self, own: np.ndarray, others: np.ndarray, bounds: np.ndarray) -> None:
        """Keep the nearest of those that there are and of these pairs, int64 [n] and int64 [n]."""
        kept = self.bounds.shape[1]
        order = np.lexsort((bounds, own))
        own, others, bounds = own[order], others[order], bounds[order]
        rows, first, row = np.unique(own, return_index=True, return_inverse=True)
        rank = np.arange(len(own)) - first[row]
        chosen = rank < kept
        place = row[chosen], kept + rank[chosen]
        merged = np.full((len(rows), 2 * kept), np.inf, np.float32)
        positions = np.zeros((len(rows), 2 * kept), np.int64)
        merged[:, :kept], positions[:, :kept] = self.bounds[rows], self.positions[rows]
        merged[place], positions[place] = bounds[chosen], others[chosen]
        nearest = np.argpartition(merged, kept - 1, axis=1)[:, :kept]
        self.bounds[rows] = np.take_along_axis(merged, nearest, axis=1)
        self.positions[rows] = np.take_along_axis(positions, nearest, axis=1)


def neighbour_radii(points: np.ndarray, ks: list[int]) -> np.ndarray:
    """Distance of each point to its k-th neighbour in the set, itself not counted: float32 [ks, N].

    points: [N, D], taken as float32. Raises ValueError where N <= k.
    """
    return np.sqrt(neighbour_squares(points, ks)).astype(np.float32)


def neighbour_squares(points: np.ndarray, ks: list[int]) -> np.ndarray:
    """The squares of neighbour_radii, float64 [ks, N], exact to float64's rounding.

    Every product of tiles serves both of its sides. Beside the points, takes their centred copy, two tiles
    and a few neighbours of each point: about 200 MB for 10,000 points of 2,048 features.
    """
    count = len(points)
    if count <= max(ks):
        raise ValueError(f"{max(ks)} neighbours need more than {max(ks)} points, not {count}")
    (all_points,) = _prepared(points)
    neighbours = _likely_neighbours(all_points, max(ks) + SPARE)
    rows, columns = np.arange(count)[:, None], neighbours.positions
    low = neighbours.bounds.astype(np.float64)
    high = low + 2 * (all_points.slack[rows] + all_points.slack[columns])
    lowest, highest = np.sort(low, axis=1), np.sort(high, axis=1)
    # The k-th square lies between the k-th least bounds of either kind. What may be it, is decided exactly.
    between = [(low <= highest[:, k - 1, None]) & (high >= lowest[:, k - 1, None]) for k in ks]
    squares = np.full(low.shape, np.inf)
    row, place = np.nonzero(np.logical_or.reduce(between))
    squares[row, place] = exact_squares(all_points, all_points, row, columns[row, place])
    found = np.empty((len(ks), count))
    for own, k, maybe in zip(found, ks, between, strict=True):
        nearer = (high < lowest[:, k - 1, None]).sum(axis=1)
        own[:] = np.sort(np.where(maybe, squares, np.inf), axis=1)[rows[:, 0], k - 1 - nearer]
    crowded = np.flatnonzero(lowest[:, -1] <= highest[:, max(ks) - 1])
    if len(crowded):
        found[:, crowded] = _crowded_squares(all_points, crowded, ks)
    return np.ldexp(found, 2 * all_points.exponent)


def balls(
    a: np.ndarray, b: np.ndarray, a_squares: np.ndarray, b_squares: np.ndarray
) -> Iterator[tuple[slice, slice, np.ndarray, np.ndarray]]:
    """Which points of two sets lie in balls around points of the other one, their surfaces included.

    a: [N, D], b: [M, D], taken as float32; a_squares: float64 [ka, N] and b_squares: [kb, M], squared radii,
    as of neighbour_squares. Yields, tile by tile, the rows of a and of b; whether each ball of a's holds each
    point of b's, bool [ka, rows, columns]; and whether each of b's holds each of a's, [kb, rows, columns].
    """
    first, second = _prepared(a, b)
    around_a, around_b = (np.ldexp(each, -2 * first.exponent) for each in (a_squares, b_squares))
    for rows in _tiles(len(a)):
        for columns in _tiles(len(b)):
            bounds = _lower_bounds(first, rows, second, columns)
            widest = 2 * (first.slack[rows].max() + second.slack[columns].max())
            radii = [*around_a[:, rows, None], *around_b[:, None, columns]]
            inside = np.empty((len(radii), *bounds.shape), bool)
            for held, squares in zip(inside, radii, strict=True):
                np.less_equal(bounds, _below(squares - widest), out=held)
                pairs = np.flatnonzero(held != (bounds <= _above(squares)))
                i, j = np.divmod(pairs, bounds.shape[1])
                exact = exact_squares(first, second, i + rows.start, j + columns.start)
                held[i, j] = exact <= np.broadcast_to(squares, bounds.shape)[i, j]
            yield rows, columns, inside[: len(around_a)], inside[len(around_a) :]


def exact_squares(a: Points, b: Points, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    """Squared distances of pairs of points, at positions i and j [n]: float64 [n], in the points' scale."""
    squares = np.empty(len(i))
    size = max(1, AT_ONCE // max(a.values.shape[1], 1))
    for start in range(0, len(i), size):
        part = slice(start, start + size)
        difference = np.subtract(a.values[i[part]], b.values[j[part]], dtype=np.float64)
        squares[part] = np.einsum("ij,ij->i", difference, difference)
    return np.ldexp(squares, -2 * a.exponent)


def distance_blocks(points: np.ndarray, centres: np.ndarray) -> Iterator[np.ndarray]:
    """Euclidean distances of some of the points to all centres, block after block: float32 [rows, centres].

    Computed in float64, and rounded, so that the same two points have the same distance in every block.
    """
    middle = centres.mean(axis=0, dtype=np.float64)
    others = centres.astype(np.float32) - middle
    lengths, size = np.einsum("ij,ij->i", others, others), max(1, BLOCK // len(centres))
    for start in range(0, len(points), size):
        own = points[start : start + size].astype(np.float32) - middle
        squares = own @ others.T
        squares *= -2
        squares += np.einsum("ij,ij->i", own, own)[:, None]
        squares += lengths
        yield np.sqrt(np.maximum(squares, 0, out=squares), out=squares).astype(np.float32)


def _prepared(*sets: np.ndarray) -> list[Points]:
    """Sets [N, D] with their common centre and scale. Raises ValueError for what isn't finite."""
    given = [np.ascontiguousarray(values, np.float32) for values in sets]
    middle = np.mean([values.mean(axis=0, dtype=np.float64) for values in given], axis=0)
    largest = max(_largest(values, middle) for values in given)
    if not np.isfinite(largest):
        raise ValueError("features must be finite numbers")
    exponent = int(np.frexp(largest)[1])
    return [_points(values, middle, exponent) for values in given]


def _largest(values: np.ndarray, middle: np.ndarray) -> float:
    """The largest distance from the middle along any axis, or more."""
    return float(max((values.max(axis=0) - middle).max(), (middle - values.min(axis=0)).max()))


def _points(values: np.ndarray, middle: np.ndarray, exponent: int) -> Points:
    centred, lengths = np.empty_like(values), np.empty(len(values))
    for part in _tiles(len(values)):
        moved = values[part] - middle
        moved *= 2.0**-exponent
        centred[part], lengths[part] = moved, np.einsum("ij,ij->i", moved, moved)
    terms = min(values.shape[1], PIECE) + len(_pieces(values.shape[1]))
    relative = terms * HALF_ULP / (1 - terms * HALF_ULP) + 12 * HALF_ULP
    slack = lengths * relative + values.shape[1] * TINY
    return Points(values, centred, (lengths - slack).astype(np.float32), slack, exponent)


def _lower_bounds(a: Points, rows: slice, b: Points, columns: slice) -> np.ndarray:
    """Of squared distances, float32 [rows, columns]; those plus twice both slacks are upper bounds."""
    first, *others = _pieces(a.centred.shape[1])
    bounds = a.centred[rows, first] @ b.centred[columns, first].T
    for piece in others:
        bounds += a.centred[rows, piece] @ b.centred[columns, piece].T
    bounds *= -2
    bounds += a.lengths[rows, None]
    bounds += b.lengths[columns]
    return bounds


def _tiles(count: int) -> list[slice]:
    """Slices of nearly equal lengths, TILE at most."""
    bounds = np.linspace(0, count, -(-count // TILE) + 1).astype(int)
    return [slice(start, stop) for start, stop in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)]


def _pieces(dimensions: int) -> list[slice]:
    return [slice(start, start + PIECE) for start in range(0, dimensions, PIECE)]


def _likely_neighbours(points: Points, kept: int) -> Neighbours:
    """The `kept` of each point with the least lower bounds. What is beyond the farthest yet is left alone."""
    count = len(points.values)
    neighbours = Neighbours(np.full((count, kept), np.inf, np.float32), np.zeros((count, kept), np.int64))
    tiles = _tiles(count)
    for rows in tiles:
        bounds = _lower_bounds(points, rows, points, rows)
        np.fill_diagonal(bounds, np.inf)
        last = min(kept, len(bounds)) - 1
        i, j = np.nonzero(bounds <= np.partition(bounds, last, axis=1)[:, last, None])
        neighbours.take(i + rows.start, j + rows.start, bounds[i, j])
    for number, rows in enumerate(tiles):
        for columns in tiles[number + 1 :]:
            bounds, farthest = _lower_bounds(points, rows, points, columns), neighbours.farthest
            for own, near in (
                (rows, bounds < farthest[rows, None]),
                (columns, bounds < farthest[columns]),
            ):
                pairs = np.flatnonzero(near)
                i, j = np.divmod(pairs, bounds.shape[1])
                ends = i + rows.start, j + columns.start
                neighbours.take(*(ends if own is rows else ends[::-1]), bounds.ravel()[pairs])
    return neighbours


def _crowded_squares(points: Points, rows: np.ndarray, ks: list[int]) -> np.ndarray:
    """Squared distances to the k-th neighbours of points whose bounds don't tell these: [ks, rows].

    A point that is there more than k times has its k-th neighbour at 0. Of the others, all are measured.
    """
    names = [blake2b(values.tobytes()).digest() for values in points.values]
    repeats, everything = Counter(names), np.arange(len(names))
    found = np.zeros((len(ks), len(rows)))
    for column, row in enumerate(rows.tolist()):
        if repeats[names[row]] <= max(ks):
            squares = exact_squares(points, points, np.full(len(everything), row), everything)
            found[:, column] = np.partition(np.delete(squares, row), [k - 1 for k in ks])[[k - 1 for k in ks]]
    return found


def _above(squares: np.ndarray) -> np.ndarray:
    return np.nextafter(squares.astype(np.float32), np.float32(np.inf))


def _below(squares: np.ndarray) -> np.ndarray:
    return np.nextafter(squares.astype(np.float32), np.float32(-np.inf))
