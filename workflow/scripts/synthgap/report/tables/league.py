"""Which metric would have told: each metric's order of the sets beside that of the accuracy lost."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ...plan.declarations import Table
from ...plan.names import ALL, CLASSIFIER
from ...plan.tables import PLUGINS
from ...sets.recipe import KNOWN
from ..detectors import detector_title
from ..edges import COUNTED, group_scores
from ..pages import MISSING, unbroken
from ..series import paper_sets, score_titles, select, sets_in

if TYPE_CHECKING:
    import pandas as pd

FEWEST = 12  # sets
COLUMNS = [
    "block", "metric", "rho", "rho_low", "rho_high", "p", "p_adjusted", "regret", "regret_low", "regret_high",
    "sets", "n", "blind_to",
]  # fmt: skip


DECLARATION = Table(
    title="Which metric would have told",
    caption="For each metric and block of sets: Spearman's rank correlation with the accuracy lost (1: it "
    "orders the sets as the classifiers do) and the regret, the points of accuracy that are given away by "
    "taking the set that the metric likes best, with 95 % intervals over replicates. p: of such a "
    "correlation by chance, over permutations of the sets; p_adjusted: Holm's, over the block's metrics. The "
    "intervals don't hold the choice of sets, p does. Noise lowers a correlation. blind_to: known faults "
    "that it does not see.",
    scores=("accuracy", "quality", "edges", "detection"),
    tells=("metrics", "detectors"),
    applies=lambda recipes: sum(recipe.judged for recipe in recipes.values()) >= FEWEST,
)


@dataclass(frozen=True)
class Measure:
    """What the league asks: a title; the rows that hold it; and how bad a value is, higher is worse. band:
    whether re-splits of the real images have it.
    """

    title: str
    metric: str
    conditions: Mapping[str, str]
    badness: Callable[[np.ndarray], np.ndarray]
    band: bool = False


def measures() -> list[Measure]:
    """All metrics that a run can compute, in the order of the tables of plug-ins."""
    found = []
    for name, score in score_titles().items():
        worse = np.positive if score.better == "lower" else np.negative
        found.append(Measure(score.title, name, {"reference": "held-out"}, worse, band=True))
    found += [
        Measure("edge share (from 0)", "edge_share", {}, np.abs),
        Measure("local share", "local_share", {}, np.negative),
        Measure("local coverage", "local_coverage", {}, np.negative),
        Measure("entropy ratio (from 1)", "entropy_ratio", {}, _from_one),
        Measure("concentration (from 1)", "concentration", {}, _from_one),
    ]
    for name in PLUGINS["detectors"]:
        title = f"AUC of {detector_title(name)}"
        found.append(Measure(title, "detection_auc", {"extractor": name}, np.positive))
    return found


def _from_one(ratios: np.ndarray) -> np.ndarray:
    return np.abs(np.log(np.maximum(ratios, np.finfo(np.float64).tiny)))  # collapsed sets have no spread


def make(scores: pd.DataFrame, values: Any = None, with_paper: bool = False) -> pd.DataFrame:
    """A row for each block and metric that the run has on at least 4 of the block's sets.

    rho and its interval in [-1, 1], p and p_adjusted (two-sided, over permutations of the sets; Holm's over
    the metrics of a block); regret and its interval in points of accuracy; sets, n (replicates);
    blind_to: the known faults (sets of the kind `known`) that the metric doesn't see beyond chance, empty
    where it sees all, NaN where the run has none or can't ask it of them. The draws of the bootstrap are the
    same in every run.
    """
    import pandas as pd

    from ...data.randomness import random_generator
    from ...metrics.league import FEWEST_SETS, standing
    from ...metrics.verdicts import holm

    accuracies = _by_replicate(scores, "accuracy", {"extractor": CLASSIFIER})
    rows: list[dict[str, Any]] = []
    asked = [(each, _by_replicate(scores, each.metric, each.conditions)) for each in measures()]
    blind = {each.title: _blind_to(scores, each) for each, found in asked if found}
    for block, names in blocks(scores).items():
        first = len(rows)
        for each, found in asked:
            own = [name for name in names if name in found and name in accuracies]
            if len(own) < FEWEST_SETS:
                continue
            count = min(len(side[name]) for side in (found, accuracies) for name in own)
            accuracy = np.stack([accuracies[name][:count] for name in own])
            badness = each.badness(np.stack([found[name][:count] for name in own]))
            result = asdict(standing(accuracy, badness, random_generator(0, "league", block, each.title)))
            result |= {key: 100 * result[key] for key in ("regret", "regret_low", "regret_high")}
            n = result.pop("replicates")
            rows.append(
                {"block": block, "metric": each.title, **result, "n": n, "blind_to": blind[each.title]}
            )
        for row, adjusted in zip(rows[first:], holm([row["p"] for row in rows[first:]]), strict=True):
            row["p_adjusted"] = adjusted
    return pd.DataFrame(rows, columns=COLUMNS)


def judged_sets(scores: pd.DataFrame) -> pd.DataFrame:
    """What the sets are that the league is about: trained on, measured, and all synthetic."""
    sets = sets_in(scores)
    return sets[sets["judged"].astype(bool)]


def blocks(scores: pd.DataFrame) -> dict[str, list[str]]:
    """The sets that are compared with each other: all; the paper's series; those that the paper's model makes
    from labels alone (samplers, guidance); and those that are made from labels alone, by whatever model.
    """
    sets, paper = judged_sets(scores), paper_sets(scores)
    generated = sets[sets["generated"].astype(bool)]
    models = set(sets[sets.index.isin(paper)]["model"])
    return {
        "all sets": list(sets.index),
        "reverse steps": [name for name in sets.index if name in paper],
        "one model, from labels alone": list(generated.index[generated["model"].isin(models)]),
        "all models, from labels alone": list(generated.index),
    }


def _by_replicate(scores: pd.DataFrame, metric: str, conditions: Mapping[str, str]) -> dict[str, np.ndarray]:
    """A score of each set, replicate by replicate, about all images; none where the run hasn't it."""
    try:
        chosen = select(scores, metric, **conditions)
    except ValueError:
        return {}
    if metric == "frechet":  # the classifier has another of its own
        chosen = chosen[chosen["extractor"] != CLASSIFIER]
    return {
        str(name): rows.sort_values("replicate")["value"].to_numpy(np.float64)
        for name, rows in chosen.groupby("set", sort=False)
    }


