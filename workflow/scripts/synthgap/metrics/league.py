"""Which metric would have told the accuracy that a set costs."""

from dataclasses import dataclass

import numpy as np

from .comparisons import trend

DRAWS, PERMUTATIONS = 1000, 10_000
FEWEST_SETS = 4  # for a rank correlation of a block


@dataclass(frozen=True)
class Standing:
    """How well a metric orders sets: Spearman's correlation rho with the accuracy lost, 1 where it orders
    them all rightly, and the regret, the accuracy that is given away by taking the set that it likes best.
    Each with its 95 % interval. p: two-sided, of such a correlation where the metric has nothing to do with
    the accuracy. sets: how many; replicates: of each, at least.
    """

    rho: float
    rho_low: float
    rho_high: float
    regret: float
    regret_low: float
    regret_high: float
    p: float
    sets: int
    replicates: int


def standing(accuracy: np.ndarray, badness: np.ndarray, generator: np.random.Generator) -> Standing:
    """accuracy: [S, R], of S sets in [0, 1]; badness: [S, R], what a metric says of them, higher is worse.
    Raises ValueError for fewer than 4 sets.

    The intervals are of a bootstrap over replicates, 1,000 draws, the same replicates of both. Deviations are
    widened by sqrt(R / (R - 1)), which a draw of R from R lacks. Noise lowers rho, and draws have more of it
    than the estimate: its interval spans the percentiles and their reflection at the estimate (the basic
    bootstrap). They hold neither the choice of sets nor test images. NaN with one replicate. p is of
    permutations of the sets: with few sets, an order may be right by luck, however small its noise.
    """
    sets, replicates = accuracy.shape
    if sets < FEWEST_SETS:
        raise ValueError(f"a correlation over {sets} sets says nothing; {FEWEST_SETS} are needed")
    rho, regret = (float(value[0]) for value in _both(accuracy.mean(1)[None], badness.mean(1)[None]))
    p = trend(-accuracy.mean(1), badness.mean(1), resamples=PERMUTATIONS).p
    if replicates < 2:
        nan = float("nan")
        return Standing(rho, nan, nan, regret, nan, nan, p, sets, replicates)
    drawn = generator.integers(replicates, size=(DRAWS, sets, replicates))
    rows = np.arange(sets)[:, None]
    widened = [
        side.mean(1) + np.sqrt(replicates / (replicates - 1)) * (side[rows, drawn].mean(2) - side.mean(1))
        for side in (accuracy, badness)
    ]
    rhos, regrets = _both(*widened)
    (rho_low, rho_high), (low, high) = (np.quantile(each, [0.025, 0.975]) for each in (rhos, regrets))
    rho_low, rho_high = min(rho_low, 2 * rho - rho_high), max(rho_high, 2 * rho - rho_low)
    rho_low, rho_high = max(rho_low, -1.0), min(rho_high, 1.0)
    return Standing(
        rho, float(rho_low), float(rho_high), regret, float(low), float(high), p, sets, replicates
    )


def _both(accuracy: np.ndarray, badness: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(rho, regret) of each draw: [draws] each, from means [draws, S]. A metric that says the same of all
    sets has no order: rho 0, and the regret of a set chosen at random.
    """
    from scipy.stats import rankdata

    loss_ranks, ranks = (rankdata(side, axis=1) for side in (-accuracy, badness))
    centred = [side - side.mean(1, keepdims=True) for side in (loss_ranks, ranks)]
    norms = np.sqrt((centred[0] ** 2).sum(1) * (centred[1] ** 2).sum(1))
    products = (centred[0] * centred[1]).sum(1)
    rho = np.divide(products, norms, out=np.zeros_like(products), where=norms > 0)
    best = badness == badness.min(1, keepdims=True)
    liked = (accuracy * best).sum(1) / best.sum(1)
    return rho, accuracy.max(1) - liked
