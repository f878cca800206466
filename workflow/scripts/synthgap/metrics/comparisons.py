"""Differences between two sets, with the noise of replicates and of images in every interval.

Replicates repeat sampling and training; images are a sample of the world. In radiology replicates are
the readers and images the cases (Dorfman, Berbaum & Metz 1992; Hillis 2007). Whether a difference
counts is said by verdicts.py; benchmarks/verdicts.md says how often it is wrong.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq
from scipy.special import stdtrit
from scipy.stats import nct, permutation_test, rankdata

from ..data.randomness import random_generator

NAN = float("nan")
FEWEST_REPLICATES = 3
SMALLEST_TAIL = 1e-60  # scipy's quantiles are exact down to 1e-80


@dataclass(frozen=True)
class Part:
    """A part of the squared standard error, and its degrees of freedom."""

    variance: float
    df: float


@dataclass(frozen=True)
class Comparison:
    """A difference and its standard error.

    value: first minus second, in the unit of what was compared; of ratios, the difference of logarithms
    (exp of value and interval are the ratio and its interval). n_replicates: the fewer of both sides.
    replicates, images: the parts of the squared standard error; None where there is no error (a single
    replicate, or NaN among the values). n_images: behind the value; None for set-level scores.

    Intervals and p-values take as critical value the mean of Student's t for both parts, weighted with
    their variances (Cochran & Cox 1950), not Student's t with Satterthwaite's degrees of freedom: those
    are too many where few replicates happen to agree, and with 3 paired replicates up to 8 % of the null
    differences lie beyond the 95 % interval. Both agree where one part is all.
    """

    value: float
    n_replicates: int
    n_images: int | None = None
    replicates: Part | None = None
    images: Part | None = None

    @property
    def standard_error(self) -> float:
        """NaN where there is none."""
        return math.sqrt(sum(part.variance for part in self._parts)) if self._parts else NAN

    @property
    def df(self) -> float:
        """Satterthwaite's (1946) degrees of freedom of the standard error; infinite if nothing varies."""
        return combined_df(self._parts) if self._parts else NAN

    @property
    def decidable(self) -> bool:
        """Whether anything may be concluded: not from NaN, nor from one or two replicates."""
        return math.isfinite(self.value + self.standard_error) and self.n_replicates >= FEWEST_REPLICATES

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """The two-sided confidence interval; (NaN, NaN) without a standard error."""
        reach = self._critical((1 - level) / 2) * self.standard_error
        return self.value - reach, self.value + reach

    def p_value(self, direction: int = 0) -> float:
        """Of the hypothesis of no difference, in [0, 1]: two-sided, or one-sided (direction 1: the value
        is above 0; -1: below). NaN without a standard error; where nothing varies, the limit: 1 (or .5 in
        a direction) for no difference, else 0 or 1.
        """
        if math.isnan(self.value + self.standard_error):
            return NAN
        tail = self._tail()
        if not direction:
            return 2 * tail
        return tail if self.value * direction > 0 else 1 - tail

    def detectable(self, power: float = 0.8, comparisons: int = 1) -> float:
        """The smallest true difference (a size, without sign) that a run with this noise sees with
        probability `power` in (.025, 1).

        The two-sided test at .05 / comparisons (Holm's first step: the least favourable place in a family
        of so many) rejects where Student's noncentral t, with Satterthwaite's degrees of freedom and
        noncentrality difference / standard_error, exceeds the critical value; its other tail is the
        opposite verdict and doesn't count. NaN where nothing can be concluded.
        """
        if not self.decidable:
            return NAN
        critical, df = self._critical(0.025 / comparisons), min(self.df, 1e4)
        far = 2 * (critical + 10) / math.sqrt(1 - power)
        shift = brentq(lambda shift: float(nct.sf(critical, df, shift)) - power, 0, far)
        return float(shift) * self.standard_error

    def replicates_needed(self, comparisons: int = 1, most: int = 100) -> int | None:
        """How many replicates, of either side, would see a true difference as large as the value with
        probability .8 (see detectable), if their noise stays what it is; None where not even `most` would, or
        nothing can be concluded.
        """
        if not self.decidable or self.replicates is None:
            return None
        for count in range(self.n_replicates, most + 1):
            scale = self.n_replicates / count
            df = self.replicates.df * (count - 1) / (self.n_replicates - 1)
            part = Part(self.replicates.variance * scale, df)
            if replace(self, n_replicates=count, replicates=part).detectable(comparisons=comparisons) <= abs(
                self.value
            ):
                return count
        return None

    @property
    def _parts(self) -> list[Part]:
        return [part for part in (self.replicates, self.images) if part is not None]

    def _critical(self, tail: float) -> float:
        """What (value - truth) / standard_error exceeds with probability `tail` (at most .5)."""
        variances = [part.variance for part in self._parts]
        quantiles = [-float(stdtrit(part.df, tail)) for part in self._parts]
        if not variances:
            return NAN
        return float(np.average(quantiles, weights=variances)) if sum(variances) > 0 else 0.0

    def _tail(self) -> float:
        """The probability for which the critical value is |value| / standard_error, at most .5."""
        if self.value == 0 or self.standard_error == 0:
            return 0.0 if self.value else 0.5
        score = abs(self.value) / self.standard_error
        if score >= self._critical(SMALLEST_TAIL):
            return SMALLEST_TAIL
        if score <= self._critical(0.5):  # 0, but for rounding
            return 0.5
        bounds = math.log(SMALLEST_TAIL), math.log(0.5)
        root = brentq(lambda log_tail: self._critical(math.exp(log_tail)) - score, *bounds)
        return math.exp(float(root))


