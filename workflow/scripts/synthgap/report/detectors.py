"""What detectors learned, which is a set's strongest, and what each can see."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..metrics.summaries import Summary, summarise
from ..plan.names import ALL, DOSES, dose_group
from ..plan.tables import PLUGINS, plugin
from ..sets.recipe import POSITIVE_CONTROL
from .evidence import compare_shares

if TYPE_CHECKING:
    import pandas as pd

# Half of the 5 % point of chi squared with one degree of freedom: what one useless parameter gains in log
# likelihood by chance.
CHANCE_GAIN = 1.92


def detector_title(name: str) -> str:
    """On one line."""
    return " ".join(plugin("detectors", name).DECLARATION.title.split())


class Detectors:
    """What the detectors of a run make of its sets and controls. scores: of the stage detection, at least."""

    def __init__(self, scores: pd.DataFrame) -> None:
        chosen = scores[scores["metric"].str.startswith("detection_")]
        self._found: dict[tuple, tuple[np.ndarray, int]] = {
            key: (rows["value"].to_numpy(), int(rows["n_real"].iloc[0] + rows["n_fake"].iloc[0]))
            for key, rows in chosen.groupby(["metric", "set", "extractor", "group"], sort=False)
        }
        self.sets = list(dict.fromkeys(name for _, name, _, group in self._found if group == ALL))

    def score(self, metric: str, name: str, detector: str, group: str = ALL) -> Summary:
        """Over a set's replicates. metric: accuracy, auc, validation or loss."""
        return summarise(self.values(metric, name, detector, group))

    def values(self, metric: str, name: str, detector: str, group: str = ALL) -> np.ndarray:
        """Replicate by replicate."""
        return self._found[f"detection_{metric}", name, detector, group][0]

    def images(self, metric: str, name: str, detector: str, group: str = ALL) -> int:
        """How many images a score is about, real and synthetic together."""
        return self._found[f"detection_{metric}", name, detector, group][1]

    def learned(self, name: str, detector: str, group: str = ALL) -> bool:
        """Whether a detector's training loss lies below that of guessing, ln 2, by more than chance, in every
        replicate.
        """
        images = self.images("loss", name, detector, group)
        return self.values("loss", name, detector, group).max() < math.log(2) - CHANCE_GAIN / images

    def strongest(self, name: str, group: str = ALL) -> str | None:
        """The detector that tells a set's images in the validation part best, of those that learned; None
        where none did. The test part has no say.
        """
        able = [each for each in PLUGINS["detectors"] if self.learned(name, each, group)]
        return max(able, key=lambda each: self.score("validation", name, each, group).mean, default=None)

    def interval(self, name: str, detector: str, group: str = ALL) -> tuple[float, float]:
        """The 95 % interval of the accuracy, in [0, 1]: of replicates and test images, and nowhere narrower
        than Wilson's, of a share of the test images alone.
        """
        from ..metrics.statistics import wilson_interval

        accuracies = self.values("accuracy", name, detector, group)
        images = self.images("accuracy", name, detector, group)
        low, high = wilson_interval(float(accuracies.mean()), images)
        if len(accuracies) > 1:
            both = compare_shares(accuracies, 0.0, images).interval()
            low, high = max(min(low, both[0]), 0.0), min(max(high, both[1]), 1.0)
        return low, high

    def least_dose(self, detector: str) -> float:
        """The least share of pixel values, moved by one grey level, that a detector sees, as it sees all
        larger ones: it learned, and its interval lies above one half. NaN where it doesn't see the largest.
        """
        least = math.nan
        for share in reversed(DOSES):
            of = POSITIVE_CONTROL, detector, dose_group(share)
            if not (self.learned(*of) and self.interval(*of)[0] > 0.5):
                break
            least = share
        return least


def dose_text(share: float) -> str:
    """For people."""
    return "no dose" if share != share else f"{100 * share:g} %"
