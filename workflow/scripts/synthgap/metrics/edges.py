"""What kind of images a set loses: those at the edge of their class, or in its core.

A = real training images, B = real test images, s = a set's training images. All distances are between images
of one class, and s and A are brought to one size in each class, so the balance of classes doesn't enter. How
typical an image is, is asked of real images that are neither in A nor s nor itself: the halves of B that it
isn't in.
"""

import logging
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..data.randomness import random_generator
from ..data.splits import stratified_subset
from ..plan.names import ALL, SCORE_COLUMNS, class_group, decile_group
from .distances import distance_blocks, neighbour_radii

NEIGHBOURS, RADIUS = 10, 5  # of an image in a half of B, or in s and A together; of one of B within B
SHARE, DECILES = 0.1, 10
PERMUTATIONS, AT_ONCE = 999, 32
FEWEST = 4  # test images of a class: two in each half
FEWEST_DECILES = 9  # so many training images have a first and a last decile

logger = logging.getLogger(__name__)


class Features(NamedTuple):
    """Of the images of one split of a set. values: float32 [N, D]; labels: int64 [N]."""

    values: np.ndarray
    labels: np.ndarray

    def of(self, label: int) -> np.ndarray:
        """Those of a class, float32 [n, D]."""
        return self.values[self.labels == label]


class Around(NamedTuple):
    """What lies around the M images of B of one class, in s and A.

    is_fake: bool [n], of s and A together, s first. positions: int64 [M, L], the nearest of these; weights:
    float [M, L], what each says of the local share (0 beyond the nearest ten; they sum to 1); inside: bool
    [M, L], whether it lies within the image's ball, which reaches to its fifth neighbour in B. covered: bool
    [2, M], whether the ball holds any image of s, and of A. deciles: int64 [M], of typicality, 0 in the core
    to 9 at the edge.
    """

    is_fake: np.ndarray
    positions: np.ndarray
    weights: np.ndarray
    inside: np.ndarray
    covered: np.ndarray
    deciles: np.ndarray


class ClassEdges(NamedTuple):
    """Of one class. size: images of s, and as many of A; weight: images of A. tails: edge and core share, if
    there are images enough. counts: int64 [10], of B in each decile; sums: float [2, 1 + permutations, 10],
    of their local share and local coverage: what is found, and by permuting.
    """

    size: int
    weight: int
    tails: tuple[float, float] | None
    counts: np.ndarray
    sums: np.ndarray


def score_edges(
    name: str,
    replicate: int,
    fake: Features,
    train: Features,
    test: Features,
    *,
    extractor: str,
    seed: int,
    permutations: int = PERMUTATIONS,
) -> pd.DataFrame:
    """The scores of one set and replicate, with the columns SCORE_COLUMNS. fake: s, train: A, test: B.

    edge_share, core_share: the shares of s that are less typical than nine in ten images of A, and more
    typical than nine in ten, minus .1; of all (classes weighted as in A) and by class. local_share: of the
    ten nearest neighbours of each image of B in s and A together, the share that is of s, minus 1/2;
    local_coverage: whether its ball holds an image of s, minus whether it holds one of A. Both are means over
    all images of B, each decile of typicality, and each class; where s lacks a class its local share is -1/2.

    *_deviation: their standard deviations where nothing is lost: of shares sqrt(.18 / n), of the others by
    permuting, within each class, which images are of s and which of A. A class with fewer than 4 images in B
    is left out; one with fewer than 9 in A or s has no edge and core. The log says so.
    """
    first = halves(test.labels, seed)
    classes = {}
    for label in np.unique(train.labels).tolist():
        parts = [test.values[half & (test.labels == label)] for half in (first, ~first)]
        if min(map(len, parts)) < FEWEST // 2:
            logger.info("class %d has fewer than %d test images and is left out", label, FEWEST)
            continue
        draws, permuted = (
            random_generator(seed, "score_edges", *names, label)
            for names in (("draw", replicate), ("permute",))
        )
        own, real = _equal(fake.of(label), train.of(label), draws)
        classes[label] = class_edges(own, real, parts, permuted, permutations)
        classes[label] = classes[label]._replace(weight=int((train.labels == label).sum()))
        if classes[label].tails is None:
            logger.info("class %d has only %d training images on a side: no edge, no core", label, len(own))
    key = (name, "train", replicate, "held-out", extractor)
    rows = [
        (*key, metric + suffix, group, number, *sizes)
        for metric, group, value, deviation, *sizes in (*_tail_scores(classes), *_local_scores(classes))
        for suffix, number in (("", value), ("_deviation", deviation))
    ]
    return pd.DataFrame(rows, columns=SCORE_COLUMNS)