def compare(x: np.ndarray, y: np.ndarray, paired_replicates: bool) -> Comparison:
    """x - y of values per image, averaged over replicates and images.

    x: float [Rx, N], a value for each replicate and image of a set; y: float [Ry, N], the reference's, on
    the same images or their counterparts. paired_replicates: replicate r of both went through the same
    classifier (Rx = Ry); otherwise they are independent, and Rx and Ry may differ. With
    d[i] = mean_r x - mean_r y, ddof 1 throughout:

    - V_rep = var_r(mean_i x) / Rx + var_r(mean_i y) / Ry, df Rx - 1 and Ry - 1, combined as by
      Satterthwaite (1946); if paired, var_r(mean_i (x - y)) / R, df R - 1;
    - V_res = mean_i(var_r x) / (Rx N) + mean_i(var_r y) / (Ry N); if paired, mean_i(var_r (x - y)) / (R N);
    - V_img = max(var_i(d) / N - V_res, 0), df N - 1, because V_rep already holds V_res;
    - SE^2 = V_rep + V_img.

    Raises ValueError for arrays that aren't two-dimensional, have other numbers of images, or can't be
    paired.
    """
    x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
    if x.ndim != 2 or y.ndim != 2 or x.shape[1] != y.shape[1]:
        raise ValueError(f"values are [replicates, images], of the same images, not {x.shape} and {y.shape}")
    if paired_replicates and len(x) != len(y):
        raise ValueError(f"paired replicates are equally many, not {len(x)} and {len(y)}")
    replicates, images = min(len(x), len(y)), x.shape[1]
    if not (x.size and y.size and np.isfinite(x).all() and np.isfinite(y).all()):
        return Comparison(NAN, replicates, images)
    value = float(x.mean() - y.mean())
    if replicates < 2 or images < 2:
        return Comparison(value, replicates, images)
    sides = [x - y] if paired_replicates else [x, y]
    parts = [Part(float(side.mean(1).var(ddof=1)) / len(side), len(side) - 1) for side in sides]
    residual = sum(float(side.var(0, ddof=1).mean()) / side.size for side in sides)
    across_images = float((x.mean(0) - y.mean(0)).var(ddof=1)) / images
    image_part = Part(max(across_images - residual, 0.0), images - 1)
    replicate_part = Part(sum(part.variance for part in parts), combined_df(parts))
    return Comparison(value, replicates, images, replicate_part, image_part)


def combined_df(parts: Sequence[Part]) -> float:
    """Degrees of freedom of a sum of variances, infinite if nothing varies (Satterthwaite 1946)."""
    total = sum(part.variance for part in parts)
    return 1 / sum((part.variance / total) ** 2 / part.df for part in parts) if total else math.inf


def compare_ratio(x: np.ndarray, y: np.ndarray, paired_replicates: bool) -> Comparison:
    """log(mean_i x / mean_i y), averaged over replicates; arguments as in `compare`.

    By the delta method, log(mean_i x[r]) varies with the images as the mean of x[r, i] / mean_i x[r]. So
    `compare` gets u[r, i] = log(mean_i x[r]) + x[r, i] / mean_i x[r] - 1, whose mean over i is exactly
    log(mean_i x[r]), and the same of y: the noise of both is in the error, the reference is no constant.
    NaN where a mean is not positive.
    """
    return compare(_log_linear(x), _log_linear(y), paired_replicates)


