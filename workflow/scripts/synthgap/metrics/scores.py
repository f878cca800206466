"""Scores of a set: which sides are compared, at which sizes, by which metrics.

A = real train images, B = real test images, A(k) and B(k) a set's. *paired* sets A beside A(k), or B
beside B(k); *held-out* sets B beside A(k). Both sides always have the same size.
Metrics that look at all pairs of images, and all scores by class, take `metrics.pair_images` a side at most.
"""

import math

import numpy as np
import pandas as pd

from ..data.randomness import random_generator
from ..data.splits import stratified_parts, stratified_subset
from ..plan.names import ALL, CLASSIFIER, PIXELS, SCORE_COLUMNS, class_group
from ..plan.tables import PLUGINS, plugin
from ..sets.recipe import REAL
from .concentration import centroid_distance, centroid_distances
from .configs import ScoreConfig
from .copying import copied_share, copying_test
from .entropy import entropies, mean_entropy
from .frechet import frechet_distance
from .manifold import class_scores
from .measurements import SplitMeasurements

PARTS = 4  # random ones of more than `metrics.pair_images` images
Part = tuple[np.ndarray, np.ndarray]  # positions among the images of either side, of one number


def score_set(
    name: str,
    replicate: int,
    fake: dict[str, SplitMeasurements],
    real: dict[str, SplitMeasurements],
    config: ScoreConfig,
    seed: int,
) -> pd.DataFrame:
    """All scores of one set and replicate, with the columns SCORE_COLUMNS.

    fake, real: the set's and the real set's measurements per split.
    """
    rows: list[tuple] = []

    def add(split: str, reference: str, extractor: str, n_real: int, n_fake: int, **values: float) -> None:
        rows.extend(
            (name, split, replicate, reference, extractor, metric, ALL, value, n_real, n_fake)
            for metric, value in values.items()
        )

    rows += _copying_rows(name, replicate, fake, real)
    n_test = len(fake["test"].labels)
    for split in fake:
        entropy = mean_entropy(fake[split].logits)
        add(split, "none", CLASSIFIER, 0, len(fake[split].labels), entropy=entropy)
    # The classifier knows A, so its features and the ratios to real images serve on B(k) only.
    n_real = len(real["test"].labels)
    spread = centroid_distance(fake["test"].block4, fake["test"].labels)
    spread /= centroid_distance(real["test"].block4, real["test"].labels)
    entropy_ratio = mean_entropy(fake["test"].logits) / mean_entropy(real["test"].logits)
    add("test", "paired", CLASSIFIER, n_real, n_test, concentration=spread, entropy_ratio=entropy_ratio)
    comparisons = [("train", "paired", "train"), ("test", "paired", "test"), ("train", "held-out", "test")]
    for split, reference, real_split in comparisons:
        # The same draw for every set, so that sets differ by their images alone.
        generator = random_generator(seed, "score_set", replicate, split, real_split)
        chosen_real, chosen_fake = _equal_sizes(real[real_split].labels, fake[split].labels, generator)
        n = len(chosen_real)
        labels, fake_labels = real[real_split].labels[chosen_real], fake[split].labels[chosen_fake]
        parts = pair_parts(labels, fake_labels, config.pair_images, generator)
        of_parts = len(parts[0][0])
        for extractor in config.extractors:
            real_features = real[real_split].features[extractor][chosen_real]
            fake_features = fake[split].features[extractor][chosen_fake]
            add(split, reference, extractor, n, n, **compare(real_features, fake_features, extractor, config))
            values = compare_pairs(real_features, fake_features, parts, extractor, config)
            add(split, reference, extractor, of_parts, of_parts, **values)
            if reference == "held-out" and extractor == config.manifold:
                key = (name, split, replicate, reference, extractor)
                sides = real_features, fake_features, labels, fake_labels
                rows += _class_rows(key, *sides, parts[0], config)
        if split == "test":
            real_features, fake_features = real["test"].block4[chosen_real], fake["test"].block4[chosen_fake]
            distance = frechet_distance(real_features, fake_features)
            add(split, reference, CLASSIFIER, n, n, frechet=distance)
    return pd.DataFrame(rows, columns=SCORE_COLUMNS)


def image_values(fake: dict[str, SplitMeasurements]) -> dict[str, np.ndarray]:
    """What the real-trained classifier makes of each image of a set, float32 [N]: the entropy of its output
    per split, and the distance of the test images to their class's centroid.
    """
    values = {f"entropy-{split}": entropies(part.logits) for split, part in fake.items()}
    values["distance-test"] = centroid_distances(fake["test"].block4, fake["test"].labels)
    return {name: array.astype(np.float32) for name, array in values.items()}


