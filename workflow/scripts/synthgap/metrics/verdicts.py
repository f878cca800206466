"""When a difference counts: four verdicts about a claim, and the alarm."""

from collections.abc import Sequence
from enum import Enum

import numpy as np

from .comparisons import Comparison

ALPHA = 0.05


class Verdict(Enum):
    """What a run says about a claim."""

    SEEN = "seen"
    OPPOSITE = "the opposite"
    NO_DIFFERENCE = "no difference larger than m"
    UNDECIDED = "undecided"

    def words(self, margin: str = "m") -> str:
        """In words, with the margin and its unit in place of m."""
        return f"no difference larger than {margin}" if self is Verdict.NO_DIFFERENCE else self.value


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values of one family (Holm 1979), in the given order.

    An adjusted p below alpha is a rejection; the chance of any false one is at most alpha, however the
    tests depend on each other. NaN is no test: it stays NaN and doesn't count in the family.
    """
    p = np.asarray(p_values, np.float64)
    order = np.argsort(p)[: np.count_nonzero(~np.isnan(p))]  # NaN is last
    adjusted = np.full(p.shape, np.nan)
    factors = np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * factors), 1)
    return adjusted.tolist()


def judge(
    comparison: Comparison,
    direction: int,
    margin: float | None = None,
    adjusted_p: float | None = None,
    prerequisite: Verdict | None = None,
) -> Verdict:
    """The verdict about a claim.

    direction: what is claimed of the value, 1 above zero, -1 below, 0 that nothing changes. margin: the
    size below which a difference doesn't matter, in the value's unit (None: that verdict isn't given).
    adjusted_p: two-sided, from `holm` (None: a family of one). prerequisite: of a claim that compares two
    drops, the verdict about the first drop.

    - SEEN: the claimed direction, with p < .05. OPPOSITE: the other direction, likewise.
    - NO_DIFFERENCE: the whole 90 % interval lies within the margin (two one-sided tests; Schuirmann 1987).
      This verdict is the claim where direction is 0, so there it comes first, and OPPOSITE is a difference
      in any direction.
    - UNDECIDED: all else; NaN, one or two replicates; a prerequisite that isn't SEEN. Say
      `comparison.detectable()` beside it.
    """
    if not comparison.decidable or prerequisite not in (None, Verdict.SEEN):
        return Verdict.UNDECIDED
    low, high = comparison.interval(0.90)
    within = margin is not None and -margin <= low and high <= margin
    p = comparison.p_value() if adjusted_p is None else adjusted_p
    if p < ALPHA and not (direction == 0 and within):
        return Verdict.SEEN if comparison.value * direction > 0 else Verdict.OPPOSITE
    return Verdict.NO_DIFFERENCE if within else Verdict.UNDECIDED


def better_than_real(excess: Comparison, better: int, adjusted_p: float | None = None) -> bool:
    """The alarm: a set scores better than real images against real ones, beyond the band.

    It may hold copies of the held-out images. excess: from `compare_with_band`; better: 1 where more is
    better (precision), -1 where less is (Fréchet distance); adjusted_p: two-sided, from `holm` over all
    alarms of a page.
    """
    return judge(excess, better, adjusted_p=adjusted_p) is Verdict.SEEN