def _log_linear(values: np.ndarray) -> np.ndarray:
    values = np.asarray(values, np.float64)
    means = values.mean(-1, keepdims=True)
    if not (means > 0).all():
        return np.full_like(values, NAN)
    return np.log(means) + values / means - 1


def compare_with_band(scores: Sequence[float] | np.ndarray, band: Sequence[float] | np.ndarray) -> Comparison:
    """The excess of a set-level score over real against real.

    scores: [R], of the replicates of a set; band: [n], of re-splits of the real images. SE^2 = s_band^2
    (1 + 1 / n), df n - 1, + s_scores^2 / R, df R - 1: the band holds the noise of images, the second part
    that of replicates. For two scores that fall (recall, precision), give their differences, replicate by
    replicate and re-split by re-split: what they share cancels. Raises ValueError for anything but two
    vectors.
    """
    scores, band = np.asarray(scores, np.float64), np.asarray(band, np.float64)
    if scores.ndim != 1 or band.ndim != 1:
        raise ValueError(f"scores and band are vectors, not of shapes {scores.shape} and {band.shape}")
    if not (len(scores) and len(band) and np.isfinite(scores).all() and np.isfinite(band).all()):
        return Comparison(NAN, len(scores))
    value = float(scores.mean() - band.mean())
    if len(scores) < 2 or len(band) < 2:
        return Comparison(value, len(scores))
    images = Part(float(band.var(ddof=1)) * (1 + 1 / len(band)), len(band) - 1)
    replicates = Part(float(scores.var(ddof=1)) / len(scores), len(scores) - 1)
    return Comparison(value, len(scores), None, replicates, images)


def pseudo_values(pairs: np.ndarray) -> np.ndarray:
    """Jackknife values of replicates, from agreements of pairs of replicates, for `compare`.

    pairs: float [R, R, N], how replicate r of one side and s of the other agree on image i (attention);
    r = s is left out. Pairs share classifiers, so they aren't independent; these values, R mean(all pairs)
    - (R - 1) mean(pairs without r), nearly are, and their mean is that of the pairs (Dorfman, Berbaum &
    Metz 1992). Returns [R, N], paired between sets where the second side is the same classifiers. Raises
    ValueError for fewer than 3 replicates.
    """
    count = len(pairs)
    if pairs.ndim != 3 or pairs.shape[1] != count or count < FEWEST_REPLICATES:
        raise ValueError(f"agreements are [R, R, N] with R >= {FEWEST_REPLICATES}, not {pairs.shape}")
    off = np.where(np.eye(count, dtype=bool)[..., None], 0.0, pairs)
    total = off.sum((0, 1))
    without = total - off.sum(0) - off.sum(1)
    return total / (count - 1) - without / (count - 2)


@dataclass(frozen=True)
class Trend:
    """Spearman's rank correlation in [-1, 1], its two-sided permutation p-value, and the number of points."""

    rho: float
    p: float
    n: int


def trend(x: Sequence[float], y: Sequence[float], seed: int = 0, resamples: int = 50_000) -> Trend:
    """The trend of y over x, by Spearman's rank correlation.

    p is exact where there are at most `resamples` permutations (up to 8 points), else from so many random
    ones. Where a value is NaN, so are rho and p; constant values have no trend (0, p = 1). See
    `fewest_points`. Raises ValueError for unequal lengths.
    """
    if len(x) != len(y):
        raise ValueError(f"a trend is over pairs, not {len(x)} and {len(y)} values")
    if not np.isfinite([*x, *y]).all():
        return Trend(NAN, NAN, len(x))
    ranks = [rankdata(side) - (len(x) + 1) / 2 for side in (x, y)]
    norm = math.sqrt((ranks[0] ** 2).sum() * (ranks[1] ** 2).sum())
    if norm == 0:
        return Trend(0.0, 1.0, len(x))
    result = permutation_test(
        (ranks[1],),
        lambda permuted, axis: (ranks[0] * permuted).sum(axis),
        permutation_type="pairings",
        vectorized=True,
        n_resamples=resamples,
        batch=10_000,
        rng=random_generator(seed, "trend"),
    )
    return Trend(float(result.statistic) / norm, float(result.pvalue), len(x))


def fewest_points(alpha: float = 0.05) -> int:
    """With fewer points no two-sided p is below alpha: the steepest trend has 2 / n! (4 points: .083)."""
    n = 2
    while 2 / math.factorial(n) >= alpha:
        n += 1
    return n
