"""Runs in which nothing, or one point of accuracy, is lost: for verdicts.py.

Noise is measured on scikit-learn's digits: small networks, each trained on another bootstrap of half A,
tested on half B. Runs are drawn from those networks and images themselves, or from a random-effects model
with their components. A run is a Comparison, and whether the old rule sees a difference: beyond 2 standard
errors over replicates (of set-level scores: beyond 2 standard deviations of the band).
"""

import sys
import warnings
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

sys.path.insert(0, str(Path(__file__).parents[1] / "workflow/scripts"))

from synthgap.metrics.comparisons import compare, compare_ratio, compare_with_band, pseudo_values
from synthgap.metrics.frechet import frechet_distance
from synthgap.metrics.manifold import precision_recall

POOL, RESPLITS = 60, 20
RNG = np.random.default_rng(0)


def measure_digits():
    """Per network and image of B: correctness, entropy, centroid distance of the images and of blurred
    ones, and correctness of networks trained on blurred images: each [POOL, 898].
    """
    images, labels = load_digits(return_X_y=True)
    images = images / 16
    blurred = gaussian_filter(images.reshape(-1, 8, 8), (0, 0.5, 0.5)).reshape(images.shape)
    order = RNG.permutation(len(images))
    train, test = order[:899], order[899:]
    names = ("correct", "correct_blurred", "entropy", "entropy_blurred", "distance")
    values = {name: [] for name in names}
    for seed in range(POOL):
        chosen = RNG.choice(train, len(train))
        network, other = (fit(side[chosen], labels[chosen], seed) for side in (images, blurred))
        values["correct"].append(network.predict(images[test]) == labels[test])
        values["correct_blurred"].append(other.predict(images[test]) == labels[test])
        values["entropy"].append(entropy(network, images[test]))
        values["entropy_blurred"].append(entropy(network, blurred[test]))
        values["distance"].append(distances(network, images[test], labels[test]))
    return {name: np.array(rows, float) for name, rows in values.items()}, labels[test]


def fit(images, labels, seed):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # 60 epochs are enough for 96 %
        return MLPClassifier((64,), max_iter=60, learning_rate_init=3e-3, random_state=seed).fit(
            images, labels
        )


def entropy(network, images):
    p = network.predict_proba(images)
    return -(p * np.log(np.maximum(p, 1e-12))).sum(1)


def distances(network, images, labels):
    """Of each image's hidden features to their class's centroid."""
    hidden = np.maximum(images @ network.coefs_[0] + network.intercepts_[0], 0)
    centroids = np.stack([hidden[labels == label].mean(0) for label in range(10)])
    return np.linalg.norm(hidden - centroids[labels], axis=1)


def components(x, y, paired):
    """Standard deviations of the replicates, the images, and the rest, for one side's values."""
    rest = x - y if paired else x
    sides = 1 if paired else 2
    full = compare(x, y, paired)
    inner = rest.var(0, ddof=1).mean()
    between = max(full.replicates.variance * len(x) / sides - inner / x.shape[1], 0)
    image = full.images.variance * x.shape[1]
    return np.sqrt([between, image, inner])


def per_image(x, y, paired, ratio=False):
    if ratio:
        ratios = x.mean(1) / y.mean(1)
        new, old = compare_ratio(x, y, paired), (ratios.mean() - 1, sd(ratios) / len(ratios) ** 0.5)
    else:
        new = compare(x, y, paired)
        old = (x.mean() - y.mean(), np.hypot(sd(x.mean(1)) / len(x) ** 0.5, sd(y.mean(1)) / len(y) ** 0.5))
    return new, abs(old[0]) > 2 * old[1]


def sd(values):
    return np.std(values, ddof=1)


def model_run(sds, replicates, images, paired, shift=0.0):
    """Values of two sets: a replicate's, an image's (of the difference) and a remaining effect each."""
    between, image, inner = sds

    def side():
        return RNG.normal(0, between, (replicates, 1)) + RNG.normal(0, inner, (replicates, images))

    x = side() + RNG.normal(0, image, images) + shift
    return per_image(x, np.zeros_like(x) if paired else side(), paired)


