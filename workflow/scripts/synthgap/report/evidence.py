"""What a run has to say of the paper's findings: its scores, and the values per image behind them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .series import by_reverse_step, last_step, select, sets_in

if TYPE_CHECKING:
    import pandas as pd

    from ..data.arrays import ArrayReader
    from ..metrics.comparisons import Comparison


@dataclass(frozen=True)
class Weighed:
    """What a run says of a finding: the difference, and in words what it is one of."""

    comparison: Comparison
    measured: str


class Evidence:
    """scores: of all stages. values: of single images, by stage (see collect_scores). seed: of the
    permutations behind the trends' p-values.
    """

    def __init__(self, scores: pd.DataFrame, values: Mapping[str, ArrayReader], seed: int) -> None:
        self.scores, self._values, self.seed = scores, values, seed
        self.synthetic = last_step(scores)
        self.last_step = int(str(sets_in(scores).loc[self.synthetic, "t_re"]))

    def per_image(self, stage: str, value: str, name: str) -> np.ndarray:
        """The values of a set's images, float64 [replicates, images]; of attention [replicates, replicates,
        images].
        """
        return self._values[stage].read(f"{value}/{name}").astype(np.float64)

    def scores_of(self, name: str, metric: str, **conditions: str) -> np.ndarray:
        """A score of a set, replicate by replicate."""
        chosen = select(self.scores, metric, set=name, **conditions).sort_values("replicate")
        return chosen["value"].to_numpy(np.float64)

    def held_out(self, name: str, metric: str) -> np.ndarray:
        """A score of a set's training images beside held-out real ones."""
        return self.scores_of(name, metric, reference="held-out")

    def band(self, metric: str) -> np.ndarray:
        """The same of real images beside real images, by re-splits."""
        return select(self.scores, metric, reference="re-split").sort_values("replicate")["value"].to_numpy()

    def trend(self, metric: str, **conditions: str) -> str:
        """Of the means of a score over the paper's reverse steps, in words."""
        from ..metrics.comparisons import fewest_points, trend

        means = {
            step: summary.mean for step, summary in by_reverse_step(self.scores, metric, **conditions).items()
        }
        if len(means) < fewest_points():
            return f"{len(means)} reverse steps are too few for a trend ({fewest_points()} are needed)"
        found = trend(list(means), list(means.values()), self.seed)
        if math.isnan(found.p):
            return "the trend over t_re is undecided: a score is missing"
        direction = "no clear" if not found.p < 0.05 else "a rising" if found.rho > 0 else "a falling"
        p = "p < 0.001" if found.p < 0.001 else f"p = {found.p:.3f}"
        return f"{direction} trend over t_re (Spearman {found.rho:+.2f}, {p}, {found.n} points)"


def compare_shares(x: np.ndarray, y: np.ndarray | float, images: int) -> Comparison:
    """x - y of shares of `images` test images, replicate by replicate; y: of independent replicates, or a
    number.

    The images' part of the error is that of shares of independent images; a number has none.
    """
    from ..metrics.comparisons import Comparison, Part

    sides = [side for side in (x, y) if isinstance(side, np.ndarray)]
    value = float(np.mean(x) - np.mean(y))
    fewest = min(map(len, sides))
    if fewest < 2 or images < 2:
        return Comparison(value, fewest, images)
    chance = sum(float(side.mean() * (1 - side.mean())) / (images - 1) for side in sides)
    parts = [float(side.var(ddof=1)) / len(side) for side in sides]
    # As by Welch: the part that varies more has the say.
    total = sum(parts)
    df = (
        total**2 / sum(part**2 / (len(side) - 1) for part, side in zip(parts, sides, strict=True))
        if total
        else 1.0
    )
    return Comparison(value, fewest, images, Part(total, df), Part(chance, images - 1))