def _blind_to(scores: pd.DataFrame, measure: Measure) -> str | float:
    """The known faults that a metric doesn't see; NaN where it isn't asked."""
    sets = sets_in(scores)
    known = sets.index[sets["kind"] == KNOWN]
    found = _by_replicate(scores, measure.metric, measure.conditions)
    titles = {str(name): str(sets.loc[name, "title"]).removeprefix("known: ") for name in known}
    asked = {name: title for name, title in titles.items() if name in found and title != "identical"}
    seen = {title: _sees(scores, measure, name, found) for name, title in asked.items()}
    if all(sees is None for sees in seen.values()):
        return math.nan
    return ", ".join(title for title, sees in seen.items() if sees is False)


def _sees(scores: pd.DataFrame, measure: Measure, name: str, found: Mapping[str, np.ndarray]) -> bool | None:
    """Whether a metric says, beyond chance (p < .05), that a set with a known fault is worse than real; None
    where that can't be decided, or sizes differ, on which scores depend.
    """
    from ...metrics.comparisons import compare_with_band

    if measure.band:
        band = select(scores, measure.metric, reference="re-split")
        sizes = select(scores, measure.metric, set=name, **measure.conditions)["n_real"]
        if sizes.iloc[0] != band["n_real"].iloc[0]:
            return None
        excess = compare_with_band(measure.badness(found[name]), measure.badness(band["value"].to_numpy()))
        worse = excess.value > 0
    elif measure.metric in COUNTED:
        excess = group_scores(scores, name, measure.metric)[ALL].comparison
        worse = float(measure.badness(np.array([excess.value]))[0]) > 0
    else:
        return None
    return worse and excess.p_value() < 0.05 if excess.decidable else None


def page_table(scores: pd.DataFrame) -> pd.DataFrame:
    """The league as text."""
    import pandas as pd

    rows = []
    for row in make(scores).to_dict("records"):
        intervals = {}
        for name, digits in (("rho", 2), ("regret", 1)):
            value, low, high = (f"{row[key]:.{digits}f}" for key in (name, f"{name}_low", f"{name}_high"))
            interval = "" if row[f"{name}_low"] != row[f"{name}_low"] else f" ({low} to {high})"
            intervals[name] = unbroken(f"{value}{interval}")
        blind = MISSING if row["blind_to"] != row["blind_to"] else row["blind_to"] or "nothing that was asked"
        rows.append(
            {
                "sets": f"{row['block']} ({row['sets']})",
                "metric": row["metric"],
                "rank correlation": intervals["rho"],
                "p adjusted": f"{row['p_adjusted']:.3f}",
                "regret (points)": intervals["regret"],
                "blind to": blind,
            }
        )
    return pd.DataFrame(rows).astype(str)