def accuracy_run(values, replicates):
    """Two groups of networks of the same training distribution, on B resampled."""
    chosen = RNG.permutation(POOL)[: 2 * replicates]
    correct = values["correct"][chosen][:, RNG.integers(0, 898, 898)]
    return per_image(correct[:replicates], correct[replicates:], paired=False)


def lossy_run(values, replicates):
    """accuracy_run with one point lost: right answers turned wrong, image by image."""
    chosen = RNG.permutation(POOL)[: 2 * replicates]
    correct = values["correct"][chosen][:, RNG.integers(0, 898, 898)]
    kept = RNG.random((replicates, 898)) > 0.01 / correct[:replicates].mean()
    return per_image(correct[:replicates] * kept, correct[replicates:], paired=False)


def counterpart_runs(values, labels, replicates):
    """Fresh real images as counterparts, class by class, before the same networks: no difference."""
    first, second = [], []
    for label in range(10):
        members = RNG.permutation(np.flatnonzero(labels == label))
        first.extend(members[: len(members) // 2])
        second.extend(members[len(members) // 2 : len(members) // 2 * 2])
    chosen = RNG.permutation(POOL)[:replicates, None]

    def pair(name, ratio=False):
        return per_image(values[name][chosen, second], values[name][chosen, first], True, ratio)

    return {"entropy": pair("entropy"), "concentration": pair("distance", ratio=True)}


def attention_run(replicates, images=300, width=16):
    """Maps of the same distribution from both trainings; agreements are correlations of maps."""
    common = RNG.normal(size=(images, width))
    maps = common + 0.7 * RNG.normal(size=(2, replicates, images, width))
    maps -= maps.mean(-1, keepdims=True)
    maps /= np.linalg.norm(maps, axis=-1, keepdims=True)
    x, y = (np.einsum("rnw,snw->rsn", side, maps[0]) for side in (maps[1], maps[0]))
    old_x = x[range(replicates), range(replicates)].mean(1)
    old_y = np.array([y[r, (r + 1) % replicates].mean() for r in range(replicates)])
    old = abs(old_x.mean() - old_y.mean()) > 2 * np.hypot(sd(old_x), sd(old_y)) / replicates**0.5
    return compare(pseudo_values(x), pseudo_values(y), paired_replicates=True), old


def detection_run(replicates, images=400):
    """Accuracy of a detector that guesses, on as many images in each replicate, beside .5."""
    shares = RNG.binomial(images, 0.5, (2, replicates)) / images
    x, y = (RNG.random((replicates, images)) < share[:, None] for share in shares)
    return per_image(x.astype(float), y.astype(float), paired=False)


def band_runs(features, replicates, size=250):
    """Perfect sets: fresh real images in each replicate, beside the band of 20 re-splits."""
    order = RNG.permutation(len(features))
    real = order[: 2 * size]

    def scores(a, b):
        return frechet_distance(features[a], features[b]), *precision_recall(features[a], features[b])

    splits = (RNG.permutation(real) for _ in range(RESPLITS))
    band = np.array([scores(split[:size], split[size:]) for split in splits])
    fresh = [order[(2 + r) * size : (3 + r) * size] for r in range(replicates)]
    own = np.array([scores(real[size:], part) for part in fresh])
    columns = {"Fréchet": [1, 0, 0], "precision": [0, 1, 0], "recall": [0, 0, 1], "recall most": [0, -1, 1]}
    runs = {}
    for name, weights in columns.items():
        x, b = own @ weights, band @ weights
        runs[name] = compare_with_band(x, b), abs(x.mean() - b.mean()) > 2 * sd(b)
    return runs


def noisy_band_run(replicates):
    """A set whose replicates scatter twice as much as the band; centred on it."""
    band, scores = RNG.normal(0, 1, RESPLITS), RNG.normal() + RNG.normal(0, 2, replicates)
    return compare_with_band(scores, band), abs(scores.mean() - band.mean()) > 2 * sd(band)


def page_run(values, labels, bands, replicates):
    """The ten findings of a page, none of them true: {finding: run}."""
    return {
        "accuracy": accuracy_run(values, replicates),
        **bands[RNG.integers(len(bands))],
        "detection": detection_run(replicates),
        "entropy, train": counterpart_runs(values, labels, replicates)["entropy"],
        **counterpart_runs(values, labels, replicates),
        "attention": attention_run(replicates),
    }