def score_baseline(
    train: SplitMeasurements, test: SplitMeasurements, config: ScoreConfig, seed: int
) -> pd.DataFrame:
    """The held-out scores of random stratified re-splits of the real images, A and B pooled.

    They say how far real images lie from real images by chance: reference "re-split", replicate the
    re-split's number. The sizes are those of the held-out scores, but for a single part of each re-split
    where these are means over parts.
    """
    labels = np.concatenate([train.labels, test.labels])
    n = min(len(train.labels), len(test.labels))
    rows = []
    for resplit in range(config.resplits):
        generator = random_generator(seed, "score_baseline", resplit)
        one, other = stratified_parts(labels, [n, n], generator)
        part = pair_parts(labels[one], labels[other], config.pair_images, generator)[0]
        for extractor in config.extractors:
            pooled = np.concatenate([train.features[extractor], test.features[extractor]])
            sides = pooled[one], pooled[other]
            key = (REAL, "train", resplit, "re-split", extractor)
            for size, values in (
                (n, compare(*sides, extractor, config)),
                (len(part[0]), compare_pairs(*sides, [part], extractor, config)),
            ):
                rows += [(*key, metric, ALL, value, size, size) for metric, value in values.items()]
            if extractor == config.manifold:
                rows += _class_rows(key, *sides, labels[one], labels[other], part, config)
    return pd.DataFrame(rows, columns=SCORE_COLUMNS)


def _class_rows(
    key: tuple,
    real: np.ndarray,
    fake: np.ndarray,
    labels: np.ndarray,
    fake_labels: np.ndarray,
    part: Part,
    config: ScoreConfig,
) -> list[tuple]:
    """Scores of each class by itself, of a part of the images. key: the first columns."""
    real, labels, fake, fake_labels = real[part[0]], labels[part[0]], fake[part[1]], fake_labels[part[1]]
    return [
        (
            *key,
            metric,
            class_group(label),
            value,
            int((labels == label).sum()),
            int((fake_labels == label).sum()),
        )
        for label, scores in class_scores(real, labels, fake, fake_labels, config.density_k).items()
        for metric, value in scores.items()
    ]


def _copying_rows(
    name: str, replicate: int, fake: dict[str, SplitMeasurements], real: dict[str, SplitMeasurements]
) -> list[tuple]:
    """How many of a set's training images are copies of real training images, and of real test images; C_T.

    The real set has none of either by itself: its rows are those of one split beside the other.
    """
    rows = []
    for metric, other, split in (("copies_train", "train", "test"), ("copies_test", "test", "train")):
        own = split if name == REAL else "train"
        nearest, reference = fake[own].nearest[other], "paired" if own == other else "held-out"
        sizes = len(real[other].labels), len(nearest)
        rows.append((name, own, replicate, reference, PIXELS, metric, ALL, copied_share(nearest), *sizes))
    if name != REAL:
        sides = fake["train"], real["test"]
        distances, fresh = (side.nearest["train"][:, 2] for side in sides)
        value, deviation = copying_test(distances, sides[0].labels, fresh, sides[1].labels)
        if not np.isnan(value):
            key, sizes = (name, "train", replicate, "held-out", PIXELS), (len(fresh), len(distances))
            rows.append((*key, "copying_test", ALL, value, *sizes))
            rows.append((*key, "copying_deviation", ALL, deviation, *sizes))
    return rows


def compare(
    real: np.ndarray, fake: np.ndarray, extractor: str, config: ScoreConfig, pairs: bool = False
) -> dict[str, float]:
    """The metrics that the config computes from one extractor's features [N, D], by name: those that look at
    all pairs of images, or the others.
    """
    values: dict[str, float] = {}
    for name in PLUGINS["metrics"]:
        metric = plugin("metrics", name)
        declared = metric.DECLARATION
        if declared.pairs == pairs and getattr(config, declared.extractor) == extractor:
            values |= metric.measure(real, fake, config)
    return values


def compare_pairs(
    real: np.ndarray, fake: np.ndarray, parts: list[Part], extractor: str, config: ScoreConfig
) -> dict[str, float]:
    """The metrics that look at all pairs, as means over parts of the features [N, D], by name; of several
    parts, with the mean's standard error (`_part_error`): how far it is from the mean over all such parts.
    """
    found = [compare(real[own], fake[other], extractor, config, pairs=True) for own, other in parts]
    values = {metric: np.array([one[metric] for one in found]) for metric in found[0]}
    scores = {metric: float(of_parts.mean()) for metric, of_parts in values.items()}
    if len(parts) > 1:
        root = math.sqrt(len(parts))
        scores |= {f"{name}_part_error": float(each.std(ddof=1)) / root for name, each in values.items()}
    return scores


def pair_parts(
    labels: np.ndarray, fake_labels: np.ndarray, most: int | None, generator: np.random.Generator
) -> list[Part]:
    """Random stratified parts of both sides, `most` images of each: four, or one of all if there aren't more.

    labels, fake_labels: int64 [N]. Images that stand for each other are in the same parts.
    """
    if most is None or len(labels) <= most:
        return [(np.arange(len(labels)), np.arange(len(labels)))]
    parts = []
    for _ in range(PARTS):
        own = stratified_subset(labels, most, generator)
        paired = np.array_equal(labels, fake_labels)
        parts.append((own, own if paired else stratified_subset(fake_labels, most, generator)))
    return parts


def _equal_sizes(
    real_labels: np.ndarray, fake_labels: np.ndarray, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Positions of a stratified subset of the larger side, and of all of the smaller."""
    size = min(len(real_labels), len(fake_labels))
    return (
        stratified_subset(real_labels, size, generator),
        stratified_subset(fake_labels, size, generator),
    )
