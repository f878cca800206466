"""What detectors learned, which is a set's strongest, and what each can see."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..metrics.summaries import Summary, summarise
from ..plan.names import ALL, DOSES, dose_group
from ..plan.tables import PLUGINS, plugin
from ..sets.recipe import POSITIVE_CONTROL
from .series import select

if TYPE_CHECKING:
    import pandas as pd

# Half of the 5 % point of chi squared with one degree of freedom: what one useless parameter gains in log
# likelihood by chance.
CHANCE_GAIN = 1.92


def detector_title(name: str) -> str:
    """On one line."""
    return " ".join(plugin("detectors", name).DECLARATION.title.split())


def detection(scores: pd.DataFrame, metric: str, name: str, detector: str, group: str = ALL) -> Summary:
    """A score of a detector over a set's replicates. metric: accuracy, auc, validation or loss."""
    chosen = select(scores, f"detection_{metric}", set=name, extractor=detector, group=group)
    return summarise(chosen["value"])


def learned(scores: pd.DataFrame, name: str, detector: str, group: str = ALL) -> bool:
    """Whether a detector's training loss lies below that of guessing, ln 2, by more than chance."""
    chosen = select(scores, "detection_loss", set=name, extractor=detector, group=group)
    images = int(chosen[["n_real", "n_fake"]].iloc[0].sum())
    return float(chosen["value"].mean()) < math.log(2) - CHANCE_GAIN / images


def strongest(scores: pd.DataFrame, name: str, group: str = ALL) -> str | None:
    """The detector that tells a set's images in the validation part best, of those that learned; None where
    none did. The test part has no say.
    """
    able = [each for each in PLUGINS["detectors"] if learned(scores, name, each, group)]
    return max(able, key=lambda d: detection(scores, "validation", name, d, group).mean, default=None)


def interval(scores: pd.DataFrame, name: str, detector: str, group: str = ALL) -> tuple[float, float]:
    """Wilson's 95 % interval of the accuracy, a share of the test images."""
    from ..metrics.statistics import wilson_interval

    chosen = select(scores, "detection_accuracy", set=name, extractor=detector, group=group)
    return wilson_interval(chosen["value"].mean(), int(chosen[["n_real", "n_fake"]].iloc[0].sum()))


def least_dose(scores: pd.DataFrame, detector: str) -> float:
    """The least share of pixel values, moved by one grey level, that a detector sees, as it sees all larger
    ones: it learned, and its interval lies above one half. NaN where it doesn't see the largest.
    """
    least = math.nan
    for share in reversed(DOSES):
        group = dose_group(share)
        if not learned(scores, POSITIVE_CONTROL, detector, group):
            break
        if not interval(scores, POSITIVE_CONTROL, detector, group)[0] > 0.5:
            break
        least = share
    return least


def dose_text(share: float) -> str:
    """For people."""
    return "no dose" if share != share else f"{100 * share:g} %"
