"""Stratified splits and subsets: every class keeps its share."""

import numpy as np


def stratified_counts(labels: np.ndarray, size: int) -> np.ndarray:
    """How many of each class a stratified subset of `size` holds: int64 [classes].

    Proportional shares, rounded down; what is left goes to the largest remainders.
    Raises ValueError unless 0 <= size <= N.
    """
    if not 0 <= size <= len(labels):
        raise ValueError(f"can't take {size} of {len(labels)} images")
    totals = np.bincount(labels)
    shares = totals * (size / max(len(labels), 1))
    counts = np.floor(shares).astype(np.int64)
    by_remainder = np.argsort(counts - shares, kind="stable")
    counts[by_remainder[: size - counts.sum()]] += 1
    return counts


def stratified_subset(labels: np.ndarray, size: int, generator: np.random.Generator) -> np.ndarray:
    """Positions of a stratified random subset: int64 [size], ascending, without repeats."""
    chosen = [
        generator.permutation(np.flatnonzero(labels == label))[:count]
        for label, count in enumerate(stratified_counts(labels, size))
    ]
    return np.sort(np.concatenate(chosen)) if chosen else np.empty(0, np.int64)


def stratified_parts(
    labels: np.ndarray, sizes: list[int], generator: np.random.Generator
) -> list[np.ndarray]:
    """Disjoint stratified parts of the given sizes: positions, ascending.

    Raises ValueError where the sizes add up to more than there is.
    """
    remaining, parts = np.arange(len(labels)), []
    for size in sizes:
        chosen = stratified_subset(labels[remaining], size, generator)
        parts.append(remaining[chosen])
        remaining = np.delete(remaining, chosen)
    return parts


def nested_order(labels: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """An order of the images in which every prefix is a stratified sample: positions int64 [N].

    A prefix holds its share of every class, to within one image; it is part of every longer one.
    """
    place = np.empty(len(labels))
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        # The classes' images stand at equal distances, each class a random bit further along.
        place[generator.permutation(members)] = (np.arange(len(members)) + generator.random()) / len(members)
    return np.argsort(place, kind="stable")
