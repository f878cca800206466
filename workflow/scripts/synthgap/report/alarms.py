"""What should make one doubt a set: it beats real images, or holds copies of them."""

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..plan.names import ALL
from ..sets.recipe import KNOWN, REAL
from .evidence import compare_shares
from .series import score_titles, select, sets_in

if TYPE_CHECKING:
    from ..metrics.comparisons import Comparison

SIZE_TOLERANCE = 0.25  # of a class's number of images, where coverages are compared


@dataclass(frozen=True)
class Check:
    """Whether a set is suspicious in one respect. difference: to what real images give; better: the direction
    in which it is, 1 or -1; words: what it would mean; copies: whether it looks for copies.
    """

    name: str
    difference: "Comparison"
    better: int
    words: str
    copies: bool = True


@dataclass(frozen=True)
class WorstClass:
    """The class of a set whose coverage lies farthest below that of real images against real ones.

    coverage: of the set, deficit: the band's mean minus it; p_adjusted: two-sided, Holm's over the classes;
    NaN where nothing can be decided.
    """

    label: int
    coverage: float
    deficit: float
    p_adjusted: float


def alarms(scores: pd.DataFrame) -> tuple[list[Check], int]:
    """The checks of all sets that raise an alarm, and how many checks there were; one family for Holm."""
    from ..metrics.verdicts import better_than_real, holm

    made = [check for name in measured_sets(scores) for check in _checks(scores, name)]
    adjusted = holm([check.difference.p_value() for check in made])
    raised = [
        check
        for check, p in zip(made, adjusted, strict=True)
        if better_than_real(check.difference, check.better, p)
    ]
    return raised, len(made)


def measured_sets(scores: pd.DataFrame) -> list[str]:
    """Those that are compared with real images, without the real one and those whose faults are known."""
    names = scores[scores["metric"] == "copies_train"]["set"].unique()
    kinds = sets_in(scores)["kind"]
    return [str(name) for name in names if name != REAL and kinds.get(name) != KNOWN]


def _checks(scores: pd.DataFrame, name: str) -> list[Check]:
    from ..metrics.comparisons import compare_with_band

    made = []
    for metric, better in _directions().items():
        own = select(scores, metric, reference="held-out", set=name)
        band = select(scores, metric, reference="re-split")
        if own["n_real"].iloc[0] == band["n_real"].iloc[0]:  # the scores depend on the number of images
            excess = compare_with_band(own["value"].to_numpy(), band["value"].to_numpy())
            words = f"its {metric} is better than that of real images against real ones"
            made.append(Check(name, excess, better, words, copies=False))
    made.append(Check(name, copies_excess(scores, name, "test"), 1, "it holds copies of real test images"))
    # Reconstructions lie near their sources by construction.
    if bool(sets_in(scores).loc[name, "generated"]):
        copies = copies_excess(scores, name, "train")
        made.append(Check(name, copies, 1, "it holds copies of real training images"))
        if (test := copying_difference(scores, name)) is not None:
            words = "it lies nearer to the training images than fresh real images do (C_T)"
            made.append(Check(name, test, -1, words))
    return made


def _directions() -> dict[str, int]:
    """In which direction each quality metric is better: 1, or -1."""
    return {metric: 1 if score.better == "higher" else -1 for metric, score in score_titles().items()}


def copies_excess(scores: pd.DataFrame, name: str, split: str) -> "Comparison":
    """The share of a set's images that are copies of the real ones of a split, minus that of the other
    split's real images.
    """
    own, real = (select(scores, f"copies_{split}", set=each) for each in (name, REAL))
    images = min(int(rows["n_fake"].iloc[0]) for rows in (own, real))
    return compare_shares(own["value"].to_numpy(), real["value"].to_numpy(), images)


def copying_difference(scores: pd.DataFrame, name: str) -> "Comparison | None":
    """C_T of a set, beside its deviation by chance; None where no class has images enough."""
    from ..metrics.comparisons import Comparison, Part

    chosen = scores[(scores["metric"] == "copying_test") & (scores["set"] == name)]
    values, images = chosen["value"].to_numpy(), int(chosen["n_fake"].max()) if len(chosen) else 0
    if not images:
        return None
    if len(values) < 2:
        return Comparison(float(values.mean()), len(values), images)
    deviation = float(select(scores, "copying_deviation", set=name)["value"].mean())
    replicates = Part(float(values.var(ddof=1)) / len(values), len(values) - 1)
    return Comparison(float(values.mean()), len(values), images, replicates, Part(deviation**2, images - 1))


def worst_class(scores: pd.DataFrame, name: str) -> WorstClass | None:
    """None where no class has real test images enough for its coverage, or where training and test split hold
    a class in other shares than the re-splits: coverage depends on how many images there are on either side.
    """
    from ..metrics.verdicts import holm

    chosen = scores[(scores["metric"] == "coverage") & (scores["group"] != ALL)]
    own = chosen[(chosen["set"] == name) & (chosen["reference"] == "held-out")]
    real = chosen[(chosen["set"] == REAL) & (chosen["reference"] == "held-out")]
    band = chosen[chosen["reference"] == "re-split"]
    excesses = {
        str(group): _class_excess(rows, band[band["group"] == group]["value"].to_numpy())
        for group, rows in own.groupby("group", sort=False)
        if _alike_in_size(real[real["group"] == group], band[band["group"] == group])
    }
    excesses = {group: excess for group, excess in excesses.items() if not math.isnan(excess.value)}
    if not excesses:
        return None
    adjusted = dict(
        zip(
            excesses,
            holm([each.p_value() if each.decidable else math.nan for each in excesses.values()]),
            strict=True,
        )
    )
    worst = min(excesses, key=lambda group: excesses[group].value)
    coverage = float(own[own["group"] == worst]["value"].mean())
    label = int(worst.removeprefix("class "))
    return WorstClass(label, coverage, -excesses[worst].value, adjusted[worst])


def _alike_in_size(real: pd.DataFrame, band: pd.DataFrame) -> bool:
    """Whether a class of the real set has about as many images on each side as in the re-splits."""
    return len(band) > 0 and all(
        abs(real[side].mean() - band[side].mean()) <= SIZE_TOLERANCE * band[side].mean()
        for side in ("n_real", "n_fake")
    )


def _class_excess(own: pd.DataFrame, band: np.ndarray) -> "Comparison":
    """Of a class's coverage over the band. The few images of a class are a sample too: to the band's variance
    comes that of a share of them. By the band alone, one in eight sets of fresh digits had a class that lay
    beyond chance (Holm over ten classes), with it one in sixty.
    """
    from ..metrics.comparisons import Part, compare_with_band

    excess, share = compare_with_band(own["value"].to_numpy(), band), float(np.clip(band.mean(), 0, 1))
    if excess.images is None:
        return excess
    images = int(own["n_real"].iloc[0])
    share = (share * images + 2) / (images + 4)  # Agresti and Coull's: a share of 1 has an error too
    chance = share * (1 - share) / images
    return replace(excess, images=Part(excess.images.variance + chance, excess.images.df))