def class_edges(
    own: np.ndarray,
    real: np.ndarray,
    parts: list[np.ndarray],
    generator: np.random.Generator,
    permutations: int = PERMUTATIONS,
) -> ClassEdges:
    """Of the images of one class: s float32 [n, D], A [n, D] (any number where s has none); parts: the halves
    of B.
    """
    tails = None
    if len(own) >= FEWEST_DECILES:
        tails = tail_shares(typicality(own, parts), typicality(real, parts))
    around = what_is_around(own, real, parts)
    counts = np.bincount(around.deciles, minlength=DECILES)
    return ClassEdges(len(own), len(real), tails, counts, permuted_sums(around, permutations, generator))


def halves(labels: np.ndarray, seed: int) -> np.ndarray:
    """Which test images are in the first of two stratified random halves, for every set the same: bool
    [N].
    """
    chosen = stratified_subset(labels, len(labels) // 2, random_generator(seed, "score_edges", "halves"))
    return np.isin(np.arange(len(labels)), chosen)


def typicality(points: np.ndarray, parts: list[np.ndarray], k: int = NEIGHBOURS) -> np.ndarray:
    """How far points [N, D] are from real images of their class: float [N], in the features' unit; less is
    more typical.

    The mean distance to the k nearest images of a part [n, D] (all, where it has fewer), averaged over parts.
    """
    return np.mean([nearest(points, part, k)[0].mean(axis=1) for part in parts], axis=0)


def tail_shares(fake: np.ndarray, real: np.ndarray) -> tuple[float, float]:
    """The shares of s above the 90th percentile of A's typicality, and below the 10th, minus .1.

    fake [N], real [M]: typicality. The percentiles are the p (M + 1)-th order statistics: a fresh image lies
    beyond them with a chance of exactly .1, so both are 0 on average where s is like A.
    """
    low, high = np.quantile(real, [SHARE, 1 - SHARE], method="weibull")
    return float((fake > high).mean() - SHARE), float((fake < low).mean() - SHARE)


def what_is_around(own: np.ndarray, real: np.ndarray, parts: list[np.ndarray]) -> Around:
    """Around the images of B of one class, half after half; arguments as of class_edges."""
    points, pooled = np.concatenate(parts), np.concatenate([own, real])
    k = min(NEIGHBOURS, len(own) or len(real))
    radii = neighbour_radii(points, [min(RADIUS, len(points) - 1)])[0]
    distances, positions = nearest(points, pooled, 2 * k)
    last = distances[:, k - 1 : k]
    closer, tied = distances < last, distances == last
    rest = (k - closer.sum(axis=1)) / tied.sum(axis=1)  # what is as far as the last counts in parts
    return Around(
        np.arange(len(pooled)) < len(own),
        positions,
        (closer + tied * rest[:, None]) / k,
        distances <= radii[:, None],
        np.stack([_least(points, side) <= radii for side in (own, real)]),
        np.concatenate([_deciles(typicality(parts[i], [parts[1 - i]])) for i in (0, 1)]),
    )


def permuted_sums(around: Around, permutations: int, generator: np.random.Generator) -> np.ndarray:
    """The sums of local share and local coverage over the images of each decile: float [2, 1 + permutations,
    10].

    First as it is, then with images of s and A exchanged at random, from the lists of neighbours: whether a
    ball holds an image of either side is then asked of its twenty nearest.
    """
    of_decile = np.eye(DECILES)[around.deciles]
    share, _ = local_scores(around.is_fake[None], around)
    coverage = around.covered[0].astype(float) - around.covered[1]
    found = [np.stack([share, coverage[None]]) @ of_decile]
    for start in range(0, permutations, AT_ONCE):
        rows = np.tile(around.is_fake, (min(AT_ONCE, permutations - start), 1))
        found.append(np.stack(local_scores(generator.permuted(rows, axis=1), around)) @ of_decile)
    return np.concatenate(found, axis=1)


def local_scores(is_fake: np.ndarray, around: Around) -> tuple[np.ndarray, np.ndarray]:
    """Local share and local coverage of each image, [P, M], where these images [P, n] are of s."""
    listed = is_fake[:, around.positions]
    share = np.einsum("pml,ml->pm", listed, around.weights) - 0.5
    covered = [(side & around.inside).any(axis=2).astype(float) for side in (listed, ~listed)]
    return share, covered[0] - covered[1]


def nearest(points: np.ndarray, others: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The k nearest others of each point, or all where there are fewer: distances and positions [N, k],
    ascending.
    """
    k = min(k, len(others))
    found = []
    for block in distance_blocks(points, others):
        chosen = np.argpartition(block, k - 1, axis=1)[:, :k]
        own = np.take_along_axis(block, chosen, axis=1)
        order = np.argsort(own, axis=1, kind="stable")
        found.append([np.take_along_axis(array, order, axis=1) for array in (own, chosen)])
    distances, positions = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return distances, positions


def _equal(
    own: np.ndarray, real: np.ndarray, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """A random part of the larger side, of the smaller one's size; all of the other, where one has none."""
    size = min(len(own), len(real)) or max(len(own), len(real))
    parts = [
        side if len(side) <= size else side[np.sort(generator.choice(len(side), size, replace=False))]
        for side in (own, real)
    ]
    return parts[0], parts[1]


def _least(points: np.ndarray, others: np.ndarray) -> np.ndarray:
    """The distance of each point to the nearest other; infinite where there is none."""
    return nearest(points, others, 1)[0][:, 0] if len(others) else np.full(len(points), np.inf)


def _deciles(values: np.ndarray) -> np.ndarray:
    """int64 [N], 0 to 9, by rank."""
    rank = np.argsort(np.argsort(values, kind="stable"), kind="stable")
    return (2 * rank + 1) * DECILES // (2 * len(values))


def _groups(classes: dict[int, ClassEdges]) -> dict[str, list[ClassEdges]]:
    """All classes together, and each."""
    groups = {ALL: list(classes.values())} if classes else {}
    return groups | {class_group(label): [one] for label, one in classes.items()}


def _tail_scores(classes: dict[int, ClassEdges]) -> Iterator[tuple]:
    """Metric, group, value, deviation and sizes of edge and core shares."""
    known = {label: one for label, one in classes.items() if one.tails is not None}
    for group, members in _groups(known).items():
        weights = np.array([one.weight for one in members]) / sum(one.weight for one in members)
        sizes = np.array([one.size for one in members])
        deviation = float(np.sqrt((weights**2 * 2 * SHARE * (1 - SHARE) / sizes).sum()))
        tails = np.array([one.tails for one in members])
        for metric, values in zip(("edge_share", "core_share"), tails.T, strict=True):
            yield metric, group, float(weights @ values), deviation, sizes.sum(), sizes.sum()


def _local_scores(classes: dict[int, ClassEdges]) -> Iterator[tuple]:
    """The same of local share and coverage, also by decile. The sizes are images of B, and of s."""
    everywhere = slice(0, DECILES)
    cells = [(group, members, everywhere) for group, members in _groups(classes).items()]
    cells += [(decile_group(i), list(classes.values()), slice(i, i + 1)) for i in range(DECILES)]
    for group, members, deciles in cells:
        n = sum(int(one.counts[deciles].sum()) for one in members)
        if n:
            means = sum(one.sums[:, :, deciles].sum(axis=2) for one in members) / n
            for metric, values in zip(("local_share", "local_coverage"), means, strict=True):
                size = sum(one.size for one in members)
                yield metric, group, float(values[0]), float(values[1:].std()), n, size
