"""How many real images a set is worth: those with which a classifier gets as many test images right.

The learning curve is the accuracy of classifiers that are trained on parts of the real set, all with the
same number of steps. Beyond its ends nothing is said: a set is worth fewer than the smallest part (0), or
more than all real images (infinity).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.isotonic import isotonic_regression

from ..data.arrays import ArrayReader
from ..data.randomness import random_generator
from ..plan.names import ALL, CLASSIFIER, SCORE_COLUMNS
from ..sets.recipe import FEWEST_POINTS

RESAMPLES = 1000
LEVEL = 0.95


@dataclass(frozen=True)
class LearningCurve:
    """The monotone fit. sizes: int [K], numbers of real images, ascending; accuracies: float [..., K] in
    [0, 1], of one curve or of many, not falling.
    """

    sizes: np.ndarray
    accuracies: np.ndarray

    def worth(self, accuracy: np.ndarray) -> np.ndarray:
        """The fewest real images with at least these accuracies, by interpolation over log n.

        accuracy: float [..., S], of S sets, with as many rows as there are curves. Returns float [..., S]: 0
        below the smallest size, infinity above the accuracy of the largest.
        """
        wanted = np.asarray(accuracy, np.float64)
        above = (self.accuracies[..., None, :] < wanted[..., None]).sum(-1)
        upper = np.clip(above, 1, len(self.sizes) - 1)
        log_sizes = np.log(self.sizes)
        low, high = (np.take_along_axis(self.accuracies, upper - k, -1) for k in (1, 0))
        share = np.clip((wanted - low) / np.where(high > low, high - low, 1), 0, 1)
        found = np.exp(log_sizes[upper - 1] + share * (log_sizes[upper] - log_sizes[upper - 1]))
        found = np.where(above == len(self.sizes), np.inf, found)
        return np.where(wanted < self.accuracies[..., :1], 0.0, found)

    def accuracy(self, sizes: np.ndarray) -> np.ndarray:
        """Of so many real images, by interpolation over log n; NaN beyond the ends. Of one curve."""
        inside = (sizes >= self.sizes[0]) & (sizes <= self.sizes[-1])
        fitted = np.interp(np.log(np.maximum(sizes, 1)), np.log(self.sizes), self.accuracies)
        return np.where(inside, fitted, np.nan)


def learning_curve(sizes: np.ndarray, accuracies: np.ndarray) -> LearningCurve:
    """The monotone fit of least squares (isotonic regression) to accuracies.

    sizes: int [P], of the points in any order; those of one size count as their mean. accuracies: float
    [..., P] in [0, 1]. Raises ValueError for fewer than two sizes.
    """
    distinct, places = np.unique(sizes, return_inverse=True)
    if len(distinct) < 2:
        raise ValueError(f"a learning curve has two sizes at least, not {list(distinct)}")
    weights = np.bincount(places).astype(np.float64)
    means = np.asarray(accuracies, np.float64) @ (np.eye(len(distinct))[places] / weights)
    rows = [isotonic_regression(row, sample_weight=weights) for row in means.reshape(-1, len(distinct))]
    return LearningCurve(distinct, np.array(rows).reshape(means.shape))


@dataclass(frozen=True)
class Worth:
    """How many real images a set is worth, and the 95 % interval (NaN with one replicate)."""

    value: float
    low: float
    high: float


def worths(
    curve: Sequence[tuple[int, np.ndarray]],
    others: Mapping[str, np.ndarray],
    seed: int,
    resamples: int = RESAMPLES,
) -> dict[str, Worth]:
    """What each of the other sets is worth.

    curve: size and correctness of each point, bool or int [R, N] for R replicates (of every set two at least,
    or there is no interval) and N test images. others: correctness by name, of the same test images.

    The interval is that of a bootstrap, the monotone fit and all: see `_resampled`.
    """
    if not others:
        return {}
    sizes, points = np.array([size for size, _ in curve]), len(curve)
    sets = {f"point {place}": own for place, (_, own) in enumerate(curve)}
    sets |= {f"set {name}": own for name, own in others.items()}
    right = {name: np.asarray(own, np.float64) for name, own in sets.items()}
    accuracies = np.array([each.mean() for each in right.values()])
    values = learning_curve(sizes, accuracies[:points]).worth(accuracies[points:])
    if min(map(len, right.values())) < 2:
        return {name: Worth(float(value), np.nan, np.nan) for name, value in zip(others, values, strict=True)}
    drawn = _resampled(right, seed, resamples)
    bootstrap = learning_curve(sizes, drawn[:, :points]).worth(drawn[:, points:])
    # No interpolation, as some may be infinite.
    low = np.quantile(bootstrap, (1 - LEVEL) / 2, axis=0, method="lower")
    high = np.quantile(bootstrap, (1 + LEVEL) / 2, axis=0, method="higher")
    return {
        name: Worth(float(value), float(min(below, value)), float(max(above, value)))
        for name, value, below, above in zip(others, values, low, high, strict=True)
    }


def _resampled(right: Mapping[str, np.ndarray], seed: int, resamples: int) -> np.ndarray:
    """Accuracies of sets as they might have come out, float [resamples, S]. right: [R, N] of each set, to
    whose name its draws belong.

    Test images are drawn with replacement, the same for all sets. To each set comes an error of its own for
    its replicates, of the variance V_rep - V_res as in comparisons.compare: the images' draws already hold
    V_res, what single trainings make of single images. These errors are Student's t with 2 (R - 1) degrees of
    freedom, those of two sets that are compared, and not draws of replicates with replacement: of three
    replicates those have ten outcomes, and a variance that is too small by (R - 1) / R. benchmarks/worth.md
    says how often the intervals hold the truth.
    """
    generator, n = random_generator(seed, "worth"), next(iter(right.values())).shape[1]
    weights = generator.multinomial(n, np.full(n, 1 / n), size=resamples) / n
    df = 2 * (min(map(len, right.values())) - 1)
    scale = np.sqrt(df / generator.chisquare(df, resamples))
    columns = []
    for name, own in right.items():
        replicates, residual = own.mean(1).var(ddof=1) / len(own), own.var(0, ddof=1).mean() / own.size
        errors = scale * random_generator(seed, "worth", name).normal(size=resamples)
        columns.append(weights @ own.mean(0) + errors * np.sqrt(max(replicates - residual, 0)))
    return np.stack(columns, axis=1)


def worth_scores(accuracies: pd.DataFrame, values: ArrayReader, seed: int) -> pd.DataFrame:
    """What each set is worth that is no point of the learning curve, with the columns SCORE_COLUMNS.

    accuracies, values: the scores of the stage accuracy, and which test images each classifier gets right.
    No rows where the curve has too few points.
    """
    whole = (accuracies["metric"] == "accuracy") & (accuracies["group"] == ALL)
    sets = accuracies[whole].drop_duplicates("set").set_index("set")
    is_point = sets["curve"].astype(bool)
    right = {str(name): values.read(f"accuracy-test/{name}") for name in sets.index}
    rows = []
    if sets[is_point]["n_fake"].nunique() >= FEWEST_POINTS:
        curve = [(int(sets.loc[name, "n_fake"]), right[name]) for name in sets.index[is_point]]
        for name, worth in worths(curve, {name: right[name] for name in sets.index[~is_point]}, seed).items():
            found = {"n_eq": worth.value, "n_eq_low": worth.low, "n_eq_high": worth.high}
            rows += [
                (
                    name,
                    "test",
                    0,
                    "none",
                    CLASSIFIER,
                    metric,
                    ALL,
                    value,
                    *sets.loc[name, ["n_real", "n_fake"]],
                )
                for metric, value in found.items()
                if not np.isnan(value)
            ]
    return pd.DataFrame(rows, columns=SCORE_COLUMNS)
